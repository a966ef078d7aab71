//! Reading a mapping key by key.

use super::resolve::Value;
use super::{Entry, Kind, Mapping, Node};
use crate::diag::nearest::nearest;
use crate::diag::{Code, Diagnostics, Severity};
use crate::source::Span;

mod values;

pub(crate) use values::{KeyValues, OneOrMany, StringOrInteger, StringOrNumber, Truncated, TruncatedCount};

/// Reads a value from a node. `None` means that the reason was reported.
pub(crate) trait Decode: Sized {
    /// Reads the value, or reports why it cannot.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self>;
}

/// The keys of one mapping, to be taken one by one; what is left in the end is unknown.
#[derive(Debug)]
pub(crate) struct Keys<'n> {
    entries: &'n [Entry],
    taken: Vec<bool>,
    /// The names that were asked for: what an unknown key might have meant.
    known: Vec<&'static str>,
    /// Where the mapping was written.
    pub(crate) span: Span,
}

/// For which keys a mapping has room, beside those that Compose knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Room {
    /// For the user's own, with the prefix `x-`, as nearly everywhere.
    Extensions,
    /// For none.
    Nothing,
    /// For any, of which Compose lets even misspelt ones pass; we warn of them.
    Anything,
}

impl<'n> Keys<'n> {
    /// The keys of a mapping; anything else is reported as not being one.
    pub(crate) fn of(node: &'n Node, diags: &mut Diagnostics) -> Option<Self> {
        let Kind::Mapping(mapping) = &node.kind else {
            wrong_type(node, "a mapping", diags);
            return None;
        };
        Some(Self::new(mapping, node.span))
    }

    /// No keys, in place of a mapping that is not there.
    #[must_use]
    pub(crate) const fn empty(span: Span) -> Keys<'static> {
        Keys { entries: &[], taken: Vec::new(), known: Vec::new(), span }
    }

    /// The keys of a mapping, none of them taken.
    fn new(mapping: &'n Mapping, span: Span) -> Self {
        let entries = mapping.entries();
        Self { entries, taken: vec![false; entries.len()], known: Vec::new(), span }
    }

    /// Takes the keys of the mapping under a key. Where that key is absent, null or something else, there are none.
    #[must_use]
    pub(crate) fn nested(&mut self, key: &'static str, diags: &mut Diagnostics) -> Self {
        let absent = Keys::empty(self.span);
        let Some(node) = self.node(key).filter(|node| !node.is_null()) else { return absent };
        Self::of(node, diags).unwrap_or(Keys::empty(node.span))
    }

    /// Takes the keys of the mapping under a key. `key:` without a value is reported: Compose refuses it.
    pub(crate) fn mapping(&mut self, key: &'static str, diags: &mut Diagnostics) -> Option<Self> {
        self.node(key).and_then(|node| Self::of(node, diags))
    }

    /// Takes all entries of a mapping whose keys are names, which may start with `x-` like any other.
    pub(crate) fn entries(&mut self) -> impl Iterator<Item = &'n Entry> + use<'n> {
        self.taken.fill(true);
        self.entries.iter()
    }

    /// Takes the node of a key.
    pub(crate) fn node(&mut self, key: &'static str) -> Option<&'n Node> {
        self.entry(key).map(|entry| &*entry.value)
    }

    /// Takes the entry of a key.
    pub(crate) fn entry(&mut self, key: &'static str) -> Option<&'n Entry> {
        self.known.push(key);
        let index = self.entries.iter().position(|entry| &*entry.key == key)?;
        if let Some(taken) = self.taken.get_mut(index) {
            *taken = true;
        }
        self.entries.get(index)
    }

    /// Takes the value of a key. `key:` without a value is reported: Compose refuses it.
    pub(crate) fn take<T: Decode>(&mut self, key: &'static str, diags: &mut Diagnostics) -> Option<T> {
        self.node(key).and_then(|node| T::decode(node, diags))
    }

    /// Takes the value of a key that may stand without a value, which then is as good as absent.
    pub(crate) fn take_nullable<T: Decode>(&mut self, key: &'static str, diags: &mut Diagnostics) -> Option<T> {
        self.node(key).filter(|node| !node.is_null()).and_then(|node| T::decode(node, diags))
    }

    /// Takes the value of a key that must be there.
    pub(crate) fn require<T: Decode>(&mut self, key: &'static str, diags: &mut Diagnostics) -> Option<T> {
        let Some(node) = self.node(key) else {
            diags.error(Code::MissingKey, self.span, format!("`{key}` is missing"));
            return None;
        };
        T::decode(node, diags)
    }

    /// Takes the keys that users may choose, by their prefix `x-`.
    pub(crate) fn extensions(&mut self) -> impl Iterator<Item = &'n Entry> + use<'n, '_> {
        self.entries.iter().zip(&mut self.taken).filter(|(entry, _)| is_extension(entry)).map(|(entry, taken)| {
            *taken = true;
            entry
        })
    }

    /// Reports the keys that nobody took. `what` says whose keys they are: "a service".
    pub(crate) fn finish(self, what: &str, diags: &mut Diagnostics) {
        self.finish_with(Room::Extensions, what, diags);
    }

    /// Reports the keys that nobody took and for which there is no room.
    pub(crate) fn finish_with(mut self, room: Room, what: &str, diags: &mut Diagnostics) {
        let severity = if room == Room::Anything { Severity::Warning } else { Severity::Error };
        if room != Room::Nothing {
            let _ignored_by_compose = self.extensions().count();
        }
        self.report_unknown(severity, what, diags);
    }

    /// Says of each key that nobody took that it is unknown.
    fn report_unknown(&self, severity: Severity, what: &str, diags: &mut Diagnostics) {
        for (entry, _) in self.entries.iter().zip(&self.taken).filter(|(_, taken)| !**taken) {
            let message = format!("unknown key `{}`: {what} has no such key", entry.key);
            let finding = diags.push(severity, Code::UnknownKey, Some(entry.key_span), message);
            if let Some(name) = nearest(&entry.key, self.known.iter().copied()) {
                finding.hint(format!("did you mean `{name}`?"));
            }
        }
    }
}

/// Whether a key is the user's own, which Compose ignores.
fn is_extension(entry: &Entry) -> bool {
    entry.key.starts_with("x-")
}

/// Reports that a value is of another type than the key takes. The value is not quoted, as it may be a secret that
/// should have been in quotes.
pub(crate) fn wrong_type(node: &Node, wanted: &str, diags: &mut Diagnostics) {
    let found = match &node.kind {
        Kind::Sequence(_) => "a list",
        Kind::Mapping(_) => "a mapping",
        Kind::Scalar(scalar) => match scalar.value() {
            Value::Null => "nothing",
            Value::Bool(true) => "the boolean `true`",
            Value::Bool(false) => "the boolean `false`",
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::Timestamp(_) => "a date",
            Value::String(_) => "a string",
        },
    };
    let finding = diags.error(Code::WrongType, node.span, format!("expected {wanted}, found {found}"));
    match node.value() {
        Some(Value::Null) => {
            finding.hint("give it a value, or leave it out");
        }
        Some(Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Timestamp(_))
            if wanted.starts_with("a string") =>
        {
            finding.hint("put the value in quotes");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::node;

    /// What is found in a mapping of which `known` is taken.
    #[track_caller]
    fn check_finish(room: Room, expected: &[(Severity, &str)]) {
        let (node, mut diags) = (node("known: a\nother: b\nx-mine: c\n"), Diagnostics::default());
        let mut keys = Keys::of(&node, &mut diags).unwrap();
        let _taken: Option<String> = keys.take("known", &mut diags);
        keys.finish_with(room, "it", &mut diags);
        let found: Vec<_> = diags.iter().map(|finding| (finding.severity, &*finding.message)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn some_mappings_have_no_room_for_the_users_own_and_others_for_anything() {
        let other = "unknown key `other`: it has no such key";
        let mine = "unknown key `x-mine`: it has no such key";
        check_finish(Room::Extensions, &[(Severity::Error, other)]);
        check_finish(Room::Nothing, &[(Severity::Error, other), (Severity::Error, mine)]);
        check_finish(Room::Anything, &[(Severity::Warning, other)]);
    }

    #[test]
    fn keys_that_nobody_takes_are_unknown() {
        let text = "image: a\nimagee: b\nx-mine: c\ndeploy:\n  replicas: 2\n";
        let (node, mut diags) = (node(text), Diagnostics::default());
        let mut keys = Keys::of(&node, &mut diags).unwrap();
        assert_eq!(keys.take::<String>("image", &mut diags).as_deref(), Some("a"));
        let mut deploy = keys.nested("deploy", &mut diags);
        assert_eq!(deploy.take("replicas", &mut diags), Some(2_i64));
        deploy.finish("`deploy`", &mut diags);
        assert_eq!(keys.nested("build", &mut diags).entries().count(), 0);
        keys.finish("a service", &mut diags);
        let found: Vec<_> =
            diags.iter().map(|finding| (text.get(finding.span.unwrap().range()), &*finding.hints)).collect();
        assert_eq!(found, [(Some("imagee"), &["did you mean `image`?".to_owned()][..])]);
    }
}
