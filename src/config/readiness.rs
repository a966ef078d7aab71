//! What a service waits for, and how others know that it is ready.

use indexmap::IndexMap;

use super::value::{Fields, Value};
use super::{Context, Normalization, extension};
use crate::compose::service::Service;
use crate::compose::service::readiness::{Dependency, Healthcheck, Readiness, Test};

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
