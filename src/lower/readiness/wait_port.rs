//! `wait-port [-t milliseconds] host:port`: <https://github.com/dwmkerr/wait-port>.

use super::flags::{Flags, Order};
use super::host::decimal;
use super::idiom::{Idiom, Invocation, Match, base_name, host_and_port, http, tcp};
use super::wait::Strictness;
use crate::compose::duration::Duration;

/// `wait-port`.
pub(super) const IDIOM: Idiom = Idiom { name: "wait-port", images: &[], recognise };

const FLAGS: Flags =
    Flags { switches: &["--wait-for-dns"], valued: &["-t", "--timeout", "-o", "--output"], order: Order::Anywhere };

/// It waits for ever when it is not told, and starts nothing itself.
fn recognise(invocation: Invocation<'_>) -> Option<Match> {
    let words = match invocation.words {
        [runner, "-y" | "--yes", rest @ ..] | [runner, rest @ ..] if base_name(runner) == "npx" => rest,
        words => words,
    };
    let (_, arguments) = words.split_first().filter(|(program, _)| base_name(program) == "wait-port")?;
    let line = FLAGS.read(arguments)?;
    let [address] = line.operands.as_slice() else { return None };
    let target = match address.strip_prefix(':') {
        // A port alone is one of the container itself.
        Some(port) => tcp("localhost", port, address),
        None if address.contains("://") => http(address).filter(|_| address.starts_with("http://")),
        None if address.contains(':') => host_and_port(address),
        None => tcp("localhost", address, address),
    };
    let timeout = match line.value(&["-t", "--timeout"]) {
        Some(milliseconds) => decimal(milliseconds)?.parse::<u32>().ok()?,
        None => 0,
    };
    let timeout = Duration::from_nanos(i64::from(timeout) * 1_000_000);
    Some(Match {
        targets: vec![target?],
        timeout: (timeout != Duration::default()).then_some(timeout),
        strictness: Strictness::Strict,
        used: invocation.words.len(),
        keep: None,
        parts: Vec::new(),
    })
}
