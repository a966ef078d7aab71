//! How to ask well-known images whether they are ready, and on which port they listen.

use crate::ecs::container::HealthCheck;
use crate::ecs::unit::Seconds;

/// A health check for an image that comes without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Probe {
    /// `CMD` and words, or `CMD-SHELL` and one line, as ECS takes them.
    pub(crate) command: Vec<String>,
    /// The time between checks.
    pub(crate) interval: Seconds,
    /// The time a check may take.
    pub(crate) timeout: Seconds,
    /// How many checks in a row must fail.
    pub(crate) retries: u32,
    /// How long failures do not count at first.
    pub(crate) start_period: Seconds,
}

impl From<Probe> for HealthCheck {
    fn from(probe: Probe) -> Self {
        let Probe { command, interval, timeout, retries, start_period } = probe;
        Self {
            command,
            interval: Some(interval),
            timeout: Some(timeout),
            retries: Some(retries),
            start_period: Some(start_period),
        }
    }
}
