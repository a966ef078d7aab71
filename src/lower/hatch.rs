//! The escape hatches: what `x-ecs` says in ECS's own words, laid over the result last.
//!
//! A layer is checked against the fields that ECS's calls take, and the result against the rules that hold for every
//! result.

mod layer;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::compose::extension::hatch::{ContainerLayers, Hatches};
use crate::diag::{Code, Diagnostics};
use crate::ecs::name::ContainerName;
use crate::ecs::overlay::{self, Overlay};
use crate::ecs::service::{RunTask, Service};
use crate::ecs::shape::Call;
use crate::ecs::task::TaskDefinition;
use crate::source::{Span, Spanned};
use layer::Reader;

/// The fields of a service that name it, or what it belongs to, and what names them instead.
const NAMES_OF_SERVICES: &[(&str, &str)] = &[
    ("cluster", "name it with `x-ecs.cluster` or `--cluster`"),
    ("serviceName", "rename the service, or name its task with `x-ecs.task`"),
    ("taskDefinition", "it is the one that is made of the file"),
    ("clientToken", "it is for one call only"),
];

/// A task definition with the layers over it: those over its containers first, then those over the whole.
pub(super) fn task_definition(
    definition: TaskDefinition,
    hatches: &Hatches,
    containers: &[(ContainerName, &Spanned<ContainerLayers>)],
    diags: &mut Diagnostics,
) -> TaskDefinition {
    const CALL: Call = Call::RegisterTaskDefinition;
    // `service` looks at the other key.
    let Hatches { task_definition, service: _ } = hatches;
    let mut layers = Layers::default();
    for (name, written) in containers {
        for node in &written.value.0 {
            let mut reader = Reader { call: CALL, refused: &[("name", "rename the service")], diags };
            let Some(fields) = reader.layer(node, "ContainerDefinition") else { continue };
            let named = std::iter::once(("name".to_owned(), json!(name))).chain(fields).collect::<Map<_, _>>();
            layers.push(json!({ "containerDefinitions": [named] }), node.span);
        }
    }
    for node in task_definition.iter().flat_map(|written| &written.value.0) {
        let mut reader = Reader { call: CALL, refused: &[("family", "name the task with `x-ecs.task`")], diags };
        if let Some(fields) = reader.layer(node, CALL.structure()) {
            layers.push(Value::Object(fields), node.span);
        }
    }
    let what = format!("the task definition `{}`", definition.family);
    let laid = layers.laid_over(definition, (CALL, &what), diags);
    TaskDefinition { overlay: layers.overlay, ..laid }
}

/// A service with the layers over it.
pub(super) fn service(service: Service, hatches: &Hatches, diags: &mut Diagnostics) -> Service {
    let layers = Layers::over_service(hatches, Call::CreateService, diags);
    let (count, what) = (service.count, format!("the service `{}`", service.service_name));
    let laid = layers.laid_over(service, (Call::CreateService, &what), diags);
    Service { count, overlay: layers.overlay, ..laid }
}

/// A one-off task with the layers over it. Fields that only services have are lost.
pub(super) fn run_task(task: RunTask, hatches: &Hatches, diags: &mut Diagnostics) -> RunTask {
    let layers = Layers::over_service(hatches, Call::RunTask, diags);
    let (unit, what) = (task.unit.clone(), format!("the task `{}`", task.unit));
    let laid = layers.laid_over(task, (Call::RunTask, &what), diags);
    RunTask { unit, overlay: layers.overlay, ..laid }
}

/// Layers over an input.
#[derive(Default)]
struct Layers {
    overlay: Overlay,
    /// Where the last of them was written.
    span: Option<Span>,
}

impl Layers {
    /// The layers over what runs a task.
    fn over_service(hatches: &Hatches, call: Call, diags: &mut Diagnostics) -> Self {
        // `task_definition` looks at the other key.
        let Hatches { task_definition: _, service } = hatches;
        let mut layers = Self::default();
        for node in service.iter().flat_map(|written| &written.value.0) {
            let mut reader = Reader { call, refused: NAMES_OF_SERVICES, diags };
            if let Some(fields) = reader.layer(node, call.structure()) {
                layers.push(Value::Object(fields), node.span);
            }
        }
        layers
    }

    /// Lays one more on top.
    fn push(&mut self, layer: Value, span: Span) {
        self.overlay.push(layer);
        self.span = Some(span);
    }

    /// The input with the layers, as far as our model of it has their fields: what the rules of ECS are checked on.
    fn laid_over<T: Serialize + DeserializeOwned>(
        &self,
        input: T,
        (call, what): (Call, &str),
        diags: &mut Diagnostics,
    ) -> T {
        let Some(span) = self.span else { return input };
        let before = serde_json::to_value(&input).expect("a model without maps of other keys is JSON");
        let after = self.overlay.apply(before.clone(), call);
        for path in overlay::missing(&after, call) {
            let message = format!("`{path}` is missing in {what}");
            diags.error(Code::MissingKey, span, message).hint("ECS does not do without it");
        }
        if needs_credentials(&after) && after.get("executionRoleArn").is_none() {
            let message =
                format!("{what} needs an execution role, with which ECS reads the credentials for the registry");
            diags
                .error(Code::MissingOption, span, message)
                .hint("give `--execution-role ARN`, or `x-ecs: {execution_role: ARN}` in the file");
        }
        if is_tagged(&before) && !is_tagged(&after) {
            let message = format!("{what} loses the tag by which the project finds what is its own");
            diags.error(Code::Refused, span, message).hint("add tags to those that are there");
        }
        serde_json::from_value(after).unwrap_or_else(|_| {
            let message = format!("the rules of ECS are not checked for {what}: it uses what they do not know");
            diags.note(Code::Inferred, span, message);
            input
        })
    }
}

/// Whether an image is pulled with credentials of a registry.
fn needs_credentials(input: &Value) -> bool {
    let containers = input.get("containerDefinitions").and_then(Value::as_array);
    containers.into_iter().flatten().any(|container| container.get("repositoryCredentials").is_some())
}

/// Whether an input has the tag of its project.
fn is_tagged(input: &Value) -> bool {
    let tags = input.get("tags").and_then(Value::as_array);
    tags.into_iter().flatten().any(|tag| tag.get("key").is_some_and(|key| key == "compose2ecs:project"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecs::shape::{self, Kind};
    use crate::testing::{findings, node};

    /// Something that a field takes, with every field in it.
    fn sample(kind: &Kind) -> Value {
        match kind {
            Kind::Text => json!("text"),
            Kind::Integer { first, last } => json!((*first).max(1).min(*last)),
            Kind::Number => json!(1.5),
            Kind::Flag => json!(true),
            Kind::Word(words) => json!(words.last()),
            Kind::List(item) => json!([sample(item)]),
            Kind::Map(value) => json!({ "key": sample(value) }),
            Kind::Structure(structure) => {
                let fields = shape::fields(structure).iter();
                Value::Object(fields.map(|field| (field.name.to_owned(), sample(&field.kind))).collect())
            }
            Kind::Any => json!({ "anything": [1, null, "text"] }),
        }
    }

    #[test]
    fn every_field_that_a_call_takes_is_taken() {
        for call in [Call::RegisterTaskDefinition, Call::CreateService, Call::RunTask] {
            let whole = sample(&Kind::Structure(call.structure()));
            let text = whole.to_string();
            let mut diags = Diagnostics::default();
            let layer = Reader { call, refused: &[], diags: &mut diags }.layer(&node(&text), call.structure());
            assert_eq!(findings(&text, &diags), "");
            let layer = layer.map(Value::Object).expect("a layer");
            assert_eq!(layer, whole);
            let mut overlay = Overlay::default();
            overlay.push(layer);
            assert_eq!(overlay.apply(json!({}), call), whole);
            assert_eq!(overlay::missing(&whole, call), [""; 0]);
        }
    }

    /// What is found in a layer over a task definition.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut diags = Diagnostics::default();
        let mut reader = Reader { call: Call::RegisterTaskDefinition, refused: &[("family", "no")], diags: &mut diags };
        reader.layer(&node(text), Call::RegisterTaskDefinition.structure());
        assert_eq!(findings(text, &diags), expected);
    }

    #[test]
    fn what_ecs_does_not_know_is_a_mistake() {
        check(
            "pidMod: host",
            "pidMod | error[unknown-key]: unknown key `pidMod`: ECS's `RegisterTaskDefinition` has no such field",
        );
        check(
            "containerDefinitions: [{name: a, health_check: {}}]",
            "health_check | error[unknown-key]: unknown key `health_check`: ECS's `ContainerDefinition` has no such field",
        );
        check("family: a", "family | error[refused]: `family` is not for a layer to change");
    }

    #[test]
    fn what_is_of_another_type_is_a_mistake() {
        check("pidMode: docker", "docker | error[invalid-value]: invalid value `docker`: it must be `host` or `task`");
        check(
            "cpu: 256",
            "256 | error[wrong-type]: expected a string, which ECS has here: put it in quotes, found a number",
        );
        check("volumes: {a: b}", "{a: b} | error[wrong-type]: expected a list, found a mapping");
        check("runtimePlatform: x", "x | error[wrong-type]: expected a mapping, found a string");
        check(
            "ephemeralStorage: {sizeInGiB: many}",
            "many | error[wrong-type]: expected a whole number, found a string",
        );
        check("containerDefinitions: [{image: x}]", "{image: x} | error[missing-key]: `name` is missing");
        check("cpu: null", "");
    }
}
