//! What a merged file says in the end: without what `!reset` takes away, and without equal items in lists.

use std::borrow::Cow;
use std::rc::Rc;

use indexmap::IndexMap;

use crate::yaml::resolve::Value;
use crate::yaml::{Entry, Kind, Mapping, Node, Tag};

/// What makes two items of a list one, of which the later stands in the place of the earlier. Nothing when all stay.
///
/// Ports and mounts are not here: which of them are one is for their own types to say.
fn identity(path: &[&str]) -> Option<fn(&Node) -> Option<Cow<'_, str>>> {
    match path {
        ["services", _, "cap_add" | "cap_drop" | "dns" | "dns_opt" | "dns_search" | "links" | "profiles" | "tmpfs"]
        | ["services", _, "networks", _, "aliases" | "link_local_ips"]
        | ["services", _, "build", "tags" | "platforms"] => Some(key_of_pair),
        ["services", _, "expose"] => Some(text_of_scalar),
        ["services", _, "devices"] => Some(device_target),
        ["services", _, "secrets"] => Some(|item| grant_target(item, "/run/secrets/")),
        ["services", _, "configs"] => Some(|item| grant_target(item, "/")),
        ["services", _, "env_file"] => Some(|item| string_at(item, "path")),
        _ => None,
    }
}

/// What a file says once `!reset` has taken away its part and equal items of lists are one.
///
/// A tree in which neither occurs is returned as it is.
pub(in crate::compose) fn settle(root: &Rc<Node>) -> Rc<Node> {
    settled(root, &mut Vec::new()).unwrap_or_else(|| Rc::clone(root))
}

/// What a value becomes, if it does not stay as it is.
fn settled<'n>(node: &'n Node, path: &mut Vec<&'n str>) -> Option<Rc<Node>> {
    let kind = match &node.kind {
        Kind::Scalar(_) => return None,
        Kind::Sequence(items) => Kind::Sequence(settled_items(items, path)?),
        Kind::Mapping(mapping) => Kind::Mapping(settled_mapping(mapping, path)?),
    };
    Some(Rc::new(Node { span: node.span, tag: node.tag, kind }))
}

/// What a mapping becomes, if it does not stay as it is.
fn settled_mapping<'n>(mapping: &'n Mapping, path: &mut Vec<&'n str>) -> Option<Mapping> {
    let mut changed = false;
    let mut values = Vec::new();
    for entry in mapping.entries() {
        path.push(&entry.key);
        let value = if is_reset(&entry.value) { None } else { Some(settled(&entry.value, path)) };
        path.pop();
        changed |= !matches!(value, Some(None));
        values.push(value);
    }
    let entry = |(entry, value): (&Entry, Option<Option<Rc<Node>>>)| {
        value.map(|value| Entry { value: value.unwrap_or_else(|| Rc::clone(&entry.value)), ..entry.clone() })
    };
    changed.then(|| Mapping::new(Vec::new(), mapping.entries().iter().zip(values).filter_map(entry)))
}

/// What a list becomes, if it does not stay as it is.
fn settled_items<'n>(items: &'n [Rc<Node>], path: &mut Vec<&'n str>) -> Option<Vec<Rc<Node>>> {
    // Rules speak of keys; an item's place is no key, and no rule leads through it.
    path.push("");
    let values: Vec<_> = items.iter().filter(|item| !is_reset(item)).map(|item| (item, settled(item, path))).collect();
    path.pop();
    let changed = values.len() < items.len() || values.iter().any(|(_, new)| new.is_some());
    let values = values.into_iter().map(|(item, new)| new.unwrap_or_else(|| Rc::clone(item)));
    match identity(path).and_then(|identity| unique(items, identity)) {
        _ if changed => {
            let values: Vec<_> = values.collect();
            identity(path).and_then(|identity| unique(&values, identity)).or(Some(values))
        }
        unique => unique,
    }
}

/// The list without its equal items, if it has any: the last stands in the place of the first.
fn unique(items: &[Rc<Node>], identity: fn(&Node) -> Option<Cow<'_, str>>) -> Option<Vec<Rc<Node>>> {
    let mut places: IndexMap<Cow<'_, str>, usize> = IndexMap::with_capacity(items.len());
    let mut kept: Vec<&Rc<Node>> = Vec::with_capacity(items.len());
    for item in items {
        let Some(key) = identity(item) else {
            kept.push(item);
            continue;
        };
        let place = *places.entry(key).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(earlier) => *earlier = item,
            None => kept.push(item),
        }
    }
    (kept.len() < items.len()).then(|| kept.into_iter().cloned().collect())
}

/// Whether a value is to be taken away.
fn is_reset(node: &Node) -> bool {
    node.tag == Some(Tag::Reset)
}

/// The text of a string.
fn text(node: &Node) -> Option<&str> {
    match node.as_scalar()?.value() {
        Value::String(text) => Some(text),
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Timestamp(_) => None,
    }
}

/// The text of a string, up to its `=`.
fn key_of_pair(item: &Node) -> Option<Cow<'_, str>> {
    let text = text(item)?;
    Some(text.split_once('=').map_or(text, |(key, _)| key).into())
}

/// The text of a string or a number.
fn text_of_scalar(item: &Node) -> Option<Cow<'_, str>> {
    item.as_scalar().map(|scalar| (&*scalar.text).into())
}

/// A string, or the string at a key of a mapping.
fn string_at<'n>(item: &'n Node, key: &str) -> Option<Cow<'n, str>> {
    text(item).or_else(|| item.get(key).and_then(|value| text(value))).map(Cow::Borrowed)
}

/// Where a device appears: behind the first colon, or where it is.
fn device_target(item: &Node) -> Option<Cow<'_, str>> {
    let short = text(item).map(|text| text.split(':').nth(1).unwrap_or(text));
    short.or_else(|| item.get("target").and_then(|target| text(target))).map(Cow::Borrowed)
}

/// Where a secret or config appears: at its target as written, or below `directory`.
fn grant_target<'n>(item: &'n Node, directory: &str) -> Option<Cow<'n, str>> {
    let below = |source: &str| Cow::Owned(format!("{directory}{source}"));
    match item.get("target") {
        Some(target) => text(target).map(Cow::Borrowed),
        None => text(item).or_else(|| item.get("source").and_then(|source| text(source))).map(below),
    }
}
