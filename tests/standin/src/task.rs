//! Tasks: what is kept of them. How they live is in `task/life.rs`.

mod calls;
mod container;
mod health;
mod life;
mod render;
mod run;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::definition::Revision;
use crate::service::ServiceKey;
use crate::tags::Tags;

pub use container::{Container, ContainerState};
pub(crate) use run::Start;

/// A task's place among all tasks, in the order they were started.
pub(crate) type TaskNumber = u64;

/// A task.
#[derive(Debug, Clone)]
pub struct Task {
    /// The last part of its ARN.
    pub id: String,
    /// The name of its cluster.
    pub cluster: String,
    /// What it runs.
    pub revision: Revision,
    /// The service and the deployment that started it; none for a one-off.
    pub owner: Option<Owner>,
    /// Who started it.
    pub started_by: Option<String>,
    /// `service:<name>` or `family:<name>`, or what `RunTask` said.
    pub group: String,
    /// Its tags.
    pub tags: Tags,
    /// Its containers.
    pub containers: Vec<Container>,
    /// Where it is in its life.
    pub phase: Phase,
    /// Since when.
    pub since: Duration,
    /// Why it stops or stopped, if so: its desired status is STOPPED.
    pub stop: Option<TaskStop>,
    /// When it was started.
    pub created_at: Duration,
    pub(crate) pull_started: Option<Duration>,
    pub(crate) started_at: Option<Duration>,
    pub(crate) stopping_at: Option<Duration>,
    pub(crate) execution_stopped_at: Option<Duration>,
    pub(crate) stopped_at: Option<Duration>,
    /// Why it cannot be initialised.
    pub(crate) initialization: Option<String>,
    pub(crate) launch: Launch,
    /// Whether it has a network interface of its own, whose attaching takes time.
    pub(crate) attached: bool,
    pub(crate) address: u64,
    pub(crate) cpu: u64,
    pub(crate) memory: u64,
    pub(crate) overrides: Value,
    /// The ARN of its target group, if it is behind one.
    pub(crate) target_group: Option<String>,
    /// How long after RUNNING its health does not matter.
    pub(crate) grace: Duration,
    /// Whether the scheduler has taken note of its end.
    pub(crate) accounted: bool,
    /// Whether the scheduler has taken note of its success.
    pub(crate) credited: bool,
    /// The next time at which a timer wakes it.
    pub(crate) wakes_at: Option<Duration>,
    /// Containers that started or ended and whose logs do not know yet.
    pub(crate) news: Vec<usize>,
}

/// The service and the deployment that a task belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The service.
    pub service: ServiceKey,
    /// The id of the deployment.
    pub deployment: String,
}

/// Where a task runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Launch {
    /// On Fargate, maybe through a capacity provider.
    Fargate { provider: Option<String> },
    /// On the container instance with this id, maybe through a capacity provider.
    Instance { instance: String, provider: Option<String> },
}

/// Where a task is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Its network is attached.
    Provisioning,
    /// Its images are pulled and its containers started.
    Pending,
    /// It is registered with load balancers.
    Activating,
    /// It runs.
    Running,
    /// Its connections are drained.
    Deactivating,
    /// Its containers are stopped.
    Stopping,
    /// Its network is detached.
    Deprovisioning,
    /// It is over.
    Stopped,
}

impl Phase {
    /// `lastStatus`
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Activating => "ACTIVATING",
            Self::Running => "RUNNING",
            Self::Deactivating => "DEACTIVATING",
            Self::Stopping => "STOPPING",
            Self::Deprovisioning => "DEPROVISIONING",
            Self::Stopped => "STOPPED",
        }
    }
}

/// Why a task stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskStop {
    /// `stopCode`
    pub code: StopCode,
    /// `stoppedReason`
    pub reason: String,
}

/// `stopCode`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopCode {
    /// It never ran.
    TaskFailedToStart,
    /// A container that it cannot be without ended.
    EssentialContainerExited,
    /// `StopTask`.
    UserInitiated,
    /// The service has no more use for it.
    ServiceSchedulerInitiated,
    /// The spot capacity was taken back.
    SpotInterruption,
}

impl StopCode {
    /// The word of the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TaskFailedToStart => "TaskFailedToStart",
            Self::EssentialContainerExited => "EssentialContainerExited",
            Self::UserInitiated => "UserInitiated",
            Self::ServiceSchedulerInitiated => "ServiceSchedulerInitiated",
            Self::SpotInterruption => "SpotInterruption",
        }
    }
}

/// All tasks that can still be described.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    pub(crate) all: BTreeMap<TaskNumber, Task>,
    numbers: BTreeMap<String, TaskNumber>,
    next: TaskNumber,
}

impl Tasks {
    pub(crate) fn add(&mut self, task: Task) -> TaskNumber {
        self.next += 1;
        self.numbers.insert(task.id.clone(), self.next);
        self.all.insert(self.next, task);
        self.next
    }

    /// How many tasks were ever started.
    pub(crate) fn count(&self) -> u64 {
        self.next
    }

    pub(crate) fn forget(&mut self, number: TaskNumber) {
        if let Some(task) = self.all.remove(&number) {
            self.numbers.remove(&task.id);
        }
    }

    /// The task of an id or an ARN.
    pub(crate) fn number(&self, name: &str) -> Option<TaskNumber> {
        let id = name.rsplit('/').next().unwrap_or(name);
        self.numbers.get(id).copied()
    }
}

impl Task {
    /// Whether it is to go on.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.stop.is_none()
    }

    /// Tells it to stop, unless it already does.
    pub(crate) fn tell_to_stop(&mut self, now: Duration, code: StopCode, reason: impl Into<String>) {
        if self.stop.is_none() {
            self.stop = Some(TaskStop { code, reason: reason.into() });
            self.stopping_at = Some(now);
        }
    }

    /// How long it had been RUNNING when it began to stop, or by now.
    pub(crate) fn ran_for(&self, now: Duration) -> Option<Duration> {
        let until = self.stopping_at.unwrap_or(now);
        self.started_at.map(|start| until.saturating_sub(start))
    }
}
