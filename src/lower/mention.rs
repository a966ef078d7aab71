//! Where a service names another one: as a host in its environment or its command.
//!
//! Only what can be nothing but a host counts: the host of a URL, `host:port`, and a whole value under a name that
//! speaks of hosts, such as `DB_HOST`. A word that merely equals a service's name does not.

mod subject;
mod text;

use std::collections::BTreeMap;

use super::process::Words;
use super::readiness::docker_compose_wait::HOSTS;
use super::readiness::host::{HostIndex, is_host_name};
use super::readiness::wait::{Recognised, Shape, Wait};
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::ecs::container::Protocol;
use crate::source::{Span, Spanned};
use subject::Subject;
use text::{Endpoint, Reading};

/// A place where one service names another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention<'a> {
    /// The service that is named.
    pub(super) service: &'a ServiceName,
    /// The name that is used for it, as it was written.
    pub(super) host: String,
    /// The port that is named beside it, or that its URL's scheme stands for, and where that is.
    pub(super) port: Option<Spanned<u16>>,
    /// What is spoken at that port.
    pub(super) protocol: Protocol,
    /// Where.
    pub(super) span: Span,
    /// Under which variable, if it is one.
    pub(super) variable: Option<&'a str>,
}

/// The services that a service names in its environment and its command, itself and the targets of its wait left out.
pub(super) fn mentions<'a>(service: &'a Service, hosts: &HostIndex<'a>, wait: Option<&Recognised>) -> Vec<Mention<'a>> {
    let mut found = Vec::new();
    in_environment(service, hosts, &mut found);
    let is_target = |mention: &Mention<'_>| {
        let port = mention.port.map(|port| port.value);
        let mut targets = wait.into_iter().flat_map(Recognised::targets);
        targets.any(|target| target.host.as_ref() == Some(&mention.host) && target.port == port)
    };
    let words = process_words(service);
    match wait.map(|wait| &wait.shape) {
        None => in_command(&words, service, hosts, &mut found),
        Some(Shape::Wrapper(rewritten)) => in_command(&remaining(&words, rewritten), service, hosts, &mut found),
        Some(Shape::Waiter | Shape::KeepOnly(_)) => {
            let mut others = Vec::new();
            in_command(&words, service, hosts, &mut others);
            found.extend(others.into_iter().filter(|mention| !is_target(mention)));
        }
    }
    // A wait that is told by a variable speaks for it.
    let is_told = wait.is_some_and(|wait| wait.waits.iter().any(Wait::is_told_by_variable));
    found.retain(|mention| *mention.service != service.name.value && !(is_told && mention.variable == Some(HOSTS)));
    found
}

/// The names under which a service links to others.
pub(super) fn links(service: &Service) -> impl Iterator<Item = Mention<'_>> {
    service.network.links.iter().map(|link| Mention {
        service: &link.value.service,
        host: link.value.alias.clone(),
        port: None,
        protocol: Protocol::Tcp,
        span: link.span,
        variable: None,
    })
}

/// The hosts in the values of variables.
fn in_environment<'a>(service: &'a Service, hosts: &HostIndex<'a>, found: &mut Vec<Mention<'a>>) {
    let mut ports = None;
    for (name, value) in &service.process.environment {
        let Some(text) = &value.value else { continue };
        let subject = Subject::of(name);
        for endpoint in text::endpoints(text, Reading::Value(subject)) {
            let Some(mut mention) = mention(endpoint, value.span, service, hosts) else { continue };
            mention.variable = Some(name);
            if let Some(beside) = subject::port_beside(name).filter(|_| mention.port.is_none()) {
                mention.port = ports.get_or_insert_with(|| port_variables(service)).get(&beside).copied();
            }
            found.push(mention);
        }
    }
}

/// The words of a process, each with its place.
fn process_words(service: &Service) -> Vec<Spanned<&str>> {
    let words = service.process.entrypoint.iter().chain(&service.process.command).flat_map(|words| &words.value);
    words.map(|word| Spanned::new(word.value.as_str(), word.span)).collect()
}

/// The words that remain without a wait. They are the last ones, so that their places are found from the end.
fn remaining<'w>(words: &[Spanned<&'w str>], rewritten: &'w Words) -> Vec<Spanned<&'w str>> {
    let Words { entrypoint, command } = rewritten;
    let left = entrypoint.iter().chain(command).flatten();
    let count = left.clone().count();
    let places = words.iter().skip(words.len().saturating_sub(count)).map(|word| word.span);
    left.zip(places).map(|(word, span)| Spanned::new(word.as_str(), span)).collect()
}

/// The hosts in the words of the command.
fn in_command<'a>(words: &[Spanned<&str>], service: &'a Service, hosts: &HostIndex<'a>, found: &mut Vec<Mention<'a>>) {
    let mut words = words.iter().peekable();
    let mut before = Subject::Anything;
    while let Some(word) = words.next() {
        // `redis-leader` and `6379` may be words of a list.
        let after =
            words.peek().filter(|_| is_host_name(word.value)).and_then(|next| text::port_after_host(next.value));
        for endpoint in text::endpoints(word.value, Reading::Word(before, after)) {
            found.extend(mention(endpoint, word.span, service, hosts));
        }
        before = Subject::of_option(word.value);
    }
}

/// A mention, if the host means a service.
fn mention<'a>(endpoint: Endpoint<'_>, span: Span, user: &'a Service, hosts: &HostIndex<'a>) -> Option<Mention<'a>> {
    let Endpoint { host, port, protocol } = endpoint;
    let service = hosts.resolve(host, user)?;
    let port = port.map(|port| Spanned::new(port, span));
    Some(Mention { service, host: host.to_owned(), port, protocol, span, variable: None })
}

/// The variables that hold nothing but a port, by their names in lower case.
fn port_variables(service: &Service) -> BTreeMap<String, Spanned<u16>> {
    let variables = service.process.environment.iter();
    let ports = variables.filter_map(|(name, value)| {
        let port = value.value.as_ref()?.parse().ok().filter(|port| *port > 0)?;
        Some((name.to_ascii_lowercase(), Spanned::new(port, value.span)))
    });
    ports.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LaunchType;
    use crate::testing::lower;

    /// The hosts that the service `web` names with their ports. Beside it there are services `db`, `cache`, `mq`,
    /// `kafka`, `kafka2` and `redis`, which is also called `store`.
    #[track_caller]
    fn check(keys: &str, expected: &str) {
        let text = format!(
            "services:\n  web: {{image: x, {keys}}}\n  db: {{image: x}}\n  cache: {{image: x}}\n  mq: {{image: x}}\n  \
             kafka: {{image: x}}\n  kafka2: {{image: x}}\n  redis: {{image: x, container_name: store}}\n"
        );
        let (found, _) = lower(LaunchType::Ec2, &text, |service, target, _| {
            let hosts = HostIndex::new(target.project);
            let shown = |mention: Mention<'_>| {
                let port = mention.port.map(|port| format!(":{}", port.value)).unwrap_or_default();
                let protocol = if mention.protocol == Protocol::Udp { "/udp" } else { "" };
                format!("{}{port}{protocol}", mention.host)
            };
            mentions(service, &hosts, None).into_iter().map(shown).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(found, expected);
    }

    /// What is found in a variable.
    #[track_caller]
    fn check_variable(variable: &str, expected: &str) {
        check(&format!("environment: ['{variable}']"), expected);
    }

    /// What is found in a command.
    #[track_caller]
    fn check_command(command: &str, expected: &str) {
        check(&format!("command: {command}"), expected);
    }

    #[test]
    fn the_host_of_a_url_is_a_host() {
        check_variable("A=postgresql://db:5433/x", "db:5433");
        check_variable("A=jdbc:postgresql://db:5432/x?ssl=true", "db:5432");
        check_variable("A=jdbc:sqlserver://db:1433;databaseName=x", "db:1433");
        check_variable("A=redis://:pw@cache:6379", "cache:6379");
        check_variable("A=mysql://:@db:3306/", "db:3306");
        check_variable("A=\"http://cache:8080/\"", "cache:8080");
        check_variable("A=[http://cache:9200, http://db:9201]", "cache:9200 db:9201");
    }

    #[test]
    fn a_scheme_stands_for_a_port() {
        check_variable("A=amqp://user:pw@mq", "mq:5672");
        check_variable("A=http://cache/path", "cache:80");
        check_variable("A=postgresql+psycopg2://db/x", "db:5432");
        check_variable("A=jdbc:mysql://db/x", "db:3306");
        check_variable("A=grpc://cache", "cache");
    }

    #[test]
    fn users_and_passwords_are_no_hosts() {
        check_variable("A=postgres://db:db@cache:5432/db", "cache:5432");
        check_variable("A=amqp://mq:p@ss@db", "db:5672");
        check_variable("A=mongodb://redis@example.com/db", "");
        check_variable("A=http://example.com/db:5432", "");
        check_variable("A=http://db.example.com", "");
    }

    #[test]
    fn lists_of_hosts_are_read_whole() {
        check_variable("A=kafka:9092,kafka2:9092", "kafka:9092 kafka2:9092");
        check_variable("A=mongodb://db:27017,cache:27017,mq/x", "db:27017 cache:27017 mq:27017");
        check_variable("A=PLAINTEXT://kafka:29092,PLAINTEXT_HOST://localhost:9092", "kafka:29092");
        check_variable("A=amqp://u:p@mq,amqp://u:p@db", "mq:5672 db:5672");
        check_variable("SEED_HOSTS=db,cache", "db cache");
        check_variable("ES_SEEDS=db cache", "db cache");
    }

    #[test]
    fn a_host_with_a_port_is_a_host_anywhere() {
        check_variable("A=db:5432", "db:5432");
        check_variable("A=user@db:5432/x", "db:5432");
        check_variable("A=user:pw@tcp(db:3306)/x", "db:3306");
        check_variable("A=jdbc:oracle:thin:@db:1521:xe", "db:1521");
        check_variable("A=jdbc:oracle:thin:@//db:1521/xe", "db:1521");
        check_variable("A=local:redis:6379,other:cache:6380:0", "redis:6379 cache:6380");
        check_variable("A=cache:11211.", "cache:11211");
    }

    #[test]
    fn what_only_looks_like_a_host_with_a_port_is_none() {
        check_variable("A=redis:7", "");
        check_variable("A=redis:7-alpine", "");
        check_variable("REDIS_IMAGE=redis:7200", "");
        check_variable("CACHE_TAG=registry.example/cache:2024", "");
        check_variable("A=hub/redis:6379", "");
        check_variable("A=/srv/db:5432", "");
        check_variable("A=C:\\db:5432", "");
        check_variable("A=$db:5432 %db:5432 {db:5432", "");
        check_variable("A=12:30:45", "");
        check_variable("A=[::1]:80", "");
        check_variable("A=admin@db", "");
        check_variable("A=db:99999", "");
        check_variable("A=my-db:5432 db-2:5432 db_x:5432", "");
    }

    #[test]
    fn a_name_may_speak_of_hosts() {
        check_variable("DB_HOST=db", "db");
        check_variable("DB_HOST=store", "store");
        check_variable("DB_HOST_1=db", "db");
        check_variable("redishost=redis", "redis");
        check_variable("mongoServer=db", "db");
        check_variable("API_URL=cache/api", "cache");
        check_variable("IMAGE_STORE_HOST=cache", "cache");
        check_variable("STAGING_DB=cache:6379", "cache:6379");
        check_variable("IMAGE_SERVER=cache:8080", "cache:8080");
        check_variable("SMTP_SERVER=mq:25", "mq:25");
    }

    #[test]
    fn a_word_that_equals_a_name_is_no_host() {
        check_variable("POSTGRES_USER=db", "");
        check_variable("CACHE_DRIVER=redis", "");
        check_variable("MESSAGE=ask the db of the cache", "");
        check_variable("VIRTUAL_HOST=cache", "");
    }

    #[test]
    fn connection_strings_name_hosts() {
        check_variable("A=Host=db;Username=u;Database=x", "db");
        check_variable("A=Host=db;Port=5433;Database=x", "db:5433");
        check_variable("A=Server=db,1433;User=cache", "db:1433");
        check_variable("A=Server=tcp:db,1433;User=cache", "db:1433");
        check_variable("A=Data Source=db;Initial Catalog=cache", "db");
        check_variable("A=mysql:host=db;port=3307;dbname=cache", "db:3307");
        check_variable("A=host=db port=5432 user=cache", "db:5432");
    }

    #[test]
    fn a_port_may_stand_in_a_variable_of_its_own() {
        check("environment: {DB_HOST: db, DB_PORT: 5433}", "db:5433");
        check("environment: {redishost: redis, redisport: 6380}", "redis:6380");
        check("environment: {DB_HOSTNAME: db, CACHE_PORT: 5433}", "db");
        check("environment: {DB_HOST: 'db:1', DB_PORT: 5433}", "db:1");
        check("environment: {DB_HOST: db, DB_PORT: many}", "db");
    }

    #[test]
    fn udp_is_told_apart() {
        check_variable("A=udp://cache:8125", "cache:8125/udp");
        check_variable("A=cache:8125/udp", "cache:8125/udp");
        check_command("socat - UDP:db:53", "db:53/udp");
    }

    #[test]
    fn commands_name_hosts() {
        check_command("mysql -h db -u redis", "db");
        check_command("[mysql, -h, db]", "db");
        check_command("[psql, --host, db]", "db");
        check_command("[psql, --host=db]", "db");
        check_command("[sh, -c, 'until nc -z db 5432; do sleep 1; done']", "db:5432");
        check_command("[redis-server, --replicaof, redis, '6379']", "redis:6379");
        check_command("[bash, -c, 'echo > /dev/tcp/db/5432']", "db:5432");
        check_command("[ssh, -L, '5432:db:5433', example.com]", "db:5433");
        check_command("socat - TCP:db:5432", "db:5432");
        check_command(
            "[web, -Ediscovery.seed_hosts=db, --brokers, 'kafka:9092,kafka2:9092']",
            "db kafka:9092 kafka2:9092",
        );
    }

    #[test]
    fn words_of_a_command_that_equal_a_name_are_no_hosts() {
        check_command("celery -A redis worker -n db", "");
        check_command("[redis, --port, '6379']", "");
        check_command("sleep 30", "");
        check_command("curl -H db example.com", "");
    }

    #[test]
    fn who_names_itself_names_nobody() {
        check_variable("ADVERTISED_HOST=web", "");
        check_variable("A=http://web:80", "");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-z:/@=;,.$ 0-9é'\\[\\]-]{0,40}") {
            for reading in [Reading::Value(Subject::Hosts), Reading::Word(Subject::Anything, None)] {
                let _endpoints = text::endpoints(&text, reading);
            }
        }
    }
}
