//! The path of a place: from a range of bytes to `services.web.ports[0]`.

use std::fmt::Write as _;
use std::rc::Rc;

use super::{Entry, Kind, Node};
use crate::source::Span;

/// The path of the deepest entry or item under `root` that a place lies in.
///
/// `root` is a document as it was parsed: what stands in it is in the order of the file. What an alias or `<<` stands
/// for was written elsewhere, and is found there.
#[must_use]
pub(crate) fn path_at(root: &Node, span: Span) -> Option<String> {
    let mut path = String::new();
    let mut node = root;
    loop {
        let next = match &node.kind {
            Kind::Scalar(_) => None,
            Kind::Sequence(items) => item_at(items, node.span, span).map(|(index, item)| {
                let _ = write!(path, "[{index}]");
                item
            }),
            Kind::Mapping(mapping) => entry_at(mapping.own(), span).map(|entry| {
                push_key(&mut path, &entry.key);
                &*entry.value
            }),
        };
        match next {
            Some(value) if value.span.contains(span) => node = value,
            _ => return (!path.is_empty()).then_some(path),
        }
    }
}

/// The value of the key that a place lies in. A place outside of keys has none.
#[must_use]
pub(crate) fn value_at(root: &Node, span: Span) -> Option<&Node> {
    let mut node = root;
    while node.span.contains(span) {
        node = match &node.kind {
            Kind::Scalar(_) => return None,
            Kind::Sequence(items) => item_at(items, node.span, span)?.1,
            Kind::Mapping(mapping) => {
                let entry = entry_at(mapping.own(), span)?;
                if entry.key_span.contains(span) {
                    return Some(&entry.value);
                }
                &entry.value
            }
        };
    }
    None
}

/// The entry that a place lies in: in its key, its value, or between.
fn entry_at(entries: &[Entry], span: Span) -> Option<&Entry> {
    let after = entries.partition_point(|entry| entry.key_span.start <= span.start);
    let entry = entries.get(after.checked_sub(1)?)?;
    let elsewhere = entry.value.span.file != entry.key_span.file || entry.value.span.start < entry.key_span.start;
    let whole = if elsewhere { entry.key_span } else { entry.key_span.to(entry.value.span) };
    whole.contains(span).then_some(entry)
}

/// The item of a list that a place in it lies in, and its number.
fn item_at(items: &[Rc<Node>], list: Span, span: Span) -> Option<(usize, &Node)> {
    // What an alias stands for starts before the list, so it never cuts the search short.
    let after = items.partition_point(|item| item.span.start <= span.start);
    let before = items.get(..after)?.iter().enumerate().rev();
    let (index, item) = before.map(|(index, item)| (index, &**item)).find(|(_, item)| list.contains(item.span))?;
    item.span.contains(span).then_some((index, item))
}

/// Adds a key to a path, in quotes if it could be mistaken for more.
fn push_key(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    let simple = !key.is_empty() && key.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'));
    if simple {
        path.push_str(key);
    } else {
        let _ = write!(path, "{key:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::node;

    /// Looks up the place between the marks `«` and `»`.
    #[track_caller]
    fn check(marked: &str, expected: Option<&str>) {
        let (before, rest) = marked.split_once('«').unwrap();
        let (place, after) = rest.split_once('»').unwrap();
        let text = format!("{before}{place}{after}");
        let root = node(&text);
        let offset = |length: usize| u32::try_from(length).unwrap();
        let span = Span { start: offset(before.len()), end: offset(before.len() + place.len()), ..root.span };
        assert_eq!(path_at(&root, span).as_deref(), expected, "{marked}");
    }

    #[test]
    fn a_value_lies_in_its_entry() {
        check("services:\n  web:\n    image: «nginx»\n", Some("services.web.image"));
        check("services:\n  web:\n    image: ng«in»x\n", Some("services.web.image"));
        check("services:\n  web:\n    image: nginx\n    ports: [a, «b»]\n", Some("services.web.ports[1]"));
        check("a:\n- b: 1\n- c: 2\n  d: «3»\n", Some("a[1].d"));
        check("a:\n- [x, [y, «z»]]\n", Some("a[0][1][1]"));
    }

    #[test]
    fn a_key_lies_in_its_entry() {
        check("services:\n  «web»:\n    image: nginx\n", Some("services.web"));
        check("services:\n  «web:\n    image: nginx»\n", Some("services.web"));
        check("a:\n  «b»:\n", Some("a.b"));
    }

    #[test]
    fn a_whole_collection_lies_in_its_entry() {
        check("a:\n  «b: 1\n  c: 2»\n", Some("a"));
        check("a: «[b]»\n", Some("a"));
        check("a:\n- b\n«-»\n", Some("a[1]"));
    }

    #[test]
    fn what_lies_in_no_entry_has_no_path() {
        check("«a: 1\nb: 2»\n", None);
        check("# «x»\na: 1\n", None);
        check("a: 1\n# «x»\n", None);
        check("«x»\n", None);
    }

    #[test]
    fn aliases_do_not_hide_what_stands_beside_them() {
        check("x: &x [1, 2]\na: [*x, «b», *x, *x, c]\n", Some("a[1]"));
        check("x: &x [1, 2]\na: [*x, b, *x, *x, «c»]\n", Some("a[4]"));
        check("x: &x [1, «2»]\na: *x\n", Some("x[1]"));
        check("x: &x {y: «1»}\na:\n  <<: *x\n  b: 2\n", Some("x.y"));
        check("x: &x {y: 1}\na:\n  <<: *x\n  b: «2»\n", Some("a.b"));
        check("x: &x {y: 1}\na:\n  b: «*x»\n", Some("a"));
    }

    #[test]
    fn odd_keys_are_quoted() {
        check("labels:\n  com.example/x: «1»\n", Some("labels.\"com.example/x\""));
        check("x-a_b:\n  1é: «1»\n", Some("x-a_b.1é"));
        check("? \"\"\n: «1»\n", Some("\"\""));
    }
}
