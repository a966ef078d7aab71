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

/// All of `extra_hosts`: a list of `NAME:ADDRESS` or `NAME=ADDRESS`, or a mapping.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::compose::service) struct ExtraHosts(pub(in crate::compose::service) Vec<Spanned<ExtraHost>>);

impl HostAddress {
    /// The address that a text names. Brackets around an IPv6 address are left out.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        match (bare.trim().parse(), text) {
            (Ok(address), _) => Self::Ip(address),
            (Err(_), "host-gateway") => Self::HostGateway,
            (Err(_), _) => Self::Other(text.to_owned()),
        }
    }
}

impl fmt::Display for HostAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::HostGateway => f.write_str("host-gateway"),
            Self::Other(text) => f.write_str(text),
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
                Some(Self(items.iter().filter_map(|item| list_item(item, diags)).collect()))
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

/// Reads `NAME=ADDRESS` or, without `=`, `NAME:ADDRESS`.
fn list_item(item: &Spanned<String>, diags: &mut Diagnostics) -> Option<Spanned<ExtraHost>> {
    let Spanned { value: text, span } = item;
    let Some((host, address)) = text.split_once('=').or_else(|| text.split_once(':')) else {
        let message = format!("invalid value `{text}`: it names no address");
        diags.error(Code::InvalidValue, *span, message).hint("write `NAME:ADDRESS`");
        return None;
    };
    is_host_name(host, &Spanned::new(text, *span), diags)
        .then(|| Spanned::new(ExtraHost { host: host.to_owned(), address: HostAddress::new(address) }, *span))
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
    let host = |address: Spanned<String>| {
        address.map(|address| ExtraHost { host: entry.key.to_string(), address: HostAddress::new(&address) })
    };
    addresses.into_iter().map(host).collect()
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
            prop_assert_eq!(HostAddress::new(&format!("[{address}]")), HostAddress::Ip(address));
        }

        #[test]
        fn reading_never_panics(text in "[\\[\\]0-9:. a-z]{0,20}|.*") {
            let _ = HostAddress::new(&text);
        }
    }
}
