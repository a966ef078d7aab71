//! What a service waits for, and how others know that it is ready.

use indexmap::IndexMap;

use super::super::duration::Duration;
use super::super::name::ServiceName;
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::keys::{Decode, Keys, wrong_type};
use crate::yaml::resolve::Value;
use crate::yaml::{Entry, Kind, Node, Scalar};

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

impl Readiness {
    /// Takes the keys of this facet.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let depends_on = keys.take("depends_on", diags).map(|DependsOn(dependencies)| dependencies);
        Self { depends_on: depends_on.unwrap_or_default(), healthcheck: keys.take("healthcheck", diags) }
    }
}

/// The value of `depends_on`, in either form.
struct DependsOn(IndexMap<ServiceName, Spanned<Dependency>>);

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
    let required = keys.take("required", diags).is_none_or(|Plainly(required)| required);
    let restart = keys.take("restart", diags).unwrap_or_default();
    keys.finish("a dependency", diags);
    let dependency = Dependency { condition: condition?, required, restart };
    Some((ServiceName::new(&*entry.key), Spanned::new(dependency, entry.key_span)))
}

/// A boolean that cannot be written as a string, not even by way of a variable.
struct Plainly(bool);

impl Decode for Plainly {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Some(Value::Bool(value)) = node.as_scalar().map(Scalar::value) else {
            wrong_type(node, "`true` or `false`", diags);
            return None;
        };
        Some(Self(value))
    }
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
        let text = String::decode(node, diags)?;
        let condition =
            [Self::Started, Self::Healthy, Self::CompletedSuccessfully].into_iter().find(|one| one.as_str() == text);
        if condition.is_none() {
            let message = format!("invalid condition `{text}`");
            let hint = "it is `service_started`, `service_healthy` or `service_completed_successfully`";
            diags.error(Code::InvalidValue, node.span, message).hint(hint);
        }
        condition
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
            retries: keys.take("retries", diags).map(|retries: Spanned<Count>| retries.map(|Count(count)| count)),
            start_period: keys.take("start_period", diags),
            start_interval: keys.take("start_interval", diags),
            disable: keys.take("disable", diags).filter(|on: &Spanned<bool>| on.value).map(|on| on.span),
        };
        keys.finish("a health check", diags);
        Some(healthcheck)
    }
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

/// A number that is not negative; Compose cuts off a fraction, and what is beyond 63 bits.
struct Count(u64);

impl Decode for Count {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let count = match node.as_scalar().map(Scalar::value) {
            Some(Value::Integer(number)) => u64::try_from(number).ok(),
            Some(Value::String(text)) => text.parse::<i64>().ok().and_then(|number| u64::try_from(number).ok()),
            Some(Value::Float(number)) if number >= 0.0 => Some(whole(number)),
            _ => None,
        };
        if count.is_none() {
            wrong_type(node, "a number that is not negative", diags);
        }
        count.map(Self)
    }
}

/// The whole part of a number that is not negative, at most 2^63.
fn whole(number: f64) -> u64 {
    const LIMIT: u64 = 1 << 63;
    // Formatting rounds to no other whole number, as the fraction is gone.
    format!("{:.0}", number.trunc()).parse().map_or(LIMIT, |whole: u64| whole.min(LIMIT))
}
