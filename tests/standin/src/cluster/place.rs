//! Finding a place for a task, and giving it up.

use super::{Cluster, Instance};
use crate::aws::Aws;
use crate::definition::{Definition, Port};
use crate::task::{Launch, Phase, TaskNumber};

/// Why there is no place for a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unplaced {
    /// There are no container instances at all.
    NoInstances,
    /// No instance has enough of it, or its ports are taken, or its agent is gone: `CPU`, `MEMORY`, `PORTS`, `AGENT`.
    Instance { closest: String, lacks: &'static str },
    /// Fargate runs as much as it may.
    Quota,
}

impl Unplaced {
    /// How a service's event says it, after the name of the service.
    pub(crate) fn event(&self) -> String {
        let unmet = "was unable to place a task because no container instance met all of its requirements.";
        match self {
            Self::NoInstances => {
                format!("{unmet} Reason: No Container Instances were found in your cluster.")
            }
            Self::Instance { closest, lacks } => {
                let what = match *lacks {
                    "CPU" => "has insufficient CPU units available",
                    "MEMORY" => "has insufficient memory available",
                    "PORTS" => "is already using a port required by your task",
                    _ => "encountered error \"AGENT\"",
                };
                format!("{unmet} The closest matching (container-instance {closest}) {what}.")
            }
            Self::Quota => {
                "was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can \
                            run concurrently."
                    .to_owned()
            }
        }
    }
}

impl Aws {
    /// A place for a task of this definition, which is then taken. A daemon names its instance.
    pub(crate) fn place(
        &mut self,
        cluster: &str,
        definition: &Definition,
        wish: (&Launch, Option<&str>),
    ) -> Result<Launch, Unplaced> {
        let (launch, instance) = wish;
        match launch {
            Launch::Fargate { provider } => {
                let on_fargate = || self.tasks.all.values().filter(|task| task.is_on_fargate());
                let used = || on_fargate().map(|task| task.cpu).sum::<u64>();
                match self.settings.fargate_cpu {
                    Some(most) if used() + definition.cpu() > most => Err(Unplaced::Quota),
                    _ => Ok(Launch::Fargate { provider: provider.clone() }),
                }
            }
            Launch::Instance { provider, .. } => {
                let Some(cluster) = self.clusters.get_mut(cluster) else { return Err(Unplaced::NoInstances) };
                let instance = cluster.take(definition, instance)?;
                Ok(Launch::Instance { instance, provider: provider.clone() })
            }
        }
    }

    /// Gives up the place of a task that is over.
    pub(crate) fn release(&mut self, number: TaskNumber) {
        let Some(task) = self.tasks.all.get(&number) else { return };
        let Launch::Instance { instance, .. } = &task.launch else { return };
        let ports: Vec<Port> = match self.definitions.revisions.get(&task.revision) {
            Some(definition) => definition.host_ports().collect(),
            None => Vec::new(),
        };
        let cluster = self.clusters.get_mut(&task.cluster);
        if let Some(instance) = cluster.and_then(|cluster| cluster.instances.get_mut(instance)) {
            instance.cpu += task.cpu;
            instance.memory += task.memory;
            instance.tasks -= 1;
            instance.ports.retain(|port| !ports.contains(port));
        }
    }
}

impl crate::task::Task {
    fn is_on_fargate(&self) -> bool {
        matches!(self.launch, Launch::Fargate { .. }) && self.phase != Phase::Stopped
    }
}

impl Cluster {
    /// Takes a place on the instance with the most memory left that has all a task needs.
    fn take(&mut self, definition: &Definition, only: Option<&str>) -> Result<String, Unplaced> {
        let mut candidates: Vec<(&String, &mut Instance)> =
            self.instances.iter_mut().filter(|(id, _)| only.is_none_or(|only| *id == only)).collect();
        candidates.sort_by_key(|(_, instance)| std::cmp::Reverse(instance.memory));
        let mut refusal = Unplaced::NoInstances;
        for (id, instance) in candidates {
            match instance.lacks(definition) {
                None => {
                    instance.take(definition);
                    return Ok(id.clone());
                }
                Some(lacks) if refusal == Unplaced::NoInstances => {
                    refusal = Unplaced::Instance { closest: id.clone(), lacks };
                }
                Some(_) => {}
            }
        }
        Err(refusal)
    }
}

impl Instance {
    fn lacks(&self, definition: &Definition) -> Option<&'static str> {
        if !self.machine.agent_connected {
            Some("AGENT")
        } else if definition.cpu() > self.cpu {
            Some("CPU")
        } else if definition.memory() > self.memory {
            Some("MEMORY")
        } else if definition.host_ports().any(|port| self.ports.contains(&port)) {
            Some("PORTS")
        } else {
            None
        }
    }

    fn take(&mut self, definition: &Definition) {
        self.cpu -= definition.cpu();
        self.memory -= definition.memory();
        self.tasks += 1;
        self.ports.extend(definition.host_ports());
    }
}
