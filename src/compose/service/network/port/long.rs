//! The long form of a port: a mapping.

use std::net::IpAddr;

use super::{Misfit, Port, PortError, PortRange, Protocol, PublishedText, WrittenPort, reported, string_or_integer};
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};
use crate::yaml::resolve::Value;

/// Reads the long form.
pub(super) fn long(node: &Node, diags: &mut Diagnostics) -> Option<Port> {
    let mut keys = Keys::of(node, diags)?;
    let value = |key| node.get(key).and_then(|node| node.value());
    let string = |key| match value(key) {
        Some(Value::String(text)) => Some(text.to_owned()),
        _ => None,
    };
    let published = match value("published") {
        Some(Value::String(text)) => Some(PublishedText::Text(text.to_owned())),
        Some(Value::Integer(number)) => Some(PublishedText::Number(number.to_string())),
        _ => None,
    };
    let host_ip = string("host_ip").unwrap_or_default();
    let protocol = string("protocol").unwrap_or_else(|| Protocol::Tcp.to_string());
    let Published(published_range) = keys.take("published", diags).unwrap_or(Published(Ok(None)));
    let Target { written: target, port } = keys.require("target", diags).unwrap_or(Target { written: 0, port: Ok(0) });
    let span = |key| node.get(key).map_or(node.span, |value| value.span);
    let misfit = |key, misfit: &Misfit| Spanned::new(misfit.clone(), span(key));
    let misfits = [
        port.as_ref().err().map(|found| misfit("target", found)),
        published_range.as_ref().err().map(|found| misfit("published", found)),
    ];
    let port = Port {
        name: keys.take("name", diags),
        app_protocol: keys.take("app_protocol", diags),
        mode: keys.take("mode", diags),
        host_ip: keys.take::<HostIp>("host_ip", diags).map(|HostIp(address)| address),
        published: published_range.unwrap_or_default(),
        protocol: keys.take("protocol", diags).unwrap_or_default(),
        target: port.unwrap_or_default(),
        misfits: misfits.into_iter().flatten().collect(),
        written: WrittenPort { target, published, host_ip, protocol },
    };
    keys.finish("a port", diags);
    Some(port)
}

/// `target` of the long form: a whole number, also as a string.
struct Target {
    /// What Compose keeps of it.
    written: u32,
    /// The port that it is.
    port: Result<u16, Misfit>,
}

/// `published` of the long form; an empty string publishes nothing in particular.
struct Published(Result<Option<PortRange>, Misfit>);

/// `host_ip` of the long form, without brackets.
struct HostIp(IpAddr);

impl Decode for Target {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let text = match node.value() {
            Some(Value::String(text)) => text.to_owned(),
            Some(Value::Integer(number)) => number.to_string(),
            _ => String::new(),
        };
        if text.starts_with('-') {
            return reported(&text, Err(PortError::Number(text.clone())), node, diags);
        }
        let number = u64::decode(node, diags)?;
        let port = u16::try_from(number).map_err(|_| {
            let text = number.to_string();
            Misfit { reason: PortError::Number(text.clone()), text }
        });
        let written = u32::try_from(number % (1 << 32)).expect("the remainder has 32 bits");
        Some(Self { written, port })
    }
}

impl Decode for Published {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let text = string_or_integer(node, "a port or a range of ports", diags)?;
        if text.is_empty() {
            return Some(Self(Ok(None)));
        }
        Some(Self(text.parse().map(Some).map_err(|reason| Misfit { text, reason })))
    }
}

impl Decode for HostIp {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let text = String::decode(node, diags)?;
        let address = text.parse().map_err(|_| PortError::Address(text.clone()));
        reported(&text, address, node, diags).map(Self)
    }
}
