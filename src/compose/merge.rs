//! How a later file changes what an earlier one says.
//!
//! Mappings join key by key, lists one after the other, and of two scalars the later stands. [`rule`] names the keys
//! for which that is not so; [`settle()`] does what comes after.
//! <https://github.com/compose-spec/compose-spec/blob/main/13-merge.md>

mod joined;
mod longhand;
mod pools;
mod settle;

use std::borrow::Cow;
use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};

use crate::diag::{Code, Diagnostics};
use crate::source::Span;
use crate::yaml::keys::{Decode, wrong_type};
use crate::yaml::{Entry, Form, Kind, Mapping, Node, Scalar, Tag};

use pools::pools;
use settle::settle;

pub(super) use joined::Joined;
pub(super) use longhand::written_out;

/// How the value of a later file joins the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Key by key, item after item; a scalar stands in place of what was.
    Join,
    /// It stands in place of what was, even if it is nothing.
    Replace,
    /// `KEY=VALUE` pairs, in a list or a mapping, join key by key.
    Pairs,
    /// One item or a list of them: one after the other.
    Items,
    /// Names in a list, or names with more about them in a mapping, join name by name.
    Names(Meaning),
    /// Host names and addresses in a list or a mapping: one after the other.
    Hosts,
    /// Address pools in a list: those of the later file, each joined with the one of its subnet.
    Pools,
    /// A string is the `context` of a mapping.
    Build,
    /// Another driver leaves nothing of what was.
    Logging,
    /// Two mappings join; anything else stands in place of what was.
    Ulimit,
}

/// What a name in a list says, when it joins a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Nothing more than the name.
    Nothing,
    /// That the service must have started.
    Dependency,
}

/// The rule for a path.
fn rule(path: &[&str]) -> Rule {
    match path {
        ["services", _, "command" | "entrypoint"] | ["services", _, "healthcheck", "test"] => Rule::Replace,
        ["services", _, "environment" | "labels" | "annotations" | "sysctls"]
        | ["services", _, "build", "args" | "labels" | "additional_contexts"]
        | ["services", _, "deploy", "labels"]
        | ["networks" | "volumes", _, "labels"] => Rule::Pairs,
        ["services", _, "dns" | "dns_opt" | "dns_search" | "env_file" | "label_file" | "tmpfs"] => Rule::Items,
        ["services", _, "depends_on"] => Rule::Names(Meaning::Dependency),
        ["services", _, "networks" | "models"] => Rule::Names(Meaning::Nothing),
        ["services", _, "extra_hosts"] | ["services", _, "build", "extra_hosts"] => Rule::Hosts,
        ["networks", _, "ipam", "config"] => Rule::Pools,
        ["services", _, "build"] => Rule::Build,
        ["services", _, "logging"] => Rule::Logging,
        ["services", _, "ulimits", _] => Rule::Ulimit,
        _ => Rule::Join,
    }
}

/// What two files say together. `over` is the later.
fn merge(base: &Rc<Node>, over: &Rc<Node>, diags: &mut Diagnostics) -> Rc<Node> {
    value(&[], base, over, diags)
}

/// What a service says that extends another. What was to happen to earlier files by the other one's `!reset` and
/// `!override` is not for this one.
pub(super) fn extend(name: &str, base: &Node, service: &Node, diags: &mut Diagnostics) -> Rc<Node> {
    let is_known = !base.is_null();
    let base: Vec<Entry> = base.entries().iter().filter_map(settle::untagged_entry).collect();
    // A service that says nothing is still named.
    let is_own = |entry: &&Entry| !is_known || &*entry.key != "extends";
    let own: Vec<Entry> = service.entries().iter().filter(is_own).cloned().collect();
    let kind = mappings(&["services", name], &base, &own, diags);
    Rc::new(Node { span: service.span, tag: service.tag, kind })
}

/// Joins two values by the rule for their path.
fn value(path: &[&str], base: &Rc<Node>, over: &Rc<Node>, diags: &mut Diagnostics) -> Rc<Node> {
    // A `!reset` stands in the tree until `settle` takes it out.
    if over.tag.is_some() {
        return Rc::clone(over);
    }
    let rule = rule(path);
    if over.is_null() && rule != Rule::Replace {
        return if rule == Rule::Pairs { restated(base) } else { Rc::clone(base) };
    }
    let joined = match rule {
        Rule::Replace => None,
        Rule::Pairs => pairs(base, over, diags),
        Rule::Items => items(base, over, diags),
        Rule::Names(meaning) => names(path, meaning, [base, over], diags),
        Rule::Hosts => hosts(base, over, diags),
        Rule::Pools => pools(path, base, over, diags),
        Rule::Build => return join(path, &with_context(base), &with_context(over), diags),
        Rule::Logging if other_driver(base, over) => None,
        Rule::Ulimit if base.as_mapping().is_none() || over.as_mapping().is_none() => None,
        Rule::Join | Rule::Logging | Rule::Ulimit => return join(path, base, over, diags),
    };
    joined.map_or_else(|| Rc::clone(over), |kind| Rc::new(Node::new(base.span, kind)))
}

/// Joins two values as values are joined for which there is no rule.
fn join(path: &[&str], base: &Rc<Node>, over: &Rc<Node>, diags: &mut Diagnostics) -> Rc<Node> {
    let kind = match (&base.kind, &over.kind) {
        (Kind::Scalar(_), _) => return Rc::clone(over),
        (Kind::Mapping(base), Kind::Mapping(over)) => mappings(path, base.entries(), over.entries(), diags),
        (Kind::Sequence(base), Kind::Sequence(over)) => Kind::Sequence([&**base, &**over].concat()),
        (Kind::Mapping(_) | Kind::Sequence(_), _) => {
            mismatch(base, over, diags);
            return Rc::clone(over);
        }
    };
    Rc::new(Node::new(base.span, kind))
}

/// Joins mappings key by key.
fn mappings(path: &[&str], base: &[Entry], over: &[Entry], diags: &mut Diagnostics) -> Kind {
    let mut joined = by_key(base);
    for entry in over {
        match joined.get_mut(&*entry.key) {
            Some(before) => before.value = value(&[path, &[&entry.key]].concat(), &before.value, &entry.value, diags),
            None => drop(joined.insert(&entry.key, entry.clone())),
        }
    }
    mapping(joined.into_values())
}

/// Joins `KEY=VALUE` pairs: of two with one key, the later stands, even if it has no value.
fn pairs(base: &Node, over: &Node, diags: &mut Diagnostics) -> Option<Kind> {
    let wanted = "a mapping or a list of `KEY=VALUE`";
    let before = entries(base, wanted, pair_entry, diags)?;
    let after = entries(over, wanted, pair_entry, diags)?;
    let mut joined = by_key(&before);
    for entry in &*after {
        match joined.get_mut(&*entry.key) {
            // A list has no keys that `!reset` could name.
            Some(_) if entry.value.tag == Some(Tag::Reset) && base.as_sequence().is_some() => {}
            Some(before) => before.value = Rc::clone(&entry.value),
            None => drop(joined.insert(&entry.key, entry.clone())),
        }
    }
    Some(mapping(joined.into_values()))
}

/// A mapping of pairs that nothing joins, as one that is no longer as it was written.
fn restated(base: &Rc<Node>) -> Rc<Node> {
    match &base.kind {
        Kind::Mapping(pairs) => Rc::new(Node::new(base.span, mapping(pairs.entries().iter().cloned()))),
        Kind::Sequence(_) | Kind::Scalar(_) => Rc::clone(base),
    }
}

/// Joins lists, for which one item may stand.
fn items(base: &Rc<Node>, over: &Rc<Node>, diags: &mut Diagnostics) -> Option<Kind> {
    if over.as_mapping().is_some() {
        mismatch(base, over, diags);
        return None;
    }
    let list = |node: &Rc<Node>| node.as_sequence().map_or_else(|| vec![Rc::clone(node)], <[_]>::to_vec);
    Some(Kind::Sequence([list(base), list(over)].concat()))
}

/// Joins names, and what mappings say about them.
fn names(path: &[&str], meaning: Meaning, [base, over]: [&Node; 2], diags: &mut Diagnostics) -> Option<Kind> {
    let wanted = "a mapping or a list of names";
    let entry = |item: &Node, diags: &mut Diagnostics| name_entry(item, meaning, diags);
    let before = entries(base, wanted, entry, diags)?;
    let after = entries(over, wanted, entry, diags)?;
    Some(mappings(path, &before, &after, diags))
}

/// Joins the addresses of hosts: a host may have several, but not one twice.
fn hosts(base: &Node, over: &Node, diags: &mut Diagnostics) -> Option<Kind> {
    let (mut joined, after) = (host_items(base, diags)?, host_items(over, diags)?);
    let known: IndexSet<Option<&str>> = joined.iter().map(|item| scalar_text(item)).collect();
    let new: Vec<_> = after.iter().filter(|item| !known.contains(&scalar_text(item))).cloned().collect();
    joined.extend(new);
    Some(Kind::Sequence(joined))
}

/// The entries of a mapping, or of what a list says in its place.
fn entries<'n>(
    node: &'n Node,
    wanted: &str,
    entry: impl Fn(&Node, &mut Diagnostics) -> Option<Entry>,
    diags: &mut Diagnostics,
) -> Option<Cow<'n, [Entry]>> {
    match &node.kind {
        Kind::Mapping(mapping) => Some(Cow::Borrowed(mapping.entries())),
        Kind::Sequence(items) => {
            let items = items.iter().filter(|item| item.tag != Some(Tag::Reset));
            Some(Cow::Owned(items.filter_map(|item| entry(item, diags)).collect()))
        }
        Kind::Scalar(_) => {
            wrong_type(node, wanted, diags);
            None
        }
    }
}

/// Reports values that do not join.
fn mismatch(base: &Node, over: &Node, diags: &mut Diagnostics) {
    let noun = |node: &Node| match node.kind {
        Kind::Mapping(_) => "a mapping",
        Kind::Sequence(_) => "a list",
        Kind::Scalar(_) => "a single value",
    };
    let (before, after) = (noun(base), noun(over));
    let message = format!("{after} cannot be merged with {before} of an earlier file");
    let finding = diags.error(Code::Conflict, over.span, message);
    finding.label(base.span, format!("{before} stands here"));
    finding.hint("`!override` before the value puts it in place of the earlier one");
}

/// Entries by their keys.
fn by_key(entries: &[Entry]) -> IndexMap<&str, Entry> {
    entries.iter().map(|entry| (&*entry.key, entry.clone())).collect()
}

/// A mapping whose entries stand in more than one place.
fn mapping(entries: impl Iterator<Item = Entry>) -> Kind {
    Kind::Mapping(Mapping::new(Vec::new(), entries))
}

/// A string that nobody wrote as such, at the place of what it was made of.
fn string(text: &str, span: Span) -> Rc<Node> {
    Rc::new(Node::new(span, Kind::Scalar(Scalar { text: text.into(), form: Form::Quoted })))
}

/// Nothing, at the place of a name that stands alone.
fn nothing(span: Span) -> Rc<Node> {
    plain("", span)
}

/// A scalar without quotes that nobody wrote, at the place of what it was made of.
fn plain(text: &str, span: Span) -> Rc<Node> {
    Rc::new(Node::new(span, Kind::Scalar(Scalar { text: text.into(), form: Form::Plain })))
}

/// `KEY=VALUE`, or `KEY` alone, as an entry of a mapping.
fn pair_entry(item: &Node, diags: &mut Diagnostics) -> Option<Entry> {
    let text = String::decode(item, diags)?;
    let (key, value) = match text.split_once('=') {
        Some((key, value)) => (key, string(value, item.span)),
        None => (&*text, nothing(item.span)),
    };
    Some(Entry { key: key.into(), key_span: item.span, value })
}

/// A name as an entry of a mapping.
fn name_entry(item: &Node, meaning: Meaning, diags: &mut Diagnostics) -> Option<Entry> {
    let value = match meaning {
        Meaning::Nothing => nothing(item.span),
        Meaning::Dependency => {
            let condition = string("service_started", item.span);
            let entry = Entry { key: "condition".into(), key_span: item.span, value: condition };
            Rc::new(Node::new(item.span, mapping(std::iter::once(entry))))
        }
    };
    Some(Entry { key: String::decode(item, diags)?.into(), key_span: item.span, value })
}

/// `build`, its string form as the mapping that it stands for.
fn with_context(node: &Rc<Node>) -> Rc<Node> {
    if node.as_scalar().is_none() {
        return Rc::clone(node);
    }
    let entry = Entry { key: "context".into(), key_span: node.span, value: Rc::clone(node) };
    Rc::new(Node::new(node.span, mapping(std::iter::once(entry))))
}

/// Whether both sides name a driver, and not the same.
fn other_driver(base: &Node, over: &Node) -> bool {
    let driver = |node: &Node| node.get("driver").and_then(|driver| driver.as_scalar().cloned());
    driver(base).zip(driver(over)).is_some_and(|(base, over)| base.text != over.text)
}

/// Hosts as a list of `HOST=ADDRESS`.
fn host_items(node: &Node, diags: &mut Diagnostics) -> Option<Vec<Rc<Node>>> {
    match &node.kind {
        Kind::Sequence(items) => Some(items.clone()),
        Kind::Mapping(mapping) => Some(mapping.entries().iter().flat_map(host_addresses).collect()),
        Kind::Scalar(_) => {
            wrong_type(node, "a mapping or a list of hosts and their addresses", diags);
            None
        }
    }
}

/// The addresses of one host. What cannot be an address stays for its decoder to report.
fn host_addresses(entry: &Entry) -> Vec<Rc<Node>> {
    let addresses = entry.value.as_sequence().unwrap_or(std::slice::from_ref(&entry.value));
    let item = |address: &Rc<Node>| match address.as_scalar() {
        Some(scalar) if !address.is_null() => string(&format!("{}={}", entry.key, scalar.text), address.span),
        Some(_) | None => Rc::clone(address),
    };
    addresses.iter().map(item).collect()
}

/// The text of a scalar.
fn scalar_text(node: &Node) -> Option<&str> {
    node.as_scalar().map(|scalar| &*scalar.text)
}

#[cfg(test)]
mod tests;
