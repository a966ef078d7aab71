//! What a merged file says in the end: without what `!reset` takes away, and without equal items in lists.

use std::borrow::Cow;
use std::rc::Rc;

use indexmap::IndexMap;

use crate::yaml::resolve::Value;
use crate::yaml::{Entry, Kind, Mapping, Node, Tag};

/// What makes two items of a list one, of which the later stands in the place of the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Identity {
    /// The text, up to its `=`.
    Key,
    /// The text of a string or number.
    Text,
    /// Where a device appears in the container.
    Device,
    /// Where a secret or config appears; without a target, that is below a directory.
    Grant(&'static str),
    /// A path, which may stand in a mapping.
    Path,
}

/// The identity of the items in a list. Nothing when all stay.
///
/// Ports and mounts are not here: which of them are one is for their own types to say.
fn identity(path: &[&str]) -> Option<Identity> {
    match path {
        ["services", _, "cap_add" | "cap_drop" | "dns" | "dns_opt" | "dns_search" | "links" | "profiles" | "tmpfs"]
        | ["services", _, "networks", _, "aliases" | "link_local_ips"]
        | ["services", _, "build", "tags"] => Some(Identity::Key),
        ["services", _, "expose"] => Some(Identity::Text),
        ["services", _, "devices"] => Some(Identity::Device),
        ["services", _, "secrets"] => Some(Identity::Grant("/run/secrets/")),
        ["services", _, "configs"] => Some(Identity::Grant("/")),
        ["services", _, "env_file"] => Some(Identity::Path),
        _ => None,
    }
}

impl Identity {
    /// What is equal in items that are one. An item without it is one by itself.
    fn of(self, item: &Node) -> Option<Cow<'_, str>> {
        let string_at = |key: &str| item.get(key).and_then(|value| string(value));
        match self {
            Self::Key => string(item).map(|text| text.split('=').next().unwrap_or(text).into()),
            Self::Text => item.as_scalar().map(|scalar| (&*scalar.text).into()),
            Self::Device => {
                let short = string(item).map(|text| {
                    let mut parts = text.split(':');
                    let source = parts.next().unwrap_or_default();
                    parts.next().filter(|target| !target.is_empty()).unwrap_or(source)
                });
                short.or_else(|| string_at("target")).map(Cow::Borrowed)
            }
            Self::Grant(directory) => match item.get("target") {
                Some(target) => string(target).map(Cow::Borrowed),
                None => string(item).or_else(|| string_at("source")).map(|name| format!("{directory}{name}").into()),
            },
            Self::Path => string(item).or_else(|| string_at("path")).map(Cow::Borrowed),
        }
    }
}

/// What a file says once `!reset` has taken away its part and equal items of lists are one.
///
/// A tree in which neither occurs is returned as it is.
pub(super) fn settle(root: &Rc<Node>) -> Rc<Node> {
    settled(root, &mut Vec::new()).unwrap_or_else(|| Rc::clone(root))
}

/// What a value becomes, if it does not stay as it is.
fn settled<'n>(node: &'n Node, path: &mut Vec<&'n str>) -> Option<Rc<Node>> {
    let kind = match &node.kind {
        Kind::Scalar(_) => return None,
        Kind::Sequence(items) => Kind::Sequence(settled_items(items, path)?),
        Kind::Mapping(mapping) => {
            let entries = changed(mapping.entries(), |entry| {
                path.push(&entry.key);
                let change = change(&entry.value, path);
                path.pop();
                change.map(|value| Entry { value, ..entry.clone() })
            });
            Kind::Mapping(Mapping::new(Vec::new(), entries?))
        }
    };
    Some(Rc::new(Node { span: node.span, tag: node.tag, kind }))
}

/// What a list becomes, if it does not stay as it is.
fn settled_items<'n>(items: &'n [Rc<Node>], path: &mut Vec<&'n str>) -> Option<Vec<Rc<Node>>> {
    // Rules speak of keys; an item's place is no key, and no rule leads through it.
    path.push("");
    let new = changed(items, |item| change(item, path));
    path.pop();
    let identity = identity(path);
    identity.and_then(|identity| unique(new.as_deref().unwrap_or(items), identity)).or(new)
}

/// An entry without the tags in it, and without what `!reset` takes away.
pub(super) fn untagged_entry(entry: &Entry) -> Option<Entry> {
    match untagged(&entry.value) {
        Change::Keep => Some(entry.clone()),
        Change::Drop => None,
        Change::Put(value) => Some(Entry { value, ..entry.clone() }),
    }
}

/// What becomes of a value without tags.
fn untagged(node: &Rc<Node>) -> Change<Rc<Node>> {
    let kind = match &node.kind {
        _ if node.tag == Some(Tag::Reset) => return Change::Drop,
        Kind::Scalar(_) => None,
        Kind::Sequence(items) => changed(items, untagged).map(Kind::Sequence),
        Kind::Mapping(mapping) => {
            let entry = |entry: &Entry| untagged(&entry.value).map(|value| Entry { value, ..entry.clone() });
            changed(mapping.entries(), entry).map(|entries| Kind::Mapping(Mapping::new(Vec::new(), entries)))
        }
    };
    match kind {
        Some(kind) => Change::Put(Rc::new(Node::new(node.span, kind))),
        None if node.tag.is_some() => Change::Put(Rc::new(Node { tag: None, ..Node::clone(node) })),
        None => Change::Keep,
    }
}

/// What becomes of a part of a tree.
enum Change<T> {
    /// It stays.
    Keep,
    /// It is taken away.
    Drop,
    /// This stands in its place.
    Put(T),
}

impl<T> Change<T> {
    /// The same change of something around it.
    fn map<U>(self, put: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::Drop => Change::Drop,
            Self::Put(new) => Change::Put(put(new)),
        }
    }
}

/// What becomes of a value.
fn change<'n>(node: &'n Node, path: &mut Vec<&'n str>) -> Change<Rc<Node>> {
    if node.tag == Some(Tag::Reset) {
        return Change::Drop;
    }
    settled(node, path).map_or(Change::Keep, Change::Put)
}

/// The list with what its elements become, unless all of them stay.
fn changed<'n, T: Clone>(list: &'n [T], mut change: impl FnMut(&'n T) -> Change<T>) -> Option<Vec<T>> {
    let mut new: Option<Vec<T>> = None;
    for (index, element) in list.iter().enumerate() {
        let before = || list.iter().take(index).cloned().collect();
        match (change(element), &mut new) {
            (Change::Keep, None) => {}
            (Change::Keep, Some(new)) => new.push(element.clone()),
            (Change::Drop, new) => drop(new.get_or_insert_with(before)),
            (Change::Put(put), new) => new.get_or_insert_with(before).push(put),
        }
    }
    new
}

/// The list without its equal items, if it has any: the last stands in the place of the first.
fn unique(items: &[Rc<Node>], identity: Identity) -> Option<Vec<Rc<Node>>> {
    if items.len() < 2 {
        return None;
    }
    let mut places: IndexMap<Cow<'_, str>, usize> = IndexMap::with_capacity(items.len());
    let mut kept: Vec<&Rc<Node>> = Vec::with_capacity(items.len());
    for item in items {
        let Some(key) = identity.of(item) else {
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

/// The text of a string.
fn string(node: &Node) -> Option<&str> {
    match node.value()? {
        Value::String(text) => Some(text),
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Timestamp(_) => None,
    }
}
