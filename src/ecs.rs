//! What ECS is told, in ECS's own names and units. Plain data: no places, no SDK types.
//!
//! Every type serialises to the JSON that the AWS CLI takes with `--cli-input-json`: camelCase, without nulls and
//! without empty lists. Shapes: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Operations.html>.

use serde::{Deserialize, Serialize};

pub mod check;
pub mod container;
pub mod fargate;
pub mod log_driver;
pub mod log_group;
pub mod name;
pub mod overlay;
pub mod scaling;
pub mod service;
pub mod shape;
pub mod task;
pub mod unit;
pub mod word;

#[cfg(test)]
pub(crate) mod sample;

use log_group::LogGroup;
use scaling::Scaling;
use service::{Cluster, RunTask, Service};
use task::TaskDefinition;

/// A whole project on ECS. Serialises to the document that `convert` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stack {
    /// The cluster that everything runs in.
    pub cluster: Cluster,
    /// One per task, in the order of the first service in each.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "overlay::each")]
    pub task_definitions: Vec<TaskDefinition>,
    /// What runs for good.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "overlay::each")]
    pub services: Vec<Service>,
    /// What runs once per deployment.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "overlay::each")]
    pub tasks: Vec<RunTask>,
    /// How the numbers of tasks follow the load; for Application Auto Scaling.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scaling: Vec<Scaling>,
    /// How long output is kept; for CloudWatch Logs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log_groups: Vec<LogGroup>,
    /// In which order units start.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waves: Vec<Wave>,
}

/// Units that may start together, once all waves before have what was asked of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Wave {
    /// The units: services and one-off tasks, by their names within the project.
    pub units: Vec<String>,
}

/// Whether something is on, in ECS's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Switch {
    /// It is.
    Enabled,
    /// It is not.
    Disabled,
}

impl From<bool> for Switch {
    fn from(on: bool) -> Self {
        if on { Self::Enabled } else { Self::Disabled }
    }
}

/// A name and a value, of which ECS has many lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyValue {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}
