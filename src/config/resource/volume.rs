//! `volumes`.

use super::name;
use crate::compose::resource::Volume;
use crate::config::value::{Fields, Value};
use crate::config::{Context, extension, path};

/// The volumes that services use.
pub(super) fn value<'p>(context: &Context<'p>) -> Value<'p> {
    let mounts = context.project.services.values().flat_map(|service| &service.storage.volumes);
    let used = mounts.filter_map(|mount| context.project.volumes.get_key_value(mount.value.source.volume()?));
    super::used(used, |key, resource| volume(key, resource, context))
}

/// A volume.
fn volume<'p>(key: &'p str, volume: &'p Volume, context: &Context<'p>) -> Fields<'p> {
    let Volume { name: written, driver, driver_opts, external, labels, extension: _ } = volume;
    let mut fields = Fields::default();
    fields.put_text("name", name(key, written.as_ref(), volume.is_external(), context));
    fields.put_written("driver", driver.as_ref());
    // This is how a directory of the machine is given the name of a volume.
    let option = |key: &str| driver_opts.get(key).map(|option| &*option.value);
    let is_directory =
        driver.as_ref().is_some_and(|driver| driver.value == "local") && option("o").is_some_and(|kind| kind == "bind");
    let options = driver_opts.iter().map(|(key, option)| {
        let is_path = is_directory && key == "device";
        (&**key, if is_path { path::of_any_system(&option.value, context).into() } else { Value::from(&*option.value) })
    });
    fields.put_filled("driver_opts", Value::sorted(options));
    fields.put_true("external", *external);
    fields.put_filled("labels", labels);
    fields.extend(extension::fields(&["volumes", key], context));
    fields
}
