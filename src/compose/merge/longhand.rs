//! Short forms that join otherwise than their long forms.
//!
//! Docker Compose writes out what it has read before the next document changes it. Where that makes a difference to
//! merging, it is done here; the rest is left to the types, as is all of a document that none changes.

use std::rc::Rc;

use super::{mapping, string};
use crate::yaml::{Entry, Kind, Node};

/// A tree with the long forms that matter to a later document.
pub(in crate::compose) fn written_out(root: &Rc<Node>) -> Rc<Node> {
    let mut root = Rc::clone(root);
    for section in ["services", "networks", "volumes", "secrets", "configs"] {
        let change = if section == "services" { service } else { resource };
        if let Some(new) = root.get(section).and_then(|section| with_each(section, change)) {
            root = root.with_value(section, &new);
        }
    }
    root
}

/// A mapping with what its values become, unless all stay as they are.
fn with_each(node: &Rc<Node>, change: fn(&Rc<Node>) -> Option<Rc<Node>>) -> Option<Rc<Node>> {
    let mut new = None;
    for (index, entry) in node.entries().iter().enumerate() {
        let Some(value) = change(&entry.value) else { continue };
        let entries = new.get_or_insert_with(|| node.entries().to_vec());
        if let Some(entry) = entries.get_mut(index) {
            entry.value = value;
        }
    }
    let entries = new?.into_iter();
    Some(Rc::new(Node { span: node.span, tag: node.tag, kind: mapping(entries) }))
}

/// A service with `gpus: all` as a list, and the names in `ssh` of its build as a mapping.
fn service(node: &Rc<Node>) -> Option<Rc<Node>> {
    let gpus = node.get("gpus").filter(|gpus| gpus.as_scalar().is_some() && !gpus.is_null()).map(|gpus| {
        let count = Entry { key: "count".into(), key_span: gpus.span, value: Rc::clone(gpus) };
        let request = Rc::new(Node::new(gpus.span, mapping(std::iter::once(count))));
        node.with_value("gpus", &Rc::new(Node { span: gpus.span, tag: gpus.tag, kind: Kind::Sequence(vec![request]) }))
    });
    let node = gpus.as_ref().unwrap_or(node);
    let build = node.get("build").and_then(|build| {
        let ssh = build.get("ssh")?;
        let entries = ssh.as_sequence()?.iter().filter_map(|item| {
            let text = &item.as_scalar()?.text;
            let (key, value) = match text.split_once('=') {
                Some((key, value)) => (key, string(value, item.span)),
                None => (&**text, super::nothing(item.span)),
            };
            Some(Entry { key: key.into(), key_span: item.span, value })
        });
        let ssh = Rc::new(Node { span: ssh.span, tag: ssh.tag, kind: mapping(entries) });
        Some(node.with_value("build", &build.with_value("ssh", &ssh)))
    });
    build.or(gpus)
}

/// What lives outside the project, with the name in `external` beside it.
fn resource(node: &Rc<Node>) -> Option<Rc<Node>> {
    let external = node.get("external").filter(|external| external.as_mapping().is_some())?;
    if node.get("name").is_some() {
        // That is a mistake, unless both say the same.
        return None;
    }
    let yes = super::plain("true", external.span);
    let name = external.as_mapping()?.get("name").cloned();
    let others = node.entries().iter().map(|entry| match &*entry.key {
        "external" => Entry { value: Rc::clone(&yes), ..entry.clone() },
        _ => entry.clone(),
    });
    Some(Rc::new(Node { span: node.span, tag: node.tag, kind: mapping(others.chain(name)) }))
}
