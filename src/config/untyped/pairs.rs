//! `NAME=VALUE` pairs, in a mapping or a list.

use std::rc::Rc;

use indexmap::IndexMap;

use super::plain;
use crate::config::value::Value;
use crate::yaml::resolve::Value as Scalar;
use crate::yaml::{Entry, Kind, Node};

/// `NAME=VALUE` pairs: those of several places are a list.
pub(super) fn pairs(node: &Node) -> Value<'static> {
    if let Kind::Sequence(items) = &node.kind {
        return distinct_pairs(items);
    }
    let entries = node.entries();
    let is_inside = |entry: &Entry| node.span.contains(entry.key_span);
    let is_joined = node.as_mapping().is_some_and(|mapping| mapping.own().is_empty()) && entries.iter().any(is_inside);
    if !is_joined {
        return plain(node);
    }
    let mut pairs: Vec<&Entry> = entries.iter().collect();
    let place = |entry: &Entry| (is_inside(entry), entry.key_span.file);
    for of_document in pairs.chunk_by_mut(|one, other| place(one) == place(other)) {
        if !of_document.iter().any(|entry| is_of_list(entry)) {
            of_document.sort_by_key(|entry| Rc::clone(&entry.key));
        }
    }
    let pair = |entry: &&Entry| match entry.value.value() {
        None | Some(Scalar::Null) => entry.key.to_string(),
        Some(value) => format!("{}={}", entry.key, value.to_go_string()),
    };
    pairs.iter().map(pair).map(Value::from).collect()
}

/// Whether an entry was written in a list: there, the value stands at the place of its name, even if another document
/// gave it another value since. Quotes make the place of a name in a mapping longer than the name, by two.
fn is_of_list(entry: &Entry) -> bool {
    entry.key_span.range().len() > entry.key.len() + 2 || entry.key_span == entry.value.span && !entry.value.is_null()
}

/// `NAME=VALUE` pairs of a list: the last of a name stands in the place of the first.
fn distinct_pairs(items: &[Rc<Node>]) -> Value<'static> {
    let mut pairs: IndexMap<String, Value<'static>> = IndexMap::new();
    for item in items {
        let value = plain(item);
        let text = item.as_scalar().map(|scalar| &*scalar.text).unwrap_or_default();
        pairs.insert(text.split('=').next().unwrap_or_default().to_owned(), value);
    }
    pairs.into_values().collect()
}
