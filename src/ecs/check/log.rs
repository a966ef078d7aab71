//! Rules of where output goes.

use super::{At, Rule, text};
use crate::ecs::container::{ContainerDefinition, FirelensConfiguration, LogConfiguration, Secret};
use crate::ecs::log_driver::LogDriver;

/// Where violations are.
const FIELD: &str = "logConfiguration";

/// Checks the driver and its options. Values are never quoted, as tokens are among them.
pub(super) fn check(configuration: &LogConfiguration, at: &mut At<'_, '_>) {
    let LogConfiguration { log_driver, options, secret_options } = configuration;
    let Some(driver) = LogDriver::find(log_driver) else {
        let message = format!("ECS does not know the logging driver `{log_driver}`");
        at.add(FIELD, Rule::ShapeEnum, message).hint("use `awslogs`, or leave `logging` out");
        return;
    };
    if at.task.on_fargate() && !driver.is_on_fargate {
        let message = format!("on Fargate there is no logging driver `{log_driver}`");
        at.add(FIELD, Rule::LogDriver, message).hint("use `awslogs`, `splunk` or `awsfirelens`");
    }
    let secret = || secret_options.iter().map(|option| &option.name);
    for option in options.keys().chain(secret()).filter(|option| !driver.takes(option)) {
        at.add(
            FIELD,
            Rule::LogOption,
            format!("the logging driver `{log_driver}` does not take the option `{option}`"),
        );
    }
    let is_missing =
        |option: &str| options.get(option).is_none_or(String::is_empty) && !secret().any(|secret| secret == option);
    for Secret { name, value_from: _ } in
        secret_options.iter().filter(|option| !text::is_secret_reference(&option.value_from))
    {
        let message = format!("the logging option `{name}` does not name a secret");
        at.add(FIELD, Rule::SecretRef, message);
    }
    for option in driver.required.iter().filter(|option| is_missing(option)) {
        at.add(FIELD, Rule::LogOption, format!("the logging driver `{log_driver}` needs the option `{option}`"));
    }
    buffer(configuration, at);
    match log_driver.as_str() {
        "awslogs" => awslogs(configuration, at),
        "awsfirelens" if at.container.firelens_configuration.is_some() => {
            at.add(FIELD, Rule::LogFirelens, "a log router cannot route its own output");
        }
        "awsfirelens" if routers(at).next().is_none() => {
            at.add(FIELD, Rule::LogFirelens, "no container of the task is a log router");
        }
        _ => {}
    }
}

/// The log routers of a task.
fn routers<'a>(at: &At<'a, '_>) -> impl Iterator<Item = &'a ContainerDefinition> + use<'a> {
    let containers = &at.task.definition.container_definitions;
    containers.iter().filter(|container| container.firelens_configuration.is_some())
}

/// Checks a log router: a task has one, which knows where its configuration is.
pub(super) fn router(router: &FirelensConfiguration, at: &mut At<'_, '_>) {
    const ROUTER: &str = "firelensConfiguration";
    // Either program will do.
    let FirelensConfiguration { kind: _, options } = router;
    if routers(at).next().is_some_and(|first| !std::ptr::eq(first, at.container)) {
        at.add(ROUTER, Rule::Firelens, "a task has one log router at most");
    }
    let kind = options.get("config-file-type").map(String::as_str);
    let message = if kind.is_some_and(|kind| !matches!(kind, "s3" | "file")) {
        "the option `config-file-type` is `s3` or `file`"
    } else if kind == Some("s3") && at.task.on_fargate() {
        "on Fargate the option `config-file-type` is `file`"
    } else if kind.is_some() != options.contains_key("config-file-value") {
        "the options `config-file-type` and `config-file-value` go together"
    } else {
        return;
    };
    at.add(ROUTER, Rule::Firelens, message);
}

/// Whether output may be lost when it cannot be delivered, and how much is kept.
fn buffer(configuration: &LogConfiguration, at: &mut At<'_, '_>) {
    let mode = configuration.options.get("mode").map(String::as_str);
    if mode.is_some_and(|mode| mode != "blocking" && mode != "non-blocking") {
        at.add(FIELD, Rule::LogOption, "the logging option `mode` is `blocking` or `non-blocking`");
    }
    if let Some(size) = configuration.options.get("max-buffer-size") {
        if !is_size(size) {
            at.add(FIELD, Rule::LogOption, "the logging option `max-buffer-size` is a size such as `25m`");
        }
        if mode == Some("blocking") {
            at.add(FIELD, Rule::LogOption, "the logging option `max-buffer-size` needs the mode `non-blocking`");
        }
    }
}

/// Digits, perhaps a unit, perhaps a `b`, in either case.
fn is_size(text: &str) -> bool {
    let unit = text.trim_start_matches(|character: char| character.is_ascii_digit()).to_ascii_lowercase();
    let unit_is_known = matches!(unit.as_str(), "" | "b" | "k" | "m" | "g" | "bb" | "kb" | "mb" | "gb");
    text.starts_with(|first: char| first.is_ascii_digit()) && unit_is_known
}

/// `CloudWatch` needs to know the group and the Region.
fn awslogs(configuration: &LogConfiguration, at: &mut At<'_, '_>) {
    let option = |name: &str| configuration.options.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let is_given = |name: &str| configuration.options.contains_key(name);
    let mut add = |message: &str| {
        at.add(FIELD, Rule::LogAwslogs, message);
    };
    for name in ["awslogs-group", "awslogs-region"] {
        if option(name).is_none() {
            add(&format!("the logging driver `awslogs` needs the option `{name}`"));
        }
    }
    let is_group = |group: &str| {
        group.len() <= 512 && group.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_/#".contains(&byte))
    };
    if option("awslogs-group").is_some_and(|group| !is_group(group)) {
        add("the option `awslogs-group` takes up to 512 letters, digits and `.-_/#`");
    }
    if option("awslogs-region").is_some_and(|region| !text::is_region(region)) {
        add("the option `awslogs-region` is a Region such as `eu-central-1`");
    }
    if option("awslogs-stream-prefix").is_some_and(|prefix| prefix.contains([':', '*'])) {
        add("the option `awslogs-stream-prefix` takes neither `:` nor `*`");
    }
    if is_given("awslogs-create-group") && option("awslogs-create-group") != Some("true") {
        add("the option `awslogs-create-group` is `true` or left out");
    }
    if is_given("awslogs-datetime-format") && is_given("awslogs-multiline-pattern") {
        add("the options `awslogs-datetime-format` and `awslogs-multiline-pattern` exclude each other");
    }
    if at.task.on_fargate() && option("awslogs-stream-prefix").is_none() {
        let message = "on Fargate the logging driver `awslogs` needs the option `awslogs-stream-prefix`";
        at.add(FIELD, Rule::LogAwslogs, message);
    }
}
