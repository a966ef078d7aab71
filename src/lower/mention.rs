//! Where a service names another one: as a host in its environment or its command.
//!
//! Only what can be nothing but a host counts: the host of a URL, `host:port`, and a whole value under a name that
//! speaks of hosts, such as `DB_HOST`. A word that merely equals a service's name does not.

use super::readiness::host::HostIndex;
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::source::Span;

/// A place where one service names another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention<'a> {
    /// The service that is named.
    pub(super) service: &'a ServiceName,
    /// The name that is used for it, as it was written.
    pub(super) host: String,
    /// The port that is named beside it, or that its URL's scheme stands for.
    pub(super) port: Option<u16>,
    /// Where.
    pub(super) span: Span,
    /// Under which variable, if it is one.
    pub(super) variable: Option<&'a str>,
}

/// The services that a service names in its environment and its command, itself left out.
pub(super) fn mentions<'a>(service: &'a Service, hosts: &HostIndex<'a>) -> Vec<Mention<'a>> {
    let process = &service.process;
    let mut found = Vec::new();
    for (name, value) in &process.environment {
        let Some(text) = &value.value else { continue };
        if !speaks_of_versions(name) {
            let place = Place { service, variable: Some(name), span: value.span, whole: speaks_of_hosts(name) };
            scan(text, place, hosts, &mut found);
        }
    }
    let words = process.entrypoint.iter().chain(&process.command).flat_map(|words| &words.value);
    for word in words {
        let whole = word.value.split_once('=').is_some_and(|(option, _)| speaks_of_hosts(option));
        let text = if whole { word.value.split_once('=').map_or("", |(_, value)| value) } else { word.value.as_str() };
        scan(text, Place { service, variable: None, span: word.span, whole }, hosts, &mut found);
    }
    found.retain(|mention| *mention.service != service.name.value);
    found
}

/// Where a text stands, and whether all of it may be a host.
#[derive(Clone, Copy)]
struct Place<'a> {
    service: &'a Service,
    variable: Option<&'a str>,
    span: Span,
    whole: bool,
}

/// Finds the hosts in a text.
fn scan<'a>(text: &str, place: Place<'a>, hosts: &HostIndex<'a>, found: &mut Vec<Mention<'a>>) {
    let Place { service: user, variable, span, whole } = place;
    let mut rest = text;
    let mut before = "";
    while let Some(start) = rest.find(is_host_character) {
        let (gap, from) = rest.split_at(start);
        let length = from.find(|character| !is_host_character(character)).unwrap_or(from.len());
        let (host, after) = from.split_at(length);
        let context = Context { before: if gap.is_empty() { before } else { gap }, after };
        (before, rest) = (host, after);
        let Some(service) = hosts.resolve(host, user) else { continue };
        let alone = whole && host.len() == text.len();
        let is_host = alone || context.is_of_host(text);
        if is_host {
            found.push(Mention { service, host: host.to_owned(), port: context.port(text), span, variable });
        }
    }
}

/// What stands around a word.
struct Context<'a> {
    before: &'a str,
    after: &'a str,
}

impl Context<'_> {
    /// Whether the word can be nothing but a host: it stands in a URL, or in front of a port.
    fn is_of_host(&self, text: &str) -> bool {
        let starts = self.before.is_empty() || !self.before.ends_with([':', '.', '\\', '$', '%', '#', '{']);
        self.is_in_url(text) || (starts && self.written_port().is_some())
    }

    /// The port of the host: the one behind it, or in a URL that of the scheme.
    fn port(&self, text: &str) -> Option<u16> {
        let scheme =
            || text.split_once("://").filter(|_| self.is_in_url(text)).and_then(|(scheme, _)| scheme_port(scheme));
        self.written_port().filter(|_| self.is_of_host(text)).or_else(scheme)
    }

    /// Whether the word is the host of a URL.
    fn is_in_url(&self, text: &str) -> bool {
        self.before.ends_with("://") || (self.before.ends_with('@') && text.contains("://"))
    }

    /// The port behind the word.
    fn written_port(&self) -> Option<u16> {
        let after = self.after.strip_prefix(':')?;
        let end = after.find(|character: char| !character.is_ascii_digit()).unwrap_or(after.len());
        let (digits, after) = after.split_at(end);
        let ends = !after.starts_with(|character: char| character.is_alphanumeric() || "_.-:".contains(character));
        digits.parse().ok().filter(|port| ends && *port > 0)
    }
}

/// The characters that host names are made of.
fn is_host_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_.".contains(character)
}

/// Whether the whole value of a variable or an option of this name is a host.
fn speaks_of_hosts(name: &str) -> bool {
    const ENDINGS: [&str; 12] = [
        "host", "hosts", "hostname", "server", "servers", "addr", "address", "endpoint", "url", "broker", "brokers",
        "node",
    ];
    let last = name.trim_start_matches('-').rsplit(['_', '-', '.']).next().unwrap_or_default();
    let last = last.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| last == *ending) || last.ends_with("host")
}

/// Whether values under this name look like `host:port`, but are `image:tag`.
fn speaks_of_versions(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["image", "version", "tag"].iter().any(|word| name.contains(word))
}

/// The port that a URL's scheme stands for.
fn scheme_port(scheme: &str) -> Option<u16> {
    let scheme = scheme.rsplit(|character: char| !character.is_ascii_alphanumeric() && character != '+').next()?;
    Some(match scheme.split('+').next()?.to_ascii_lowercase().as_str() {
        "http" | "ws" => 80,
        "https" | "wss" => 443,
        "postgres" | "postgresql" => 5432,
        "mysql" | "mariadb" => 3306,
        "redis" | "rediss" => 6379,
        "mongodb" => 27017,
        "amqp" => 5672,
        "amqps" => 5671,
        "nats" => 4222,
        "memcached" => 11211,
        "smtp" => 25,
        "ldap" => 389,
        "mqtt" => 1883,
        _ => return None,
    })
}
