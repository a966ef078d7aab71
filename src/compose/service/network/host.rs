//! `extra_hosts`.

use std::fmt;
use std::net::IpAddr;

use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::keys::{Decode, wrong_type};
use crate::yaml::list::DistinctStrings;
use crate::yaml::{Entry, Kind, Node};

/// An entry of `extra_hosts`: one name, one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtraHost {
    /// The host name.
    pub host: String,
    /// Its address, without the brackets around one of IPv6; Compose takes any text.
    pub address: String,
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

/// All of `extra_hosts`: a list of `NAME:ADDRESS` or `NAME=ADDRESS`, or a mapping.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::compose::service) struct ExtraHosts(pub(in crate::compose::service) Vec<Spanned<ExtraHost>>);

impl ExtraHost {
    /// A name, and its address as it is written.
    fn new(host: &str, address: &str) -> Self {
        let bare = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let bare = bare.filter(|bare| !bare.is_empty()).unwrap_or(address);
        Self { host: host.to_owned(), address: bare.to_owned() }
    }
}

impl HostAddress {
    /// The address that a text names.
    #[must_use]
    pub fn new(text: &str) -> Self {
        match (text.trim().parse(), text) {
            (Ok(address), _) => Self::Ip(address),
            (Err(_), "host-gateway") => Self::HostGateway,
            (Err(_), _) => Self::Other(text.to_owned()),
        }
    }
}

impl fmt::Display for ExtraHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.host, self.address)
    }
}

impl Decode for ExtraHosts {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Sequence(_) => {
                let DistinctStrings(items) = DistinctStrings::decode(node, diags)?;
                Some(Self(items.iter().flat_map(|item| list_item(item, diags)).collect()))
            }
            Kind::Mapping(mapping) => {
                Some(Self(mapping.entries().iter().flat_map(|entry| mapping_entry(entry, diags)).collect()))
            }
            Kind::Scalar(_) => {
                wrong_type(node, "a list of `NAME:ADDRESS`, or a mapping", diags);
                None
            }
        }
    }
}

/// Reads `NAME=ADDRESS,…` or, without `=`, `NAME:ADDRESS,…`.
fn list_item(item: &Spanned<String>, diags: &mut Diagnostics) -> Vec<Spanned<ExtraHost>> {
    let Spanned { value: text, span } = item;
    let Some((host, address)) = text.split_once('=').or_else(|| text.split_once(':')) else {
        let message = format!("invalid value `{text}`: it names no address");
        diags.error(Code::InvalidValue, *span, message).hint("write `NAME:ADDRESS`");
        return Vec::new();
    };
    if !is_host_name(host, &Spanned::new(text, *span), diags) {
        return Vec::new();
    }
    address.split(',').map(|address| Spanned::new(ExtraHost::new(host, address), *span)).collect()
}

/// Reads `NAME: ADDRESS` or `NAME: [ADDRESS, …]`.
fn mapping_entry(entry: &Entry, diags: &mut Diagnostics) -> Vec<Spanned<ExtraHost>> {
    if !is_host_name(&entry.key, &Spanned::new(&*entry.key, entry.key_span), diags) {
        return Vec::new();
    }
    let addresses = match &entry.value.kind {
        Kind::Sequence(_) => Vec::decode(&entry.value, diags).unwrap_or_default(),
        Kind::Scalar(_) | Kind::Mapping(_) => Spanned::decode(&entry.value, diags).into_iter().collect(),
    };
    addresses
        .into_iter()
        .map(|address: Spanned<String>| address.map(|address| ExtraHost::new(&entry.key, &address)))
        .collect()
}

/// Whether Compose takes a host name: anything that is not empty and has no colon.
fn is_host_name(host: &str, written: &Spanned<impl fmt::Display>, diags: &mut Diagnostics) -> bool {
    let good = !host.is_empty() && !host.contains(':');
    if !good {
        let message = format!("invalid value `{}`: `{host}` is not a host name", written.value);
        diags.error(Code::InvalidValue, written.span, message);
    }
    good
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_address_round_trips(address: IpAddr) {
            prop_assert_eq!(HostAddress::new(&address.to_string()), HostAddress::Ip(address));
            prop_assert_eq!(ExtraHost::new("a", &format!("[{address}]")).to_string(), format!("a={address}"));
        }

        #[test]
        fn reading_never_panics(text in "[\\[\\]0-9:. a-z]{0,20}|.*") {
            let _ = HostAddress::new(&text);
        }
    }
}
