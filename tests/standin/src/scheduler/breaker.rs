//! The deployment circuit breaker.

use serde_json::Value;

use super::Service;
use crate::aws::Aws;
use crate::deployment::{Rollout, ServiceDeploymentStatus};
use crate::input::Input;

/// The breaker as a service sets it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Breaker {
    pub(crate) enable: bool,
    pub(crate) rollback: bool,
    /// How many failures in a row trip it.
    pub(crate) threshold: u64,
}

impl Service {
    pub(crate) fn breaker(&self) -> Breaker {
        let setting = self.members.get("deploymentConfiguration").and_then(|one| one.get("deploymentCircuitBreaker"));
        let setting = Input(setting.unwrap_or(&Value::Null));
        let threshold = setting.below("thresholdConfiguration");
        let kind = threshold.and_then(|one| one.text("type"));
        let value = threshold.and_then(|one| one.count("value")).unwrap_or(50);
        let percent = (self.desired * value).div_ceil(100);
        let threshold = match kind {
            Some("COUNT") => value.max(1),
            Some("UNBOUNDED_PERCENT") => percent.max(1),
            _ => percent.clamp(3, 200),
        };
        Breaker {
            enable: setting.flag("enable") == Some(true),
            rollback: setting.flag("rollback") == Some(true),
            threshold,
        }
    }
}

impl Aws {
    /// Gives up a deployment whose tasks fail one after the other, and goes back if that is wanted and possible.
    pub(super) fn trip(&mut self, service: &mut Service) {
        let now = self.now;
        let breaker = service.breaker();
        let Some(primary) = service.deployments.first_mut() else { return };
        let may_trip = breaker.enable && primary.rollout == Rollout::InProgress && !primary.is_rollback;
        if !may_trip || primary.strikes < breaker.threshold {
            return;
        }
        let reason = "ECS deployment circuit breaker: tasks failed to start.";
        primary.rollout = Rollout::Failed;
        reason.clone_into(&mut primary.rollout_reason);
        primary.updated_at = now;
        let id = primary.id.clone();
        let event = self.ids.uuid();
        service.happens(event, now, format_args!("(deployment {id}) deployment failed: tasks failed to start."));
        if breaker.rollback && service.completed.is_some() {
            self.roll_back(
                service,
                "Service deployment rolled back because the circuit breaker threshold was exceeded.",
            );
        } else if let Some(deployment) = service.history.last_mut() {
            deployment.finish(ServiceDeploymentStatus::Stopped, Some(reason.to_owned()), now);
        }
    }
}
