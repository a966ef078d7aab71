//! A tool whose command line is a readiness wait, and what the grammars of several tools share.

use std::ops::Range;

use indexmap::IndexMap;

use super::host::{decimal, is_host_name, port_number};
use super::shell::Dialect;
use super::wait::{Reason, Scheme, Strictness, Target};
use crate::compose::duration::Duration;
use crate::source::Spanned;

/// A tool whose command line is a readiness wait.
#[derive(Debug)]
pub(super) struct Idiom {
    /// Its name, for messages; also how an image's own entry point calls it.
    pub(super) name: &'static str,
    /// The images whose entry point is the tool, by the names they are known under.
    pub(super) images: &'static [&'static str],
    /// Reads a command line. `None` when a single word of the wait is not understood.
    pub(super) recognise: fn(Invocation<'_>) -> Option<Match>,
}

/// A command line, from the tool's name on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Invocation<'a> {
    /// The words; what a shell would put in place of a word is a word that fits no grammar.
    pub(super) words: &'a [&'a str],
    /// The environment in which it runs.
    pub(super) environment: &'a Environment,
}

/// A container's environment.
pub(super) type Environment = IndexMap<String, Spanned<Option<String>>>;

/// A command line that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    /// Who is waited for.
    pub(super) targets: Vec<Target>,
    /// How long; `None` is for ever.
    pub(super) timeout: Option<Duration>,
    /// Whether the command that follows starts when time is up; a tool without one fails, which is strict.
    pub(super) strictness: Strictness,
    /// How many words belong to the wait. The others are the command that follows.
    pub(super) used: usize,
    /// Why the wait must stay, although it was understood.
    pub(super) keep: Option<Reason>,
    /// The words that each target is written in, if the others can do without them; else nothing.
    pub(super) parts: Vec<Range<usize>>,
}

/// The name of a program without its directory.
pub(super) fn base_name(word: &str) -> &str {
    word.rsplit_once('/').map_or(word, |(_, name)| name)
}

/// How many words call a script of one of these names, by itself or by a shell; nothing if they call something else.
pub(super) fn script_call(words: &[&str], names: &[&str]) -> Option<usize> {
    match words {
        [script, ..] if names.contains(&base_name(script)) => Some(1),
        [shell, script, ..] if Dialect::of(shell).is_some() && names.contains(&base_name(script)) => Some(2),
        _ => None,
    }
}

/// `HOST:PORT`, which is asked over TCP.
pub(super) fn host_and_port(text: &str) -> Option<Target> {
    let (host, port) = text.split_once(':')?;
    tcp(host, port, text)
}

/// A host and a port in decimal, which are asked over TCP.
pub(super) fn tcp(host: &str, port: &str, text: &str) -> Option<Target> {
    let port = Some(port_number(port)?);
    is_host_name(host).then(|| Target { scheme: Scheme::Tcp, host: Some(host.to_owned()), port, text: text.to_owned() })
}

/// A server that a client is told to ask.
#[derive(Debug, Clone, Copy)]
pub(super) struct Endpoint<'a> {
    /// What the client speaks.
    pub(super) scheme: Scheme,
    /// The host.
    pub(super) host: &'a str,
    /// The port, if it is told.
    pub(super) port: Option<&'a str>,
    /// The port if it is not.
    pub(super) default_port: u16,
}

/// The target of a client.
pub(super) fn client(endpoint: Endpoint<'_>) -> Option<Target> {
    let Endpoint { scheme, host, port, default_port } = endpoint;
    let port = match port {
        Some(port) => port_number(port)?,
        None => default_port,
    };
    let text = format!("{host}:{port}");
    is_host_name(host).then(|| Target { scheme, host: Some(host.to_owned()), port: Some(port), text })
}

/// The part of a URL behind its scheme, which is one of these.
pub(super) fn url_of<'a>(text: &'a str, schemes: &[&str]) -> Option<&'a str> {
    let (scheme, rest) = text.split_once("://")?;
    schemes.contains(&scheme).then_some(rest)
}

/// The one server that the part of a URL behind its scheme names. Who asks is nobody's business: it is not told.
pub(super) fn url(rest: &str, scheme: Scheme, default_port: u16) -> Option<Target> {
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, authority)| authority);
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    client(Endpoint { scheme, host, port, default_port })
}

/// `http://host:port/path`, `https://…`, or without a scheme, which is HTTP.
pub(super) fn http(text: &str) -> Option<Target> {
    let (scheme, rest, default_port) = match text.split_once("://") {
        Some(("http", rest)) => (Scheme::Http, rest, 80),
        Some(("https", rest)) => (Scheme::Https, rest, 443),
        Some(_) => return None,
        None => (Scheme::Http, text, 80),
    };
    let target = url(rest, scheme, default_port)?;
    let text = format!("{}://{}", scheme.as_str(), target.text);
    Some(Target { text, ..target })
}

/// A URL as far as it is told: a query may hold what nobody else should read.
pub(super) fn told(text: &str) -> &str {
    text.split(['?', '#']).next().unwrap_or_default()
}

/// A duration as Go writes it, which knows no days and no weeks.
pub(super) fn go_duration(text: &str) -> Option<Duration> {
    match text {
        "0" => Some(Duration::default()),
        _ if text.contains(['d', 'w']) => None,
        _ => text.parse().ok(),
    }
}

/// Whole seconds in decimal, without a sign.
pub(super) fn whole_seconds(text: &str) -> Option<Duration> {
    let seconds: u32 = decimal(text)?.parse().ok()?;
    Some(Duration::from_seconds(seconds.into()))
}
