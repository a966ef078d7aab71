//! ECS's own JSON: each file is the input of one call, as the AWS CLI takes it with `--cli-input-json`.

use super::Artifact;
use crate::ecs::Stack;

/// One file per input.
pub(super) fn emit(_stack: &Stack) -> Vec<Artifact> {
    Vec::new()
}

/// All inputs in one document.
pub(super) fn document(_stack: &Stack) -> String {
    String::new()
}
