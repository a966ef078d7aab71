//! The labels under `deploy` by which ecs-compose-x is told what Compose cannot say.
//! <https://docs.compose-x.io/syntax/compose_x/ecs.html>

use super::Foreign;
use crate::compose::Project;
use crate::compose::extension::value::StorageGib;
use crate::compose::name::ServiceName;
use crate::compose::service::readiness::Condition;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;

/// Labels that are read, here or where services are grouped, and are no tags.
pub(crate) const LABELS: &[&str] = &[
    "ecs.task.family",
    "ecs.depends.condition",
    "ecs.essential",
    "ecs.ephemeral.storage",
    "ecs.compute.platform",
    "ecs.task.family.hostname",
];

/// Takes over what the labels of services say.
pub(super) fn adopt(project: &mut Project, diags: &mut Diagnostics) {
    let mut conditions: Vec<(ServiceName, Condition)> = Vec::new();
    for (name, service) in &mut project.services {
        for (label, value) in &service.placement.labels {
            let foreign = |form| Foreign { name: label, span: value.span, form };
            let extension = &mut service.extension;
            match label.as_str() {
                "ecs.depends.condition" => {
                    conditions.extend(condition(value, diags).map(|condition| (name.clone(), condition)));
                }
                "ecs.essential" => {
                    let essential = flag(value, diags);
                    foreign("essential: false").put(essential, &mut extension.own.essential, diags);
                }
                "ecs.ephemeral.storage" => {
                    let slot = &mut extension.task.size.ephemeral_storage;
                    foreign("ephemeral_storage: GIB").put(storage(value, diags), slot, diags);
                }
                "ecs.compute.platform" => {
                    let hint = "write `x-ecs: {launch_type: fargate}` at the top of the file";
                    foreign("").lost("the whole project runs in one place", hint, diags);
                }
                "ecs.task.family.hostname" => {
                    let hint = "name the task with `x-ecs.task`; its services keep their own names";
                    foreign("").lost("names are those of services", hint, diags);
                }
                _ => {}
            }
        }
    }
    for (name, condition) in conditions {
        for service in project.services.values_mut() {
            if let Some(dependency) = service.readiness.depends_on.get_mut(&name) {
                dependency.value.condition = condition;
            }
        }
    }
}

/// What those who depend on a service ask of it.
fn condition(value: &Spanned<String>, diags: &mut Diagnostics) -> Option<Condition> {
    let condition = super::condition(value, diags)?;
    let word = condition.as_str();
    let message = format!("`ecs.depends.condition` is taken for `condition: {word}` of those who depend on it");
    diags
        .note(Code::Inferred, value.span, message)
        .hint(format!("write `depends_on: {{NAME: {{condition: {word}}}}}`"));
    Some(condition)
}

/// `true` or `false`, as a text.
fn flag(value: &Spanned<String>, diags: &mut Diagnostics) -> Option<Spanned<bool>> {
    let flag = match value.value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => true,
        "false" | "no" | "0" => false,
        other => {
            let message = format!("invalid value `{other}`: it must be `true` or `false`");
            diags.error(Code::InvalidValue, value.span, message);
            return None;
        }
    };
    Some(Spanned::new(flag, value.span))
}

/// A number of GiB. One that is less than ECS gives anyway is not for it to be told.
fn storage(value: &Spanned<String>, diags: &mut Diagnostics) -> Option<Spanned<StorageGib>> {
    if let Some(size) = value.value.parse().ok().and_then(StorageGib::new) {
        Some(Spanned::new(size, value.span))
    } else {
        let message = format!("invalid value `{}`: it must be from 21 to 200", value.value);
        diags.error(Code::InvalidValue, value.span, message);
        None
    }
}
