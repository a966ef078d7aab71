//! A YAML tree that knows where everything was written.
//!
//! Scalars stay text until a type is asked for, as only the reader of a key knows which type it takes.

use std::rc::Rc;

use crate::source::Span;

mod bounds;
pub(crate) mod choice;
mod dialect;
mod events;
pub(crate) mod keys;
pub(crate) mod list;
pub(crate) mod locate;
mod pairs;
pub(crate) mod parse;
pub(crate) mod resolve;
mod rewrite;
mod tabs;
mod tagged;
pub(crate) mod text;

/// A value in the tree. Aliases share their node, so a tree may be a graph without cycles.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// Where it was written.
    pub(crate) span: Span,
    /// A tag that speaks to the merging of files.
    pub(crate) tag: Option<Tag>,
    /// What it is.
    pub(crate) kind: Kind,
}

/// The tags that Compose gives a meaning. Others are dealt with, or ignored, when the file is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Tag {
    /// `!reset`: takes away what an earlier file says.
    Reset,
    /// `!override`: stands in place of what an earlier file says.
    Override,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// One value.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Rc<Node>>),
    /// Keys and values.
    Mapping(Mapping),
}

/// A scalar's text, and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scalar {
    /// The text, unescaped.
    pub(crate) text: Box<str>,
    /// How it was written.
    pub(crate) form: Form,
}

/// How a scalar came to be, which decides whether it can be anything but a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Form {
    /// Without quotes: its type is resolved from its text.
    Plain,
    /// In quotes or as a block: a string.
    Quoted,
    /// The result of interpolation: a string, whatever it looks like.
    Substituted,
}

/// Keys and values in the order in which they were written; what `<<` brought in follows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Mapping {
    entries: Vec<Entry>,
    /// How many of the entries stand in the mapping itself; those are in the order of the file.
    own: usize,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// The key.
    pub(crate) key: Rc<str>,
    /// Where the key was written.
    pub(crate) key_span: Span,
    /// The value.
    pub(crate) value: Rc<Node>,
}

impl Mapping {
    /// A mapping of `own` entries and, behind them, what was merged into it. Keys are unique.
    #[must_use]
    pub(crate) fn new(own: Vec<Entry>, merged: impl IntoIterator<Item = Entry>) -> Self {
        let (own, mut entries) = (own.len(), own);
        entries.extend(merged);
        Self { entries, own }
    }

    /// The entries that stand in the mapping itself, in the order of the file.
    #[must_use]
    pub(crate) fn own(&self) -> &[Entry] {
        self.entries.get(..self.own).unwrap_or_default()
    }

    /// All entries.
    #[must_use]
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with a key.
    #[must_use]
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.key == key)
    }
}

impl Node {
    /// A node without a tag.
    #[must_use]
    pub(crate) const fn new(span: Span, kind: Kind) -> Self {
        Self { span, tag: None, kind }
    }

    /// The mapping, if it is one.
    #[must_use]
    pub(crate) const fn as_mapping(&self) -> Option<&Mapping> {
        match &self.kind {
            Kind::Mapping(mapping) => Some(mapping),
            Kind::Scalar(_) | Kind::Sequence(_) => None,
        }
    }

    /// The entries, if it is a mapping; anything else has none.
    #[must_use]
    pub(crate) fn entries(&self) -> &[Entry] {
        self.as_mapping().map(Mapping::entries).unwrap_or_default()
    }

    /// The list, if it is one.
    #[must_use]
    pub(crate) fn as_sequence(&self) -> Option<&[Rc<Self>]> {
        match &self.kind {
            Kind::Sequence(items) => Some(items),
            Kind::Scalar(_) | Kind::Mapping(_) => None,
        }
    }

    /// The scalar, if it is one.
    #[must_use]
    pub(crate) const fn as_scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        }
    }

    /// The value, if it is a scalar.
    #[must_use]
    pub(crate) fn value(&self) -> Option<resolve::Value<'_>> {
        self.as_scalar().map(Scalar::value)
    }

    /// The value of a key, if it is a mapping that has it.
    #[must_use]
    pub(crate) fn get(&self, key: &str) -> Option<&Rc<Self>> {
        self.as_mapping()?.get(key).map(|entry| &entry.value)
    }

    /// The mapping with another value under one of its keys.
    #[must_use]
    pub(crate) fn with_value(&self, key: &str, value: &Rc<Self>) -> Rc<Self> {
        let mut entries = self.entries().to_vec();
        for entry in entries.iter_mut().filter(|entry| &*entry.key == key) {
            entry.value = Rc::clone(value);
        }
        let kind = Kind::Mapping(Mapping::new(Vec::new(), entries));
        Rc::new(Self { span: self.span, tag: self.tag, kind })
    }

    /// Whether it stands for nothing: `~`, `null`, or no text at all.
    #[must_use]
    pub(crate) fn is_null(&self) -> bool {
        self.value() == Some(resolve::Value::Null)
    }
}
