//! `secrets`.

use super::name;
use crate::compose::resource::{Secret, SecretContent};
use crate::config::value::{Fields, Value};
use crate::config::{Context, extension, path};

/// The secrets that services, or builds of their images, use.
pub(super) fn value<'p>(context: &Context<'p>) -> Value<'p> {
    let services = context.project.services.values();
    let sources = services.flat_map(|service| {
        let of_build = service.image.build.iter().flat_map(|build| &build.value.secrets);
        let of_service = service.secrets.secrets.iter().map(|grant| &grant.value.source.value);
        of_service.chain(of_build.map(|grant| &grant.value.source))
    });
    let used = sources.filter_map(|source| context.project.secrets.get_key_value(source));
    super::used(used, |key, resource| secret(key, resource, context))
}

/// A secret.
fn secret<'p>(key: &'p str, secret: &'p Secret, context: &Context<'p>) -> Fields<'p> {
    let Secret { content, name: written, external, driver, driver_opts, template_driver, labels, extension: _ } =
        secret;
    let mut fields = Fields::default();
    fields.put_text("name", name(key, written.as_ref(), secret.is_external(), context));
    match content {
        Some(SecretContent::File(file)) => fields.put_text("file", path::of_any_system(&file.value, context)),
        Some(SecretContent::Environment(variable)) => fields.put_text("environment", &*variable.value),
        None => {}
    }
    fields.put_true("external", *external);
    fields.put_filled("labels", labels);
    fields.put_written("driver", driver.as_ref());
    fields.put_filled("driver_opts", driver_opts);
    fields.put_written("template_driver", template_driver.as_ref());
    fields.extend(extension::fields(&["secrets", key], context));
    fields
}
