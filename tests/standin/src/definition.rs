//! Task definitions: what is kept of a revision.

mod calls;
mod fill;
mod refuse;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::input::Input;
use crate::tags::Tags;

/// A family and the number of a revision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision {
    /// The family.
    pub family: String,
    /// The number, counted from 1.
    pub number: u64,
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.family, self.number)
    }
}

/// One revision of a task definition.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Which one it is.
    pub revision: Revision,
    /// Whether it can be used.
    pub status: DefinitionStatus,
    /// Its tags.
    pub tags: Tags,
    /// The members of the input, with the defaults that ECS adds.
    pub members: Map<String, Value>,
    /// When it was registered.
    pub registered_at: Duration,
    pub(crate) registered_by: String,
    pub(crate) deregistered_at: Option<Duration>,
    pub(crate) containers: Vec<ContainerSpec>,
}

/// Whether a revision can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefinitionStatus {
    /// It can be used.
    Active,
    /// It was deregistered: what runs goes on, nothing new uses it.
    Inactive,
    /// It is being deleted.
    DeleteInProgress,
}

impl DefinitionStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
            Self::DeleteInProgress => "DELETE_IN_PROGRESS",
        }
    }
}

/// What matters about a container definition for running it.
#[derive(Debug, Clone)]
pub(crate) struct ContainerSpec {
    pub(crate) name: String,
    pub(crate) image: String,
    pub(crate) essential: bool,
    pub(crate) health_check: Option<HealthCheck>,
    pub(crate) depends_on: Vec<Dependency>,
    pub(crate) start_timeout: Option<Duration>,
    pub(crate) stop_timeout: Duration,
    pub(crate) cpu: u64,
    pub(crate) memory: u64,
    pub(crate) ports: Vec<Port>,
    pub(crate) log: Option<LogTarget>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct HealthCheck {
    pub(crate) interval: Duration,
    pub(crate) retries: u32,
    pub(crate) start_period: Duration,
}

#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    pub(crate) container: String,
    pub(crate) condition: Condition,
}

/// What a container waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    Start,
    Complete,
    Success,
    Healthy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Port {
    pub(crate) host: u64,
    pub(crate) udp: bool,
}

/// Where the awslogs driver writes.
#[derive(Debug, Clone)]
pub(crate) struct LogTarget {
    pub(crate) group: String,
    pub(crate) prefix: Option<String>,
    pub(crate) create: bool,
}

/// All task definitions, and the newest number of each family.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    pub(crate) revisions: BTreeMap<Revision, Definition>,
    pub(crate) newest: BTreeMap<String, u64>,
}

impl Definition {
    pub(crate) fn input(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.input(name).and_then(Value::as_str)
    }

    /// Its `networkMode`, or what ECS takes without one.
    pub(crate) fn network_mode(&self) -> &str {
        self.text("networkMode").unwrap_or("bridge")
    }

    /// The CPU units of a task: its own, or those of its containers.
    pub(crate) fn cpu(&self) -> u64 {
        let own = self.text("cpu").and_then(|text| text.parse().ok());
        own.unwrap_or_else(|| self.containers.iter().map(|container| container.cpu).sum())
    }

    /// The MiB of a task: its own, or those of its containers.
    pub(crate) fn memory(&self) -> u64 {
        let own = self.text("memory").and_then(|text| text.parse().ok());
        own.unwrap_or_else(|| self.containers.iter().map(|container| container.memory).sum())
    }

    /// The host ports that a task needs of its instance.
    pub(crate) fn host_ports(&self) -> impl Iterator<Item = Port> + '_ {
        let shared = self.network_mode() != "awsvpc";
        let ports = self.containers.iter().flat_map(|container| container.ports.iter().copied());
        ports.filter(move |port| shared && port.host != 0)
    }

    /// Whether it can run there: `FARGATE`, `EC2` or `EXTERNAL`.
    pub(crate) fn is_compatible(&self, launch: &str) -> bool {
        self.input("compatibilities").and_then(Value::as_array).is_some_and(|list| list.iter().any(|one| one == launch))
    }
}

impl ContainerSpec {
    /// Reads a container definition whose types were checked before.
    pub(crate) fn of(input: Input<'_>) -> Self {
        let seconds = |name: &str| input.count(name).map(Duration::from_secs);
        let text = |name: &str| input.text(name).unwrap_or_default().to_owned();
        Self {
            name: text("name"),
            image: text("image"),
            essential: input.flag("essential").unwrap_or(true),
            health_check: input.below("healthCheck").map(HealthCheck::of),
            depends_on: input.items("dependsOn").map(Dependency::of).collect(),
            start_timeout: seconds("startTimeout"),
            stop_timeout: seconds("stopTimeout").unwrap_or(Duration::from_secs(30)),
            cpu: input.count("cpu").unwrap_or(0),
            memory: input.count("memory").or(input.count("memoryReservation")).unwrap_or(0),
            ports: input.items("portMappings").map(Port::of).collect(),
            log: input.below("logConfiguration").and_then(LogTarget::of),
        }
    }

    /// Whether another container waits for this one to end.
    pub(crate) fn is_step(&self, containers: &[Self]) -> bool {
        let awaits = |dependency: &Dependency| {
            dependency.container == self.name
                && matches!(dependency.condition, Condition::Complete | Condition::Success)
        };
        containers.iter().any(|other| other.depends_on.iter().any(awaits))
    }
}

impl HealthCheck {
    fn of(input: Input<'_>) -> Self {
        let count = |name: &str, default: u64| input.count(name).unwrap_or(default);
        Self {
            interval: Duration::from_secs(count("interval", 30)),
            retries: u32::try_from(count("retries", 3)).unwrap_or(10),
            start_period: Duration::from_secs(count("startPeriod", 0)),
        }
    }
}

impl Dependency {
    fn of(input: Input<'_>) -> Self {
        let condition = match input.text("condition") {
            Some("COMPLETE") => Condition::Complete,
            Some("SUCCESS") => Condition::Success,
            Some("HEALTHY") => Condition::Healthy,
            _ => Condition::Start,
        };
        Self { container: input.text("containerName").unwrap_or_default().to_owned(), condition }
    }
}

impl Condition {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Start => "START",
            Self::Complete => "COMPLETE",
            Self::Success => "SUCCESS",
            Self::Healthy => "HEALTHY",
        }
    }
}

impl Port {
    fn of(input: Input<'_>) -> Self {
        Self { host: input.count("hostPort").unwrap_or(0), udp: input.text("protocol") == Some("udp") }
    }
}

impl LogTarget {
    fn of(input: Input<'_>) -> Option<Self> {
        if input.text("logDriver") != Some("awslogs") {
            return None;
        }
        let options = input.below("options")?;
        Some(Self {
            group: options.text("awslogs-group")?.to_owned(),
            prefix: options.text("awslogs-stream-prefix").map(str::to_owned),
            create: options.text("awslogs-create-group") == Some("true"),
        })
    }
}
