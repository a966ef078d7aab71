//! The tree of a whole file as types.

use indexmap::IndexMap;

use super::extension::ProjectExtension;
use super::name::ServiceName;
use super::resource::{Config, Model, Network, Secret, Volume};
use super::service::Service;
use crate::diag::{Code, Diagnostics, Severity};
use crate::source::Spanned;
use crate::yaml::keys::{Decode, Keys};
use crate::yaml::{Entry, Node};

/// How many mistakes are looked for: nobody reads on.
const MOST_MISTAKES: usize = 10_000;

/// How many ports all services may have, so that none of the ranges takes more memory than there is.
const MOST_PORTS: usize = 1_000_000;

/// What a file says, as types.
pub(super) struct File {
    /// `services`: all of them, each with what was found in it.
    pub(super) services: Vec<(Service, Diagnostics)>,
    /// `networks`.
    pub(super) networks: IndexMap<String, Network>,
    /// `volumes`.
    pub(super) volumes: IndexMap<String, Volume>,
    /// `secrets`.
    pub(super) secrets: IndexMap<String, Secret>,
    /// `configs`.
    pub(super) configs: IndexMap<String, Config>,
    /// `models`.
    pub(super) models: IndexMap<String, Model>,
    /// `x-ecs`.
    pub(super) extension: ProjectExtension,
}

/// Reads the tree of a file. What is found in services stays with them, as not all of them may matter.
pub(super) fn decode(root: &Node, diags: &mut Diagnostics) -> Option<File> {
    let mut keys = Keys::of(root, diags)?;
    // Compose checks that these are strings. The name was settled before, and the version means nothing any more.
    let _: Option<String> = keys.take("version", diags);
    let _: Option<String> = keys.take("name", diags);
    let file = File {
        services: services(&mut keys, diags),
        networks: resources(&mut keys, "networks", diags),
        volumes: named_resources(&mut keys, "volumes", diags),
        secrets: named_resources(&mut keys, "secrets", diags),
        configs: named_resources(&mut keys, "configs", diags),
        models: resources(&mut keys, "models", diags),
        extension: ProjectExtension::take_from(&mut keys, diags),
    };
    keys.finish("a Compose file", diags);
    Some(file)
}

/// Takes `services`, whose names may start with `x-` like any other.
fn services(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Vec<(Service, Diagnostics)> {
    let Some(node) = keys.node("services") else { return Vec::new() };
    if Keys::of(node, diags).is_none() {
        return Vec::new();
    }
    let mut services = Vec::new();
    let (mut mistakes, mut ports) = (0, 0);
    for entry in node.entries() {
        if mistakes > MOST_MISTAKES || ports > MOST_PORTS {
            let what = if ports > MOST_PORTS { "ports" } else { "mistakes" };
            diags.error(Code::Limit, entry.key_span, format!("too many {what}: from here on, no service is read"));
            break;
        }
        if !is_named_well(entry, "a service", diags) {
            continue;
        }
        let mut found = Diagnostics::default();
        let name = Spanned::new(ServiceName::new(&*entry.key), entry.key_span);
        let service = Service::take(name, &entry.value, &mut found);
        mistakes += found.iter().filter(|finding| finding.severity == Severity::Error).count();
        ports += service.as_ref().map_or(0, |service| service.network.ports.len());
        match service {
            Some(service) => services.push((service, found)),
            None => diags.extend(found),
        }
    }
    services
}

/// Whether an entry's key is a name as Compose has it; if not, that is reported.
fn is_named_well(entry: &Entry, what: &str, diags: &mut Diagnostics) -> bool {
    let valid = ServiceName::is_valid(&entry.key);
    if !valid {
        let message = format!("invalid name `{}` of {what}", entry.key);
        let finding = diags.error(Code::InvalidValue, entry.key_span, message);
        finding.hint("a name consists of letters, digits, `.`, `_` and `-`");
    }
    valid
}

/// Takes what services share, by its keys, which must be names. Those of networks and models may be any text.
fn named_resources<T: Decode>(keys: &mut Keys<'_>, key: &'static str, diags: &mut Diagnostics) -> IndexMap<String, T> {
    let what = match key {
        "volumes" => "a volume",
        "secrets" => "a secret",
        _ => "a config",
    };
    for entry in keys.node(key).into_iter().flat_map(Node::entries) {
        is_named_well(entry, what, diags);
    }
    resources(keys, key, diags)
}

/// Takes what services share, by its keys, which may start with `x-` like any other.
fn resources<T: Decode>(keys: &mut Keys<'_>, key: &'static str, diags: &mut Diagnostics) -> IndexMap<String, T> {
    let Some(node) = keys.node(key) else { return IndexMap::new() };
    if Keys::of(node, diags).is_none() {
        return IndexMap::new();
    }
    let entries = node.entries().iter();
    entries.filter_map(|entry| Some((entry.key.to_string(), T::decode(&entry.value, diags)?))).collect()
}
