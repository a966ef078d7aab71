//! `mysqladmin ping -h host` and `mysql -h host -e 'select 1'`: <https://dev.mysql.com/doc/refman/8.4/en/mysqladmin.html>.

use super::flags::{Flags, Line, Order};
use super::idiom::{Endpoint, client};
use super::question::{Prober, Question};
use super::wait::{Scheme, Target};

/// `mysqladmin`, or `mariadb-admin` as it is called there.
pub(super) const MYSQLADMIN: Prober =
    Prober { name: "mysqladmin", replies: &["mysqld is alive", "is alive", "alive"], recognise: mysqladmin };

/// `mysql`, or `mariadb` as it is called there.
pub(super) const MYSQL: Prober = Prober { name: "mysql", replies: &[], recognise: mysql };

/// A password may follow `-p` in the same word only: `-psecret`.
const FLAGS: Flags = Flags {
    switches: &[
        "-s",
        "--silent",
        "-p",
        "--password",
        "-v",
        "--verbose",
        "--skip-ssl",
        "--ssl",
        "-N",
        "--skip-column-names",
        "-B",
        "--batch",
        "--no-beep",
        "-C",
        "--compress",
        "--disable-ssl",
    ],
    valued: &[
        "-h",
        "--host",
        "-P",
        "--port",
        "-u",
        "--user",
        "--password",
        "--protocol",
        "--connect-timeout",
        "--connect_timeout",
        "--ssl-mode",
        "--ssl",
        "-e",
        "--execute",
        "-D",
        "--database",
        "--count",
    ],
    order: Order::Anywhere,
};

/// Queries that succeed on any server that answers.
const TRIVIAL: &[&str] = &[
    "",
    "exit",
    "quit",
    "\\q",
    "select 1",
    "select version()",
    "select now()",
    "show databases",
    "show status",
    "status",
    "do 1",
];

fn mysqladmin(question: Question<'_>) -> Option<Target> {
    let line = read(question.arguments(&["mysqladmin", "mariadb-admin"])?)?;
    let ["ping" | "status" | "version"] = line.operands.as_slice() else { return None };
    target(&line)
}

fn mysql(question: Question<'_>) -> Option<Target> {
    let line = read(question.arguments(&["mysql", "mariadb"])?)?;
    let query = line.value(&["-e", "--execute"])?.trim().trim_end_matches(';').trim_end().to_ascii_lowercase();
    let few = line.operands.len() <= 1;
    (few && TRIVIAL.contains(&query.as_str())).then(|| target(&line))?
}

/// Reads the words, leaving out those that hold a password behind `-p`.
fn read<'a>(words: &[&'a str]) -> Option<Line<'a>> {
    let words: Vec<&str> = words.iter().copied().filter(|word| !(word.starts_with("-p") && word.len() > 2)).collect();
    FLAGS.read(&words)
}

/// The server that a line names. Without a host it is that of the container itself.
fn target(line: &Line<'_>) -> Option<Target> {
    let host = line.value(&["-h", "--host"])?;
    let port = line.value(&["-P", "--port"]);
    client(Endpoint { scheme: Scheme::Mysql, host, port, default_port: 3306 })
}
