//! `models`, of which Docker Compose's JSON says nothing.

use crate::compose::resource::Model;
use crate::config::value::{Fields, Value};
use crate::config::{Context, Format, extension};

/// The models that services use.
pub(super) fn value<'p>(context: &Context<'p>) -> Value<'p> {
    if context.options.format == Format::Json {
        return Fields::default().into();
    }
    let uses = context.project.services.values().flat_map(|service| service.ignored.models.keys());
    let used = uses.filter_map(|key| context.project.models.get_key_value(key));
    super::used(used, |key, resource| model(key, resource, context))
}

/// A model.
fn model<'p>(key: &'p str, model: &'p Model, context: &Context<'p>) -> Fields<'p> {
    let Model { model, name, context_size, runtime_flags } = model;
    let mut fields = Fields::default();
    fields.put_written("name", name.as_ref());
    fields.put_written("model", Some(model));
    fields.put_some("context_size", context_size.filter(|size| size.value != 0).map(|size| size.value));
    fields.put_filled("runtime_flags", runtime_flags.iter().collect::<Value<'_>>());
    fields.extend(extension::fields(&["models", key], context));
    fields
}
