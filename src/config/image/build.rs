//! How an image is made.

use std::borrow::Cow;

use indexmap::{IndexMap, IndexSet};

use crate::compose::service::Service;
use crate::compose::service::image::build::{Build, BuildSecret, Dockerfile};
use crate::compose::size::ByteSize;
use crate::config::value::{Fields, Value};
use crate::config::{Context, extension, kernel, network, path};
use crate::options::Normalization;
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
    let written = context.project.places.node(&["services", service.name.value.as_str(), "build", "extra_hosts"]);
    network::put_hosts(&mut fields, extra_hosts, written);
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

#[cfg(test)]
mod tests {
    use crate::compose::service::Service;
    use crate::config::testing::{JSON, PLAIN, YAML, printed};
    use crate::config::value::Fields;
    use crate::config::{ConfigOptions, Context};

    /// Checks what is printed of `build`.
    #[track_caller]
    fn check(build: &str, options: ConfigOptions, expected: &str) {
        fn fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
            super::fields(service, &service.image.build.as_ref().expect("there is one").value, context)
        }
        assert_eq!(printed(&format!("build: {build}"), options, fields), expected);
    }

    #[test]
    fn a_directory_is_absolute_and_has_a_dockerfile() {
        check("web", JSON, r#"{"context":"/srv/shop/web","dockerfile":"Dockerfile"}"#);
        check("~/web", JSON, r#"{"context":"/home/ann/web","dockerfile":"Dockerfile"}"#);
        check("/a/../b/", JSON, r#"{"context":"/a/../b/","dockerfile":"Dockerfile"}"#);
        check("{}", PLAIN, r#"{"context":"/srv/shop"}"#);
        check("{context: '', dockerfile: ''}", JSON, "{}");
        check("{dockerfile_inline: FROM a}", JSON, r#"{"context":"/srv/shop","dockerfile_inline":"FROM a"}"#);
        check("{dockerfile: ../x}", JSON, r#"{"context":"/srv/shop","dockerfile":"../x"}"#);
    }

    #[test]
    fn what_is_elsewhere_stays() {
        for context in ["git@a:b", "github.com/a", "https://a/b.git", "ssh://a", "oci-layout://a"] {
            check(&format!("'{context}'"), PLAIN, &format!(r#"{{"context":"{context}"}}"#));
        }
        check(
            "{context: ., additional_contexts: [b=docker-image://x, a=./x, c=]}",
            PLAIN,
            r#"{"context":"/srv/shop","additional_contexts":{"a":"/srv/shop/x","b":"docker-image://x","c":""}}"#,
        );
    }

    #[test]
    fn arguments_get_values_from_the_surroundings() {
        let build = "{context: /, dockerfile: D, args: [HOME, A=b, N]}";
        check(build, JSON, r#"{"context":"/","dockerfile":"D","args":{"A":"b","HOME":"/home/ann"}}"#);
        check(build, PLAIN, r#"{"context":"/","dockerfile":"D","args":{"A":"b","HOME":null,"N":null}}"#);
    }

    #[test]
    fn all_keys_have_their_place() {
        check(
            "{context: /, dockerfile: D, privileged: true, platforms: [p, p], ulimits: {u: 1}, tags: [t, t], shm_size: 1k,
              secrets: [{source: s, mode: 0440, x-a: 1}, s], target: t, network: n, isolation: i, extra_hosts: ['h:i'],
              pull: true, no_cache: true, cache_to: [c], cache_from: [d, d], labels: [l], ssh: [default, k=/v],
              sbom: true, provenance: mode=max, entitlements: [e], x-b: 1}",
            YAML,
            concat!(
                r#"{"context":"/","dockerfile":"D","entitlements":["e"],"provenance":"mode=max","sbom":"true","#,
                r#""ssh":["default","k: /v"],"labels":{"l":""},"cache_from":["d","d"],"cache_to":["c"],"no_cache":true,"#,
                r#""pull":true,"extra_hosts":["h=i"],"isolation":"i","network":"n","target":"t","#,
                r#""secrets":[{"source":"s","mode":"0440","x-a":1},{"source":"s"}],"shm_size":"1024","tags":["t"],"#,
                r#""ulimits":{"u":1},"platforms":["p","p"],"privileged":true,"x-b":1}"#,
            ),
        );
    }
}
