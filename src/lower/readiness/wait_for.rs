//! `wait-for host:port|URL [-t seconds] [-- command…]`: <https://github.com/eficode/wait-for>.

use super::host::{is_host_name, port_number};
use super::idiom::{Idiom, Invocation, Match, host_and_port, script_call, told, whole_seconds};
use super::wait::{Scheme, Strictness, Target};
use crate::compose::duration::Duration;

/// `wait-for`.
pub(super) const IDIOM: Idiom = Idiom { name: "wait-for", images: &[], recognise };

/// How long it waits when it is not told.
const DEFAULT_TIMEOUT: Duration = Duration::from_seconds(15);

/// Reads the options. Of several targets only the last one counts, as in the script.
fn recognise(invocation: Invocation<'_>) -> Option<Match> {
    let call = script_call(invocation.words, &["wait-for", "wait-for.sh"])?;
    let mut words = invocation.words.get(call..)?.iter().copied();
    let (mut last, mut timeout) = (None, DEFAULT_TIMEOUT);
    while let Some(word) = words.next() {
        match word {
            "-q" | "--quiet" => {}
            "-t" | "--timeout" => timeout = whole_seconds(words.next()?)?,
            "--" => break,
            _ => match word.strip_prefix("--timeout=").or_else(|| word.strip_prefix("-t")) {
                Some(seconds) => timeout = whole_seconds(seconds)?,
                None => last = Some(target(word)?),
            },
        }
    }
    Some(Match {
        targets: vec![last?],
        timeout: (timeout != Duration::default()).then_some(timeout),
        strictness: Strictness::Strict,
        used: invocation.words.len() - words.len(),
        keep: None,
        parts: Vec::new(),
    })
}

/// `host:port`, or a URL that is asked over HTTP.
fn target(text: &str) -> Option<Target> {
    let url = |scheme, default_port, rest: &str| {
        let authority = rest.split(['/', '?', '#']).next()?;
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, port_number(port)?),
            None => (authority, default_port),
        };
        let (host, port) = (Some(host).filter(|host| is_host_name(host))?, Some(port));
        let plain = !text.contains(['\0', ' ']);
        plain.then(|| Target { scheme, host: Some(host.to_owned()), port, text: told(text).to_owned() })
    };
    match text.split_once("://") {
        Some(("http", rest)) => url(Scheme::Http, 80, rest),
        Some(("https", rest)) => url(Scheme::Https, 443, rest),
        _ => host_and_port(text),
    }
}
