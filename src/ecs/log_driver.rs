//! The logging drivers that ECS knows, and their options.

/// A logging driver that ECS knows.
#[derive(Debug)]
pub struct LogDriver {
    /// What it is called.
    pub name: &'static str,
    /// Whether tasks on Fargate have it.
    pub is_on_fargate: bool,
    /// The options without which it does not start.
    pub required: &'static [&'static str],
    /// The options of its own; `None` if these are not ECS's to judge.
    options: Option<&'static [&'static str]>,
    /// Whether it takes the options that choose labels and variables as well.
    takes_labels: bool,
}

impl LogDriver {
    /// The driver of a name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        DRIVERS.iter().find(|driver| driver.name == name)
    }

    /// Whether it takes an option.
    #[must_use]
    pub fn takes(&self, option: &str) -> bool {
        let of_labels = if self.takes_labels { LABELS } else { &[] };
        self.options.is_none_or(|own| own.iter().chain(COMMON_OPTIONS).chain(of_labels).any(|known| *known == option))
    }
}

/// Options that every driver takes.
pub const COMMON_OPTIONS: &[&str] = &["mode", "max-buffer-size"];

/// Options that drivers of Docker's share.
const LABELS: &[&str] = &["tag", "labels", "labels-regex", "env", "env-regex"];

/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html>
/// and <https://docs.docker.com/engine/logging/configure/>.
const DRIVERS: &[LogDriver] = &[
    LogDriver {
        name: "awslogs",
        is_on_fargate: true,
        required: &[],
        options: Some(&[
            "awslogs-create-group",
            "awslogs-region",
            "awslogs-group",
            "awslogs-stream-prefix",
            "awslogs-datetime-format",
            "awslogs-multiline-pattern",
        ]),
        takes_labels: false,
    },
    LogDriver {
        name: "splunk",
        is_on_fargate: true,
        required: &["splunk-token", "splunk-url"],
        options: Some(&[
            "splunk-token",
            "splunk-url",
            "splunk-source",
            "splunk-sourcetype",
            "splunk-index",
            "splunk-capath",
            "splunk-caname",
            "splunk-insecureskipverify",
            "splunk-format",
            "splunk-verify-connection",
            "splunk-gzip",
            "splunk-gzip-level",
        ]),
        takes_labels: true,
    },
    LogDriver { name: "awsfirelens", is_on_fargate: true, required: &[], options: None, takes_labels: true },
    LogDriver {
        name: "json-file",
        is_on_fargate: false,
        required: &[],
        options: Some(&["max-size", "max-file", "compress"]),
        takes_labels: true,
    },
    LogDriver { name: "journald", is_on_fargate: false, required: &[], options: Some(&[]), takes_labels: true },
    LogDriver {
        name: "syslog",
        is_on_fargate: false,
        required: &[],
        options: Some(&[
            "syslog-address",
            "syslog-facility",
            "syslog-tls-ca-cert",
            "syslog-tls-cert",
            "syslog-tls-key",
            "syslog-tls-skip-verify",
            "syslog-format",
        ]),
        takes_labels: true,
    },
    LogDriver {
        name: "gelf",
        is_on_fargate: false,
        required: &["gelf-address"],
        options: Some(&[
            "gelf-address",
            "gelf-compression-type",
            "gelf-compression-level",
            "gelf-tcp-max-reconnect",
            "gelf-tcp-reconnect-delay",
        ]),
        takes_labels: true,
    },
    LogDriver {
        name: "fluentd",
        is_on_fargate: false,
        required: &[],
        options: Some(&[
            "fluentd-address",
            "fluentd-async",
            "fluentd-async-connect",
            "fluentd-async-reconnect-interval",
            "fluentd-buffer-limit",
            "fluentd-retry-wait",
            "fluentd-max-retries",
            "fluentd-sub-second-precision",
            "fluentd-request-ack",
            "fluentd-write-timeout",
        ]),
        takes_labels: true,
    },
];
