//! How to ask well-known images whether they are ready, and on which port they listen.

mod images;

use crate::compose::service::image::reference::ImageReference;
use crate::compose::service::process::Process;
use crate::ecs::container::HealthCheck;
use crate::ecs::unit::Seconds;
use crate::lower::readiness::idiom::base_name;

/// A health check for an image that comes without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) struct Probe {
    /// `CMD` and words, or `CMD-SHELL` and one line, as ECS takes them.
    pub(in crate::lower) command: Vec<String>,
    /// The time between checks.
    pub(in crate::lower) interval: Seconds,
    /// The time a check may take.
    pub(in crate::lower) timeout: Seconds,
    /// How many checks in a row must fail.
    pub(in crate::lower) retries: u32,
    /// How long failures do not count at first.
    pub(in crate::lower) start_period: Seconds,
    /// How much it asks.
    pub(in crate::lower) depth: Depth,
    /// The ports that answer when it succeeds.
    pub(in crate::lower) ports: Vec<u16>,
}

/// How much a check asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lower) enum Depth {
    /// Whether a port is open.
    Port,
    /// Whether the server answers.
    Server,
}

/// The health check for a well-known image that runs its own server. Images are told by their exact names: what
/// `mycorp/postgres` holds is anyone's guess.
pub(in crate::lower) fn probe(image: &str, process: &Process) -> Option<Probe> {
    let image: ImageReference = image.parse().ok()?;
    let known = known_image(&image)?;
    let container = Container { image: &image, process };
    if !container.runs_server(known) {
        return None;
    }
    let check = (known.check)(container)?;
    let (depth, command) = match check {
        Check::Shell(line) => (Depth::Server, vec!["CMD-SHELL".to_owned(), line]),
        Check::Words(words) => (Depth::Server, std::iter::once("CMD").chain(words).map(str::to_owned).collect()),
        Check::Port(port, Opener::Netcat) => {
            (Depth::Port, vec!["CMD-SHELL".to_owned(), format!("nc -z 127.0.0.1 {port}")])
        }
        Check::Port(port, Opener::Bash) => {
            let line = format!("exec 3<>/dev/tcp/127.0.0.1/{port}");
            (Depth::Port, vec!["CMD".to_owned(), "bash".to_owned(), "-c".to_owned(), line])
        }
    };
    let ports = std::iter::once(known.port).chain(known.others.iter().copied()).collect();
    let (interval, timeout, start_period) = match known.pace {
        Pace::Quick => (10, 5, 30),
        Pace::Heavy => (30, 15, 60),
        Pace::Slow => (10, 10, 120),
    };
    let [interval, timeout, start_period] = [interval, timeout, start_period].map(Seconds);
    Some(Probe { command, interval, timeout, retries: 5, start_period, depth, ports })
}

/// The health check that the user names, if it is one: `CMD` and words, or `CMD-SHELL` and a line.
pub(in crate::lower) fn told(words: &[String]) -> Option<Probe> {
    match words {
        [kind, _, ..] if kind == "CMD" => {}
        [kind, _] if kind == "CMD-SHELL" => {}
        _ => return None,
    }
    let [interval, timeout, start_period] = [10, 5, 30].map(Seconds);
    let (command, depth) = (words.to_vec(), Depth::Server);
    Some(Probe { command, interval, timeout, retries: 5, start_period, depth, ports: Vec::new() })
}

/// The port on which a well-known image listens when nobody tells it otherwise.
pub(in crate::lower) fn well_known_port(image: &str) -> Option<u16> {
    known_image(&image.parse().ok()?).map(|known| known.port)
}

/// What is known of an image, if anything.
fn known_image(image: &ImageReference) -> Option<&'static KnownImage> {
    let name = image.known_name();
    images::KNOWN.iter().find(|known| known.names.contains(&&*name))
}

/// What is known of an image.
struct KnownImage {
    /// The names it is known under.
    names: &'static [&'static str],
    /// The port on which it listens.
    port: u16,
    /// Other ports that answer when the check succeeds.
    others: &'static [u16],
    /// The first words of commands that run its server, beside options.
    servers: &'static [&'static str],
    /// Options of the server that the check does not know how to deal with.
    moved: &'static [&'static str],
    /// How to ask it.
    check: fn(Container<'_>) -> Option<Check>,
    /// How long it takes to start and to answer.
    pace: Pace,
}

/// How long an image takes to start and to answer.
enum Pace {
    /// Like most.
    Quick,
    /// The check itself is costly.
    Heavy,
    /// It takes minutes to start.
    Slow,
}

/// The command of a check.
enum Check {
    /// A line for the container's shell. Variables in it are those of the container.
    Shell(String),
    /// Words.
    Words(Vec<&'static str>),
    /// Whether a port is open.
    Port(u16, Opener),
}

/// What tries a port.
enum Opener {
    /// `nc`, as in Alpine.
    Netcat,
    /// Bash, as in Debian.
    Bash,
}

/// What a check may depend on.
#[derive(Clone, Copy)]
struct Container<'a> {
    image: &'a ImageReference,
    process: &'a Process,
}

impl<'a> Container<'a> {
    /// Whether the image's own server runs, as the check expects it.
    fn runs_server(self, known: &KnownImage) -> bool {
        let first = self.words().next();
        self.process.entrypoint.is_none()
            && first.is_none_or(|first| first.starts_with('-') || known.servers.contains(&base_name(first)))
            && !known.moved.iter().any(|option| self.has_option(option))
    }

    /// The words of the command.
    fn words(self) -> impl Iterator<Item = &'a str> {
        self.process.command.iter().flat_map(|words| &words.value).map(|word| word.value.as_str())
    }

    /// Whether the command has an option: `--port 1`, `--port=1`.
    fn has_option(self, option: &str) -> bool {
        self.words().any(|word| word.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with('=')))
    }

    /// The value of a variable, when the file gives it one.
    fn variable(self, name: &str) -> Option<&'a str> {
        self.process.environment.get(name)?.value.as_deref()
    }

    /// Whether a variable is set.
    fn sets(self, name: &str) -> bool {
        self.process.environment.contains_key(name)
    }

    /// The tag, `latest` when none is given. A digest tells nothing.
    fn tag(self) -> &'a str {
        self.image.tag().unwrap_or("latest")
    }

    /// The number with which the tag begins: the major version.
    fn major(self) -> Option<u32> {
        let tag = self.tag();
        tag.split(['.', '-']).next().unwrap_or(tag).trim_start_matches('v').parse().ok()
    }

    /// The first two numbers of the tag.
    fn version(self) -> Option<(u32, u32)> {
        let mut numbers = self.tag().trim_start_matches('v').split(['.', '-']);
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    }

    /// Whether the image is built on Alpine, whose tools come from busybox.
    fn is_alpine(self) -> bool {
        self.tag().split('-').any(|part| part.starts_with("alpine"))
    }
}

impl From<Probe> for HealthCheck {
    fn from(probe: Probe) -> Self {
        // What it tells of others is for those who decide by it.
        let Probe { command, interval, timeout, retries, start_period, depth: _, ports: _ } = probe;
        Self {
            command,
            interval: Some(interval),
            timeout: Some(timeout),
            retries: Some(retries),
            start_period: Some(start_period),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{images, probe, well_known_port};
    use crate::compose::service::process::Process;
    use crate::testing::{environment, words};

    fn process(command: &[&str], variables: &[(&str, &str)]) -> Process {
        let command = (!command.is_empty()).then(|| words(command));
        Process { command, environment: environment(variables), ..Process::default() }
    }

    /// Compares the command of a probe; nothing is no probe.
    #[track_caller]
    fn check(image: &str, command: &[&str], variables: &[(&str, &str)], expected: &str) {
        let found = probe(image, &process(command, variables)).map(|probe| probe.command.join(" ")).unwrap_or_default();
        assert_eq!(found, expected);
    }

    const PG: &str = r#"CMD-SHELL pg_isready -h 127.0.0.1 -U "${POSTGRES_USER:-postgres}""#;

    #[test]
    fn an_image_is_told_by_its_exact_name() {
        for image in
            ["postgres", "postgres:16-alpine", "docker.io/library/postgres:9.6.5-alpine", "postgis/postgis:15-3.4"]
        {
            check(image, &[], &[], PG);
        }
        check("public.ecr.aws/docker/library/postgres:16", &[], &[], PG);
        check("mycorp/postgres:16", &[], &[], "");
        check("registry.example.com/postgres", &[], &[], "");
        check("not an image", &[], &[], "");
    }

    #[test]
    fn a_client_is_not_asked_whether_it_serves() {
        check("postgres", &["postgres", "-c", "max_connections=300"], &[], PG);
        check("postgres", &["-c", "max_connections=300"], &[], PG);
        check("postgres", &["pg_dump", "-h", "db"], &[], "");
        check("postgres", &["sh", "-c", "psql -h db"], &[], "");
        let process = Process { entrypoint: Some(words(&["/backup.sh"])), ..Process::default() };
        assert_eq!(probe("postgres", &process), None);
    }

    #[test]
    fn a_server_that_listens_elsewhere_is_not_asked() {
        check("postgres", &["-p", "5433"], &[], "");
        check("mysql:8", &["--port=3307"], &[], "");
        check("redis:7", &["redis-server", "--port", "6380"], &[], "");
        check("minio/minio", &["server", "/data", "--address", ":9100"], &[], "");
    }

    #[test]
    fn databases_are_asked_over_the_network_and_not_by_their_socket() {
        check(
            "mysql:8.4",
            &["--default-authentication-plugin=x"],
            &[],
            "CMD-SHELL mysqladmin ping -h 127.0.0.1 --silent",
        );
        check("mariadb:11", &[], &[], "CMD-SHELL healthcheck.sh --connect --innodb_initialized");
        check("mariadb:10.6", &[], &[], "CMD-SHELL mysqladmin ping -h 127.0.0.1 --silent");
        let mongosh = r#"CMD-SHELL mongosh --quiet --host "$(hostname -i | cut -d ' ' -f 1)" --eval "db.adminCommand('ping').ok""#;
        check("mongo:7", &["--replSet", "rs0"], &[], mongosh);
        check("mongo", &[], &[], mongosh);
        check("mongo:4.4", &[], &[], &mongosh.replace("mongosh", "mongo"));
    }

    #[test]
    fn a_store_that_wants_a_password_is_up_when_it_says_so() {
        check("redis:7-alpine", &[], &[], "CMD-SHELL redis-cli ping | grep -q PONG");
        let strict = "CMD-SHELL redis-cli ping 2>&1 | grep -Eq 'PONG|NOAUTH'";
        check("redis", &["redis-server", "--requirepass", "x"], &[], strict);
        check("valkey/valkey:8", &[], &[], "CMD-SHELL valkey-cli ping | grep -q PONG");
    }

    #[test]
    fn search_engines_are_asked_the_way_they_are_secured() {
        let path = "127.0.0.1:9200/_cluster/health?wait_for_status=yellow&timeout=2s";
        let image = "docker.elastic.co/elasticsearch/elasticsearch:8.13.0";
        let open = format!("CMD-SHELL curl -fs 'http://{path}'");
        check("elasticsearch:7.17.1", &[], &[], &open);
        check(image, &[], &[("xpack.security.enabled", "false")], &open);
        let login = r#"-u "elastic:$ELASTIC_PASSWORD""#;
        let secured = format!("CMD-SHELL curl -fsk {login} 'https://{path}'");
        check(image, &[], &[("ELASTIC_PASSWORD", "s3cret")], &secured);
        let plain = [("ELASTIC_PASSWORD", "s3cret"), ("xpack.security.http.ssl.enabled", "false")];
        check(image, &[], &plain, &format!("CMD-SHELL curl -fs {login} 'http://{path}'"));
        check(image, &[], &[], "CMD-SHELL curl -sk -o /dev/null 'https://127.0.0.1:9200/'");
        check("elasticsearch", &[], &[], "");
    }

    #[test]
    fn what_is_in_the_image_decides_how_to_ask() {
        check("memcached:1.6-alpine3.20", &[], &[], "CMD-SHELL nc -z 127.0.0.1 11211");
        check("memcached:1.6", &["-m", "64"], &[], "CMD bash -c exec 3<>/dev/tcp/127.0.0.1/11211");
        check("nginx:alpine-slim", &["nginx", "-g", "daemon off;"], &[], "CMD-SHELL nc -z 127.0.0.1 80");
        check("nginx", &[], &[], "CMD bash -c exec 3<>/dev/tcp/127.0.0.1/80");
        check("minio/minio", &["server", "/data", "--console-address", ":9001"], &[], "CMD mc ready local");
        check("quay.io/minio/minio:RELEASE.2024-01-01T00-00-00Z", &[], &[], "CMD mc ready local");
        let old = "minio/minio:RELEASE.2022-05-08T23-50-31Z";
        check(old, &["server", "/d"], &[], "CMD-SHELL curl -fs http://127.0.0.1:9000/minio/health/live");
        check("nats:2", &["-m", "8222"], &[], "");
        check("nats:2-alpine", &["-m", "8222"], &[], "CMD-SHELL wget -q --spider http://127.0.0.1:8222/healthz");
        check("traefik:v3", &[], &[], "");
        check("traefik:v3", &["--ping=true"], &[], "CMD traefik healthcheck --ping");
    }

    #[test]
    fn brokers_are_asked_on_a_listener_that_they_have() {
        let tool = "/opt/kafka/bin/kafka-broker-api-versions.sh --bootstrap-server localhost:9092";
        check("apache/kafka:3.8.0", &[], &[], &format!("CMD-SHELL {tool}"));
        let tcp = "CMD bash -c exec 3<>/dev/tcp/127.0.0.1/9092";
        let listeners = "PLAINTEXT://kafka:9092,PLAINTEXT_HOST://localhost:29092";
        check("confluentinc/cp-kafka:7.5.0", &[], &[("KAFKA_ADVERTISED_LISTENERS", listeners)], tcp);
        check("apache/kafka", &[], &[("KAFKA_LISTENERS", "PLAINTEXT://:19092")], "");
        let rabbit =
            "CMD-SHELL rabbitmq-diagnostics -q check_running && rabbitmq-diagnostics -q check_port_connectivity";
        check("rabbitmq:3-management", &[], &[], rabbit);
        let srvr = "CMD-SHELL echo srvr | nc -w 2 127.0.0.1 2181 | grep -q Mode";
        check("zookeeper:3.9", &[], &[], srvr);
        check("zookeeper:3.9", &[], &[("ZOO_4LW_COMMANDS_WHITELIST", "ruok, srvr")], srvr);
        check("zookeeper:3.9", &[], &[("ZOO_4LW_COMMANDS_WHITELIST", "*")], srvr);
        check("zookeeper:3.9", &[], &[("ZOO_4LW_COMMANDS_WHITELIST", "ruok")], "");
        let port = "CMD bash -c exec 3<>/dev/tcp/127.0.0.1/2181";
        check("confluentinc/cp-zookeeper:7.5.0", &[], &[("ZOOKEEPER_CLIENT_PORT", "2181")], port);
        check("confluentinc/cp-zookeeper:7.5.0", &[], &[("ZOOKEEPER_CLIENT_PORT", "22181")], "");
    }

    #[test]
    fn databases_of_every_kind_are_asked() {
        check("cassandra:5", &[], &[], "CMD-SHELL cqlsh -e 'describe keyspaces'");
        let sqlcmd = concat!(
            r#"CMD-SHELL /opt/mssql-tools*/bin/sqlcmd -C -S 127.0.0.1 -U sa -P "${MSSQL_SA_PASSWORD:-$SA_PASSWORD}" "#,
            "-Q 'SELECT 1' -b -o /dev/null"
        );
        check("mcr.microsoft.com/mssql/server:2022-latest", &[], &[], sqlcmd);
        check("neo4j:5", &[], &[], "CMD-SHELL wget -q --spider http://127.0.0.1:7474");
        check("clickhouse/clickhouse-server:24", &[], &[], "CMD-SHELL wget -q --spider http://127.0.0.1:8123/ping");
        check("influxdb:2.7", &[], &[], "CMD influx ping");
        check("influxdb:1.8", &[], &[], "CMD-SHELL influx -execute 'SHOW DATABASES'");
        check("influxdb:1.8", &[], &[("INFLUXDB_HTTP_AUTH_ENABLED", "true")], "");
        check("influxdb", &[], &[], "");
        check("couchdb:3", &[], &[], "CMD-SHELL curl -fs http://127.0.0.1:5984/_up");
        let start = ["start-single-node", "--insecure"];
        check("cockroachdb/cockroach:v23.1.0", &start, &[], "CMD cockroach node status --insecure");
        check("cockroachdb/cockroach:v23.1.0", &["start", "--certs-dir=/c"], &[], "");
        check("amazon/dynamodb-local", &[], &[], "CMD-SHELL curl -s -o /dev/null http://127.0.0.1:8000");
        check("quay.io/coreos/etcd:v3.5.9", &["etcd", "--name", "a"], &[], "CMD etcdctl endpoint health");
        check("quay.io/coreos/etcd:v3.3.27", &[], &[], "CMD-SHELL env ETCDCTL_API=3 etcdctl endpoint health");
        let open = "CMD-SHELL curl -fs http://127.0.0.1:9200/_cluster/health";
        check("opensearchproject/opensearch:2", &[], &[("DISABLE_SECURITY_PLUGIN", "true")], open);
        let login = r#"CMD-SHELL curl -fsk -u "admin:$OPENSEARCH_INITIAL_ADMIN_PASSWORD" https://127.0.0.1:9200/_cluster/health"#;
        check("opensearchproject/opensearch:2", &[], &[("OPENSEARCH_INITIAL_ADMIN_PASSWORD", "x")], login);
        for image in ["arangodb:3", "mailhog/mailhog"] {
            check(image, &[], &[], "");
        }
    }

    #[test]
    fn what_serves_the_web_or_watches_is_asked() {
        check("httpd:2.4", &[], &[], "CMD bash -c exec 3<>/dev/tcp/127.0.0.1/80");
        check("caddy:2", &[], &[], "CMD-SHELL wget -q --spider http://127.0.0.1:2019/config/");
        check("localstack/localstack:3", &[], &[], "CMD-SHELL curl -fs http://127.0.0.1:4566/_localstack/health");
        check("hashicorp/consul:1.17", &["agent", "-dev"], &[], "CMD consul members");
        let status = "vault status >/dev/null 2>&1; test $? -ne 1";
        check(
            "hashicorp/vault:1.15",
            &["server", "-dev"],
            &[],
            &format!("CMD-SHELL env VAULT_ADDR=http://127.0.0.1:8200 {status}"),
        );
        check("vault:1.13", &[], &[("VAULT_ADDR", "http://0.0.0.0:8200")], &format!("CMD-SHELL {status}"));
        check("hashicorp/vault:1.15", &["server", "-config=/c"], &[], "");
        let kibana = "CMD-SHELL curl -fs http://127.0.0.1:5601/api/status";
        check("docker.elastic.co/kibana/kibana:8.13.0", &[], &[], kibana);
        check("docker.elastic.co/logstash/logstash:8.13.0", &[], &[], "CMD-SHELL curl -fs http://127.0.0.1:9600/");
        check("grafana/grafana:10", &[], &[], "CMD-SHELL wget -q --spider http://127.0.0.1:3000/api/health");
        check("prom/prometheus", &[], &[], "CMD-SHELL wget -q --spider http://127.0.0.1:9090/-/healthy");
        let keycloak = "quay.io/keycloak/keycloak:25.0";
        check(keycloak, &["start-dev"], &[], "CMD bash -c exec 3<>/dev/tcp/127.0.0.1/8080");
        let management = "CMD bash -c exec 3<>/dev/tcp/127.0.0.1/9000";
        check(keycloak, &["start"], &[("KC_HEALTH_ENABLED", "true")], management);
        check("quay.io/keycloak/keycloak:20.0", &["start"], &[("KC_HEALTH_ENABLED", "true")], "");
    }

    #[test]
    fn ports_are_known_without_a_check() {
        for (image, port) in [
            ("postgres:16", 5432),
            ("mysql", 3306),
            ("mariadb", 3306),
            ("redis:7", 6379),
            ("mongo", 27017),
            ("rabbitmq:3-management", 5672),
            ("docker.elastic.co/elasticsearch/elasticsearch:8.1.0", 9200),
            ("bitnami/kafka", 9092),
            ("zookeeper", 2181),
            ("memcached", 11211),
            ("nginx:alpine", 80),
            ("httpd", 80),
            ("minio/minio", 9000),
            ("cassandra", 9042),
        ] {
            assert_eq!(well_known_port(image), Some(port), "{image}");
        }
        assert_eq!(well_known_port("mycorp/postgres"), None);
    }

    #[test]
    fn no_image_is_known_twice() {
        let mut names: Vec<&str> = images::KNOWN.iter().flat_map(|known| known.names).copied().collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
