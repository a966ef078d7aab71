//! What a file must be for Docker Compose to take a service from it.
//!
//! Before it looks for the service, it turns strings into numbers, writes out short forms and drops what stands twice,
//! in all of the file. What cannot be read for that is a mistake wherever it stands; nothing else matters of what is
//! not taken.

use super::service::image::build::{Build, BuildLimit, Contexts, SshAgents};
use super::service::kernel::device::Device;
use super::service::kernel::ulimit::Ulimit;
use super::service::network::port;
use super::service::readiness::DependsOn;
use super::service::storage::mount;
use crate::diag::Diagnostics;
use crate::yaml::keys::{Decode, Keys};
use crate::yaml::resolve::Value;
use crate::yaml::{Kind, Node, Tag};

/// Reports what is wrong with a value.
type Check = fn(&Node, &mut Diagnostics);

/// How many keys lead to the deepest value that is read: `path` of `develop.watch`.
const DEEPEST: usize = 6;

/// Reports what of a file cannot be read.
pub(super) fn check(root: &Node, diags: &mut Diagnostics) {
    below(&mut Vec::new(), root, diags);
}

/// Checks what stands below a place. Places in lists are empty.
fn below<'n>(path: &mut Vec<&'n str>, node: &'n Node, diags: &mut Diagnostics) {
    if path.len() == DEEPEST {
        return;
    }
    match &node.kind {
        Kind::Scalar(_) => {}
        Kind::Sequence(items) => items.iter().for_each(|item| inner(path, "", item, diags)),
        Kind::Mapping(mapping) => {
            mapping.entries().iter().for_each(|entry| inner(path, &entry.key, &entry.value, diags));
        }
    }
}

/// Checks a value one key further, and what stands below it.
fn inner<'n>(path: &mut Vec<&'n str>, key: &'n str, node: &'n Node, diags: &mut Diagnostics) {
    if node.tag == Some(Tag::Reset) {
        return;
    }
    path.push(key);
    if let Some(check) = form(path) {
        check(node, diags);
    }
    below(path, node, diags);
    path.pop();
}

/// How the value at a place is read.
fn form(path: &[&str]) -> Option<Check> {
    let check: Check = match path {
        ["services", _, path @ ..] => return service_form(path).or_else(|| cast_form(path)),
        ["networks" | "volumes" | "secrets" | "configs", _] => mapping_or_nothing,
        ["networks" | "volumes" | "secrets" | "configs", _, "external"]
        | ["networks", _, "attachable" | "enable_ipv4" | "enable_ipv6" | "internal"] => cast::<bool>,
        ["networks", _, "labels", ""] | ["networks", _, "ipam", "options", ""] => read::<String>,
        ["include", ""] => unless_mapping::<String>,
        _ => return None,
    };
    Some(check)
}

/// How the value at a place in a service is read: what has a short form, and the items of lists that are compared.
fn service_form(path: &[&str]) -> Option<Check> {
    let check: Check = match path {
        ["ports"] => read::<Vec<Anything>>,
        ["ports", ""] => |node, diags| entry::<Anything>("target", port::check, node, diags),
        ["volumes", ""] => |node, diags| entry::<String>("target", mount::check, node, diags),
        ["devices", ""] => |node, diags| entry::<String>("target", read::<Device>, node, diags),
        ["env_file", ""] => |node, diags| entry::<String>("path", |_, _| {}, node, diags),
        ["env_file" | "gpus"] => unless_list::<String>,
        ["build"] => unless_mapping::<Build>,
        ["build", "additional_contexts"] => read::<Contexts>,
        ["build", "ssh"] => unless_mapping::<SshAgents>,
        ["build", "ulimits", _] => unless_mapping::<BuildLimit>,
        ["ulimits", _] => unless_mapping::<Ulimit>,
        ["depends_on"] => |node, diags| {
            if node.as_scalar().is_some() {
                read::<DependsOn>(node, diags);
            }
        },
        ["expose", ""] => port::check_exposed,
        ["extends"] | ["secrets" | "configs", ""] | ["build", "secrets", ""] => unless_mapping::<String>,
        ["depends_on", _] if path != ["depends_on", ""] => |node, diags| drop(Keys::of(node, diags)),
        [
            "annotations" | "cap_add" | "cap_drop" | "depends_on" | "dns" | "dns_opt" | "dns_search" | "environment"
            | "label_file" | "labels" | "links" | "models" | "networks" | "profiles" | "sysctls" | "tmpfs",
            "",
        ]
        | ["build", "args" | "labels" | "tags", ""]
        | ["deploy", "labels", ""]
        | ["networks", _, "aliases" | "link_local_ips", ""]
        | ["secrets" | "configs", "", "target"]
        | ["build", "context"]
        | ["develop", "watch", "", "path"] => read::<String>,
        _ => return None,
    };
    Some(check)
}

/// How a string at a place in a service is turned into something else.
fn cast_form(path: &[&str]) -> Option<Check> {
    let check: Check = match path {
        [
            "cpu_count" | "cpu_period" | "cpu_quota" | "cpu_rt_period" | "cpu_rt_runtime" | "cpu_shares"
            | "oom_score_adj" | "pids_limit" | "scale",
        ]
        | ["deploy", "replicas"]
        | ["deploy", "update_config" | "rollback_config", "parallelism"]
        | ["deploy", "restart_policy", "max_attempts"]
        | ["deploy", "placement", "max_replicas_per_node"]
        | ["healthcheck", "retries"]
        | ["ports", "", "target"]
        | ["ulimits", _, "hard" | "soft"] => cast::<i64>,
        ["cpu_percent" | "cpus"] | ["deploy", "update_config" | "rollback_config", "max_failure_ratio"] => cast::<f64>,
        ["init" | "oom_kill_disable" | "privileged" | "read_only" | "stdin_open" | "tty"]
        | ["healthcheck", "disable"]
        | ["volumes", "", "read_only"]
        | ["volumes", "", "volume", "nocopy"] => cast::<bool>,
        _ => return None,
    };
    Some(check)
}

/// Whatever is written.
struct Anything;

impl Decode for Anything {
    fn decode(_: &Node, _: &mut Diagnostics) -> Option<Self> {
        Some(Self)
    }
}

/// Reads a value.
fn read<T: Decode>(node: &Node, diags: &mut Diagnostics) {
    drop(T::decode(node, diags));
}

/// Reads a string as something else; what is none stays as it is.
fn cast<T: Decode>(node: &Node, diags: &mut Diagnostics) {
    if let Some(Value::String(_)) = node.value() {
        read::<T>(node, diags);
    }
}

/// Reads a value that may be a mapping of any keys.
fn unless_mapping<T: Decode>(node: &Node, diags: &mut Diagnostics) {
    if node.as_mapping().is_none() {
        read::<T>(node, diags);
    }
}

/// Reads a value that may be a list of anything.
fn unless_list<T: Decode>(node: &Node, diags: &mut Diagnostics) {
    if node.as_sequence().is_none() {
        read::<T>(node, diags);
    }
}

/// Reads the mapping of something that need not be described.
fn mapping_or_nothing(node: &Node, diags: &mut Diagnostics) {
    if !node.is_null() {
        drop(Keys::of(node, diags));
    }
}

/// Reads an entry of a list: a mapping with a key, or a short form.
fn entry<T: Decode>(key: &'static str, short: Check, node: &Node, diags: &mut Diagnostics) {
    if node.as_mapping().is_none() {
        short(node, diags);
    } else if let Some(mut keys) = Keys::of(node, diags) {
        drop(keys.require::<T>(key, diags));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, node};

    /// Checks a file; the findings are those of a line each.
    #[track_caller]
    fn check_file(text: &str, expected: &str) {
        let mut diags = Diagnostics::default();
        check(&node(text), &mut diags);
        assert_eq!(findings(text, &diags), expected, "{text}");
    }

    /// Checks a service with some keys.
    #[track_caller]
    fn check_service(keys: &str, expected: &str) {
        check_file(&format!("services: {{a: {{{keys}}}}}"), expected);
    }

    #[test]
    fn what_needs_no_reading_is_not_looked_at() {
        for keys in [
            "image: 5, foo: x, mem_limit: x, command: 5, healthcheck: {test: 5, interval: x}, restart: [a]",
            "volumes: x, devices: ~, networks: 5, secrets: ~, label_file: true, environment: {A: [b]}, labels: ~",
            "ports: [{target: true}], volumes: [{target: '', foo: x}], build: {args: 5, dockerfile: 5, ssh: {a: 5}}",
            "cpu_count: true, cpus: [x], scale: 1.5, ulimits: {a: {hard: true}}, gpus: x, depends_on: {b: {}}",
            "cap_add: x, extra_hosts: [a], expose: [x], secrets: [{source: 5, mode: x}], extends: {service: 5}",
            "ports: !reset x",
        ] {
            check_service(keys, "");
        }
        check_file("name: [x]\nfoo: 1\nvolumes: {a: }\nmodels: {a: 5}\nnetworks: {a: {external: 5, ipam: x}}", "");
    }

    #[test]
    fn short_forms_are_read() {
        check_service("ports: x", "x | error[wrong-type]: expected a list, found a string");
        check_service("ports: [{published: 80}]", "{published: 80} | error[missing-key]: `target` is missing");
        check_service("volumes: ['']", "'' | error[invalid-value]: invalid value ``: it is empty");
        check_service("volumes: [{target: 5}]", "5 | error[wrong-type]: expected a string, found a number");
        check_service(
            "devices: ['a:b:c:d']",
            "'a:b:c:d' | error[invalid-value]: invalid device `a:b:c:d`: it has more than three parts",
        );
        check_service("env_file: [a, {format: raw}]", "{format: raw} | error[missing-key]: `path` is missing");
        check_service("env_file: {path: a}", "{path: a} | error[wrong-type]: expected a string, found a mapping");
        check_service(
            "depends_on: a",
            "a | error[wrong-type]: expected a list of services, or a mapping of them, found a string",
        );
        check_service("depends_on: {a: b}", "b | error[wrong-type]: expected a mapping, found a string");
        check_service("extends: [a]", "[a] | error[wrong-type]: expected a string, found a list");
    }

    #[test]
    fn a_build_is_read() {
        check_service("build: 5", "5 | error[wrong-type]: expected a string, found a number");
        check_service(
            "build: {ssh: [default, a]}",
            "a | error[invalid-value]: invalid key `a`: expected `default` or `ID=PATH`",
        );
        check_service(
            "build: {additional_contexts: [a]}",
            "a | error[invalid-value]: invalid context `a`: expected `NAME=CONTEXT`",
        );
        check_service(
            "build: {ulimits: {a: '5'}}",
            "'5' | error[wrong-type]: expected a whole number without quotes, found a string",
        );
    }

    #[test]
    fn strings_are_turned_into_what_they_stand_for() {
        check_service(
            "cpu_count: '99999999999999999999'",
            "'99999999999999999999' | error[wrong-type]: expected a whole number, found a string",
        );
        check_service("privileged: x", "x | error[wrong-type]: expected `true` or `false`, found a string");
        check_service("ulimits: {a: {soft: x}}", "x | error[wrong-type]: expected a whole number, found a string");
        check_service(
            "volumes: [{target: /a, read_only: x}]",
            "x | error[wrong-type]: expected `true` or `false`, found a string",
        );
        check_file("networks: {a: {internal: x}}", "x | error[wrong-type]: expected `true` or `false`, found a string");
    }

    #[test]
    fn items_that_are_compared_are_strings() {
        check_service("labels: [5]", "5 | error[wrong-type]: expected a string, found a number");
        check_service("networks: {a: {aliases: [5]}}", "5 | error[wrong-type]: expected a string, found a number");
        check_service("expose: [1.5]", "1.5 | error[wrong-type]: expected a port, found a number");
        check_file("volumes: {a: 5}", "5 | error[wrong-type]: expected a mapping, found a number");
    }
}
