//! Why tasks end, in a few kinds.

use std::collections::{BTreeMap, BTreeSet};

use crate::deploy::api::task::{Container, Task};

/// The tasks of a deployment that ended, each once.
#[derive(Debug, Clone, Default)]
pub struct Stopped {
    tasks: BTreeMap<String, (Reason, Task)>,
    /// Tasks that ended before anyone watched.
    forgiven: BTreeSet<String>,
}

/// Why a task ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// What kind of reason it is.
    pub kind: Kind,
    /// The container that is to blame, if one is.
    pub container: Option<String>,
    /// With what it ended.
    pub exit_code: Option<i32>,
    /// What ECS says.
    pub message: String,
}

/// A kind of reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The image cannot be pulled.
    Image,
    /// Secrets, logs or file systems cannot be had.
    Resources,
    /// The container cannot be made or started.
    Start,
    /// It ran out of memory.
    Memory,
    /// Its health check, or that of a load balancer, fails.
    Health,
    /// The program ended.
    Exit,
    /// AWS took the machine away.
    Machine,
    /// It was told to end.
    Told,
    /// Something else.
    Other,
}

impl Kind {
    /// Whether the task would have lived on if its program did.
    const fn is_crash(self) -> bool {
        match self {
            Self::Image | Self::Resources | Self::Start | Self::Memory | Self::Health | Self::Exit => true,
            Self::Machine | Self::Told | Self::Other => false,
        }
    }
}

impl Reason {
    /// Whether every other task will meet the same end.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        const PASSING: [&str; 4] = ["toomanyrequests", "timeout", "timed out", "no route"];
        match self.kind {
            Kind::Image | Kind::Resources | Kind::Start => {
                let message = self.message.to_lowercase();
                !PASSING.iter().any(|words| message.contains(words))
            }
            Kind::Memory | Kind::Health | Kind::Exit | Kind::Machine | Kind::Told | Kind::Other => false,
        }
    }
}

impl Stopped {
    /// Takes note of tasks.
    pub(super) fn extend<'t>(&mut self, tasks: impl Iterator<Item = &'t Task>) {
        let counted = tasks.filter(|task| !self.forgiven.contains(&task.task_arn));
        self.tasks.extend(counted.map(|task| (task.task_arn.clone(), (reason(task), task.clone()))));
    }

    /// Forgives tasks.
    pub(super) fn forgive<'t>(&mut self, tasks: impl Iterator<Item = &'t Task>) {
        self.forgiven.extend(tasks.map(|task| task.task_arn.clone()));
    }

    /// How many ended by themselves.
    pub(super) fn crashes(&self) -> usize {
        self.tasks.values().filter(|(reason, _)| reason.kind.is_crash()).count()
    }

    /// How many ended for a reason that will not go away, if there is one for which at least two did.
    pub(super) fn hopeless(&self) -> usize {
        let mut counts: BTreeMap<(Kind, &str), usize> = BTreeMap::new();
        for (reason, _) in self.tasks.values().filter(|(reason, _)| reason.is_hopeless()) {
            *counts.entry((reason.kind, &reason.message)).or_default() += 1;
        }
        counts.into_values().max().unwrap_or_default()
    }

    /// The tasks with their reasons: those that ended by themselves.
    pub fn blamed(&self) -> impl Iterator<Item = (&Reason, &Task)> {
        self.tasks.values().filter(|(reason, _)| reason.kind.is_crash()).map(|(reason, task)| (reason, task))
    }

    /// The most frequent reason, and how many tasks met it.
    #[must_use]
    pub fn main_reason(&self) -> Option<(&Reason, usize)> {
        let mut counts: BTreeMap<&Reason, usize> = BTreeMap::new();
        for (reason, _) in self.blamed() {
            *counts.entry(reason).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count)
    }
}

/// Why a task ended.
#[must_use]
pub fn reason(task: &Task) -> Reason {
    let message = task.stopped_reason.clone().unwrap_or_default();
    let blamed = blamed(task);
    let said = blamed.and_then(|container| container.reason.clone());
    let of_container = |kind, message: String| Reason {
        kind,
        container: blamed.map(|container| container.name.clone()),
        exit_code: blamed.and_then(|container| container.exit_code),
        message,
    };
    let of_task = |kind| Reason { kind, container: None, exit_code: None, message: message.clone() };
    let words = |text: &str, known: &[&str]| {
        let text = text.to_lowercase();
        known.iter().any(|known| text.contains(known))
    };
    let either = said.clone().unwrap_or_else(|| message.clone());
    if words(&message, &["scaling activity initiated by"]) || task.stop_code.as_deref() == Some("UserInitiated") {
        of_task(Kind::Told)
    } else if words(&message, &["spot task was interrupted"])
        || matches!(task.stop_code.as_deref(), Some("SpotInterruption" | "TerminationNotice" | "InfrastructureHealth"))
    {
        of_task(Kind::Machine)
    } else if words(&message, &["health checks"]) {
        of_task(Kind::Health)
    } else if words(&either, &["cannotpull"]) || words(&message, &["cannotpull"]) {
        of_container(Kind::Image, either)
    } else if words(&either, &["resourceinitializationerror"]) || words(&message, &["resourceinitializationerror"]) {
        of_container(Kind::Resources, message.clone())
    } else if words(&either, &["outofmemory"]) {
        of_container(Kind::Memory, either)
    } else if words(&either, &["cannotstart", "cannotcreate", "containerruntime", "exec format", "no such file"]) {
        of_container(Kind::Start, either)
    } else if words(&message, &["essential container"]) || task.stop_code.as_deref() == Some("EssentialContainerExited")
    {
        of_container(Kind::Exit, either)
    } else if task.stop_code.as_deref() == Some("TaskFailedToStart") {
        of_container(Kind::Start, either)
    } else {
        of_task(Kind::Other)
    }
}

/// The container that is to blame: one that ended badly, or of which something is said.
fn blamed(task: &Task) -> Option<&Container> {
    let failed = |container: &&Container| container.exit_code.is_some_and(|code| code != 0);
    let containers = || task.containers.iter();
    containers()
        .find(failed)
        .or_else(|| containers().find(|container| container.reason.is_some()))
        .or_else(|| containers().find(|container| container.exit_code.is_some()))
}
