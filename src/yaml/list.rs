//! Lists of strings in which equal ones are one, or are a mistake.
//!
//! Compose drops what stands twice in some lists (`dns`, `expose`), and refuses it in others (`external_links`).

use std::rc::Rc;

use indexmap::IndexMap;

use super::keys::{Decode, Keys, wrong_type};
use super::resolve::Value;
use super::{Kind, Node};
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};

/// A list of strings; of equal ones, the first stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct UniqueStrings(pub(crate) Vec<Spanned<String>>);

/// A string, or a list of them; of equal ones, the first stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OneOrUniqueStrings(pub(crate) Vec<Spanned<String>>);

/// A list of strings; it is a mistake when two are equal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DistinctStrings(pub(crate) Vec<Spanned<String>>);

/// Declares how a list is taken by its key.
macro_rules! take {
    ($($list:ident),+) => {$(
        impl $list {
            /// Takes the strings under a key; there are none where the key is not.
            pub(crate) fn take(keys: &mut Keys<'_>, key: &'static str, diags: &mut Diagnostics) -> Vec<Spanned<String>> {
                keys.take(key, diags).map(|Self(list)| list).unwrap_or_default()
            }
        }
    )+};
}

take!(UniqueStrings, OneOrUniqueStrings, DistinctStrings);

impl Decode for UniqueStrings {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        Vec::decode(node, diags).map(|list| Self(first_of_each(list, |_, _| {})))
    }
}

impl Decode for OneOrUniqueStrings {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Sequence(_) => UniqueStrings::decode(node, diags).map(|UniqueStrings(list)| Self(list)),
            Kind::Scalar(_) if !node.is_null() => Spanned::decode(node, diags).map(|text| Self(vec![text])),
            Kind::Scalar(_) | Kind::Mapping(_) => {
                wrong_type(node, "a string or a list of strings", diags);
                None
            }
        }
    }
}

impl Decode for DistinctStrings {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        Vec::decode(node, diags).map(|list| Self::new(list, diags))
    }
}

impl DistinctStrings {
    /// Reports those that stand in the list before.
    pub(crate) fn new(list: Vec<Spanned<String>>, diags: &mut Diagnostics) -> Self {
        Self(first_of_each(list, |first, again: &Spanned<String>| {
            let message = format!("`{}` stands twice in the list", again.value);
            diags.error(Code::InvalidValue, again.span, message).label(first, "it stands here first");
        }))
    }
}

/// Reports the strings that stand twice in a list. They are not quoted, as they may say what is secret.
pub(crate) fn report_repeated(node: &Node, diags: &mut Diagnostics) {
    let text = |item: &Rc<Node>| match item.value() {
        Some(Value::String(text)) => Some(Spanned::new(text.to_owned(), item.span)),
        _ => None,
    };
    let list = node.as_sequence().unwrap_or_default().iter().filter_map(text).collect();
    first_of_each(list, |first, again| {
        let message = "this stands twice in the list";
        diags.error(Code::InvalidValue, again.span, message).label(first, "it stands here first");
    });
}

/// The first of equal strings each; `repeated` hears of the others, and of the place of their first.
fn first_of_each(list: Vec<Spanned<String>>, mut repeated: impl FnMut(Span, &Spanned<String>)) -> Vec<Spanned<String>> {
    let mut first: IndexMap<String, Span> = IndexMap::with_capacity(list.len());
    for item in list {
        match first.get(&item.value) {
            Some(span) => repeated(*span, &item),
            None => drop(first.insert(item.value, item.span)),
        }
    }
    first.into_iter().map(|(value, span)| Spanned::new(value, span)).collect()
}
