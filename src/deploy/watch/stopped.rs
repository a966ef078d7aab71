//! Why tasks end, in a few kinds.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::deploy::api::task::{Container, Task};

/// The tasks of a deployment that ended, each once.
#[derive(Debug, Clone, Default)]
pub struct Stopped {
    tasks: BTreeMap<String, (Reason, Task)>,
    /// Tasks that ended before anyone watched.
    forgiven: BTreeSet<String>,
}

/// Tasks that ended for one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Group<'a> {
    /// The reason, in the words of one of them.
    pub reason: &'a Reason,
    /// The tasks.
    pub tasks: Vec<&'a Task>,
}

/// What reasons have in common that are one: the words without numbers, as those name requests and tasks.
type Gist = (Kind, Option<String>, Option<i32>, String);

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
    /// What it has in common with reasons that are the same.
    fn gist(&self) -> Gist {
        let Self { kind, container, exit_code, message } = self;
        let word =
            |word: &str| if word.contains(|letter: char| letter.is_ascii_digit()) { "#" } else { word }.to_owned();
        let words: Vec<String> = message.split_whitespace().map(word).collect();
        (*kind, container.clone(), *exit_code, words.join(" "))
    }

    /// Whether a container of the task ran, and may have written something.
    #[must_use]
    pub const fn has_run(&self) -> bool {
        match self.kind {
            Kind::Image | Kind::Resources => false,
            Kind::Start | Kind::Memory | Kind::Health | Kind::Exit | Kind::Machine | Kind::Told | Kind::Other => true,
        }
    }

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

    /// How many ended for one reason that will not go away.
    pub(super) fn hopeless(&self) -> usize {
        let groups = self.groups();
        let hopeless = groups.iter().filter(|group| group.reason.is_hopeless());
        hopeless.map(|group| group.tasks.len()).max().unwrap_or_default()
    }

    /// The tasks with their reasons: those that ended by themselves.
    pub fn blamed(&self) -> impl Iterator<Item = (&Reason, &Task)> {
        self.tasks.values().filter(|(reason, _)| reason.kind.is_crash()).map(|(reason, task)| (reason, task))
    }

    /// The reasons for which tasks ended by themselves, the most frequent first.
    #[must_use]
    pub fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: BTreeMap<Gist, Group<'_>> = BTreeMap::new();
        for (reason, task) in self.blamed() {
            groups.entry(reason.gist()).or_insert_with(|| Group { reason, tasks: Vec::new() }).tasks.push(task);
        }
        let mut groups: Vec<Group<'_>> = groups.into_values().collect();
        groups.sort_by_key(|group| Reverse(group.tasks.len()));
        groups
    }
}

impl Group<'_> {
    /// The task that ended last.
    #[must_use]
    pub fn newest(&self) -> Option<&Task> {
        self.tasks
            .iter()
            .copied()
            .max_by(|one, other| one.stopping_at.partial_cmp(&other.stopping_at).unwrap_or(Ordering::Equal))
    }

    /// How long its tasks ran on average, as far as they ran.
    #[must_use]
    pub fn life(&self) -> Option<Duration> {
        let lives = self.tasks.iter().filter_map(|task| Some(task.stopping_at? - task.started_at?));
        let (sum, count) = lives.fold((0.0, 0_u32), |(sum, count), life| (sum + life, count + 1));
        (count > 0).then(|| Duration::try_from_secs_f64(sum / f64::from(count)).unwrap_or_default())
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
        let ill = task.containers.iter().find(|container| container.health_status.as_deref() == Some("UNHEALTHY"));
        Reason { container: ill.map(|container| container.name.clone()), ..of_task(Kind::Health) }
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
