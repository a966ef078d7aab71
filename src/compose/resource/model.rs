//! `models` at the top of a file.

use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys, wrong_type};
use crate::yaml::resolve::Value;

/// An AI model.
#[derive(Debug, Clone)]
pub struct Model {
    /// `model`: the model's image.
    pub model: Spanned<String>,
    /// `name`: what it goes by.
    pub name: Option<Spanned<String>>,
    /// `context_size`: how many tokens it sees at once.
    pub context_size: Option<Spanned<i64>>,
    /// `runtime_flags`: what the program that runs it is told.
    pub runtime_flags: Vec<Spanned<String>>,
}

impl Decode for Model {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let model = keys.require("model", diags);
        let name = keys.take("name", diags);
        let context_size: Option<Spanned<Number>> = keys.take("context_size", diags);
        let runtime_flags = keys.take("runtime_flags", diags).unwrap_or_default();
        keys.finish("a model", diags);
        let context_size = context_size.map(|size| size.map(|Number(size)| size));
        Some(Self { model: model?, name, context_size, runtime_flags })
    }
}

/// A whole number that is not written as a string, also not by interpolation.
struct Number(i64);

impl Decode for Number {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if let Some(Value::String(_)) = node.value() {
            wrong_type(node, "a whole number", diags);
            return None;
        }
        i64::decode(node, diags).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{decode, messages};

    /// What is found in a model.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(messages(&decode::<Model>(text).1), expected);
    }

    #[test]
    fn a_model_says_what_it_is() {
        check("{model: ai/smollm2, name: small, context_size: 1024, runtime_flags: [--a, --a]}", "");
        check("{name: small}", "error[missing-key]: `model` is missing");
        check("~", "error[wrong-type]: expected a mapping, found nothing");
    }

    #[test]
    fn a_context_size_is_a_number() {
        check("{model: m, context_size: 5.0}", "");
        check("{model: m, context_size: '5'}", "error[wrong-type]: expected a whole number, found a string");
    }
}
