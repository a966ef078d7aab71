//! How a new revision takes over.

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings, whole};
use super::value::{MaximumPercent, Percent};
use crate::compose::duration::Duration;
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

settings! {
    /// How a new revision takes over.
    Deploying {
        /// `deployment`: how a new revision takes over. What it says goes before `deploy.update_config`.
        deployment: Deployment,
        /// `health_check_grace_period`: how long a new task's health checks do not count, behind a load balancer.
        health_check_grace_period: Duration,
    }
}

settings! {
    /// How a new revision takes over.
    Deployment as "`x-ecs.deployment`" {
        /// `min_percent`: how many of the desired tasks must run during a deployment, in percent.
        min_percent: Percent,
        /// `max_percent`: how many of the desired tasks may run during a deployment, in percent.
        max_percent: MaximumPercent,
        /// `circuit_breaker`: whether a deployment whose tasks keep failing is given up.
        circuit_breaker: bool,
        /// `rollback`: whether what ran before comes back when a deployment is given up.
        rollback: bool,
        /// `alarms`: names of CloudWatch alarms at which a deployment is given up.
        alarms: Vec<String>,
    }
}
