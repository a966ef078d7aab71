//! `dockerize [-wait URL]… [-timeout 10s] [command…]`: <https://github.com/jwilder/dockerize>.

use super::host::{is_host_name, port_number};
use super::idiom::{Idiom, Invocation, Match, base_name, go_duration, told};
use super::wait::{Reason, Scheme, Strictness, Target};
use crate::compose::duration::Duration;

/// `dockerize`.
pub(super) const IDIOM: Idiom = Idiom { name: "dockerize", images: &["jwilder/dockerize"], recognise };

/// How long it waits for everyone when it is not told.
const DEFAULT_TIMEOUT: Duration = Duration::from_seconds(10);

/// Reads the flags as Go's `flag` package does: up to the first word that is none, or to `--`.
fn recognise(invocation: Invocation<'_>) -> Option<Match> {
    let mut words = invocation.words.iter().copied();
    words.next().filter(|word| base_name(word) == "dockerize")?;
    let (mut targets, mut parts) = (Vec::new(), Vec::new());
    let (mut timeout, mut keep) = (DEFAULT_TIMEOUT, None);
    loop {
        let ahead = words.clone().next();
        let Some(flag) = ahead.and_then(|word| word.strip_prefix('-')).filter(|flag| !flag.is_empty()) else { break };
        let start = invocation.words.len() - words.len();
        words.next();
        if flag == "-" {
            break;
        }
        let flag = flag.strip_prefix('-').unwrap_or(flag);
        let (name, value) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
        match name {
            "wait" => {
                targets.push(target(value.or_else(|| words.next())?)?);
                parts.push(start..invocation.words.len() - words.len());
            }
            "timeout" => timeout = go_duration(value.or_else(|| words.next())?)?,
            "wait-retry-interval" => {
                go_duration(value.or_else(|| words.next())?)?;
            }
            "wait-http-header" => {
                value.or_else(|| words.next())?.split_once(':')?;
            }
            "delims" => {
                value.or_else(|| words.next())?.split_once(':')?;
            }
            "template" | "stdout" | "stderr" => {
                value.or_else(|| words.next())?;
                keep = Some(Reason::DoesMore);
            }
            "no-overwrite" | "poll" => {
                value.is_none_or(is_go_bool).then_some(())?;
            }
            // `-version` and `-help` end it; anything else is a mistake, or another tool.
            _ => return None,
        }
    }
    let used = invocation.words.len() - words.len();
    // Without any time it fails at once: nobody means that as a wait.
    (!targets.is_empty() && timeout > Duration::default()).then_some(Match {
        targets,
        timeout: Some(timeout),
        strictness: Strictness::Strict,
        used,
        keep,
        parts,
    })
}

/// A URL of one of the schemes that dockerize knows.
fn target(text: &str) -> Option<Target> {
    let (scheme, rest) = text.split_once(':')?;
    let (scheme, default_port) = match scheme.to_ascii_lowercase().as_str() {
        "tcp" => (Scheme::Tcp, None),
        "tcp4" => (Scheme::Tcp4, None),
        "tcp6" => (Scheme::Tcp6, None),
        "unix" => (Scheme::Unix, None),
        "file" => (Scheme::File, None),
        "http" => (Scheme::Http, Some(80)),
        "https" => (Scheme::Https, Some(443)),
        _ => return None,
    };
    let text = text.to_owned();
    if matches!(scheme, Scheme::Unix | Scheme::File) {
        // `file:///x` names `/x`, but `file://x/y` names `/y`: who writes that means something else.
        let path = rest.strip_prefix("//").unwrap_or(rest);
        let plain = path.starts_with('/') && path.len() > 1 && !path.contains(['%', '?', '#', '\0']);
        return plain.then_some(Target { scheme, host: None, port: None, text });
    }
    let authority = rest.strip_prefix("//")?.split(['/', '?', '#']).next()?;
    let (host, port) = match authority.strip_prefix('[') {
        Some(address) => {
            let (address, rest) = address.split_once(']')?;
            let valid = address.contains(':') && address.chars().all(|c| c.is_ascii_hexdigit() || ":.".contains(c));
            valid.then_some((address, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) }))?
        }
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let port = match port {
        Some(port) => port_number(port)?,
        None => default_port?,
    };
    let named = host.contains(':') || is_host_name(host);
    let plain = named && !text.contains('\0');
    plain.then(|| Target { scheme, host: Some(host.to_owned()), port: Some(port), text: told(&text).to_owned() })
}

/// Whether Go takes a text for a boolean.
fn is_go_bool(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "TRUE" | "true" | "True" | "0" | "f" | "F" | "FALSE" | "false" | "False")
}
