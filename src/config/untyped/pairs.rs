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
    let is_inside = |span| node.span.contains(span);
    let is_own = node.as_mapping().is_some_and(|mapping| mapping.own().is_empty());
    if !is_own || !entries.iter().any(|entry| is_inside(entry.key_span)) {
        return plain(node);
    }
    let place = |entry: &Entry| (is_inside(entry.key_span), entry.key_span.file);
    let groups = entries.chunk_by(|one, other| place(one) == place(other)).flat_map(|group| {
        let mut group: Vec<&Entry> = group.iter().collect();
        // What stands in a list has no key of its own. Where the value is from elsewhere, the length of the key tells.
        let is_whole = |entry: &Entry| place(entry) == (is_inside(entry.value.span), entry.value.span.file);
        let has_key = |entry: &&Entry| {
            let length = entry.key_span.range().len();
            if is_whole(entry) { entry.key_span != entry.value.span } else { length == entry.key.len() }
        };
        if group.iter().all(has_key) {
            group.sort_by_key(|entry| Rc::clone(&entry.key));
        }
        group
    });
    let pair = |entry: &Entry| match entry.value.value() {
        None | Some(Scalar::Null) => entry.key.to_string(),
        Some(value) => format!("{}={}", entry.key, value.to_go_string()),
    };
    groups.map(pair).map(Value::from).collect()
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
