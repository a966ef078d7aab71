//! `networks` at the top of a file.

use indexmap::IndexMap;

use super::name_and_external;
use crate::compose::value::{take_driver_options, take_texts};
use crate::diag::{Code, Diagnostics};
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

impl Network {
    /// The security group that stands for the network in Docker's integration with ECS: an external network of its name.
    #[must_use]
    pub fn security_group(&self) -> Option<&Spanned<String>> {
        let is_group = |name: &&Spanned<String>| {
            let id = name.value.strip_prefix("sg-").unwrap_or_default();
            id.len() >= 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        self.name.as_ref().filter(|_| self.external.is_some_and(|external| external.value)).filter(is_group)
    }
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
            driver_opts: take_driver_options(&mut keys, diags),
            ipam: keys.take("ipam", diags),
            external,
            internal: keys.take("internal", diags),
            attachable: keys.take("attachable", diags),
            enable_ipv4: keys.take("enable_ipv4", diags),
            enable_ipv6: keys.take("enable_ipv6", diags),
            labels: take_texts(&mut keys, "labels", diags),
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
            options: take_named(&mut keys, "options", diags),
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
            aux_addresses: take_named(&mut keys, "aux_addresses", diags),
        };
        keys.finish("an address pool", diags);
        Some(pool)
    }
}

/// Takes strings by their names, each of which must have one.
fn take_named(keys: &mut Keys<'_>, key: &'static str, diags: &mut Diagnostics) -> IndexMap<String, String> {
    let Some(node) = keys.node(key) else { return IndexMap::new() };
    for entry in node.entries().iter().filter(|entry| entry.key.is_empty()) {
        diags.error(Code::InvalidValue, entry.key_span, "the name is missing");
    }
    IndexMap::decode(node, diags).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, load};

    /// The network `back`, or what is wrong with it.
    fn network(network: &str) -> Result<Network, String> {
        let text = format!("{{services: {{web: {{image: x, networks: [back]}}}}, networks: {{back: {network}}}}}");
        let (project, diags) = load(&text);
        project.and_then(|mut project| project.networks.swap_remove("back")).ok_or_else(|| findings(&text, &diags))
    }

    #[test]
    fn a_network_may_be_described_although_it_is_external() {
        let found = network("{external: true, driver: d, internal: 'yes', enable_ipv6: true, labels: {a: b}}").unwrap();
        let flags = [found.external, found.internal, found.enable_ipv6, found.attachable, found.enable_ipv4];
        assert_eq!(flags.map(|flag| flag.map(|flag| flag.value)), [Some(true), Some(true), Some(true), None, None]);
        assert_eq!(found.driver.map(|driver| driver.value).as_deref(), Some("d"));
    }

    #[test]
    fn addresses_are_read() {
        let written = "{ipam: {driver: d, options: {o: p}, \
                       config: [{subnet: 1.2.3.0/24, ip_range: r, gateway: g, aux_addresses: {a: b}}]}}";
        let text = |text: &str| Some(text.to_owned());
        let pool = AddressPool {
            subnet: text("1.2.3.0/24"),
            ip_range: text("r"),
            gateway: text("g"),
            aux_addresses: [("a".to_owned(), "b".to_owned())].into(),
        };
        let options = [("o".to_owned(), "p".to_owned())].into();
        let ipam = network(written).unwrap().ipam.map(|ipam| ipam.value);
        assert_eq!(ipam, Some(Ipam { driver: text("d"), config: vec![pool], options }));
    }

    #[test]
    fn what_is_wrong_is_underlined() {
        let check = |text: &str, expected: &str| assert_eq!(network(text).unwrap_err(), expected);
        check(
            "{ipam: {config: [{subnets: a}]}}",
            "subnets | error[unknown-key]: unknown key `subnets`: an address pool has no such key",
        );
        check("{internal: 1}", "1 | error[wrong-type]: expected `true` or `false`, found a number");
        check("{ipam: {options: {'': a}}}", "'' | error[invalid-value]: the name is missing");
        check("{ipam: {options: {a: 1}}}", "1 | error[wrong-type]: expected a string, found a number");
    }
}
