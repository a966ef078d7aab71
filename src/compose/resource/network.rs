//! `networks` at the top of a file.

use indexmap::IndexMap;

use crate::source::Spanned;

/// A network.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// `name`: what Docker calls it, if not by project and key; of an external one, also `external: {name: …}`.
    pub name: Option<Spanned<String>>,
    /// `driver`: what makes it work, such as `bridge` or `overlay`.
    pub driver: Option<Spanned<String>>,
    /// `driver_opts`: what the driver is told.
    pub driver_opts: IndexMap<String, Spanned<String>>,
    /// `ipam`: which addresses its members get.
    pub ipam: Option<Spanned<Ipam>>,
    /// `external`: whether it is there already, made by somebody else.
    pub external: Option<Spanned<bool>>,
    /// `internal`: whether it leads nowhere else.
    pub internal: Option<Spanned<bool>>,
    /// `attachable`: whether containers outside the project may join it.
    pub attachable: Option<Spanned<bool>>,
    /// `enable_ipv4`.
    pub enable_ipv4: Option<Spanned<bool>>,
    /// `enable_ipv6`.
    pub enable_ipv6: Option<Spanned<bool>>,
    /// `labels`.
    pub labels: IndexMap<String, Spanned<String>>,
}

/// Which addresses the members of a network get.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ipam {
    /// `driver`: who gives them.
    pub driver: Option<String>,
    /// `config`: from where they are taken.
    pub config: Vec<AddressPool>,
    /// `options`: what the driver is told.
    pub options: IndexMap<String, String>,
}

/// Addresses to give.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressPool {
    /// `subnet`: the network's addresses, as a prefix.
    pub subnet: Option<String>,
    /// `ip_range`: those of them that containers get.
    pub ip_range: Option<String>,
    /// `gateway`: the router's address.
    pub gateway: Option<String>,
    /// `aux_addresses`: addresses that are taken, by who has them.
    pub aux_addresses: IndexMap<String, String>,
}
