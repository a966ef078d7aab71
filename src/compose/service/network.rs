//! How a service reaches others, and they reach it.

pub mod host;
pub mod port;

use indexmap::IndexMap;

use super::super::name::ServiceName;
use super::super::resource::driver_options;
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::keys::{Decode, Keys, Truncated, wrong_type};
use crate::yaml::list::{DistinctStrings, OneOrUniqueStrings, UniqueStrings};
use crate::yaml::resolve::Value;
use crate::yaml::{Kind, Node, Scalar};
use host::{ExtraHost, ExtraHosts};
use port::{Expose, Exposed, Port, Ports};

/// How a service reaches others, and they reach it.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// `ports`: ports open to the outside.
    pub ports: Vec<Spanned<Port>>,
    /// `expose`: ports open to other services only.
    pub expose: Vec<Spanned<Expose>>,
    /// `expose`: entries that name no port; Compose takes them without a look.
    pub expose_other: Vec<Spanned<String>>,
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
}

/// What a service is attached to.
#[derive(Debug, Clone)]
pub enum Attachment {
    /// `networks`, by their keys; the default network where none is named.
    Networks(IndexMap<String, Spanned<NetworkAttachment>>),
    /// `network_mode`.
    Mode(Spanned<NetworkMode>),
}

impl Default for Attachment {
    fn default() -> Self {
        Self::Networks(IndexMap::new())
    }
}

/// How a service takes part in a network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkAttachment {
    /// `aliases`: further names by which others on the network reach the service.
    pub aliases: Vec<Spanned<String>>,
    /// `ipv4_address`: the address it always has there.
    pub ipv4_address: Option<Spanned<String>>,
    /// `ipv6_address`: the address it always has there.
    pub ipv6_address: Option<Spanned<String>>,
    /// `link_local_ips`: further addresses.
    pub link_local_ips: Vec<Spanned<String>>,
    /// `mac_address`: of its interface to the network.
    pub mac_address: Option<Spanned<String>>,
    /// `driver_opts`: what the network's driver is told.
    pub driver_opts: IndexMap<String, Spanned<String>>,
    /// `interface_name`: what the container calls its interface.
    pub interface_name: Option<Spanned<String>>,
    /// `priority`: which network comes first, the highest.
    pub priority: Option<Spanned<i64>>,
    /// `gw_priority`: which network leads outside, the highest.
    pub gw_priority: Option<Spanned<i64>>,
}

/// `network_mode`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkMode {
    /// `none`: no network.
    None,
    /// `host`: the host's.
    Host,
    /// `bridge`: Docker's own bridge.
    Bridge,
    /// `service:NAME`: another service's.
    Service(ServiceName),
    /// `container:NAME`: that of a container outside the project.
    Container(String),
    /// Anything else: a network that Docker knows.
    Other(String),
}

impl Network {
    /// Takes the keys of a service that are about its network.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let Exposed { ports: expose, other: expose_other } = keys.take("expose", diags).unwrap_or_default();
        Self {
            ports: keys.take("ports", diags).map(|Ports(ports)| ports).unwrap_or_default(),
            expose,
            expose_other,
            links: strings(keys.take("links", diags)).into_iter().map(|link| link.map(Link::new)).collect(),
            attachment: Attachment::take(keys, diags),
            hostname: keys.take("hostname", diags),
            domainname: keys.take("domainname", diags),
            external_links: keys.take("external_links", diags).map(|DistinctStrings(list)| list).unwrap_or_default(),
            dns: one_or_more(keys.take("dns", diags)),
            dns_search: one_or_more(keys.take("dns_search", diags)),
            dns_opt: strings(keys.take("dns_opt", diags)),
            extra_hosts: keys.take("extra_hosts", diags).map(|ExtraHosts(hosts)| hosts).unwrap_or_default(),
            mac_address: keys.take("mac_address", diags),
        }
    }
}

/// The strings of a list that may not be there.
fn strings(list: Option<UniqueStrings>) -> Vec<Spanned<String>> {
    list.unwrap_or_default().0
}

/// The strings of a list or of a single one; Docker leaves out empty ones.
fn one_or_more(list: Option<OneOrUniqueStrings>) -> Vec<Spanned<String>> {
    list.unwrap_or_default().0.into_iter().filter(|text| !text.value.is_empty()).collect()
}

impl Link {
    /// Reads `SERVICE` or `SERVICE:ALIAS`. Further colons belong to the service's name, which then is none.
    fn new(text: String) -> Self {
        let (service, alias) = match text.split_once(':') {
            Some((service, alias)) if !alias.contains(':') => (service.to_owned(), alias),
            Some(_) | None => (text, ""),
        };
        let alias = if alias.is_empty() { service.clone() } else { alias.to_owned() };
        Self { service: ServiceName::new(service), alias }
    }
}

impl Attachment {
    /// Takes `networks` and `network_mode`, of which a service may have one.
    fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let span = keys.span;
        let networks = keys.take("networks", diags).map(|Networks(networks)| networks).unwrap_or_default();
        let mode = keys.take::<Spanned<String>>("network_mode", diags).filter(|mode| !mode.value.is_empty());
        match (mode, networks.first()) {
            (None, Some(_)) => Self::Networks(networks),
            (None, None) => Self::default_network(span),
            (Some(mode), None) => Self::Mode(mode.map(NetworkMode::new)),
            (Some(mode), Some((name, network))) => {
                diags
                    .error(Code::Conflict, mode.span, "`network_mode` and `networks` exclude each other")
                    .label(network.span, format!("the service joins `{name}` here"))
                    .hint("leave out one of them");
                Self::Mode(mode.map(NetworkMode::new))
            }
        }
    }

    /// The network of all services that name none.
    fn default_network(span: Span) -> Self {
        Self::Networks(IndexMap::from([("default".to_owned(), Spanned::new(NetworkAttachment::default(), span))]))
    }
}

impl NetworkMode {
    /// The mode that a text names.
    #[must_use]
    pub fn new(text: String) -> Self {
        match (text.as_str(), text.split_once(':')) {
            ("none", _) => Self::None,
            ("host", _) => Self::Host,
            ("bridge", _) => Self::Bridge,
            (_, Some(("service", name))) => Self::Service(ServiceName::new(name)),
            (_, Some(("container", name))) => Self::Container(name.to_owned()),
            (_, Some(_) | None) => Self::Other(text),
        }
    }
}

/// All of `networks`: a list of their keys, or a mapping.
#[derive(Debug, Clone, Default)]
struct Networks(IndexMap<String, Spanned<NetworkAttachment>>);

impl Decode for Networks {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Sequence(_) => {
                let DistinctStrings(names) = DistinctStrings::decode(node, diags)?;
                Some(Self(
                    names
                        .into_iter()
                        .map(|name| (name.value, Spanned::new(NetworkAttachment::default(), name.span)))
                        .collect(),
                ))
            }
            Kind::Mapping(mapping) => {
                let entries = mapping.entries().iter();
                let attachment = |node: &Node, diags: &mut Diagnostics| match node.is_null() {
                    true => Some(NetworkAttachment::default()),
                    false => NetworkAttachment::decode(node, diags),
                };
                Some(Self(
                    entries
                        .filter_map(|entry| {
                            let attachment = attachment(&entry.value, diags)?;
                            Some((entry.key.to_string(), Spanned::new(attachment, entry.key_span)))
                        })
                        .collect(),
                ))
            }
            Kind::Scalar(_) => {
                wrong_type(node, "a list of networks, or a mapping", diags);
                None
            }
        }
    }
}

impl Decode for NetworkAttachment {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let attachment = Self {
            aliases: strings(keys.take("aliases", diags)),
            ipv4_address: keys.take("ipv4_address", diags),
            ipv6_address: keys.take("ipv6_address", diags),
            link_local_ips: strings(keys.take("link_local_ips", diags)),
            mac_address: keys.take("mac_address", diags),
            driver_opts: driver_options(&mut keys, diags),
            interface_name: keys.take("interface_name", diags),
            priority: keys.take("priority", diags).map(Number::unwrap),
            gw_priority: keys.take("gw_priority", diags).map(Number::unwrap),
        };
        keys.finish("a network of a service", diags);
        Some(attachment)
    }
}

/// A number that is not in quotes, of which Compose drops what is behind the point.
struct Number(i64);

impl Number {
    /// The number alone.
    fn unwrap(number: Spanned<Self>) -> Spanned<i64> {
        number.map(|Self(number)| number)
    }
}

impl Decode for Number {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if let Some(Value::String(_)) = node.as_scalar().map(Scalar::value) {
            wrong_type(node, "a number", diags);
            return None;
        }
        Truncated::decode(node, diags).map(|Truncated(number)| Self(number))
    }
}
