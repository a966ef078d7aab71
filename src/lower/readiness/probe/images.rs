//! The images that are known, each with its port and, where it has a tool for it, its check.
//!
//! Databases are asked at 127.0.0.1 and never by their socket, as many run a server without network while they set
//! themselves up. A `$` stands for a variable of the container: no value is written out here.

use super::{Check, Container, KnownImage, Opener, Pace};

/// An image of which only the port is known.
const fn listens(names: &'static [&'static str], port: u16) -> KnownImage {
    KnownImage { names, port, others: &[], servers: &[], moved: &[], check: |_| None, pace: Pace::Quick }
}

/// The images, by kind.
pub(super) const KNOWN: &[KnownImage] = &[
    // Databases.
    // Its temporary server listens on no address: <https://github.com/docker-library/postgres/issues/880>.
    KnownImage {
        servers: &["postgres"],
        moved: &["-p", "--port", "port"],
        check: |_| shell(r#"pg_isready -h 127.0.0.1 -U "${POSTGRES_USER:-postgres}""#),
        ..listens(
            &["postgres", "postgis/postgis", "timescale/timescaledb", "pgvector/pgvector", "ankane/pgvector"],
            5432,
        )
    },
    // Its temporary server has no network: <https://github.com/docker-library/mysql/blob/master/8.4/docker-entrypoint.sh>.
    KnownImage {
        servers: &["mysqld"],
        moved: &["-P", "--port", "--skip-networking"],
        check: |_| shell("mysqladmin ping -h 127.0.0.1 --silent"),
        ..listens(&["mysql", "percona"], 3306)
    },
    // <https://mariadb.com/kb/en/using-healthcheck-sh/>
    KnownImage {
        servers: &["mariadbd", "mysqld"],
        moved: &["-P", "--port", "--skip-networking"],
        check: mariadb,
        ..listens(&["mariadb"], 3306)
    },
    // <https://github.com/docker-library/healthcheck/blob/master/mongo/docker-healthcheck>
    KnownImage {
        servers: &["mongod"],
        moved: &["--port", "--tlsMode", "--sslMode", "--config", "-f"],
        check: mongo,
        ..listens(&["mongo"], 27017)
    },
    // <https://github.com/docker-library/healthcheck/blob/master/cassandra/docker-healthcheck>
    KnownImage {
        servers: &["cassandra"],
        check: |_| shell("cqlsh -e 'describe keyspaces'"),
        pace: Pace::Slow,
        ..listens(&["cassandra"], 9042)
    },
    // The tools moved and want `-C` since: <https://github.com/microsoft/mssql-docker/issues/892>.
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
    // It listens for browsers last: <https://neo4j.com/docs/operations-manual/current/docker/>.
    KnownImage {
        servers: &["neo4j"],
        others: &[7474],
        check: |_| shell("wget -q --spider http://127.0.0.1:7474"),
        pace: Pace::Slow,
        ..listens(&["neo4j"], 7687)
    },
    // <https://clickhouse.com/docs/interfaces/http>
    KnownImage {
        others: &[9000],
        check: |_| shell("wget -q --spider http://127.0.0.1:8123/ping"),
        ..listens(&["clickhouse/clickhouse-server", "clickhouse"], 8123)
    },
    // <https://docs.influxdata.com/influxdb/v2/reference/cli/influx/ping/>
    KnownImage { servers: &["influxd"], check: influxdb, ..listens(&["influxdb"], 8086) },
    // <https://docs.couchdb.org/en/stable/api/server/common.html#up>
    KnownImage { check: |_| shell("curl -fs http://127.0.0.1:5984/_up"), ..listens(&["couchdb"], 5984) },
    // No curl is in it: <https://github.com/milvus-io/milvus/issues/26733>. Before 3.4 the client speaks an older language.
    KnownImage {
        servers: &["etcd"],
        moved: &["--cert-file", "--client-cert-auth"],
        check: |container| {
            if container.version().is_some_and(|version| version < (3, 4)) {
                return shell("env ETCDCTL_API=3 etcdctl endpoint health");
            }
            Some(Check::Words(vec!["etcdctl", "endpoint", "health"]))
        },
        ..listens(&["quay.io/coreos/etcd", "gcr.io/etcd-development/etcd", "coreos/etcd"], 2379)
    },
    // <https://www.cockroachlabs.com/docs/stable/cockroach-node>
    KnownImage {
        servers: &["start", "start-single-node"],
        moved: &["--listen-addr", "--advertise-addr"],
        check: |container| {
            let insecure = container.has_option("--insecure");
            insecure.then(|| Check::Words(vec!["cockroach", "node", "status", "--insecure"]))
        },
        ..listens(&["cockroachdb/cockroach"], 26257)
    },
    // It answers 400 to who asks for nothing:
    // <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.DownloadingAndRunning.html>.
    KnownImage {
        moved: &["-port"],
        check: |_| shell("curl -s -o /dev/null http://127.0.0.1:8000"),
        ..listens(&["amazon/dynamodb-local"], 8000)
    },
    listens(&["arangodb"], 8529),
    // Caches.
    // <https://github.com/docker-library/healthcheck/blob/master/redis/docker-healthcheck>
    KnownImage {
        servers: &["redis-server"],
        moved: &["--port", "--tls-port"],
        check: |container| redis(container, "redis-cli"),
        ..listens(&["redis", "redis/redis-stack-server", "redis/redis-stack"], 6379)
    },
    // <https://valkey.io/topics/cli/>
    KnownImage {
        servers: &["valkey-server"],
        moved: &["--port", "--tls-port"],
        check: |container| redis(container, "valkey-cli"),
        ..listens(&["valkey/valkey"], 6379)
    },
    listens(&["bitnami/redis", "bitnami/valkey"], 6379),
    // <https://github.com/docker-library/memcached/blob/master/Dockerfile.template>
    KnownImage {
        servers: &["memcached"],
        moved: &["-p", "--port", "-s"],
        check: |container| Some(Check::Port(11211, opener(container))),
        ..listens(&["memcached"], 11211)
    },
    // Queues.
    // A ping succeeds before anyone listens: <https://www.rabbitmq.com/docs/monitoring#health-checks>.
    KnownImage {
        servers: &["rabbitmq-server"],
        others: &[15672],
        check: |_| shell("rabbitmq-diagnostics -q check_running && rabbitmq-diagnostics -q check_port_connectivity"),
        pace: Pace::Heavy,
        ..listens(&["rabbitmq"], 5672)
    },
    // <https://github.com/apache/kafka/blob/trunk/docker/examples/README.md>
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
    // <https://docs.confluent.io/platform/current/installation/docker/config-reference.html>
    KnownImage { check: kafka, pace: Pace::Heavy, ..listens(&["confluentinc/cp-kafka"], 9092) },
    listens(&["bitnami/kafka", "apache/kafka-native"], 9092),
    // Only `srvr` is allowed at first: <https://github.com/31z4/zookeeper-docker#zoo_4lw_commands_whitelist>.
    KnownImage {
        servers: &["zkServer.sh"],
        check: |container| {
            let allowed = container.variable("ZOO_4LW_COMMANDS_WHITELIST").unwrap_or("srvr");
            let asks = allowed.split(',').any(|word| matches!(word.trim(), "srvr" | "*"));
            asks.then(|| Check::Shell("echo srvr | nc -w 2 127.0.0.1 2181 | grep -q Mode".to_owned()))
        },
        ..listens(&["zookeeper"], 2181)
    },
    // <https://docs.confluent.io/platform/current/installation/docker/config-reference.html>
    KnownImage {
        check: |container| {
            let port = container.variable("ZOOKEEPER_CLIENT_PORT");
            (port == Some("2181")).then_some(Check::Port(2181, Opener::Bash))
        },
        ..listens(&["confluentinc/cp-zookeeper"], 2181)
    },
    listens(&["bitnami/zookeeper"], 2181),
    listens(&["confluentinc/cp-schema-registry"], 8081),
    // <https://docs.nats.io/running-a-nats-service/nats_admin/monitoring#health>
    KnownImage {
        servers: &["nats-server"],
        others: &[8222],
        // The other images of it hold nothing but the server.
        check: |container| {
            let asked = container.is_alpine()
                && container.words().zip(container.words().skip(1)).any(|pair| pair == ("-m", "8222"));
            if asked { shell("wget -q --spider http://127.0.0.1:8222/healthz") } else { None }
        },
        ..listens(&["nats"], 4222)
    },
    // Search.
    // <https://www.elastic.co/guide/en/elasticsearch/reference/current/docker.html>
    KnownImage {
        servers: &["elasticsearch", "eswrapper"],
        others: &[9300],
        check: elasticsearch,
        pace: Pace::Slow,
        ..listens(&["elasticsearch", "docker.elastic.co/elasticsearch/elasticsearch"], 9200)
    },
    // <https://docs.opensearch.org/latest/install-and-configure/install-opensearch/docker/>
    KnownImage {
        servers: &["opensearch"],
        check: opensearch,
        pace: Pace::Slow,
        ..listens(&["opensearchproject/opensearch"], 9200)
    },
    // <https://www.elastic.co/guide/en/kibana/current/docker.html>
    KnownImage {
        servers: &["kibana"],
        moved: &["--server.port", "--server.basePath"],
        check: |_| shell("curl -fs http://127.0.0.1:5601/api/status"),
        pace: Pace::Slow,
        ..listens(&["kibana", "docker.elastic.co/kibana/kibana"], 5601)
    },
    // <https://www.elastic.co/guide/en/logstash/current/monitoring-logstash.html>
    KnownImage {
        servers: &["logstash"],
        check: |_| shell("curl -fs http://127.0.0.1:9600/"),
        pace: Pace::Slow,
        ..listens(&["logstash", "docker.elastic.co/logstash/logstash"], 9600)
    },
    // Web servers. A page may be missing or forbidden: only the port is asked. Slim images lack curl:
    // <https://github.com/nginxinc/docker-nginx/blob/master/Dockerfile-alpine-slim.template>.
    KnownImage {
        servers: &["nginx", "nginx-debug"],
        check: |container| Some(Check::Port(80, opener(container))),
        ..listens(&["nginx"], 80)
    },
    KnownImage {
        servers: &["httpd-foreground"],
        check: |container| Some(Check::Port(80, opener(container))),
        ..listens(&["httpd"], 80)
    },
    // <https://caddyserver.com/docs/api#get-configpath>
    KnownImage {
        servers: &["caddy"],
        check: |_| shell("wget -q --spider http://127.0.0.1:2019/config/"),
        ..listens(&["caddy"], 80)
    },
    // <https://doc.traefik.io/traefik/operations/cli/#healthcheck>
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
    // <https://github.com/minio/minio/issues/18371>
    KnownImage {
        servers: &["minio", "server"],
        moved: &["--address", "--certs-dir"],
        check: minio,
        ..listens(&["minio/minio", "quay.io/minio/minio"], 9000)
    },
    // <https://developer.hashicorp.com/consul/commands/members>
    KnownImage {
        servers: &["agent", "consul"],
        check: |_| Some(Check::Words(vec!["consul", "members"])),
        ..listens(&["hashicorp/consul", "consul"], 8500)
    },
    // It ends with 2 when it is sealed, and answers all the same: <https://developer.hashicorp.com/vault/docs/commands/status>.
    KnownImage { servers: &["server"], check: vault, ..listens(&["hashicorp/vault", "vault"], 8200) },
    // <https://docs.localstack.cloud/references/internal-endpoints/>
    KnownImage {
        check: |_| shell("curl -fs http://127.0.0.1:4566/_localstack/health"),
        ..listens(&["localstack/localstack"], 4566)
    },
    // Watching.
    // <https://grafana.com/docs/grafana/latest/developers/http_api/other/#health-api>
    KnownImage {
        check: |_| shell("wget -q --spider http://127.0.0.1:3000/api/health"),
        ..listens(&["grafana/grafana", "grafana/grafana-oss", "grafana/grafana-enterprise"], 3000)
    },
    // <https://prometheus.io/docs/prometheus/latest/management_api/>
    KnownImage {
        moved: &["--web.listen-address", "--web.route-prefix", "--web.external-url", "--web.config.file"],
        check: |_| shell("wget -q --spider http://127.0.0.1:9090/-/healthy"),
        ..listens(&["prom/prometheus", "quay.io/prometheus/prometheus"], 9090)
    },
    // No curl is in it: <https://www.keycloak.org/observability/health>.
    KnownImage {
        servers: &["start", "start-dev"],
        moved: &["--http-port", "--http-management-port"],
        check: keycloak,
        pace: Pace::Slow,
        ..listens(&["quay.io/keycloak/keycloak"], 8080)
    },
    listens(&["mailhog/mailhog", "axllent/mailpit"], 1025),
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
    listens.then_some(Check::Port(9092, Opener::Bash))
}

/// The first version has another client, and one that wants a name and a password cannot be asked.
fn influxdb(container: Container<'_>) -> Option<Check> {
    match container.major()? {
        1 if !container.sets("INFLUXDB_HTTP_AUTH_ENABLED") => shell("influx -execute 'SHOW DATABASES'"),
        2 => Some(Check::Words(vec!["influx", "ping"])),
        _ => None,
    }
}

/// One for development speaks HTTP at its usual port; of any other only its variables tell.
fn vault(container: Container<'_>) -> Option<Check> {
    let status = "vault status >/dev/null 2>&1; test $? -ne 1";
    if container.sets("VAULT_ADDR") {
        return shell(status);
    }
    let development = container.words().next().is_none() || container.has_option("-dev");
    development.then(|| Check::Shell(format!("env VAULT_ADDR=http://127.0.0.1:8200 {status}")))
}

/// Health has a port of its own since version 25, if it is asked for; else one that speaks HTTP has its usual port.
fn keycloak(container: Container<'_>) -> Option<Check> {
    let is = |name| container.variable(name) == Some("true");
    let newer = container.major().is_none_or(|major| major >= 25);
    let told = ["KC_HTTP_PORT", "KC_HTTP_MANAGEMENT_PORT"].iter().any(|name| container.sets(name));
    let speaks = container.words().next() == Some("start-dev") || is("KC_HTTP_ENABLED");
    match (told, newer && is("KC_HEALTH_ENABLED")) {
        (true, _) => None,
        (false, true) => Some(Check::Port(9000, Opener::Bash)),
        (false, false) => speaks.then_some(Check::Port(8080, Opener::Bash)),
    }
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

/// What an image on Debian or Alpine tries a port with.
fn opener(container: Container<'_>) -> Opener {
    if container.is_alpine() { Opener::Netcat } else { Opener::Bash }
}

/// curl left the image in November 2023.
fn minio(container: Container<'_>) -> Option<Check> {
    match container.tag().strip_prefix("RELEASE.") {
        Some(date) if date < "2023-11-01" => shell("curl -fs http://127.0.0.1:9000/minio/health/live"),
        Some(_) | None => Some(Check::Words(vec!["mc", "ready", "local"])),
    }
}
