//! Values in the forms that many keys of a service share.

use indexmap::IndexMap;

use crate::compose::conceal::told_name;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, KeyValues, Keys, wrong_type};
use crate::yaml::resolve::Value;

/// Takes a value whose zero stands for nothing, as Compose cannot tell them apart: `cpus: 0`, `user: ""`.
pub(super) fn take_non_zero<T>(keys: &mut Keys<'_>, key: &'static str, diags: &mut Diagnostics) -> Option<Spanned<T>>
where
    T: Decode + Default + PartialEq,
{
    keys.take::<Spanned<T>>(key, diags).filter(|value| value.value != T::default())
}

/// Takes the keys of the mapping under a key. `key:` without a value is reported: Compose refuses it.
pub(super) fn take_keys<'n>(keys: &mut Keys<'n>, key: &'static str, diags: &mut Diagnostics) -> Option<Keys<'n>> {
    keys.node(key).and_then(|node| Keys::of(node, diags))
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

/// Reads a whole number, or a string of one; unlike elsewhere, `2.0` is none.
pub(super) fn integer(node: &Node, diags: &mut Diagnostics) -> Option<i64> {
    if matches!(scalar(node), Some(Value::Float(_))) {
        wrong_type(node, "a whole number", diags);
        return None;
    }
    i64::decode(node, diags)
}

/// The value of a scalar.
pub(super) fn scalar(node: &Node) -> Option<Value<'_>> {
    node.as_scalar().map(crate::yaml::Scalar::value)
}
