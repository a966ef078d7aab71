//! `volumes`.

use crate::config::Context;
use crate::config::value::Value;

/// The volumes that services use.
pub(super) fn value<'p>(context: &Context<'p>) -> Value<'p> {
    Value::sorted(context.project.volumes.iter().map(|(name, _)| (name.as_str(), Value::Null)))
}
