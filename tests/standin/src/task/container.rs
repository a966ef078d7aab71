//! The containers of a task.

use std::sync::Arc;
use std::time::Duration;

use crate::behaviour::{Behaviour, Health, Life, Pull};
use crate::definition::ContainerSpec;
use crate::settings::Timings;

/// A container of a task.
#[derive(Debug, Clone)]
pub struct Container {
    pub(crate) spec: ContainerSpec,
    pub(crate) behaviour: Arc<Behaviour>,
    /// Where it is in its life.
    pub state: ContainerState,
    /// How long it runs, if it ends by itself.
    pub(crate) lasts: Option<Ending>,
    /// When its health check was last heard of, once it is over.
    pub(crate) log_stream: Option<(String, String)>,
}

/// How a container ends by itself.
#[derive(Debug, Clone)]
pub(crate) struct Ending {
    pub(crate) after: Duration,
    pub(crate) code: Option<i64>,
    pub(crate) reason: Option<String>,
}

/// Where a container is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContainerState {
    /// For its image, or for other containers.
    Waiting,
    /// It runs at this time.
    Starting(Duration),
    /// It runs since this time.
    Running(Duration),
    /// It is over.
    Stopped {
        /// When it started, if it did.
        started: Option<Duration>,
        /// When it ended.
        at: Duration,
        /// Its exit code, if it has one.
        code: Option<i64>,
        /// The reason that ECS gives.
        reason: Option<String>,
    },
}

/// `healthStatus`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HealthStatus {
    Unknown,
    Healthy,
    Unhealthy,
}

impl HealthStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::Healthy => "HEALTHY",
            Self::Unhealthy => "UNHEALTHY",
        }
    }
}

impl Container {
    /// The name in its definition.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.spec.name
    }

    /// How a container ends by itself that behaves so; `short` is one that ends unless it is scripted not to.
    pub(crate) fn ending(behaviour: &Behaviour, short: bool, timings: &Timings) -> Option<Ending> {
        match &behaviour.life {
            Life::Usual => short.then_some(Ending { after: timings.one_off, code: Some(0), reason: None }),
            Life::ForEver => None,
            Life::Exits { after, code, reason } => Some(Ending { after: *after, code: *code, reason: reason.clone() }),
        }
    }

    pub(crate) fn started(&self) -> Option<Duration> {
        match self.state {
            ContainerState::Waiting | ContainerState::Starting(_) => None,
            ContainerState::Running(since) => Some(since),
            ContainerState::Stopped { started, .. } => started,
        }
    }

    pub(crate) fn is_stopped(&self) -> bool {
        matches!(self.state, ContainerState::Stopped { .. })
    }

    /// How long its image is pulled.
    pub(crate) fn pull_time(&self, timings: &Timings) -> Duration {
        match self.behaviour.pull {
            Pull::Takes(time) => time,
            Pull::Works
            | Pull::NotFound
            | Pull::Denied
            | Pull::Unreachable
            | Pull::RateLimited
            | Pull::NoPlatform
            | Pull::Fails(_) => timings.pull,
        }
    }

    /// When it ends by itself.
    pub(crate) fn ends_at(&self) -> Option<Duration> {
        match (&self.state, &self.lasts) {
            (ContainerState::Running(since), Some(ending)) => Some(*since + ending.after),
            _ => None,
        }
    }

    /// When it ends, with which code, once it was told to at this time.
    pub(crate) fn obeys_at(&self, told: Duration, timings: &Timings) -> (Duration, i64) {
        let after = self.behaviour.stop.after.unwrap_or(timings.stop);
        if after > self.spec.stop_timeout {
            (told + self.spec.stop_timeout, 137)
        } else {
            (told + after, self.behaviour.stop.code)
        }
    }

    /// When its health status changes, and to what; none without a health check or before its start.
    pub(crate) fn health_changes(&self) -> Vec<(Duration, HealthStatus)> {
        let (Some(check), Some(start)) = (self.spec.health_check, self.started()) else { return Vec::new() };
        let first = start + check.interval;
        match self.behaviour.health {
            Health::AtFirstCheck => vec![(first, HealthStatus::Healthy)],
            Health::After(time) => vec![(start + time, HealthStatus::Healthy)],
            Health::Never => {
                vec![(start + check.start_period + check.interval * check.retries, HealthStatus::Unhealthy)]
            }
            Health::Until(time) => {
                vec![(first.min(start + time), HealthStatus::Healthy), (start + time, HealthStatus::Unhealthy)]
            }
            Health::Unknown => Vec::new(),
        }
    }

    /// Its health at a time; none without a health check.
    pub(crate) fn health(&self, now: Duration) -> Option<HealthStatus> {
        self.spec.health_check?;
        let seen = match self.state {
            ContainerState::Stopped { at, .. } => now.min(at),
            ContainerState::Waiting | ContainerState::Starting(_) | ContainerState::Running(_) => now,
        };
        let changes = self.health_changes();
        let last = changes.iter().rev().find(|(at, _)| *at <= seen);
        Some(last.map_or(HealthStatus::Unknown, |(_, status)| *status))
    }
}
