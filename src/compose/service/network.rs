//! How a service reaches others, and they reach it.

mod attachment;
pub mod host;
pub mod port;

use crate::compose::name::ServiceName;
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::keys::Keys;
use crate::yaml::list::{DistinctStrings, OneOrUniqueStrings, UniqueStrings};
use host::{ExtraHost, ExtraHosts};
use port::{Expose, Exposed, Port, Ports};

pub use attachment::{Attachment, NetworkAttachment, NetworkMode};

/// How a service reaches others, and they reach it.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// `ports`: ports open to the outside.
    pub ports: Vec<Spanned<Port>>,
    /// `expose`: ports open to other services only.
    pub expose: Vec<Spanned<Expose>>,
    /// `expose`: entries that name no port; Compose takes them without a look.
    pub expose_other: Vec<Spanned<String>>,
    /// `expose`: all entries, as they are written.
    pub expose_written: Vec<String>,
    /// `links`: services of the project and the further names they go by here.
    pub links: Vec<Spanned<Link>>,
    /// `networks` or `network_mode`.
    pub attachment: Attachment,
    /// `hostname`.
    pub hostname: Option<Spanned<String>>,
    /// `domainname`: the domain behind the host name.
    pub domainname: Option<Spanned<String>>,
    /// `external_links`: containers outside the project, `CONTAINER` or `CONTAINER:ALIAS`.
    pub external_links: Vec<Spanned<String>>,
    /// `dns`: the name servers it asks.
    pub dns: Vec<Spanned<String>>,
    /// `dns_search`: the domains in which it looks up short names.
    pub dns_search: Vec<Spanned<String>>,
    /// `dns_opt`: options of the resolver.
    pub dns_opt: Vec<Spanned<String>>,
    /// `extra_hosts`: further host names it knows.
    pub extra_hosts: Vec<Spanned<ExtraHost>>,
    /// `mac_address`: of its network interface.
    pub mac_address: Option<Spanned<String>>,
}

/// `SERVICE` or `SERVICE:ALIAS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The service.
    pub service: ServiceName,
    /// The name it goes by; the service's own where none is given.
    pub alias: String,
    /// Both, as they are written.
    pub written: String,
}

impl Network {
    /// Takes the keys of a service that are about its network.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let Exposed { ports: expose, other: expose_other, written: expose_written } =
            keys.take("expose", diags).unwrap_or_default();
        Self {
            ports: keys.take("ports", diags).map(|Ports(ports)| ports).unwrap_or_default(),
            expose,
            expose_other,
            expose_written,
            links: UniqueStrings::take(keys, "links", diags).into_iter().map(|link| link.map(Link::new)).collect(),
            attachment: Attachment::take(keys, diags),
            hostname: keys.take("hostname", diags),
            domainname: keys.take("domainname", diags),
            external_links: DistinctStrings::take(keys, "external_links", diags),
            dns: without_empty(OneOrUniqueStrings::take(keys, "dns", diags)),
            dns_search: OneOrUniqueStrings::take(keys, "dns_search", diags),
            dns_opt: UniqueStrings::take(keys, "dns_opt", diags),
            extra_hosts: keys.take("extra_hosts", diags).map(|ExtraHosts(hosts)| hosts).unwrap_or_default(),
            mac_address: keys.take("mac_address", diags),
        }
    }
}

/// The strings that are not empty; Docker leaves out the others.
fn without_empty(list: Vec<Spanned<String>>) -> Vec<Spanned<String>> {
    list.into_iter().filter(|text| !text.value.is_empty()).collect()
}

impl Link {
    /// Reads `SERVICE` or `SERVICE:ALIAS`. Further colons belong to the service's name, which then is none.
    fn new(written: String) -> Self {
        let (service, alias) = match written.split_once(':') {
            Some((service, alias)) if !alias.contains(':') => (service, alias),
            Some(_) | None => (written.as_str(), ""),
        };
        let alias = if alias.is_empty() { service } else { alias }.to_owned();
        Self { service: ServiceName::new(service), alias, written }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, load};

    /// The network of a service with some keys, or what is wrong with them.
    fn network(keys: &str) -> Result<Network, String> {
        let text = format!("{{services: {{db: {{image: x}}, web: {{image: x, {keys}}}}}, networks: {{back: {{}}}}}}");
        let (project, diags) = load(&text);
        let findings = findings(&text, &diags);
        project.and_then(|mut project| project.services.swap_remove("web")).map(|web| web.network).ok_or(findings)
    }

    /// The texts that `shown` makes of a network, or what is wrong with it.
    #[track_caller]
    fn check(keys: &str, shown: impl FnOnce(&Network) -> Vec<String>, expected: &str) {
        let found = network(keys).map(|network| shown(&network).join(" "));
        assert_eq!(found.unwrap_or_else(|findings| findings), expected);
    }

    fn texts(list: &[Spanned<impl ToString>]) -> Vec<String> {
        list.iter().map(|item| item.value.to_string()).collect()
    }

    fn ports(network: &Network) -> Vec<String> {
        texts(&network.ports)
    }

    fn hosts(network: &Network) -> Vec<String> {
        texts(&network.extra_hosts)
    }

    fn networks(network: &Network) -> Vec<String> {
        match &network.attachment {
            Attachment::Networks(networks) => networks.keys().cloned().collect(),
            Attachment::Mode(mode) => vec![format!("{:?}", mode.value)],
        }
    }

    #[test]
    fn ports_are_strings_numbers_or_mappings() {
        check(
            "ports: [80, 22:22, '3000-3001', {target: 80, published: 8080}]",
            ports,
            "80/tcp 22:22/tcp 3000/tcp 3001/tcp 8080:80/tcp",
        );
        check("ports: [010]", ports, "8/tcp");
    }

    #[test]
    fn equal_ports_are_one() {
        check("ports: ['80:80', 81, '80:80/tcp', '0.0.0.0:80:80']", ports, "0.0.0.0:80:80/tcp 81/tcp");
        check("ports: ['80-81', 80, {target: 80}]", ports, "80/tcp 81/tcp");
        check("ports: [{target: 80, published: 80}, {target: 80, published: '80'}]", ports, "80:80/tcp 80:80/tcp");
        check("ports: [{target: 80, published: ''}, {target: 80, protocol: TCP}, 80]", ports, "80/tcp 80/tcp 80/tcp");
    }

    #[test]
    fn the_long_form_of_a_port_says_it_all() {
        let keys = "ports: [{target: '80', published: '8000-8010', host_ip: '::1', protocol: UDP, mode: host, name: web, app_protocol: http}]";
        let network = network(keys).unwrap();
        let [port] = network.ports.as_slice() else { panic!("one port: {network:?}") };
        assert_eq!(port.value.to_string(), "[::1]:8000-8010:80/udp");
        assert_eq!(port.value.name.as_ref().map(|name| name.value.as_str()), Some("web"));
        assert_eq!(port.value.app_protocol.as_ref().map(|name| name.value.as_str()), Some("http"));
        assert_eq!(port.value.mode.as_ref().map(|mode| &mode.value), Some(&port::Mode::Host));
    }

    #[test]
    fn the_long_form_of_a_port_takes_what_compose_takes() {
        check("ports: [{target: 0}]", ports, "0/tcp");
        check("ports: [{target: 80, published: ''}]", ports, "80/tcp");
        check("ports: [{target: 80, x-note: 1}]", ports, "80/tcp");
        check("ports: [{published: 80}]", ports, "{published: 80} | error[missing-key]: `target` is missing");
        check("ports: [{target: 80-82}]", ports, "80-82 | error[wrong-type]: expected a whole number, found a string");
        check(
            "ports: [{target: 80, host_ip: '[::1]'}]",
            ports,
            "'[::1]' | error[invalid-value]: invalid value `[::1]`: `[::1]` is not an IP address",
        );
        check(
            "ports: [{target: -1}]",
            ports,
            "-1 | error[invalid-value]: invalid value `-1`: `-1` is not a port: ports go from 0 to 65535",
        );
        check("ports: [{target: 80, published: 90-80}, {target: 99999, published: a}]", ports, "80/tcp 0/tcp");
        check(
            "ports: [{target: 80, published: 8.5}]",
            ports,
            "8.5 | error[wrong-type]: expected a port or a range of ports, found a number",
        );
        check(
            "ports: [{target: 80, host: 1}]",
            ports,
            "host | error[unknown-key]: unknown key `host`: a port has no such key",
        );
    }

    #[test]
    fn wrong_ports_are_underlined() {
        check(
            "ports: [90-80, 80]",
            ports,
            "90-80 | error[invalid-value]: invalid value `90-80`: the range ends at 80, before it starts at 90",
        );
        check(
            "ports: [80.5]",
            ports,
            "80.5 | error[wrong-type]: expected a port such as `8080:80`, or a mapping, found a number",
        );
        check("ports: '80'", ports, "'80' | error[wrong-type]: expected a list of ports, found a string");
    }

    #[test]
    fn expose_takes_whatever_is_written() {
        let shown = |network: &Network| [texts(&network.expose), texts(&network.expose_other)].concat();
        check("expose: [80, '3000-3005/udp', abc, '80:80', '']", shown, "80/tcp 3000-3005/udp abc 80:80 ");
        check("expose: [80.5]", shown, "80.5 | error[wrong-type]: expected a port, found a number");
    }

    #[test]
    fn a_link_may_have_an_alias() {
        let links = |network: &Network| {
            network.links.iter().map(|link| format!("{}={}", link.value.service, link.value.alias)).collect()
        };
        check("links: [db, 'db:postgres', 'db:', db]", links, "db=db db=postgres db=db");
    }

    #[test]
    fn extra_hosts_have_two_forms_and_two_separators() {
        check(
            "extra_hosts: ['a:1.2.3.4', 'b=1.2.3.4', 'c:::1', 'd=[::1]', 'e:host-gateway', 'f: 5.6.7.8']",
            hosts,
            "a=1.2.3.4 b=1.2.3.4 c=::1 d=::1 e=host-gateway f= 5.6.7.8",
        );
        check(
            "extra_hosts: {a: 1.2.3.4, b: [1.1.1.1, 2.2.2.2], c: '[::1]'}",
            hosts,
            "a=1.2.3.4 b=1.1.1.1 b=2.2.2.2 c=::1",
        );
        check("extra_hosts: ['a:', 'b=c=d', 'e:[::1', 'f=[]']", hosts, "a= b=c=d e=[::1 f=[]");
        check("extra_hosts: ['a:1.1.1.1,::0', 'a:1.1.1.1']", hosts, "a=1.1.1.1 a=::0 a=1.1.1.1");
        check("extra_hosts: [a]", hosts, "a | error[invalid-value]: invalid value `a`: it names no address");
        check(
            "extra_hosts: ['a:b=c']",
            hosts,
            "'a:b=c' | error[invalid-value]: invalid value `a:b=c`: `a:b` is not a host name",
        );
        check("extra_hosts: {a: }", hosts, "a | error[wrong-type]: expected a string, found nothing");
    }

    #[test]
    fn networks_are_a_list_or_a_mapping() {
        check("hostname: a", networks, "default");
        check("networks: []", networks, "default");
        check("networks: [back, default]", networks, "back default");
        check("networks: {back: , default: {aliases: [a]}}", networks, "back default");
        check("networks: [back, back]", networks, "back | error[invalid-value]: `back` stands twice in the list");
        check(
            "networks: {back: {alias: a}}",
            networks,
            "alias | error[unknown-key]: unknown key `alias`: a network of a service has no such key",
        );
    }

    #[test]
    fn a_network_of_a_service_has_options() {
        let attachment = |network: &Network| match &network.attachment {
            Attachment::Networks(networks) => networks
                .values()
                .map(|network| {
                    let NetworkAttachment {
                        aliases,
                        ipv4_address,
                        ipv6_address,
                        link_local_ips,
                        mac_address,
                        driver_opts,
                        interface_name,
                        priority,
                        gw_priority,
                        is_described: _,
                    } = &network.value;
                    let single = [ipv4_address, ipv6_address, mac_address, interface_name];
                    let single = single.into_iter().flatten().map(|text| text.value.clone());
                    let options = driver_opts.iter().map(|(name, option)| format!("{name}={}", option.value));
                    let priorities =
                        [priority, gw_priority].into_iter().flatten().map(|number| number.value.to_string());
                    texts(aliases)
                        .into_iter()
                        .chain(single)
                        .chain(texts(link_local_ips))
                        .chain(options)
                        .chain(priorities)
                        .collect::<Vec<_>>()
                        .join(",")
                })
                .collect(),
            Attachment::Mode(_) => Vec::new(),
        };
        check(
            "networks: {back: {aliases: [a, b, a], ipv4_address: 1.2.3.4, ipv6_address: '::1', link_local_ips: [1.1.1.1], mac_address: zz, driver_opts: {o: 1.50}, interface_name: eth0, priority: 1.5, gw_priority: 7}}",
            attachment,
            "a,b,1.2.3.4,::1,zz,eth0,1.1.1.1,o=1.5,1,7",
        );
        check(
            "networks: {back: {priority: '5'}}",
            attachment,
            "'5' | error[wrong-type]: expected a number, found a string",
        );
    }

    #[test]
    fn a_network_mode_stands_alone() {
        check("network_mode: host", networks, "Host");
        check("network_mode: host, networks: []", networks, "Host");
        check("network_mode: ''", networks, "default");
        check("network_mode: 'service:db'", networks, "Service(ServiceName(\"db\"))");
        check("network_mode: 'container:x'", networks, "Container(\"x\")");
        check("network_mode: Host", networks, "Other(\"Host\")");
        check(
            "network_mode: host, networks: [back]",
            networks,
            "host | error[conflict]: `network_mode` and `networks` exclude each other",
        );
    }

    #[test]
    fn name_servers_are_one_or_many() {
        let dns = |network: &Network| [texts(&network.dns), texts(&network.dns_search)].concat();
        check("dns: 8.8.8.8, dns_search: [a, b, a]", dns, "8.8.8.8 a b");
        check("dns: ''", dns, "");
        check("dns: ['', a], dns_search: ['', b]", dns, "a  b");
        check(
            "dns: {a: b}",
            dns,
            "{a: b} | error[wrong-type]: expected a string or a list of strings, found a mapping",
        );
    }
}
