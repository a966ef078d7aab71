//! `extends`: services that start from other services.
//!
//! What the other service says comes first, and the service's own keys change it as those of a later file would. The
//! other service may stand in another file and extend a further one itself; of the other file nothing else matters.
//! <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#extends>

use std::collections::BTreeMap;
use std::rc::Rc;

use camino::Utf8PathBuf;
use indexmap::IndexMap;

use super::merge;
use crate::diag::nearest::nearest;
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::keys::{Decode, wrong_type};
use crate::yaml::{Entry, Kind, Mapping, Node, Tag};

/// The files from which services are taken, each read once.
#[derive(Debug, Default)]
pub(super) struct Libraries {
    /// The first is the document at hand.
    list: Vec<Library>,
    /// Where the others stand in the list; those that could not be read stand nowhere.
    by_path: BTreeMap<Utf8PathBuf, Option<usize>>,
}

/// The services of one file.
#[derive(Debug, Default)]
struct Library {
    /// What messages call the file; the document at hand needs no name.
    name: Option<String>,
    /// The services, as they were written.
    services: IndexMap<Rc<str>, Entry>,
    /// What has become of services; nothing of those about which a mistake was reported.
    filled: BTreeMap<Rc<str>, Option<Rc<Node>>>,
}

/// A file that a service is taken from.
pub(super) struct OtherFile {
    /// What messages call it.
    pub(super) name: String,
    /// Its tree, with paths as the file at hand would write them.
    pub(super) root: Rc<Node>,
}

/// Leads from the path of a file to that file. The second function reads it, unless that was done before.
pub(super) trait Reader {
    /// The absolute path that stands for a path in the document.
    fn locate(&self, path: &str) -> Utf8PathBuf;

    /// Reads a file. Nothing when the reason was reported.
    fn read(&mut self, path: &Spanned<String>, diags: &mut Diagnostics) -> Option<OtherFile>;
}

/// Which service another one starts from.
struct Reference {
    service: Spanned<String>,
    file: Option<Spanned<String>>,
}

/// A service that is being filled up.
struct Open {
    entry: Entry,
    /// Where it says what it starts from.
    place: Span,
}

/// Fills up the services of a document. A document in which none extends another is returned as it is.
pub(super) fn fill(
    document: &Rc<Node>,
    libraries: &mut Libraries,
    reader: &mut dyn Reader,
    diags: &mut Diagnostics,
) -> Rc<Node> {
    let services = document.get("services").filter(|services| services.tag != Some(Tag::Reset));
    let Some(services) = services else { return Rc::clone(document) };
    if services.as_mapping().is_none() {
        // In a document that changes another, nothing would be said of it: nothing changes nothing.
        wrong_type(services, "a mapping", diags);
    }
    if !services.entries().iter().any(|service| extension(&service.value).is_some()) {
        return Rc::clone(document);
    }
    libraries.open(services);
    let entries = services.entries().iter().map(|entry| {
        let value = libraries.filled((0, Rc::clone(&entry.key)), reader, diags);
        Entry { value: value.unwrap_or_else(|| Rc::clone(&entry.value)), ..entry.clone() }
    });
    let kind = Kind::Mapping(Mapping::new(Vec::new(), entries.collect::<Vec<_>>()));
    let services = Rc::new(Node { span: services.span, tag: services.tag, kind });
    document.with_value("services", &services)
}

/// What a service says that it starts from.
fn extension(service: &Node) -> Option<&Entry> {
    let entry = service.as_mapping()?.get("extends")?;
    (entry.value.tag != Some(Tag::Reset)).then_some(entry)
}

impl Libraries {
    /// Puts the services of the document at hand first.
    fn open(&mut self, services: &Node) {
        let library = Library { name: None, services: by_name(services), filled: BTreeMap::new() };
        match self.list.first_mut() {
            Some(first) => *first = library,
            None => self.list.push(library),
        }
    }

    /// What becomes of a service; nothing when a mistake was reported.
    fn filled(
        &mut self,
        (mut library, mut name): (usize, Rc<str>),
        reader: &mut dyn Reader,
        diags: &mut Diagnostics,
    ) -> Option<Rc<Node>> {
        let mut chain: IndexMap<(usize, Rc<str>), Open> = IndexMap::new();
        // Chains may be long, so they are walked without recursion: to their end first, then back.
        let mut result = loop {
            let Library { name: _, services, filled } = self.list.get(library)?;
            if let Some(known) = filled.get(&name) {
                break known.clone();
            }
            if let Some(start) = chain.get_index_of(&(library, Rc::clone(&name))) {
                report_cycle(chain.values().skip(start), diags);
                break None;
            }
            let entry = services.get(&name)?.clone();
            let Some(extends) = extension(&entry.value) else { break Some(Rc::clone(&entry.value)) };
            let open = Open { entry: entry.clone(), place: extends.value.span };
            chain.insert((library, Rc::clone(&name)), open);
            match reference(extends, diags).and_then(|found| self.find(&found, (library, &name), reader, diags)) {
                Some(found) => (library, name) = found,
                None => break None,
            }
        };
        for ((library, name), Open { entry, place: _ }) in chain.into_iter().rev() {
            result = result.map(|base| extended(&entry, &base, diags));
            if let Some(library) = self.list.get_mut(library) {
                library.filled.insert(name, result.clone());
            }
        }
        result
    }

    /// Finds the service that another one starts from.
    fn find(
        &mut self,
        Reference { service, file }: &Reference,
        (library, extending): (usize, &str),
        reader: &mut dyn Reader,
        diags: &mut Diagnostics,
    ) -> Option<(usize, Rc<str>)> {
        let library = match file {
            Some(file) => self.library(file, reader, diags)?,
            None => library,
        };
        let Library { name, services, filled: _ } = self.list.get(library)?;
        if let Some((key, _)) = services.get_key_value(&*service.value) {
            return Some((library, Rc::clone(key)));
        }
        let others = services.keys().map(|name| &**name).filter(|name| *name != extending);
        let place = match name {
            Some(name) => format!("in `{name}`"),
            None => "in this file".to_owned(),
        };
        let message = format!("service `{}`, which `{extending}` extends, is not defined {place}", service.value);
        let finding = diags.error(Code::UndefinedName, service.span, message);
        if let Some(name) = nearest(&service.value, others) {
            finding.hint(format!("did you mean `{name}`?"));
        } else if name.is_none() {
            finding.hint("a service of another file is extended with `file:` beside `service:`");
        }
        None
    }

    /// The library that a file is, which is read if it was not before.
    fn library(&mut self, file: &Spanned<String>, reader: &mut dyn Reader, diags: &mut Diagnostics) -> Option<usize> {
        let path = reader.locate(&file.value);
        if let Some(known @ Some(_)) = self.by_path.get(&path) {
            return *known;
        }
        let library = reader.read(file, diags).and_then(|OtherFile { name, root }| {
            let Some(services) = root.get("services") else {
                let message = format!("there are no `services` in `{name}`");
                diags.error(Code::MissingKey, file.span, message);
                return None;
            };
            if services.as_mapping().is_none() {
                wrong_type(services, "a mapping", diags);
                return None;
            }
            Some(Library { name: Some(name), services: by_name(services), filled: BTreeMap::new() })
        });
        let index = library.map(|library| {
            self.list.push(library);
            self.list.len() - 1
        });
        self.by_path.insert(path, index);
        index
    }
}

/// Services by their names.
fn by_name(services: &Node) -> IndexMap<Rc<str>, Entry> {
    let written = services.entries().iter().filter(|entry| entry.value.tag != Some(Tag::Reset));
    written.map(|entry| (Rc::clone(&entry.key), entry.clone())).collect()
}

/// What a service becomes that starts from another.
fn extended(entry: &Entry, base: &Rc<Node>, diags: &mut Diagnostics) -> Rc<Node> {
    if base.as_mapping().is_none() && !base.is_null() {
        wrong_type(base, "a mapping", diags);
    }
    merge::extend(&entry.key, base, &entry.value, diags)
}

/// Reads what a service says that it starts from: a name, or a mapping.
///
/// Compose passes over keys that it does not know, so they only help to explain what is missing.
fn reference(extends: &Entry, diags: &mut Diagnostics) -> Option<Reference> {
    let node = &extends.value;
    let Some(mapping) = node.as_mapping() else {
        if node.as_scalar().is_none() || node.is_null() {
            wrong_type(node, "the name of a service, or a mapping with `service`", diags);
            return None;
        }
        let service = Spanned::new(String::decode(node, diags)?, node.span);
        return Some(Reference { service, file: None });
    };
    let Some(service) = mapping.get("service") else {
        let message = "`service` is missing: `extends` names a service to start from";
        let finding = diags.error(Code::MissingKey, extends.key_span, message);
        let near = mapping.entries().iter().find(|entry| nearest(&entry.key, ["service"]).is_some());
        if let Some(entry) = near {
            finding.hint(format!("did you mean `service` by `{}`?", entry.key));
        }
        return None;
    };
    let text = |node: &Node, diags: &mut Diagnostics| Some(Spanned::new(String::decode(node, diags)?, node.span));
    let file = mapping.get("file").filter(|file| !file.value.is_null());
    let file = match file {
        Some(file) => Some(text(&file.value, diags)?),
        None => None,
    };
    Some(Reference { service: text(&service.value, diags)?, file })
}

/// Reports services that extend each other.
fn report_cycle<'o>(cycle: impl Iterator<Item = &'o Open>, diags: &mut Diagnostics) {
    let cycle: Vec<&Open> = cycle.collect();
    let Some((last, others)) = cycle.split_last() else { return };
    let names: Vec<&str> = cycle.iter().chain(cycle.first()).map(|open| &*open.entry.key).collect();
    let message = format!("a service cannot extend itself: {}", names.join(" -> "));
    let finding = diags.error(Code::Cycle, last.place, message);
    for (open, next) in others.iter().zip(names.iter().skip(1)) {
        finding.label(open.place, format!("`{}` extends `{next}`", open.entry.key));
    }
}
