//! Reading an input whose types were checked before.

use serde_json::{Map, Value};

/// A structure of an input. Its members have the types of the table, so that asking for another is a mistake here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Input<'a>(pub(crate) &'a Value);

impl<'a> Input<'a> {
    pub(crate) fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(self, name: &str) -> Option<&'a str> {
        self.get(name).and_then(Value::as_str)
    }

    pub(crate) fn whole(self, name: &str) -> Option<i64> {
        self.get(name).and_then(Value::as_i64)
    }

    pub(crate) fn count(self, name: &str) -> Option<u64> {
        self.get(name).and_then(Value::as_u64)
    }

    pub(crate) fn number(self, name: &str) -> Option<f64> {
        self.get(name).and_then(Value::as_f64)
    }

    pub(crate) fn flag(self, name: &str) -> Option<bool> {
        self.get(name).and_then(Value::as_bool)
    }

    pub(crate) fn below(self, name: &str) -> Option<Input<'a>> {
        self.get(name).map(Input)
    }

    /// The items of a list; none when it is left out.
    pub(crate) fn items(self, name: &str) -> impl Iterator<Item = Input<'a>> + use<'a> {
        self.get(name).and_then(Value::as_array).into_iter().flatten().map(Input)
    }

    /// The texts of a list.
    pub(crate) fn texts(self, name: &str) -> Vec<&'a str> {
        self.items(name).filter_map(|item| item.0.as_str()).collect()
    }

    pub(crate) fn has(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether a list of texts, such as `include`, names something.
    pub(crate) fn includes(self, name: &str, item: &str) -> bool {
        self.items(name).any(|other| other.0.as_str() == Some(item))
    }

    /// The members that are given, of those named.
    pub(crate) fn pick(self, names: &[&str]) -> Map<String, Value> {
        let given = |name: &&str| self.get(name).map(|value| ((*name).to_owned(), value.clone()));
        names.iter().filter_map(given).collect()
    }
}
