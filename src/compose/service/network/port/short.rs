//! The short form of a port: `[[ADDRESS:][PUBLISHED]:]TARGET[/PROTOCOL]`.

use std::fmt;
use std::net::IpAddr;

use super::{Port, PortError, PortRange, Protocol, PublishedText, WrittenPort};

/// Reads `[[ADDRESS:][PUBLISHED]:]TARGET[/PROTOCOL]`, in which both ports may be ranges.
///
/// Docker sorts the ports of a range by their text: `10` is before `9`.
///
/// # Errors
/// Says what Docker would not take.
pub fn parse(text: &str) -> Result<Vec<Port>, PortError> {
    let (host, target) = text.rsplit_once(':').unwrap_or(("", text));
    let (address, published) = host.rsplit_once(':').unwrap_or(("", host));
    let mut target = target.split('/');
    let (range, protocol) = (target.next().unwrap_or_default(), target.next().unwrap_or_default());
    let (host_ip, address) = (host_address(address)?, without_brackets(address));
    if range.is_empty() {
        return Err(PortError::NoTarget);
    }
    let range: PortRange = range.parse()?;
    let published: Option<PortRange> = (!published.is_empty()).then(|| published.parse()).transpose()?;
    let protocol: Protocol = protocol.parse()?;
    if range.first() == 0 {
        return Err(PortError::ZeroTarget);
    }
    let port = |target, published: Option<PortRange>| Port {
        target,
        published,
        host_ip,
        protocol: protocol.clone(),
        name: None,
        app_protocol: None,
        mode: None,
        misfits: Vec::new(),
        written: WrittenPort {
            target: target.into(),
            published: published.map(|range| PublishedText::Text(range.to_string())),
            host_ip: address.to_owned(),
            protocol: protocol.as_str().to_owned(),
        },
    };
    let mut ports: Vec<Port> = match published {
        None => range.ports().map(|target| port(target, None)).collect(),
        // One port of the container may take any of several of the host.
        Some(_) if range.is_single() => vec![port(range.first(), published)],
        Some(hosts) if hosts.count() == range.count() => {
            let pairs = range.ports().zip(hosts.ports());
            pairs.map(|(target, host)| port(target, Some(PortRange::single(host)))).collect()
        }
        Some(hosts) => return Err(PortError::Mismatch { published: hosts.count(), target: range.count() }),
    };
    ports.sort_by_cached_key(|port| port.target.to_string());
    Ok(ports)
}

/// The address in a short form, in brackets if it has colons.
fn host_address(text: &str) -> Result<Option<IpAddr>, PortError> {
    let address = without_brackets(text);
    if address.is_empty() {
        return Ok(None);
    }
    if address.len() == text.len() && text.contains(':') {
        return Err(PortError::Brackets);
    }
    address.parse().map(Some).map_err(|_| PortError::Address(address.to_owned()))
}

/// The text between brackets, if it stands in brackets.
fn without_brackets(text: &str) -> &str {
    text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text)
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host_ip {
            Some(IpAddr::V4(address)) => write!(f, "{address}:")?,
            Some(IpAddr::V6(address)) => write!(f, "[{address}]:")?,
            None => {}
        }
        match self.published {
            Some(published) => write!(f, "{published}:")?,
            None if self.host_ip.is_some() => f.write_str(":")?,
            None => {}
        }
        write!(f, "{}/{}", self.target, self.protocol)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::compose::service::network::port::Expose;

    /// The entries as text, or the reason why there are none.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let ports = parse(text).map(|ports| ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
        assert_eq!(ports.unwrap_or_else(|err| err.to_string()), expected);
    }

    #[test]
    fn a_port_may_be_published_and_bound_to_an_address() {
        check("80", "80/tcp");
        check("8080:80", "8080:80/tcp");
        check("127.0.0.1:8080:80", "127.0.0.1:8080:80/tcp");
        check("127.0.0.1::80", "127.0.0.1::80/tcp");
        check("0:80", "0:80/tcp");
    }

    #[test]
    fn empty_parts_say_nothing() {
        check(":80", "80/tcp");
        check("::80", "80/tcp");
        check("[]:80:80", "80:80/tcp");
        check("80/", "80/tcp");
    }

    #[test]
    fn an_ipv6_address_stands_in_brackets() {
        check("[::1]:80:80", "[::1]:80:80/tcp");
        check("[::1]::80", "[::1]::80/tcp");
        check("[127.0.0.1]:80:80", "127.0.0.1:80:80/tcp");
        check("::1:80:80", "an IPv6 address must stand in brackets: `[::1]:8080:80`");
        check("1:2:3:4", "an IPv6 address must stand in brackets: `[::1]:8080:80`");
        check("[::1%eth0]:80:80", "`::1%eth0` is not an IP address");
        check("[::1:80:80", "an IPv6 address must stand in brackets: `[::1]:8080:80`");
        check("localhost:80:80", "`localhost` is not an IP address");
        check("01.2.3.4:80:80", "`01.2.3.4` is not an IP address");
    }

    #[test]
    fn a_protocol_has_any_case() {
        check("80/UDP", "80/udp");
        check("80:80/udp/tcp", "80:80/udp");
        check("80/sctp", "80/sctp");
        check("80/foo", "`foo` is not a protocol: Docker knows `tcp`, `udp` and `sctp`");
    }

    #[test]
    fn a_range_of_the_container_is_several_entries() {
        check("3000-3002", "3000/tcp 3001/tcp 3002/tcp");
        check("9000-9001:3000-3001/udp", "9000:3000/udp 9001:3001/udp");
        check("1-2-3", "1/tcp 2/tcp");
        check("65534-65535", "65534/tcp 65535/tcp");
        check("8-11:9-12", "9:10/tcp 10:11/tcp 11:12/tcp 8:9/tcp");
    }

    #[test]
    fn one_port_takes_any_of_a_range_of_the_host() {
        check("8000-8002:80", "8000-8002:80/tcp");
        check("8000-8000:80-80", "8000:80/tcp");
    }

    #[test]
    fn a_range_runs_forwards() {
        check("90-80", "the range ends at 80, before it starts at 90");
    }

    #[test]
    fn ranges_fit_each_other() {
        check("9000-9001:3000-3002", "2 ports of the host do not fit 3 ports of the container");
        check("9000:3000-3002", "1 ports of the host do not fit 3 ports of the container");
    }

    #[test]
    fn what_is_no_port_is_refused() {
        check("", "it names no port of the container");
        check("80:", "it names no port of the container");
        check("/tcp", "it names no port of the container");
        check("0", "the container's port cannot be 0");
        check("0-2", "the container's port cannot be 0");
        check("70000", "`70000` is not a port: ports go from 0 to 65535");
        check("+80", "`+80` is not a port: ports go from 0 to 65535");
        check("-5", "`` is not a port: ports go from 0 to 65535");
        check(" 80", "` 80` is not a port: ports go from 0 to 65535");
        check("8080-:80", "`` is not a port: ports go from 0 to 65535");
    }

    #[test]
    fn expose_takes_ranges_and_protocols() {
        assert_eq!("3000-3005/udp".parse::<Expose>().map(|expose| expose.to_string()).as_deref(), Ok("3000-3005/udp"));
        assert!("80:80".parse::<Expose>().is_err());
    }

    fn a_protocol() -> impl Strategy<Value = Protocol> {
        prop_oneof![Just(Protocol::Tcp), Just(Protocol::Udp), Just(Protocol::Other("sctp".to_owned()))]
    }

    prop_compose! {
        fn a_range()(first: u16, last: u16) -> PortRange {
            PortRange::new(first.min(last), first.max(last)).unwrap()
        }
    }

    prop_compose! {
        fn a_port()(
            target in 1..=u16::MAX,
            published in proptest::option::of(a_range()),
            host_ip: Option<IpAddr>,
            protocol in a_protocol(),
        ) -> Port {
            let written = WrittenPort {
                target: target.into(),
                published: published.map(|range| PublishedText::Text(range.to_string())),
                host_ip: host_ip.map(|address| address.to_string()).unwrap_or_default(),
                protocol: protocol.to_string(),
            };
            let misfits = Vec::new();
            Port { target, published, host_ip, protocol, name: None, app_protocol: None, mode: None, misfits, written }
        }
    }

    proptest! {
        #[test]
        fn a_port_round_trips(port in a_port()) {
            prop_assert_eq!(parse(&port.to_string()), Ok(vec![port]));
        }

        #[test]
        fn a_range_round_trips(range in a_range()) {
            prop_assert_eq!(range.to_string().parse(), Ok(range));
        }

        #[test]
        fn expose_round_trips(range in a_range(), protocol in a_protocol()) {
            let expose = Expose { range, protocol };
            prop_assert_eq!(expose.to_string().parse(), Ok(expose));
        }

        #[test]
        fn reading_never_panics(text in "[0-9:/\\[\\].a-z-]{0,24}|.*") {
            let _ = parse(&text);
            let _ = text.parse::<Expose>();
        }
    }
}
