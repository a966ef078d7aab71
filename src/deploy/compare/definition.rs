//! Task definitions.

use serde_json::{Map, Value};

use super::canonical::Rules;
use super::difference::{Difference, differences};
use crate::digest;

/// What ECS adds to what was registered, and tags, which are no part of what runs.
const ADDED: &[&str] = &[
    "compatibilities",
    "deleteRequestedAt",
    "deregisteredAt",
    "registeredAt",
    "registeredBy",
    "requiresAttributes",
    "revision",
    "status",
    "tags",
    "taskDefinitionArn",
];

/// The form in which task definitions are compared, and what its checksum is made of. A new form gets a new number.
const FORM: &str = "1";

/// What must change for a revision to be what is wanted.
#[must_use]
pub fn compare(registered: &Map<String, Value>, wanted: &Map<String, Value>) -> Vec<Difference> {
    differences(&canonical(registered), &canonical(wanted), order)
}

/// A checksum of what a task definition means.
#[must_use]
pub fn hash(definition: &Map<String, Value>) -> String {
    let text = Value::Object(canonical(definition)).to_string();
    digest::short(&format!("{FORM}\n{text}"))
}

/// A task definition in the form in which all are compared.
#[must_use]
pub fn canonical(definition: &Map<String, Value>) -> Map<String, Value> {
    let mut own: Map<String, Value> = definition
        .iter()
        .filter(|(key, _)| !ADDED.contains(&&***key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    for (key, unit, in_one) in [("cpu", "vcpu", 1024.0), ("memory", "gb", 1024.0)] {
        if let Some(size) = own.get(key).and_then(|size| size_of(size, unit, in_one)) {
            own.insert(key.to_owned(), Value::String(size));
        }
    }
    fill_host_ports(&mut own);
    Rules { is_default, order }.canonical(&own)
}

/// A task's size in its smallest unit. ECS also takes `1 vCPU` and `2 GB`, and answers with plain numbers.
fn size_of(size: &Value, unit: &str, in_one: f64) -> Option<String> {
    let Value::String(text) = size else { return Some(size.to_string()) };
    let text = text.trim().to_lowercase();
    let Some(number) = text.strip_suffix(unit) else { return Some(text) };
    let number: f64 = number.trim().parse().ok()?;
    Some(format!("{:.0}", number * in_one))
}

/// Gives port mappings the host port that they have without one: the container's, or any in bridge mode.
fn fill_host_ports(definition: &mut Map<String, Value>) {
    let own = matches!(definition.get("networkMode").and_then(Value::as_str), Some("awsvpc" | "host"));
    let containers = definition.get_mut("containerDefinitions").and_then(Value::as_array_mut);
    for container in containers.into_iter().flatten() {
        let mappings = container.get_mut("portMappings").and_then(Value::as_array_mut);
        for mapping in mappings.into_iter().flatten().filter_map(Value::as_object_mut) {
            let default = if own { mapping.get("containerPort").cloned() } else { Some(Value::from(0)) };
            if let Some(default) = default.filter(|_| !mapping.contains_key("containerPortRange")) {
                mapping.entry("hostPort").or_insert(default);
            }
        }
    }
}

/// What a task definition means without saying it.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html>
fn is_default(path: &[&str], value: &Value) -> bool {
    let (number, text) = (value.as_u64(), value.as_str());
    match path {
        ["containerDefinitions", "cpu"] => number == Some(0),
        ["containerDefinitions", "essential"] => *value == Value::Bool(true),
        ["containerDefinitions", "portMappings", "protocol"] => text == Some("tcp"),
        ["containerDefinitions", "healthCheck", "interval"] => number == Some(30),
        ["containerDefinitions", "healthCheck", "timeout"] => number == Some(5),
        ["containerDefinitions", "healthCheck", "retries"] => number == Some(3),
        ["containerDefinitions", "versionConsistency"] => text == Some("enabled"),
        ["runtimePlatform", "operatingSystemFamily"] => text == Some("LINUX"),
        ["runtimePlatform", "cpuArchitecture"] => text == Some("X86_64"),
        ["volumes", "efsVolumeConfiguration", "rootDirectory"] => text == Some("/"),
        ["volumes", "efsVolumeConfiguration", "transitEncryption" | "authorizationConfig", ..] => {
            text == Some("DISABLED")
        }
        ["volumes", "dockerVolumeConfiguration", "scope"] => text == Some("task"),
        // What is not switched on is off.
        _ => *value == Value::Bool(false) && path != ["containerDefinitions", "essential"],
    }
}

/// By what the objects of lists without an order are known.
fn order(path: &[&str]) -> Option<&'static [&'static str]> {
    match path {
        ["requiresCompatibilities"] | [.., "add" | "drop"] => Some(&[]),
        ["containerDefinitions" | "volumes" | "inferenceAccelerators"]
        | [.., "environment" | "secrets" | "ulimits" | "secretOptions"] => Some(&["name"]),
        ["placementConstraints"] => Some(&["type", "expression"]),
        [.., "portMappings"] => Some(&["containerPort", "containerPortRange", "protocol"]),
        [.., "mountPoints" | "tmpfs"] => Some(&["containerPath"]),
        [.., "dependsOn"] => Some(&["containerName"]),
        [.., "systemControls"] => Some(&["namespace"]),
        [.., "extraHosts"] => Some(&["hostname", "ipAddress"]),
        [.., "resourceRequirements"] => Some(&["type"]),
        [.., "volumesFrom"] => Some(&["sourceContainer"]),
        [.., "devices"] => Some(&["hostPath"]),
        _ => None,
    }
}
