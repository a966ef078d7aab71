//! One task on each container instance.

use std::collections::BTreeSet;

use super::{Service, StopCode, TaskNumber};
use crate::aws::Aws;
use crate::deployment::Rollout;
use crate::task::Launch;

impl Aws {
    /// Starts a task wherever there is none; where an earlier deployment has one, that is stopped first.
    pub(super) fn grow_daemon(&mut self, service: &mut Service) {
        let cluster = self.clusters.get(&service.key.cluster);
        let instances: Vec<String> =
            cluster.map(|cluster| cluster.instances.keys().cloned().collect()).unwrap_or_default();
        service.desired = u64::try_from(instances.len()).unwrap_or(u64::MAX);
        let Some(primary) = service.deployments.first() else { return };
        if primary.rollout == Rollout::Failed || self.now < primary.not_before {
            return;
        }
        let (own, id) = (self.on_instances(&primary.tasks), primary.id.clone());
        let mut others = BTreeSet::new();
        for earlier in service.deployments.iter().skip(1) {
            others.extend(self.on_instances(&earlier.tasks));
        }
        let mut started = Vec::new();
        for instance in instances.iter().filter(|id| !own.iter().any(|(other, ..)| other == *id)) {
            let there: Vec<_> = others.iter().filter(|(other, ..)| other == instance).collect();
            for (_, number, is_wanted) in &there {
                if *is_wanted && let Some(task) = self.tasks.all.get_mut(number) {
                    let reason = format!("Scaling activity initiated by (deployment {id})");
                    task.tell_to_stop(self.now, StopCode::ServiceSchedulerInitiated, reason);
                    self.settle_owned(*number);
                }
            }
            if there.is_empty() {
                started.extend(self.start_for(service, Some(instance)));
            }
        }
        self.tell_of_starts(service, &started);
    }

    /// On which instance each task is, and whether it is to go on.
    fn on_instances(&self, tasks: &BTreeSet<TaskNumber>) -> BTreeSet<(String, TaskNumber, bool)> {
        let place = |number: &TaskNumber| match self.tasks.all.get(number) {
            Some(task) => match &task.launch {
                Launch::Instance { instance, .. } => Some((instance.clone(), *number, task.is_wanted())),
                Launch::Fargate { .. } => None,
            },
            None => None,
        };
        tasks.iter().filter_map(place).collect()
    }
}
