//! What Compose writes out in another way than it may be written.
//!
//! It compares what a document defines, as it was written, with what an included project defines, in its long form. So
//! two definitions differ whenever there is anything to write out, be they equal to the letter.

use crate::compose::paths::clean;
use crate::yaml::resolve::Value;
use crate::yaml::{Kind, Node};

/// Whether anything below a definition is written out in another way. `section` is where it stands.
pub(super) fn has_shorthand(section: &str, definition: &Node) -> bool {
    below(&mut vec![section, ""], definition)
}

/// Whether anything at or below a place is written out in another way. Names and places in lists are empty.
fn below<'n>(path: &mut Vec<&'n str>, node: &'n Node) -> bool {
    is_shorthand(path, node)
        || match &node.kind {
            Kind::Scalar(_) => false,
            Kind::Sequence(items) => items.iter().any(|item| inner(path, "", item)),
            Kind::Mapping(mapping) => mapping.entries().iter().any(|entry| inner(path, &entry.key, &entry.value)),
        }
}

/// The same one key further.
fn inner<'n>(path: &mut Vec<&'n str>, key: &'n str, node: &'n Node) -> bool {
    path.push(key);
    let found = below(path, node);
    path.pop();
    found
}

/// Whether a value is written out in another way.
fn is_shorthand(path: &[&str], node: &Node) -> bool {
    let (is_list, is_scalar) = (node.as_sequence().is_some(), node.as_scalar().is_some());
    let lacks = |keys: &[&str]| keys.iter().any(|key| node.get(key).is_none());
    let is_crooked = || node.as_scalar().is_some_and(|scalar| clean((*scalar.text).into()).as_str() != &*scalar.text);
    match path {
        ["services", _, "build" | "env_file" | "label_file" | "dns" | "gpus"]
        | ["services", _, "volumes" | "devices" | "configs", ""]
        | ["services", _, "build", "secrets", ""] => is_scalar,
        ["services", _, "networks" | "models" | "depends_on"]
        | ["services", _, "build", "additional_contexts" | "ssh"] => is_list,
        ["services", _, "depends_on", _] | ["services", _, "env_file", ""] => lacks(&["required"]),
        ["services", _, "ports", ""] => lacks(&["mode", "protocol"]),
        ["services", _, "secrets", ""] => lacks(&["target"]),
        ["services", _, "deploy", "resources", "reservations", "devices", ""] => lacks(&["count"]),
        ["services", _, "build", "provenance" | "sbom"] => matches!(node.value(), Some(Value::Bool(_))),
        ["services", _, "command" | "entrypoint"] => node.as_sequence().is_some_and(<[_]>::is_empty),
        ["networks" | "volumes" | "secrets" | "configs", _, "external"] => node.as_mapping().is_some(),
        ["services", _, "build", "context"]
        | ["services", _, "build", "additional_contexts", _]
        | ["services", _, "label_file", ""]
        | ["services", _, "env_file" | "volumes", "", "path" | "source"]
        | ["services", _, "develop", "watch", "", "path"]
        | ["secrets" | "configs", _, "file"]
        | ["volumes", _, "driver_opts", "device"] => is_crooked(),
        _ => false,
    }
}
