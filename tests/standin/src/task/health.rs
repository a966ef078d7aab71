//! Whether a task is healthy, and whether its service counts it.

use std::time::Duration;

use super::container::HealthStatus;
use super::{Phase, Task};
use crate::behaviour::Target;
use crate::settings::Timings;

impl Task {
    /// `healthStatus`: that of its essential containers with a health check.
    pub(crate) fn health(&self, now: Duration) -> HealthStatus {
        let essential = self.containers.iter().filter(|container| container.spec.essential);
        let found: Vec<_> = essential.filter_map(|container| container.health(now)).collect();
        if found.contains(&HealthStatus::Unhealthy) {
            HealthStatus::Unhealthy
        } else if found.is_empty() || found.contains(&HealthStatus::Unknown) {
            HealthStatus::Unknown
        } else {
            HealthStatus::Healthy
        }
    }

    fn has_health_check(&self) -> bool {
        self.containers.iter().any(|container| container.spec.essential && container.spec.health_check.is_some())
    }

    fn is_target_healthy(&self) -> bool {
        self.containers.iter().all(|container| container.behaviour.target == Target::Healthy)
    }

    /// Whether its service counts it as healthy. Without any health check that is so some time after RUNNING; with one,
    /// and with a target group, each has to say so.
    pub(crate) fn counts(&self, now: Duration, timings: &Timings) -> bool {
        let Some(start) = self.started_at.filter(|_| self.phase == Phase::Running) else { return false };
        let checked = self.has_health_check();
        let container = !checked || self.health(now) == HealthStatus::Healthy;
        let target = match self.target_group {
            Some(_) => now >= start + timings.target_healthy && self.is_target_healthy(),
            None => checked || now >= start + timings.count,
        };
        container && target
    }

    /// Whether it started well enough to end a row of failures: it is healthy, or it lasted a while without any check.
    pub(crate) fn succeeded(&self, now: Duration, timings: &Timings) -> bool {
        if self.has_health_check() || self.target_group.is_some() {
            self.counts(now, timings)
        } else {
            self.ran_for(now).is_some_and(|time| time >= timings.survive)
        }
    }

    /// Why its service has to replace it, if its health says so.
    pub(crate) fn illness(&self, now: Duration, timings: &Timings) -> Option<String> {
        let start = self.started_at.filter(|_| self.phase == Phase::Running && self.is_wanted())?;
        if now < start + self.grace {
            return None;
        }
        if self.health(now) == HealthStatus::Unhealthy {
            return Some("Task failed container health checks".to_owned());
        }
        let group = self.target_group.as_ref()?;
        let ill = !self.is_target_healthy() && now >= start + timings.target_healthy;
        ill.then(|| format!("Task failed ELB health checks in (target-group {group})"))
    }
}
