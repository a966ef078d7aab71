//! The model with its variables still in it: what the files say together, short forms written out where that is possible.
//!
//! Docker Compose gives no types to such a model, so that keys are sorted and values stay as they are written.

use super::value::Value;
use super::{ConfigOptions, Format, PathResolution, json, yaml};
use crate::compose::tree::Tree;
use crate::options::Normalization;
use crate::yaml::{Kind, Node};

mod empty;
mod pairs;
mod service;
mod short;

use pairs::pairs;

/// What the parts of the model are made with.
#[derive(Clone, Copy)]
struct Context<'t> {
    /// What the files say.
    tree: &'t Tree,
    /// How it is printed.
    options: ConfigOptions,
}

impl Context<'_> {
    /// Whether what the files leave to Compose is written out.
    fn is_normal(&self) -> bool {
        self.options.normalization == Normalization::Enabled
    }

    /// The directory of the project.
    fn directory(&self) -> String {
        match self.options.paths {
            PathResolution::Enabled => self.tree.directory.to_string(),
            PathResolution::Disabled => ".".to_owned(),
        }
    }

    /// A path, in which `~` stands for the home directory.
    fn path(&self, path: &str) -> String {
        let is_home = path.starts_with('~') && self.options.paths == PathResolution::Enabled;
        if is_home { self.tree.resolve(path).into_string() } else { path.to_owned() }
    }
}

/// The model. No `$` stands twice in it, as they are those of the files.
pub(super) fn document(tree: &Tree, options: ConfigOptions) -> String {
    let tree = match options.paths {
        PathResolution::Enabled => &tree.with_absolute_paths(),
        PathResolution::Disabled => tree,
    };
    let model = model(&Context { tree, options });
    match options.format {
        Format::Yaml => yaml::written(&model),
        Format::Json => json::untyped(&empty::without_empty_lists(model, &[])),
    }
}

/// The names of the services, active or not.
pub(super) fn services(tree: &Tree) -> Vec<String> {
    let services = tree.root.get("services").map(|node| node.entries()).unwrap_or_default();
    let mut names: Vec<String> = services.iter().map(|entry| entry.key.to_string()).collect();
    names.sort();
    names
}

/// What the files say together.
fn model(context: &Context<'_>) -> Value<'static> {
    let mut sections: Vec<(String, Value<'static>)> = Vec::new();
    let mut uses_default = false;
    for entry in context.tree.root.entries() {
        let value = match &*entry.key {
            "name" if !context.is_normal() => plain(&entry.value),
            "name" | "version" | "include" => continue,
            "services" => {
                let services = entry.value.entries().iter().map(|entry| {
                    let service = service::fields(&entry.value, context);
                    let networks = service.get("networks").and_then(Value::fields);
                    uses_default |= networks.is_some_and(|networks| networks.get("default").is_some());
                    (entry.key.to_string(), Value::Sorted(service))
                });
                Value::sorted(services.collect::<Vec<_>>())
            }
            "networks" | "volumes" | "secrets" | "configs" => resources(&entry.value, context),
            _ => plain(&entry.value),
        };
        sections.push((entry.key.to_string(), value));
    }
    if context.is_normal() {
        sections.push(("name".to_owned(), context.tree.name.to_string().into()));
    }
    if uses_default && context.is_normal() {
        add_default_network(&mut sections, context);
    }
    Value::sorted(sections)
}

/// Adds the network that every service is in, unless it is there.
fn add_default_network(sections: &mut Vec<(String, Value<'static>)>, context: &Context<'_>) {
    let name = Value::sorted([("name", Value::from(format!("{}_default", context.tree.name)))]);
    let position = sections.iter().position(|(key, _)| key == "networks");
    let networks = position.map(|position| sections.swap_remove(position).1);
    let mut entries: Vec<_> = networks.map(into_entries).unwrap_or_default();
    if !entries.iter().any(|(key, _)| key == "default") {
        entries.push(("default".to_owned(), name));
    }
    sections.push(("networks".to_owned(), Value::sorted(entries)));
}

/// What services share, each with its name.
fn resources(node: &Node, context: &Context<'_>) -> Value<'static> {
    let entries = node.entries().iter();
    Value::sorted(entries.map(|entry| (entry.key.to_string(), resource(&entry.key, &entry.value, context))))
}

/// A network, a volume, a secret or a config.
fn resource(key: &str, node: &Node, context: &Context<'_>) -> Value<'static> {
    if node.is_null() && !context.is_normal() {
        return Value::Null;
    }
    let mut entries = into_entries(plain(node));
    let external = entries.iter().position(|(key, _)| key == "external");
    // `external: {name: …}` is how it was written once.
    let named = external.and_then(|position| {
        let (_, external) = entries.get_mut(position)?;
        let name = external.fields()?.get("name")?.as_str()?.to_owned();
        *external = Value::Bool(true);
        Some(name)
    });
    let is_external = external
        .and_then(|position| entries.get(position))
        .is_some_and(|(_, value)| !matches!(value, Value::Bool(false)));
    if let Some(name) = named {
        entries.push(("name".to_owned(), name.into()));
    }
    if context.is_normal() && !entries.iter().any(|(key, _)| key == "name") {
        let name = if is_external { key.to_owned() } else { format!("{}_{key}", context.tree.name) };
        entries.push(("name".to_owned(), name.into()));
    }
    let labels = node.get("labels").into_iter();
    for (labels, (_, value)) in labels.zip(entries.iter_mut().filter(|(key, _)| key == "labels")) {
        *value = pairs(labels);
    }
    for (_, file) in entries.iter_mut().filter(|(key, _)| key == "file") {
        if let Some(path) = file.as_str().map(|path| context.path(path)) {
            *file = path.into();
        }
    }
    Value::sorted(entries)
}

/// A value as it is written.
fn plain(node: &Node) -> Value<'static> {
    match &node.kind {
        Kind::Scalar(scalar) => super::extension::scalar(scalar).into_owned(),
        Kind::Sequence(items) => items.iter().map(|item| plain(item)).collect(),
        Kind::Mapping(mapping) => {
            Value::sorted(mapping.entries().iter().map(|entry| (entry.key.to_string(), plain(&entry.value))))
        }
    }
}

/// The keys and values of a mapping; anything else has none.
fn into_entries(value: Value<'static>) -> Vec<(String, Value<'static>)> {
    let fields = value.into_fields().unwrap_or_default();
    fields.into_iter().map(|(key, value)| (key.into_owned(), value)).collect()
}

#[cfg(test)]
mod tests;
