//! Short forms: they are read by those who know them, and printed by those who print them elsewhere.

use std::rc::Rc;

use indexmap::IndexMap;

use super::{Context, into_entries, plain};
use crate::compose::extension::ProjectExtension;
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::compose::{Places, Project};
use crate::config::value::Value;
use crate::config::{self, ConfigOptions, Format};
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::{Entry, Form, Kind, Mapping, Node, Scalar};

/// `ports`: where one cannot be read, all stay as they are.
pub(super) fn ports(items: &[Rc<Node>], context: &Context<'_>) -> Value<'static> {
    let port = |item: &Rc<Node>| match item.as_scalar() {
        Some(_) => long("ports", item, context),
        None => Some(vec![with_port_defaults(item)]),
    };
    let ports: Option<Vec<_>> = items.iter().map(port).collect();
    let kept = || items.iter().map(|item| vec![with_port_defaults(item)]).collect();
    last_of_each(ports.unwrap_or_else(kept).into_iter().flatten(), binding)
}

/// What no two ports have in common: address, ports, and protocol. A number and its text differ.
fn binding(port: &Value<'static>) -> String {
    let Some(fields) = port.fields() else { return format!("{port:?}") };
    let address = fields.get("host_ip").cloned().unwrap_or_else(|| "0.0.0.0".into());
    let parts = ["published", "target", "protocol"].map(|key| fields.get(key));
    format!("{address:?} {parts:?}")
}

/// A port with what it is by default, unless it is a short form.
fn with_port_defaults(item: &Node) -> Value<'static> {
    if item.as_scalar().is_some() {
        return plain(item);
    }
    let mut entries = into_entries(plain(item));
    for (key, default) in [("mode", "ingress"), ("protocol", "tcp")] {
        if !entries.iter().any(|(other, _)| other == key) {
            entries.push((key.to_owned(), default.into()));
        }
    }
    Value::sorted(entries)
}

/// `volumes`, of which the last with one target stands in the place of the first.
pub(super) fn volumes(items: &[Rc<Node>], context: &Context<'_>) -> Value<'static> {
    last_of_each(items.iter().flat_map(|item| short("volumes", item, context)), |volume| {
        let target = volume.fields().and_then(|volume| volume.get("target")).and_then(Value::as_str);
        target.unwrap_or_default().to_owned()
    })
}

/// `devices`.
pub(super) fn devices(items: &[Rc<Node>], context: &Context<'_>) -> Value<'static> {
    last_of_each(items.iter().flat_map(|item| short("devices", item, context)), |device| format!("{device:?}"))
}

/// Of the values with one key the last, in the place of the first.
fn last_of_each(
    values: impl Iterator<Item = Value<'static>>,
    key: impl Fn(&Value<'static>) -> String,
) -> Value<'static> {
    let values: IndexMap<String, Value<'static>> = values.map(|value| (key(&value), value)).collect();
    values.into_values().collect()
}

/// What a short form stands for; it stays what it is if it cannot be read.
fn short(key: &str, item: &Rc<Node>, context: &Context<'_>) -> Vec<Value<'static>> {
    let Some(scalar) = item.as_scalar() else { return vec![plain(item)] };
    // Colons in variables part nothing.
    let (text, variables) = hidden(&scalar.text);
    let item = Rc::new(Node::new(item.span, Kind::Scalar(Scalar { text: text.into(), form: Form::Quoted })));
    let values = long(key, &item, context).unwrap_or_else(|| vec![plain(&item)]);
    values.into_iter().map(|value| shown(value, &variables)).collect()
}

/// What an item of a key is printed as in a model that has types.
fn long(key: &str, item: &Rc<Node>, context: &Context<'_>) -> Option<Vec<Value<'static>>> {
    let list = Rc::new(Node::new(item.span, Kind::Sequence(vec![Rc::clone(item)])));
    let entry = Entry { key: key.into(), key_span: item.span, value: list };
    let node = Node::new(item.span, Kind::Mapping(Mapping::new(vec![entry], None)));
    let mut diags = Diagnostics::default();
    let name = Spanned::new(ServiceName::new("service"), item.span);
    let service = Service::take(name, &node, &mut diags).filter(|_| !diags.has_errors())?;
    let options = ConfigOptions { format: Format::Yaml, ..context.options };
    let project = project(context);
    let fields = config::service::fields(&service, &config::Context { project: &project, options });
    let Some(Value::List(items)) = fields.get(key) else { return None };
    Some(items.iter().map(|item| sorted(item.clone().into_owned())).collect())
}

/// A value whose keys are sorted.
fn sorted(value: Value<'static>) -> Value<'static> {
    value.map_values(|_, value| sorted(value))
}

/// A project without services.
fn project(context: &Context<'_>) -> Project {
    let tree = context.tree;
    Project {
        name: tree.name.clone(),
        written_name: tree.written_name.clone(),
        directory: tree.directory.clone(),
        home: tree.home.clone(),
        services: IndexMap::new(),
        inactive: IndexMap::new(),
        networks: IndexMap::new(),
        volumes: IndexMap::new(),
        secrets: IndexMap::new(),
        configs: IndexMap::new(),
        models: IndexMap::new(),
        extension: ProjectExtension::default(),
        places: Places::new(Rc::clone(&tree.root)),
        ecs_params: None,
    }
}

/// A text in which a word stands for every variable, and what the words stand for.
fn hidden(text: &str) -> (String, Vec<(String, String)>) {
    let mut hidden = String::new();
    let mut variables = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, from) = rest.split_at(start);
        let Some(end) = closing_brace(from) else { break };
        let (variable, behind) = from.split_at(end);
        let word = format!("VARIABLE{}END", variables.len());
        hidden.extend([before, &word]);
        variables.push((word, variable.to_owned()));
        rest = behind;
    }
    (hidden + rest, variables)
}

/// Where the variable ends with which a text starts.
fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(index + 1),
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// A value with the variables that words stand for.
fn shown(value: Value<'static>, variables: &[(String, String)]) -> Value<'static> {
    let shown_text = |text: String, (word, variable): &(String, String)| text.replace(word, variable);
    match value.as_str() {
        Some(text) => variables.iter().fold(text.to_owned(), shown_text).into(),
        None => value.map_values(|_, value| shown(value, variables)),
    }
}
