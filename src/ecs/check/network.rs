//! Rules of ports, links and names.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::{At, Rule, text};
use crate::ecs::container::{HostEntry, PortMapping, Protocol};
use crate::ecs::name::ContainerName;
use crate::ecs::task::NetworkMode;

/// Ports of an instance that Docker, the agent and the administrator need.
const RESERVED: [u16; 6] = [22, 2375, 2376, 51678, 51679, 51680];

/// How many ranges of ports a container can have.
const MAX_RANGES: usize = 100;

/// What the ports of a task's containers have taken so far.
#[derive(Default)]
pub(super) struct Ports<'a> {
    /// The ports of the network that the containers share, or of the instance.
    taken: BTreeMap<Protocol, Taken<'a>>,
    names: BTreeSet<&'a str>,
}

/// Ranges of ports, and who has them.
// Invariant: no two overlap.
#[derive(Default)]
struct Taken<'a> {
    /// By the first port: the last one and the holder.
    ranges: BTreeMap<u16, (u16, &'a ContainerName)>,
}

/// Ports from the first to the last.
type Range = (u16, u16);

/// Checks one container's ports.
pub(super) fn ports<'a>(mappings: &'a [PortMapping], ports: &mut Ports<'a>, at: &mut At<'a, '_>) {
    const FIELD: &str = "portMappings";
    let mode = at.task.network_mode();
    let container = &at.container.name;
    let mut own: BTreeMap<Protocol, Taken<'a>> = BTreeMap::new();
    if mode == NetworkMode::None && !mappings.is_empty() {
        at.add(FIELD, Rule::PortNone, format!("container `{container}` has ports, but no network"));
    }
    for mapping in mappings {
        let PortMapping { name, container_port: _, container_port_range: _, host_port, protocol, app_protocol } =
            mapping;
        let range = range(mapping, mode, at);
        if let Some(port) = host_port.filter(|port| RESERVED.contains(port))
            && matches!(mode, NetworkMode::Bridge | NetworkMode::Host)
        {
            let message = format!("the instance needs its port {port} for itself");
            at.add(FIELD, Rule::PortReserved, message).hint("publish another port");
        }
        if let Some(range) = range {
            own_port(range, *protocol, &mut own, at);
        }
        let on_host = match mode {
            NetworkMode::Awsvpc | NetworkMode::Host => range,
            NetworkMode::Bridge | NetworkMode::None => host_port.filter(|port| *port > 0).map(|port| (port, port)),
        };
        let holder = on_host.and_then(|range| ports.taken.entry(*protocol).or_default().take(range, container));
        if let (Some((first, _)), Some((_, holder))) = (on_host, holder)
            && (mode == NetworkMode::Bridge || holder != container)
        {
            let message = format!("port {first}/{} is taken twice, also by container `{holder}`", protocol.as_str());
            let other = at.place(holder, FIELD);
            at.add(FIELD, Rule::PortDup, message)
                .other(other, format!("`{holder}` takes it here"))
                .hint("put them in tasks of their own, or give one of them another port");
        }
        if app_protocol.is_some() && (name.is_none() || *protocol == Protocol::Udp) {
            let message = "what is spoken can be said of named TCP ports only".to_owned();
            at.add(FIELD, Rule::PortName, message);
        }
        if let Some(name) = name {
            if !text::is_port_name(name) {
                let message = format!("`{name}` is not the name of a port");
                let violation = at.add(FIELD, Rule::PortName, message);
                violation.hint("use 1 to 64 lowercase letters, digits, `-` and `_`, and no `-` at the start");
            } else if !ports.names.insert(name) {
                at.add(FIELD, Rule::PortNameDup, format!("two ports of the task are called `{name}`"));
            }
        }
    }
    let ranges = mappings.iter().filter(|mapping| mapping.container_port_range.is_some()).count();
    if ranges > MAX_RANGES {
        at.add(FIELD, Rule::PortRange, format!("{ranges} ranges of ports are above the maximum of {MAX_RANGES}"));
    }
}

/// The container's ports of a mapping, checked by themselves.
fn range(mapping: &PortMapping, mode: NetworkMode, at: &mut At<'_, '_>) -> Option<Range> {
    const FIELD: &str = "portMappings";
    let PortMapping { name: _, container_port, container_port_range, host_port, protocol: _, app_protocol: _ } =
        mapping;
    let shares_a_network = matches!(mode, NetworkMode::Awsvpc | NetworkMode::Host);
    match (container_port, container_port_range) {
        (None, None) => {
            at.add(FIELD, Rule::PortRange, "a port mapping has neither a port nor a range of ports");
            None
        }
        (Some(port), None) => {
            if *port == 0 {
                at.add(FIELD, Rule::PortRange, "a container's port is 1 to 65535, not 0");
            }
            if let Some(host) = host_port.filter(|host| host != port && shares_a_network) {
                let message = format!("port {port} cannot be published as {host}: the container has no other network");
                at.add(FIELD, Rule::PortHost, message).hint("leave the host port out");
            }
            Some((*port, *port))
        }
        (port, Some(text)) => {
            if port.is_some() || host_port.is_some() {
                at.add(
                    FIELD,
                    Rule::PortRange,
                    format!("beside the range `{text}` there is neither port nor host port"),
                );
            }
            if mode == NetworkMode::Host {
                at.add(FIELD, Rule::PortRange, format!("the host's network has no ranges of ports such as `{text}`"));
            }
            let range = text.split_once('-').and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
            let range = range.filter(|(first, last)| 0 < *first && first < last);
            if range.is_none() {
                at.add(FIELD, Rule::PortRange, format!("`{text}` is not a range such as `8000-8009`"));
            }
            range
        }
    }
}

/// A port of a container is mapped once, and speaks one protocol.
fn own_port<'a>(range: Range, protocol: Protocol, own: &mut BTreeMap<Protocol, Taken<'a>>, at: &mut At<'a, '_>) {
    const FIELD: &str = "portMappings";
    let (first, last) = range;
    let other = match protocol {
        Protocol::Tcp => Protocol::Udp,
        Protocol::Udp => Protocol::Tcp,
    };
    if own.get(&other).is_some_and(|taken| taken.holder(range).is_some()) {
        let message = format!("port {first} of container `{}` speaks both tcp and udp", at.container.name);
        at.add(FIELD, Rule::PortProto, message);
    }
    if let Some((taken, _)) = own.entry(protocol).or_default().take(range, &at.container.name) {
        // On a bridge, one port may appear as several of the instance's.
        let is_single = first == last && taken == range;
        if at.task.network_mode() != NetworkMode::Bridge || !is_single {
            let message =
                format!("port {first}/{} of container `{}` is mapped twice", protocol.as_str(), at.container.name);
            at.add(FIELD, Rule::PortDup, message);
        }
    }
}

impl<'a> Taken<'a> {
    /// A range that overlaps, and who has it.
    fn holder(&self, (first, last): Range) -> Option<(Range, &'a ContainerName)> {
        let (start, (end, holder)) = self.ranges.range(..=last).next_back()?;
        (*end >= first).then_some(((*start, *end), *holder))
    }

    /// Takes a range, unless somebody has a part of it.
    fn take(&mut self, range: Range, container: &'a ContainerName) -> Option<(Range, &'a ContainerName)> {
        let holder = self.holder(range);
        if holder.is_none() {
            self.ranges.insert(range.0, (range.1, container));
        }
        holder
    }
}

/// Links lead to other containers of the task, on a bridge.
pub(super) fn links(links: &[String], at: &mut At<'_, '_>) {
    const FIELD: &str = "links";
    if !links.is_empty() && at.task.network_mode() != NetworkMode::Bridge {
        let message = format!("container `{}` has links, which only bridge networking has", at.container.name);
        at.add(FIELD, Rule::Links, message);
    }
    let mut seen = BTreeSet::new();
    for link in links {
        let (target, alias) = link.split_once(':').map_or((link.as_str(), None), |(name, alias)| (name, Some(alias)));
        if target == at.container.name.as_str() {
            at.add(FIELD, Rule::Links, format!("container `{target}` links to itself"));
        } else if !at.task.containers.contains_key(target) {
            at.add(FIELD, Rule::Links, format!("there is no container `{target}` in the task to link to"));
        }
        if let Some(alias) = alias.filter(|alias| !text::is_name(alias)) {
            let message = format!("`{alias}` is not the name of a link");
            at.add(FIELD, Rule::Links, message).hint(text::NAME_HINT);
        }
        let name = alias.unwrap_or(target);
        if !seen.insert(name) {
            at.add(FIELD, Rule::Links, format!("two links are called `{name}`"));
        }
    }
}

/// The container's own name, and those of further hosts.
pub(super) fn names(hostname: Option<&str>, extra_hosts: &[HostEntry], at: &mut At<'_, '_>) {
    let has_own_interface = at.task.network_mode() == NetworkMode::Awsvpc;
    if hostname.is_some_and(|name| !name.is_empty()) && has_own_interface {
        at.add("hostname", Rule::Hostname, "in awsvpc networking a container cannot choose its host name");
    }
    if let Some(name) = hostname.filter(|name| !text::is_hostname(name)) {
        at.add("hostname", Rule::Hostname, format!("`{name}` is not the name of a host"));
    }
    if !extra_hosts.is_empty() && has_own_interface {
        at.add("extraHosts", Rule::Hosts, "in awsvpc networking a container cannot have further hosts");
    }
    for HostEntry { hostname, ip_address } in extra_hosts {
        if ip_address.parse::<IpAddr>().is_err() {
            at.add("extraHosts", Rule::Hosts, format!("the address `{ip_address}` of host `{hostname}` is not one"));
        }
        if !text::is_hostname(hostname) {
            at.add("extraHosts", Rule::Hosts, format!("`{hostname}` is not the name of a host"));
        }
    }
}

/// Whom the container asks for names, and in which domains.
pub(super) fn name_servers(servers: &[String], domains: &[String], at: &mut At<'_, '_>) {
    for (field, list) in [("dnsServers", servers), ("dnsSearchDomains", domains)] {
        if !list.is_empty() && at.task.network_mode() == NetworkMode::Awsvpc {
            at.add(field, Rule::Dns, "in awsvpc networking a container asks the name servers of its VPC");
        }
    }
    for server in servers.iter().filter(|server| server.parse::<IpAddr>().is_err()) {
        at.add("dnsServers", Rule::Dns, format!("`{server}` is not the address of a name server"));
    }
    for domain in domains.iter().filter(|domain| *domain != "." && !text::is_hostname(domain)) {
        at.add("dnsSearchDomains", Rule::Dns, format!("`{domain}` is not a domain"));
    }
}
