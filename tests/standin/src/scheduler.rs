//! The scheduler of services: it replaces what died, starts what is missing and stops what is too much.

mod account;
mod breaker;
mod daemon;
mod grow;
mod rollback;

use std::collections::BTreeSet;
use std::time::Duration;

use crate::aws::Aws;
use crate::deployment::{Rollout, ServiceDeploymentStatus};
use crate::service::{Service, ServiceKey, ServiceStatus};
use crate::task::{Phase, StopCode, TaskNumber};

impl Aws {
    /// Looks at a service.
    pub(crate) fn schedule(&mut self, key: &ServiceKey) {
        let Some(mut service) = self.services.remove(key) else { return };
        if service.wakes_at.is_some_and(|at| at <= self.now) {
            service.wakes_at = None;
        }
        match service.status {
            ServiceStatus::Active => self.tend(&mut service),
            ServiceStatus::Draining => self.drain(&mut service),
            ServiceStatus::Inactive => {}
        }
        let times = service.deployments.iter().flat_map(|one| [one.not_before, one.stays_until]);
        let retry = times.filter(|at| *at > self.now).min();
        self.services.insert(key.clone(), service);
        if let Some(at) = retry {
            self.wake_service(key, at.saturating_sub(self.now));
        }
    }

    fn tend(&mut self, service: &mut Service) {
        self.begin(service);
        self.obey(service);
        self.account(service);
        self.heal(service);
        self.trip(service);
        self.shrink(service);
        if service.is_daemon() {
            self.grow_daemon(service);
        } else {
            self.grow(service);
        }
        self.finish(service);
    }

    /// A service deployment is under way once the scheduler has seen it.
    fn begin(&mut self, service: &mut Service) {
        let now = self.now;
        let is_new = |status| status == ServiceDeploymentStatus::Pending;
        if let Some(deployment) = service.history.last_mut().filter(|one| is_new(one.status)) {
            deployment.status = ServiceDeploymentStatus::InProgress;
            deployment.started_at = Some(now);
            deployment.updated_at = now;
        }
    }

    /// Does what somebody asked of a service deployment.
    fn obey(&mut self, service: &mut Service) {
        let now = self.now;
        let Some(deployment) = service.history.last_mut() else { return };
        if deployment.status == ServiceDeploymentStatus::RollbackRequested {
            self.roll_back(service, "Service deployment rolled back because of a user request.");
        } else if deployment.status == ServiceDeploymentStatus::StopRequested {
            let reason = "Service deployment stopped because of a user request.";
            deployment.finish(ServiceDeploymentStatus::Stopped, Some(reason.to_owned()), now);
            if let Some(primary) = service.deployments.first_mut() {
                primary.rollout = Rollout::Failed;
                reason.clone_into(&mut primary.rollout_reason);
                primary.updated_at = now;
            }
        }
    }

    /// Stops tasks that their health checks are against.
    fn heal(&mut self, service: &mut Service) {
        let timings = &self.settings.timings;
        let tasks = service.deployments.iter().flat_map(|deployment| &deployment.tasks);
        let mut ill: Vec<(TaskNumber, String)> = Vec::new();
        for number in tasks {
            let task = self.tasks.all.get(number);
            ill.extend(task.and_then(|task| task.illness(self.now, timings)).map(|reason| (*number, reason)));
        }
        for (number, reason) in ill {
            let id = self.tasks.all.get(&number).map(|task| task.id.clone()).unwrap_or_default();
            let (event, text) = (self.ids.uuid(), reason.trim_start_matches("Task "));
            service.happens(event, self.now, format_args!("(task {id}) {text}."));
            self.stop(number, &reason);
        }
        self.account(service);
    }

    fn stop(&mut self, number: TaskNumber, reason: &str) {
        if let Some(task) = self.tasks.all.get_mut(&number) {
            task.tell_to_stop(self.now, StopCode::ServiceSchedulerInitiated, reason);
        }
        self.settle_owned(number);
    }

    /// Has a task of the service that is being looked at do what is due.
    pub(super) fn settle_owned(&mut self, number: TaskNumber) {
        // The service is not among the others meanwhile, so that nobody wakes it: it is looked at again after a while.
        self.settle_task(number);
    }

    /// Stops the tasks of earlier deployments as far as enough healthy ones are left, and those above the desired count.
    fn shrink(&mut self, service: &mut Service) {
        let Some(primary) = service.deployments.first() else { return };
        let reason = format!("Scaling activity initiated by (deployment {})", primary.id);
        let mut stopped = Vec::new();
        if !service.is_daemon() {
            let wanted = self.wanted(&primary.tasks);
            let surplus = u64::try_from(wanted.len()).unwrap_or(u64::MAX).saturating_sub(service.desired);
            stopped.extend(self.in_order_of_use(wanted).into_iter().take(usize::try_from(surplus).unwrap_or(0)));
        }
        if primary.rollout != Rollout::Failed {
            stopped.extend(self.spare(service));
        }
        if stopped.is_empty() {
            return;
        }
        for number in &stopped {
            self.stop(*number, &reason);
        }
        let tasks = self.task_list(&stopped);
        let event = self.ids.uuid();
        service.happens(event, self.now, format_args!("has stopped {} running tasks: {tasks}.", stopped.len()));
        service.steady = false;
    }

    /// Tasks of earlier deployments that the service can do without.
    fn spare(&self, service: &Service) -> Vec<TaskNumber> {
        let counts = |number: &TaskNumber| self.is_counted(*number);
        let all: BTreeSet<TaskNumber> = service.deployments.iter().flat_map(|one| one.tasks.iter().copied()).collect();
        let healthy = self.wanted(&all).iter().filter(|number| counts(number)).count();
        let least = usize::try_from(service.least()).unwrap_or(usize::MAX);
        let mut spare = healthy.saturating_sub(least);
        let earlier: BTreeSet<TaskNumber> =
            service.deployments.iter().skip(1).flat_map(|one| one.tasks.iter().copied()).collect();
        let mut chosen = Vec::new();
        for number in self.in_order_of_use(self.wanted(&earlier)) {
            if !counts(&number) {
                chosen.push(number);
            } else if spare > 0 {
                spare -= 1;
                chosen.push(number);
            }
        }
        chosen
    }

    /// Those that are to go on.
    fn wanted(&self, tasks: &BTreeSet<TaskNumber>) -> Vec<TaskNumber> {
        let is_wanted = |number: &&TaskNumber| self.tasks.all.get(*number).is_some_and(crate::task::Task::is_wanted);
        tasks.iter().filter(is_wanted).copied().collect()
    }

    /// First those that do not count yet, and the newest of them.
    fn in_order_of_use(&self, mut tasks: Vec<TaskNumber>) -> Vec<TaskNumber> {
        tasks.sort_by_key(|number| (self.is_counted(*number), std::cmp::Reverse(*number)));
        tasks
    }

    fn is_counted(&self, number: TaskNumber) -> bool {
        let task = self.tasks.all.get(&number);
        task.is_some_and(|task| task.is_wanted() && task.counts(self.now, &self.settings.timings))
    }

    /// `(task …) (task …)`, as events name tasks.
    fn task_list(&self, tasks: &[TaskNumber]) -> String {
        let ids =
            tasks.iter().filter_map(|number| self.tasks.all.get(number)).map(|task| format!("(task {})", task.id));
        ids.collect::<Vec<_>>().join(" ")
    }

    /// Lets go of earlier deployments without tasks, and notices a steady state.
    fn finish(&mut self, service: &mut Service) {
        let now = self.now;
        let phase = |number: &TaskNumber| self.tasks.all.get(number).map(|task| task.phase);
        let mut place = 0;
        service.deployments.retain(|deployment| {
            place += 1;
            let has_tasks =
                || deployment.tasks.iter().any(|number| phase(number).is_some_and(|one| one < Phase::Stopping));
            place == 1 || now < deployment.stays_until || has_tasks()
        });
        let Some(primary) = service.deployments.first() else { return };
        let wanted = self.wanted(&primary.tasks);
        let counted = wanted.iter().filter(|number| self.is_counted(**number)).count();
        let is_full = u64::try_from(wanted.len()) == Ok(service.desired) && counted == wanted.len();
        let is_alone = service.deployments.len() == 1 && now >= primary.stays_until;
        let is_steady = is_full && is_alone && primary.rollout != Rollout::Failed;
        if !is_steady || service.steady {
            service.steady = is_steady;
            return;
        }
        service.steady = true;
        self.complete(service);
        let event = self.ids.uuid();
        service.happens(event, now, "has reached a steady state.");
    }

    /// Notes that the deployment under way came to its end.
    fn complete(&mut self, service: &mut Service) {
        let now = self.now;
        let Some(primary) = service.deployments.first_mut() else { return };
        if primary.rollout != Rollout::InProgress {
            return;
        }
        primary.rollout = Rollout::Completed;
        primary.rollout_reason = format!("ECS deployment {} completed.", primary.id);
        primary.updated_at = now;
        let (id, is_rollback) = (primary.id.clone(), primary.is_rollback);
        service.completed = Some(primary.service_revision.clone());
        if let Some(deployment) = service.history.last_mut().filter(|one| !one.status.is_final()) {
            let status = if is_rollback {
                ServiceDeploymentStatus::RollbackSuccessful
            } else {
                ServiceDeploymentStatus::Successful
            };
            deployment.finish(status, None, now);
        }
        let event = self.ids.uuid();
        service.happens(event, now, format_args!("(deployment {id}) deployment completed."));
    }

    /// Stops what is left of a service that was deleted.
    fn drain(&mut self, service: &mut Service) {
        let id = service.deployments.first().map(|one| one.id.clone()).unwrap_or_default();
        let reason = format!("Scaling activity initiated by (deployment {id})");
        let all: BTreeSet<TaskNumber> = service.deployments.iter().flat_map(|one| one.tasks.iter().copied()).collect();
        for number in self.wanted(&all) {
            self.stop(number, &reason);
        }
        let is_over = |number: &TaskNumber| self.tasks.all.get(number).is_none_or(|task| task.phase == Phase::Stopped);
        if all.iter().all(is_over) {
            service.status = ServiceStatus::Inactive;
            service.deployments.clear();
        }
    }

    /// When a task that failed may be replaced: at once at first, later and later in a long row of failures.
    fn replacement(&self, row: u32) -> Duration {
        let usual = self.settings.timings.replace.max(Duration::from_secs(1));
        let late = usual * 2_u32.pow(row.saturating_sub(5).min(6));
        self.now + late.min(Duration::from_mins(5).max(usual))
    }
}
