//! `networks` and `network_mode` of a service.

use indexmap::IndexMap;

use crate::compose::name::ServiceName;
use crate::compose::value::{PlainNumber, take_driver_options};
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::keys::{Decode, Keys, wrong_type};
use crate::yaml::list::{DistinctStrings, UniqueStrings};
use crate::yaml::{Entry, Kind, Node};

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
    /// Whether there is a mapping, which may be empty, and not only the network's name.
    pub is_described: bool,
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

impl Attachment {
    /// Takes `networks` and `network_mode`, of which a service may have one.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
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

    /// The networks that the service is on, by their keys.
    pub fn networks(&self) -> impl Iterator<Item = &str> {
        let networks = match self {
            Self::Networks(networks) => Some(networks),
            Self::Mode(_) => None,
        };
        networks.into_iter().flat_map(IndexMap::keys).map(String::as_str)
    }

    /// The names that its networks know the service by, beside its own.
    pub fn aliases(&self) -> impl Iterator<Item = &Spanned<String>> {
        let networks = match self {
            Self::Networks(networks) => Some(networks),
            Self::Mode(_) => None,
        };
        networks.into_iter().flat_map(IndexMap::values).flat_map(|network| &network.value.aliases)
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
                let plain = |name: Spanned<String>| (name.value, Spanned::new(NetworkAttachment::default(), name.span));
                Some(Self(names.into_iter().map(plain).collect()))
            }
            Kind::Mapping(mapping) => {
                let entries = mapping.entries().iter();
                Some(Self(entries.filter_map(|entry| attachment(entry, diags)).collect()))
            }
            Kind::Scalar(_) => {
                wrong_type(node, "a list of networks, or a mapping", diags);
                None
            }
        }
    }
}

/// Reads how a service takes part in a network, which may be left open.
fn attachment(entry: &Entry, diags: &mut Diagnostics) -> Option<(String, Spanned<NetworkAttachment>)> {
    if !ServiceName::is_valid(&entry.key) {
        let message = format!("invalid name `{}` of a network", entry.key);
        diags.error(Code::InvalidValue, entry.key_span, message).hint("a list of networks takes any name");
    }
    let attachment = if entry.value.is_null() {
        NetworkAttachment::default()
    } else {
        NetworkAttachment::decode(&entry.value, diags)?
    };
    Some((entry.key.to_string(), Spanned::new(attachment, entry.key_span)))
}

impl Decode for NetworkAttachment {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let number = |number: Spanned<PlainNumber>| number.map(|PlainNumber(number)| number);
        let mut keys = Keys::of(node, diags)?;
        let attachment = Self {
            aliases: UniqueStrings::take(&mut keys, "aliases", diags),
            ipv4_address: keys.take("ipv4_address", diags),
            ipv6_address: keys.take("ipv6_address", diags),
            link_local_ips: UniqueStrings::take(&mut keys, "link_local_ips", diags),
            mac_address: keys.take("mac_address", diags),
            driver_opts: take_driver_options(&mut keys, diags),
            interface_name: keys.take("interface_name", diags),
            priority: keys.take("priority", diags).map(number),
            gw_priority: keys.take("gw_priority", diags).map(number),
            is_described: true,
        };
        keys.finish("a network of a service", diags);
        Some(attachment)
    }
}
