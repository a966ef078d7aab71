//! `wait4x KIND ADDRESS… [-t 10s] [-- command…]`: <https://github.com/wait4x/wait4x>.

use std::ops::Range;

use super::flags::{Flags, Line, Order};
use super::host::is_host_name;
use super::idiom::{Idiom, Invocation, Match, base_name, go_duration, host_and_port, http, url, url_of};
use super::wait::{Reason, Scheme, Strictness, Target};
use crate::compose::duration::Duration;

/// `wait4x`.
pub(super) const IDIOM: Idiom = Idiom {
    name: "wait4x",
    images: &["atkrad/wait4x", "wait4x/wait4x", "ghcr.io/atkrad/wait4x", "ghcr.io/wait4x/wait4x"],
    recognise,
};

/// How long it waits when it is not told.
const DEFAULT_TIMEOUT: Duration = Duration::from_seconds(10);

/// The flags of all kinds. Those that ask for more than an answer are told apart below.
const FLAGS: Flags = Flags {
    switches: &["-q", "--quiet", "--no-color", "--insecure-skip-tls-verify", "--no-redirect", "--h2c"],
    valued: &[
        "-t",
        "--timeout",
        "-i",
        "--interval",
        "-l",
        "--log-level",
        "--log-format",
        "--connection-timeout",
        "--backoff-policy",
        "--backoff-exponential-max-interval",
        "--backoff-exponential-coefficient",
        "--expect-status-code",
        "--expect-body-regex",
        "--expect-body-json",
        "--expect-body-xpath",
        "--expect-header",
        "--request-header",
        "--ca-file",
        "--cert-file",
        "--key-file",
        "--expect-key",
        "--table-exists",
        "--expect-table",
    ],
    order: Order::Anywhere,
};

/// Flags that ask for more than an answer.
const DEMANDS: &[&str] = &[
    "--expect-body-regex",
    "--expect-body-json",
    "--expect-body-xpath",
    "--expect-header",
    "--expect-key",
    "--table-exists",
    "--expect-table",
];

/// Reads the kind, the addresses and the flags, up to `--`. Turned round by `-v` it is no wait for anyone.
fn recognise(invocation: Invocation<'_>) -> Option<Match> {
    let (program, words) = invocation.words.split_first()?;
    (base_name(program) == "wait4x").then_some(())?;
    let end = words.iter().position(|word| *word == "--").unwrap_or(words.len());
    let (own, command) = words.split_at(end);
    let line = FLAGS.read(own)?;
    let (kind, addresses) = line.operands.split_first()?;
    let addresses = match (*kind, addresses) {
        ("temporal", ["server", addresses @ ..]) => addresses,
        ("temporal", _) => return None,
        (_, addresses) => addresses,
    };
    let targets = targets(kind, addresses)?;
    let timeout = match line.value(&["-t", "--timeout"]) {
        Some(timeout) => go_duration(timeout).filter(|timeout| *timeout >= Duration::default())?,
        None => DEFAULT_TIMEOUT,
    };
    let command = command.get(1..).unwrap_or_default();
    // It writes out variables in the words that it hands on.
    let writes_out = command.iter().skip(1).any(|word| word.contains('$'));
    Some(Match {
        targets,
        timeout: (timeout != Duration::default()).then_some(timeout),
        strictness: Strictness::Strict,
        used: invocation.words.len() - command.len(),
        parts: targets_at(invocation.words, addresses),
        keep: if writes_out { Some(Reason::DoesMore) } else { demand(&line) },
    })
}

/// Where the addresses stand.
fn targets_at(words: &[&str], addresses: &[&str]) -> Vec<Range<usize>> {
    let place = |address: &&str| words.iter().position(|word| word == address).map(|at| at..at + 1);
    addresses.iter().map(place).collect::<Option<_>>().unwrap_or_default()
}

/// Why a wait must stay, if it asks for more than an answer.
fn demand(line: &Line<'_>) -> Option<Reason> {
    line.has(DEMANDS).then_some(Reason::AsksMore)
}

/// The addresses of a kind, each as that kind writes them.
fn targets(kind: &str, addresses: &[&str]) -> Option<Vec<Target>> {
    let target = |address: &str| match kind {
        "tcp" => host_and_port(address),
        "http" | "influxdb" => http(address),
        "temporal" => host_and_port(address).map(|target| Target { scheme: Scheme::Temporal, ..target }),
        "postgresql" | "postgres" | "postgre" => {
            url(url_of(address, &["postgres", "postgresql"])?, Scheme::Postgres, 5432)
        }
        "redis" => url(url_of(address, &["redis", "rediss"])?, Scheme::Redis, 6379),
        "mongodb" => url(url_of(address, &["mongodb"])?, Scheme::Mongo, 27017),
        "rabbitmq" => url(url_of(address, &["amqp", "amqps"])?, Scheme::Amqp, 5672),
        "kafka" => url(url_of(address, &["kafka"])?, Scheme::Kafka, 9092),
        // `user:password@tcp(host:port)/database`
        "mysql" => {
            let (_, rest) = address.rsplit_once("@tcp(").or_else(|| Some(("", address.strip_prefix("tcp(")?)))?;
            let (authority, _) = rest.split_once(')')?;
            url(authority, Scheme::Mysql, 3306)
        }
        _ => None,
    };
    let targets: Vec<Target> = match (kind, addresses) {
        // Only the name has to resolve.
        ("dns", ["A" | "AAAA" | "a" | "aaaa", host]) => {
            vec![Target { scheme: Scheme::Dns, host: Some((*host).to_owned()), port: None, text: (*host).to_owned() }]
                .into_iter()
                .filter(|_| is_host_name(host))
                .collect()
        }
        _ => addresses.iter().map(|address| target(address)).collect::<Option<_>>()?,
    };
    (!targets.is_empty()).then_some(targets)
}
