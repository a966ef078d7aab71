//! `provider`.

use indexmap::IndexMap;

use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys, OneOrMany, wrong_type};
use crate::yaml::resolve::Value;

/// A program that stands in for a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// `type`: the program.
    pub kind: Spanned<String>,
    /// `options`: what it is told; one value is a list of one.
    pub options: IndexMap<String, Vec<String>>,
}

impl Decode for Provider {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let kind = keys.require("type", diags);
        let options: IndexMap<String, OneOrMany<OptionValue>> = keys.take("options", diags).unwrap_or_default();
        keys.finish("a provider", diags);
        let texts = |OneOrMany(values): OneOrMany<OptionValue>| values.into_iter().map(|value| value.0).collect();
        Some(Self { kind: kind?, options: options.into_iter().map(|(key, value)| (key, texts(value))).collect() })
    }
}

/// A string, number or boolean, as text.
struct OptionValue(String);

impl Decode for OptionValue {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match node.value() {
            Some(value @ (Value::String(_) | Value::Bool(_) | Value::Integer(_) | Value::Float(_))) => {
                Some(Self(value.to_go_string().into_owned()))
            }
            Some(Value::Null | Value::Timestamp(_)) | None => {
                wrong_type(node, "a string, a number or a boolean", diags);
                None
            }
        }
    }
}
