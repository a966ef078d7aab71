//! How containers reach others, and others reach them.
//!
//! Names of peers are the business of `connect`: links, aliases, `expose` and the names of ports.

mod clash;
mod mode;
mod ports;

use std::net::IpAddr;

use indexmap::IndexMap;

use super::Target;
use super::fate::{fate, lost_at};
use crate::compose::resource;
use crate::compose::service::network::host::{ExtraHost, HostAddress};
use crate::compose::service::network::{Attachment, Network, NetworkAttachment};
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::HostEntry;
use crate::ecs::task::NetworkMode;
use crate::options::LaunchType;
use crate::source::{Span, Spanned};

pub(super) use clash::report as report_clashes;
pub(super) use mode::{report_mode, report_unused, task_network_mode, usual_mode};
pub(super) use ports::Mapped;

/// What a service's network is in its container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NetworkDefinition {
    /// The ports that are open, each with the place of its entry.
    pub(super) port_mappings: Vec<Mapped>,
    /// Its host name.
    pub(super) hostname: Option<String>,
    /// The name servers it asks.
    pub(super) dns_servers: Vec<String>,
    /// The domains in which it looks up short names.
    pub(super) dns_search_domains: Vec<String>,
    /// Further host names it knows.
    pub(super) extra_hosts: Vec<HostEntry>,
}

/// Says what becomes of a service's network in a task of the given mode.
pub(super) fn network(network: &Network, mode: NetworkMode, diags: &mut Diagnostics) -> NetworkDefinition {
    // `expose` and `links` are for `connect`; how ports are written changes nothing.
    let Network {
        ports,
        expose: _,
        expose_other,
        expose_written: _,
        links: _,
        attachment,
        hostname,
        domainname,
        external_links,
        dns,
        dns_search,
        dns_opt,
        extra_hosts,
        mac_address,
    } = network;
    for Spanned { value: text, span } in expose_other {
        lost_at(text, *span, "it is no port", diags);
    }
    for link in external_links {
        fate!("services.*.external_links").report(link.span, diags);
    }
    fate!("services.*.domainname").report_if(domainname.as_ref(), diags);
    fate!("services.*.dns_opt").report_if(dns_opt.first(), diags);
    fate!("services.*.mac_address").report_if(mac_address.as_ref(), diags);
    own_addresses(attachment, diags);
    NetworkDefinition {
        port_mappings: ports::port_mappings(ports, mode, diags),
        hostname: host_name(hostname.as_ref(), mode, diags),
        dns_servers: name_servers(dns, mode, diags),
        dns_search_domains: search_domains(dns_search, mode, diags),
        extra_hosts: host_entries(extra_hosts, mode, diags),
    }
}

/// Whether a task has a network interface of its own, for which ECS sets up names and resolvers itself.
const fn is_own_interface(mode: NetworkMode) -> bool {
    match mode {
        NetworkMode::Awsvpc => true,
        NetworkMode::Bridge | NetworkMode::Host | NetworkMode::None => false,
    }
}

/// Reports addresses and the like on single networks, as ECS gives a task one network only.
///
/// Which of several networks comes first has no meaning then.
fn own_addresses(attachment: &Attachment, diags: &mut Diagnostics) {
    let networks = match attachment {
        Attachment::Networks(networks) => networks,
        Attachment::Mode(_) => return,
    };
    for Spanned { value: network, span: _ } in networks.values() {
        let NetworkAttachment {
            aliases: _,
            ipv4_address,
            ipv6_address,
            link_local_ips,
            mac_address,
            driver_opts,
            interface_name,
            priority: _,
            gw_priority: _,
            is_described: _,
        } = network;
        fate!("services.*.networks.*.ipv4_address").report_if(ipv4_address.as_ref(), diags);
        fate!("services.*.networks.*.ipv6_address").report_if(ipv6_address.as_ref(), diags);
        fate!("services.*.networks.*.link_local_ips").report_if(link_local_ips.first(), diags);
        fate!("services.*.networks.*.mac_address").report_if(mac_address.as_ref(), diags);
        fate!("services.*.networks.*.interface_name").report_if(interface_name.as_ref(), diags);
        fate!("services.*.networks.*.driver_opts").report_if(driver_opts.values().next(), diags);
    }
}

/// The host name, which a task with a network interface of its own cannot choose.
fn host_name(hostname: Option<&Spanned<String>>, mode: NetworkMode, diags: &mut Diagnostics) -> Option<String> {
    let hostname = hostname.filter(|hostname| !hostname.value.is_empty())?;
    if is_own_interface(mode) {
        fate!("services.*.hostname", LaunchType::Fargate).report(hostname.span, diags);
        return None;
    }
    Some(hostname.value.clone())
}

/// The name servers, which must be addresses.
fn name_servers(dns: &[Spanned<String>], mode: NetworkMode, diags: &mut Diagnostics) -> Vec<String> {
    if is_own_interface(mode) {
        fate!("services.*.dns", LaunchType::Fargate).report_if(dns.first(), diags);
        return Vec::new();
    }
    let mut servers = Vec::new();
    for Spanned { value: server, span } in dns {
        if server.parse::<IpAddr>().is_ok() {
            servers.push(server.clone());
        } else {
            lost_at(server, *span, "a name server is an IP address", diags);
        }
    }
    servers
}

/// The domains in which short names are looked up.
fn search_domains(dns_search: &[Spanned<String>], mode: NetworkMode, diags: &mut Diagnostics) -> Vec<String> {
    if is_own_interface(mode) {
        fate!("services.*.dns_search", LaunchType::Fargate).report_if(dns_search.first(), diags);
        return Vec::new();
    }
    // Docker leaves out those that are empty.
    dns_search.iter().map(|domain| domain.value.clone()).filter(|domain| !domain.is_empty()).collect()
}

/// Further host names.
fn host_entries(hosts: &[Spanned<ExtraHost>], mode: NetworkMode, diags: &mut Diagnostics) -> Vec<HostEntry> {
    if is_own_interface(mode) {
        for host in hosts {
            fate!("services.*.extra_hosts", LaunchType::Fargate).of(&host.value.host).report(host.span, diags);
        }
        return Vec::new();
    }
    hosts.iter().filter_map(|host| host_entry(host, diags)).collect()
}

/// A further host name, if its address is one.
fn host_entry(host: &Spanned<ExtraHost>, diags: &mut Diagnostics) -> Option<HostEntry> {
    let Spanned { value: ExtraHost { host, address }, span } = host;
    match HostAddress::new(address) {
        HostAddress::Ip(address) => Some(HostEntry { hostname: host.clone(), ip_address: address.to_string() }),
        HostAddress::HostGateway => {
            lost_at(host, *span, "ECS has no word for the address of the instance, `host-gateway`", diags)
                .hint("in bridge mode, instances answer containers at 172.17.0.1 unless Docker is set up otherwise");
            None
        }
        HostAddress::Other(text) => {
            lost_at(host, *span, &format!("`{text}` is not an IP address"), diags);
            None
        }
    }
}

/// Reports what the project's networks say that ECS cannot do.
///
/// How they are called has no meaning: there is one network, in which Service Connect and links give names to those
/// who need them.
pub(super) fn networks(target: Target<'_>, diags: &mut Diagnostics) {
    let members = members(target);
    report_isolation(&members, target, diags);
    // Compose makes no network that nobody is on.
    for (_, network) in target.project.networks.iter().filter(|(key, _)| members.contains_key(key.as_str())) {
        one_network(network, diags);
    }
}

/// A network's members: how many they are, and where the first of them says so.
struct Members {
    count: usize,
    first: Span,
}

/// The networks that services are on.
fn members(target: Target<'_>) -> IndexMap<&str, Members> {
    let mut members: IndexMap<&str, Members> = IndexMap::new();
    for (name, network) in attached(target).flatten() {
        members.entry(name.as_str()).or_insert(Members { count: 0, first: network.span }).count += 1;
    }
    members
}

/// The networks of every service that is on networks of the project.
fn attached(target: Target<'_>) -> impl Iterator<Item = &IndexMap<String, Spanned<NetworkAttachment>>> {
    target.project.services.values().filter_map(|service| match &service.network.attachment {
        Attachment::Networks(networks) => Some(networks),
        Attachment::Mode(_) => None,
    })
}

/// Reports, at the first of them, networks that keep services apart: there is none that all services are on.
fn report_isolation(members: &IndexMap<&str, Members>, target: Target<'_>, diags: &mut Diagnostics) {
    let services = attached(target).count();
    if let Some(first) = members.values().next()
        && members.values().all(|members| members.count < services)
    {
        diags
            .warn(
                Code::WeakerIsolation,
                first.first,
                "networks keep no services apart on ECS: each can reach all others",
            )
            .hint("keep them apart by security groups, or by a password");
    }
}

/// Reports what one network says that ECS cannot do.
fn one_network(network: &resource::Network, diags: &mut Diagnostics) {
    let resource::Network {
        name: _,
        driver,
        driver_opts,
        ipam,
        external,
        internal,
        attachable: _,
        enable_ipv4,
        enable_ipv6,
        labels: _,
    } = network;
    let says = |flag: &Option<Spanned<bool>>, what: bool| flag.filter(|flag| flag.value == what);
    // One that is a security group does not stay with Docker.
    let external = says(external, true).filter(|_| network.security_group().is_none());
    fate!("networks.*.external").report_if(external.as_ref(), diags);
    fate!("networks.*.internal").report_if(says(internal, true).as_ref(), diags);
    fate!("networks.*.enable_ipv4").report_if(says(enable_ipv4, false).as_ref(), diags);
    fate!("networks.*.enable_ipv6").report_if(says(enable_ipv6, true).as_ref(), diags);
    let usual = |driver: &&Spanned<String>| matches!(driver.value.as_str(), "" | "bridge" | "overlay" | "default");
    fate!("networks.*.driver").report_if(driver.as_ref().filter(|driver| !usual(driver)), diags);
    fate!("networks.*.driver_opts").report_if(driver_opts.values().next(), diags);
    let pools = ipam.as_ref().filter(|ipam| !ipam.value.config.is_empty());
    fate!("networks.*.ipam").report_if(pools, diags);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LaunchType;
    use crate::testing::lower;

    /// Host name, name servers, search domains and further hosts, and what is found.
    #[track_caller]
    fn check(mode: NetworkMode, keys: &str, expected: &str, expected_findings: &str) {
        let text = format!("{{services: {{web: {{image: x, {keys}}}}}}}");
        let (definition, findings) =
            lower(LaunchType::Ec2, &text, |service, _, diags| network(&service.network, mode, diags));
        let NetworkDefinition { port_mappings: _, hostname, dns_servers, dns_search_domains, extra_hosts } = definition;
        let hosts = extra_hosts.into_iter().map(|host| format!("{}={}", host.hostname, host.ip_address));
        let texts = hostname.into_iter().chain(dns_servers).chain(dns_search_domains).chain(hosts);
        let shown = texts.collect::<Vec<_>>().join(" ");
        assert_eq!((shown.as_str(), findings.as_str()), (expected, expected_findings));
    }

    const BRIDGE: NetworkMode = NetworkMode::Bridge;
    const AWSVPC: NetworkMode = NetworkMode::Awsvpc;

    #[test]
    fn names_and_resolvers_survive_in_bridge() {
        check(
            BRIDGE,
            "hostname: h, dns: [8.8.8.8, '::1'], dns_search: [a.b], extra_hosts: ['x:1.2.3.4', 'y=[::2]']",
            "h 8.8.8.8 ::1 a.b x=1.2.3.4 y=::2",
            "",
        );
        check(BRIDGE, "hostname: ''", "", "");
    }

    #[test]
    fn names_and_resolvers_come_from_the_vpc_in_awsvpc() {
        check(
            AWSVPC,
            "hostname: h, dns: [1.1.1.1, 8.8.8.8], dns_search: a.b, extra_hosts: ['x:1.2.3.4']",
            "",
            "h | warning[lost]: `hostname` is left out: in `awsvpc`, ECS names hosts itself\n\
             1.1.1.1 | warning[lost]: `dns` is left out: in `awsvpc`, the VPC decides about it\n\
             a.b | warning[lost]: `dns_search` is left out: in `awsvpc`, the VPC decides about it\n\
             'x:1.2.3.4' | warning[lost]: `x` is left out: in `awsvpc`, names cannot be given addresses",
        );
    }

    #[test]
    fn only_addresses_are_passed_on() {
        check(
            BRIDGE,
            "dns: ns.example.com, extra_hosts: ['gw:host-gateway', 'x:y']",
            "",
            "ns.example.com | warning[lost]: `ns.example.com` is left out: a name server is an IP address\n\
             'gw:host-gateway' | warning[lost]: `gw` is left out: ECS has no word for the address of the instance, `host-gateway`\n\
             'x:y' | warning[lost]: `x` is left out: `y` is not an IP address",
        );
    }

    #[test]
    fn what_only_docker_can_do_is_reported() {
        check(
            BRIDGE,
            "expose: [abc], external_links: [old], domainname: d, dns_opt: [a, b], mac_address: m",
            "",
            "abc | warning[lost]: `abc` is left out: it is no port\n\
             old | warning[lost]: `external_links` is left out: a container outside the project cannot be linked to\n\
             d | warning[lost]: `domainname` is left out: containers have no domain name on ECS\n\
             a | warning[lost]: `dns_opt` is left out: options of the resolver cannot be set on ECS\n\
             m | warning[lost]: `mac_address` is left out: it cannot be chosen on ECS",
        );
    }

    #[test]
    fn addresses_on_single_networks_are_lost() {
        check(
            BRIDGE,
            "networks: {default: {aliases: [a], ipv4_address: 1.2.3.4, mac_address: m, interface_name: i, \
             driver_opts: {o: p}, priority: 1, gw_priority: 2}}",
            "",
            "1.2.3.4 | warning[lost]: `ipv4_address` is left out: it cannot be chosen on ECS\n\
             m | warning[lost]: `mac_address` is left out: it cannot be chosen on ECS\n\
             i | warning[lost]: `interface_name` is left out: it cannot be chosen on ECS\n\
             p | warning[lost]: `driver_opts` is left out: ECS has no networks of Docker's",
        );
    }

    #[track_caller]
    fn check_networks(text: &str, expected_findings: &str) {
        let text = format!("{{services: {{web: {{image: x, networks: [n]}}}}, networks: {{n: {text}}}}}");
        let ((), findings) = lower(LaunchType::Ec2, &text, |_, target, diags| networks(target, diags));
        assert_eq!(findings, expected_findings);
    }

    #[test]
    fn a_network_that_says_nothing_special_is_not_mentioned() {
        check_networks("", "");
        check_networks("{name: m, driver: bridge, attachable: true, labels: {a: b}, ipam: {driver: default}}", "");
        check_networks("{external: false, internal: false, enable_ipv4: true, enable_ipv6: false}", "");
    }

    #[test]
    fn what_a_network_does_beyond_names_is_lost() {
        check_networks(
            "{external: true}",
            "true | warning[approximated]: \
             the network stays with Docker: who is on it and not in this project is out of reach",
        );
        check_networks(
            "{internal: true}",
            "true | warning[weaker-isolation]: `internal` is left out: services on this network can reach the internet all the same",
        );
        check_networks(
            "{enable_ipv6: true, driver: macvlan, driver_opts: {parent: eth0}, ipam: {config: [{subnet: s}]}}",
            "true | warning[lost]: `enable_ipv6` is left out: the VPC decides about it\n\
             macvlan | warning[lost]: `driver` is left out: ECS has no networks of Docker's\n\
             eth0 | warning[lost]: `driver_opts` is left out: ECS has no networks of Docker's\n\
             {config: [{subnet: s}]} | warning[lost]: `ipam` is left out: addresses come from the instance or from the subnets",
        );
    }
}
