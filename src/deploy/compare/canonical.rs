//! One form for documents that mean the same.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// How one form is reached: which defaults go, and in which order lists stand.
pub(super) struct Rules {
    /// Whether a value at a path says nothing. Lists are passed over in the path.
    pub(super) is_default: fn(path: &[&str], value: &Value) -> bool,
    /// The fields by which the objects of a list are put in order; none if its order means something.
    pub(super) order: fn(path: &[&str]) -> Option<&'static [&'static str]>,
}

impl Rules {
    /// A document in the one form.
    pub(super) fn canonical(&self, document: &Map<String, Value>) -> Map<String, Value> {
        match self.value(&mut Vec::new(), &Value::Object(document.clone())) {
            Some(Value::Object(object)) => object,
            _ => Map::new(),
        }
    }

    /// A value in the one form; nothing if it says nothing.
    fn value<'v>(&self, path: &mut Vec<&'v str>, value: &'v Value) -> Option<Value> {
        let value = match value {
            Value::Object(object) => {
                // Keys have one order, whatever the order they came in.
                let sorted: BTreeMap<&String, &Value> = object.iter().collect();
                let mut kept = Map::new();
                for (key, value) in sorted {
                    path.push(key);
                    kept.extend(self.value(path, value).map(|value| (key.clone(), value)));
                    path.pop();
                }
                Value::Object(kept)
            }
            Value::Array(items) => {
                // An object in a list stands for itself, however little it says.
                let item = |item| self.value(path, item).unwrap_or_else(|| Value::Object(Map::new()));
                let mut items: Vec<Value> = items.iter().map(item).collect();
                if let Some(fields) = (self.order)(path) {
                    items.sort_by_cached_key(|item| key(item, fields));
                }
                Value::Array(items)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        };
        let is_empty = match &value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(object) => object.is_empty(),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        };
        (!is_empty && !(self.is_default)(path, &value)).then_some(value)
    }
}

/// What an item of a list is known by: the text of its fields, or its whole text if it has none of them.
pub(super) fn key(item: &Value, fields: &[&str]) -> String {
    let parts: Vec<String> = fields.iter().filter_map(|field| item.get(field)).map(plain).collect();
    if parts.is_empty() { plain(item) } else { parts.join("/") }
}

/// A value as text, without quotes.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
