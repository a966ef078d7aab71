//! By which tags things are known, and who may look in.

use indexmap::IndexMap;

use crate::compose::extension::tags::{Propagation, Tagging};
use crate::diag::{Code, Diagnostics};
use crate::ecs::service::PropagateTags;
use crate::ecs::task::Tag;

/// What starts the keys of tags by which the project finds its own.
const RESERVED: &str = "compose2ecs:";

/// Tags with those that `x-ecs` adds, which stand in place of others of the same key.
pub(super) fn tagged(tags: Vec<Tag>, written: &Tagging, diags: &mut Diagnostics) -> Vec<Tag> {
    // The other keys are for services only.
    let Tagging { tags: added, propagate_tags: _, exec: _ } = written;
    let mut all: IndexMap<String, String> = tags.into_iter().map(|Tag { key, value }| (key, value)).collect();
    for (key, value) in added.iter().flat_map(|tags| &tags.value.0) {
        if key.starts_with(RESERVED) {
            let message = format!("the tag `{key}` is not yours: by such tags the project finds what is its own");
            diags.error(Code::Refused, value.span, message).hint("give the tag another name");
            continue;
        }
        all.insert(key.clone(), value.value.clone());
    }
    all.into_iter().map(|(key, value)| Tag { key, value }).collect()
}

/// Whose tags tasks get.
pub(super) fn propagate_tags(written: &Tagging, usual: PropagateTags) -> PropagateTags {
    match written.propagate_tags.map(|from| from.value) {
        Some(Propagation::Service) => PropagateTags::Service,
        Some(Propagation::TaskDefinition) => PropagateTags::TaskDefinition,
        Some(Propagation::None) => PropagateTags::None,
        None => usual,
    }
}

/// Whether a shell may be opened in the containers. What the task role must allow for it is said once.
pub(super) fn enable_execute_command(written: &Tagging, diags: &mut Diagnostics) -> Option<bool> {
    let exec = written.exec?;
    if exec.value {
        let message = "to open a shell, the task role must allow `ssmmessages:CreateControlChannel`, \
                       `CreateDataChannel`, `OpenControlChannel` and `OpenDataChannel`";
        diags.note(Code::MissingOption, exec.span, message).hint("`init: true` reaps what a shell leaves behind");
    }
    exec.value.then_some(true)
}
