//! What a service waits for, and how others know that it is ready.

use indexmap::IndexMap;

use crate::compose::duration::Duration;
use crate::compose::name::ServiceName;
use crate::compose::value::PlainBool;
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::choice::choice;
use crate::yaml::keys::{Decode, Keys, TruncatedCount, wrong_type};
use crate::yaml::{Entry, Kind, Node};

/// What a service waits for, and how others know that it is ready.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    /// `depends_on`: in the order of the file; the place is that of the name.
    pub depends_on: IndexMap<ServiceName, Spanned<Dependency>>,
    /// `healthcheck`.
    pub healthcheck: Option<Spanned<Healthcheck>>,
}

/// What is asked of another service before this one starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dependency {
    /// `condition`.
    pub condition: Condition,
    /// `required`: whether it is a failure when the other is not there.
    pub required: bool,
    /// `restart`: whether this restarts when Compose restarts the other.
    pub restart: bool,
}

/// What is asked of another service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// `service_started`.
    #[default]
    Started,
    /// `service_healthy`.
    Healthy,
    /// `service_completed_successfully`.
    CompletedSuccessfully,
}

/// How to tell that a service is healthy.
#[derive(Debug, Clone, Default)]
pub struct Healthcheck {
    /// `test`; absent when only the times are set, which then apply to the image's own.
    pub test: Option<Spanned<Test>>,
    /// `interval`.
    pub interval: Option<Spanned<Duration>>,
    /// `timeout`.
    pub timeout: Option<Spanned<Duration>>,
    /// `retries`.
    pub retries: Option<Spanned<u64>>,
    /// `start_period`.
    pub start_period: Option<Spanned<Duration>>,
    /// `start_interval`.
    pub start_interval: Option<Spanned<Duration>>,
    /// `disable`, where it was written.
    pub disable: Option<Span>,
}

/// The test of a health check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `NONE`: none, not even the image's.
    None,
    /// `CMD`: words.
    Command(Vec<String>),
    /// `CMD-SHELL`, or a string: a line for the shell, and whatever words follow it.
    Shell(Vec<String>),
}

impl Test {
    /// Whether it asks for no check, by `NONE` alone also as a line, which Docker gives to the shell.
    #[must_use]
    pub fn is_none(&self) -> bool {
        match self {
            Self::None => true,
            Self::Command(_) => false,
            Self::Shell(lines) => matches!(lines.as_slice(), [line] if line == "NONE"),
        }
    }
}

impl Readiness {
    /// Takes the keys of this facet.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let depends_on = keys.take("depends_on", diags).map(|DependsOn(dependencies)| dependencies);
        Self { depends_on: depends_on.unwrap_or_default(), healthcheck: keys.take("healthcheck", diags) }
    }
}

/// The value of `depends_on`, in either form.
pub(in crate::compose) struct DependsOn(IndexMap<ServiceName, Spanned<Dependency>>);

impl Default for Dependency {
    /// What a name alone asks for.
    fn default() -> Self {
        Self { condition: Condition::default(), required: true, restart: false }
    }
}

impl Decode for DependsOn {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Sequence(items) => {
                let mut dependencies = IndexMap::new();
                for item in items {
                    let Some(name) = String::decode(item, diags) else { continue };
                    let dependency = Spanned::new(Dependency::default(), item.span);
                    if dependencies.insert(ServiceName::new(name.as_str()), dependency).is_some() {
                        diags.error(Code::InvalidValue, item.span, format!("`{name}` stands twice in `depends_on`"));
                    }
                }
                Some(Self(dependencies))
            }
            Kind::Mapping(mapping) => {
                let entries = mapping.entries().iter();
                Some(Self(entries.filter_map(|entry| dependency(entry, diags)).collect()))
            }
            Kind::Scalar(_) => {
                wrong_type(node, "a list of services, or a mapping of them", diags);
                None
            }
        }
    }
}

/// One service of the long form.
fn dependency(entry: &Entry, diags: &mut Diagnostics) -> Option<(ServiceName, Spanned<Dependency>)> {
    let mut keys = Keys::of(&entry.value, diags)?;
    let condition = keys.require("condition", diags);
    let required = keys.take("required", diags).is_none_or(|PlainBool(required)| required);
    let restart = keys.take("restart", diags).unwrap_or_default();
    keys.finish("a dependency", diags);
    let dependency = Dependency { condition: condition?, required, restart };
    Some((ServiceName::new(&*entry.key), Spanned::new(dependency, entry.key_span)))
}

impl Condition {
    /// Compose's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "service_started",
            Self::Healthy => "service_healthy",
            Self::CompletedSuccessfully => "service_completed_successfully",
        }
    }
}

impl Decode for Condition {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let all = [Self::Started, Self::Healthy, Self::CompletedSuccessfully];
        choice(node, &all.map(|condition| (condition.as_str(), condition)), diags)
    }
}

impl Decode for Healthcheck {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let test: Option<Spanned<Words>> = keys.take("test", diags);
        let healthcheck = Self {
            test: test.and_then(|test| read_test(test, diags)),
            interval: keys.take("interval", diags),
            timeout: keys.take("timeout", diags),
            retries: keys.take("retries", diags).map(count),
            start_period: keys.take("start_period", diags),
            start_interval: keys.take("start_interval", diags),
            disable: keys.take("disable", diags).filter(|on: &Spanned<bool>| on.value).map(|on| on.span),
        };
        keys.finish("a health check", diags);
        Some(healthcheck)
    }
}

/// A number, without what is behind the point.
fn count(number: Spanned<TruncatedCount>) -> Spanned<u64> {
    number.map(|TruncatedCount(number)| number)
}

/// The words of a `test`.
enum Words {
    /// A string, which is for the shell, even when it is `NONE`.
    Line(String),
    /// A list.
    List(Vec<String>),
}

impl Decode for Words {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Sequence(_) => Vec::decode(node, diags).map(Self::List),
            Kind::Scalar(_) | Kind::Mapping(_) => String::decode(node, diags).map(Self::Line),
        }
    }
}

/// Reads a test by itself.
pub(in crate::compose) fn decode_test(node: &Node, diags: &mut Diagnostics) -> Option<Spanned<Test>> {
    Spanned::decode(node, diags).and_then(|words| read_test(words, diags))
}

/// Sorts the words of a test by their first; an empty list is as good as none.
fn read_test(words: Spanned<Words>, diags: &mut Diagnostics) -> Option<Spanned<Test>> {
    let Spanned { value, span } = words;
    let test = match value {
        Words::Line(line) => Test::Shell(vec![line]),
        Words::List(words) => {
            let mut words = words.into_iter();
            match words.next()?.as_str() {
                "NONE" => Test::None,
                "CMD" => Test::Command(words.collect()),
                "CMD-SHELL" => Test::Shell(words.collect()),
                other => {
                    let message = format!("invalid test: it starts with `{other}`");
                    let hint = "it starts with `CMD`, `CMD-SHELL` or `NONE`";
                    diags.error(Code::InvalidValue, span, message).hint(hint);
                    return None;
                }
            }
        }
    };
    Some(Spanned::new(test, span))
}

#[cfg(test)]
mod tests {
    use super::{Healthcheck, Readiness};
    use crate::testing::service;

    /// Draws what is read from one key of a service, or the first finding about it.
    fn read(text: &str, draw: fn(Readiness) -> String) -> String {
        let (service, diags) = service(text);
        match diags.iter().next() {
            Some(finding) => format!("{}: {}", finding.code.as_str(), finding.message),
            None => draw(service.readiness),
        }
    }

    #[track_caller]
    fn check_depends_on(value: &str, expected: &str) {
        let found = read(&format!("depends_on: {value}"), |readiness| {
            let drawn = readiness.depends_on.iter().map(|(name, dependency)| {
                let dependency = dependency.value;
                let optional = if dependency.required { "" } else { " optional" };
                let restart = if dependency.restart { " restart" } else { "" };
                format!("{name} {}{optional}{restart}", dependency.condition.as_str())
            });
            drawn.collect::<Vec<_>>().join(", ")
        });
        assert_eq!(found, expected);
    }

    #[track_caller]
    fn check_healthcheck(value: &str, expected: &str) {
        let found = read(&format!("healthcheck: {value}"), |readiness| {
            let Healthcheck { test, interval, timeout, retries, start_period, start_interval, disable } =
                readiness.healthcheck.unwrap().value;
            let mut drawn: Vec<String> = test.iter().map(|test| format!("{:?}", test.value)).collect();
            for time in [interval, timeout, start_period, start_interval].into_iter().flatten() {
                drawn.push(time.value.to_string());
            }
            drawn.extend(retries.map(|retries| retries.value.to_string()));
            drawn.extend(disable.map(|_| "off".to_owned()));
            drawn.join(" ")
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn a_name_alone_asks_for_a_start() {
        check_depends_on("[b, c]", "b service_started, c service_started");
        check_depends_on("[]", "");
        check_depends_on("{}", "");
    }

    #[test]
    fn the_long_form_says_what_is_asked() {
        check_depends_on("{b: {condition: service_healthy}}", "b service_healthy");
        check_depends_on(
            "{b: {condition: service_completed_successfully, required: false, restart: 'yes', x-y: 1}}",
            "b service_completed_successfully optional restart",
        );
    }

    #[test]
    fn what_compose_refuses_of_dependencies_is_refused() {
        check_depends_on("b", "wrong-type: expected a list of services, or a mapping of them, found a string");
        check_depends_on("[b, b]", "invalid-value: `b` stands twice in `depends_on`");
        check_depends_on("[1]", "wrong-type: expected a string, found a number");
        check_depends_on("{b: {}}", "missing-key: `condition` is missing");
        check_depends_on("{b: }", "wrong-type: expected a mapping, found nothing");
        check_depends_on(
            "{b: {condition: foo}}",
            "invalid-value: invalid value `foo`: it must be `service_started`, `service_healthy` or `service_completed_successfully`",
        );
        check_depends_on(
            "{b: {condition: service_started, required: 'no'}}",
            "wrong-type: expected `true` or `false` without quotes, found a string",
        );
        check_depends_on(
            "{b: {condition: service_started, y: 1}}",
            "unknown-key: unknown key `y`: a dependency has no such key",
        );
    }

    #[test]
    fn a_test_is_a_line_or_words() {
        check_healthcheck("{test: curl x}", r#"Shell(["curl x"])"#);
        check_healthcheck("{test: NONE}", r#"Shell(["NONE"])"#);
        check_healthcheck("{test: [NONE]}", "None");
        check_healthcheck("{test: [CMD, a, b]}", r#"Command(["a", "b"])"#);
        check_healthcheck("{test: [CMD-SHELL, a, b]}", r#"Shell(["a", "b"])"#);
        check_healthcheck("{test: []}", "");
        check_healthcheck("{test: [curl]}", "invalid-value: invalid test: it starts with `curl`");
        check_healthcheck("{test: [CMD, 1]}", "wrong-type: expected a string, found a number");
    }

    #[test]
    fn times_and_numbers_are_cast_as_compose_does() {
        check_healthcheck(
            "{interval: 1d, timeout: 90s, start_period: 0s, start_interval: -3s, retries: '3'}",
            "24h0m0s 1m30s 0s -3s 3",
        );
        check_healthcheck("{retries: 2.7}", "2");
        check_healthcheck("{retries: 1e3}", "1000");
        check_healthcheck("{retries: .inf}", "9223372036854775808");
        check_healthcheck(
            "{retries: -1}",
            "invalid-value: invalid value `-1`: it must be from 0 to 18446744073709551615",
        );
    }

    #[test]
    fn a_check_that_is_off_keeps_its_other_keys() {
        check_healthcheck("{disable: true, test: x}", r#"Shell(["x"]) off"#);
        check_healthcheck("{disable: 'yes'}", "off");
        check_healthcheck("{disable: false}", "");
        check_healthcheck("{foo: 1}", "unknown-key: unknown key `foo`: a health check has no such key");
    }
}
