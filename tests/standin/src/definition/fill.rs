//! The defaults that ECS adds to what was registered.

use serde_json::{Map, Value, json};

use crate::input::Input;

/// The lists that a container definition always has.
const LISTS: [&str; 5] = ["portMappings", "environment", "mountPoints", "volumesFrom", "systemControls"];

/// What is kept of an input, with the defaults.
pub(super) fn members(input: Input<'_>) -> Map<String, Value> {
    let mut members = input.0.as_object().cloned().unwrap_or_default();
    members.retain(|name, value| name != "tags" && !value.is_null());
    for (name, unit) in [("cpu", "VCPU"), ("memory", "GB")] {
        if let Some(Value::String(text)) = members.get_mut(name)
            && let Some(count) = in_units(text, unit)
        {
            *text = count;
        }
    }
    members.entry("volumes").or_insert(json!([]));
    members.entry("placementConstraints").or_insert(json!([]));
    let shared = input.text("networkMode") == Some("awsvpc") || input.text("networkMode") == Some("host");
    if let Some(Value::Array(containers)) = members.get_mut("containerDefinitions") {
        for container in containers.iter_mut().filter_map(Value::as_object_mut) {
            fill_container(container, shared);
        }
    }
    if let Some(Value::Array(volumes)) = members.get_mut("volumes") {
        for volume in volumes.iter_mut().filter_map(Value::as_object_mut) {
            if volume.len() == 1 {
                volume.insert("host".to_owned(), json!({}));
            }
        }
    }
    let launches = if is_for_fargate(input) { json!(["EC2", "FARGATE"]) } else { json!(["EC2"]) };
    members.insert("compatibilities".to_owned(), launches);
    members
}

/// `1 vCPU` as CPU units, `0.5 GB` as MiB; nothing for a text without the unit.
fn in_units(text: &str, unit: &str) -> Option<String> {
    let text = text.to_uppercase();
    let number: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
    Some(format!("{:.0}", number * 1024.0))
}

/// Whether Fargate could run it; what cannot be is refused where Fargate is asked for.
fn is_for_fargate(input: Input<'_>) -> bool {
    input.text("networkMode") == Some("awsvpc") && input.has("cpu") && input.has("memory")
}

fn fill_container(container: &mut Map<String, Value>, shared: bool) {
    container.retain(|_, value| !value.is_null());
    container.entry("cpu").or_insert(json!(0));
    container.entry("essential").or_insert(json!(true));
    for name in LISTS {
        container.entry(name).or_insert(json!([]));
    }
    if let Some(Value::Array(ports)) = container.get_mut("portMappings") {
        for port in ports.iter_mut().filter_map(Value::as_object_mut) {
            port.entry("protocol").or_insert(json!("tcp"));
            let own = port.get("containerPort").cloned().unwrap_or(json!(0));
            port.entry("hostPort").or_insert(if shared { own } else { json!(0) });
        }
    }
    if let Some(Value::Object(check)) = container.get_mut("healthCheck") {
        for (name, value) in [("interval", 30), ("timeout", 5), ("retries", 3)] {
            check.entry(name).or_insert(json!(value));
        }
    }
    if let Some(Value::Object(log)) = container.get_mut("logConfiguration") {
        log.entry("secretOptions").or_insert(json!([]));
    }
}
