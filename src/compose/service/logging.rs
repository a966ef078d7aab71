//! Where a service's output goes.

use indexmap::IndexMap;

use crate::diag::Diagnostics;
use crate::source::{Span, Spanned};
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys, wrong_type};
use crate::yaml::resolve::Value;

/// Where a service's output goes.
#[derive(Debug, Clone, Default)]
pub struct Logging {
    /// `logging`: where it was written, if it was.
    pub span: Option<Span>,
    /// `logging.driver`: Docker's logging driver; `""` is as good as none.
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
    /// Amazon `CloudWatch` Logs.
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

impl Logging {
    /// Takes the facet's keys of a service.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let Some(entry) = keys.entry("logging") else { return Self::default() };
        let Some(mut keys) = Keys::of(&entry.value, diags) else { return Self::default() };
        let driver: Option<Spanned<Driver>> = keys.take("driver", diags);
        let options: IndexMap<String, Spanned<OptionText>> = keys.take("options", diags).unwrap_or_default();
        keys.finish("`logging`", diags);
        Self {
            span: Some(entry.key_span),
            driver: driver.filter(|driver| !driver.value.as_str().is_empty()),
            options: options.into_iter().map(|(name, option)| (name, option.map(|OptionText(text)| text))).collect(),
        }
    }
}

impl Driver {
    /// The name that Docker and ECS know it by.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::JsonFile => "json-file",
            Self::Local => "local",
            Self::None => "none",
            Self::Awslogs => "awslogs",
            Self::Awsfirelens => "awsfirelens",
            Self::Fluentd => "fluentd",
            Self::Gelf => "gelf",
            Self::Journald => "journald",
            Self::Splunk => "splunk",
            Self::Syslog => "syslog",
            Self::Other(name) => name,
        }
    }
}

impl From<String> for Driver {
    /// Any name may be one: Docker has plug-ins.
    fn from(name: String) -> Self {
        match name.as_str() {
            "json-file" => Self::JsonFile,
            "local" => Self::Local,
            "none" => Self::None,
            "awslogs" => Self::Awslogs,
            "awsfirelens" => Self::Awsfirelens,
            "fluentd" => Self::Fluentd,
            "gelf" => Self::Gelf,
            "journald" => Self::Journald,
            "splunk" => Self::Splunk,
            "syslog" => Self::Syslog,
            _ => Self::Other(name),
        }
    }
}

impl Decode for Driver {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        String::decode(node, diags).map(Self::from)
    }
}

/// The value of an option: a string, a number as Docker Compose prints it, or nothing.
struct OptionText(String);

impl Decode for OptionText {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match node.value() {
            Some(Value::Null) => Some(Self(String::new())),
            Some(value @ (Value::Integer(_) | Value::Float(_) | Value::String(_))) => {
                Some(Self(value.to_go_string().into_owned()))
            }
            Some(Value::Bool(_) | Value::Timestamp(_)) | None => {
                wrong_type(node, "a string, a number or nothing", diags);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::service;

    /// Reads a `logging` mapping and checks its driver, its options, and what is reported.
    #[track_caller]
    fn check(text: &str, driver: Option<&str>, options: &[(&str, &str)], messages: &[&str]) {
        let (service, diags) = service(&format!("logging: {text}"));
        let logging = service.logging;
        assert_eq!(logging.driver.as_ref().map(|driver| driver.value.as_str()), driver);
        let found: Vec<_> = logging.options.iter().map(|(name, value)| (name.as_str(), value.value.as_str())).collect();
        assert_eq!(found, options);
        let found: Vec<_> = diags.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(found, messages);
    }

    #[test]
    fn drivers_and_options_are_read() {
        check("{}", None, &[], &[]);
        check("{driver: \"\"}", None, &[], &[]);
        check("{driver: syslog, x-a: 1}", Some("syslog"), &[], &[]);
        check("{driver: loki}", Some("loki"), &[], &[]);
    }

    #[test]
    fn options_may_be_numbers_or_nothing() {
        let options = [("a", "10m"), ("b", "3"), ("c", "1.5"), ("d", ""), ("e", "1e+21"), ("f", "16")];
        check("{options: {a: 10m, b: 3, c: 1.5, d: , e: 1e21, f: 0x10}}", None, &options, &[]);
    }

    #[test]
    fn what_docker_compose_refuses_is_refused() {
        let boolean = "expected a string, a number or nothing, found the boolean `true`";
        check("{driver: a, options: {b: true}}", Some("a"), &[], &[boolean]);
        check("{driver: 5}", None, &[], &["expected a string, found a number"]);
        check("{options: []}", None, &[], &["expected a mapping, found a list"]);
        check("{foo: 1}", None, &[], &["unknown key `foo`: `logging` has no such key"]);
        check("", None, &[], &["expected a mapping, found nothing"]);
    }
}
