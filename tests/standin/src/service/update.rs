//! Changing a service, and what begins a deployment.

use serde_json::{Map, Value, json};

use super::calls::{KEPT, check_together};
use super::{ServiceKey, ServiceStatus};
use crate::aws::Aws;
use crate::deployment::{Deployment, Rollout, ServiceDeployment, ServiceDeploymentStatus, ServiceRevision};
use crate::input::Input;
use crate::wire::{Answer, ApiError};

/// The members whose change begins a deployment.
pub(super) const DEPLOYED: [&str; 7] = [
    "networkConfiguration",
    "platformVersion",
    "loadBalancers",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "vpcLatticeConfigurations",
    "volumeConfigurations",
];

/// Adds the defaults of `deploymentConfiguration` and `networkConfiguration`.
pub(super) fn fill_configuration(members: &mut Map<String, Value>, daemon: bool) {
    if let Some(Value::Object(configuration)) = members.get_mut("deploymentConfiguration") {
        let (most, least) = if daemon { (100, 0) } else { (200, 100) };
        configuration.entry("maximumPercent").or_insert(json!(most));
        configuration.entry("minimumHealthyPercent").or_insert(json!(least));
        configuration.entry("strategy").or_insert(json!("ROLLING"));
        configuration.entry("bakeTimeInMinutes").or_insert(json!(0));
        let breaker = json!({"enable": false, "rollback": false});
        configuration.entry("deploymentCircuitBreaker").or_insert(breaker);
    }
    let network = members.get_mut("networkConfiguration").and_then(|value| value.get_mut("awsvpcConfiguration"));
    if let Some(Value::Object(network)) = network {
        network.entry("assignPublicIp").or_insert(json!("DISABLED"));
        network.entry("securityGroups").or_insert(json!([]));
    }
}

impl Aws {
    pub(crate) fn update_service(&mut self, input: Input<'_>) -> Answer {
        let key = self.service_key(input, "service")?;
        let Some(service) = self.services.get(&key) else { return Ok(Value::Null) };
        if service.status != ServiceStatus::Active {
            return Err(ApiError::new("ServiceNotActiveException", "Service was not ACTIVE."));
        }
        let revision = match input.text("taskDefinition") {
            Some(name) => self.usable(name)?.revision,
            None => service.revision.clone(),
        };
        let mut members = service.members.clone();
        let daemon = service.is_daemon();
        let mut given = input.pick(&KEPT);
        if let Some(Value::Object(given)) = given.remove("deploymentConfiguration")
            && let Some(Value::Object(configuration)) = members.get_mut("deploymentConfiguration")
        {
            configuration.extend(given);
        }
        let strategy = given.get("capacityProviderStrategy").is_some_and(|value| *value != json!([]));
        members.extend(given);
        if strategy {
            members.remove("launchType");
        }
        fill_configuration(&mut members, daemon);
        let desired = match input.whole("desiredCount") {
            Some(_) if daemon => {
                return Err(ApiError::invalid("The daemon scheduling strategy does not support a desired count."));
            }
            Some(count) => u64::try_from(count).map_err(|_| ApiError::invalid("desiredCount must not be negative."))?,
            None => service.desired,
        };
        let launch = self.launch(&key.cluster, Input(&Value::Object(members.clone())))?;
        if let Some(definition) = self.kept(&revision) {
            check_together(&members, &definition, &launch)?;
        }
        let differs = DEPLOYED.iter().any(|name| members.get(*name) != service.members.get(*name));
        let force = input.flag("forceNewDeployment") == Some(true);
        let begins = force || differs || revision != service.revision;
        if let Some(service) = self.services.get_mut(&key) {
            service.steady &= service.desired == desired;
            service.desired = desired;
            service.members = members;
            service.revision = revision;
        }
        if begins {
            self.begin_deployment(&key);
        } else {
            self.wake_service(&key, self.settings.timings.schedule);
        }
        Ok(self.service_answer(&key))
    }

    /// Begins to deploy what a service now is.
    pub(crate) fn begin_deployment(&mut self, key: &ServiceKey) {
        let (id, revision, deployment) = (self.ids.digits(), self.ids.digits(), self.ids.hex());
        let path = format!("{}/{}", key.cluster, key.name);
        let revision_arn = self.settings.arn(format_args!("service-revision/{path}/{revision}"));
        let short: String = deployment.chars().take(21).collect();
        let deployment_arn = self.settings.arn(format_args!("service-deployment/{path}/{short}"));
        let now = self.now;
        let Some(service) = self.services.get_mut(key) else { return };
        service.steady = false;
        for earlier in service.history.iter_mut().filter(|earlier| !earlier.status.is_final()) {
            let reason = "Another deployment of the service took its place.";
            earlier.finish(ServiceDeploymentStatus::Stopped, Some(reason.to_owned()), now);
        }
        let kept = DEPLOYED.iter().chain(&["launchType", "capacityProviderStrategy"]);
        let members = kept.filter_map(|name| Some(((*name).to_owned(), service.members.get(*name)?.clone())));
        service.revisions.push(ServiceRevision {
            arn: revision_arn.clone(),
            revision: service.revision.clone(),
            members: members.collect(),
            created_at: now,
        });
        service.history.push(ServiceDeployment {
            arn: deployment_arn.clone(),
            status: ServiceDeploymentStatus::Pending,
            reason: None,
            target: revision_arn.clone(),
            sources: service.deployments.iter().map(|one| one.service_revision.clone()).collect(),
            rollback: None,
            configuration: service.members.get("deploymentConfiguration").cloned().unwrap_or(json!({})),
            created_at: now,
            started_at: None,
            finished_at: None,
            stopped_at: None,
            updated_at: now,
        });
        let deployment = Deployment::new(service, format!("ecs-svc/{id}"), (deployment_arn, revision_arn), now);
        service.deployments.insert(0, deployment);
        self.wake_service(key, self.settings.timings.schedule);
    }
}

impl Deployment {
    /// A deployment of what a service is at this time.
    pub(crate) fn new(
        service: &super::Service,
        id: String,
        (service_deployment, service_revision): (String, String),
        now: std::time::Duration,
    ) -> Self {
        Self {
            rollout_reason: format!("ECS deployment {id} in progress."),
            id,
            revision: service.revision.clone(),
            rollout: Rollout::InProgress,
            failed_tasks: 0,
            created_at: now,
            updated_at: now,
            service_deployment,
            service_revision,
            tasks: std::collections::BTreeSet::new(),
            strikes: 0,
            stays_until: now,
            has_complained: false,
            row: 0,
            not_before: now,
            unplaced: None,
            is_rollback: false,
        }
    }
}

impl ServiceDeployment {
    pub(crate) fn finish(&mut self, status: ServiceDeploymentStatus, reason: Option<String>, now: std::time::Duration) {
        self.status = status;
        self.updated_at = now;
        self.finished_at = Some(now);
        if matches!(status, ServiceDeploymentStatus::Stopped) {
            self.stopped_at = Some(now);
        }
        if reason.is_some() {
            self.reason = reason;
        }
    }
}
