//! `networks` at the top of a file.

use indexmap::IndexMap;

use super::{driver_options, labels, name_and_external};
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

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

impl Decode for Network {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if node.is_null() {
            return Some(Self::default());
        }
        let mut keys = Keys::of(node, diags)?;
        let (name, external) = name_and_external(&mut keys, diags);
        let network = Self {
            name,
            driver: keys.take("driver", diags),
            driver_opts: driver_options(&mut keys, diags),
            ipam: keys.take("ipam", diags),
            external,
            internal: keys.take("internal", diags),
            attachable: keys.take("attachable", diags),
            enable_ipv4: keys.take("enable_ipv4", diags),
            enable_ipv6: keys.take("enable_ipv6", diags),
            labels: labels(&mut keys, diags),
        };
        keys.finish("a network", diags);
        Some(network)
    }
}

impl Decode for Ipam {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let ipam = Self {
            driver: keys.take("driver", diags),
            config: keys.take("config", diags).unwrap_or_default(),
            options: keys.take("options", diags).unwrap_or_default(),
        };
        keys.finish("`ipam`", diags);
        Some(ipam)
    }
}

impl Decode for AddressPool {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let pool = Self {
            subnet: keys.take("subnet", diags),
            ip_range: keys.take("ip_range", diags),
            gateway: keys.take("gateway", diags),
            aux_addresses: keys.take("aux_addresses", diags).unwrap_or_default(),
        };
        keys.finish("an address pool", diags);
        Some(pool)
    }
}
