//! What `x-ecs` says of how a new revision takes over; it goes before `deploy.update_config`.

use super::fate::lost_at;
use crate::compose::extension::deployment::{Deploying, Deployment};
use crate::diag::Diagnostics;
use crate::ecs::service::{DeploymentAlarms, DeploymentCircuitBreaker, DeploymentConfiguration, LoadBalancer};
use crate::ecs::unit::Seconds;

/// Changes how a new revision takes over.
pub(super) fn deployment(written: &Deploying, configuration: DeploymentConfiguration) -> DeploymentConfiguration {
    // `grace_period` looks at the other key.
    let Deploying { deployment, health_check_grace_period: _ } = written;
    let Some(deployment) = deployment else { return configuration };
    let Deployment { min_percent, max_percent, circuit_breaker, rollback, alarms } = &deployment.value;
    let DeploymentConfiguration {
        deployment_circuit_breaker: breaker,
        maximum_percent,
        minimum_healthy_percent,
        alarms: _,
    } = configuration;
    let enable = circuit_breaker.map_or(breaker.enable, |enable| enable.value);
    let goes_back = rollback.map(|rollback| rollback.value);
    DeploymentConfiguration {
        deployment_circuit_breaker: DeploymentCircuitBreaker {
            enable,
            rollback: enable && goes_back.unwrap_or(breaker.rollback || !breaker.enable),
        },
        maximum_percent: max_percent.map(|percent| percent.value.get()).or(maximum_percent),
        minimum_healthy_percent: min_percent.map(|percent| percent.value.get()).or(minimum_healthy_percent),
        alarms: alarms.as_ref().map(|alarms| DeploymentAlarms {
            alarm_names: alarms.value.clone(),
            rollback: goes_back.unwrap_or(true),
            enable: true,
        }),
    }
}

/// How long a load balancer's checks do not count at first. What the project says is for those tasks that have one.
pub(super) fn grace_period(
    written: &Deploying,
    of_project: &Deploying,
    load_balancers: &[LoadBalancer],
    diags: &mut Diagnostics,
) -> Option<Seconds> {
    let period = written.health_check_grace_period?;
    if !load_balancers.is_empty() {
        return Some(Seconds(period.value.whole_seconds()));
    }
    if of_project.health_check_grace_period != Some(period) {
        lost_at("health_check_grace_period", period.span, "no load balancer leads to the task", diags)
            .hint("name its target group with `load_balancers`");
    }
    None
}
