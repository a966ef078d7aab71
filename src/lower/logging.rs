//! Where output goes.
//!
//! Without a word about it, to Amazon CloudWatch Logs: on the instance nobody would look for it, and on Fargate it
//! would be lost.

use indexmap::IndexMap;

use super::Target;
use crate::compose::service::logging::{Driver, Logging};
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::LogConfiguration;
use crate::ecs::name::ContainerName;
use crate::options::LaunchType;
use crate::source::{Span, Spanned};

/// The options of Docker's files that only keep them from growing.
const ROTATION: &[&str] = &["max-size", "max-file", "compress"];

/// The options that every driver has.
const COMMON: &[&str] = &["mode", "max-buffer-size"];

/// The options by which the drivers of Docker name what they write.
const NAMING: &[&str] = &["tag", "labels", "labels-regex", "env", "env-regex"];

/// Says where the output of a container goes; nowhere in particular if that cannot be said without a region.
pub(super) fn logging(
    logging: &Logging,
    container: &ContainerName,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Option<LogConfiguration> {
    let Logging { span, driver, options } = logging;
    let defaults = Defaults { container, target };
    let Some(span) = *span else { return defaults.awslogs(IndexMap::new()) };
    let driver_span = driver.as_ref().map_or(span, |driver| driver.span);
    let docker_default = Driver::JsonFile;
    let driver = driver.as_ref().map_or(&docker_default, |driver| &driver.value);
    let place = Place { driver, span: driver_span };
    match (driver, target.launch_type) {
        (Driver::JsonFile, LaunchType::Ec2)
            if target.options.region.is_none() || !options.keys().all(|name| ROTATION.contains(&name.as_str())) =>
        {
            place.keep(options, diags)
        }
        (Driver::JsonFile | Driver::Local, _) => {
            let reason = match target.launch_type {
                LaunchType::Ec2 => "files on an instance are hard to reach",
                LaunchType::Fargate => "nobody reaches files on Fargate",
            };
            place.replace(reason, options, &defaults, diags)
        }
        // Without a log configuration, Fargate keeps nothing: that is what was asked for.
        (Driver::None, LaunchType::Fargate) => None,
        (Driver::None, LaunchType::Ec2) => {
            let message = "ECS has no driver `none`: the instance's Docker decides where the output goes";
            diags.warn(Code::Approximated, driver_span, message);
            None
        }
        (Driver::Awslogs, _) => place.awslogs(options, &defaults, diags),
        (Driver::Splunk, _) | (Driver::Fluentd | Driver::Gelf | Driver::Journald | Driver::Syslog, LaunchType::Ec2) => {
            place.keep(options, diags)
        }
        (Driver::Fluentd | Driver::Gelf | Driver::Journald | Driver::Syslog, LaunchType::Fargate) => {
            place.replace("Fargate does not have it", options, &defaults, diags)
        }
        (Driver::Awsfirelens, _) => {
            let reason = "it needs a log router in the task, which is not translated yet";
            place.replace(reason, options, &defaults, diags)
        }
        (Driver::Other(_), _) => place.replace("ECS does not know it", options, &defaults, diags),
    }
}

/// What the options of `awslogs` are made of.
#[derive(Clone, Copy)]
struct Defaults<'a> {
    container: &'a ContainerName,
    target: Target<'a>,
}

impl Defaults<'_> {
    /// CloudWatch Logs with given options and what they leave open.
    fn awslogs(self, given: IndexMap<String, String>) -> Option<LogConfiguration> {
        let Self { container, target } = self;
        let region = given.get("awslogs-region").or(target.options.region.as_ref())?.clone();
        let mut options = IndexMap::new();
        if !given.contains_key("awslogs-group") {
            options.insert("awslogs-group".to_owned(), format!("/ecs/{}", target.project.name));
            options.insert("awslogs-create-group".to_owned(), "true".to_owned());
        }
        options.insert("awslogs-region".to_owned(), region);
        options.insert("awslogs-stream-prefix".to_owned(), container.to_string());
        options.extend(given);
        Some(LogConfiguration { log_driver: Driver::Awslogs.as_str().to_owned(), options })
    }
}

/// A driver, and where it was written.
#[derive(Clone, Copy)]
struct Place<'a> {
    driver: &'a Driver,
    span: Span,
}

type Options = IndexMap<String, Spanned<String>>;

impl Place<'_> {
    /// Keeps the driver, with those of its options that ECS knows.
    fn keep(self, options: &Options, diags: &mut Diagnostics) -> Option<LogConfiguration> {
        let options = self.known(options, diags);
        let driver = self.driver.as_str();
        let mut complete = true;
        for name in required(self.driver) {
            if options.get(*name).is_none_or(String::is_empty) {
                let message = format!("the driver `{driver}` needs the option `{name}`");
                diags.error(Code::MissingKey, self.span, message).hint("Docker needs it too");
                complete = false;
            }
        }
        complete.then(|| LogConfiguration { log_driver: driver.to_owned(), options })
    }

    /// Keeps `awslogs`, and fills in what ECS needs and Docker does not.
    fn awslogs(self, options: &Options, defaults: &Defaults<'_>, diags: &mut Diagnostics) -> Option<LogConfiguration> {
        let mut given = self.known(options, diags);
        // An empty option is as good as none, and `false` is what ECS does anyway.
        given.retain(|name, value| !value.is_empty() && !(name == "awslogs-create-group" && value == "false"));
        let pattern = options.get("awslogs-multiline-pattern");
        if let Some(pattern) = pattern.filter(|_| given.contains_key("awslogs-datetime-format")) {
            let message = "`awslogs-multiline-pattern` is left out: it excludes `awslogs-datetime-format`";
            diags.warn(Code::Lost, pattern.span, message);
            given.shift_remove("awslogs-multiline-pattern");
        }
        let needed = ["awslogs-group", "awslogs-region", "awslogs-stream-prefix"];
        let missing: Vec<&str> = needed.into_iter().filter(|name| !given.contains_key(*name)).collect();
        let Some(configuration) = defaults.awslogs(given) else {
            let message = "`awslogs` is left out: ECS must be told the region of the logs";
            diags.warn(Code::Lost, self.span, message).hint("pass `--region`, or set the option `awslogs-region`");
            return None;
        };
        let filled = missing
            .into_iter()
            .filter_map(|name| configuration.options.get(name).map(|value| format!("`{name}: {value}`")));
        let filled: Vec<String> = filled.collect();
        if !filled.is_empty() {
            let message = format!("ECS needs options that are not written: {} are filled in", filled.join(", "));
            diags.note(Code::Defaulted, self.span, message);
        }
        Some(configuration)
    }

    /// Puts `awslogs` in the driver's place.
    fn replace(
        self,
        reason: &str,
        options: &Options,
        defaults: &Defaults<'_>,
        diags: &mut Diagnostics,
    ) -> Option<LogConfiguration> {
        let common = options.iter().filter(|(name, _)| COMMON.contains(&name.as_str()));
        let configuration = defaults.awslogs(common.map(|(name, value)| (name.clone(), value.value.clone())).collect());
        let driver = self.driver.as_str();
        let what = if options.is_empty() { "" } else { " and its options" };
        let instead = match (&configuration, defaults.target.launch_type) {
            (Some(_), _) => "`awslogs` stands in",
            (None, LaunchType::Ec2) => "the instance's Docker decides where the output goes",
            (None, LaunchType::Fargate) => "the output is lost",
        };
        let message = format!("the driver `{driver}`{what} is left out, as {reason}: {instead}");
        let finding = diags.warn(Code::Approximated, self.span, message);
        if configuration.is_none() {
            finding.hint("pass `--region`, so that `awslogs` can be used");
        }
        configuration
    }

    /// The options that ECS knows; the others are reported.
    fn known(self, options: &Options, diags: &mut Diagnostics) -> IndexMap<String, String> {
        let known: Vec<&str> = known(self.driver).iter().flat_map(|names| names.iter().copied()).collect();
        let mut result = IndexMap::new();
        for (name, value) in options {
            if known.contains(&name.as_str()) {
                result.insert(name.clone(), value.value.clone());
            } else {
                let message =
                    format!("the option `{name}` is left out: ECS does not know it of `{}`", self.driver.as_str());
                diags.warn(Code::Lost, value.span, message);
            }
        }
        result
    }
}

/// The options without which a driver does not start.
fn required(driver: &Driver) -> &'static [&'static str] {
    match driver {
        Driver::Splunk => &["splunk-token", "splunk-url"],
        Driver::Gelf => &["gelf-address"],
        Driver::JsonFile
        | Driver::Local
        | Driver::None
        | Driver::Awslogs
        | Driver::Awsfirelens
        | Driver::Fluentd
        | Driver::Journald
        | Driver::Syslog
        | Driver::Other(_) => &[],
    }
}

/// The options of a driver that ECS knows.
fn known(driver: &Driver) -> [&'static [&'static str]; 3] {
    let own: &[&str] = match driver {
        Driver::JsonFile => ROTATION,
        Driver::Awslogs => {
            return [COMMON, AWSLOGS, &[]];
        }
        Driver::Fluentd => FLUENTD,
        Driver::Gelf => GELF,
        Driver::Splunk => SPLUNK,
        Driver::Syslog => SYSLOG,
        Driver::Journald | Driver::Local | Driver::None | Driver::Awsfirelens | Driver::Other(_) => &[],
    };
    [COMMON, NAMING, own]
}

const AWSLOGS: &[&str] = &[
    "awslogs-create-group",
    "awslogs-region",
    "awslogs-group",
    "awslogs-stream-prefix",
    "awslogs-datetime-format",
    "awslogs-multiline-pattern",
];

const FLUENTD: &[&str] = &[
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
];

const GELF: &[&str] = &[
    "gelf-address",
    "gelf-compression-type",
    "gelf-compression-level",
    "gelf-tcp-max-reconnect",
    "gelf-tcp-reconnect-delay",
];

const SPLUNK: &[&str] = &[
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
];

const SYSLOG: &[&str] = &[
    "syslog-address",
    "syslog-facility",
    "syslog-tls-ca-cert",
    "syslog-tls-cert",
    "syslog-tls-key",
    "syslog-tls-skip-verify",
    "syslog-format",
];
