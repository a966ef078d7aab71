//! What services share: networks, volumes, secrets, configs and models.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Context;
use super::value::{Fields, Value};
use crate::options::Normalization;
use crate::source::Spanned;

mod config;
mod model;
mod network;
mod secret;
mod volume;

/// The keys at the top of the model, but for `name` and `services`.
pub(super) fn fields<'p>(context: &Context<'p>) -> Fields<'p> {
    let mut fields = Fields::default();
    fields.put_filled("networks", network::value(context));
    fields.put_filled("volumes", volume::value(context));
    fields.put_filled("secrets", secret::value(context));
    fields.put_filled("configs", config::value(context));
    fields.put_filled("models", model::value(context));
    fields
}

/// The resources that are used, each once.
fn used<'p, R: 'p>(
    uses: impl Iterator<Item = (&'p String, &'p R)>,
    fields: impl Fn(&'p str, &'p R) -> Fields<'p>,
) -> Value<'p> {
    let unique: BTreeMap<&'p str, &'p R> = uses.map(|(key, resource)| (key.as_str(), resource)).collect();
    Value::sorted(unique.into_iter().map(|(key, resource)| (key, fields(key, resource))))
}

/// What Docker calls a resource: by what is written, be it nothing; else one of its own by project and key.
fn name<'p>(
    key: &'p str,
    written: Option<&'p Spanned<String>>,
    is_external: bool,
    context: &Context<'p>,
) -> Cow<'p, str> {
    match (written, context.options.normalization) {
        (Some(name), _) => Cow::Borrowed(&name.value),
        (None, Normalization::Disabled) => Cow::Borrowed(""),
        (None, Normalization::Enabled) if is_external => Cow::Borrowed(key),
        (None, Normalization::Enabled) => Cow::Owned(format!("{}_{key}", context.project.name)),
    }
}
