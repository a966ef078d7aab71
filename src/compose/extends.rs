//! `extends`: services that start from other services.

use crate::diag::{Code, Diagnostics};
use crate::yaml::{Mapping, Node, Tag};

/// Reports `extends` in services, which is not read yet.
pub(super) fn check(document: &Node, diags: &mut Diagnostics) {
    let services = document.get("services").and_then(|services| services.as_mapping());
    for service in services.into_iter().flat_map(Mapping::entries) {
        let entry = service.value.as_mapping().and_then(|service| service.get("extends"));
        if let Some(entry) = entry.filter(|entry| entry.value.tag != Some(Tag::Reset)) {
            let finding = diags.error(Code::NotYet, entry.key_span, "`extends` is not read yet");
            finding.hint("write the keys of the other service here, or share them with `&anchor` and `<<: *anchor`");
        }
    }
}
