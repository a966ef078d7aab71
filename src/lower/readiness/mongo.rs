//! `mongosh --host host --eval "db.adminCommand('ping')"`: <https://www.mongodb.com/docs/mongodb-shell/reference/options/>.

use super::flags::{Flags, Order};
use super::host::is_host_name;
use super::idiom::{Endpoint, client, url};
use super::question::{Prober, Question};
use super::wait::{Scheme, Target};

/// `mongosh`, and `mongo` before it.
pub(super) const PROBER: Prober = Prober { name: "mongosh", replies: &[], recognise };

const FLAGS: Flags = Flags {
    switches: &["--quiet", "--norc", "--nodb-check", "--tls", "--ssl"],
    valued: &["--host", "--port", "--eval", "-u", "--username", "-p", "--password", "--authenticationDatabase"],
    order: Order::Anywhere,
};

/// Scripts that succeed on any server that answers, without blanks and with single quotes.
const TRIVIAL: &[&str] = &[
    "",
    "1",
    "db",
    "db.admincommand('ping')",
    "db.admincommand('ping').ok",
    "db.admincommand({ping:1})",
    "db.admincommand({ping:1}).ok",
    "db.runcommand('ping')",
    "db.runcommand('ping').ok",
    "db.runcommand({ping:1})",
    "db.runcommand({ping:1}).ok",
    "db.stats()",
    "db.version()",
    "db.serverstatus()",
    "db.hello()",
    "db.ismaster()",
    "quit()",
    "quit(0)",
    "exit",
];

/// It succeeds when the server answers and the script does.
fn recognise(question: Question<'_>) -> Option<Target> {
    let line = FLAGS.read(question.arguments(&["mongosh", "mongo"])?)?;
    line.value(&["--eval"]).filter(|script| is_trivial(script))?;
    let address = match (line.operands.as_slice(), line.value(&["--host"])) {
        ([], Some(host)) => host,
        ([host], None) => *host,
        _ => return None,
    };
    if let Some(rest) = address.strip_prefix("mongodb://") {
        return url(rest, Scheme::Mongo, 27017).filter(|_| !line.has(&["--port"]));
    }
    // `HOST`, `HOST:PORT` and `HOST:PORT/DATABASE`; a name alone is a database unless it stands behind `--host`.
    let (host, port) = match address.split('/').next()?.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None if line.has(&["--host"]) || address.contains('/') => (address.split('/').next()?, None),
        None => return None,
    };
    let port = port.or_else(|| line.value(&["--port"]));
    client(Endpoint { scheme: Scheme::Mongo, host, port, default_port: 27017 }).filter(|_| is_host_name(host))
}

/// Whether a script asks for nothing that a server could lack.
fn is_trivial(script: &str) -> bool {
    let script: String = script.chars().filter(|letter| !letter.is_whitespace()).collect();
    let script = script.replace('"', "'").to_ascii_lowercase().replace("{'ping':1}", "{ping:1}");
    let script = script.trim_end_matches(';');
    let prints = script.strip_prefix("print('").and_then(|rest| rest.strip_suffix("')"));
    let printed = |text: &str| text.chars().all(|letter| letter.is_alphanumeric() || "._-!?".contains(letter));
    TRIVIAL.contains(&script) || prints.is_some_and(printed)
}
