//! The calls about service deployments and service revisions.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Service, ServiceKey};
use crate::aws::Aws;
use crate::deployment::{ServiceDeployment, ServiceDeploymentStatus, ServiceRevision};
use crate::input::Input;
use crate::page::Pages;
use crate::wire::{Answer, ApiError};

impl Aws {
    pub(crate) fn list_service_deployments(&mut self, input: Input<'_>) -> Answer {
        let key = self.service_key(input, "service")?;
        let statuses = input.texts("status");
        let within = |at: Duration| {
            let seconds = self.settings.time(at).as_f64().unwrap_or(0.0);
            let bound = |name: &str| input.below("createdAt").and_then(|range| range.number(name));
            bound("after").is_none_or(|after| seconds >= after) && bound("before").is_none_or(|end| seconds <= end)
        };
        let fits = |one: &&ServiceDeployment| {
            within(one.created_at) && (statuses.is_empty() || statuses.contains(&one.status.as_str()))
        };
        let history = self.services.get(&key).map(|service| &service.history);
        let newest_first = history.into_iter().flatten().rev().filter(fits);
        let items = newest_first.map(|one| self.render_brief(&key, one)).collect();
        self.page(items, input, Pages::of("serviceDeployments"))
    }

    pub(crate) fn describe_service_deployments(&mut self, input: Input<'_>) -> Answer {
        let arns = input.texts("serviceDeploymentArns");
        if arns.is_empty() || arns.len() > 20 {
            return Err(ApiError::invalid("Specify between 1 and 20 service deployments."));
        }
        let (mut found, mut failures) = (Vec::new(), Vec::new());
        for arn in arns {
            let service = self.service_of(arn);
            let deployment = service.and_then(|service| service.history.iter().find(|one| one.arn == arn));
            match service.zip(deployment) {
                Some((service, deployment)) => found.push(self.render_service_deployment(service, deployment)),
                None => failures.push(json!({"arn": arn, "reason": "MISSING"})),
            }
        }
        Ok(json!({"serviceDeployments": found, "failures": failures}))
    }

    pub(crate) fn describe_service_revisions(&mut self, input: Input<'_>) -> Answer {
        let arns = input.texts("serviceRevisionArns");
        if arns.is_empty() || arns.len() > 20 {
            return Err(ApiError::invalid("Specify between 1 and 20 service revisions."));
        }
        let (mut found, mut failures) = (Vec::new(), Vec::new());
        for arn in arns {
            let service = self.service_of(arn);
            let revision = service.and_then(|service| service.revisions.iter().find(|one| one.arn == arn));
            match service.zip(revision) {
                Some((service, revision)) => found.push(self.render_revision(&service.key, revision)),
                None => failures.push(json!({"arn": arn, "reason": "MISSING"})),
            }
        }
        Ok(json!({"serviceRevisions": found, "failures": failures}))
    }

    pub(crate) fn stop_service_deployment(&mut self, input: Input<'_>) -> Answer {
        let arn = input.text("serviceDeploymentArn").unwrap_or_default();
        let missing = || ApiError::new("ServiceDeploymentNotFoundException", "Service deployment not found.");
        let service = self.service_of(arn).ok_or_else(missing)?;
        let deployment = service.history.iter().find(|one| one.arn == arn).ok_or_else(missing)?;
        let is_under_way =
            matches!(deployment.status, ServiceDeploymentStatus::Pending | ServiceDeploymentStatus::InProgress);
        let is_primary = service.deployments.first().is_some_and(|one| one.service_deployment == arn);
        if !is_under_way || !is_primary {
            let message = "The service deployment is not in a state in which it can be stopped.";
            return Err(ApiError::new("ConflictException", message));
        }
        let rollback = input.text("stopType") != Some("ABORT");
        if rollback && service.completed.is_none() {
            let message = "There is no service revision to roll back to.";
            return Err(ApiError::new("ConflictException", message));
        }
        let key = service.key.clone();
        let status =
            if rollback { ServiceDeploymentStatus::RollbackRequested } else { ServiceDeploymentStatus::StopRequested };
        let now = self.now;
        let history = self.services.get_mut(&key).map(|service| &mut service.history);
        if let Some(deployment) = history.into_iter().flatten().find(|one| one.arn == arn) {
            deployment.status = status;
            deployment.updated_at = now;
        }
        self.wake_service(&key, self.settings.timings.schedule);
        Ok(json!({"serviceDeploymentArn": arn}))
    }

    /// The service that the ARN of a service deployment or revision names.
    fn service_of(&self, arn: &str) -> Option<&Service> {
        let mut parts = arn.rsplit('/').skip(1);
        let (name, cluster) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        self.services.get(&ServiceKey { cluster, name })
    }

    fn render_brief(&self, key: &ServiceKey, deployment: &ServiceDeployment) -> Value {
        let mut members = Map::new();
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        add("serviceDeploymentArn", json!(deployment.arn));
        add("serviceArn", json!(self.service_arn(key)));
        add("clusterArn", json!(self.settings.arn(format_args!("cluster/{}", key.cluster))));
        add("createdAt", self.settings.time(deployment.created_at));
        add("status", json!(deployment.status.as_str()));
        add("targetServiceRevisionArn", json!(deployment.target));
        if let Some(reason) = &deployment.reason {
            add("statusReason", json!(reason));
        }
        for (name, at) in [("startedAt", deployment.started_at), ("finishedAt", deployment.finished_at)] {
            if let Some(at) = at {
                add(name, self.settings.time(at));
            }
        }
        Value::Object(members)
    }

    fn render_service_deployment(&self, service: &Service, deployment: &ServiceDeployment) -> Value {
        let Value::Object(mut members) = self.render_brief(&service.key, deployment) else { return Value::Null };
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        let counted = |arn: &String| {
            let of = service.deployments.iter().find(|one| &one.service_revision == arn);
            let counts = of.map(|one| self.counts(one)).unwrap_or_default();
            json!({
                "arn": arn,
                "requestedTaskCount": counts.wanted,
                "runningTaskCount": counts.running,
                "pendingTaskCount": counts.pending,
            })
        };
        add("targetServiceRevision", counted(&deployment.target));
        add("sourceServiceRevisions", deployment.sources.iter().map(counted).collect());
        add("deploymentConfiguration", deployment.configuration.clone());
        add("updatedAt", self.settings.time(deployment.updated_at));
        if let Some(at) = deployment.stopped_at {
            add("stoppedAt", self.settings.time(at));
        }
        if let Some((reason, at, revision)) = &deployment.rollback {
            let rollback = json!({
                "reason": reason,
                "startedAt": self.settings.time(*at),
                "serviceRevisionArn": revision,
            });
            add("rollback", rollback);
        }
        let breaker = service.breaker();
        let failed = service.deployments.iter().find(|one| one.service_deployment == deployment.arn);
        let tripped = deployment.rollback.is_some();
        let status = match (breaker.enable, tripped, deployment.status.is_final()) {
            (false, ..) => "DISABLED",
            (true, true, _) => "TRIGGERED",
            (true, false, true) => "MONITORING_COMPLETE",
            (true, false, false) => "MONITORING",
        };
        let circuit = json!({
            "status": status,
            "failureCount": failed.map_or(0, |one| one.failed_tasks),
            "threshold": breaker.threshold,
        });
        add("deploymentCircuitBreaker", circuit);
        members.remove("targetServiceRevisionArn");
        Value::Object(members)
    }

    fn render_revision(&self, key: &ServiceKey, revision: &ServiceRevision) -> Value {
        let mut members = revision.members.clone();
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        add("serviceRevisionArn", json!(revision.arn));
        add("serviceArn", json!(self.service_arn(key)));
        add("clusterArn", json!(self.settings.arn(format_args!("cluster/{}", key.cluster))));
        add("taskDefinition", json!(self.definition_arn(&revision.revision)));
        add("createdAt", self.settings.time(revision.created_at));
        Value::Object(members)
    }
}
