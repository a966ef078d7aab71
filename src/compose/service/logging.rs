//! Where a service's output goes.

use indexmap::IndexMap;

use crate::source::{Span, Spanned};

/// Where a service's output goes.
#[derive(Debug, Clone, Default)]
pub struct Logging {
    /// `logging`: where it was written, if it was.
    pub span: Option<Span>,
    /// `logging.driver`: Docker's logging driver.
    pub driver: Option<Spanned<Driver>>,
    /// `logging.options`: the driver's options; one without a value is empty.
    pub options: IndexMap<String, Spanned<String>>,
}

/// A logging driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Driver {
    /// Files on the instance, for `docker logs`; Docker's default.
    JsonFile,
    /// The same in a smaller format.
    Local,
    /// Nowhere.
    None,
    /// Amazon CloudWatch Logs.
    Awslogs,
    /// A log router beside the container.
    Awsfirelens,
    /// Fluentd.
    Fluentd,
    /// Graylog's protocol.
    Gelf,
    /// The journal of systemd.
    Journald,
    /// Splunk.
    Splunk,
    /// Syslog.
    Syslog,
    /// One that ECS has no name for.
    Other(String),
}
