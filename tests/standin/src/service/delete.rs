//! Deleting a service.

use super::ServiceStatus;
use crate::aws::Aws;
use crate::deployment::ServiceDeploymentStatus;
use crate::input::Input;
use crate::wire::{Answer, ApiError};

impl Aws {
    pub(crate) fn delete_service(&mut self, input: Input<'_>) -> Answer {
        let key = self.service_key(input, "service")?;
        let now = self.now;
        let force = input.flag("force") == Some(true);
        let Some(service) = self.services.get_mut(&key) else { return Ok(serde_json::Value::Null) };
        match service.status {
            ServiceStatus::Inactive => {
                return Err(ApiError::new("ServiceNotFoundException", "Service not found."));
            }
            ServiceStatus::Draining => return Ok(self.service_answer(&key)),
            ServiceStatus::Active => {}
        }
        if !force && !service.is_daemon() {
            if service.desired > 0 {
                return Err(ApiError::invalid("The service cannot be stopped while it is scaled above 0."));
            }
            if service.deployments.len() > 1 {
                return Err(ApiError::invalid("The service cannot be stopped while deployments are active."));
            }
        }
        service.status = ServiceStatus::Draining;
        service.desired = 0;
        service.deleted_at = Some(now);
        for deployment in service.history.iter_mut().filter(|deployment| !deployment.status.is_final()) {
            let reason = "The service was deleted.";
            deployment.finish(ServiceDeploymentStatus::Stopped, Some(reason.to_owned()), now);
        }
        self.wake_service(&key, self.settings.timings.schedule);
        Ok(self.service_answer(&key))
    }
}
