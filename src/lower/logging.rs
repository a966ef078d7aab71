//! Where output goes.
//!
//! Without a word about it, to Amazon `CloudWatch` Logs: on the instance nobody would look for it, and on Fargate it
//! would be lost.

use indexmap::IndexMap;

use super::fate::lost_as;
use super::{Target, name, secrets};
use crate::compose::extension::logging::Logs;
use crate::compose::extension::{Firelens, FirelensType};
use crate::compose::service::Service;
use crate::compose::service::logging::{Driver, Logging};
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::{FirelensConfiguration, FirelensConfigurationType, LogConfiguration, Secret};
use crate::ecs::log_driver::{COMMON_OPTIONS, LogDriver};
use crate::options::LaunchType;
use crate::source::{Span, Spanned};

/// The options of Docker's files that only keep them from growing.
const ROTATION: &[&str] = &["max-size", "max-file", "compress"];

/// Whether a container of the task routes the output of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Router {
    /// One does.
    InTask,
    /// None does.
    Absent,
}

impl Router {
    /// Looks for it among the services of a task.
    pub(super) fn of<'a>(services: impl IntoIterator<Item = &'a Service>) -> Self {
        let mut services = services.into_iter();
        if services.any(|service| service.extension.own.firelens.is_some()) { Self::InTask } else { Self::Absent }
    }
}

/// What the container of a service is to the others of its task, if it routes their output.
pub(super) fn firelens(service: &Service) -> Option<FirelensConfiguration> {
    let Firelens { kind, options } = &service.extension.own.firelens.as_ref()?.value;
    let kind = match kind.value {
        FirelensType::Fluentbit => FirelensConfigurationType::Fluentbit,
        FirelensType::Fluentd => FirelensConfigurationType::Fluentd,
    };
    let options = options.iter().map(|(name, option)| (name.clone(), option.value.clone())).collect();
    Some(FirelensConfiguration { kind, options })
}

/// Says where the output of a container goes; nowhere in particular if that cannot be said without a region.
pub(super) fn logging(
    (service, settings): (&Service, &Logs),
    router: Router,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Option<LogConfiguration> {
    let configuration = written((service, settings), router, target, diags);
    with_secrets(configuration, service.extension.own.log_secrets.as_ref(), diags)
}

/// The configuration with the options whose values ECS reads from a secret store.
fn with_secrets(
    configuration: Option<LogConfiguration>,
    secrets: Option<&Spanned<Options>>,
    diags: &mut Diagnostics,
) -> Option<LogConfiguration> {
    let mut configuration = configuration;
    for (name, value_from) in secrets.iter().flat_map(|secrets| &secrets.value) {
        let Some(reference) = secrets::checked(value_from, diags) else { continue };
        let takes = |configuration: &&mut LogConfiguration| {
            LogDriver::find(&configuration.log_driver).is_some_and(|driver| driver.takes(name))
        };
        let Some(LogConfiguration { log_driver: _, options, secret_options }) = configuration.as_mut().filter(takes)
        else {
            lost_as(Code::LogDriver, (name, value_from.span), "the logging driver takes no such option", diags);
            continue;
        };
        if options.contains_key(name) {
            let message = format!("the logging option `{name}` is both plain and a secret");
            diags.error(Code::Conflict, value_from.span, message).hint("take it out of `logging.options`");
        }
        secret_options.push(Secret { name: name.clone(), value_from: reference.value.to_owned() });
    }
    configuration
}

/// What `logging` says.
fn written(
    (service, settings): (&Service, &Logs),
    router: Router,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Option<LogConfiguration> {
    let Logging { span, driver, options } = &service.logging;
    // `retention` looks at the other key.
    let Logs { log_group, log_retention: _ } = settings;
    let group = log_group.as_ref().map(|group| group.value.as_str());
    let defaults = Defaults { service, group, target };
    let Some(span) = *span else { return defaults.awslogs(IndexMap::new()) };
    let driver_span = driver.as_ref().map_or(span, |driver| driver.span);
    let docker_default = Driver::JsonFile;
    let driver = driver.as_ref().map_or(&docker_default, |driver| &driver.value);
    let place = Place { driver, span: driver_span, secrets: service.extension.own.log_secrets.as_ref() };
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
            diags.warn(Code::LogDriver, driver_span, message);
            None
        }
        (Driver::Awslogs, _) => place.awslogs(options, &defaults, diags),
        (Driver::Splunk, _) | (Driver::Fluentd | Driver::Gelf | Driver::Journald | Driver::Syslog, LaunchType::Ec2) => {
            place.keep(options, diags)
        }
        (Driver::Fluentd | Driver::Gelf | Driver::Journald | Driver::Syslog, LaunchType::Fargate) => {
            place.replace("Fargate does not have it", options, &defaults, diags)
        }
        (Driver::Awsfirelens, _) => match router {
            Router::InTask => place.keep(options, diags),
            Router::Absent => place.replace("no service of the task is a log router", options, &defaults, diags),
        },
        (Driver::Other(_), _) => place.replace("ECS does not know it", options, &defaults, diags),
    }
}

/// What the options of `awslogs` are made of.
#[derive(Clone, Copy)]
struct Defaults<'a> {
    service: &'a Service,
    /// The group, if `x-ecs` names it.
    group: Option<&'a str>,
    target: Target<'a>,
}

impl Defaults<'_> {
    /// `CloudWatch` Logs with given options and what they leave open.
    fn awslogs(self, given: IndexMap<String, String>) -> Option<LogConfiguration> {
        let Self { service, group, target } = self;
        let region = given.get("awslogs-region").or(target.options.region.as_ref())?.clone();
        let mut options = IndexMap::new();
        if !given.contains_key("awslogs-group") {
            let group = group.map_or_else(|| format!("/ecs/{}", target.project.name), str::to_owned);
            options.insert("awslogs-group".to_owned(), group);
            options.insert("awslogs-create-group".to_owned(), "true".to_owned());
        }
        options.insert("awslogs-region".to_owned(), region);
        options.insert("awslogs-stream-prefix".to_owned(), name::container(&service.name.value).to_string());
        options.extend(given);
        Some(LogConfiguration { log_driver: Driver::Awslogs.as_str().to_owned(), options, secret_options: Vec::new() })
    }
}

/// A driver, and where it was written.
#[derive(Clone, Copy)]
struct Place<'a> {
    driver: &'a Driver,
    span: Span,
    /// Options whose values are elsewhere.
    secrets: Option<&'a Spanned<Options>>,
}

/// The options of a driver, as they were written.
type Options = IndexMap<String, Spanned<String>>;

impl Place<'_> {
    /// Keeps the driver, with those of its options that ECS knows.
    fn keep(self, options: &Options, diags: &mut Diagnostics) -> Option<LogConfiguration> {
        let options = self.known(options, diags);
        let driver = self.driver.as_str();
        let mut complete = true;
        for name in LogDriver::find(driver).map_or(&[][..], |driver| driver.required) {
            if options.get(*name).is_none_or(String::is_empty)
                && !self.secrets.is_some_and(|secrets| secrets.value.contains_key(*name))
            {
                let message = format!("the driver `{driver}` needs the option `{name}`");
                diags.error(Code::MissingKey, self.span, message).hint(format!(
                    "Docker needs it too; a secret is named in `x-ecs: {{log_secrets: {{{name}: ARN}}}}` of the service"
                ));
                complete = false;
            }
        }
        complete.then(|| LogConfiguration { log_driver: driver.to_owned(), options, secret_options: Vec::new() })
    }

    /// Keeps `awslogs`, and fills in what ECS needs and Docker does not.
    fn awslogs(self, options: &Options, defaults: &Defaults<'_>, diags: &mut Diagnostics) -> Option<LogConfiguration> {
        let mut given = self.known(options, diags);
        // An empty option is as good as none.
        given.retain(|_, value| !value.is_empty());
        if let Some(create) = given.get_mut("awslogs-create-group") {
            // Docker takes many words for yes and no, ECS `true` alone; without it, no group is created.
            match create.to_ascii_lowercase().as_str() {
                "true" | "t" | "1" => "true".clone_into(create),
                "false" | "f" | "0" => drop(given.shift_remove("awslogs-create-group")),
                _ => {}
            }
        }
        let pattern = options.get("awslogs-multiline-pattern");
        if let Some(pattern) = pattern.filter(|_| given.contains_key("awslogs-datetime-format")) {
            lost_as(
                Code::LogDriver,
                ("awslogs-multiline-pattern", pattern.span),
                "it excludes `awslogs-datetime-format`",
                diags,
            );
            given.shift_remove("awslogs-multiline-pattern");
        }
        let needed = ["awslogs-group", "awslogs-region", "awslogs-stream-prefix"];
        let missing: Vec<&str> = needed.into_iter().filter(|name| !given.contains_key(*name)).collect();
        let Some(configuration) = defaults.awslogs(given) else {
            lost_as(Code::LogDriver, ("awslogs", self.span), "ECS must be told the region of the logs", diags)
                .hint("pass `--region`, or set the option `awslogs-region`");
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
        let common = options.iter().filter(|(name, _)| COMMON_OPTIONS.contains(&name.as_str()));
        let configuration = defaults.awslogs(common.map(|(name, value)| (name.clone(), value.value.clone())).collect());
        let driver = self.driver.as_str();
        let what = if options.is_empty() { "" } else { ", with its options," };
        let instead = match (&configuration, defaults.target.launch_type) {
            (Some(_), _) => "`awslogs` stands in",
            (None, LaunchType::Ec2) => "the instance's Docker decides where the output goes",
            (None, LaunchType::Fargate) => "the output is lost",
        };
        let message = format!("the driver `{driver}`{what} is left out, as {reason}: {instead}");
        let finding = diags.warn(Code::LogDriver, self.span, message);
        if *self.driver == Driver::Awsfirelens {
            finding.hint("put a service with `x-ecs: {task: NAME, firelens: {type: fluentbit}}` into the same task");
        }
        if configuration.is_none() {
            finding.hint("pass `--region`, so that `awslogs` can be used");
        }
        configuration
    }

    /// The options that ECS knows; the others are reported.
    fn known(self, options: &Options, diags: &mut Diagnostics) -> IndexMap<String, String> {
        let driver = LogDriver::find(self.driver.as_str());
        let mut result = IndexMap::new();
        for (name, value) in options {
            if driver.is_some_and(|driver| driver.takes(name)) {
                result.insert(name.clone(), value.value.clone());
            } else {
                let message =
                    format!("the option `{name}` is left out: ECS does not know it of `{}`", self.driver.as_str());
                diags.warn(Code::LogDriver, value.span, message);
            }
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LowerOptions;
    use crate::testing::lower_service;

    const REGION: Option<&str> = Some("eu-west-1");

    /// Translates the keys of a service; gives the result as JSON and what is reported.
    fn run(text: &str, launch_type: LaunchType, region: Option<&str>) -> (String, String) {
        let launch_type = Some(launch_type);
        let options = LowerOptions { launch_type, region: region.map(str::to_owned), ..LowerOptions::default() };
        let (result, found) = lower_service(&options, text, |service, target, diags| {
            logging((service, &Logs::default()), Router::of([service]), target, diags)
        });
        (result.map_or_else(String::new, |result| serde_json::to_string(&result).unwrap()), found)
    }

    #[track_caller]
    fn check(text: &str, launch_type: LaunchType, region: Option<&str>, expected: &str, findings: &[&str]) {
        let (result, found) = run(text, launch_type, region);
        assert_eq!((result, found), (expected.to_owned(), findings.join("\n")));
    }

    const AWSLOGS: &str = concat!(
        r#"{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/shop","awslogs-create-group":"true","#,
        r#""awslogs-region":"eu-west-1","awslogs-stream-prefix":"web"}}"#
    );

    #[test]
    fn output_goes_to_cloud_watch_without_a_word() {
        for launch_type in [LaunchType::Ec2, LaunchType::Fargate] {
            check("{}", launch_type, REGION, AWSLOGS, &[]);
            check("{}", launch_type, None, "", &[]);
        }
    }

    #[test]
    fn files_that_only_rotate_are_replaced() {
        let rotating = "logging: {options: {max-size: 10m, max-file: 3}}";
        let message = "logging | warning[log-driver]: the driver `json-file`, with its options, is left out, as files on an instance are hard to \
                       reach: `awslogs` stands in";
        check(rotating, LaunchType::Ec2, REGION, AWSLOGS, &[message]);
        let kept = r#"{"logDriver":"json-file","options":{"max-size":"10m","max-file":"3"}}"#;
        check(rotating, LaunchType::Ec2, None, kept, &[]);
        let tagged = "logging: {driver: json-file, options: {tag: a}}";
        check(tagged, LaunchType::Ec2, REGION, r#"{"logDriver":"json-file","options":{"tag":"a"}}"#, &[]);
    }

    #[test]
    fn no_output_is_exact_on_fargate_only() {
        check("logging: {driver: none}", LaunchType::Fargate, REGION, "", &[]);
        let message =
            "none | warning[log-driver]: ECS has no driver `none`: the instance's Docker decides where the output goes";
        check("logging: {driver: none}", LaunchType::Ec2, REGION, "", &[message]);
    }

    #[test]
    fn what_fargate_lacks_is_replaced() {
        let text = "logging: {driver: syslog, options: {mode: non-blocking, syslog-address: x}}";
        let (result, findings) = run(text, LaunchType::Fargate, REGION);
        assert!(result.contains(r#""mode":"non-blocking""#) && !result.contains("syslog"));
        let message = "syslog | warning[log-driver]: the driver `syslog`, with its options, is left out, as Fargate does not have it: `awslogs` \
                       stands in";
        assert_eq!(findings, message);
        let kept = r#"{"logDriver":"syslog","options":{"mode":"non-blocking","syslog-address":"x"}}"#;
        check(text, LaunchType::Ec2, REGION, kept, &[]);
    }

    #[test]
    fn unknown_drivers_are_replaced() {
        let message =
            "loki | warning[log-driver]: the driver `loki` is left out, as ECS does not know it: the output is lost";
        check("logging: {driver: loki}", LaunchType::Fargate, None, "", &[message]);
    }

    #[test]
    fn unknown_options_are_lost() {
        let text = "logging: {driver: fluentd, options: {fluentd-address: a, x: y}}";
        let message = "y | warning[log-driver]: the option `x` is left out: ECS does not know it of `fluentd`";
        let kept = r#"{"logDriver":"fluentd","options":{"fluentd-address":"a"}}"#;
        check(text, LaunchType::Ec2, REGION, kept, &[message]);
    }

    #[test]
    fn awslogs_is_completed() {
        let text = "logging: {driver: awslogs, options: {awslogs-group: g, awslogs-create-group: False, tag: t}}";
        let expected = concat!(
            r#"{"logDriver":"awslogs","options":{"awslogs-region":"eu-west-1","awslogs-stream-prefix":"web","#,
            r#""awslogs-group":"g"}}"#
        );
        let (result, findings) = run(&text.replace("False", "'False'"), LaunchType::Ec2, REGION);
        assert_eq!(result, expected);
        let tag = "t | warning[log-driver]: the option `tag` is left out: ECS does not know it of `awslogs`";
        let filled = "awslogs | note[defaulted]: ECS needs options that are not written: `awslogs-region: eu-west-1`, \
                      `awslogs-stream-prefix: web` are filled in";
        assert_eq!(findings, format!("{tag}\n{filled}"));
    }

    #[test]
    fn awslogs_needs_a_region() {
        let message = "awslogs | warning[log-driver]: `awslogs` is left out: ECS must be told the region of the logs";
        check("logging: {driver: awslogs}", LaunchType::Ec2, None, "", &[message]);
    }

    #[test]
    fn splunk_needs_to_know_where_to() {
        let message = "splunk | error[missing-key]: the driver `splunk` needs the option `splunk-token`";
        let text = "logging: {driver: splunk, options: {splunk-url: u}}";
        check(text, LaunchType::Fargate, REGION, "", &[message]);
    }
}
