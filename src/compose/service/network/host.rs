//! `extra_hosts`.

use std::net::IpAddr;

/// An entry of `extra_hosts`: one name, one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtraHost {
    /// The host name.
    pub host: String,
    /// Its address.
    pub address: HostAddress,
}

/// The address of a host name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostAddress {
    /// A literal address.
    Ip(IpAddr),
    /// `host-gateway`: the address of the machine that runs the container.
    HostGateway,
    /// Anything else, which Compose takes without a look.
    Other(String),
}
