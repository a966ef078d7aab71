//! What documents say together, so kept that one more costs only what it changes.
//!
//! Services, and what they share, are found by their names; of those that a document does not name, none is looked at.

use std::rc::Rc;

use indexmap::IndexMap;

use super::{mapping, merge, settle, written_out};
use crate::diag::Diagnostics;
use crate::source::Span;
use crate::yaml::{Entry, Kind, Mapping, Node};

/// What documents say together.
pub(in crate::compose) struct Joined {
    /// Where the first document stands.
    span: Span,
    /// The keys at the top.
    parts: IndexMap<Rc<str>, Part>,
}

/// What stands under a key at the top.
struct Part {
    /// Where the key was written.
    key_span: Span,
    /// Where its value was written.
    span: Span,
    content: Content,
}

/// The value of a key at the top.
enum Content {
    /// Things by their names.
    Named(IndexMap<Rc<str>, Entry>),
    /// Anything else.
    Whole(Rc<Node>),
}

impl Joined {
    /// What the first document says.
    pub(in crate::compose) fn new(first: &Rc<Node>) -> Self {
        let first = settle(first);
        let mut joined = Self { span: first.span, parts: IndexMap::new() };
        for entry in first.entries() {
            joined.parts.insert(Rc::clone(&entry.key), Part::new(entry));
        }
        joined
    }

    /// The part that a document changes, or might: what it names, and all that has no names.
    pub(in crate::compose) fn touched_by(&self, document: &Node) -> Rc<Node> {
        let entries = self.parts.iter().filter_map(|(key, part)| {
            let value = match &part.content {
                Content::Whole(node) => Rc::clone(node),
                Content::Named(entries) => {
                    let over = document.get(key)?;
                    match over.as_mapping().filter(|_| over.tag.is_none()) {
                        Some(names) => part.tree(named(entries, names)),
                        None => part.tree(entries.values().cloned()),
                    }
                }
            };
            Some(Entry { key: Rc::clone(key), key_span: part.key_span, value })
        });
        Rc::new(Node::new(self.span, mapping(entries)))
    }

    /// Lets a document change the part that it touches.
    pub(in crate::compose) fn change(&mut self, touched: &Rc<Node>, document: &Rc<Node>, diags: &mut Diagnostics) {
        self.replace(touched, &settle(&merge(&written_out(touched), document, diags)));
    }

    /// All that was said.
    pub(in crate::compose) fn into_tree(self) -> Rc<Node> {
        let entries = self.parts.into_iter().map(|(key, part)| {
            let Part { key_span, span, content } = part;
            let value = match content {
                Content::Named(entries) => Rc::new(Node::new(span, mapping(entries.into_values()))),
                Content::Whole(node) => node,
            };
            Entry { key, key_span, value }
        });
        Rc::new(Node::new(self.span, mapping(entries)))
    }

    /// Puts what became of a part in its place.
    fn replace(&mut self, touched: &Node, changed: &Node) {
        for gone in touched.entries().iter().filter(|entry| changed.get(&entry.key).is_none()) {
            self.parts.shift_remove(&gone.key);
        }
        for entry in changed.entries() {
            let before = touched.get(&entry.key);
            match (self.parts.get_mut(&entry.key), Part::new(entry)) {
                (
                    Some(Part { content: Content::Named(entries), .. }),
                    Part { content: Content::Named(changed), .. },
                ) => {
                    let before = before.map(|node| node.entries()).unwrap_or_default();
                    for gone in before.iter().filter(|entry| !changed.contains_key(&entry.key)) {
                        entries.shift_remove(&gone.key);
                    }
                    entries.extend(changed);
                }
                (_, part) => drop(self.parts.insert(Rc::clone(&entry.key), part)),
            }
        }
    }
}

impl Part {
    /// What stands under a key at the top.
    fn new(entry: &Entry) -> Self {
        let is_named = matches!(&*entry.key, "services" | "networks" | "volumes" | "secrets" | "configs" | "models");
        let content = match &entry.value.kind {
            Kind::Mapping(names) if is_named => {
                Content::Named(names.entries().iter().map(|entry| (Rc::clone(&entry.key), entry.clone())).collect())
            }
            Kind::Mapping(_) | Kind::Sequence(_) | Kind::Scalar(_) => Content::Whole(Rc::clone(&entry.value)),
        };
        Self { key_span: entry.key_span, span: entry.value.span, content }
    }

    /// Some of its things.
    fn tree(&self, entries: impl Iterator<Item = Entry>) -> Rc<Node> {
        Rc::new(Node::new(self.span, mapping(entries)))
    }
}

/// Those of the things that a mapping names too, in their own order.
fn named<'n>(entries: &IndexMap<Rc<str>, Entry>, names: &'n Mapping) -> impl Iterator<Item = Entry> + use<'n> {
    let mut found: Vec<_> = names.entries().iter().filter_map(|entry| entries.get_full(&entry.key)).collect();
    found.sort_by_key(|(index, _, _)| *index);
    let found: Vec<Entry> = found.into_iter().map(|(_, _, entry)| entry.clone()).collect();
    found.into_iter()
}
