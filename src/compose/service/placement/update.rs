//! `deploy.update_config`, `deploy.rollback_config` and `deploy.restart_policy`.

use super::take_word;
use crate::compose::duration::Duration;
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::choice::choice;
use crate::yaml::keys::{Decode, Keys};

/// How one revision takes the place of another.
#[derive(Debug, Clone, Default)]
pub struct UpdateConfig {
    /// `parallelism`: how many containers are replaced at once; 0 is all of them.
    pub parallelism: Option<Spanned<u64>>,
    /// `delay`: the pause between one group and the next.
    pub delay: Option<Spanned<Duration>>,
    /// `failure_action`: what happens when it fails.
    pub failure_action: Option<Spanned<FailureAction>>,
    /// `monitor`: how long a new container is watched.
    pub monitor: Option<Spanned<Duration>>,
    /// `max_failure_ratio`: the share of containers that may fail, from 0 to 1.
    pub max_failure_ratio: Option<Spanned<f64>>,
    /// `order`: what comes first, the start or the stop.
    pub order: Option<Spanned<Order>>,
}

/// What happens when an update fails.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureAction {
    /// `pause`: it stays as it is.
    #[default]
    Pause,
    /// `continue`: it goes on.
    Continue,
    /// `rollback`: the revision before comes back.
    Rollback,
    /// Anything else, which Docker Compose lets pass.
    Other(String),
}

/// What comes first when a container is replaced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// `stop-first`: the old container stops, then the new one starts.
    #[default]
    StopFirst,
    /// `start-first`: the new container starts, then the old one stops.
    StartFirst,
}

/// What happens when a container ends.
#[derive(Debug, Clone, Default)]
pub struct RestartPolicy {
    /// `condition`: when it is restarted.
    pub condition: Option<Spanned<RestartCondition>>,
    /// `delay`: the pause before a restart.
    pub delay: Option<Spanned<Duration>>,
    /// `max_attempts`: after how many restarts to give up.
    pub max_attempts: Option<Spanned<u64>>,
    /// `window`: how long it must run for a restart to count as a success.
    pub window: Option<Spanned<Duration>>,
}

/// When a container is restarted.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RestartCondition {
    /// `any`: always.
    #[default]
    Any,
    /// `on-failure`: when it failed.
    OnFailure,
    /// `none`: never.
    None,
    /// Anything else, which Docker Compose lets pass.
    Other(String),
}

impl Decode for UpdateConfig {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let config = Self {
            parallelism: keys.take("parallelism", diags),
            delay: keys.take("delay", diags),
            failure_action: take_word(&mut keys, "failure_action", diags),
            monitor: keys.take("monitor", diags),
            max_failure_ratio: keys.take("max_failure_ratio", diags),
            order: keys.take("order", diags),
        };
        keys.finish("the configuration of an update", diags);
        Some(config)
    }
}

impl FailureAction {
    /// Its word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pause => "pause",
            Self::Continue => "continue",
            Self::Rollback => "rollback",
            Self::Other(word) => word,
        }
    }
}

impl From<String> for FailureAction {
    fn from(word: String) -> Self {
        match word.as_str() {
            "pause" => Self::Pause,
            "continue" => Self::Continue,
            "rollback" => Self::Rollback,
            _ => Self::Other(word),
        }
    }
}

impl Order {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StopFirst => "stop-first",
            Self::StartFirst => "start-first",
        }
    }
}

impl Decode for Order {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        choice(node, &[Self::StopFirst, Self::StartFirst].map(|order| (order.as_str(), order)), diags)
    }
}

impl Decode for RestartPolicy {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let policy = Self {
            condition: take_word(&mut keys, "condition", diags),
            delay: keys.take("delay", diags),
            max_attempts: keys.take("max_attempts", diags),
            window: keys.take("window", diags),
        };
        keys.finish("a restart policy", diags);
        Some(policy)
    }
}

impl RestartCondition {
    /// Its word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Any => "any",
            Self::OnFailure => "on-failure",
            Self::None => "none",
            Self::Other(word) => word,
        }
    }
}

impl From<String> for RestartCondition {
    fn from(word: String) -> Self {
        match word.as_str() {
            "any" => Self::Any,
            "on-failure" => Self::OnFailure,
            "none" => Self::None,
            _ => Self::Other(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{messages, service};

    /// What is found in a service's `deploy`.
    #[track_caller]
    fn check(deploy: &str, expected: &str) {
        assert_eq!(messages(&service(&format!("deploy: {deploy}")).1), expected);
    }

    #[test]
    fn every_key_is_read() {
        check(
            "{update_config: {parallelism: '2', delay: 10s, failure_action: pause, monitor: 1m, \
             max_failure_ratio: '0.5', order: start-first}, rollback_config: {order: stop-first}, \
             restart_policy: {condition: any, delay: 5s, max_attempts: '3', window: 2m}}",
            "",
        );
    }

    #[test]
    fn actions_and_conditions_are_any_text_but_orders_are_not() {
        check("{update_config: {failure_action: explode}, restart_policy: {condition: sometimes}}", "");
        check(
            "{update_config: {order: Start-First}}",
            "error[invalid-value]: invalid value `Start-First`: it must be `stop-first` or `start-first`",
        );
    }

    #[test]
    fn a_number_of_containers_is_not_negative() {
        check(
            "{update_config: {parallelism: -1}}",
            "error[invalid-value]: invalid value `-1`: it must be from 0 to 18446744073709551615",
        );
    }

    #[test]
    fn a_duration_has_a_unit() {
        check("{update_config: {delay: -5s}}", "");
        check("{update_config: {delay: 5}}", "error[wrong-type]: expected a string, found a number");
    }

    #[test]
    fn nothing_is_not_a_configuration() {
        check("{update_config: {}}", "");
        check("{update_config: }", "error[wrong-type]: expected a mapping, found nothing");
        check("{restart_policy: }", "error[wrong-type]: expected a mapping, found nothing");
    }

    #[test]
    fn a_misspelt_key_is_unknown() {
        check(
            "{update_config: {paralelism: 1}}",
            "error[unknown-key]: unknown key `paralelism`: the configuration of an update has no such key",
        );
    }
}
