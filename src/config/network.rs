//! How a service reaches others, and they reach it.

use std::borrow::Cow;

use super::value::{Fields, Value};
use super::{Context, extension};
use crate::compose::service::Service;
use crate::compose::service::network::host::ExtraHost;
use crate::compose::service::network::port::{Mode, Port, PublishedText, WrittenPort};
use crate::compose::service::network::{Attachment, Network, NetworkAttachment, NetworkMode};
use crate::options::Normalization;
use crate::source::Spanned;
use crate::yaml::Node;

/// The keys of the facet `network`.
pub(super) fn fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    // What `expose` says is in `expose_written`.
    let Network {
        ports,
        expose: _,
        expose_other: _,
        expose_written,
        links,
        attachment,
        hostname,
        domainname,
        external_links,
        dns,
        dns_search,
        dns_opt,
        extra_hosts,
        mac_address,
    } = &service.network;
    let path = ["services", service.name.value.as_str(), "ports"];
    let mut fields = Fields::default();
    fields.put_filled("ports", ports.iter().map(|one| port(one, &path, context)).collect::<Value<'_>>());
    fields.put_filled("expose", expose_written.iter().collect::<Value<'_>>());
    fields.put_filled("links", links.iter().map(|link| &link.value.written).collect::<Value<'_>>());
    match attachment {
        Attachment::Networks(_) => {
            let networks = networks(service, context);
            let networks = networks.map(|(name, network)| (name, attached(service, (name, network), context)));
            fields.put_filled("networks", Value::sorted(networks));
        }
        Attachment::Mode(mode) => fields.put("network_mode", mode_text(&mode.value)),
    }
    fields.put_written("hostname", hostname.as_ref());
    fields.put_written("domainname", domainname.as_ref());
    for (key, texts) in
        [("external_links", external_links), ("dns", dns), ("dns_search", dns_search), ("dns_opt", dns_opt)]
    {
        fields.put_filled(key, texts.iter().collect::<Value<'_>>());
    }
    put_hosts(&mut fields, extra_hosts, written(service, "extra_hosts", context));
    fields.put_written("mac_address", mac_address.as_ref());
    fields
}

/// The networks that a service is on: the default one where it names none, unless nothing is to be filled in.
pub(super) fn networks<'p>(
    service: &'p Service,
    context: &Context<'p>,
) -> impl Iterator<Item = (&'p str, &'p NetworkAttachment)> + use<'p> {
    let networks = match &service.network.attachment {
        Attachment::Networks(networks) if names_networks(service, context) || has_default(service, context) => {
            Some(networks)
        }
        Attachment::Networks(_) | Attachment::Mode(_) => None,
    };
    networks.into_iter().flatten().map(|(name, network)| (name.as_str(), &network.value))
}

/// Whether a service names networks.
fn names_networks(service: &Service, context: &Context<'_>) -> bool {
    let networks = written(service, "networks", context);
    networks.is_some_and(|networks| {
        !networks.entries().is_empty() || networks.as_sequence().is_some_and(|names| !names.is_empty())
    })
}

/// Whether a service that names no networks is on the default one. A provider's is not, nor is one with an empty
/// `network_mode`.
fn has_default(service: &Service, context: &Context<'_>) -> bool {
    context.options.normalization == Normalization::Enabled
        && service.ignored.provider.is_none()
        && written(service, "network_mode", context).is_none()
}

/// What was written under a key of a service.
fn written<'p>(service: &Service, key: &str, context: &Context<'p>) -> Option<&'p Node> {
    context.project.places.node(&["services", service.name.value.as_str(), key])
}

/// How a service takes part in a network; nothing where it only names it.
fn attached<'p>(
    service: &'p Service,
    (name, network): (&'p str, &'p NetworkAttachment),
    context: &Context<'p>,
) -> Option<Fields<'p>> {
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
        is_described,
    } = network;
    if !is_described {
        return None;
    }
    let number = |number: &Option<Spanned<i64>>| number.map(|number| number.value).filter(|number| *number != 0);
    let mut fields = Fields::default();
    fields.put_filled("aliases", aliases.iter().collect::<Value<'_>>());
    fields.put_filled("driver_opts", driver_opts);
    fields.put_some("gw_priority", number(gw_priority));
    fields.put_written("interface_name", interface_name.as_ref());
    fields.put_written("ipv4_address", ipv4_address.as_ref());
    fields.put_written("ipv6_address", ipv6_address.as_ref());
    fields.put_filled("link_local_ips", link_local_ips.iter().collect::<Value<'_>>());
    fields.put_written("mac_address", mac_address.as_ref());
    fields.put_some("priority", number(priority));
    fields.extend(extension::fields(&["services", service.name.value.as_str(), "networks", name], context));
    Some(fields)
}

/// `network_mode`.
fn mode_text(mode: &NetworkMode) -> Cow<'_, str> {
    match mode {
        NetworkMode::None => "none".into(),
        NetworkMode::Host => "host".into(),
        NetworkMode::Bridge => "bridge".into(),
        NetworkMode::Service(name) => format!("service:{name}").into(),
        NetworkMode::Container(name) => format!("container:{name}").into(),
        NetworkMode::Other(text) => text.into(),
    }
}

/// A port.
fn port<'p>(port: &'p Spanned<Port>, path: &[&str], context: &Context<'p>) -> Fields<'p> {
    // The parts of the port that have several forms are printed as they are written.
    let Port { target: _, published: _, host_ip: _, protocol: _, name, app_protocol, mode, misfits: _, written } =
        &port.value;
    let WrittenPort { target, published, host_ip, protocol } = written;
    let mode = match mode.as_ref().map(|mode| &mode.value) {
        None | Some(Mode::Ingress) => "ingress",
        Some(Mode::Host) => "host",
        Some(Mode::Other(text)) => text,
    };
    let mut fields = Fields::default();
    fields.put_written("name", name.as_ref());
    fields.put_text("mode", mode);
    fields.put_text("host_ip", host_ip);
    fields.put_some("target", Some(u64::from(*target)).filter(|target| *target != 0));
    fields.put_text("published", published.as_ref().map_or("", PublishedText::as_str));
    fields.put_text("protocol", protocol);
    fields.put_written("app_protocol", app_protocol.as_ref());
    fields.extend(extension::item_fields(path, port.span, context));
    fields
}

/// Adds `extra_hosts`, sorted. Hosts that are named without an address leave an empty list.
pub(super) fn put_hosts(fields: &mut Fields<'_>, hosts: &[Spanned<ExtraHost>], written: Option<&Node>) {
    let mut texts: Vec<String> = hosts.iter().map(|host| host.value.to_string()).collect();
    texts.sort();
    if !texts.is_empty() || written.is_some_and(|written| !written.entries().is_empty()) {
        fields.put("extra_hosts", texts.into_iter().collect::<Value<'_>>());
    }
}

#[cfg(test)]
mod tests {
    use super::fields;
    use crate::config::testing::{JSON, PLAIN, YAML, printed};

    /// Checks what is printed of a service without networks.
    #[track_caller]
    fn check(keys: &str, expected: &str) {
        assert_eq!(printed(&format!("network_mode: none, {keys}"), YAML, fields), expected);
    }

    /// Checks what is printed of ports.
    #[track_caller]
    fn check_ports(ports: &str, expected: &str) {
        check(&format!("ports: {ports}"), &format!(r#"{{"ports":{expected},"network_mode":"none"}}"#));
    }

    #[test]
    fn ports_of_the_short_form_have_one_form() {
        check_ports("['80']", r#"[{"mode":"ingress","target":80,"protocol":"tcp"}]"#);
        check_ports(
            "['[::0001]:08080-08081:80/TCP/x']",
            r#"[{"mode":"ingress","host_ip":"::0001","target":80,"published":"8080-8081","protocol":"tcp"}]"#,
        );
    }

    #[test]
    fn ports_of_the_long_form_are_printed_as_they_are_written() {
        check_ports("[{target: 0}]", r#"[{"mode":"ingress","protocol":"tcp"}]"#);
        check_ports("[{target: 80, mode: '', protocol: '', published: '', name: ''}]", r#"[{"target":80}]"#);
        check_ports(
            "[{target: 99999, published: a}, {target: 80, published: 90-80}]",
            r#"[{"mode":"ingress","target":99999,"published":"a","protocol":"tcp"},{"mode":"ingress","target":80,"published":"90-80","protocol":"tcp"}]"#,
        );
        check_ports("[{target: 4294967377}]", r#"[{"mode":"ingress","target":81,"protocol":"tcp"}]"#);
        check_ports(
            "[{x-a: 1, app_protocol: http, protocol: uDP, published: '08080', target: '80', host_ip: '0:0::1', mode: host, name: n}]",
            r#"[{"name":"n","mode":"host","host_ip":"0:0::1","target":80,"published":"08080","protocol":"uDP","app_protocol":"http","x-a":1}]"#,
        );
    }

    #[test]
    fn networks_are_named_or_described() {
        let networks = |keys: &str, expected: &str| assert_eq!(printed(keys, JSON, fields), expected);
        networks("networks: [n, default]", r#"{"networks":{"default":null,"n":null}}"#);
        networks("networks: {n: {}, default: }", r#"{"networks":{"default":null,"n":{}}}"#);
        networks(
            "networks: {n: {priority: 1.5, mac_address: m, link_local_ips: [l], ipv6_address: '6', ipv4_address: '4', interface_name: i, gw_priority: 2, driver_opts: {o: 1}, aliases: [a]}}",
            r#"{"networks":{"n":{"aliases":["a"],"driver_opts":{"o":"1"},"gw_priority":2,"interface_name":"i","ipv4_address":"4","ipv6_address":"6","link_local_ips":["l"],"mac_address":"m","priority":1}}}"#,
        );
        networks("networks: {n: {priority: 0, aliases: [], mac_address: '', x-a: 1}}", r#"{"networks":{"n":{}}}"#);
    }

    #[test]
    fn the_default_network_is_filled_in() {
        let networks = |keys: &str, expected: &str| assert_eq!(printed(keys, JSON, fields), expected);
        networks("networks: []", r#"{"networks":{"default":null}}"#);
        networks("networks: {}", r#"{"networks":{"default":null}}"#);
        networks("provider: {type: t}", "{}");
        networks("provider: {type: t}, networks: [n]", r#"{"networks":{"n":null}}"#);
        networks("network_mode: ''", "{}");
        assert_eq!(printed("", PLAIN, fields), "{}");
        assert_eq!(printed("networks: [default]", PLAIN, fields), r#"{"networks":{"default":null}}"#);
    }

    #[test]
    fn names_and_addresses_stay_as_they_are_written() {
        check("links: ['a:', 'b:x', a]", r#"{"links":["a:","b:x","a"],"network_mode":"none"}"#);
        check("expose: [80, '90/TCP', abc, 80]", r#"{"expose":["80","90/TCP","abc"],"network_mode":"none"}"#);
        check("dns: '', dns_search: ''", r#"{"network_mode":"none","dns_search":[""]}"#);
        check(
            "extra_hosts: ['c=[::1]', 'a:1.1.1.1,::0001', 'b: x']",
            r#"{"network_mode":"none","extra_hosts":["a=1.1.1.1","a=::0001","b= x","c=::1"]}"#,
        );
        check("extra_hosts: {a: []}", r#"{"network_mode":"none","extra_hosts":[]}"#);
        check("extra_hosts: {a: [], b: c}", r#"{"network_mode":"none","extra_hosts":["b=c"]}"#);
        check("extra_hosts: {}", r#"{"network_mode":"none"}"#);
        check("hostname: '', domainname: d", r#"{"network_mode":"none","domainname":"d"}"#);
    }
}
