//! `pg_isready -h host` and `psql -h host -c '\q'`: <https://www.postgresql.org/docs/current/app-pg-isready.html>.

use super::flags::{Flags, Line, Order};
use super::idiom::{Endpoint, client, url, url_of};
use super::question::{Prober, Question};
use super::wait::{Scheme, Target};

/// `pg_isready`.
pub(super) const PG_ISREADY: Prober =
    Prober { name: "pg_isready", replies: &["accepting connections", "accepting"], recognise: pg_isready };

/// `psql`.
pub(super) const PSQL: Prober = Prober { name: "psql", replies: &[], recognise: psql };

const PG_ISREADY_FLAGS: Flags = Flags {
    switches: &["-q", "--quiet"],
    valued: &["-h", "--host", "-p", "--port", "-U", "--username", "-d", "--dbname", "-t", "--timeout"],
    order: Order::Anywhere,
};

const PSQL_FLAGS: Flags = Flags {
    switches: &[
        "-l",
        "--list",
        "-q",
        "--quiet",
        "-t",
        "--tuples-only",
        "-A",
        "--no-align",
        "-w",
        "--no-password",
        "-X",
        "--no-psqlrc",
    ],
    valued: &["-h", "--host", "-p", "--port", "-U", "--username", "-d", "--dbname", "-c", "--command"],
    order: Order::Anywhere,
};

/// Commands that succeed on any server that answers.
const TRIVIAL: &[&str] =
    &["", "\\q", "\\l", "\\dt", "\\conninfo", "select 1", "select now()", "select version()", "select 'ok'"];

fn pg_isready(question: Question<'_>) -> Option<Target> {
    let line = PG_ISREADY_FLAGS.read(question.arguments(&["pg_isready"])?)?;
    line.operands.is_empty().then(|| target(&line, question))?
}

fn psql(question: Question<'_>) -> Option<Target> {
    let line = PSQL_FLAGS.read(question.arguments(&["psql"])?)?;
    let asks = line.has(&["-l", "--list"]) || line.value(&["-c", "--command"]).is_some_and(is_trivial);
    // The database, and the user.
    let few = line.operands.len() <= 2;
    (asks && few).then(|| target(&line, question))?
}

/// Whether a command asks for nothing that a server could lack.
fn is_trivial(command: &str) -> bool {
    let command = command.trim().trim_end_matches(';').trim_end().to_ascii_lowercase();
    TRIVIAL.contains(&command.as_str())
}

/// The server that a line names: by a URL, by options, or by variables.
fn target(line: &Line<'_>, question: Question<'_>) -> Option<Target> {
    let database = line.value(&["-d", "--dbname"]).or(line.operands.first().copied());
    if let Some(found) = database.filter(|database| database.contains("://")) {
        return url_of(found, &["postgres", "postgresql"]).and_then(|rest| url(rest, Scheme::Postgres, 5432));
    }
    let host = line.value(&["-h", "--host"]).or_else(|| question.variable("PGHOST"))?;
    let port = line.value(&["-p", "--port"]).or_else(|| question.variable("PGPORT"));
    client(Endpoint { scheme: Scheme::Postgres, host, port, default_port: 5432 })
}
