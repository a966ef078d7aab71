//! The hosts in a text: in URLs, as `host:port`, in connection strings and in commands.

use super::subject::Subject;
use crate::ecs::container::Protocol;
use crate::lower::readiness::host::{is_host_name, port_number};

/// A host, and a port if there is one, as they stand in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Endpoint<'t> {
    /// The host.
    pub(super) host: &'t str,
    /// Its port: what is written, or what the scheme of the URL stands for.
    pub(super) port: Option<u16>,
    /// What is spoken there.
    pub(super) protocol: Protocol,
}

/// How a text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As the value of a variable whose name speaks of something.
    Value(Subject),
    /// As a word of a command, which may be a whole script, behind a word that speaks of something, and before what
    /// may be a port.
    Word(Subject, Option<u16>),
}

/// Ports below are none beside a bare word, but versions: `redis:7`.
const LEAST_PORT: u16 = 20;

/// What parts words from each other, in scripts, lists and connection strings.
const GAPS: [char; 12] = [';', '"', '\'', '`', '(', ')', '[', ']', '<', '>', '|', '&'];

/// The hosts in a text, in their order.
pub(super) fn endpoints(text: &str, reading: Reading) -> Vec<Endpoint<'_>> {
    let is_gap = |letter: char| letter.is_whitespace() || GAPS.contains(&letter);
    let words: Vec<&str> = text.split(is_gap).filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    match reading {
        Reading::Value(subject) => words.iter().for_each(|word| in_word(word, subject, &mut found)),
        Reading::Word(before, after) => in_command(&words, (before, after), &mut found),
    }
    if let Some(port) = words.iter().find_map(|word| port_pair(word)) {
        found.iter_mut().filter(|endpoint| endpoint.port.is_none()).for_each(|endpoint| endpoint.port = Some(port));
    }
    found
}

/// The hosts in the words of a command, each of which may belong to the one before it or the one behind it.
fn in_command<'t>(words: &[&'t str], (mut before, after): (Subject, Option<u16>), found: &mut Vec<Endpoint<'t>>) {
    for (index, word) in words.iter().enumerate() {
        let port = words.get(index + 1).map_or(after, |next| port_after_host(next));
        if port.is_some() && is_host_name(word) {
            found.push(Endpoint { host: word, port, protocol: Protocol::Tcp });
        } else {
            in_word(word, before, found);
        }
        before = Subject::of_option(word);
    }
}

/// The port that a word is when it stands behind a host, as in `nc db 5432`.
pub(super) fn port_after_host(word: &str) -> Option<u16> {
    port_number(word).filter(|port| *port >= LEAST_PORT)
}

/// The hosts in one word, of a text on a subject.
fn in_word<'t>(word: &'t str, subject: Subject, found: &mut Vec<Endpoint<'t>>) {
    if word.contains("://") {
        return in_urls(word, found);
    }
    if let Some((host, port)) = word.strip_prefix("/dev/tcp/").and_then(|rest| rest.split_once('/')) {
        found.extend(endpoint(host, Some(port), Protocol::Tcp));
        return;
    }
    let (subject, value) = match word.rsplit_once('=') {
        // `Data Source=db` is what Microsoft's drivers write.
        Some(("Source" | "source", value)) => (Subject::Hosts, value),
        Some((key, value)) => (Subject::of(key), value),
        None => (subject, word),
    };
    let least = match subject {
        Subject::Hosts => 1,
        Subject::Anything => LEAST_PORT,
        Subject::Versions => return,
    };
    // `db,1433` is one host.
    if let Some((host, after)) = value.split_once(',').filter(|_| subject == Subject::Hosts)
        && port_number(after).is_some()
    {
        let host = host.rsplit(':').next().unwrap_or(host);
        found.extend(endpoint(host, Some(after), Protocol::Tcp));
        return;
    }
    for item in value.split(',') {
        let Some(endpoint) = in_item(item) else { continue };
        let fits = endpoint.port.map_or(subject == Subject::Hosts, |port| port >= least);
        found.extend(Some(endpoint).filter(|_| fits));
    }
}

/// The host in an item of a list: `host`, `host:port`, `user@host:port/path`, `name:host:port`, `host:port:name`.
fn in_item(item: &str) -> Option<Endpoint<'_>> {
    let (user, item) = item.rsplit_once('@').map_or((None, item), |(user, item)| (Some(user), item));
    let item = item.strip_prefix("//").unwrap_or(item);
    let (address, path) = item.split_once('/').unwrap_or((item, ""));
    let parts: Vec<&str> = address.trim_end_matches('.').split(':').collect();
    let (name, host, port) = match parts.as_slice() {
        // Mail goes to a user of a host.
        [host] => return endpoint(host, None, Protocol::Tcp).filter(|_| user.is_none()),
        [host, port] => ("", host, port),
        [host, port, ..] if port_number(port).is_some() => ("", host, port),
        [name, host, port, ..] => (*name, host, port),
        [] => return None,
    };
    let is_udp = path == "udp" || speaks_udp(name);
    endpoint(host, Some(port), if is_udp { Protocol::Udp } else { Protocol::Tcp })
}

/// The hosts of the URLs in a word, each of which may name several.
fn in_urls<'t>(word: &'t str, found: &mut Vec<Endpoint<'t>>) {
    const SEPARATOR: &str = "://";
    let mut pieces = word.split(SEPARATOR);
    let mut before = pieces.next().unwrap_or_default();
    for piece in pieces {
        let scheme = before.rsplit(|letter: char| !letter.is_ascii_alphanumeric() && letter != '+').next();
        let scheme = scheme.unwrap_or_default();
        let authority = piece.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
        let protocol = if speaks_udp(scheme) { Protocol::Udp } else { Protocol::Tcp };
        for item in hosts.split(',') {
            let (host, port) = item.split_once(':').map_or((item, None), |(host, port)| (host, Some(port)));
            let named = endpoint(host, port, protocol);
            found.extend(named.map(|named| Endpoint { port: named.port.or_else(|| scheme_port(scheme)), ..named }));
        }
        before = piece;
    }
}

/// A host with a port, if both are well written.
fn endpoint<'t>(host: &'t str, port: Option<&str>, protocol: Protocol) -> Option<Endpoint<'t>> {
    let port = match port {
        Some(text) => Some(port_number(text)?),
        None => None,
    };
    is_host_name(host).then_some(Endpoint { host, port, protocol })
}

/// The port in `port=5432`.
fn port_pair(word: &str) -> Option<u16> {
    let (key, value) = word.rsplit_once('=')?;
    port_number(value).filter(|_| key.eq_ignore_ascii_case("port"))
}

/// Whether a scheme, or the name of a kind of socket, is of UDP.
fn speaks_udp(scheme: &str) -> bool {
    scheme.split('+').any(|part| matches!(part.to_ascii_lowercase().as_str(), "udp" | "udp4" | "udp6"))
}

/// The port that a URL's scheme stands for.
fn scheme_port(scheme: &str) -> Option<u16> {
    Some(match scheme.split('+').next()?.to_ascii_lowercase().as_str() {
        "http" | "ws" => 80,
        "https" | "wss" => 443,
        "postgres" | "postgresql" => 5432,
        "mysql" | "mysqli" | "mariadb" => 3306,
        "sqlserver" | "mssql" => 1433,
        "redis" | "rediss" => 6379,
        "mongodb" => 27017,
        "amqp" => 5672,
        "amqps" => 5671,
        "nats" => 4222,
        "memcached" => 11211,
        "smtp" => 25,
        "ldap" => 389,
        "ldaps" => 636,
        "mqtt" => 1883,
        "bolt" | "neo4j" => 7687,
        _ => return None,
    })
}
