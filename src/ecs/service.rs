//! `CreateCluster`, `CreateService` and `RunTask`.

use serde::{Deserialize, Serialize};

use super::Switch;
use super::container::LogConfiguration;
use super::name::{ContainerName, Family, ServiceName};
use super::overlay::Overlay;
use super::task::Tag;
use super::unit::Seconds;
use crate::options::{AssignPublicIp, LaunchType};

/// The input of `CreateCluster`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// Its name.
    pub cluster_name: String,
    /// The capacity providers that its tasks run on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capacity_providers: Vec<String>,
    /// The namespace that ECS makes for Service Connect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_connect_defaults: Option<ServiceConnectDefaults>,
    /// Tags of the cluster.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// The namespace that ECS makes for Service Connect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceConnectDefaults {
    /// Its name.
    pub namespace: String,
}

/// The input of `CreateService`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// The cluster in which it runs.
    pub cluster: String,
    /// Its name.
    pub service_name: ServiceName,
    /// What it runs.
    pub task_definition: Family,
    /// How many tasks; absent with [`SchedulingStrategy::Daemon`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desired_count: Option<u32>,
    /// Who says how many: an update says again only what somebody said.
    #[serde(skip)]
    pub count: Count,
    /// Where they run, unless capacity providers say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch_type: Option<LaunchType>,
    /// On what they run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capacity_provider_strategy: Vec<CapacityProviderStrategyItem>,
    /// The version of Fargate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_version: Option<String>,
    /// By which rule they are placed.
    #[serde(default)]
    pub scheduling_strategy: SchedulingStrategy,
    /// How a new revision takes over.
    pub deployment_configuration: DeploymentConfiguration,
    /// Where tasks must run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placement_constraints: Vec<PlacementConstraint>,
    /// Where tasks had better run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placement_strategy: Vec<PlacementStrategy>,
    /// Whether tasks are moved until zones have equally many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zone_rebalancing: Option<Switch>,
    /// The target groups that lead to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub load_balancers: Vec<LoadBalancer>,
    /// The subnets and security groups, in `awsvpc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<NetworkConfiguration>,
    /// How it finds its peers, and they find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_connect_configuration: Option<ServiceConnectConfiguration>,
    /// How long a load balancer's checks do not count at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check_grace_period_seconds: Option<Seconds>,
    /// Tags of the service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Whether ECS adds tags of its own.
    #[serde(rename = "enableECSManagedTags")]
    pub enable_ecs_managed_tags: bool,
    /// Whose tags the tasks get.
    pub propagate_tags: PropagateTags,
    /// Whether a shell may be opened in its containers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_execute_command: Option<bool>,
    /// What is laid over all of it.
    #[serde(skip)]
    pub overlay: Overlay,
}

/// How many tasks run with a capacity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CapacityProviderStrategyItem {
    /// Its name.
    pub capacity_provider: String,
    /// How many of the further tasks run with it, in proportion to the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
    /// How many tasks run with it before others get any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<u32>,
}

impl CapacityProviderStrategyItem {
    /// Where its tasks run.
    #[must_use]
    pub fn launch_type(&self) -> LaunchType {
        match self.capacity_provider.as_str() {
            "FARGATE" | "FARGATE_SPOT" => LaunchType::Fargate,
            _ => LaunchType::Ec2,
        }
    }
}

/// Where tasks run that have a launch type, or capacity providers.
#[must_use]
pub fn runs_on(launch_type: Option<LaunchType>, strategy: &[CapacityProviderStrategyItem]) -> LaunchType {
    let of_strategy = || strategy.first().map(CapacityProviderStrategyItem::launch_type);
    launch_type.or_else(of_strategy).unwrap_or_default()
}

/// A target group that leads to a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancer {
    /// The target group's ARN.
    pub target_group_arn: String,
    /// The container.
    pub container_name: ContainerName,
    /// The container's port.
    pub container_port: u16,
}

/// Who says how many tasks a service has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Count {
    /// Nobody: it starts with the usual number, and keeps whatever number it has later.
    #[default]
    Usual,
    /// The file.
    Stated,
}

/// By which rule tasks are placed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SchedulingStrategy {
    /// As many as are wanted.
    #[default]
    Replica,
    /// One on every instance.
    Daemon,
}

/// Whose tags tasks get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PropagateTags {
    /// The service's.
    Service,
    /// The task definition's.
    TaskDefinition,
    /// Nobody's.
    None,
}

/// How a new revision takes over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentConfiguration {
    /// When to give up.
    pub deployment_circuit_breaker: DeploymentCircuitBreaker,
    /// How many tasks may run during a deployment, in percent of those desired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_percent: Option<u32>,
    /// How many tasks must run during a deployment, in percent of those desired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_healthy_percent: Option<u32>,
    /// Alarms at which to give up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarms: Option<DeploymentAlarms>,
}

/// Alarms at which a deployment is given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentAlarms {
    /// Their names.
    pub alarm_names: Vec<String>,
    /// Whether to go back to what ran before.
    pub rollback: bool,
    /// Whether to heed them at all.
    pub enable: bool,
}

/// When to give up a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentCircuitBreaker {
    /// Whether to give up at all.
    pub enable: bool,
    /// Whether to go back to what ran before.
    pub rollback: bool,
}

/// Where tasks must run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacementConstraint {
    /// What kind of rule.
    #[serde(rename = "type")]
    pub kind: PlacementConstraintType,
    /// The rule, in ECS's cluster query language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
}

/// A kind of placement rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlacementConstraintType {
    /// At most one task on an instance.
    DistinctInstance,
    /// Only instances that match.
    MemberOf,
}

/// Where tasks had better run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacementStrategy {
    /// What to do with the field.
    #[serde(rename = "type")]
    pub kind: PlacementStrategyType,
    /// What it goes by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// A kind of placement strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlacementStrategyType {
    /// Evenly over the field's values.
    Spread,
    /// As few instances as possible.
    Binpack,
    /// Anywhere.
    Random,
}

/// The network of tasks in `awsvpc`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkConfiguration {
    /// Its only kind.
    pub awsvpc_configuration: AwsvpcConfiguration,
}

/// The network of tasks in `awsvpc`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AwsvpcConfiguration {
    /// The subnets.
    pub subnets: Vec<String>,
    /// The security groups; without any, the VPC's default one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<String>,
    /// Whether tasks get public addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assign_public_ip: Option<AssignPublicIp>,
}

/// How a service finds its peers, and they find it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceConnectConfiguration {
    /// Whether it takes part.
    pub enabled: bool,
    /// The namespace in which names are looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The ports that it offers to others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<ServiceConnectService>,
    /// Where the proxy's output goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_configuration: Option<LogConfiguration>,
}

/// A port that a service offers to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceConnectService {
    /// The name of the port mapping.
    pub port_name: String,
    /// The name and port by which others reach it.
    pub client_aliases: Vec<ClientAlias>,
    /// How long things may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<TimeoutConfiguration>,
}

/// How long things may take on a port.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeoutConfiguration {
    /// After how long without traffic a connection is closed; 0 is never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_timeout_seconds: Option<Seconds>,
    /// How long an answer may take; 0 is for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_request_timeout_seconds: Option<Seconds>,
}

/// A name and port by which others reach a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientAlias {
    /// The port.
    pub port: u16,
    /// The name.
    pub dns_name: String,
}

/// The input of `RunTask`: something that runs once per deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunTask {
    /// Its name within the project; not a part of the input.
    #[serde(skip)]
    pub unit: String,
    /// The cluster in which it runs.
    pub cluster: String,
    /// What it runs.
    pub task_definition: Family,
    /// Where it runs, unless capacity providers say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch_type: Option<LaunchType>,
    /// On what it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capacity_provider_strategy: Vec<CapacityProviderStrategyItem>,
    /// The version of Fargate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_version: Option<String>,
    /// How many.
    pub count: u32,
    /// Where it must run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placement_constraints: Vec<PlacementConstraint>,
    /// The subnets and security groups, in `awsvpc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<NetworkConfiguration>,
    /// Tags of the task.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Whether ECS adds tags of its own.
    #[serde(rename = "enableECSManagedTags")]
    pub enable_ecs_managed_tags: bool,
    /// Whose tags the task gets.
    pub propagate_tags: PropagateTags,
    /// Whether a shell may be opened in its containers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_execute_command: Option<bool>,
    /// What is laid over all of it.
    #[serde(skip)]
    pub overlay: Overlay,
}
