//! The pairs of a mapping while it is read: keys are unique, and `<<` brings in the pairs of other mappings.

use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};

use super::bounds::Allowance;
use super::{Entry, Kind, Mapping, Node};
use crate::diag::{Code, Diagnostics};
use crate::source::Span;

/// Up to how many keys are compared one by one.
const FEW: usize = 16;

/// The pairs of a mapping so far.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    entries: Vec<Entry>,
    /// Where each key stands in `entries`, once there are more than a few.
    index: IndexMap<Rc<str>, usize>,
    /// `<<`, and what it brings in.
    merge: Option<(Span, Option<Rc<Node>>)>,
    /// The key whose value comes next.
    key: Option<Key>,
}

/// A key whose value comes next.
#[derive(Debug, Clone)]
pub(super) enum Key {
    /// A string. Equal keys of a file share their text.
    Text(Rc<str>, Span),
    /// `<<`.
    Merge(Span),
    /// One that was reported.
    Refused(Span),
}

impl Key {
    /// Where it was written.
    pub(super) const fn span(&self) -> Span {
        match self {
            Self::Text(_, span) | Self::Merge(span) | Self::Refused(span) => *span,
        }
    }
}

impl Pairs {
    /// The key whose value comes next, unless a key comes next.
    pub(super) const fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// Keeps a key until its value comes. One that is there already is reported.
    pub(super) fn expect_value(&mut self, key: Key, diags: &mut Diagnostics) {
        let (text, hint, earlier) = match &key {
            Key::Text(text, _) => (&**text, None, self.position(text)),
            Key::Merge(_) => {
                let hint = "bring in several mappings with a list: `<<: [*one, *other]`";
                ("<<", Some(hint), self.merge.as_ref().map(|(span, _)| *span))
            }
            Key::Refused(_) => ("", None, None),
        };
        let Some(earlier) = earlier else {
            self.key = Some(key);
            return;
        };
        let finding = diags.error(Code::DuplicateKey, key.span(), format!("duplicate key `{text}`"));
        finding.label(earlier, "first written here");
        if let Some(hint) = hint {
            finding.hint(hint);
        }
        self.key = Some(Key::Refused(key.span()));
    }

    /// Takes the value of the key that came last. There is none where the value was reported.
    pub(super) fn push(&mut self, value: Option<Rc<Node>>) {
        match (self.key.take(), value) {
            (Some(Key::Text(key, key_span)), Some(value)) => self.push_entry(Entry { key, key_span, value }),
            (Some(Key::Merge(span)), value) => self.merge = Some((span, value)),
            (Some(Key::Text(..) | Key::Refused(_)) | None, _) => {}
        }
    }

    /// The only key, if there is one and it has no more than a null for a value.
    pub(super) fn lone_key(&self) -> Option<&str> {
        match (&*self.entries, &self.merge) {
            ([Entry { key, key_span: _, value }], None) if value.is_null() => Some(key),
            _ => None,
        }
    }

    /// The whole mapping. `None` means that too much is merged, which was reported.
    pub(super) fn into_mapping(self, allowance: &mut Allowance, diags: &mut Diagnostics) -> Option<Mapping> {
        let Some((span, Some(value))) = &self.merge else { return Some(Mapping::new(self.entries, [])) };
        let sources = match &value.kind {
            Kind::Sequence(items) => items.as_slice(),
            Kind::Mapping(_) | Kind::Scalar(_) => std::slice::from_ref(value),
        };
        let mut seen: IndexSet<&str> = self.entries.iter().map(|entry| &*entry.key).collect();
        let mut merged = Vec::new();
        for source in sources {
            let Some(mapping) = source.as_mapping() else {
                diags.error(Code::WrongType, *span, "`<<` takes a mapping or a list of mappings");
                continue;
            };
            allowance.share(mapping.entries().len(), *span, diags)?;
            merged.extend(mapping.entries().iter().filter(|entry| seen.insert(&entry.key)).cloned());
        }
        Some(Mapping::new(self.entries, merged))
    }

    /// Where a key was written, if it was.
    fn position(&self, key: &Rc<str>) -> Option<Span> {
        let entry = if self.entries.len() <= FEW {
            self.entries.iter().find(|entry| Rc::ptr_eq(&entry.key, key))
        } else {
            self.index.get(key).and_then(|index| self.entries.get(*index))
        };
        entry.map(|entry| entry.key_span)
    }

    /// Adds an entry, and keeps an index of the keys once there are many.
    fn push_entry(&mut self, entry: Entry) {
        self.entries.push(entry);
        if self.entries.len() > FEW {
            let missing = self.entries.iter().enumerate().skip(self.index.len());
            self.index.extend(missing.map(|(index, entry)| (Rc::clone(&entry.key), index)));
        }
    }
}
