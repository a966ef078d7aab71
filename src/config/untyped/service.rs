//! A service whose variables are still in it.

use super::pairs::pairs;
use super::{Context, into_entries, plain, short};
use crate::config::Format;
use crate::config::value::{Fields, Value};
use crate::yaml::{Kind, Node};

/// What is printed of a service.
pub(super) fn fields(node: &Node, context: &Context<'_>) -> Fields<'static> {
    let mut service: Vec<(String, Value<'static>)> = Vec::new();
    for entry in node.entries() {
        service.push((entry.key.to_string(), key(&entry.key, &entry.value, context)));
    }
    if context.is_normal() {
        add_dependencies(node, &mut service);
        let is_elsewhere = node.get("network_mode").is_some() || node.get("provider").is_some();
        match service.iter_mut().find(|(key, _)| key == "networks") {
            Some((_, networks)) if networks.is_empty() && !is_elsewhere => *networks = default_network(),
            None if !is_elsewhere => service.push(("networks".to_owned(), default_network())),
            Some(_) | None => {}
        }
    }
    Fields::sorted(service)
}

/// The network that every service is in.
fn default_network() -> Value<'static> {
    Value::sorted([("default", Value::Null)])
}

/// The value of a key of a service.
fn key(key: &str, node: &Node, context: &Context<'_>) -> Value<'static> {
    match (key, &node.kind) {
        ("build", _) => build(node, context),
        ("depends_on", _) => depends_on(node),
        ("networks" | "models", Kind::Sequence(items)) => {
            Value::sorted(items.iter().filter_map(|item| Some((item.as_scalar()?.text.to_string(), Value::Null))))
        }
        ("dns" | "label_file", Kind::Scalar(_)) => Value::List(vec![plain(node)]),
        ("env_file", Kind::Scalar(_)) => Value::List(vec![env_file(node)]),
        ("env_file", Kind::Sequence(items)) => items.iter().map(|item| env_file(item)).collect(),
        ("gpus", Kind::Scalar(_)) => Value::List(vec![Value::sorted([("count", plain(node))])]),
        ("gpus", Kind::Sequence(items)) => items.iter().map(|item| device_request(plain(item))).collect(),
        ("deploy", _) => deploy(node),
        ("develop", _) => change(plain(node), &["watch"], &|watch| match watch.as_list() {
            Some(items) => items.iter().cloned().map(watched).collect(),
            None => watch,
        }),
        ("environment", _) => environment(node, context),
        ("labels" | "annotations" | "sysctls", _) => pairs(node),
        ("pull_policy", Kind::Scalar(scalar)) if context.is_normal() && &*scalar.text == "if_not_present" => {
            Value::from("missing")
        }
        ("secrets", Kind::Sequence(items)) => items.iter().map(|item| secret(item)).collect(),
        ("configs", Kind::Sequence(items)) => items.iter().map(|item| file_mount(item)).collect(),
        ("ports", Kind::Sequence(items)) => short::ports(items, context),
        ("volumes", Kind::Sequence(items)) => short::volumes(items, context),
        ("devices", Kind::Sequence(items)) => short::devices(items, context),
        _ => plain(node),
    }
}

/// Variables, of which that of the project's name is given its value.
fn environment(node: &Node, context: &Context<'_>) -> Value<'static> {
    const NAME: &str = "COMPOSE_PROJECT_NAME";
    let name = &context.tree.name;
    let variables = pairs(node);
    if let Value::List(items) = variables {
        let named = |item: Value<'static>| match item.as_str() {
            Some(NAME) => format!("{NAME}={name}").into(),
            Some(_) | None => item,
        };
        return items.into_iter().map(named).collect();
    }
    if !context.is_normal() {
        return variables;
    }
    variables.map_values(|key, value| if key == NAME && value == Value::Null { name.to_string().into() } else { value })
}

/// Adds a key unless it is there.
fn add(value: Value<'static>, key: &str, default: impl Into<Value<'static>>) -> Value<'static> {
    let mut entries = into_entries(value);
    if !entries.iter().any(|(other, _)| other == key) {
        entries.push((key.to_owned(), default.into()));
    }
    Value::sorted(entries)
}

/// How an image is made.
fn build(node: &Node, context: &Context<'_>) -> Value<'static> {
    let build = match &node.kind {
        Kind::Scalar(_) => Value::sorted([("context", plain(node))]),
        Kind::Mapping(mapping) => Value::sorted(mapping.entries().iter().map(|entry| {
            let value = match (&*entry.key, &entry.value.kind) {
                ("args", _) => arguments(&entry.value, context),
                ("ssh" | "additional_contexts", Kind::Sequence(items)) => named(items.iter().map(|item| &**item)),
                ("labels", _) => pairs(&entry.value),
                ("provenance" | "sbom", Kind::Scalar(_)) => attestation(plain(&entry.value)),
                ("secrets", Kind::Sequence(items)) => items.iter().map(|item| file_mount(item)).collect(),
                _ => plain(&entry.value),
            };
            (entry.key.to_string(), value)
        })),
        Kind::Sequence(_) => return plain(node),
    };
    let build = add(build, "context", context.directory());
    let is_complete = node.get("dockerfile_inline").is_some() || !context.is_normal();
    if is_complete { build } else { add(build, "dockerfile", "Dockerfile") }
}

/// `provenance` or `sbom`, which is a text even if it says yes or no.
fn attestation(value: Value<'static>) -> Value<'static> {
    if let Value::Bool(value) = value { value.to_string().into() } else { value }
}

/// `args`, of which those without a value are left out.
fn arguments(node: &Node, context: &Context<'_>) -> Value<'static> {
    let value = pairs(node);
    if !context.is_normal() {
        return value;
    }
    let Some(items) = value.as_list() else {
        return Value::sorted(into_entries(value).into_iter().filter(|(_, value)| *value != Value::Null));
    };
    let has_value = |item: &&Value<'_>| item.as_str().is_none_or(|text| text.contains('='));
    let items: Vec<_> = items.iter().filter(has_value).cloned().collect();
    // Docker Compose keeps no list then, which its JSON tells apart.
    if items.is_empty() && context.options.format == Format::Json { Value::Null } else { Value::List(items) }
}

/// `NAME=VALUE` pairs as a mapping.
fn named<'n>(items: impl Iterator<Item = &'n Node>) -> Value<'static> {
    let pair = |item: &Node| {
        let text = item.as_scalar()?.text.to_string();
        Some(match text.split_once('=') {
            Some((key, value)) => (key.to_owned(), Value::from(value.to_owned())),
            None => (text, Value::Null),
        })
    };
    Value::sorted(items.filter_map(pair))
}

/// What a service waits for.
fn depends_on(node: &Node) -> Value<'static> {
    let value = plain(node);
    match value.as_list() {
        Some(items) => {
            Value::sorted(items.iter().filter_map(|item| Some((item.as_str()?.to_owned(), dependency(None)))))
        }
        None => value.map_values(|_, value| add(value, "required", true)),
    }
}

/// That a service waits for another.
///
/// Whether it restarts with it is said where that follows from another key.
fn dependency(restarts: Option<bool>) -> Value<'static> {
    let condition = [("condition", Value::from("service_started")), ("required", Value::Bool(true))];
    Value::sorted(condition.into_iter().chain(restarts.map(|restarts| ("restart", Value::Bool(restarts)))))
}

/// Adds the services that a service waits for by other keys.
fn add_dependencies(node: &Node, service: &mut Vec<(String, Value<'static>)>) {
    let items = |key: &str| node.get(key).and_then(|node| node.as_sequence()).unwrap_or_default();
    let text = |node: &Node| node.as_scalar().map(|scalar| scalar.text.to_string());
    let first = |text: &str| text.split(':').next().unwrap_or_default().to_owned();
    let links = items("links").iter().filter_map(|item| text(item)).map(|link| (first(&link), true));
    let shared = ["network_mode", "ipc", "pid", "uts"]
        .into_iter()
        .filter_map(|key| Some((text(node.get(key)?)?.strip_prefix("service:")?.to_owned(), true)));
    let volumes = items("volumes_from").iter().filter_map(|item| text(item));
    let volumes = volumes.filter(|text| !text.starts_with("container:")).map(|from| (first(&from), false));
    let implied: Vec<(String, bool)> = links.chain(shared).chain(volumes).collect();
    if implied.is_empty() {
        return;
    }
    let position = service.iter().position(|(key, _)| key == "depends_on");
    let mut all = position.map(|position| into_entries(service.swap_remove(position).1)).unwrap_or_default();
    for (name, restarts) in implied {
        if !all.iter().any(|(other, _)| *other == name) {
            all.push((name, dependency(Some(restarts))));
        }
    }
    service.push(("depends_on".to_owned(), Value::sorted(all)));
}

/// A file of variables.
fn env_file(node: &Node) -> Value<'static> {
    let value = if node.as_scalar().is_some() { Value::sorted([("path", plain(node))]) } else { plain(node) };
    add(value, "required", true)
}

/// A secret or a config that a service sees.
fn file_mount(node: &Node) -> Value<'static> {
    if node.as_scalar().is_some() { Value::sorted([("source", plain(node))]) } else { plain(node) }
}

/// A secret, which has a place.
fn secret(node: &Node) -> Value<'static> {
    let value = file_mount(node);
    let source = value.fields().and_then(|secret| secret.get("source")).and_then(Value::as_str).unwrap_or_default();
    let target = format!("/run/secrets/{source}");
    add(value, "target", target)
}

/// A device that is asked for: all of them, unless it is said which.
fn device_request(value: Value<'static>) -> Value<'static> {
    let chooses = value.fields().is_some_and(|device| device.get("device_ids").is_some());
    if chooses { value } else { add(value, "count", "all") }
}

/// What is watched, with lists of patterns in place of single ones.
fn watched(value: Value<'static>) -> Value<'static> {
    value.map_values(|key, value| {
        let is_single = value.as_str().is_some() && matches!(key, "include" | "ignore");
        if is_single { Value::List(vec![value]) } else { value }
    })
}

/// How many run, and what they may use.
fn deploy(node: &Node) -> Value<'static> {
    let devices = |devices: Value<'static>| match devices.as_list() {
        Some(items) => items.iter().cloned().map(device_request).collect(),
        None => devices,
    };
    let deploy = change(plain(node), &["resources", "reservations", "devices"], &devices);
    match node.get("labels") {
        Some(labels) => change(deploy, &["labels"], &|_| pairs(labels)),
        None => deploy,
    }
}

/// A value in which that under a path is changed.
fn change(value: Value<'static>, path: &[&str], with: &dyn Fn(Value<'static>) -> Value<'static>) -> Value<'static> {
    let Some((first, rest)) = path.split_first() else { return with(value) };
    value.map_values(|key, value| if key == *first { change(value, rest, with) } else { value })
}
