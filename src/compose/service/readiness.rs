//! What a service waits for, and how others know that it is ready.

use indexmap::IndexMap;

use super::super::duration::Duration;
use super::super::name::ServiceName;
use crate::source::{Span, Spanned};

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
