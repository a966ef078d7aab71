//! How a service reaches others, and they reach it.

use std::borrow::Cow;

use super::value::{Fields, Value};
use super::{Context, Normalization, extension};
use crate::compose::service::Service;
use crate::compose::service::network::host::ExtraHost;
use crate::compose::service::network::port::{Mode, Port, PublishedText, WrittenPort};
use crate::compose::service::network::{Attachment, Network, NetworkAttachment, NetworkMode};
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
    fields.put_filled("extra_hosts", host_list(extra_hosts));
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
    let Port { target, published: _, host_ip: _, protocol: _, name, app_protocol, mode, written } = &port.value;
    let WrittenPort { published, host_ip, protocol } = written;
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

/// `extra_hosts`, sorted.
pub(super) fn host_list(hosts: &[Spanned<ExtraHost>]) -> Value<'static> {
    let mut texts: Vec<String> = hosts.iter().map(|host| host.value.to_string()).collect();
    texts.sort();
    texts.into_iter().collect()
}
