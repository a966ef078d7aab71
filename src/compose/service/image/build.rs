//! `build`: how an image is made.

use indexmap::{IndexMap, IndexSet};

use crate::compose::service::kernel::ulimit::Ulimit;
use crate::compose::service::network::host::{ExtraHost, ExtraHosts};
use crate::compose::service::secrets::grant::FileMode;
use crate::compose::size::{ByteSize, WholeSize};
use crate::compose::value::{take_texts, take_variables};
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::keys::{Decode, KeyValues, Keys, wrong_type};
use crate::yaml::list::{UniqueStrings, report_repeated};
use crate::yaml::resolve::Value;
use crate::yaml::{Kind, Node};

/// Whether a build's directory is none, but lies elsewhere: in a repository, or at an address.
#[must_use]
pub fn is_remote(context: &str) -> bool {
    context.contains("://") || context.starts_with("git@") || context.starts_with("github.com/")
}

/// How an image is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Build {
    /// `context`: the directory, from the project's, or the URL, that the build sees.
    pub context: String,
    /// `dockerfile` or `dockerfile_inline`: the build's steps.
    pub dockerfile: Dockerfile,
    /// `args`: values of the build's `ARG`s; `None` is one that has no value anywhere.
    pub args: IndexMap<String, Spanned<Option<String>>>,
    /// The names of those `args` to which the file gives no value.
    pub open_args: IndexSet<String>,
    /// `target`: the stage at which the build ends.
    pub target: Option<String>,
    /// `additional_contexts`: further directories or images that the build sees.
    pub additional_contexts: IndexMap<String, Spanned<String>>,
    /// `labels`: of the image.
    pub labels: IndexMap<String, Spanned<String>>,
    /// `tags`: further names of the image.
    pub tags: Vec<Spanned<String>>,
    /// `platforms`: what the image is made for.
    pub platforms: Vec<Spanned<String>>,
    /// `network`: the network of the build's steps.
    pub network: Option<String>,
    /// `extra_hosts`: further host names that the build's steps know.
    pub extra_hosts: Vec<Spanned<ExtraHost>>,
    /// `ssh`: agents or keys that the build's steps may use; `None` is the user's own agent.
    pub ssh: IndexMap<String, Option<String>>,
    /// `secrets`: files that the build's steps may read.
    pub secrets: Vec<Spanned<BuildSecret>>,
    /// `ulimits`: resource limits of the build's steps.
    pub ulimits: IndexMap<String, Spanned<Ulimit>>,
    /// `shm_size`: the size of `/dev/shm` in the build's steps.
    pub shm_size: Option<ByteSize>,
    /// `cache_from`: where the build finds steps that were done before.
    pub cache_from: Vec<String>,
    /// `cache_to`: where the build leaves its steps for the next one.
    pub cache_to: Vec<String>,
    /// `no_cache`: every step is done anew.
    pub no_cache: bool,
    /// `pull`: the images that the build starts from are fetched anew.
    pub pull: bool,
    /// `privileged`: the build's steps rule over the machine.
    pub privileged: bool,
    /// `entitlements`: what else the build's steps may do.
    pub entitlements: Vec<String>,
    /// `isolation`: how the build's steps are kept apart on Windows.
    pub isolation: Option<String>,
    /// `provenance`: the attestation of how the image was made.
    pub provenance: Option<String>,
    /// `sbom`: the attestation of what the image holds.
    pub sbom: Option<String>,
}

/// The steps of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Dockerfile {
    /// None are named: those in the file `Dockerfile`.
    #[default]
    Implied,
    /// `dockerfile`: a file within the context; no text is as good as none.
    Path(String),
    /// `dockerfile_inline`: the steps themselves.
    Inline(String),
}

/// An entry of `build.secrets`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildSecret {
    /// `source`: the key of the secret.
    pub source: String,
    /// `target`: the file's name.
    pub target: Option<String>,
    /// `uid`: the file's owner.
    pub uid: Option<String>,
    /// `gid`: the file's group.
    pub gid: Option<String>,
    /// `mode`: the file's permissions.
    pub mode: Option<FileMode>,
}

impl Decode for Build {
    /// Reads a context alone, or a mapping.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Scalar(_) => Some(Self { context: String::decode(node, diags)?, ..Self::default() }),
            Kind::Mapping(_) | Kind::Sequence(_) => {
                let mut keys = Keys::of(node, diags)?;
                let build = Self::take(&mut keys, diags);
                keys.finish("`build`", diags);
                Some(build)
            }
        }
    }
}

impl Build {
    /// Takes the keys of `build`.
    fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let args = take_variables(keys, "args", diags);
        let limits: IndexMap<String, Spanned<BuildLimit>> = keys.take("ulimits", diags).unwrap_or_default();
        let attestation = |node: Option<&Node>, diags: &mut Diagnostics| node.and_then(|node| attestation(node, diags));
        Self {
            context: keys.take("context", diags).unwrap_or_else(|| ".".to_owned()),
            dockerfile: Dockerfile::take(keys, diags),
            open_args: args.iter().filter(|(_, value)| value.value.is_none()).map(|(name, _)| name.clone()).collect(),
            args,
            target: keys.take("target", diags),
            additional_contexts: keys
                .take("additional_contexts", diags)
                .map(|Contexts(contexts)| contexts)
                .unwrap_or_default(),
            labels: take_texts(keys, "labels", diags),
            tags: UniqueStrings::take(keys, "tags", diags),
            platforms: keys.take("platforms", diags).unwrap_or_default(),
            network: keys.take("network", diags),
            extra_hosts: keys.take("extra_hosts", diags).map(|ExtraHosts(hosts)| hosts).unwrap_or_default(),
            ssh: keys.take("ssh", diags).map(|SshAgents(agents)| agents).unwrap_or_default(),
            secrets: keys.take("secrets", diags).unwrap_or_default(),
            ulimits: limits.into_iter().map(|(name, limit)| (name, limit.map(|BuildLimit(limit)| limit))).collect(),
            shm_size: keys.take("shm_size", diags).map(|WholeSize(size)| size),
            cache_from: keys.take("cache_from", diags).unwrap_or_default(),
            cache_to: keys.take("cache_to", diags).unwrap_or_default(),
            no_cache: keys.take("no_cache", diags).unwrap_or_default(),
            pull: keys.take("pull", diags).unwrap_or_default(),
            privileged: keys.take("privileged", diags).unwrap_or_default(),
            entitlements: keys.take("entitlements", diags).unwrap_or_default(),
            isolation: keys.take("isolation", diags),
            provenance: attestation(keys.node("provenance"), diags),
            sbom: attestation(keys.node("sbom"), diags),
        }
    }
}

impl Dockerfile {
    /// Takes `dockerfile` and `dockerfile_inline`, of which a build may have one.
    fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let path: Option<Spanned<String>> = keys.take("dockerfile", diags);
        let inline: Option<Spanned<String>> = keys.take("dockerfile_inline", diags);
        let given = |text: &Spanned<String>| !text.value.is_empty();
        let is_named = path.is_some() || inline.is_some();
        match (path.filter(given), inline.filter(given)) {
            (Some(path), Some(inline)) => {
                diags
                    .error(Code::Conflict, inline.span, "`dockerfile` and `dockerfile_inline` exclude each other")
                    .label(path.span, "`dockerfile` stands here");
                Self::Inline(inline.value)
            }
            (None, Some(inline)) => Self::Inline(inline.value),
            (Some(path), None) => Self::Path(path.value),
            (None, None) if is_named => Self::Path(String::new()),
            (None, None) => Self::Implied,
        }
    }
}

/// `additional_contexts`, each of which must lead somewhere.
pub(in crate::compose) struct Contexts(IndexMap<String, Spanned<String>>);

impl Decode for Contexts {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let KeyValues(contexts) = KeyValues::decode(node, diags)?;
        let mut with_place = IndexMap::new();
        for (name, context) in contexts {
            let span = context.span;
            if let Some(context) = context.value {
                with_place.insert(name, Spanned::new(context, span));
            } else {
                diags.error(Code::InvalidValue, span, format!("invalid context `{name}`: expected `NAME=CONTEXT`"));
            }
        }
        Some(Self(with_place))
    }
}

/// A limit in `ulimits`, whose numbers Compose does not take as strings here.
pub(in crate::compose) struct BuildLimit(Ulimit);

impl Decode for BuildLimit {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let limits = node.entries().iter().filter(|limit| matches!(&*limit.key, "soft" | "hard"));
        let limits = limits.map(|limit| &*limit.value).chain([node]);
        let texts = limits.filter(|limit| matches!(limit.value(), Some(Value::String(_))));
        let texts = texts.inspect(|text| wrong_type(text, "a whole number without quotes", diags)).count();
        if texts > 0 { None } else { Ulimit::decode(node, diags).map(Self) }
    }
}

/// `ssh`: `default`, or an identifier and the agent's socket or the keys that it stands for.
pub(in crate::compose) struct SshAgents(IndexMap<String, Option<String>>);

impl Decode for SshAgents {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let KeyValues(agents) = KeyValues::decode(node, diags)?;
        report_repeated(node, diags);
        // Of a mapping, Docker Compose takes any identifier alone.
        let is_list = node.as_sequence().is_some();
        let is_alone = |name: &str, agent: &Spanned<Option<String>>| agent.value.is_none() && name != "default";
        for (name, agent) in agents.iter().filter(|(name, agent)| is_list && is_alone(name, agent)) {
            let message = format!("invalid key `{name}`: expected `default` or `ID=PATH`");
            diags.error(Code::InvalidValue, agent.span, message);
        }
        Some(Self(agents.into_iter().map(|(name, agent)| (name, agent.value)).collect()))
    }
}

/// Reads `provenance` or `sbom`: a switch, or parameters of the attestation.
fn attestation(node: &Node, diags: &mut Diagnostics) -> Option<String> {
    match node.value() {
        Some(Value::Bool(value)) => Some(value.to_string()),
        Some(Value::String(text)) => Some(text.to_owned()),
        _ => {
            wrong_type(node, "a string, `true` or `false`", diags);
            None
        }
    }
}

impl Decode for BuildSecret {
    /// Reads the key of a secret alone, or a mapping.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if node.as_scalar().is_some() {
            return Some(Self { source: String::decode(node, diags)?, ..Self::default() });
        }
        let mut keys = Keys::of(node, diags)?;
        let secret = Self {
            source: keys.take("source", diags).unwrap_or_default(),
            target: keys.take("target", diags),
            uid: keys.take("uid", diags),
            gid: keys.take("gid", diags),
            mode: keys.take("mode", diags),
        };
        keys.finish("a secret of a build", diags);
        Some(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::service::image::Image;
    use crate::testing::{findings, service, sound_service, values};

    #[track_caller]
    fn image(text: &str) -> Image {
        sound_service(text).image
    }

    #[track_caller]
    fn build(text: &str) -> Build {
        image(&format!("build: {text}")).build.expect("a build").value
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        let text = format!("build: {text}");
        assert_eq!(findings(&text, &service(&text).1), expected);
    }

    #[test]
    fn numbers_of_a_build_are_not_texts() {
        refused(
            "{ulimits: {a: '5'}}",
            "'5' | error[wrong-type]: expected a whole number without quotes, found a string",
        );
        refused(
            "{ulimits: {a: {soft: 1, hard: '5'}}}",
            "'5' | error[wrong-type]: expected a whole number without quotes, found a string",
        );
        refused(
            "{shm_size: 1.5}",
            "1.5 | error[wrong-type]: expected a whole number or a size such as `64m`, found a number",
        );
        refused("{ssh: [default, default]}", "default | error[invalid-value]: this stands twice in the list");
    }

    #[test]
    fn a_text_is_the_context() {
        assert_eq!(build("./web"), Build { context: "./web".to_owned(), ..Build::default() });
        assert_eq!(build("''"), Build::default());
    }

    #[test]
    fn the_context_is_the_projects_directory_unless_it_is_named() {
        assert_eq!(build("{}").context, ".");
        assert_eq!(build("{context: ''}").context, "");
    }

    #[test]
    fn steps_stand_in_one_place() {
        assert_eq!(build(".").dockerfile, Dockerfile::Implied);
        assert_eq!(build("{dockerfile: ''}").dockerfile, Dockerfile::Path(String::new()));
        assert_eq!(build("{dockerfile: web.Dockerfile}").dockerfile, Dockerfile::Path("web.Dockerfile".to_owned()));
        assert_eq!(build("{dockerfile_inline: FROM a}").dockerfile, Dockerfile::Inline("FROM a".to_owned()));
        refused(
            "{dockerfile: x, dockerfile_inline: y}",
            "y | error[conflict]: `dockerfile` and `dockerfile_inline` exclude each other",
        );
    }

    #[test]
    fn every_key_is_read() {
        let build = build(
            "{context: ., args: {A: 1, B: }, target: prod, additional_contexts: [a=b], labels: [l], tags: [t, t],
              platforms: [linux/amd64, linux/amd64], network: none, extra_hosts: ['a:1.2.3.4'], ssh: [default, k=/p],
              secrets: [s, {source: u, target: v, uid: '1', gid: '2', mode: 0440}], ulimits: {nofile: 3},
              shm_size: 1k, cache_from: [f], cache_to: [o], no_cache: 'yes', pull: on, privileged: true,
              entitlements: [e], isolation: default, provenance: true, sbom: generator=x}",
        );
        let args: Vec<_> = build.args.iter().map(|(name, value)| (name.as_str(), value.value.as_deref())).collect();
        assert_eq!(args, [("A", Some("1")), ("B", None)]);
        assert_eq!(build.target.as_deref(), Some("prod"));
        assert_eq!(build.additional_contexts.get("a").map(|context| context.value.as_str()), Some("b"));
        assert_eq!(build.labels.get("l").map(|label| label.value.as_str()), Some(""));
        assert_eq!((values(&build.tags).len(), values(&build.platforms).len()), (1, 2));
        assert_eq!(build.extra_hosts.len(), 1);
        assert_eq!(build.ssh.get("k").and_then(Option::as_deref), Some("/p"));
        assert_eq!(build.ssh.get("default"), Some(&None));
        assert_eq!(self::build("{ssh: {id: }}").ssh.get("id"), Some(&None));
        let secrets = values(&build.secrets);
        assert_eq!(secrets.first(), Some(&BuildSecret { source: "s".to_owned(), ..BuildSecret::default() }));
        assert_eq!(secrets.last().and_then(|secret| secret.mode), Some(FileMode(0o440)));
        assert_eq!(
            build.ulimits.get("nofile").map(|limit| limit.value),
            Some(Ulimit { is_single: true, soft: 3, hard: 3 })
        );
        assert_eq!(build.shm_size, Some(ByteSize(1024)));
        assert_eq!((build.cache_from.len(), build.cache_to.len(), build.entitlements.len()), (1, 1, 1));
        assert!(build.no_cache && build.pull && build.privileged);
        assert_eq!((build.network.as_deref(), build.isolation.as_deref()), (Some("none"), Some("default")));
        assert_eq!((build.provenance.as_deref(), build.sbom.as_deref()), (Some("true"), Some("generator=x")));
    }

    #[test]
    fn mistakes_are_reported_where_they_stand() {
        refused("[a]", "[a] | error[wrong-type]: expected a mapping, found a list");
        refused(
            "{x-note: 1, cach_from: []}",
            "cach_from | error[unknown-key]: unknown key `cach_from`: `build` has no such key",
        );
        refused(
            "{additional_contexts: [a=b, c]}",
            "c | error[invalid-value]: invalid context `c`: expected `NAME=CONTEXT`",
        );
        refused("{ssh: [a]}", "a | error[invalid-value]: invalid key `a`: expected `default` or `ID=PATH`");
        refused("{args: ['A =1']}", "'A =1' | error[invalid-value]: invalid name `A`: a space stands before the `=`");
        refused("{privileged: 1}", "1 | error[wrong-type]: expected `true` or `false`, found a number");
        refused("{sbom: 1}", "1 | error[wrong-type]: expected a string, `true` or `false`, found a number");
    }
}
