//! Where a service names another one: as a host in its environment or its command.
//!
//! Only what can be nothing but a host counts: the host of a URL, `host:port`, what stands behind `host=` or `--host`,
//! and a whole value under a name that speaks of hosts, such as `DB_HOST`. A word that merely equals a service's name
//! does not.

use super::readiness::host::HostIndex;
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::source::Span;

/// A place where one service names another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention<'a> {
    /// The service that is named.
    pub(super) service: &'a ServiceName,
    /// The name that is used for it, as it was written.
    pub(super) host: String,
    /// The port that is named beside it, or that its URL's scheme stands for.
    pub(super) port: Option<u16>,
    /// Where.
    pub(super) span: Span,
    /// Under which variable, if it is one.
    pub(super) variable: Option<&'a str>,
}

/// The services that a service names in its environment and its command, itself left out.
pub(super) fn mentions<'a>(service: &'a Service, hosts: &HostIndex<'a>) -> Vec<Mention<'a>> {
    let process = &service.process;
    let mut found = Vec::new();
    for (name, value) in &process.environment {
        let Some(text) = &value.value else { continue };
        if !speaks_of_versions(name) {
            let place = Place { service, variable: Some(name), span: value.span, whole: speaks_of_hosts(name) };
            scan(text, place, hosts, &mut found);
        }
    }
    let words = process.entrypoint.iter().chain(&process.command).flat_map(|words| &words.value);
    let mut before = "";
    for word in words {
        let place = Place { service, variable: None, span: word.span, whole: is_host_option(before) };
        scan(&word.value, place, hosts, &mut found);
        before = &word.value;
    }
    found.retain(|mention| *mention.service != service.name.value);
    found
}

/// Where a text stands, and whether all of it may be a host.
#[derive(Clone, Copy)]
struct Place<'a> {
    service: &'a Service,
    variable: Option<&'a str>,
    span: Span,
    whole: bool,
}

/// Finds the hosts in a text.
fn scan<'a>(text: &str, place: Place<'a>, hosts: &HostIndex<'a>, found: &mut Vec<Mention<'a>>) {
    let Place { service: user, variable, span, whole } = place;
    let mut rest = text;
    let mut before = "";
    while let Some(start) = rest.find(is_host_character) {
        let (gap, from) = rest.split_at(start);
        let length = from.find(|character| !is_host_character(character)).unwrap_or(from.len());
        let (host, after) = from.split_at(length);
        let context = Context { word: before, gap, after };
        (before, rest) = (host, after);
        let Some(service) = hosts.resolve(host, user) else { continue };
        let alone = whole && host.len() == text.len();
        let port = context.port(text);
        if port.is_some() || alone {
            let port = port.flatten().or_else(|| variable.filter(|_| alone).and_then(|name| port_beside(name, user)));
            found.push(Mention { service, host: host.to_owned(), port, span, variable });
        }
    }
}

/// What stands around a word.
struct Context<'a> {
    /// The word before it.
    word: &'a str,
    /// What stands between the two.
    gap: &'a str,
    /// What follows.
    after: &'a str,
}

impl Context<'_> {
    /// The port of a host in this context, `Some(None)` if it is a host without a port, `None` if it is no host.
    fn port(&self, text: &str) -> Option<Option<u16>> {
        let before = if self.gap.is_empty() { self.word } else { self.gap };
        let port = self.after.strip_prefix([':', ',']).and_then(leading_port);
        let in_url = before.ends_with("://") || (before.ends_with('@') && text.contains("://"));
        if in_url {
            return Some(port.or_else(|| text.split_once("://").and_then(|(scheme, _)| scheme_port(scheme))));
        }
        if self.is_option() {
            return Some(port.or_else(|| port_option(text)));
        }
        let starts = before.is_empty() || !before.ends_with([':', '.', '\\', '$', '%', '#', '{']);
        port.filter(|_| starts && self.after.starts_with(':')).map(Some)
    }

    /// Whether the word is the value of an option that takes a host: `host=db`, `Server = db`, `-h db`, `--db-host db`.
    fn is_option(&self) -> bool {
        match self.gap.trim() {
            "=" => speaks_of_hosts(self.word),
            "" => !self.gap.is_empty() && is_host_option(self.word),
            _ => false,
        }
    }
}

/// Whether the word after this one is a host: `-h`, `--host` and the like.
fn is_host_option(word: &str) -> bool {
    word == "-h" || (word.starts_with('-') && !word.contains('=') && speaks_of_hosts(word))
}

/// The port with which a text starts.
fn leading_port(text: &str) -> Option<u16> {
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, after) = text.split_at(digits);
    let ends = !after.starts_with(|character: char| character.is_alphanumeric() || "_.-:".contains(character));
    ends.then(|| digits.parse::<u16>().ok()).flatten().filter(|port| *port > 0)
}

/// The port that an option in the same text names: `port=5432`, `Port = 5432`.
fn port_option(text: &str) -> Option<u16> {
    let lower = text.to_ascii_lowercase();
    let (_, value) = lower.split_once("port").map(|(before, after)| (before, after.trim_start()))?;
    leading_port(value.strip_prefix('=')?.trim_start())
}

/// The port in the variable that goes with one for a host: `DB_PORT` with `DB_HOST`.
fn port_beside(name: &str, service: &Service) -> Option<u16> {
    let ending = host_ending(name)?;
    let upper = |character: Option<char>| character.is_some_and(|character| character.is_ascii_uppercase());
    let port = match (upper(ending.chars().next()), upper(ending.chars().next_back())) {
        (true, true) => "PORT",
        (true, false) => "Port",
        (false, _) => "port",
    };
    let variable = format!("{}{port}", name.strip_suffix(ending)?);
    let value = service.process.environment.get(&variable)?.value.as_ref()?;
    value.parse().ok().filter(|port| *port > 0)
}

/// The characters that host names are made of.
fn is_host_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_.".contains(character)
}

/// Whether the whole value of a variable or an option of this name is a host.
fn speaks_of_hosts(name: &str) -> bool {
    host_ending(name).is_some()
}

/// The part of a name that speaks of hosts, at its end.
fn host_ending(name: &str) -> Option<&str> {
    const ENDINGS: [&str; 12] = [
        "host", "hosts", "hostname", "server", "servers", "addr", "address", "endpoint", "url", "broker", "brokers",
        "node",
    ];
    let last = name.trim_start_matches('-').rsplit(['_', '-', '.']).next()?;
    let word = last.to_ascii_lowercase();
    if ENDINGS.contains(&word.as_str()) {
        return Some(last);
    }
    last.len()
        .checked_sub("host".len())
        .and_then(|start| last.get(start..))
        .filter(|end| end.eq_ignore_ascii_case("host"))
}

/// Whether values under this name look like `host:port`, but are `image:tag`.
fn speaks_of_versions(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["image", "version", "tag"].iter().any(|word| name.contains(word))
}

/// The port that a URL's scheme stands for.
fn scheme_port(scheme: &str) -> Option<u16> {
    let scheme = scheme.rsplit(|character: char| !character.is_ascii_alphanumeric() && character != '+').next()?;
    Some(match scheme.split('+').next()?.to_ascii_lowercase().as_str() {
        "http" | "ws" => 80,
        "https" | "wss" => 443,
        "postgres" | "postgresql" => 5432,
        "mysql" | "mariadb" => 3306,
        "redis" | "rediss" => 6379,
        "mongodb" => 27017,
        "amqp" => 5672,
        "amqps" => 5671,
        "nats" => 4222,
        "memcached" => 11211,
        "smtp" => 25,
        "ldap" => 389,
        "mqtt" => 1883,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LaunchType;
    use crate::testing::lower;

    /// The services that `web` names, each with its port.
    #[track_caller]
    fn check(keys: &str, expected: &str) {
        let others = "db: {image: x, networks: {default: {aliases: [database]}}}, mq: {image: x}";
        let text = format!("{{services: {{web: {{image: x, {keys}}}, {others}}}}}");
        let (found, _) = lower(LaunchType::Ec2, &text, |service, target, _| {
            let mention = |mention: Mention<'_>| match mention.port {
                Some(port) => format!("{}:{port}", mention.host),
                None => mention.host,
            };
            mentions(service, &HostIndex::new(target.project)).into_iter().map(mention).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn the_host_of_a_url_is_one() {
        check("environment: {A: 'postgres://u:p@db:5433/db'}", "db:5433");
        check("environment: {A: 'postgresql+asyncpg://u:p@db/mq'}", "db:5432");
        check("environment: {A: 'redis://db'}", "db:6379");
        check("environment: {A: 'tcp://db'}", "db");
        check("command: curl http://db/mq", "db:80");
    }

    #[test]
    fn a_name_with_a_port_is_one() {
        check("environment: {A: 'db:1'}", "db:1");
        check("environment: {A: 'db:1,mq:2'}", "db:1 mq:2");
        check("environment: {A: 'database:1'}", "database:1");
        check("environment: {A: 'x.db:1', B: 'db:1.5', C: 'db:0', D: 'db:70000', E: '$db:1'}", "");
        check("environment: {APP_IMAGE: 'db:1', DB_VERSION: 'mq:2'}", "");
    }

    #[test]
    fn a_variable_that_speaks_of_hosts_holds_one() {
        check("environment: {DB_HOST: db, MQ: mq, PGHOST: db, SERVERNAME: db}", "db db");
        check("environment: {DB_NAME: db, DB_USER: mq}", "");
    }

    #[test]
    fn the_port_may_stand_in_the_variable_beside() {
        check("environment: {DB_HOST: db, DB_PORT: 5433}", "db:5433");
        check("environment: {DB_HOST: db, DB_PORT: x, PORT: 80}", "db");
        check("environment: {PGHOST: db, PGPORT: 5433}", "db:5433");
        check("environment: {db_hostname: db, db_port: 5433}", "db:5433");
        check("environment: {dbHost: db, dbPort: 5433}", "db:5433");
        check("environment: {HOST: db, PORT: 80}", "db:80");
        check("environment: {DB_HOST: 'db:1', DB_PORT: 2}", "db:1");
    }

    #[test]
    fn a_connection_string_names_one() {
        check("environment: {A: 'host=db port=5433 user=mq dbname=db'}", "db:5433");
        check("environment: {A: 'Server=db;Port=3306;Database=mq;Uid=db'}", "db:3306");
        check("environment: {A: 'Server = db,1433;Database=mq'}", "db:1433");
        check("environment: {A: 'user=db dbname=mq'}", "");
    }

    #[test]
    fn an_option_of_a_command_names_one() {
        check("command: [app, --db-host, db]", "db");
        check("command: [app, --db-host=db, --queue=mq]", "db");
        check("command: ['psql', '-h', db, '-U', mq, db]", "db");
        check("command: ['sh', '-c', 'psql -h db -p 5433 mq && app --host mq']", "db mq");
        check("command: [echo, db, mq]", "");
    }

    #[test]
    fn a_service_does_not_name_itself() {
        check("environment: {HOST: web, URL: 'http://web:80'}", "");
    }
}
