//! `ports`: which ports of a container are open, and where.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::compose::service::network::port::{Port, PortRange, Protocol as ComposeProtocol};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::ecs::container::{AppProtocol, PortMapping, Protocol};
use crate::ecs::task::NetworkMode;
use crate::source::{Span, Spanned};

/// A port mapping, and where its entry was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) struct Mapped {
    /// The mapping. It has no name: `connect` gives one where Service Connect needs it.
    pub(in crate::lower) mapping: PortMapping,
    /// The place of the entry.
    pub(in crate::lower) span: Span,
}

/// Maps published ports.
///
/// With `host` and `none`, Docker does not look at them at all; on `host` they still tell ECS which ports the task
/// takes from the instance.
pub(super) fn port_mappings(ports: &[Spanned<Port>], mode: NetworkMode, diags: &mut Diagnostics) -> Vec<Mapped> {
    let mut taken = Taken::default();
    let mut mappings = Vec::new();
    // A range is one entry and several ports: what is said of the entry is said once.
    for entry in ports.chunk_by(|one, other| one.span == other.span) {
        if let Some(first) = entry.first() {
            host_address(first, mode, diags);
        }
        if mode == NetworkMode::Awsvpc {
            published_elsewhere(entry, diags);
        }
        for port in entry {
            if is_refused(&port.value, diags) {
                continue;
            }
            let mapping =
                port_mapping(port, mode, diags).filter(|mapping| taken.insert(mapping, port.span, mode, diags));
            mappings.extend(mapping.map(|mapping| Mapped { mapping, span: port.span }));
        }
    }
    mappings
}

/// Whether a port is none. Docker Compose reads any, but Docker refuses it when the container starts.
fn is_refused(port: &Port, diags: &mut Diagnostics) -> bool {
    for Spanned { value: misfit, span } in &port.misfits {
        diags
            .error(Code::InvalidValue, *span, misfit.to_string())
            .hint("write a number from 1 to 65535; under `published`, a range such as `8000-8010` will do, too");
    }
    !port.misfits.is_empty()
}

/// Maps one port.
fn port_mapping(port: &Spanned<Port>, mode: NetworkMode, diags: &mut Diagnostics) -> Option<PortMapping> {
    // `name` and `mode` change nothing in Docker either, outside a swarm. How a port is written changes nothing at all.
    // One with misfits does not come here.
    let Port { target, published, host_ip: _, protocol, name: _, app_protocol, mode: _, misfits: _, written: _ } =
        &port.value;
    let host_port = match mode {
        NetworkMode::None => return None,
        NetworkMode::Host | NetworkMode::Awsvpc => *target,
        NetworkMode::Bridge => instance_port(*published, port.span, diags),
    };
    let protocol = match protocol {
        ComposeProtocol::Tcp => Protocol::Tcp,
        ComposeProtocol::Udp => Protocol::Udp,
        ComposeProtocol::Other(other) => {
            let message = format!("ECS maps ports of TCP and UDP only, so {target}/{other} stays closed");
            diags.warn(Code::PublishedPort, port.span, message);
            return None;
        }
    };
    if *target == 0 {
        diags.warn(Code::PublishedPort, port.span, "0 is no port of a container, so nothing is opened");
        return None;
    }
    let (container_port, host_port) = (Some(*target), Some(host_port));
    let app_protocol = app_protocol.as_ref().and_then(|text| spoken(&text.value));
    Some(PortMapping { name: None, container_port, container_port_range: None, host_port, protocol, app_protocol })
}

/// What is spoken, where Service Connect understands it; of anything else it passes the bytes on, as Docker does.
fn spoken(text: &str) -> Option<AppProtocol> {
    match text.to_ascii_lowercase().as_str() {
        "http" => Some(AppProtocol::Http),
        "http2" | "h2c" => Some(AppProtocol::Http2),
        "grpc" => Some(AppProtocol::Grpc),
        _ => None,
    }
}

/// The instance's port in bridge mode; 0 is any free one, in ECS as in Docker.
fn instance_port(published: Option<PortRange>, span: Span, diags: &mut Diagnostics) -> u16 {
    match published {
        None => 0,
        Some(range) if range.is_single() => range.first(),
        Some(range) => {
            let message = format!("ECS takes any free port of the instance, not only one of {range}");
            diags.warn(Code::PublishedPort, span, message).hint("name one port, or put a load balancer in front");
            0
        }
    }
}

/// Reports published ports that are not the container's, which a network interface of the task's own cannot have.
fn published_elsewhere(entry: &[Spanned<Port>], diags: &mut Diagnostics) {
    // Any free port is one that nobody can rely on: the container's is as good.
    let published = |port: &Port| port.published.filter(|range| *range != PortRange::single(0));
    let is_elsewhere =
        |port: &&Spanned<Port>| published(&port.value).is_some_and(|range| !range.ports().contains(&port.value.target));
    let mut elsewhere = entry.iter().filter(is_elsewhere);
    let Some(first) = elsewhere.next() else { return };
    let (target, Some(from)) = (first.value.target, published(&first.value)) else { return };
    let message = match elsewhere.next_back() {
        None => format!("in `awsvpc`, port {target} is reached as {target}, not as {from}"),
        Some(last) => {
            format!(
                "in `awsvpc`, ports {target}-{} are reached by these numbers, not from {from} on",
                last.value.target
            )
        }
    };
    diags
        .warn(Code::PublishedPort, first.span, message)
        .hint(format!("make {from} a load balancer's listener, with port {target} as its target"));
}

/// Reports that a port is open on all addresses, where only one was asked for.
fn host_address(port: &Spanned<Port>, mode: NetworkMode, diags: &mut Diagnostics) {
    let whose = match mode {
        NetworkMode::Bridge => "the instance",
        NetworkMode::Awsvpc => "the task",
        NetworkMode::Host | NetworkMode::None => return,
    };
    let Some(address) = port.value.host_ip.filter(|address| !address.is_unspecified()) else { return };
    let message = if is_loopback(address) {
        format!("the port is open to all who reach {whose}, not only to the machine itself as `{address}` says")
    } else {
        format!("the port is open on all addresses of {whose}, not only on `{address}`")
    };
    diags
        .warn(Code::WeakerIsolation, port.span, message)
        .hint("keep others out with a security group, or leave the port out if only services of the project use it");
}

/// Whether an address leads no further than the machine, also when it is IPv4 in the guise of IPv6.
fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// The ports that are taken already, within one container.
#[derive(Default)]
struct Taken {
    /// What a port of the container is mapped to, and where that was written.
    containers: BTreeMap<u16, Vec<(Protocol, u16, Span)>>,
    /// Where a port of the instance was taken.
    hosts: BTreeMap<(u16, Protocol), Span>,
}

impl Taken {
    /// Takes the ports of a mapping, unless it is there already or has no place beside another.
    fn insert(&mut self, mapping: &PortMapping, span: Span, mode: NetworkMode, diags: &mut Diagnostics) -> bool {
        let (Some(container), Some(host)) = (mapping.container_port, mapping.host_port) else { return false };
        let protocol = mapping.protocol;
        let others = self.containers.entry(container).or_default();
        if others.iter().any(|(other, port, _)| (*other, *port) == (protocol, host)) {
            return false;
        }
        if let Some((other, _, first)) = others.iter().find(|(other, _, _)| *other != protocol) {
            let port = Spanned::new(container, span);
            one_protocol(port, (protocol, *other), mode, diags).label(*first, "the first is here");
            return false;
        }
        if host != 0 {
            if let Some(first) = self.hosts.get(&(host, protocol)) {
                diags
                    .warn(Code::PublishedPort, span, format!("port {host} of the instance leads elsewhere already"))
                    .label(*first, "it is taken here");
                return false;
            }
            self.hosts.insert((host, protocol), span);
        }
        others.push((protocol, host, span));
        true
    }
}

/// Reports the second protocol of a container's port: ECS maps a port for one.
fn one_protocol(
    port: Spanned<u16>,
    (protocol, other): (Protocol, Protocol),
    mode: NetworkMode,
    diags: &mut Diagnostics,
) -> &mut Diagnostic {
    let Spanned { value: port, span } = port;
    let (protocol, other) = (protocol.as_str(), other.as_str());
    let message = format!("ECS maps a port for one protocol only: {port}/{other}, not also {port}/{protocol}");
    match mode {
        NetworkMode::Bridge | NetworkMode::None => diags.warn(Code::PublishedPort, span, message),
        // Nothing stands between the container and its network there.
        NetworkMode::Awsvpc | NetworkMode::Host => diags
            .warn(Code::PublishedPort, span, message)
            .hint(format!("{port}/{protocol} is reached all the same, where the security group lets it through")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LaunchType;
    use crate::testing::lower;

    /// The mappings as `HOST:CONTAINER/PROTOCOL`, and what is found.
    #[track_caller]
    fn check(mode: NetworkMode, ports: &str, expected: &str, expected_findings: &str) {
        let text = format!("{{services: {{web: {{image: x, ports: {ports}}}}}}}");
        let (mappings, findings) = lower(LaunchType::Ec2, &text, |service, _, diags| {
            let mappings = port_mappings(&service.network.ports, mode, diags);
            let shown = |Mapped { mapping, span: _ }: &Mapped| {
                let protocol = serde_json::to_value(mapping.protocol).unwrap();
                let (host, container) = (mapping.host_port.unwrap(), mapping.container_port.unwrap());
                format!("{host}:{container}/{}", protocol.as_str().unwrap())
            };
            mappings.iter().map(shown).collect::<Vec<_>>().join(" ")
        });
        assert_eq!((mappings.as_str(), findings.as_str()), (expected, expected_findings));
    }

    const BRIDGE: NetworkMode = NetworkMode::Bridge;
    const AWSVPC: NetworkMode = NetworkMode::Awsvpc;

    #[test]
    fn in_bridge_the_instance_has_the_published_port() {
        check(BRIDGE, "['8080:80']", "8080:80/tcp", "");
        check(BRIDGE, "['53:53/udp']", "53:53/udp", "");
        check(BRIDGE, "['9000-9001:3000-3001']", "9000:3000/tcp 9001:3001/tcp", "");
    }

    #[test]
    fn in_bridge_a_port_that_is_not_published_is_any_free_one() {
        check(BRIDGE, "[80, '0:81']", "0:80/tcp 0:81/tcp", "");
        check(
            BRIDGE,
            "['8000-8010:80']",
            "0:80/tcp",
            "'8000-8010:80' | warning[published-port]: \
             ECS takes any free port of the instance, not only one of 8000-8010",
        );
    }

    #[test]
    fn in_awsvpc_a_port_is_what_it_is_in_the_container() {
        check(AWSVPC, "[80, '0:81', '82:82', '83-84:84']", "80:80/tcp 81:81/tcp 82:82/tcp 84:84/tcp", "");
        check(
            AWSVPC,
            "['8080:80']",
            "80:80/tcp",
            "'8080:80' | warning[published-port]: in `awsvpc`, port 80 is reached as 80, not as 8080",
        );
    }

    #[test]
    fn on_the_network_of_the_instance_docker_publishes_nothing() {
        check(NetworkMode::Host, "['8080:80', '127.0.0.1:81:81']", "80:80/tcp 81:81/tcp", "");
        check(NetworkMode::None, "['8080:80']", "", "");
    }

    #[test]
    fn ecs_binds_all_addresses() {
        check(BRIDGE, "['0.0.0.0:80:80', '[::]:81:81']", "80:80/tcp 81:81/tcp", "");
        check(
            BRIDGE,
            "['127.0.0.1:80:80']",
            "80:80/tcp",
            "'127.0.0.1:80:80' | warning[weaker-isolation]: \
             the port is open to all who reach the instance, not only to the machine itself as `127.0.0.1` says",
        );
        check(
            BRIDGE,
            "['10.0.0.1:80-81:80-81']",
            "80:80/tcp 81:81/tcp",
            "'10.0.0.1:80-81:80-81' | warning[weaker-isolation]: \
             the port is open on all addresses of the instance, not only on `10.0.0.1`",
        );
        check(
            AWSVPC,
            "['[::1]:80:80']",
            "80:80/tcp",
            "'[::1]:80:80' | warning[weaker-isolation]: \
             the port is open to all who reach the task, not only to the machine itself as `::1` says",
        );
    }

    #[test]
    fn only_tcp_and_udp_are_mapped() {
        check(
            BRIDGE,
            "['80/sctp', 81]",
            "0:81/tcp",
            "'80/sctp' | warning[published-port]: ECS maps ports of TCP and UDP only, so 80/sctp stays closed",
        );
    }

    #[test]
    fn port_0_is_none() {
        check(
            BRIDGE,
            "[{target: 0}]",
            "",
            "{target: 0} | warning[published-port]: 0 is no port of a container, so nothing is opened",
        );
    }

    #[test]
    fn what_is_no_port_is_refused() {
        check(
            BRIDGE,
            "[{target: 99999}, 81]",
            "0:81/tcp",
            "99999 | error[invalid-value]: invalid value `99999`: `99999` is not a port: ports go from 0 to 65535",
        );
        check(
            AWSVPC,
            "[{target: 80, published: a}, {target: 80, published: 90-80}]",
            "",
            "a | error[invalid-value]: invalid value `a`: `a` is not a port: ports go from 0 to 65535\n\
             90-80 | error[invalid-value]: invalid value `90-80`: the range ends at 80, before it starts at 90",
        );
    }

    #[test]
    fn equal_mappings_are_one() {
        check(BRIDGE, "['80:80', {target: 80, published: 80}]", "80:80/tcp", "");
        check(AWSVPC, "['80:80', 80]", "80:80/tcp", "");
    }

    #[test]
    fn a_port_may_be_published_twice_in_bridge_only() {
        check(BRIDGE, "['80:80', '8080:80']", "80:80/tcp 8080:80/tcp", "");
        check(
            AWSVPC,
            "['80:80', '8080:80']",
            "80:80/tcp",
            "'8080:80' | warning[published-port]: in `awsvpc`, port 80 is reached as 80, not as 8080",
        );
    }

    #[test]
    fn a_port_of_the_instance_leads_to_one_place() {
        check(
            BRIDGE,
            "['10.0.0.1:80:80', '10.0.0.2:80:81']",
            "80:80/tcp",
            "'10.0.0.1:80:80' | warning[weaker-isolation]: \
             the port is open on all addresses of the instance, not only on `10.0.0.1`\n\
             '10.0.0.2:80:81' | warning[weaker-isolation]: \
             the port is open on all addresses of the instance, not only on `10.0.0.2`\n\
             '10.0.0.2:80:81' | warning[published-port]: port 80 of the instance leads elsewhere already",
        );
    }

    #[test]
    fn a_port_has_one_protocol() {
        check(
            BRIDGE,
            "['53:53/tcp', '53:53/udp']",
            "53:53/tcp",
            "'53:53/udp' | warning[published-port]: ECS maps a port for one protocol only: 53/tcp, not also 53/udp",
        );
        check(
            AWSVPC,
            "['53:53/udp', '53:53/tcp']",
            "53:53/udp",
            "'53:53/tcp' | warning[published-port]: ECS maps a port for one protocol only: 53/udp, not also 53/tcp",
        );
    }

    #[test]
    fn what_only_a_swarm_looks_at_is_dropped() {
        check(BRIDGE, "[{target: 80, name: web, app_protocol: http, mode: host}]", "0:80/tcp", "");
    }
}
