//! What has no meaning on ECS.

use super::process::hook;
use super::value::{Fields, Value};
use super::{Context, Format, extension, path};
use crate::compose::service::Service;
use crate::compose::service::ignored::Ignored;
use crate::compose::service::ignored::develop::{Develop, Watch};
use crate::compose::service::ignored::extends::Extends;
use crate::compose::service::ignored::model::ModelUse;
use crate::compose::service::ignored::provider::Provider;
use crate::source::Spanned;

/// The keys of the facet `ignored`.
pub(super) fn fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    let Ignored { annotations, attach, develop, extends, models, provider, use_api_socket } = &service.ignored;
    let own = |path: &[&str]| extension::fields(&[&["services", service.name.value.as_str()], path].concat(), context);
    let model = |(key, model): (&'p String, &'p Spanned<Option<ModelUse>>)| {
        let model = model.value.as_ref().map(|model| self::model(model).with(own(&["models", key])));
        (&**key, Value::from(model))
    };
    let mut fields = Fields::default();
    fields.put_filled("annotations", annotations);
    fields.put_some("attach", attach.map(|attach| attach.value));
    fields.put_some(
        "develop",
        develop.as_ref().map(|develop| self::develop(&develop.value, service, context).with(own(&["develop"]))),
    );
    fields.put_some("extends", extends.as_ref().map(|extends| self::extends(extends, context)));
    fields.put_filled("models", Value::sorted(models.iter().map(model)));
    fields.put_some(
        "provider",
        provider.as_ref().map(|provider| self::provider(&provider.value).with(own(&["provider"]))),
    );
    fields.put_true("use_api_socket", *use_api_socket);
    fields
}

/// `extends`.
fn extends<'p>(extends: &'p Extends, context: &Context<'p>) -> Fields<'p> {
    let Extends { service, file } = extends;
    let mut fields = Fields::default();
    fields.put_some("file", file.as_ref().map(|file| path::of_linux(file, context)));
    fields.put("service", service);
    fields
}

/// `develop`.
fn develop<'p>(develop: &'p Develop, service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    let Develop { watch } = develop;
    let watch = watch.iter().map(|watch| {
        let node =
            context.project.places.item(&["services", service.name.value.as_str(), "develop", "watch"], watch.span);
        let exec = node.and_then(|node| node.get("exec")).map(|node| extension::inner(Some(node), context));
        self::watch(&watch.value, exec.unwrap_or_default(), context).with(extension::inner(node, context))
    });
    let mut fields = Fields::default();
    fields.put_filled("watch", watch.collect::<Value<'_>>());
    fields
}

/// An entry of `watch`. `own` are the user's own keys of the command.
fn watch<'p>(watch: &'p Watch, own: Fields<'p>, context: &Context<'p>) -> Fields<'p> {
    let Watch { path, action, target, ignore, include, exec, initial_sync } = watch;
    let mut fields = Fields::default();
    fields.put("path", path::of_linux(&path.value, context));
    fields.put("action", action.value.as_str());
    fields.put_written("target", target.as_ref());
    match (exec, context.options.format) {
        (Some(exec), Format::Json | Format::Yaml) => fields.put_filled("exec", hook(&exec.value, context).with(own)),
        (None, Format::Json) => {
            let mut exec = Fields::default();
            exec.put("command", Value::Null);
            fields.put("exec", exec);
        }
        (None, Format::Yaml) => {}
    }
    fields.put_filled("include", include);
    fields.put_filled("ignore", ignore);
    fields.put_some("initial_sync", initial_sync.then_some(true));
    fields
}

/// A model that a service speaks to.
fn model(model: &ModelUse) -> Fields<'_> {
    let ModelUse { endpoint_var, model_var } = model;
    let mut fields = Fields::default();
    fields.put_written("endpoint_var", endpoint_var.as_ref());
    fields.put_written("model_var", model_var.as_ref());
    fields
}

/// `provider`. An option without a value is none.
fn provider(provider: &Provider) -> Fields<'_> {
    let Provider { kind, options } = provider;
    let options = options.iter().filter(|(_, values)| !values.is_empty());
    let options = options.map(|(key, values)| (&**key, values.iter().map(|value| &**value).collect::<Value<'_>>()));
    let mut fields = Fields::default();
    fields.put_written("type", Some(kind));
    fields.put_filled("options", Value::sorted(options));
    fields
}
