//! How an image is made.

use std::borrow::Cow;

use indexmap::{IndexMap, IndexSet};

use crate::compose::service::Service;
use crate::compose::service::image::build::{Build, BuildSecret, Dockerfile};
use crate::compose::size::ByteSize;
use crate::config::value::{Fields, Value};
use crate::config::{Context, Normalization, extension, kernel, network, path};
use crate::source::Spanned;

/// With what a context starts that is elsewhere.
const REMOTE: &[&str] = &["https://", "http://", "git://", "ssh://", "github.com/", "git@"];

/// The keys of `build`.
pub(super) fn fields<'p>(service: &'p Service, build: &'p Build, context: &Context<'p>) -> Fields<'p> {
    let Build {
        context: directory,
        dockerfile,
        args,
        open_args,
        target,
        additional_contexts,
        labels,
        tags,
        platforms,
        network,
        extra_hosts,
        ssh,
        secrets,
        ulimits,
        shm_size,
        cache_from,
        cache_to,
        no_cache,
        pull,
        privileged,
        entitlements,
        isolation,
        provenance,
        sbom,
    } = build;
    let mut fields = Fields::default();
    fields.put_text("context", place(directory, context));
    put_steps(&mut fields, dockerfile, context);
    fields.put_filled("entitlements", entitlements.iter().collect::<Value<'_>>());
    fields.put_filled("args", arguments((args, open_args), context));
    fields.put_text("provenance", provenance.as_deref().unwrap_or_default());
    fields.put_text("sbom", sbom.as_deref().unwrap_or_default());
    fields.put_filled("ssh", ssh.iter().map(agent).collect::<Value<'_>>());
    fields.put_filled("labels", labels);
    fields.put_filled("cache_from", cache_from.iter().collect::<Value<'_>>());
    fields.put_filled("cache_to", cache_to.iter().collect::<Value<'_>>());
    fields.put_some("no_cache", no_cache.then_some(true));
    let contexts = additional_contexts.iter().map(|(name, directory)| (name, place(&directory.value, context)));
    fields.put_filled("additional_contexts", Value::sorted(contexts));
    fields.put_some("pull", pull.then_some(true));
    fields.put_filled("extra_hosts", network::host_list(extra_hosts));
    fields.put_text("isolation", isolation.as_deref().unwrap_or_default());
    fields.put_text("network", network.as_deref().unwrap_or_default());
    fields.put_text("target", target.as_deref().unwrap_or_default());
    let key = |key| ["services", service.name.value.as_str(), "build", key];
    let secrets = secrets.iter().map(|one| secret(one, &key("secrets"), context));
    fields.put_filled("secrets", secrets.collect::<Value<'_>>());
    let shm_size = shm_size.filter(|size| *size != ByteSize::default());
    fields.put_some("shm_size", shm_size.map(|size| size.bytes().to_string()));
    fields.put_filled("tags", tags.iter().collect::<Value<'_>>());
    fields.put_filled("ulimits", kernel::ulimits(ulimits, context));
    fields.put_filled("platforms", platforms.iter().collect::<Value<'_>>());
    fields.put_some("privileged", privileged.then_some(true));
    let [services, service, build, _] = key("");
    fields.extend(extension::fields(&[services, service, build], context));
    fields
}

/// Where a context is: a directory of this machine, or what stands elsewhere.
fn place<'p>(directory: &'p str, context: &Context<'p>) -> Cow<'p, str> {
    let is_elsewhere = directory.is_empty()
        || directory.contains("://")
        || directory.starts_with("service:")
        || REMOTE.iter().any(|start| directory.starts_with(start));
    if is_elsewhere { directory.into() } else { path::of_linux(directory, context) }
}

/// Adds the steps of the build; that they are in `Dockerfile` is filled in.
fn put_steps<'p>(fields: &mut Fields<'p>, dockerfile: &'p Dockerfile, context: &Context<'p>) {
    match (dockerfile, context.options.normalization) {
        (Dockerfile::Implied, Normalization::Enabled) => fields.put("dockerfile", "Dockerfile"),
        (Dockerfile::Implied, Normalization::Disabled) => {}
        (Dockerfile::Path(path), Normalization::Enabled | Normalization::Disabled) => {
            fields.put_text("dockerfile", path);
        }
        (Dockerfile::Inline(steps), Normalization::Enabled | Normalization::Disabled) => {
            fields.put("dockerfile_inline", steps);
        }
    }
}

/// Values of the build's `ARG`s. The surroundings give values to some, which is a way to fill in, too.
fn arguments<'p>(
    (args, open_args): (&'p IndexMap<String, Spanned<Option<String>>>, &'p IndexSet<String>),
    context: &Context<'p>,
) -> Value<'p> {
    match context.options.normalization {
        Normalization::Enabled => args.into(),
        Normalization::Disabled => {
            let given = args.iter().filter(|(name, _)| !open_args.contains(*name));
            let given = given.map(|(name, value)| (name, value.value.as_deref().into()));
            Value::sorted(given.chain(open_args.iter().map(|name| (name, Value::Null))))
        }
    }
}

/// An agent or key that the build's steps may use.
fn agent<'p>((name, agent): (&'p String, &'p Option<String>)) -> Value<'p> {
    match agent {
        Some(agent) if !agent.is_empty() => format!("{name}: {agent}").into(),
        Some(_) | None => name.into(),
    }
}

/// A file that the build's steps may read.
fn secret<'p>(secret: &'p Spanned<BuildSecret>, path: &[&str], context: &Context<'p>) -> Fields<'p> {
    let BuildSecret { source, target, uid, gid, mode } = &secret.value;
    let mut fields = Fields::default();
    fields.put_text("source", source);
    fields.put_text("target", target.as_deref().unwrap_or_default());
    fields.put_text("uid", uid.as_deref().unwrap_or_default());
    fields.put_text("gid", gid.as_deref().unwrap_or_default());
    fields.put_some("mode", mode.map(|mode| mode.to_string()));
    fields.extend(extension::item_fields(path, secret.span, context));
    fields
}
