//! How the number of tasks follows the load: `RegisterScalableTarget` and `PutScalingPolicy` of Application Auto Scaling.
//!
//! ECS itself has no field for it.
//! <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html>

use serde::Serialize;

use super::name::ServiceName;
use super::unit::Seconds;

/// What follows the load, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scaling {
    /// The service; not a part of the inputs.
    #[serde(skip)]
    pub service: ServiceName,
    /// The bounds.
    pub register_scalable_target: ScalableTarget,
    /// What is aimed at.
    pub put_scaling_policies: Vec<ScalingPolicy>,
}

/// The input of `RegisterScalableTarget`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ScalableTarget {
    /// Whose resource it is.
    pub service_namespace: ServiceNamespace,
    /// The resource: `service/CLUSTER/SERVICE`.
    pub resource_id: String,
    /// What of it follows the load.
    pub scalable_dimension: ScalableDimension,
    /// How many tasks run at least.
    pub min_capacity: u32,
    /// How many tasks run at most.
    pub max_capacity: u32,
}

/// The input of `PutScalingPolicy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ScalingPolicy {
    /// Its name.
    pub policy_name: String,
    /// Whose resource it is.
    pub service_namespace: ServiceNamespace,
    /// The resource: `service/CLUSTER/SERVICE`.
    pub resource_id: String,
    /// What of it follows the load.
    pub scalable_dimension: ScalableDimension,
    /// The kind of policy.
    pub policy_type: PolicyType,
    /// What is aimed at.
    pub target_tracking_scaling_policy_configuration: TargetTracking,
}

/// What is aimed at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TargetTracking {
    /// The figure, in percent.
    pub target_value: u32,
    /// Of what.
    pub predefined_metric_specification: PredefinedMetric,
    /// How long to wait after tasks were started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_out_cooldown: Option<Seconds>,
    /// How long to wait after tasks were stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_in_cooldown: Option<Seconds>,
}

/// A metric that AWS keeps by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PredefinedMetric {
    /// Which.
    pub predefined_metric_type: Metric,
}

/// A metric of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Metric {
    /// The average use of CPU.
    #[serde(rename = "ECSServiceAverageCPUUtilization")]
    Cpu,
    /// The average use of memory.
    #[serde(rename = "ECSServiceAverageMemoryUtilization")]
    Memory,
}

/// Whose resource something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceNamespace {
    /// ECS's.
    Ecs,
}

/// What of a resource follows the load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum ScalableDimension {
    /// The number of tasks of a service.
    #[serde(rename = "ecs:service:DesiredCount")]
    DesiredCount,
}

/// A kind of policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum PolicyType {
    /// A figure is kept.
    #[serde(rename = "TargetTrackingScaling")]
    TargetTracking,
}
