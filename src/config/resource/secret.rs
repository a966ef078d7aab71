//! `secrets`.

use crate::config::Context;
use crate::config::value::Value;

/// The secrets that services use.
pub(super) fn value<'p>(context: &Context<'p>) -> Value<'p> {
    Value::sorted(context.project.secrets.iter().map(|(name, _)| (name.as_str(), Value::Null)))
}
