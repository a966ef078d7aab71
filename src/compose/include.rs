//! `include`: projects that are made of others.
//!
//! What an included project defines stands beside what the file itself defines. It is read as a project of its own,
//! with its own directory and variables, so this knows what is included, and how two projects become one.
//! <https://github.com/compose-spec/compose-spec/blob/main/14-include.md>

mod shorthand;

use std::rc::Rc;

use indexmap::IndexMap;
use indexmap::map::Entry as Slot;

use super::interpolate::{Written, supplied};
use super::variables::Variables;
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::keys::{Decode, wrong_type};
use crate::yaml::resolve::Value;
use crate::yaml::{Entry, Kind, Mapping, Node, Tag};

use shorthand::has_shorthand;

/// What projects have in common when one includes the other.
const SECTIONS: [&str; 6] = ["services", "volumes", "networks", "secrets", "configs", "models"];

/// A project that is included.
#[derive(Debug)]
pub(super) struct Inclusion {
    /// `path`: its files, in the order in which they change each other.
    pub(super) paths: Vec<Spanned<String>>,
    /// `project_directory`: where its relative paths start.
    pub(super) directory: Option<Spanned<String>>,
    /// `env_file`: files that are read in place of its `.env`.
    pub(super) env_files: Vec<Spanned<String>>,
}

/// What a document includes.
pub(super) fn inclusions(document: &Node, diags: &mut Diagnostics) -> Vec<Inclusion> {
    let Some(include) = document.get("include").filter(|include| include.tag != Some(Tag::Reset)) else {
        return Vec::new();
    };
    match &include.kind {
        Kind::Sequence(items) => items.iter().filter_map(|item| inclusion(item, diags)).collect(),
        Kind::Scalar(_) if include.is_null() => Vec::new(),
        Kind::Scalar(_) | Kind::Mapping(_) => {
            wrong_type(include, "a list of files", diags);
            Vec::new()
        }
    }
}

/// Reads an item of `include`: a path, or a mapping. Compose passes over keys that it does not know.
fn inclusion(item: &Node, diags: &mut Diagnostics) -> Option<Inclusion> {
    let Some(mapping) = item.as_mapping() else {
        if item.as_scalar().is_none() || item.is_null() {
            wrong_type(item, "a path, or a mapping with `path`", diags);
            return None;
        }
        let path = Spanned::new(String::decode(item, diags)?, item.span);
        return Some(Inclusion { paths: vec![path], directory: None, env_files: Vec::new() });
    };
    let value = |key: &str| mapping.get(key).map(|entry| &*entry.value).filter(|value| !value.is_null());
    let paths = texts(value("path"), diags)?;
    if paths.is_empty() {
        diags.warn(Code::MissingKey, item.span, "nothing is included, as `path` names no file");
    }
    let directory = match value("project_directory") {
        Some(node) => Some(Spanned::new(String::decode(node, diags)?, node.span)),
        None => None,
    };
    let directory = directory.filter(|directory| !directory.value.is_empty());
    Some(Inclusion { paths, directory, env_files: texts(value("env_file"), diags)? })
}

/// A string, or a list of strings.
fn texts(node: Option<&Node>, diags: &mut Diagnostics) -> Option<Vec<Spanned<String>>> {
    let Some(node) = node else { return Some(Vec::new()) };
    let items = node.as_sequence().map_or_else(|| vec![node], |items| items.iter().map(|item| &**item).collect());
    items.into_iter().map(|item| Some(Spanned::new(String::decode(item, diags)?, item.span))).collect()
}

/// Reports what an included project may say only where it is not included.
pub(super) fn report_unsupported(root: &Node, variables: &Variables<'_>, diags: &mut Diagnostics) {
    let extension = root.as_mapping().and_then(|root| root.get("x-ecs")).filter(|entry| !entry.value.is_null());
    if let Some(extension) = extension {
        diags
            .warn(Code::Lost, extension.key_span, "`x-ecs` at the top of an included file is left out")
            .hint("write it in the main file");
    }
    // Docker Compose writes the variable's value beside its name, and then stumbles over them.
    for config in root.get("configs").map(|configs| configs.entries()).unwrap_or_default() {
        let Some(environment) = config.value.get("environment") else { continue };
        if let Some(Value::String(name)) = environment.value()
            && variables.get(name).is_some()
        {
            let message =
                format!("config `{}` cannot be included: Docker Compose finds two contents for it", config.key);
            diags
                .error(Code::Conflict, environment.span, message)
                .hint("define it in the main file, or give its `content` or `file`");
        }
    }
}

/// An included project in which variables of services have the values that only it knows.
pub(super) fn with_values(root: &Rc<Node>, variables: &Variables<'_>, written: &mut Written) -> Rc<Node> {
    let Some(services) = root.get("services") else { return Rc::clone(root) };
    let service = |service: &Entry| {
        let environment = service.value.get("environment").and_then(|node| environment(node, variables, written));
        let value = environment.map(|environment| service.value.with_value("environment", &environment));
        Entry { value: value.unwrap_or_else(|| Rc::clone(&service.value)), ..service.clone() }
    };
    let entries: Vec<Entry> = services.entries().iter().map(service).collect();
    let kind = Kind::Mapping(Mapping::new(Vec::new(), entries));
    root.with_value("services", &Rc::new(Node { span: services.span, tag: services.tag, kind }))
}

/// The variables of a service, with the values that `variables` knows. Nothing when all stay as they are.
///
/// Docker Compose looks at lists alone, and when it merges two values they become one. A mapping that stands in one
/// file is left to the project around, which may know other values or none.
fn environment(node: &Node, variables: &Variables<'_>, written: &mut Written) -> Option<Rc<Node>> {
    let mut changed = false;
    let kind = match &node.kind {
        // What was merged stands in no file as it is.
        Kind::Mapping(mapping) if mapping.own().is_empty() => {
            let entries = mapping.entries().iter().map(|entry| {
                let value = Some(&entry.key).filter(|_| entry.value.is_null()).and_then(|name| variables.get(name));
                let Some(value) = value else { return entry.clone() };
                changed = true;
                let before = format!("${{{}}}", entry.key);
                Entry { value: supplied(entry.value.span, &before, &value, written), ..entry.clone() }
            });
            Kind::Mapping(Mapping::new(Vec::new(), entries.collect::<Vec<_>>()))
        }
        Kind::Sequence(items) => {
            let items = items.iter().map(|item| {
                let name = match item.value() {
                    Some(Value::String(text)) if !text.contains('=') => text,
                    _ => return Rc::clone(item),
                };
                let Some(value) = variables.get(name) else { return Rc::clone(item) };
                changed = true;
                supplied(item.span, &format!("{name}=${{{name}}}"), &format!("{name}={value}"), written)
            });
            Kind::Sequence(items.collect())
        }
        Kind::Mapping(_) | Kind::Scalar(_) => return None,
    };
    changed.then(|| Rc::new(Node { span: node.span, tag: node.tag, kind }))
}

/// What a document and the projects that it includes define.
pub(super) struct Resources {
    /// By section and name; those of included projects come first.
    sections: IndexMap<&'static str, IndexMap<Rc<str>, Entry>>,
}

impl Resources {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self { sections: SECTIONS.map(|section| (section, IndexMap::new())).into() }
    }

    /// Adds what a project defines. `place` is where it is included.
    pub(super) fn add(&mut self, root: &Node, place: Span, diags: &mut Diagnostics) {
        for (section, known) in &mut self.sections {
            for entry in root.get(section).map(|node| node.entries()).unwrap_or_default() {
                match known.entry(Rc::clone(&entry.key)) {
                    Slot::Vacant(slot) => drop(slot.insert(entry.clone())),
                    Slot::Occupied(slot) if is_same(&slot.get().value, &entry.value) => {}
                    Slot::Occupied(slot) => conflict(section, (entry, Some(place)), slot.get(), diags),
                }
            }
        }
    }

    /// The document with what it includes in place of `include`.
    pub(super) fn put_into(mut self, document: &Node, diags: &mut Diagnostics) -> Rc<Node> {
        let mut entries = Vec::new();
        for entry in document.entries().iter().filter(|entry| &*entry.key != "include") {
            let included = self.sections.get_mut(&*entry.key).map(std::mem::take).unwrap_or_default();
            if included.is_empty() || entry.value.as_mapping().is_none() {
                entries.push(entry.clone());
                continue;
            }
            entries.push(Entry { value: joined(&entry.key, included, &entry.value, diags), ..entry.clone() });
        }
        for (section, included) in self.sections.into_iter().filter(|(_, included)| !included.is_empty()) {
            let kind = Kind::Mapping(Mapping::new(Vec::new(), included.into_values()));
            let value = Rc::new(Node::new(document.span, kind));
            entries.push(Entry { key: section.into(), key_span: document.span, value });
        }
        Rc::new(Node { span: document.span, tag: document.tag, kind: Kind::Mapping(Mapping::new(Vec::new(), entries)) })
    }
}

/// What included projects define in a section, and then what the document itself does.
fn joined(section: &str, mut included: IndexMap<Rc<str>, Entry>, own: &Rc<Node>, diags: &mut Diagnostics) -> Rc<Node> {
    for entry in own.entries() {
        match included.entry(Rc::clone(&entry.key)) {
            Slot::Vacant(slot) => drop(slot.insert(entry.clone())),
            Slot::Occupied(slot)
                if is_same(&slot.get().value, &entry.value) && !has_shorthand(section, &entry.value) => {}
            // What the document takes away of earlier files is not there to be in conflict.
            Slot::Occupied(_) if entry.value.tag == Some(Tag::Reset) => {}
            Slot::Occupied(slot) => conflict(section, (entry, None), slot.get(), diags),
        }
    }
    let kind = Kind::Mapping(Mapping::new(Vec::new(), included.into_values()));
    Rc::new(Node { span: own.span, tag: own.tag, kind })
}

/// Whether two definitions say the same.
fn is_same(one: &Node, other: &Node) -> bool {
    match (&one.kind, &other.kind) {
        (Kind::Scalar(one), Kind::Scalar(other)) => one.value() == other.value(),
        (Kind::Sequence(one), Kind::Sequence(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Kind::Mapping(one), Kind::Mapping(other)) => {
            let same = |entry: &Entry| other.get(&entry.key).is_some_and(|other| is_same(&entry.value, &other.value));
            one.entries().len() == other.entries().len() && one.entries().iter().all(same)
        }
        (Kind::Scalar(_) | Kind::Sequence(_) | Kind::Mapping(_), _) => false,
    }
}

/// Reports two definitions of one name that are not the same: that of a document, or of a project that is included at
/// `place`, and an included one.
fn conflict(section: &str, (entry, place): (&Entry, Option<Span>), other: &Entry, diags: &mut Diagnostics) {
    let noun = section.strip_suffix('s').unwrap_or(section);
    let manner = if is_same(&entry.value, &other.value) { "in a short form" } else { "not in the same way" };
    let message = format!("{noun} `{}` is defined in an included file too, and {manner}", entry.key);
    let finding = diags.error(Code::Conflict, entry.key_span, message);
    finding.label(other.key_span, "the other definition");
    if let Some(place) = place {
        finding.label(place, "this file is included here");
    }
    if place.is_none() && has_shorthand(section, &entry.value) {
        finding.hint("define it once: it is compared with the long form of the other");
    }
    finding.hint("to change what is included, write it in a file that is merged: a second `-f`, or a second `path`");
}
