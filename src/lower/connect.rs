//! How names keep resolving.
//!
//! In one task and bridge networking, names are links. Between tasks they are aliases of Service Connect, which needs
//! a named port: from `ports`, `expose`, a readiness wait, another service's environment or command, or the table of
//! well-known images. <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html>

use indexmap::IndexMap;

use super::grouping::Units;
use super::mention::Mention;
use super::name;
use super::network::Mapped;
use super::readiness::probe;
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::compose::service::network::port::{Expose, Protocol as ComposeProtocol};
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::{PortMapping, Protocol};
use crate::ecs::service::{ClientAlias, ServiceConnectConfiguration, ServiceConnectService};
use crate::ecs::task::NetworkMode;
use crate::source::Span;

/// What one service makes of another's name.
#[derive(Debug, Clone)]
pub(super) struct Use<'a> {
    /// Who uses the name.
    pub(super) user: &'a ServiceName,
    /// What it names.
    pub(super) mention: Mention<'a>,
    /// What kind of place it is.
    pub(super) kind: UseKind,
}

/// Where a name is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum UseKind {
    /// As the target of a readiness wait.
    Wait,
    /// In the environment or the command.
    Mention,
}

/// The names that services use for each other.
#[derive(Debug, Default)]
pub(super) struct Uses<'a> {
    list: Vec<Use<'a>>,
    of: IndexMap<&'a ServiceName, Vec<usize>>,
    by: IndexMap<&'a ServiceName, Vec<usize>>,
}

impl<'a> Uses<'a> {
    /// Adds a use of a name.
    pub(super) fn push(&mut self, name: Use<'a>) {
        self.of.entry(name.mention.service).or_default().push(self.list.len());
        self.by.entry(name.user).or_default().push(self.list.len());
        self.list.push(name);
    }

    /// The uses of a service's name.
    pub(super) fn of(&self, service: &ServiceName) -> impl Iterator<Item = &Use<'a>> {
        self.of.get(service).into_iter().flatten().filter_map(|place| self.list.get(*place))
    }

    /// The uses of names by a service.
    pub(super) fn by(&self, service: &ServiceName) -> impl Iterator<Item = &Use<'a>> {
        self.by.get(service).into_iter().flatten().filter_map(|place| self.list.get(*place))
    }
}

/// How the tasks of a project take part in the network.
#[derive(Debug)]
pub(super) struct Networking<'a> {
    /// The tasks.
    pub(super) units: &'a Units<'a>,
    /// The names that services use for each other.
    pub(super) uses: &'a Uses<'a>,
    /// The namespace, when tasks reach each other through Service Connect.
    pub(super) namespace: Option<&'a str>,
    /// The network mode of each task.
    pub(super) modes: Vec<NetworkMode>,
    /// Whether each task runs once and is no service, which shuts it out from Service Connect.
    pub(super) once: Vec<bool>,
}

impl<'a> Networking<'a> {
    /// Whether a task is part of Service Connect.
    pub(super) fn is_connected(&self, unit: usize) -> bool {
        let mode = self.modes.get(unit).copied().unwrap_or(NetworkMode::None);
        self.namespace.is_some()
            && self.once.get(unit) == Some(&false)
            && matches!(mode, NetworkMode::Bridge | NetworkMode::Awsvpc)
    }

    fn mode(&self, unit: usize) -> NetworkMode {
        self.modes.get(unit).copied().unwrap_or(NetworkMode::Bridge)
    }

    /// The uses of a service's name by services in other tasks.
    fn uses_from_afar(&self, service: &ServiceName) -> impl Iterator<Item = &Use<'a>> {
        self.uses.of(service).filter(move |name| !self.units.share(name.user, service))
    }
}

/// The ports of a container and what Service Connect offers of them.
#[derive(Debug, Default)]
pub(super) struct Offer {
    /// The port mappings, named where Service Connect needs it.
    pub(super) port_mappings: Vec<PortMapping>,
    /// The names under which others reach them.
    pub(super) services: Vec<ServiceConnectService>,
}

/// Names the ports of a service and adds those that others use.
///
/// `is_needed` says whether another task waits for the service, so that a port from the table is worth it.
pub(super) fn offer(
    service: &Service,
    mapped: Vec<Mapped>,
    is_needed: bool,
    networking: &Networking<'_>,
    diags: &mut Diagnostics,
) -> Offer {
    let own = &service.name.value;
    let Some(unit) = networking.units.of(own).filter(|unit| networking.is_connected(*unit)) else {
        return Offer { port_mappings: mapped.into_iter().map(|mapped| mapped.mapping).collect(), services: vec![] };
    };
    let host_port = |port| if networking.mode(unit) == NetworkMode::Bridge { 0 } else { port };
    let mut ports: Vec<PortMapping> = mapped.into_iter().map(|mapped| mapped.mapping).collect();
    for (port, inference) in further_ports(service, is_needed, &ports, networking) {
        if ports.iter().any(|mapping| mapping.container_port == Some(port)) {
            continue;
        }
        if let Some((span, source)) = inference {
            diags.note(Code::Inferred, span, format!("port {port} of `{own}` is taken from {source}"));
        }
        let (container_port, host_port) = (Some(port), Some(host_port(port)));
        let protocol = Protocol::Tcp;
        ports.push(PortMapping { name: None, container_port, container_port_range: None, host_port, protocol });
    }
    let alias = alias(service, networking, diags);
    let mut services = Vec::new();
    let counts = ports.iter().filter_map(|mapping| mapping.container_port).fold(
        IndexMap::<u16, usize>::new(),
        |mut counts, port| {
            *counts.entry(port).or_default() += 1;
            counts
        },
    );
    for mapping in ports.iter_mut().filter(|mapping| mapping.protocol == Protocol::Tcp) {
        let Some(port) = mapping.container_port else { continue };
        if counts.get(&port).is_some_and(|count| *count > 1) {
            // ECS takes no name for a port that is mapped more than once.
            continue;
        }
        let port_name = name::port(own, port);
        mapping.name = Some(port_name.clone());
        let client_aliases = vec![ClientAlias { port, dns_name: alias.clone() }];
        services.push(ServiceConnectService { port_name, client_aliases });
    }
    if services.is_empty() {
        for name in networking.uses_from_afar(&service.name.value) {
            let message = format!("`{}` does not resolve: no port of it is known", name.mention.host);
            diags
                .warn(Code::UnresolvedName, name.mention.span, message)
                .hint(format!("name the port under `expose` of `{own}`"));
        }
    }
    Offer { port_mappings: ports, services }
}

/// Ports beyond those published, with the place that an inferred one comes from.
fn further_ports<'a>(
    service: &Service,
    is_needed: bool,
    published: &[PortMapping],
    networking: &Networking<'_>,
) -> Vec<(u16, Option<(Span, &'a str)>)> {
    let mut ports = Vec::new();
    for expose in &service.network.expose {
        let Expose { range, protocol } = &expose.value;
        if *protocol == ComposeProtocol::Tcp {
            ports.extend(range.ports().map(|port| (port, None)));
        }
    }
    let mut uses: Vec<&Use<'_>> = networking.uses_from_afar(&service.name.value).collect();
    uses.sort_by_key(|name| name.kind);
    for name in &uses {
        let Some(port) = name.mention.port else { continue };
        let source = match name.kind {
            UseKind::Wait => "this readiness wait",
            UseKind::Mention if name.mention.variable.is_some() => "this variable",
            UseKind::Mention => "this command",
        };
        ports.push((port, Some((name.mention.span, source))));
    }
    if ports.is_empty() && published.is_empty() && (is_needed || !uses.is_empty()) {
        let image = service.image.image.as_ref();
        let known = image.and_then(|image| Some((probe::well_known_port(&image.value)?, image.span)));
        ports.extend(known.map(|(port, span)| (port, Some((span, "the table of well-known images")))));
    }
    ports
}

/// The one name that Service Connect gives to a service: its own, or the only one that others use.
fn alias(service: &Service, networking: &Networking<'_>, diags: &mut Diagnostics) -> String {
    let own = service.name.value.as_str();
    let mut used: IndexMap<&str, Vec<Span>> = IndexMap::new();
    for name in networking.uses_from_afar(&service.name.value) {
        used.entry(name.mention.host.as_str()).or_default().push(name.mention.span);
    }
    let alias =
        if used.is_empty() || used.contains_key(own) { own } else { used.keys().next().copied().unwrap_or(own) };
    for (other, spans) in used.iter().filter(|(other, _)| !other.eq_ignore_ascii_case(alias)) {
        for span in spans {
            let message = format!("`{other}` does not resolve: Service Connect gives a port one name, `{alias}`");
            diags.warn(Code::UnresolvedName, *span, message).hint(format!("write `{alias}`"));
        }
    }
    alias.to_ascii_lowercase()
}

/// What Service Connect is told of a task.
pub(super) fn configuration(
    unit: usize,
    services: Vec<ServiceConnectService>,
    networking: &Networking<'_>,
) -> Option<ServiceConnectConfiguration> {
    networking.is_connected(unit).then(|| ServiceConnectConfiguration {
        enabled: true,
        namespace: networking.namespace.map(str::to_owned),
        services,
    })
}

/// Reports the names that a service uses and that do not resolve in the task `unit` in which it runs.
///
/// `waits` says whether its readiness wait is still there.
pub(super) fn report_unresolved(
    service: &Service,
    unit: usize,
    waits: bool,
    networking: &Networking<'_>,
    diags: &mut Diagnostics,
) {
    let name = &service.name.value;
    for Use { user: _, mention, kind } in networking.uses.by(name) {
        let Some(other) = networking.units.of(mention.service) else { continue };
        if *kind == UseKind::Wait && !waits {
            continue;
        }
        let obstacle = obstacle(unit, other, networking);
        let Some((reason, hint)) = obstacle else { continue };
        let message = format!("`{}` does not resolve in `{name}`: {reason}", mention.host);
        diags.warn(Code::UnresolvedName, mention.span, message).hint(hint);
    }
}

/// Why names of one task do not resolve in another, or in itself, and what to do.
fn obstacle(unit: usize, other: usize, networking: &Networking<'_>) -> Option<(&'static str, &'static str)> {
    if unit == other {
        return match networking.mode(unit) {
            NetworkMode::Bridge => None,
            NetworkMode::Awsvpc | NetworkMode::Host => Some((
                "containers of one task share `localhost`",
                "write `localhost`, or put the services in tasks of their own",
            )),
            NetworkMode::None => Some(("the task has no network", "remove `network_mode: none`")),
        };
    }
    if networking.is_connected(unit) && networking.is_connected(other) {
        return None;
    }
    let once = [unit, other].iter().any(|unit| networking.once.get(*unit) == Some(&true));
    Some(if once {
        ("a one-off task is not part of Service Connect", "put both services in one task with `x-ecs.task`")
    } else {
        ("Service Connect needs `bridge` or `awsvpc` networking", "remove `network_mode`")
    })
}
