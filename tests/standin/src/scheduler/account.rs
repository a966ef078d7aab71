//! Taking note of tasks that started well and of tasks that failed.

use super::{Phase, Service, StopCode, TaskNumber};
use crate::aws::Aws;
use crate::deployment::Deployment;

/// What a task's end means for its deployment.
enum End {
    /// It failed to start, or its container ended.
    Died,
    /// Its health check was against it.
    Ill,
    /// Somebody stopped it.
    Wanted,
}

impl Aws {
    pub(super) fn account(&mut self, service: &mut Service) {
        for deployment in &mut service.deployments {
            let numbers: Vec<TaskNumber> = deployment.tasks.iter().copied().collect();
            for number in numbers {
                self.account_task(deployment, number);
            }
            // What can no longer be described is over too.
            let is_over =
                |number: &TaskNumber| self.tasks.all.get(number).is_none_or(|task| task.phase == Phase::Stopped);
            deployment.tasks.retain(|number| !is_over(number));
        }
        self.complain(service);
    }

    fn account_task(&mut self, deployment: &mut Deployment, number: TaskNumber) {
        let (now, timings) = (self.now, &self.settings.timings);
        let Some(task) = self.tasks.all.get_mut(&number) else { return };
        if !task.credited && task.succeeded(now, timings) {
            task.credited = true;
            deployment.failed_tasks = 0;
            deployment.strikes = 0;
            deployment.updated_at = now;
        }
        if task.counts(now, timings) {
            deployment.row = 0;
        }
        let Some(stop) = task.stop.as_ref().filter(|_| !task.accounted) else { return };
        let end = match stop.code {
            StopCode::TaskFailedToStart | StopCode::EssentialContainerExited => End::Died,
            StopCode::ServiceSchedulerInitiated if stop.reason.starts_with("Task failed") => End::Ill,
            StopCode::ServiceSchedulerInitiated | StopCode::UserInitiated | StopCode::SpotInterruption => End::Wanted,
        };
        task.accounted = true;
        let lasted = task.ran_for(now).is_some_and(|time| time >= timings.survive);
        match end {
            End::Wanted => return,
            // A task that dies after a while escapes the circuit breaker.
            End::Died => deployment.strikes += u64::from(!lasted),
            End::Ill => deployment.strikes += 1,
        }
        deployment.failed_tasks += 1;
        deployment.row += 1;
        deployment.updated_at = now;
        deployment.not_before = self.replacement(deployment.row);
    }

    /// Says once that tasks keep failing.
    fn complain(&mut self, service: &mut Service) {
        let Some(primary) = service.deployments.first_mut() else { return };
        if primary.row < 3 || primary.has_complained {
            primary.has_complained &= primary.row >= 3;
            return;
        }
        primary.has_complained = true;
        let event = self.ids.uuid();
        service.happens(event, self.now, "is unable to consistently start tasks successfully.");
    }
}
