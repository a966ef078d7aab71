//! Reading a mapping key by key, and values as the types that keys take.

use indexmap::IndexMap;

use super::resolve::Value;
use super::{Entry, Kind, Mapping, Node, Scalar};
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};

/// Reads a value from a node. `None` means that the reason was reported.
pub trait Decode: Sized {
    /// Reads the value, or reports why it cannot.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self>;
}

/// The keys of one mapping, to be taken one by one; what is left in the end is unknown.
#[derive(Debug)]
pub struct Keys<'n> {
    entries: &'n [Entry],
    taken: Vec<bool>,
    /// The names that were asked for: what an unknown key might have meant.
    known: Vec<&'static str>,
    /// Where the mapping was written.
    pub span: Span,
}

impl<'n> Keys<'n> {
    /// The keys of a mapping; anything else is reported as not being one.
    pub fn of(node: &'n Node, diags: &mut Diagnostics) -> Option<Self> {
        let Kind::Mapping(mapping) = &node.kind else {
            wrong_type(node, "a mapping", diags);
            return None;
        };
        Some(Self::new(mapping, node.span))
    }

    /// No keys, in place of a mapping that is not there.
    #[must_use]
    pub const fn empty(span: Span) -> Keys<'static> {
        Keys { entries: &[], taken: Vec::new(), known: Vec::new(), span }
    }

    fn new(mapping: &'n Mapping, span: Span) -> Self {
        let entries = mapping.entries();
        Self { entries, taken: vec![false; entries.len()], known: Vec::new(), span }
    }

    /// Takes the keys of the mapping under a key. Where that key is absent, null or something else, there are none.
    #[must_use]
    pub fn nested(&mut self, key: &'static str, diags: &mut Diagnostics) -> Self {
        let absent = Keys::empty(self.span);
        let Some(node) = self.node(key).filter(|node| !node.is_null()) else { return absent };
        Self::of(node, diags).unwrap_or(Keys::empty(node.span))
    }

    /// Whether the mapping has no keys.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes all entries of a mapping whose keys are names, but for those with the prefix `x-`.
    pub fn entries(&mut self) -> impl Iterator<Item = &'n Entry> + use<'n> {
        self.taken.fill(true);
        self.entries.iter().filter(|entry| !is_extension(entry))
    }

    /// Takes the node of a key.
    pub fn node(&mut self, key: &'static str) -> Option<&'n Node> {
        self.entry(key).map(|entry| &*entry.value)
    }

    /// Takes the entry of a key.
    pub fn entry(&mut self, key: &'static str) -> Option<&'n Entry> {
        self.known.push(key);
        let index = self.entries.iter().position(|entry| &*entry.key == key)?;
        if let Some(taken) = self.taken.get_mut(index) {
            *taken = true;
        }
        self.entries.get(index)
    }

    /// Takes the value of a key. `key:` without a value is reported: Compose refuses it.
    pub fn take<T: Decode>(&mut self, key: &'static str, diags: &mut Diagnostics) -> Option<T> {
        self.node(key).and_then(|node| T::decode(node, diags))
    }

    /// Takes the value of a key that may stand without a value, which then is as good as absent.
    pub fn take_nullable<T: Decode>(&mut self, key: &'static str, diags: &mut Diagnostics) -> Option<T> {
        self.node(key).filter(|node| !node.is_null()).and_then(|node| T::decode(node, diags))
    }

    /// Takes the value of a key that must be there.
    pub fn require<T: Decode>(&mut self, key: &'static str, diags: &mut Diagnostics) -> Option<T> {
        let Some(node) = self.node(key) else {
            diags.error(Code::MissingKey, self.span, format!("`{key}` is missing"));
            return None;
        };
        T::decode(node, diags)
    }

    /// Takes the keys that users may choose, by their prefix `x-`.
    pub fn extensions(&mut self) -> impl Iterator<Item = &'n Entry> + use<'n, '_> {
        self.entries.iter().zip(&mut self.taken).filter(|(entry, _)| is_extension(entry)).map(|(entry, taken)| {
            *taken = true;
            entry
        })
    }

    /// Reports the keys that nobody took. `what` says whose keys they are: "a service".
    pub fn finish(mut self, what: &str, diags: &mut Diagnostics) {
        let _ignored_by_compose = self.extensions().count();
        for (entry, _) in self.entries.iter().zip(&self.taken).filter(|(_, taken)| !**taken) {
            let message = format!("unknown key `{}`: {what} has no such key", entry.key);
            let finding = diags.error(Code::UnknownKey, entry.key_span, message);
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

/// The candidate that a misspelt word is nearest to, if one is near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = word.chars().count() / 3;
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit.max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be put in, taken out or replaced to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut next = vec![index + 1];
        for ((beside, above), candidate) in row.iter().zip(row.iter().skip(1)).zip(&other) {
            let left = next.last().copied().unwrap_or_default();
            next.push((beside + usize::from(*candidate != letter)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// Reports that a value is of another type than the key takes.
pub fn wrong_type(node: &Node, wanted: &str, diags: &mut Diagnostics) {
    let found = match &node.kind {
        Kind::Sequence(_) => "a list".to_owned(),
        Kind::Mapping(_) => "a mapping".to_owned(),
        Kind::Scalar(scalar) => match scalar.value() {
            Value::Null => "nothing".to_owned(),
            Value::Bool(value) => format!("the boolean `{value}`"),
            Value::Integer(_) | Value::Float(_) => format!("the number `{}`", scalar.text),
            Value::Timestamp(text) => format!("the date `{text}`"),
            Value::String(_) => "a string".to_owned(),
        },
    };
    diags.error(Code::WrongType, node.span, format!("expected {wanted}, found {found}"));
}

impl Decode for String {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Some(Value::String(text)) = node.as_scalar().map(Scalar::value) else {
            wrong_type(node, "a string", diags);
            return None;
        };
        Some(text.to_owned())
    }
}

impl Decode for bool {
    /// A boolean, or one of the words for it in any case, which Compose turns into one.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match node.as_scalar().map(Scalar::value) {
            Some(Value::Bool(value)) => return Some(value),
            Some(Value::String(text)) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "on" => return Some(true),
                "false" | "no" | "n" | "off" => return Some(false),
                _ => {}
            },
            _ => {}
        }
        wrong_type(node, "`true` or `false`", diags);
        None
    }
}

impl Decode for i64 {
    /// A whole number, also written as `1e3` or `2.0`, or a string of decimal digits, which Compose turns into one.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let number = match node.as_scalar().map(Scalar::value) {
            Some(Value::Integer(number)) => Self::try_from(number).ok(),
            Some(Value::Float(number)) if number.fract() == 0.0 => whole_part(number),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        if number.is_none() {
            wrong_type(node, "a whole number", diags);
        }
        number
    }
}

/// A number of which Compose drops what is behind the point: `cpu_shares: 1.5` is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Truncated(pub i64);

impl Decode for Truncated {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match node.as_scalar().map(Scalar::value) {
            Some(Value::Float(number)) if whole_part(number).is_some() => whole_part(number).map(Self),
            _ => i64::decode(node, diags).map(Self),
        }
    }
}

/// The digits before the point, if the number has 64 bits.
fn whole_part(number: f64) -> Option<i64> {
    // A float prints without an exponent, so its whole part reads back exactly.
    format!("{:.0}", number.trunc()).parse().ok()
}

/// Implements [`Decode`] for unsigned numbers, which are whole numbers within a range.
macro_rules! decode_unsigned {
    ($($number:ty),+) => {$(
        impl Decode for $number {
            fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
                if let Some(Value::Integer(number)) = node.as_scalar().map(Scalar::value) {
                    if let Ok(number) = Self::try_from(number) {
                        return Some(number);
                    }
                }
                let number = i64::decode(node, diags)?;
                let converted = Self::try_from(number).ok();
                if converted.is_none() {
                    let message = format!("invalid value `{number}`: it must be from 0 to {}", Self::MAX);
                    diags.error(Code::InvalidValue, node.span, message);
                }
                converted
            }
        }
    )+};
}

decode_unsigned!(u16, u32, u64);

impl Decode for f64 {
    /// A number, or a string of one.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let number = match node.as_scalar().map(Scalar::value) {
            Some(Value::Integer(number)) => number.to_string().parse().ok(),
            Some(Value::Float(number)) => Some(number),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        let number = number.filter(|number: &Self| number.is_finite());
        if number.is_none() {
            wrong_type(node, "a number", diags);
        }
        number
    }
}

/// A string or a number, as text: numbers are printed as Go does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StringOrNumber(pub String);

impl Decode for StringOrNumber {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let value = node.as_scalar().map(Scalar::value);
        let Some(value @ (Value::String(_) | Value::Integer(_) | Value::Float(_))) = value else {
            wrong_type(node, "a string or a number", diags);
            return None;
        };
        Some(Self(value.to_go_string().into_owned()))
    }
}

/// One value, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Decode> Decode for OneOrMany<T> {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Sequence(_) => Vec::decode(node, diags).map(Self),
            Kind::Scalar(_) | Kind::Mapping(_) => T::decode(node, diags).map(|value| Self(vec![value])),
        }
    }
}

/// `KEY=VALUE` pairs: a list of them, or a mapping. A key without a value has none; the last of equal keys wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyValues(pub IndexMap<String, Spanned<Option<String>>>);

impl Decode for KeyValues {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Sequence(items) => Some(Self(items.iter().filter_map(|item| pair(item, diags)).collect())),
            Kind::Mapping(mapping) => {
                let entries = mapping.entries().iter();
                Some(Self(
                    entries.filter_map(|entry| Some((entry.key.to_string(), text(&entry.value, diags)?))).collect(),
                ))
            }
            Kind::Scalar(_) => {
                wrong_type(node, "a mapping or a list of `KEY=VALUE`", diags);
                None
            }
        }
    }
}

/// A list's item: `KEY=VALUE`, or `KEY` alone.
fn pair(item: &Node, diags: &mut Diagnostics) -> Option<(String, Spanned<Option<String>>)> {
    let text = String::decode(item, diags)?;
    let (key, value) = match text.split_once('=') {
        Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
        None => (text, None),
    };
    Some((key, Spanned::new(value, item.span)))
}

/// A mapping's value as text.
fn text(node: &Node, diags: &mut Diagnostics) -> Option<Spanned<Option<String>>> {
    let text = match node.as_scalar().map(Scalar::value) {
        Some(Value::Null) => None,
        Some(value @ (Value::String(_) | Value::Bool(_) | Value::Integer(_) | Value::Float(_))) => {
            Some(value.to_go_string().into_owned())
        }
        Some(Value::Timestamp(_)) | None => {
            wrong_type(node, "a string, a number, a boolean or nothing", diags);
            return None;
        }
    };
    Some(Spanned::new(text, node.span))
}

impl<T: Decode> Decode for Spanned<T> {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        T::decode(node, diags).map(|value| Self::new(value, node.span))
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Kind::Sequence(items) = &node.kind else {
            wrong_type(node, "a list", diags);
            return None;
        };
        Some(items.iter().filter_map(|item| T::decode(item, diags)).collect())
    }
}

impl<T: Decode> Decode for IndexMap<String, T> {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Kind::Mapping(mapping) = &node.kind else {
            wrong_type(node, "a mapping", diags);
            return None;
        };
        let entries = mapping.entries().iter();
        Some(entries.filter_map(|entry| Some((entry.key.to_string(), T::decode(&entry.value, diags)?))).collect())
    }
}
