//! `networks`.

use crate::config::Context;
use crate::config::value::Value;

/// The networks that services use.
pub(super) fn value<'p>(context: &Context<'p>) -> Value<'p> {
    Value::sorted(context.project.networks.iter().map(|(name, _)| (name.as_str(), Value::Null)))
}
