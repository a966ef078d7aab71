//! Lists without items.

use crate::config::value::Value;

/// The model without its empty lists: to Docker Compose most of them are nothing, which its JSON tells apart.
pub(super) fn without_empty_lists(value: Value<'static>, path: &[&str]) -> Value<'static> {
    if let Value::List(items) = value {
        if items.is_empty() && !stays_empty(path) {
            return Value::Null;
        }
        return items.into_iter().map(|item| without_empty_lists(item, &[path, &[""]].concat())).collect();
    }
    value.map_values(|key, value| without_empty_lists(value, &[path, &[key]].concat()))
}

/// Whether an empty list stays one: those whose items Docker Compose has looked at to find equal ones.
fn stays_empty(path: &[&str]) -> bool {
    match path {
        ["services", _, key] => matches!(
            *key,
            "annotations"
                | "cap_add"
                | "cap_drop"
                | "configs"
                | "devices"
                | "dns"
                | "dns_opt"
                | "dns_search"
                | "env_file"
                | "expose"
                | "labels"
                | "links"
                | "ports"
                | "profiles"
                | "secrets"
                | "sysctls"
                | "tmpfs"
                | "volumes"
        ),
        ["services", _, "build", "labels" | "tags" | "additional_contexts"]
        | ["services", _, "deploy", "labels"]
        | ["services", _, "networks", _, "aliases" | "link_local_ips"]
        | ["networks", _, "labels"] => true,
        _ => false,
    }
}
