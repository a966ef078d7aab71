//! `configs`.

use crate::config::Context;
use crate::config::value::Value;

/// The configs that services use.
pub(super) fn value<'p>(context: &Context<'p>) -> Value<'p> {
    Value::sorted(context.project.configs.iter().map(|(name, _)| (name.as_str(), Value::Null)))
}
