//! `wait-for-it.sh host:port [-s] [-t seconds] [-- command…]`: <https://github.com/vishnubob/wait-for-it>.
//!
//! Scripts of that name with another grammar abound: only what the original takes is recognised.

use super::idiom::{Idiom, Invocation, Match, host_and_port, script_call, tcp, whole_seconds};
use super::wait::Strictness;
use crate::compose::duration::Duration;

/// `wait-for-it`.
pub(super) const IDIOM: Idiom = Idiom { name: "wait-for-it", images: &[], recognise };

/// How long it waits when it is not told.
const DEFAULT_TIMEOUT: Duration = Duration::from_seconds(15);

/// Reads the options. Of several targets only the last one counts, as in the script.
fn recognise(invocation: Invocation<'_>) -> Option<Match> {
    let call = script_call(invocation.words, &["wait-for-it", "wait-for-it.sh"])?;
    let mut words = invocation.words.get(call..)?.iter().copied();
    // The script takes its defaults from variables of this name.
    if invocation.environment.keys().any(|name| name.starts_with("WAITFORIT_")) {
        return None;
    }
    let (mut host, mut port, mut timeout, mut strict, mut ended) = (None, None, DEFAULT_TIMEOUT, 0_u32, false);
    while let Some(word) = words.next() {
        match word {
            "-q" | "--quiet" => {}
            "-s" | "--strict" => strict += 1,
            "-h" => host = Some(words.next()?),
            "-p" => port = Some(words.next()?),
            "-t" => timeout = whole_seconds(words.next()?)?,
            "--" => {
                ended = true;
                break;
            }
            _ => match word.split_once('=') {
                Some(("--host", value)) => host = Some(value),
                Some(("--port", value)) => port = Some(value),
                Some(("--timeout", value)) => timeout = whole_seconds(value)?,
                _ => {
                    host_and_port(word)?;
                    (host, port) = word.split_once(':').map(|(host, port)| (Some(host), Some(port)))?;
                }
            },
        }
    }
    // The Python tool of the same name takes `-s` before each of several services.
    if strict > 1 {
        return None;
    }
    let (host, port) = (host?, port?);
    let follows = ended && words.len() > 0;
    Some(Match {
        targets: vec![tcp(host, port, &format!("{host}:{port}"))?],
        timeout: (timeout != Duration::default()).then_some(timeout),
        strictness: if follows && strict == 0 { Strictness::Lenient } else { Strictness::Strict },
        used: invocation.words.len() - words.len(),
        keep: None,
        parts: Vec::new(),
    })
}
