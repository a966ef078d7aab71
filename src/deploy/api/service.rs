//! Services, their deployments and their revisions.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Call, Failure, Operation, Read, Tag, Write};

/// How many services one call describes.
pub const MOST_SERVICES: usize = 10;

/// Asks for services by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DescribeServices<'a> {
    /// The cluster in which they run.
    pub cluster: &'a str,
    /// Their names, at most [`MOST_SERVICES`].
    pub services: Vec<&'a str>,
    /// What else is asked for.
    pub include: [&'static str; 1],
}

/// What is known of services.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Services {
    /// Those that there are, or were not long ago.
    #[serde(default)]
    pub services: Vec<Service>,
    /// Those that there are not.
    #[serde(default)]
    pub failures: Vec<Failure>,
}

impl Call for DescribeServices<'_> {
    const OPERATION: Operation = Operation::DescribeServices;
    type Answer = Services;
}

impl Read for DescribeServices<'_> {}

/// A service.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Its full name.
    pub service_arn: String,
    /// Its name.
    pub service_name: String,
    /// What it is about to do.
    pub status: ServiceStatus,
    /// The revision that it runs, or is about to.
    #[serde(default)]
    pub task_definition: String,
    /// How many tasks are wanted.
    #[serde(default)]
    pub desired_count: u32,
    /// How many tasks run.
    #[serde(default)]
    pub running_count: u32,
    /// How many tasks are about to run.
    #[serde(default)]
    pub pending_count: u32,
    /// Its deployments; the newest is primary.
    #[serde(default)]
    pub deployments: Vec<Deployment>,
    /// What happened, the newest first.
    #[serde(default)]
    pub events: Vec<Event>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// The service deployment that is going on, or was the last.
    #[serde(default)]
    pub current_service_deployment: Option<String>,
    /// Everything else that it was made with.
    #[serde(flatten)]
    pub settings: Map<String, Value>,
}

impl Service {
    /// The deployment that is to stay.
    #[must_use]
    pub fn primary(&self) -> Option<&Deployment> {
        self.deployments.iter().find(|deployment| deployment.status == DeploymentStatus::Primary)
    }

    /// The value of a tag.
    #[must_use]
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags.iter().find(|tag| tag.key == key).map(|tag| &*tag.value)
    }
}

/// What a service is about to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ServiceStatus {
    /// It keeps its tasks running.
    #[default]
    Active,
    /// It was deleted, and its tasks are being stopped.
    Draining,
    /// It was deleted.
    Inactive,
}

/// A deployment of a service.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    /// Its name.
    pub id: String,
    /// Whether it is to stay.
    pub status: DeploymentStatus,
    /// The revision that it runs.
    #[serde(default)]
    pub task_definition: String,
    /// How many tasks it is to have.
    #[serde(default)]
    pub desired_count: u32,
    /// How many of them run.
    #[serde(default)]
    pub running_count: u32,
    /// How many of them are about to run.
    #[serde(default)]
    pub pending_count: u32,
    /// How many failed in a row.
    #[serde(default)]
    pub failed_tasks: u32,
    /// How far it is. Services behind a Classic Load Balancer say nothing.
    #[serde(default)]
    pub rollout_state: Option<RolloutState>,
    /// Why it is so.
    #[serde(default)]
    pub rollout_state_reason: Option<String>,
    /// When it began, in seconds since 1970 by the server's clock.
    #[serde(default)]
    pub created_at: f64,
    /// How it finds its peers; it is no part of the service itself.
    #[serde(default)]
    pub service_connect_configuration: Option<Value>,
}

/// Whether a deployment is to stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum DeploymentStatus {
    /// It is.
    #[default]
    Primary,
    /// It still has tasks, which another one replaces.
    Active,
    /// It is gone.
    Inactive,
}

/// How far a deployment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RolloutState {
    /// Tasks start and stop.
    InProgress,
    /// It reached its steady state.
    Completed,
    /// ECS gave it up.
    Failed,
}

/// Something that happened to a service.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its name.
    pub id: String,
    /// When, in seconds since 1970 by the server's clock.
    #[serde(default)]
    pub created_at: f64,
    /// What.
    #[serde(default)]
    pub message: String,
}

/// Asks for a page of the names of a cluster's services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListServices<'a> {
    /// The cluster.
    pub cluster: &'a str,
    /// How many at once.
    pub max_results: u32,
    /// Where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A page of services' names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceArns {
    /// The full names.
    #[serde(default)]
    pub service_arns: Vec<String>,
    /// Where this page ends, unless it is the last.
    #[serde(default)]
    pub next_token: Option<String>,
}

impl Call for ListServices<'_> {
    const OPERATION: Operation = Operation::ListServices;
    type Answer = ServiceArns;
}

impl Read for ListServices<'_> {}

/// Makes a service. The input is the document of the translation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct CreateService<'a> {
    /// The document.
    pub document: &'a Value,
}

/// The service as it is after a call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ChangedService {
    /// The service.
    pub service: Service,
}

impl Call for CreateService<'_> {
    const OPERATION: Operation = Operation::CreateService;
    type Answer = ChangedService;
}

impl Write for CreateService<'_> {}

/// Changes a service. The input is a part of the document of the translation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct UpdateService<'a> {
    /// The document.
    pub document: &'a Value,
}

impl Call for UpdateService<'_> {
    const OPERATION: Operation = Operation::UpdateService;
    type Answer = ChangedService;
}

impl Write for UpdateService<'_> {}

/// Deletes a service with its tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeleteService<'a> {
    /// The cluster in which it runs.
    pub cluster: &'a str,
    /// Its name.
    pub service: &'a str,
    /// Whether its tasks need not be scaled down before.
    pub force: bool,
}

impl Call for DeleteService<'_> {
    const OPERATION: Operation = Operation::DeleteService;
    type Answer = ChangedService;
}

impl Write for DeleteService<'_> {}

/// Asks for service deployments by their full names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeServiceDeployments<'a> {
    /// Their full names.
    pub service_deployment_arns: Vec<&'a str>,
}

/// What is known of service deployments.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceDeployments {
    /// Those that there are.
    #[serde(default)]
    pub service_deployments: Vec<ServiceDeployment>,
}

/// A service deployment: what ECS itself thinks of a deployment.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceDeployment {
    /// How far it is: `SUCCESSFUL`, `ROLLBACK_IN_PROGRESS` …
    #[serde(default)]
    pub status: String,
    /// Why it is so.
    #[serde(default)]
    pub status_reason: Option<String>,
}

impl Call for DescribeServiceDeployments<'_> {
    const OPERATION: Operation = Operation::DescribeServiceDeployments;
    type Answer = ServiceDeployments;
}

impl Read for DescribeServiceDeployments<'_> {}

/// Has ECS go back to what ran before a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StopServiceDeployment<'a> {
    /// The deployment's full name.
    pub service_deployment_arn: &'a str,
    /// `ROLLBACK` or `ABORT`.
    pub stop_type: &'static str,
}

impl Call for StopServiceDeployment<'_> {
    const OPERATION: Operation = Operation::StopServiceDeployment;
    type Answer = super::Done;
}

impl Write for StopServiceDeployment<'_> {}
