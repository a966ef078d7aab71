//! The images that are known, each with its port and, where it has a tool for it, its check.
//!
//! Databases are asked at 127.0.0.1 and never by their socket, as many run a server without network while they set
//! themselves up. A `$` stands for a variable of the container: no value is written out here.

use super::{Check, Container, KnownImage, Pace};

/// An image of which only the port is known.
const fn listens(names: &'static [&'static str], port: u16) -> KnownImage {
    KnownImage { names, port, servers: &[], moved: &[], check: |_| None, pace: Pace::Quick }
}

/// The images, by kind.
pub(super) const KNOWN: &[KnownImage] = &[
    // Databases.
    KnownImage {
        servers: &["postgres"],
        moved: &["-p", "--port", "port"],
        check: |_| shell(r#"pg_isready -h 127.0.0.1 -U "${POSTGRES_USER:-postgres}""#),
        ..listens(
            &["postgres", "postgis/postgis", "timescale/timescaledb", "pgvector/pgvector", "ankane/pgvector"],
            5432,
        )
    },
    KnownImage {
        servers: &["mysqld"],
        moved: &["-P", "--port", "--skip-networking"],
        check: |_| shell("mysqladmin ping -h 127.0.0.1 --silent"),
        ..listens(&["mysql", "percona"], 3306)
    },
    KnownImage {
        servers: &["mariadbd", "mysqld"],
        moved: &["-P", "--port", "--skip-networking"],
        check: mariadb,
        ..listens(&["mariadb"], 3306)
    },
    KnownImage {
        servers: &["mongod"],
        moved: &["--port", "--tlsMode", "--sslMode", "--config", "-f"],
        check: mongo,
        ..listens(&["mongo"], 27017)
    },
    KnownImage {
        servers: &["cassandra"],
        check: |_| shell("cqlsh -e 'describe keyspaces'"),
        pace: Pace::Slow,
        ..listens(&["cassandra"], 9042)
    },
    KnownImage {
        servers: &["sqlservr"],
        check: |_| {
            shell(concat!(
                r#"/opt/mssql-tools*/bin/sqlcmd -C -S 127.0.0.1 -U sa -P "${MSSQL_SA_PASSWORD:-$SA_PASSWORD}" "#,
                "-Q 'SELECT 1' -b -o /dev/null"
            ))
        },
        pace: Pace::Slow,
        ..listens(&["mcr.microsoft.com/mssql/server"], 1433)
    },
    KnownImage {
        servers: &["neo4j"],
        check: |_| shell("wget -q --spider http://127.0.0.1:7474"),
        pace: Pace::Slow,
        ..listens(&["neo4j"], 7687)
    },
    KnownImage {
        check: |_| shell("wget -q --spider http://127.0.0.1:8123/ping"),
        ..listens(&["clickhouse/clickhouse-server", "clickhouse"], 8123)
    },
    KnownImage {
        servers: &["influxd"],
        check: |container| (container.major()? == 2).then_some(Check::Words(vec!["influx", "ping"])),
        ..listens(&["influxdb"], 8086)
    },
    KnownImage { check: |_| shell("curl -fs http://127.0.0.1:5984/_up"), ..listens(&["couchdb"], 5984) },
    KnownImage {
        servers: &["etcd"],
        moved: &["--cert-file", "--client-cert-auth"],
        check: |_| Some(Check::Words(vec!["etcdctl", "endpoint", "health"])),
        ..listens(&["quay.io/coreos/etcd", "gcr.io/etcd-development/etcd", "coreos/etcd"], 2379)
    },
    listens(&["cockroachdb/cockroach"], 26257),
    listens(&["amazon/dynamodb-local"], 8000),
    // Caches.
    KnownImage {
        servers: &["redis-server"],
        moved: &["--port", "--tls-port"],
        check: |container| redis(container, "redis-cli"),
        ..listens(&["redis", "redis/redis-stack-server", "redis/redis-stack"], 6379)
    },
    KnownImage {
        servers: &["valkey-server"],
        moved: &["--port", "--tls-port"],
        check: |container| redis(container, "valkey-cli"),
        ..listens(&["valkey/valkey"], 6379)
    },
    listens(&["bitnami/redis", "bitnami/valkey"], 6379),
    KnownImage {
        servers: &["memcached"],
        moved: &["-p", "--port", "-s"],
        check: |container| {
            let tcp = ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/11211"];
            if container.is_alpine() { shell("nc -z 127.0.0.1 11211") } else { Some(Check::Words(tcp.to_vec())) }
        },
        ..listens(&["memcached"], 11211)
    },
    // Queues.
    KnownImage {
        servers: &["rabbitmq-server"],
        check: |_| shell("rabbitmq-diagnostics -q ping"),
        pace: Pace::Heavy,
        ..listens(&["rabbitmq"], 5672)
    },
    KnownImage {
        check: |container| {
            if sets_listeners(container) {
                return kafka(container);
            }
            shell("/opt/kafka/bin/kafka-broker-api-versions.sh --bootstrap-server localhost:9092")
        },
        pace: Pace::Heavy,
        ..listens(&["apache/kafka"], 9092)
    },
    KnownImage { check: kafka, pace: Pace::Heavy, ..listens(&["confluentinc/cp-kafka"], 9092) },
    listens(&["bitnami/kafka", "apache/kafka-native"], 9092),
    KnownImage {
        servers: &["zkServer.sh"],
        check: |_| shell("echo srvr | nc -w 2 127.0.0.1 2181 | grep -q Mode"),
        ..listens(&["zookeeper"], 2181)
    },
    listens(&["confluentinc/cp-zookeeper", "bitnami/zookeeper"], 2181),
    listens(&["confluentinc/cp-schema-registry"], 8081),
    KnownImage {
        servers: &["nats-server"],
        // The other images of it hold nothing but the server.
        check: |container| {
            let asked = container.is_alpine()
                && container.words().zip(container.words().skip(1)).any(|pair| pair == ("-m", "8222"));
            if asked { shell("wget -q --spider http://127.0.0.1:8222/healthz") } else { None }
        },
        ..listens(&["nats"], 4222)
    },
    // Search.
    KnownImage {
        servers: &["elasticsearch", "eswrapper"],
        check: elasticsearch,
        pace: Pace::Slow,
        ..listens(&["elasticsearch", "docker.elastic.co/elasticsearch/elasticsearch"], 9200)
    },
    KnownImage {
        servers: &["opensearch"],
        check: opensearch,
        pace: Pace::Slow,
        ..listens(&["opensearchproject/opensearch"], 9200)
    },
    listens(&["kibana", "docker.elastic.co/kibana/kibana"], 5601),
    // Web servers. A page may be missing or forbidden: only the port is asked.
    KnownImage { servers: &["nginx", "nginx-debug"], check: web, ..listens(&["nginx"], 80) },
    KnownImage { servers: &["httpd-foreground"], check: web, ..listens(&["httpd"], 80) },
    KnownImage {
        servers: &["caddy"],
        check: |_| shell("wget -q --spider http://127.0.0.1:2019/config/"),
        ..listens(&["caddy"], 80)
    },
    KnownImage {
        servers: &["traefik"],
        check: |container| {
            let pings = container.has_option("--ping") && !container.words().any(|word| word == "--ping=false");
            pings.then(|| Check::Words(vec!["traefik", "healthcheck", "--ping"]))
        },
        ..listens(&["traefik"], 80)
    },
    listens(&["nginxinc/nginx-unprivileged"], 8080),
    listens(&["wordpress", "phpmyadmin", "adminer", "drupal", "nextcloud"], 80),
    // Storage, secrets, and what stands in for AWS.
    KnownImage {
        servers: &["minio", "server"],
        moved: &["--address", "--certs-dir"],
        check: minio,
        ..listens(&["minio/minio", "quay.io/minio/minio"], 9000)
    },
    KnownImage {
        servers: &["agent", "consul"],
        check: |_| Some(Check::Words(vec!["consul", "members"])),
        ..listens(&["hashicorp/consul", "consul"], 8500)
    },
    listens(&["hashicorp/vault", "vault"], 8200),
    KnownImage {
        check: |_| shell("curl -fs http://127.0.0.1:4566/_localstack/health"),
        ..listens(&["localstack/localstack"], 4566)
    },
    // Watching.
    KnownImage {
        check: |_| shell("wget -q --spider http://127.0.0.1:3000/api/health"),
        ..listens(&["grafana/grafana", "grafana/grafana-oss", "grafana/grafana-enterprise"], 3000)
    },
    KnownImage {
        moved: &["--web.listen-address", "--web.route-prefix", "--web.external-url", "--web.config.file"],
        check: |_| shell("wget -q --spider http://127.0.0.1:9090/-/healthy"),
        ..listens(&["prom/prometheus", "quay.io/prometheus/prometheus"], 9090)
    },
    listens(&["quay.io/keycloak/keycloak"], 8080),
];

/// A check by a line for the container's shell.
#[expect(clippy::unnecessary_wraps, reason = "the checks that ask whether they apply have the same type")]
fn shell(line: impl Into<String>) -> Option<Check> {
    Some(Check::Shell(line.into()))
}

/// Newer images lack `mysqladmin`; the script that they have came with version 10.
fn mariadb(container: Container<'_>) -> Option<Check> {
    match container.major() {
        Some(..=10) => shell("mysqladmin ping -h 127.0.0.1 --silent"),
        Some(_) | None => shell("healthcheck.sh --connect --innodb_initialized"),
    }
}

/// While it sets itself up, a server listens at 127.0.0.1: the container's address tells the two apart.
fn mongo(container: Container<'_>) -> Option<Check> {
    let client = if container.major().is_some_and(|major| major < 5) { "mongo" } else { "mongosh" };
    let host = r#""$(hostname -i | cut -d ' ' -f 1)""#;
    shell(format!(r#"{client} --quiet --host {host} --eval "db.adminCommand('ping').ok""#))
}

/// The client succeeds whatever the server answers. One that wants a password is up.
fn redis(container: Container<'_>, client: &str) -> Option<Check> {
    if container.words().next().is_some() {
        return shell(format!("{client} ping 2>&1 | grep -Eq 'PONG|NOAUTH'"));
    }
    shell(format!("{client} ping | grep -q PONG"))
}

/// Whether the file says where a broker listens.
fn sets_listeners(container: Container<'_>) -> bool {
    container.sets("KAFKA_LISTENERS") || container.sets("KAFKA_ADVERTISED_LISTENERS")
}

/// Clients follow the address that a broker advertises, which may not resolve in its own container: the port it is.
fn kafka(container: Container<'_>) -> Option<Check> {
    let listeners =
        container.variable("KAFKA_LISTENERS").or_else(|| container.variable("KAFKA_ADVERTISED_LISTENERS"))?;
    let listens = listeners.split(',').any(|listener| listener.trim().ends_with(":9092"));
    listens.then(|| Check::Words(vec!["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9092"]))
}

/// Secured unless it is told otherwise from version 8 on, with TLS unless it is told otherwise.
fn elasticsearch(container: Container<'_>) -> Option<Check> {
    let newer = container.major()? >= 8;
    let is = |name, default| container.variable(name).map_or(default, |value| value == "true");
    let secured = is("xpack.security.enabled", newer);
    let encrypted = secured && is("xpack.security.http.ssl.enabled", newer);
    let (scheme, insecure) = if encrypted { ("https", "k") } else { ("http", "") };
    let login = match (secured, container.sets("ELASTIC_PASSWORD")) {
        (false, _) => "",
        (true, true) => r#"-u "elastic:$ELASTIC_PASSWORD" "#,
        // Being refused is an answer.
        (true, false) => return shell(format!("curl -s{insecure} -o /dev/null '{scheme}://127.0.0.1:9200/'")),
    };
    let path = "127.0.0.1:9200/_cluster/health?wait_for_status=yellow&timeout=2s";
    shell(format!("curl -fs{insecure} {login}'{scheme}://{path}'"))
}

/// Secured unless it is told otherwise.
fn opensearch(container: Container<'_>) -> Option<Check> {
    let open = ["DISABLE_SECURITY_PLUGIN", "plugins.security.disabled"];
    if open.iter().any(|name| container.variable(name) == Some("true")) {
        return shell("curl -fs http://127.0.0.1:9200/_cluster/health");
    }
    if container.sets("OPENSEARCH_INITIAL_ADMIN_PASSWORD") {
        let login = r#""admin:$OPENSEARCH_INITIAL_ADMIN_PASSWORD""#;
        return shell(format!("curl -fsk -u {login} https://127.0.0.1:9200/_cluster/health"));
    }
    shell("curl -sk -o /dev/null https://127.0.0.1:9200/")
}

/// Alpine has `nc`, Debian has bash; not all of them have curl.
fn web(container: Container<'_>) -> Option<Check> {
    if container.is_alpine() {
        return shell("nc -z 127.0.0.1 80");
    }
    Some(Check::Words(vec!["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/80"]))
}

/// curl left the image in November 2023.
fn minio(container: Container<'_>) -> Option<Check> {
    match container.tag().strip_prefix("RELEASE.") {
        Some(date) if date < "2023-11-01" => shell("curl -fs http://127.0.0.1:9000/minio/health/live"),
        Some(_) | None => Some(Check::Words(vec!["mc", "ready", "local"])),
    }
}
