//! Tasks.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Call, Failure, Operation, Read, Write};

/// How many tasks one call describes.
pub const MOST_TASKS: usize = 100;

/// Runs a task once. The input is the document of the translation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct RunTask<'a> {
    /// The document.
    pub document: &'a Value,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Tasks {
    /// The tasks.
    #[serde(default)]
    pub tasks: Vec<Task>,
    /// What stood in the way.
    #[serde(default)]
    pub failures: Vec<Failure>,
}

impl Call for RunTask<'_> {
    const OPERATION: Operation = Operation::RunTask;
    type Answer = Tasks;
}

impl Write for RunTask<'_> {}

/// Asks for tasks by their full names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DescribeTasks<'a> {
    /// The cluster in which they run.
    pub cluster: &'a str,
    /// Their full names, at most [`MOST_TASKS`].
    pub tasks: Vec<&'a str>,
}

impl Call for DescribeTasks<'_> {
    const OPERATION: Operation = Operation::DescribeTasks;
    type Answer = Tasks;
}

impl Read for DescribeTasks<'_> {}

/// A task.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Its full name.
    pub task_arn: String,
    /// The revision that it runs.
    #[serde(default)]
    pub task_definition_arn: String,
    /// How far it is: `PENDING`, `RUNNING`, `STOPPED` …
    #[serde(default)]
    pub last_status: String,
    /// Who started it: a deployment's name, or what the one who ran it said.
    #[serde(default)]
    pub started_by: Option<String>,
    /// With what it belongs together: its family, unless who ran it says something else.
    #[serde(default)]
    pub group: Option<String>,
    /// What its health checks say: `HEALTHY`, `UNHEALTHY`, `UNKNOWN`.
    #[serde(default)]
    pub health_status: Option<String>,
    /// What kind of end it met.
    #[serde(default)]
    pub stop_code: Option<String>,
    /// Why it ended.
    #[serde(default)]
    pub stopped_reason: Option<String>,
    /// When it was to end, in seconds since 1970.
    #[serde(default)]
    pub stopping_at: Option<f64>,
    /// When it started, in seconds since 1970.
    #[serde(default)]
    pub started_at: Option<f64>,
    /// Its containers.
    #[serde(default)]
    pub containers: Vec<Container>,
}

impl Task {
    /// The part of its name that tells it from others.
    #[must_use]
    pub fn id(&self) -> &str {
        self.task_arn.rsplit_once('/').map_or(&*self.task_arn, |(_, id)| id)
    }

    /// Its address within the VPC, where it has its own.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        let mut interfaces = self.containers.iter().flat_map(|container| &container.network_interfaces);
        interfaces.find_map(|interface| interface.private_ipv4_address.as_deref())
    }

    /// Whether it has ended.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.last_status == "STOPPED"
    }
}

/// A container of a task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// How far it is.
    #[serde(default)]
    pub last_status: String,
    /// With what it ended; nothing if it never ran.
    #[serde(default)]
    pub exit_code: Option<i32>,
    /// What the agent says of its end.
    #[serde(default)]
    pub reason: Option<String>,
    /// What its health check says.
    #[serde(default)]
    pub health_status: Option<String>,
    /// Its network interfaces, where it has its own.
    #[serde(default)]
    pub network_interfaces: Vec<NetworkInterface>,
}

/// A network interface of a container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkInterface {
    /// Its address within the VPC.
    #[serde(default)]
    pub private_ipv4_address: Option<String>,
}

/// Asks for a page of tasks' names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTasks<'a> {
    /// The cluster in which they run.
    pub cluster: &'a str,
    /// Those of a service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_name: Option<&'a str>,
    /// Those of a family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<&'a str>,
    /// `RUNNING` or `STOPPED`.
    pub desired_status: &'static str,
    /// Where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A page of tasks' names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskArns {
    /// The full names.
    #[serde(default)]
    pub task_arns: Vec<String>,
    /// Where this page ends, unless it is the last.
    #[serde(default)]
    pub next_token: Option<String>,
}

impl Call for ListTasks<'_> {
    const OPERATION: Operation = Operation::ListTasks;
    type Answer = TaskArns;
}

impl Read for ListTasks<'_> {}

/// Ends a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StopTask<'a> {
    /// The cluster in which it runs.
    pub cluster: &'a str,
    /// Its full name.
    pub task: &'a str,
    /// Why.
    pub reason: &'a str,
}

impl Call for StopTask<'_> {
    const OPERATION: Operation = Operation::StopTask;
    type Answer = super::Done;
}

impl Write for StopTask<'_> {}
