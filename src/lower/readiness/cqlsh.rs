//! `cqlsh host -e 'describe keyspaces'`: <https://cassandra.apache.org/doc/latest/cassandra/managing/tools/cqlsh.html>.

use super::flags::{Flags, Order};
use super::idiom::{Endpoint, client};
use super::question::{Prober, Question};
use super::wait::{Scheme, Target};

/// `cqlsh`.
pub(super) const PROBER: Prober = Prober { name: "cqlsh", replies: &[], recognise };

const FLAGS: Flags = Flags {
    switches: &["--ssl", "--no-color", "-C", "--color", "--debug"],
    valued: &[
        "-e",
        "--execute",
        "-u",
        "--username",
        "-p",
        "--password",
        "--cqlversion",
        "--connect-timeout",
        "--request-timeout",
    ],
    order: Order::Anywhere,
};

/// Statements that succeed on any node that answers.
const TRIVIAL: &[&str] = &[
    "",
    "exit",
    "quit",
    "describe cluster",
    "describe keyspaces",
    "desc keyspaces",
    "desc cluster",
    "show host",
    "show version",
    "select now() from system.local",
    "select release_version from system.local",
];

/// It succeeds when the node answers.
fn recognise(question: Question<'_>) -> Option<Target> {
    let line = FLAGS.read(question.arguments(&["cqlsh"])?)?;
    let statement = line.value(&["-e", "--execute"])?.trim().trim_end_matches(';').trim_end().to_ascii_lowercase();
    let (host, port) = match line.operands.as_slice() {
        [host] => (*host, None),
        [host, port] => (*host, Some(*port)),
        _ => return None,
    };
    let target = client(Endpoint { scheme: Scheme::Cassandra, host, port, default_port: 9042 });
    target.filter(|_| TRIVIAL.contains(&statement.as_str()))
}
