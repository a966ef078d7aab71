//! The order of a project as a picture: tasks in waves, and what waits for what. Plain data, with the places that say so.

use std::collections::BTreeMap;

use crate::compose::service::readiness::Condition;
use crate::source::Span;

/// A project in the order in which it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// The project's name.
    pub project: String,
    /// The tasks, wave by wave.
    pub waves: Vec<Vec<Task>>,
    /// What is waited for and is no service of the project.
    pub outside: Vec<Node>,
    /// What waits for what.
    pub edges: Vec<Edge>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its name within the project.
    pub name: String,
    /// How long it is meant to live.
    pub lifetime: Lifetime,
    /// Its containers.
    pub containers: Vec<Node>,
}

/// How long something is meant to live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lifetime {
    /// For good.
    Lasting,
    /// Until it ends by itself.
    Once,
}

/// Something that waits, or is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What edges call it.
    pub id: NodeId,
    /// Its name: that of the service, or the target as it is written.
    pub name: String,
    /// How long it is meant to live.
    pub lifetime: Lifetime,
    /// Where it is written; nothing for what is no service of the project.
    pub origin: Option<Origin>,
}

/// Where a container is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its name on ECS.
    pub container: String,
    /// The places of its parts that are written; [`Part::Whole`] always is.
    pub places: BTreeMap<Part, Span>,
}

/// What of a container something may be the matter with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The service.
    Whole,
    /// What it is made of.
    Image,
    /// What it runs.
    Command,
    /// How its health is checked.
    HealthCheck,
    /// How much memory it has.
    Memory,
    /// Its ports.
    Ports,
    /// Its secrets.
    Secrets,
    /// Where its output goes.
    Logging,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 8] = [
        Self::Whole,
        Self::Image,
        Self::Command,
        Self::HealthCheck,
        Self::Memory,
        Self::Ports,
        Self::Secrets,
        Self::Logging,
    ];
}

/// Names a node: its place among all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub usize);

/// One node needs another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Who needs.
    pub from: NodeId,
    /// Who is needed.
    pub to: NodeId,
    /// Why. There is at least one reason.
    pub reasons: Vec<Reason>,
}

/// Why one node needs another, and where that is said.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reason {
    /// What says so.
    pub cause: Cause,
    /// The service that says so in place of the node: one that only waited, and is no more.
    pub by: Option<String>,
    /// Where.
    pub span: Span,
}

/// What says that one node needs another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cause {
    /// `depends_on`.
    DependsOn {
        /// What is asked of the other.
        condition: Condition,
        /// Whether it is a failure when that does not come.
        required: bool,
    },
    /// A key that joins two containers: `links`, `volumes_from`, a namespace of the other's.
    Key(&'static str),
    /// A readiness wait.
    Wait {
        /// What is asked, as it is written.
        target: String,
        /// The tool.
        idiom: &'static str,
    },
    /// The other's name in the environment or the command, which is no need but puts the other first.
    Mention {
        /// The variable; none for the command.
        variable: Option<String>,
    },
}

impl Edge {
    /// Whether the order must be kept; else it is only wished for.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        self.reasons.iter().any(|reason| match reason.cause {
            Cause::DependsOn { condition: _, required: _ } | Cause::Key(_) | Cause::Wait { target: _, idiom: _ } => {
                true
            }
            Cause::Mention { variable: _ } => false,
        })
    }
}

impl Graph {
    /// All places that say something.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        self.edges.iter().flat_map(|edge| edge.reasons.iter().map(|reason| reason.span))
    }
}
