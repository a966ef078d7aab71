//! What a service waits for, and how others know that it is ready.

use indexmap::IndexMap;

use super::value::{Fields, Value};
use super::{Context, extension};
use crate::compose::service::Service;
use crate::compose::service::readiness::{Dependency, Healthcheck, Readiness, Test};
use crate::options::Normalization;

/// The keys of the facet `readiness`.
pub(super) fn fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    // What depends on others is told by the edges, too.
    let Readiness { depends_on: _, healthcheck } = &service.readiness;
    let mut fields = Fields::default();
    fields.put_filled("depends_on", depends_on(service, context));
    fields.put_some("healthcheck", healthcheck.as_ref().map(|check| health_check(service, &check.value, context)));
    fields
}

/// The services that it needs, also those that other keys than `depends_on` name.
fn depends_on<'p>(service: &'p Service, context: &Context<'p>) -> Value<'p> {
    let mut dependencies: IndexMap<&str, Dependency> = IndexMap::new();
    for edge in service.edges() {
        if edge.key == "depends_on" || context.options.normalization == Normalization::Enabled {
            dependencies.entry(edge.target.as_str()).or_insert(edge.dependency);
        }
    }
    Value::sorted(dependencies.into_iter().map(|(name, asked)| {
        let mut fields = dependency(asked);
        let path = ["services", service.name.value.as_str(), "depends_on", name];
        fields.extend(extension::fields(&path, context));
        (name, fields)
    }))
}

/// What is asked of another service.
fn dependency(dependency: Dependency) -> Fields<'static> {
    let Dependency { condition, required, restart } = dependency;
    let mut fields = Fields::default();
    fields.put("condition", condition.as_str());
    fields.put_some("restart", restart.then_some(true));
    fields.put("required", required);
    fields
}

/// A health check.
fn health_check<'p>(service: &'p Service, check: &'p Healthcheck, context: &Context<'p>) -> Fields<'p> {
    let Healthcheck { test, interval, timeout, retries, start_period, start_interval, disable } = check;
    let mut fields = Fields::default();
    fields.put_some("test", test.as_ref().map(|test| words(&test.value)));
    let durations = [("timeout", timeout), ("interval", interval)];
    for (key, duration) in durations {
        fields.put_some(key, duration.as_ref().map(|duration| duration.value.to_string()));
    }
    fields.put_some("retries", retries.as_ref().map(|retries| retries.value));
    for (key, duration) in [("start_period", start_period), ("start_interval", start_interval)] {
        fields.put_some(key, duration.as_ref().map(|duration| duration.value.to_string()));
    }
    fields.put_some("disable", disable.map(|_| true));
    fields.extend(extension::fields(&["services", service.name.value.as_str(), "healthcheck"], context));
    fields
}

/// The words of a test, the first of which says what they are.
fn words(test: &Test) -> Value<'_> {
    let (kind, words): (_, &[String]) = match test {
        Test::None => ("NONE", &[]),
        Test::Command(words) => ("CMD", words),
        Test::Shell(words) => ("CMD-SHELL", words),
    };
    [kind].into_iter().chain(words.iter().map(String::as_str)).collect()
}

#[cfg(test)]
mod tests {
    use super::fields;
    use crate::config::testing::{JSON, PLAIN, YAML, printed};

    #[track_caller]
    fn check(keys: &str, expected: &str) {
        assert_eq!(printed(keys, JSON, fields), expected);
    }

    const STARTED: &str = r#"{"depends_on":{"a":{"condition":"service_started","required":true}}}"#;
    const CLOSE: &str = r#"{"depends_on":{"a":{"condition":"service_started","restart":true,"required":true}}}"#;

    #[test]
    fn dependencies_are_sorted_and_say_all() {
        check("depends_on: [a]", STARTED);
        check(
            "depends_on: {b: {condition: service_healthy, required: false, restart: true}, a: {condition: service_started}}",
            r#"{"depends_on":{"a":{"condition":"service_started","required":true},"b":{"condition":"service_healthy","restart":true,"required":false}}}"#,
        );
    }

    #[test]
    fn other_keys_are_dependencies_too() {
        check("links: ['a:x']", CLOSE);
        check("network_mode: 'service:a'", CLOSE);
        check("ipc: 'service:a'", CLOSE);
        check("pid: 'service:a'", CLOSE);
        check("uts: 'service:a'", CLOSE);
        check("volumes_from: ['a:ro', 'container:b']", STARTED);
        check("volumes_from: [a], links: [a]", CLOSE);
        check("depends_on: [a], links: [a]", STARTED);
        assert_eq!(printed("links: [a]", PLAIN, fields), "{}");
    }

    #[test]
    fn a_health_check_says_what_was_written() {
        check("healthcheck: {disable: false, test: []}", r#"{"healthcheck":{}}"#);
        check("healthcheck: {test: NONE}", r#"{"healthcheck":{"test":["CMD-SHELL","NONE"]}}"#);
        check("healthcheck: {test: [NONE]}", r#"{"healthcheck":{"test":["NONE"]}}"#);
        check(
            "healthcheck: {start_interval: 1s, start_period: 0s, retries: 3.7, interval: 90s, timeout: 1ms, test: [CMD, a], disable: true, x-a: 1}",
            r#"{"healthcheck":{"test":["CMD","a"],"timeout":"1ms","interval":"1m30s","retries":3,"start_period":"0s","start_interval":"1s","disable":true}}"#,
        );
        assert_eq!(printed("healthcheck: {x-a: 1}", YAML, fields), r#"{"healthcheck":{"x-a":1}}"#);
    }
}
