//! The way back to the revision that last reached a steady state.

use super::Service;
use crate::aws::Aws;
use crate::deployment::{Deployment, Rollout, ServiceDeploymentStatus};

impl Aws {
    /// Makes the deployment of the revision that was last deployed to its end PRIMARY again: the one that is still there,
    /// or else a new one.
    pub(super) fn roll_back(&mut self, service: &mut Service, why: &str) {
        let now = self.now;
        let target = service.completed.clone();
        let revision = service.revisions.iter().find(|one| Some(&one.arn) == target.as_ref()).cloned();
        let Some(revision) = revision else { return };
        let stays_until = now + self.settings.timings.roll_back;
        if let Some(failed) = service.deployments.first_mut() {
            if failed.rollout == Rollout::InProgress {
                failed.rollout = Rollout::Failed;
                why.clone_into(&mut failed.rollout_reason);
                failed.updated_at = now;
            }
            failed.stays_until = stays_until;
        }
        service.revision = revision.revision.clone();
        service.members.extend(revision.members.clone());
        let current = service.history.last_mut();
        let service_deployment = current.map(|current| {
            current.status = ServiceDeploymentStatus::RollbackInProgress;
            current.reason = Some(why.to_owned());
            current.updated_at = now;
            current.rollback = Some((why.to_owned(), now, revision.arn.clone()));
            current.arn.clone()
        });
        let earlier = service.deployments.iter().position(|one| one.service_revision == revision.arn);
        let mut deployment = if let Some(place) = earlier {
            service.deployments.remove(place)
        } else {
            let id = format!("ecs-svc/{}", self.ids.digits());
            Deployment::new(service, id, (service_deployment.unwrap_or_default(), revision.arn.clone()), now)
        };
        let id = deployment.id.clone();
        deployment.rollout = Rollout::InProgress;
        deployment.rollout_reason = format!("ECS deployment circuit breaker: rolling back to deploymentId {id}.");
        deployment.updated_at = now;
        deployment.is_rollback = true;
        deployment.stays_until = stays_until;
        service.deployments.insert(0, deployment);
        service.steady = false;
        let event = self.ids.uuid();
        service.happens(event, now, format_args!("rolling back to deployment {id}."));
    }
}
