//! `ports` and `expose`.

use std::net::IpAddr;

use crate::source::Spanned;

/// Ports from `first` to `last`.
// Invariant: first <= last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRange {
    first: u16,
    last: u16,
}

/// An entry of `ports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// `target`: the container's port. A range of targets is several entries. 0 only where the long form says so.
    pub target: u16,
    /// `published`: the host's port, or a range of which one is taken.
    pub published: Option<PortRange>,
    /// `host_ip`: the host's address.
    pub host_ip: Option<IpAddr>,
    /// `protocol`.
    pub protocol: Protocol,
    /// `name`: what people call it.
    pub name: Option<Spanned<String>>,
    /// `app_protocol`: what is spoken over the transport.
    pub app_protocol: Option<Spanned<String>>,
    /// `mode`: whose port is published in a swarm.
    pub mode: Option<Spanned<Mode>>,
}

/// `mode` of a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// `ingress`: that of every machine; Compose's word when nothing is said.
    Ingress,
    /// `host`: that of the machine on which the container runs.
    Host,
    /// Anything else, which Compose takes without a look.
    Other(String),
}

/// An entry of `expose`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expose {
    /// The ports.
    pub range: PortRange,
    /// The protocol.
    pub protocol: Protocol,
}

/// `protocol`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// `tcp`.
    #[default]
    Tcp,
    /// `udp`.
    Udp,
    /// Anything else that Docker knows: `sctp`.
    Other(String),
}
