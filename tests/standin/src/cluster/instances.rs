//! Container instances: machines that a test puts into a cluster.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Instance;
use crate::aws::Aws;
use crate::input::Input;
use crate::page::Pages;
use crate::service::ServiceKey;
use crate::wire::{Answer, ApiError};

/// A machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// Its CPU units.
    pub cpu: u64,
    /// Its MiB.
    pub memory: u64,
    /// Whether its agent is connected; without it no task is placed there.
    pub agent_connected: bool,
}

impl Default for Machine {
    /// Two CPUs and four GiB.
    fn default() -> Self {
        Self { cpu: 2048, memory: 4096, agent_connected: true }
    }
}

impl Aws {
    /// Puts a machine into a cluster, and gives the id of its container instance.
    ///
    /// # Panics
    ///
    /// When there is no such cluster.
    pub fn add_instance(&mut self, cluster: &str, machine: Machine) -> String {
        let id = self.ids.hex();
        let instance = Instance { machine, cpu: machine.cpu, memory: machine.memory, ports: BTreeSet::new(), tasks: 0 };
        let cluster = self.clusters.get_mut(cluster).expect("a machine is put into a cluster that is there");
        cluster.instances.insert(id.clone(), instance);
        let name = cluster.name.clone();
        let keys: Vec<ServiceKey> = self.services.keys().filter(|key| key.cluster == name).cloned().collect();
        for key in keys {
            self.wake_service(&key, self.settings.timings.schedule);
        }
        id
    }

    pub(crate) fn list_container_instances(&mut self, input: Input<'_>) -> Answer {
        let cluster = self.active_cluster(input)?;
        let arn = |id: &String| json!(self.settings.arn(format_args!("container-instance/{}/{id}", cluster.name)));
        self.page(cluster.instances.keys().map(arn).collect(), input, Pages::of("containerInstanceArns"))
    }

    pub(crate) fn describe_container_instances(&mut self, input: Input<'_>) -> Answer {
        let cluster = self.active_cluster(input)?;
        let wanted = input.texts("containerInstances");
        if wanted.is_empty() || wanted.len() > 100 {
            return Err(ApiError::invalid("Container instances must have between 1 and 100 entries."));
        }
        let (mut found, mut failures) = (Vec::new(), Vec::new());
        for name in wanted {
            let id = name.rsplit('/').next().unwrap_or(name);
            let arn = self.settings.arn(format_args!("container-instance/{}/{id}", cluster.name));
            match cluster.instances.get(id) {
                Some(instance) => found.push(instance.render(&arn)),
                None => failures.push(json!({"arn": arn, "reason": "MISSING"})),
            }
        }
        Ok(json!({"containerInstances": found, "failures": failures}))
    }
}

impl Instance {
    fn render(&self, arn: &str) -> Value {
        let number = |name: &str, value: u64| json!({"name": name, "type": "INTEGER", "integerValue": value});
        let ports: Vec<String> = self.ports.iter().filter(|port| !port.udp).map(|port| port.host.to_string()).collect();
        json!({
            "containerInstanceArn": arn,
            "status": "ACTIVE",
            "agentConnected": self.machine.agent_connected,
            "runningTasksCount": self.tasks,
            "pendingTasksCount": 0,
            "registeredResources": [number("CPU", self.machine.cpu), number("MEMORY", self.machine.memory)],
            "remainingResources": [
                number("CPU", self.cpu),
                number("MEMORY", self.memory),
                {"name": "PORTS", "type": "STRINGSET", "stringSetValue": ports},
            ],
        })
    }
}
