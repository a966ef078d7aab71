//! How a service reaches others, and they reach it.

pub mod port;

use indexmap::IndexMap;

use super::super::name::ServiceName;
use crate::source::Spanned;
use port::{Expose, Port};

/// How a service reaches others, and they reach it.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// `ports`: ports open to the outside.
    pub ports: Vec<Spanned<Port>>,
    /// `expose`: ports open to other services only.
    pub expose: Vec<Spanned<Expose>>,
    /// `links`: services of the project and the further names they go by here.
    pub links: Vec<Spanned<Link>>,
    /// `networks` or `network_mode`.
    pub attachment: Attachment,
    /// `hostname`.
    pub hostname: Option<Spanned<String>>,
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
