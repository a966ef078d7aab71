//! `models`, of which Docker Compose's JSON says nothing.

use crate::compose::resource::Model;
use crate::config::value::{Fields, Value};
use crate::config::{Context, Format, extension};

/// The models that services use.
pub(super) fn value<'p>(context: &Context<'p>) -> Value<'p> {
    if context.options.format == Format::Json {
        return Fields::default().into();
    }
    let keys = context.project.services.values().flat_map(|service| service.ignored.models.keys());
    let used = keys.filter_map(|key| context.project.models.get_key_value(key));
    super::used(used, |key, resource| model(key, resource, context))
}

/// A model.
fn model<'p>(key: &'p str, model: &'p Model, context: &Context<'p>) -> Fields<'p> {
    let Model { model, name, context_size, runtime_flags } = model;
    let mut fields = Fields::default();
    fields.put_written("name", name.as_ref());
    fields.put_written("model", Some(model));
    fields.put_non_zero("context_size", *context_size);
    fields.put_filled("runtime_flags", runtime_flags);
    fields.extend(extension::fields(&["models", key], context));
    fields
}
