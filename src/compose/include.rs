//! `include`: projects that are made of others.

use crate::diag::{Code, Diagnostics};
use crate::yaml::Node;

/// Reports `include`, which is not read yet.
pub(super) fn check(document: &Node, diags: &mut Diagnostics) {
    if let Some(entry) = document.as_mapping().and_then(|mapping| mapping.get("include")) {
        let finding = diags.error(Code::NotYet, entry.key_span, "`include` is not read yet");
        finding.hint("name the included files with `-f`, before this one");
    }
}
