//! The keys by which other tools have said what Compose cannot: they become the values of `x-ecs` that they stand for,
//! each with a note that says how it is written there.

mod compose_x;
mod docker;
pub(crate) mod ecs_params;
mod terraform;

pub(crate) use compose_x::LABELS;

use std::rc::Rc;

use super::Project;
use super::extension::ServiceExtension;
use super::extension::hatch::ContainerLayers;
use super::extension::setting::Setting;
use super::service::readiness::Condition;
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::keys::Decode;
use crate::yaml::{Entry, Kind, Mapping, Node};

/// Takes over what the project says in the words of other tools. `x-ecs` goes before. What is written for ecs-cli is
/// taken over while the project is read, as it names services.
pub(crate) fn adopt(project: &mut Project, diags: &mut Diagnostics) {
    docker::adopt(project, diags);
    compose_x::adopt(project, diags);
    terraform::adopt(project, diags);
}

/// A value in the words of another tool.
struct Foreign<'e> {
    /// How it is called there.
    name: &'e str,
    /// Where that was written.
    span: Span,
    /// How it is written under `x-ecs`.
    form: &'static str,
}

impl<'e> Foreign<'e> {
    /// A key of another tool.
    fn of(entry: &'e Entry, form: &'static str) -> Self {
        Self { name: &entry.key, span: entry.key_span, form }
    }

    /// Puts the value where `x-ecs` would have put it, unless that says something.
    fn put<T>(&self, value: Option<Spanned<T>>, slot: &mut Option<Spanned<T>>, diags: &mut Diagnostics) {
        let Some(value) = value else { return };
        if let Some(own) = slot {
            self.beaten(own.span, diags);
        } else {
            self.note(diags);
            *slot = Some(value);
        }
    }

    /// Lays a field of ECS's own below what `x-ecs` lays over the result, unless that has the field.
    fn lay(&self, field: &str, value: Rc<Node>, layers: &mut Vec<Rc<Node>>, diags: &mut Diagnostics) {
        let mut mappings = layers.iter().filter_map(|layer| layer.as_mapping());
        if let Some(own) = mappings.find_map(|mapping| mapping.get(field)) {
            self.beaten(own.key_span, diags);
        } else {
            self.note(diags);
            layers.insert(0, mapping(field, value));
        }
    }

    /// Says that `x-ecs` goes before.
    fn beaten(&self, own: Span, diags: &mut Diagnostics) {
        let message = format!("`{}` is left out: `x-ecs` says it", self.name);
        diags.warn(Code::Lost, self.span, message).label(own, "this holds");
    }

    /// Says how it is written under `x-ecs`.
    fn note(&self, diags: &mut Diagnostics) {
        let message =
            format!("`{}` is taken for `x-ecs.{}`", self.name, self.form.split(':').next().unwrap_or_default());
        diags.note(Code::Inferred, self.span, message).hint(format!("write `x-ecs: {{{}}}`", self.form));
    }

    /// Says that it is no more than a label, and what to do. `form` is without meaning.
    fn stays_label(&self, why: &str, hint: &str, diags: &mut Diagnostics) {
        diags.warn(Code::Lost, self.span, format!("`{}` is a label and no more: {why}", self.name)).hint(hint);
    }

    /// Says that it cannot be taken over, and what to do. `form` is without meaning.
    fn lost(&self, why: &str, hint: &str, diags: &mut Diagnostics) {
        let message = format!("`{}` is left out: {why}", self.name);
        diags.warn(Code::Lost, self.span, message).hint(hint);
    }
}

/// Reads a key of another tool as the value that `x-ecs` has for it, and puts it there.
fn take<T: Setting>(entry: &Entry, form: &'static str, slot: &mut Option<Spanned<T>>, diags: &mut Diagnostics) {
    let value = Spanned::decode(&entry.value, diags);
    Foreign::of(entry, form).put(value, slot, diags);
}

/// A mapping of one key, at the place of its value.
fn mapping(key: &str, value: Rc<Node>) -> Rc<Node> {
    let span = value.span;
    let entry = Entry { key: key.into(), key_span: span, value };
    Rc::new(Node::new(span, Kind::Mapping(Mapping::new(vec![entry], []))))
}

/// Takes the secret with which images are pulled, for which ECS has a field of its own.
fn pull_credentials(entry: &Entry, extension: &mut ServiceExtension, diags: &mut Diagnostics) {
    if String::decode(&entry.value, diags).is_none() {
        return;
    }
    let form = "container_definition: {repositoryCredentials: {credentialsParameter: ARN}}";
    let parameter = mapping("credentialsParameter", Rc::clone(&entry.value));
    let slot = &mut extension.container.container_definition;
    let layers = slot.get_or_insert_with(|| Spanned::new(ContainerLayers::default(), entry.value.span));
    Foreign::of(entry, form).lay("repositoryCredentials", parameter, &mut layers.value.0, diags);
}

/// What is asked of another container, in ECS's own word. Nothing if there is no such word, which is reported.
fn condition(value: &Spanned<String>, diags: &mut Diagnostics) -> Option<Condition> {
    let condition = match value.value.as_str() {
        "START" => Condition::Started,
        "HEALTHY" => Condition::Healthy,
        "SUCCESS" | "COMPLETE" => Condition::CompletedSuccessfully,
        other => {
            let message = format!("invalid value `{other}`: it must be `START`, `COMPLETE`, `SUCCESS` or `HEALTHY`");
            diags.error(Code::InvalidValue, value.span, message);
            return None;
        }
    };
    if value.value == "COMPLETE" {
        diags.warn(Code::Approximated, value.span, "it must also have ended well");
    }
    Some(condition)
}
