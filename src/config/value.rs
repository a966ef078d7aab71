//! A value as it is printed: what YAML and JSON have in common.

use std::borrow::Cow;
use std::vec;

use indexmap::IndexMap;

use crate::compose::nano_cpus::NanoCpus;
use crate::compose::size::ByteSize;
use crate::source::Spanned;

/// A value as it is printed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'p> {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// A number of 64 bits.
    Float(f64),
    /// A text.
    String(Cow<'p, str>),
    /// A moment, which is a text in JSON, and needs no quotes in YAML.
    Timestamp(String),
    /// A list.
    List(Vec<Value<'p>>),
    /// Keys and values, in the order in which they are printed.
    Mapping(Fields<'p>),
    /// Names and values, which every language prints in its own order; here they are in that of their bytes.
    Sorted(Fields<'p>),
}

/// Keys and values, in the order in which they are printed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Fields<'p>(Vec<(Cow<'p, str>, Value<'p>)>);

impl<'p> Fields<'p> {
    /// Adds a key.
    pub(super) fn put(&mut self, key: impl Into<Cow<'p, str>>, value: impl Into<Value<'p>>) {
        self.0.push((key.into(), value.into()));
    }

    /// Adds a key if it has a value.
    pub(super) fn put_some(&mut self, key: impl Into<Cow<'p, str>>, value: Option<impl Into<Value<'p>>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    /// Adds a key if its text is not empty.
    pub(super) fn put_text(&mut self, key: impl Into<Cow<'p, str>>, text: impl Into<Cow<'p, str>>) {
        let text = text.into();
        if !text.is_empty() {
            self.put(key, Value::String(text));
        }
    }

    /// Adds a key if its text was written and is not empty.
    pub(super) fn put_written(&mut self, key: impl Into<Cow<'p, str>>, text: Option<&'p Spanned<String>>) {
        self.put_text(key, text.map(|text| &*text.value).unwrap_or_default());
    }

    /// Adds a key if a switch is on.
    pub(super) fn put_true(&mut self, key: impl Into<Cow<'p, str>>, flag: Option<Spanned<bool>>) {
        if flag.is_some_and(|flag| flag.value) {
            self.put(key, true);
        }
    }

    /// Adds a key if its number is not zero.
    pub(super) fn put_non_zero(&mut self, key: impl Into<Cow<'p, str>>, number: Option<Spanned<i64>>) {
        self.put_some(key, number.map(|number| number.value).filter(|number| *number != 0));
    }

    /// Adds a key if its size is not zero. Docker Compose prints sizes as texts.
    pub(super) fn put_size(&mut self, key: impl Into<Cow<'p, str>>, size: Option<Spanned<ByteSize>>) {
        self.put_some(key, size.filter(|size| size.value.bytes() != 0).map(|size| size.value.to_string()));
    }

    /// Adds a key if its number of CPUs is not zero.
    pub(super) fn put_cpus(&mut self, key: impl Into<Cow<'p, str>>, cpus: Option<Spanned<NanoCpus>>) {
        self.put_some(key, cpus.filter(|cpus| cpus.value != NanoCpus::default()).map(|cpus| cpus.value.float()));
    }

    /// Adds a key if its list or mapping has anything in it.
    pub(super) fn put_filled(&mut self, key: impl Into<Cow<'p, str>>, value: impl Into<Value<'p>>) {
        let value = value.into();
        if !value.is_empty() {
            self.put(key, value);
        }
    }

    /// The same with the keys of others behind its own.
    #[must_use]
    pub(super) fn with(mut self, others: Self) -> Self {
        self.extend(others);
        self
    }

    /// Adds the keys of others behind its own.
    pub(super) fn extend(&mut self, Fields(others): Self) {
        self.0.extend(others);
    }

    /// Puts the keys into the order of a table; a key that it does not name comes last.
    pub(super) fn in_order(mut self, order: &[&str]) -> Self {
        let rank = |key: &str| order.iter().position(|other| *other == key).unwrap_or(order.len());
        self.0.sort_by_cached_key(|(key, _)| rank(key));
        self
    }

    /// Keys in the order of their bytes.
    pub(super) fn sorted<K: Into<Cow<'p, str>>>(entries: impl IntoIterator<Item = (K, Value<'p>)>) -> Self {
        let mut entries: Vec<_> = entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self(entries)
    }

    /// Leaves keys out.
    pub(super) fn without(mut self, keys: &[&str]) -> Self {
        self.0.retain(|(key, _)| !keys.contains(&&**key));
        self
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Value<'p>> {
        self.iter().find(|(other, _)| *other == key).map(|(_, value)| value)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys and values.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value<'p>)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }
}

impl<'p> IntoIterator for Fields<'p> {
    type Item = (Cow<'p, str>, Value<'p>);
    type IntoIter = vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'p> Value<'p> {
    /// A mapping whose keys are sorted, as Docker Compose prints what users name.
    pub(super) fn sorted<K: Into<Cow<'p, str>>, V: Into<Self>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Sorted(Fields::sorted(entries.into_iter().map(|(key, value)| (key, value.into()))))
    }

    /// The same, without anything that is borrowed.
    pub(super) fn into_owned(self) -> Value<'static> {
        let owned = |Fields(entries): Fields<'p>| {
            let entries = entries.into_iter().map(|(key, value)| (Cow::Owned(key.into_owned()), value.into_owned()));
            Fields(entries.collect())
        };
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(flag),
            Self::Integer(number) => Value::Integer(number),
            Self::Float(number) => Value::Float(number),
            Self::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Self::Timestamp(text) => Value::Timestamp(text),
            Self::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
            Self::Mapping(fields) => Value::Mapping(owned(fields)),
            Self::Sorted(fields) => Value::Sorted(owned(fields)),
        }
    }

    /// Its text, if it is one.
    pub(super) fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// Its items, if it is a list.
    pub(super) fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The same with sorted keys and other values in it, if it is a mapping.
    pub(super) fn map_values(self, change: impl Fn(&str, Self) -> Self) -> Self {
        let with_change = |(key, value): (Cow<'p, str>, Self)| {
            let value = change(&key, value);
            (key, value)
        };
        self.into_fields().map_or_else(|other| other, |fields| Self::sorted(fields.into_iter().map(with_change)))
    }

    /// Its keys and values, if it is a mapping, or else the value itself.
    pub(super) fn into_fields(self) -> Result<Fields<'p>, Self> {
        match self {
            Self::Mapping(fields) | Self::Sorted(fields) => Ok(fields),
            Self::Null
            | Self::Bool(_)
            | Self::Integer(_)
            | Self::Float(_)
            | Self::String(_)
            | Self::Timestamp(_)
            | Self::List(_) => Err(self),
        }
    }

    /// Its keys and values, if it is a mapping.
    pub(super) fn fields(&self) -> Option<&Fields<'p>> {
        match self {
            Self::Mapping(fields) | Self::Sorted(fields) => Some(fields),
            Self::Null
            | Self::Bool(_)
            | Self::Integer(_)
            | Self::Float(_)
            | Self::Timestamp(_)
            | Self::String(_)
            | Self::List(_) => None,
        }
    }

    /// Whether it is a list or a mapping without anything in it.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Mapping(fields) | Self::Sorted(fields) => fields.is_empty(),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Float(_) | Self::String(_) | Self::Timestamp(_) => {
                false
            }
        }
    }
}

impl<'p> From<Fields<'p>> for Value<'p> {
    fn from(fields: Fields<'p>) -> Self {
        Self::Mapping(fields)
    }
}

impl<'p> From<&'p str> for Value<'p> {
    fn from(text: &'p str) -> Self {
        Self::String(Cow::Borrowed(text))
    }
}

impl<'p> From<&'p String> for Value<'p> {
    fn from(text: &'p String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::String(Cow::Owned(text))
    }
}

impl<'p> From<Cow<'p, str>> for Value<'p> {
    fn from(text: Cow<'p, str>) -> Self {
        Self::String(text)
    }
}

impl<'p> From<&'p Spanned<String>> for Value<'p> {
    fn from(text: &'p Spanned<String>) -> Self {
        (&*text.value).into()
    }
}

impl<'p> From<&'p Vec<Spanned<String>>> for Value<'p> {
    fn from(texts: &'p Vec<Spanned<String>>) -> Self {
        texts.iter().collect()
    }
}

impl<'p> From<&'p IndexMap<String, Spanned<String>>> for Value<'p> {
    fn from(texts: &'p IndexMap<String, Spanned<String>>) -> Self {
        Self::sorted(texts.iter().map(|(key, text)| (&**key, text)))
    }
}

impl<'p> From<&'p IndexMap<String, Spanned<Option<String>>>> for Value<'p> {
    fn from(texts: &'p IndexMap<String, Spanned<Option<String>>>) -> Self {
        Self::sorted(texts.iter().map(|(key, text)| (&**key, text.value.as_deref())))
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<f32> for Value<'_> {
    /// A number of 32 bits has fewer digits than the same one of 64 bits.
    fn from(number: f32) -> Self {
        Self::Float(number.to_string().parse().unwrap_or_else(|_| number.into()))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Integer(number.into())
    }
}

impl<'p, T: Into<Value<'p>>> From<Option<T>> for Value<'p> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<'p, T: Into<Value<'p>>> FromIterator<T> for Value<'p> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}
