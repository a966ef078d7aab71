//! A service as `DescribeServices` gives it.

use serde_json::{Map, Value, json};

use super::{Service, ServiceStatus};
use crate::aws::Aws;
use crate::deployment::Deployment;
use crate::tags;
use crate::task::{Phase, Task};

/// The members that a service shows; the rest only its deployments and revisions do.
const SHOWN: [&str; 16] = [
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
    "loadBalancers",
    "serviceRegistries",
    "deploymentConfiguration",
    "placementConstraints",
    "placementStrategy",
    "networkConfiguration",
    "healthCheckGracePeriodSeconds",
    "schedulingStrategy",
    "deploymentController",
    "enableECSManagedTags",
    "propagateTags",
    "enableExecuteCommand",
    "availabilityZoneRebalancing",
];

/// The members that a deployment shows.
const DEPLOYED: [&str; 6] = [
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
    "networkConfiguration",
    "serviceConnectConfiguration",
    "volumeConfigurations",
];

/// How many tasks of a deployment are where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that are to go on.
    pub wanted: u64,
    /// `runningCount`
    pub running: u64,
    /// `pendingCount`
    pub pending: u64,
}

impl Aws {
    /// The tasks of a deployment that are not over.
    pub fn tasks_of<'a>(&'a self, deployment: &'a Deployment) -> impl Iterator<Item = &'a Task> {
        deployment.tasks.iter().filter_map(|number| self.tasks.all.get(number))
    }

    /// How many tasks of a deployment are where.
    #[must_use]
    pub fn counts(&self, deployment: &Deployment) -> Counts {
        let mut counts = Counts::default();
        for task in self.tasks_of(deployment) {
            counts.wanted += u64::from(task.is_wanted());
            counts.running += u64::from(task.phase == Phase::Running);
            counts.pending += u64::from(task.phase < Phase::Running);
        }
        counts
    }

    pub(crate) fn render_service(&self, service: &Service, with_tags: bool) -> Value {
        let counts: Vec<Counts> = service.deployments.iter().map(|one| self.counts(one)).collect();
        let shown = SHOWN.iter().filter_map(|name| Some(((*name).to_owned(), service.members.get(*name)?.clone())));
        let mut members: Map<String, Value> = shown.collect();
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        add("serviceArn", json!(self.service_arn(&service.key)));
        add("serviceName", json!(service.key.name));
        add("clusterArn", json!(self.settings.arn(format_args!("cluster/{}", service.key.cluster))));
        add("status", json!(service.status.as_str()));
        add("desiredCount", json!(service.desired));
        add("runningCount", json!(counts.iter().map(|one| one.running).sum::<u64>()));
        add("pendingCount", json!(counts.iter().map(|one| one.pending).sum::<u64>()));
        add("taskDefinition", json!(self.definition_arn(&service.revision)));
        add("createdAt", self.settings.time(service.created_at));
        add("createdBy", json!(service.created_by));
        let roled = self.settings.arn("role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS");
        add("roleArn", json!(roled.replace(":ecs:", ":iam:").replace(&self.settings.region, "")));
        let events = service
            .events
            .iter()
            .map(|event| json!({"id": event.id, "createdAt": self.settings.time(event.at), "message": event.message}));
        add("events", events.collect());
        let deployments = service.deployments.iter().zip(&counts).enumerate();
        let deployments =
            deployments.map(|(place, (one, counts))| self.render_deployment(service, one, (place, *counts)));
        let deployments: Value =
            if service.status == ServiceStatus::Inactive { json!([]) } else { deployments.collect() };
        add("deployments", deployments);
        if let Some(current) = service.history.last().filter(|_| service.status == ServiceStatus::Active) {
            add("currentServiceDeployment", json!(current.arn));
        }
        let revisions = service.deployments.iter().zip(&counts).map(|(deployment, counts)| {
            json!({
                "arn": deployment.service_revision,
                "requestedTaskCount": counts.wanted,
                "runningTaskCount": counts.running,
                "pendingTaskCount": counts.pending,
            })
        });
        add("currentServiceRevisions", revisions.collect());
        add("tags", if with_tags { tags::list(&service.tags) } else { json!([]) });
        Value::Object(members)
    }

    fn render_deployment(&self, service: &Service, deployment: &Deployment, (place, counts): (usize, Counts)) -> Value {
        let revision = service.revisions.iter().find(|one| one.arn == deployment.service_revision);
        let snapshot = revision.map(|one| &one.members);
        let shown = |name: &&str| Some(((*name).to_owned(), snapshot?.get(*name)?.clone()));
        let mut members: Map<String, Value> = DEPLOYED.iter().filter_map(shown).collect();
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        let desired = if place == 0 { service.desired } else { counts.wanted };
        add("id", json!(deployment.id));
        add("status", json!(if place == 0 { "PRIMARY" } else { "ACTIVE" }));
        add("taskDefinition", json!(self.definition_arn(&deployment.revision)));
        add("desiredCount", json!(desired));
        add("runningCount", json!(counts.running));
        add("pendingCount", json!(counts.pending));
        add("failedTasks", json!(deployment.failed_tasks));
        add("createdAt", self.settings.time(deployment.created_at));
        add("updatedAt", self.settings.time(deployment.updated_at));
        if !service.is_classic() {
            add("rolloutState", json!(deployment.rollout.as_str()));
            add("rolloutStateReason", json!(deployment.rollout_reason));
        }
        Value::Object(members)
    }
}
