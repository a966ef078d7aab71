//! How a service reaches others, and they reach it.

pub mod host;
pub mod port;

use indexmap::IndexMap;

use super::super::name::ServiceName;
use crate::source::Spanned;
use host::ExtraHost;
use port::{Expose, Port};

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
#[derive(Debug, Clone, Default)]
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
