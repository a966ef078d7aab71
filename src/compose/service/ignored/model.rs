//! `models` of a service.

use indexmap::IndexMap;

use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::keys::{Decode, Keys, wrong_type};
use crate::yaml::list::DistinctStrings;
use crate::yaml::{Kind, Node};

/// How a service learns about an AI model; both variables have names that follow from the model's where none is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelUse {
    /// `endpoint_var`: the variable that holds the address.
    pub endpoint_var: Option<Spanned<String>>,
    /// `model_var`: the variable that holds the model's name.
    pub model_var: Option<Spanned<String>>,
}

/// Takes `models`: a list of keys, or a mapping.
pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> IndexMap<String, Spanned<Option<ModelUse>>> {
    let Some(node) = keys.node("models") else { return IndexMap::new() };
    match &node.kind {
        Kind::Sequence(_) => {
            let DistinctStrings(names) = DistinctStrings::decode(node, diags).unwrap_or_default();
            names.into_iter().map(|Spanned { value, span }| (value, Spanned::new(None, span))).collect()
        }
        Kind::Mapping(models) => {
            let uses = models.entries().iter().filter_map(|entry| {
                let model = if entry.value.is_null() { None } else { Some(ModelUse::decode(&entry.value, diags)?) };
                Some((entry.key.to_string(), Spanned::new(model, entry.key_span)))
            });
            uses.collect()
        }
        Kind::Scalar(_) => {
            wrong_type(node, "a list or a mapping of models", diags);
            IndexMap::new()
        }
    }
}

impl Decode for ModelUse {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let model = Self { endpoint_var: keys.take("endpoint_var", diags), model_var: keys.take("model_var", diags) };
        keys.finish("a model of a service", diags);
        Some(model)
    }
}
