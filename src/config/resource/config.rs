//! `configs`.

use super::name;
use crate::compose::resource::{Config, ConfigContent};
use crate::config::value::{Fields, Value};
use crate::config::{Context, extension, path};

/// The configs that services use.
pub(super) fn value<'p>(context: &Context<'p>) -> Value<'p> {
    let grants = context.project.services.values().flat_map(|service| &service.secrets.configs);
    let used = grants.filter_map(|grant| context.project.configs.get_key_value(&grant.value.source.value));
    super::used(used, |key, resource| config(key, resource, context))
}

/// A config.
fn config<'p>(key: &'p str, config: &'p Config, context: &Context<'p>) -> Fields<'p> {
    let Config { content, name: written, external, template_driver, labels } = config;
    let mut fields = Fields::default();
    fields.put_text("name", name(key, written.as_ref(), config.is_external(), context));
    match content {
        Some(ConfigContent::File(file)) => fields.put_text("file", path::of_any_system(&file.value, context)),
        Some(ConfigContent::Environment(variable)) => fields.put_text("environment", &*variable.value),
        Some(ConfigContent::Inline(text)) => fields.put_text("content", &*text.value),
        None => {}
    }
    fields.put_true("external", *external);
    fields.put_filled("labels", labels);
    fields.put_written("template_driver", template_driver.as_ref());
    fields.extend(extension::fields(&["configs", key], context));
    fields
}
