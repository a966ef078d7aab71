//! Values in the forms that many keys share.

use indexmap::IndexMap;

use crate::compose::conceal::told_name;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, KeyValues, Keys, StringOrNumber, Truncated, wrong_type};
use crate::yaml::list::report_repeated;
use crate::yaml::resolve::Value;

/// Takes a value whose zero stands for nothing, as Compose cannot tell them apart: `cpus: 0`, `user: ""`.
pub(super) fn take_non_zero<T>(keys: &mut Keys<'_>, key: &'static str, diags: &mut Diagnostics) -> Option<Spanned<T>>
where
    T: Decode + Default + PartialEq,
{
    keys.take::<Spanned<T>>(key, diags).filter(|value| value.value != T::default())
}

/// Takes variables, as a mapping or as a list of `NAME=VALUE`; one without a value is `None`.
pub(super) fn take_variables(
    keys: &mut Keys<'_>,
    key: &'static str,
    diags: &mut Diagnostics,
) -> IndexMap<String, Spanned<Option<String>>> {
    let Some(node) = keys.node(key) else { return IndexMap::new() };
    let KeyValues(variables) = KeyValues::decode(node, diags).unwrap_or_default();
    if node.as_sequence().is_some() {
        let with_space = |name: &str| name.ends_with(|last: char| last.is_ascii_whitespace());
        for (name, variable) in variables.iter().filter(|(name, _)| with_space(name)) {
            let message = format!("invalid name `{}`: a space stands before the `=`", told_name(name));
            diags.error(Code::InvalidValue, variable.span, message);
        }
    }
    variables
}

/// Takes texts by their names, as a mapping or as a list of `NAME=TEXT`; one without a text is empty.
pub(super) fn take_texts(
    keys: &mut Keys<'_>,
    key: &'static str,
    diags: &mut Diagnostics,
) -> IndexMap<String, Spanned<String>> {
    let KeyValues(texts) = keys.take(key, diags).unwrap_or_default();
    texts.into_iter().map(|(name, text)| (name, text.map(Option::unwrap_or_default))).collect()
}

/// Takes texts by their names, where Compose refuses a list in which an entry stands twice.
pub(super) fn take_distinct_texts(
    keys: &mut Keys<'_>,
    key: &'static str,
    diags: &mut Diagnostics,
) -> IndexMap<String, Spanned<String>> {
    if let Some(node) = keys.node(key) {
        report_repeated(node, diags);
    }
    take_texts(keys, key, diags)
}

/// Takes `driver_opts`: strings and numbers, which Compose makes strings.
pub(super) fn take_driver_options(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> IndexMap<String, Spanned<String>> {
    let options: IndexMap<String, Spanned<StringOrNumber>> = keys.take("driver_opts", diags).unwrap_or_default();
    options.into_iter().map(|(name, option)| (name, option.map(|StringOrNumber(text)| text))).collect()
}

/// A boolean that Compose takes only as such: not as a word for one, not even by way of a variable.
pub(super) struct PlainBool(pub(super) bool);

impl Decode for PlainBool {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Some(Value::Bool(value)) = node.value() else {
            wrong_type(node, "`true` or `false` without quotes", diags);
            return None;
        };
        Some(Self(value))
    }
}

/// A number that Compose does not take as a string, and of which it drops what is behind the point.
pub(super) struct PlainNumber(pub(super) i64);

impl Decode for PlainNumber {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if let Some(Value::String(_)) = node.value() {
            wrong_type(node, "a number", diags);
            return None;
        }
        Truncated::decode(node, diags).map(|Truncated(number)| Self(number))
    }
}

/// Reads a whole number, or a string of one; unlike elsewhere, `2.0` is none.
pub(super) fn integer(node: &Node, diags: &mut Diagnostics) -> Option<i64> {
    if matches!(node.value(), Some(Value::Float(_))) {
        wrong_type(node, "a whole number", diags);
        return None;
    }
    i64::decode(node, diags)
}
