//! What a service offers to others: ports, and the name under which they are reached.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use indexmap::map::Entry;

use super::{Networking, network_aliases};
use crate::compose::service::Service;
use crate::compose::service::network::port::{Expose, Port, Protocol as ComposeProtocol};
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::{PortMapping, Protocol};
use crate::ecs::service::{ClientAlias, ServiceConnectService};
use crate::ecs::task::NetworkMode;
use crate::lower::network::Mapped;
use crate::lower::readiness::probe;
use crate::lower::uses::{Use, UseKind};
use crate::source::{Span, Spanned};

/// The ports of a container and what Service Connect offers of them.
#[derive(Debug, Default)]
pub(in crate::lower) struct Offer {
    /// The port mappings, named where Service Connect needs it.
    pub(in crate::lower) port_mappings: Vec<PortMapping>,
    /// The names under which others reach them.
    pub(in crate::lower) services: Vec<ServiceConnectService>,
}

/// A port that a service listens on though it publishes none, and where that is said.
struct Further<'a> {
    port: u16,
    /// The place that an inferred one comes from, in words.
    inference: Option<(Span, &'a str)>,
}

impl Networking<'_> {
    /// Names the ports of a service and adds those that others use.
    ///
    /// `is_needed` says whether another task waits for the service, so that a port from the table is worth it.
    pub(in crate::lower) fn offer(
        &self,
        service: &Service,
        mapped: Vec<Mapped>,
        is_needed: bool,
        diags: &mut Diagnostics,
    ) -> Offer {
        let name = &service.name.value;
        let mut ports: Vec<PortMapping> = mapped.into_iter().map(|mapped| mapped.mapping).collect();
        let Some(unit) = self.units.of(name).filter(|unit| self.is_connected(*unit)) else {
            without_names(&mut ports);
            return Offer { port_mappings: ports, services: Vec::new() };
        };
        let mut known: BTreeSet<u16> = ports.iter().filter_map(|mapping| mapping.container_port).collect();
        known.extend(exposed(service, &ComposeProtocol::Udp));
        for Further { port, inference } in further_ports(service, is_needed, &ports, self) {
            if !known.insert(port) {
                continue;
            }
            if let Some((span, source)) = inference {
                diags.note(Code::Inferred, span, format!("port {port} of `{name}` is taken from {source}"));
            }
            let host_port = if self.mode(unit) == NetworkMode::Bridge { 0 } else { port };
            let (container_port, host_port) = (Some(port), Some(host_port));
            let protocol = Protocol::Tcp;
            let (name, container_port_range, app_protocol) = (None, None, None);
            ports.push(PortMapping { name, container_port, container_port_range, host_port, protocol, app_protocol });
        }
        let alias = alias(service, self, diags);
        let services = named(service, &mut ports, &alias, self);
        report_closed(service, &ports, self, diags);
        without_names(&mut ports);
        Offer { port_mappings: ports, services }
    }
}

/// Takes away what is spoken on ports without a name: it concerns Service Connect only.
fn without_names(ports: &mut [PortMapping]) {
    for mapping in ports.iter_mut().filter(|mapping| mapping.name.is_none()) {
        mapping.app_protocol = None;
    }
}

/// The entry of `ports` that publishes a port of this number, where the service listens on another.
pub(in crate::lower) fn published_as(service: &Service, port: u16) -> Option<&Spanned<Port>> {
    let ports = &service.network.ports;
    let listens = |mapping: &&Spanned<Port>| mapping.value.target == port;
    let publishes = |mapping: &&Spanned<Port>| {
        mapping.value.published.is_some_and(|range| range.first() <= port && port <= range.last())
    };
    if ports.iter().any(|mapping| listens(&mapping)) { None } else { ports.iter().find(publishes) }
}

/// Names the ports that Service Connect can pass on, and gives them to it.
fn named(
    service: &Service,
    ports: &mut [PortMapping],
    alias: &str,
    networking: &Networking<'_>,
) -> Vec<ServiceConnectService> {
    let name = &service.name.value;
    let stem = networking.port_stems.get(name).map_or(name.as_str(), String::as_str);
    let times = times_mapped(ports);
    let mut services = Vec::new();
    for mapping in ports.iter_mut().filter(|mapping| mapping.protocol == Protocol::Tcp) {
        // ECS takes no name for a port that is mapped more than once.
        let Some(port) = mapping.container_port.filter(|port| times.get(port) == Some(&1)) else { continue };
        let port_name = format!("{stem}-{port}");
        mapping.name = Some(port_name.clone());
        let client_aliases = vec![ClientAlias { port, dns_name: alias.to_owned() }];
        services.push(ServiceConnectService { port_name, client_aliases, timeout: None });
    }
    services
}

/// How many mappings each port of a container has.
fn times_mapped(ports: &[PortMapping]) -> BTreeMap<u16, usize> {
    let mut times = BTreeMap::new();
    for port in ports.iter().filter_map(|mapping| mapping.container_port) {
        *times.entry(port).or_default() += 1;
    }
    times
}

/// The ports under `expose` of a protocol.
fn exposed<'a>(service: &'a Service, wanted: &'a ComposeProtocol) -> impl Iterator<Item = u16> + 'a {
    let entries = service.network.expose.iter().filter(move |expose| expose.value.protocol == *wanted);
    entries.flat_map(|expose| {
        let Expose { range, protocol: _ } = &expose.value;
        range.ports()
    })
}

/// Ports beyond those published.
fn further_ports<'n>(
    service: &Service,
    is_needed: bool,
    published: &[PortMapping],
    networking: &'n Networking<'_>,
) -> Vec<Further<'n>> {
    let mut ports: Vec<Further<'_>> =
        exposed(service, &ComposeProtocol::Tcp).map(|port| Further { port, inference: None }).collect();
    let mut uses: Vec<&Use<'_>> = networking.uses_from_afar(&service.name.value).collect();
    uses.sort_by_key(|name| name.kind);
    for name in &uses {
        let port = name.mention.port.filter(|port| published_as(service, port.value).is_none());
        let Some(port) = port.filter(|_| name.mention.protocol == Protocol::Tcp) else { continue };
        let source = match name.kind {
            UseKind::Wait | UseKind::RemovedWait => "this readiness wait",
            UseKind::Mention if name.mention.variable.is_some() => "this variable",
            UseKind::Mention => "this command",
            UseKind::Link => "this link",
        };
        ports.push(Further { port: port.value, inference: Some((port.span, source)) });
    }
    if ports.is_empty() && published.is_empty() && (is_needed || !uses.is_empty()) {
        let image = service.image.image.as_ref();
        let known = image.and_then(|image| Some((probe::well_known_port(&image.value)?, image.span)));
        let source = "the table of well-known images";
        ports.extend(known.map(|(port, span)| Further { port, inference: Some((span, source)) }));
    }
    ports
}

/// The one name that Service Connect gives to a service: its own, or the only one that others use.
fn alias(service: &Service, networking: &Networking<'_>, diags: &mut Diagnostics) -> String {
    let own = service.name.value.as_str();
    let mut used: IndexMap<&str, Vec<Span>> = IndexMap::new();
    for name in networking.connected_uses(&service.name.value) {
        used.entry(name.mention.host.as_str()).or_default().push(name.mention.span);
    }
    let first = used.keys().next().copied();
    let alias = if used.contains_key(own) { own } else { first.unwrap_or(own) };
    for network_alias in network_aliases(service) {
        if let Entry::Vacant(unused) = used.entry(network_alias.value.as_str()) {
            unused.insert(vec![network_alias.span]);
        }
    }
    for (other, spans) in used.iter().filter(|(other, _)| !other.eq_ignore_ascii_case(alias)) {
        for span in spans {
            let message = format!("`{other}` does not resolve: Service Connect gives a port one name, `{alias}`");
            diags.warn(Code::UnresolvedName, *span, message).hint(format!("write `{alias}`"));
        }
    }
    alias.to_ascii_lowercase()
}

/// Reports the uses of a service's name that lead nowhere, as Service Connect does not pass on the port.
fn report_closed(service: &Service, ports: &[PortMapping], networking: &Networking<'_>, diags: &mut Diagnostics) {
    let name = &service.name.value;
    let times = times_mapped(ports);
    let open: BTreeSet<u16> =
        ports.iter().filter(|mapping| mapping.name.is_some()).filter_map(|mapping| mapping.container_port).collect();
    let speaks_udp = exposed(service, &ComposeProtocol::Udp).next().is_some()
        || ports.iter().any(|mapping| mapping.protocol == Protocol::Udp);
    for Use { user: _, mention, kind } in networking.connected_uses(name) {
        let port = mention.port.map(|port| port.value);
        let host = &mention.host;
        if port.map_or(!open.is_empty(), |port| open.contains(&port) && mention.protocol == Protocol::Tcp) {
            continue;
        }
        let twice = port.filter(|port| times.get(port).is_some_and(|times| *times > 1));
        let published = port.and_then(|port| Some((port, published_as(service, port)?)));
        let in_one_task = "put both services in one task with `x-ecs.task`";
        if let Some((port, published)) = published {
            // Of waits, that is said already.
            if *kind != UseKind::Wait {
                diags
                    .warn(
                        Code::UnresolvedName,
                        mention.span,
                        format!("`{host}` is not reached at {port}, the published port: it listens on another"),
                    )
                    .label(published.span, "published here")
                    .hint(format!("use port {}", published.value.target));
            }
        } else if let Some(port) = twice {
            let message = format!("`{host}` does not resolve: Service Connect passes on no port that is mapped twice");
            diags.warn(Code::UnresolvedName, mention.span, message).hint(format!("publish port {port} once"));
        } else if speaks_udp || mention.protocol == Protocol::Udp {
            let message = format!("`{host}` does not resolve: Service Connect passes on TCP only");
            diags.warn(Code::UnresolvedName, mention.span, message).hint(in_one_task);
        } else {
            let message = format!("`{host}` does not resolve: no port of it is known");
            diags
                .warn(Code::UnresolvedName, mention.span, message)
                .hint(format!("name the port under `expose` of `{name}`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::options::{LaunchType, LowerOptions};
    use crate::testing::{check_services, translated};

    #[test]
    fn a_port_that_is_published_or_exposed_has_a_name() {
        check_services(
            "  web: {image: x, ports: ['8080:80'], expose: [81]}
  Web.One: {image: x, ports: [80]}",
            "shop-web [bridge]: web(8080:80, 0:81)
  web-80 as web:80
  web-81 as web:81
shop-Web-One [bridge]: Web-One(0:80)
  web-one-80 as web.one:80
waves: web Web.One",
        );
    }

    #[test]
    fn names_of_ports_differ() {
        check_services(
            "  web: {image: x, ports: [80]}
  Web: {image: x, ports: [81]}",
            "shop-web [bridge]: web(0:80)
  web-80 as web:80
shop-Web [bridge]: Web(0:81)
  web-72645431-81 as web:81
waves: web Web",
        );
    }

    #[test]
    fn a_port_is_taken_from_those_who_use_it() {
        check_services(
            "  db: {image: 'postgres:15'}
  api: {image: x, depends_on: [db], environment: {DB_HOST: db, DB_PORT: 5433}}",
            "shop-db [bridge]: db(0:5433)
  db-5433 as db:5433
shop-api [bridge]: api
waves: db, api
5433 | note[inferred]: port 5433 of `db` is taken from this variable",
        );
        check_services(
            "  db: {image: 'postgres:15'}
  api: {image: x, depends_on: [db], command: [serve, 'db:5433']}",
            "shop-db [bridge]: db(0:5433)
  db-5433 as db:5433
shop-api [bridge]: api
waves: db, api
'db:5433' | note[inferred]: port 5433 of `db` is taken from this command",
        );
    }

    #[test]
    fn a_port_is_taken_from_the_table_when_someone_needs_it() {
        check_services(
            "  db: {image: 'postgres:15'}
  api: {image: x, depends_on: [db]}",
            "shop-db [bridge]: db(0:5432)
  db-5432 as db:5432
shop-api [bridge]: api
waves: db, api
'postgres:15' | note[inferred]: port 5432 of `db` is taken from the table of well-known images",
        );
        check_services(
            "  db: {image: 'postgres:15'}
  api: {image: x}",
            "shop-db [bridge]: db
shop-api [bridge]: api
waves: db api",
        );
    }

    #[test]
    fn a_name_without_a_port_does_not_resolve() {
        check_services(
            "  web: {image: x}
  api: {image: x, depends_on: [web], environment: {WEB_HOST: web}}",
            "shop-web [bridge]: web
shop-api [bridge]: api
waves: web, api
web | warning[unresolved-name]: `web` does not resolve: no port of it is known",
        );
    }

    #[test]
    fn udp_is_not_passed_on() {
        check_services(
            "  stats: {image: x, ports: ['8125/udp']}
  api: {image: x, depends_on: [stats], environment: {STATS: 'stats:8125'}}",
            "shop-stats [bridge]: stats(0:8125/udp)
shop-api [bridge]: api
waves: stats, api
'stats:8125' | warning[unresolved-name]: `stats` does not resolve: Service Connect passes on TCP only",
        );
        check_services(
            "  stats: {image: x, expose: ['8125/udp']}
  api: {image: x, depends_on: [stats], environment: {STATS: 'udp://stats:8125'}}",
            "shop-stats [bridge]: stats
shop-api [bridge]: api
waves: stats, api
'udp://stats:8125' | warning[unresolved-name]: `stats` does not resolve: Service Connect passes on TCP only",
        );
    }

    #[test]
    fn a_port_that_is_mapped_twice_is_not_passed_on() {
        check_services(
            "  web: {image: x, ports: ['80:80', '8080:80', '443:443']}
  api: {image: x, depends_on: [web], environment: {A: 'http://web:80', B: 'https://web'}}",
            "shop-web [bridge]: web(80:80, 8080:80, 443:443)
  web-443 as web:443
shop-api [bridge]: api
waves: web, api
'http://web:80' | warning[unresolved-name]: \
`web` does not resolve: Service Connect passes on no port that is mapped twice",
        );
    }

    #[test]
    fn a_published_port_is_not_where_peers_go() {
        check_services(
            "  web: {image: x, ports: ['8080:80']}
  api: {image: x, depends_on: [web], environment: {A: 'http://web:8080'}}",
            "shop-web [bridge]: web(8080:80)
  web-80 as web:80
shop-api [bridge]: api
waves: web, api
'http://web:8080' | warning[unresolved-name]: \
`web` is not reached at 8080, the published port: it listens on another",
        );
    }

    #[test]
    fn a_service_has_one_name() {
        check_services(
            "  web: {image: x, expose: [80], networks: {default: {aliases: [a, b]}}}
  api: {image: x, depends_on: [web], environment: {A: 'http://b:80'}}",
            "shop-web [bridge]: web(0:80)
  web-80 as b:80
shop-api [bridge]: api
waves: web, api
a | warning[unresolved-name]: `a` does not resolve: Service Connect gives a port one name, `b`",
        );
        check_services(
            "  web: {image: x, expose: [80], container_name: one}
  api: {image: x, depends_on: [web], environment: {A: 'http://web:80', B: 'http://one:80'}}",
            "shop-web [bridge]: web(0:80)
  web-80 as web:80
shop-api [bridge]: api
waves: web, api
'http://one:80' | warning[unresolved-name]: \
`one` does not resolve: Service Connect gives a port one name, `web`",
        );
    }

    #[test]
    fn links_on_fargate_are_names_too() {
        let options = LowerOptions {
            launch_type: Some(LaunchType::Fargate),
            subnets: vec!["subnet-1".to_owned()],
            ..LowerOptions::default()
        };
        let text = "services:
  db: {image: 'redis:7'}
  api: {image: x, links: ['db:database']}
  web: {image: x, links: ['api:backend']}";
        assert_eq!(
            translated(&options, text),
            "shop-db [awsvpc]: db(6379:6379)
  db-6379 as database:6379
shop-api [awsvpc]: api
shop-web [awsvpc]: web
waves: db, api, web
'redis:7' | note[inferred]: port 6379 of `db` is taken from the table of well-known images
'api:backend' | warning[unresolved-name]: `backend` does not resolve: no port of it is known"
        );
    }

    #[test]
    fn what_is_not_part_of_service_connect_is_not_reached() {
        check_services(
            "  web: {image: x, ports: [80], network_mode: host}
  api: {image: x, depends_on: [web], environment: {A: 'http://web:80'}}",
            "shop-web [host]: web(80:80)
shop-api [bridge]: api
waves: web, api
'http://web:80' | warning[unresolved-name]: \
`web` does not resolve in `api`: Service Connect needs `bridge` or `awsvpc` networking",
        );
        check_services(
            "  db: {image: x, expose: [5432]}
  web: {image: x, depends_on: {migrate: {condition: service_completed_successfully}}}
  migrate: {image: x, depends_on: [db], environment: {A: 'tcp://db:5432'}}",
            "shop-db [bridge]: db(0:5432)
  db-5432 as db:5432
shop-web [bridge]: web
shop-migrate [bridge once]: migrate
waves: db, migrate, web
'tcp://db:5432' | warning[unresolved-name]: \
`db` does not resolve in `migrate`: a one-off task is not part of Service Connect",
        );
    }
}
