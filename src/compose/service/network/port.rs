//! `ports` and `expose`.

mod long;
pub mod short;

use std::fmt;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;

use indexmap::IndexMap;

use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::keys::{Decode, wrong_type};
use crate::yaml::resolve::Value;
use crate::yaml::{Kind, Node};

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
    /// `target`: the container's port. A range of targets is several entries. 0 only where the long form says so, or
    /// what is no port.
    pub target: u16,
    /// `published`: the host's port, or a range of which one is taken; nothing where the long form says what is none.
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
    /// What the long form says under `target` and `published` that is no port. Compose looks at neither.
    pub misfits: Vec<Spanned<Misfit>>,
    /// What of it the file says in more than one way.
    pub written: WrittenPort,
}

/// A text that should be a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The text.
    pub text: String,
    /// Why it is none.
    pub reason: PortError,
}

/// What a port says, as it is written: `::0`, `08080` and `TCP` have other forms, too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenPort {
    /// `target`, of which Compose keeps 32 bits.
    pub target: u32,
    /// `published`.
    pub published: Option<PublishedText>,
    /// `host_ip`, without brackets; none is empty.
    pub host_ip: String,
    /// `protocol`: `tcp` where none is written.
    pub protocol: String,
}

/// `published`, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PublishedText {
    /// A number without quotes.
    Number(String),
    /// A text.
    Text(String),
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

/// All of `ports`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ports(pub(super) Vec<Spanned<Port>>);

/// All of `expose`: the ports, and what is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Exposed {
    pub(super) ports: Vec<Spanned<Expose>>,
    pub(super) other: Vec<Spanned<String>>,
    /// All of it.
    pub(super) written: Vec<String>,
}

/// Why a text names no port.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// It is no number, or none of 16 bits.
    #[error("`{0}` is not a port: ports go from 0 to 65535")]
    Number(String),
    /// The ends of a range are the wrong way round.
    #[error("the range ends at {last}, before it starts at {first}")]
    Backwards {
        /// Where it starts.
        first: u16,
        /// Where it ends.
        last: u16,
    },
    /// The container's port is missing.
    #[error("it names no port of the container")]
    NoTarget,
    /// The container's port is 0.
    #[error("the container's port cannot be 0")]
    ZeroTarget,
    /// The host's address is none.
    #[error("`{0}` is not an IP address")]
    Address(String),
    /// The address has colons, so that nobody can tell where it ends.
    #[error("an IPv6 address must stand in brackets: `[::1]:8080:80`")]
    Brackets,
    /// Docker does not know the protocol.
    #[error("`{0}` is not a protocol: Docker knows `tcp`, `udp` and `sctp`")]
    Protocol(String),
    /// Two ranges that do not fit.
    #[error("{published} ports of the host do not fit {target} ports of the container")]
    Mismatch {
        /// How many ports of the host.
        published: usize,
        /// How many ports of the container.
        target: usize,
    },
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid value `{}`: {}", self.text, self.reason)
    }
}

impl PortRange {
    /// The ports from `first` to `last`.
    ///
    /// # Errors
    /// When the range ends before it starts.
    pub const fn new(first: u16, last: u16) -> Result<Self, PortError> {
        if first <= last { Ok(Self { first, last }) } else { Err(PortError::Backwards { first, last }) }
    }

    /// One port.
    #[must_use]
    pub const fn single(port: u16) -> Self {
        Self { first: port, last: port }
    }

    /// The first port.
    #[must_use]
    pub const fn first(self) -> u16 {
        self.first
    }

    /// The last port.
    #[must_use]
    pub const fn last(self) -> u16 {
        self.last
    }

    /// Whether it is one port only.
    #[must_use]
    pub const fn is_single(self) -> bool {
        self.first == self.last
    }

    /// How many ports it is.
    #[must_use]
    pub fn count(self) -> usize {
        usize::from(self.last - self.first) + 1
    }

    /// The ports.
    #[must_use]
    pub const fn ports(self) -> RangeInclusive<u16> {
        self.first..=self.last
    }
}

impl PublishedText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Number(text) | Self::Text(text) => text,
        }
    }
}

impl FromStr for PortRange {
    type Err = PortError;

    /// Reads `80` or `80-90`. Docker does not look beyond a second `-`.
    fn from_str(text: &str) -> Result<Self, PortError> {
        let mut ends = text.split('-');
        let first = port(ends.next().unwrap_or_default())?;
        ends.next().map_or(Ok(Self::single(first)), |last| Self::new(first, port(last)?))
    }
}

/// Reads one port: digits only, as Docker has it.
fn port(text: &str) -> Result<u16, PortError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().ok_or_else(|| PortError::Number(text.to_owned()))
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        if self.is_single() { Ok(()) } else { write!(f, "-{}", self.last) }
    }
}

impl Protocol {
    /// The protocol that a text names, in any case. No text is `tcp`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "" | "tcp" => Self::Tcp,
            "udp" => Self::Udp,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Other(text) => text,
        }
    }
}

impl FromStr for Protocol {
    type Err = PortError;

    /// Reads a protocol of the short forms, where Docker takes only those that it knows.
    fn from_str(text: &str) -> Result<Self, PortError> {
        match Self::new(text) {
            Self::Other(other) if other != "sctp" => Err(PortError::Protocol(text.to_owned())),
            known @ (Self::Tcp | Self::Udp | Self::Other(_)) => Ok(known),
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Expose {
    type Err = PortError;

    fn from_str(text: &str) -> Result<Self, PortError> {
        let (range, protocol) = text.split_once('/').unwrap_or((text, ""));
        Ok(Self { range: range.parse()?, protocol: protocol.parse()? })
    }
}

impl fmt::Display for Expose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.range, self.protocol)
    }
}

/// How many ports a service may have: all that there are, for two protocols.
const MOST_PORTS: usize = 2 << 16;

impl Decode for Ports {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Kind::Sequence(items) = &node.kind else {
            wrong_type(node, "a list of ports", diags);
            return None;
        };
        let mut left = MOST_PORTS;
        let entries = items.iter().filter_map(|item| {
            let ports = entry(item, diags)?;
            let Some(rest) = left.checked_sub(ports.len()) else {
                diags.error(Code::Limit, item.span, format!("more than {MOST_PORTS} ports of a service"));
                return None;
            };
            left = rest;
            Some(ports)
        });
        Some(Self(last_of_each(entries.flatten())))
    }
}

/// Of several entries that open one port the last, in the place of the first. A number is not what a text of it is.
fn last_of_each(ports: impl Iterator<Item = Spanned<Port>>) -> Vec<Spanned<Port>> {
    let identity = |port: &Port| {
        let WrittenPort { target, published, host_ip, protocol } = port.written.clone();
        let host_ip = if host_ip.is_empty() { "0.0.0.0".to_owned() } else { host_ip };
        (host_ip, published, target, protocol)
    };
    let by_identity: IndexMap<_, Spanned<Port>> = ports.map(|port| (identity(&port.value), port)).collect();
    by_identity.into_values().collect()
}

/// Reports what is wrong with an entry of `ports`.
pub(in crate::compose) fn check(node: &Node, diags: &mut Diagnostics) {
    drop(entry(node, diags));
}

/// Reports what is wrong with an entry of `expose`.
pub(in crate::compose) fn check_exposed(node: &Node, diags: &mut Diagnostics) {
    drop(exposed_text(node, diags));
}

/// Reads one entry of `ports`.
fn entry(node: &Node, diags: &mut Diagnostics) -> Option<Vec<Spanned<Port>>> {
    if node.as_mapping().is_some() {
        return long::long(node, diags).map(|port| vec![Spanned::new(port, node.span)]);
    }
    let text = string_or_integer(node, "a port such as `8080:80`, or a mapping", diags)?;
    let ports = reported(&text, short::parse(&text), node, diags)?;
    Some(ports.into_iter().map(|port| Spanned::new(port, node.span)).collect())
}

impl Decode for Protocol {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        String::decode(node, diags).map(|text| Self::new(&text))
    }
}

impl Decode for Mode {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        String::decode(node, diags).map(|text| match text.as_str() {
            "ingress" => Self::Ingress,
            "host" => Self::Host,
            _ => Self::Other(text),
        })
    }
}

impl Decode for Exposed {
    /// Compose looks at no entry, so that one that names no port is kept apart, and each entry counts once.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Kind::Sequence(items) = &node.kind else {
            wrong_type(node, "a list of ports", diags);
            return None;
        };
        let mut exposed = Self::default();
        for item in items {
            let Some(text) = exposed_text(item, diags) else { continue };
            exposed.written.push(text.clone());
            match text.parse::<Expose>() {
                Ok(port) => exposed.ports.push(Spanned::new(port, item.span)),
                Err(_) => exposed.other.push(Spanned::new(text, item.span)),
            }
        }
        Some(exposed)
    }
}

/// Reads one entry of `expose`.
fn exposed_text(node: &Node, diags: &mut Diagnostics) -> Option<String> {
    string_or_integer(node, "a port", diags)
}

/// The text of a string or of a whole number.
fn string_or_integer(node: &Node, wanted: &str, diags: &mut Diagnostics) -> Option<String> {
    match node.value() {
        Some(Value::String(text)) => Some(text.to_owned()),
        Some(Value::Integer(number)) => Some(number.to_string()),
        _ => {
            wrong_type(node, wanted, diags);
            None
        }
    }
}

/// The value, or a report of why it is none.
fn reported<T>(text: &str, value: Result<T, PortError>, node: &Node, diags: &mut Diagnostics) -> Option<T> {
    let report = |err: &PortError| {
        let misfit = Misfit { text: text.to_owned(), reason: err.clone() };
        diags.error(Code::InvalidValue, node.span, misfit.to_string());
    };
    value.inspect_err(report).ok()
}
