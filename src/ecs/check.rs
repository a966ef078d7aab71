//! The rules of ECS that a stack must keep.
//!
//! ECS refuses what breaks them, mostly one mistake at a time and when half of a project is deployed. Sources: the
//! `RegisterTaskDefinition`, `CreateService` and `RunTask` pages of
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/Welcome.html> and what Docker and the agent do.

mod container;
mod health;
mod linux;
mod log;
mod network;
mod order;
mod rule;
mod service;
mod task;
mod text;
mod volume;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::Stack;
use super::container::{ContainerDefinition, PortMapping};
use super::name::{ContainerName, Family, ServiceName, VolumeName};
use super::service::{RunTask, Service, runs_on};
use super::task::{NetworkMode, TaskDefinition};
use crate::options::LaunchType;

pub use rule::Rule;
pub(crate) use text::is_secret_reference;

/// A rule that a stack breaks, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The part of the stack that breaks it.
    pub place: Place,
    /// The rule.
    pub rule: Rule,
    /// What is wrong, in one phrase.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// Another part of the stack, without which this one would not break it, and what that one has to do with it.
    pub other: Option<(Place, String)>,
}

/// A part of a stack, by its names in ECS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A task definition as a whole.
    Task {
        /// Its family.
        family: Family,
    },
    /// A field of a container.
    Container {
        /// The family of its task definition.
        family: Family,
        /// Its name.
        container: ContainerName,
        /// The field, as ECS writes it: `portMappings`.
        field: &'static str,
    },
    /// A volume of a task definition.
    Volume {
        /// The family of the task definition.
        family: Family,
        /// Its name.
        volume: VolumeName,
    },
    /// A field of a service.
    Service {
        /// Its name.
        service: ServiceName,
        /// The field, as ECS writes it: `desiredCount`.
        field: &'static str,
    },
    /// A field of what runs once per deployment.
    RunTask {
        /// Its name within the project.
        unit: String,
        /// The field, as ECS writes it: `count`.
        field: &'static str,
    },
    /// The stack as a whole.
    Stack,
}

/// The rules that a stack breaks, in the order of the stack.
#[must_use]
pub fn check(stack: &Stack) -> Vec<Violation> {
    // The waves are ours, and the last two are for other services of AWS; what they take was checked where it is read.
    let Stack { cluster, task_definitions, services, tasks: run_tasks, waves: _, scaling: _, log_groups: _ } = stack;
    let mut report = Report::default();
    let tasks = tasks(task_definitions, services, run_tasks);
    service::cluster(cluster, &mut report);
    let mut families = BTreeSet::new();
    for task in &tasks {
        let family = &task.definition.family;
        if !families.insert(family.as_str()) {
            let place = Place::Task { family: family.clone() };
            report.add(place, Rule::NameDup, format!("two task definitions are of the family `{family}`"));
        }
        task::check(task, &mut report);
    }
    service::check(stack, &tasks, &mut report);
    report.violations
}

impl Violation {
    /// Adds what to do.
    fn hint(&mut self, hint: impl Into<String>) {
        self.hint = Some(hint.into());
    }

    /// Adds another place.
    fn other(&mut self, place: Place, text: impl Into<String>) -> &mut Self {
        self.other = Some((place, text.into()));
        self
    }
}

/// Collects violations.
#[derive(Default)]
struct Report {
    violations: Vec<Violation>,
}

impl Report {
    /// Adds a violation.
    fn add(&mut self, place: Place, rule: Rule, message: impl Into<String>) -> &mut Violation {
        self.violations.push(Violation { place, rule, message: message.into(), hint: None, other: None });
        self.violations.last_mut().expect("it was pushed just now")
    }
}

/// A task definition with what its rules depend on.
struct Task<'a> {
    definition: &'a TaskDefinition,
    /// Where it must run: what it is declared for, and what those who run it ask. Never empty.
    launch_types: BTreeSet<LaunchType>,
    /// Its containers by name; the first of each name.
    containers: BTreeMap<&'a str, &'a ContainerDefinition>,
    /// Its named ports with their containers.
    ports: BTreeMap<&'a str, (&'a ContainerDefinition, &'a PortMapping)>,
}

/// The task definitions in the order of the stack.
fn tasks<'a>(definitions: &'a [TaskDefinition], services: &[Service], run_tasks: &[RunTask]) -> Vec<Task<'a>> {
    let of_services = services.iter().map(|service| {
        (service.task_definition.as_str(), runs_on(service.launch_type, &service.capacity_provider_strategy))
    });
    let of_run_tasks = run_tasks
        .iter()
        .map(|task| (task.task_definition.as_str(), runs_on(task.launch_type, &task.capacity_provider_strategy)));
    let mut asked: BTreeMap<&str, BTreeSet<LaunchType>> = BTreeMap::new();
    for (family, launch_type) in of_services.chain(of_run_tasks) {
        asked.entry(family).or_default().insert(launch_type);
    }
    definitions.iter().map(|definition| Task::new(definition, asked.remove(definition.family.as_str()))).collect()
}

impl<'a> Task<'a> {
    /// Looks up what the rules of a definition depend on. `asked` is where those who run it want it to run.
    fn new(definition: &'a TaskDefinition, asked: Option<BTreeSet<LaunchType>>) -> Self {
        let mut launch_types = asked.unwrap_or_default();
        launch_types.extend(&definition.requires_compatibilities);
        if launch_types.is_empty() {
            launch_types.insert(LaunchType::Ec2);
        }
        let (mut containers, mut ports) = (BTreeMap::new(), BTreeMap::new());
        for container in &definition.container_definitions {
            containers.entry(container.name.as_str()).or_insert(container);
            for mapping in &container.port_mappings {
                if let Some(name) = &mapping.name {
                    ports.entry(name.as_str()).or_insert((container, mapping));
                }
            }
        }
        Self { definition, launch_types, containers, ports }
    }

    /// Whether it runs on Fargate, perhaps beside other places.
    fn on_fargate(&self) -> bool {
        self.launch_types.contains(&LaunchType::Fargate)
    }

    /// Whether it runs on Fargate and nowhere else.
    fn only_on_fargate(&self) -> bool {
        self.on_fargate() && self.launch_types.len() == 1
    }

    /// How containers reach the network; on Fargate there is one way only.
    fn network_mode(&self) -> NetworkMode {
        if self.on_fargate() { NetworkMode::Awsvpc } else { self.definition.network_mode }
    }

    /// The place of the task as a whole.
    fn place(&self) -> Place {
        Place::Task { family: self.definition.family.clone() }
    }
}

/// A container that is checked, and where its violations go.
struct At<'a, 'r> {
    task: &'a Task<'a>,
    container: &'a ContainerDefinition,
    report: &'r mut Report,
}

impl At<'_, '_> {
    /// Reports a violation at a field of the container.
    fn add(&mut self, field: &'static str, rule: Rule, message: impl Into<String>) -> &mut Violation {
        self.report.add(self.place(&self.container.name, field), rule, message)
    }

    /// The place of a field of a container of the task.
    fn place(&self, container: &ContainerName, field: &'static str) -> Place {
        Place::Container { family: self.task.definition.family.clone(), container: container.clone(), field }
    }

    /// ECS counts in 32 bits, of which one is the sign.
    fn fits(&mut self, field: &'static str, number: Option<u32>) {
        if let Some(number) = number.filter(|number| !text::fits(*number)) {
            self.add(field, Rule::ShapeRange, format!("{number} is above the maximum of {}", i32::MAX));
        }
    }
}
