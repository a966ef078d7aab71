//! How a task lives: what it does when its time has come, and when that is.

use std::time::Duration;

use super::container::HealthStatus;
use super::{Container, ContainerState, Phase, StopCode, Task};
use crate::definition::{Condition, Dependency};
use crate::settings::Timings;

/// What the dependencies of a container say.
enum Verdict {
    Start,
    Wait,
    /// It can never start, for this reason.
    Never(String),
}

impl Task {
    /// Does all that is due.
    pub(crate) fn settle(&mut self, now: Duration, timings: &Timings) {
        while self.step(now, timings) {}
    }

    /// Does one thing that is due, if there is one.
    fn step(&mut self, now: Duration, timings: &Timings) -> bool {
        let stops = self.stop.is_some();
        let passed = |since: Duration, time: Duration| now >= since + time;
        match self.phase {
            Phase::Provisioning if stops => self.enter(Phase::Deprovisioning, now),
            Phase::Provisioning if passed(self.since, self.provision(timings)) => self.leave_provisioning(now),
            Phase::Provisioning | Phase::Stopped => false,
            Phase::Pending => {
                self.containers_step(now, timings)
                    || (stops && self.enter(Phase::Stopping, now))
                    || (passed(self.since, timings.give_up) && self.fail(now, "Task failed to start"))
                    || (self.containers.iter().all(|one| one.started().is_some()) && self.enter(Phase::Activating, now))
            }
            Phase::Activating => {
                self.containers_step(now, timings)
                    || (stops && self.enter(Phase::Stopping, now))
                    || (passed(self.since, timings.activate) && self.enter(Phase::Running, now))
            }
            Phase::Running => {
                let next = if self.ended_by_itself() { Phase::Stopping } else { Phase::Deactivating };
                self.containers_step(now, timings) || (stops && self.enter(next, now))
            }
            Phase::Deactivating => {
                self.containers_step(now, timings)
                    || (passed(self.since, timings.deactivate) && self.enter(Phase::Stopping, now))
            }
            Phase::Stopping => self.stop_containers(now, timings) && self.enter(Phase::Deprovisioning, now),
            Phase::Deprovisioning => passed(self.since, self.deprovision(timings)) && self.enter(Phase::Stopped, now),
        }
    }

    fn provision(&self, timings: &Timings) -> Duration {
        if self.attached { timings.provision } else { Duration::ZERO }
    }

    fn deprovision(&self, timings: &Timings) -> Duration {
        if self.attached { timings.deprovision } else { Duration::ZERO }
    }

    fn ended_by_itself(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.code == StopCode::EssentialContainerExited)
    }

    fn enter(&mut self, phase: Phase, now: Duration) -> bool {
        match phase {
            Phase::Pending => self.pull_started = Some(now),
            Phase::Running => self.started_at = Some(now),
            Phase::Deprovisioning => self.execution_stopped_at = self.pull_started.map(|_| now),
            Phase::Stopped => {
                self.stopped_at = Some(now);
                self.abandon_containers(now);
            }
            Phase::Provisioning | Phase::Activating | Phase::Deactivating | Phase::Stopping => {}
        }
        self.phase = phase;
        self.since = now;
        true
    }

    fn leave_provisioning(&mut self, now: Duration) -> bool {
        match self.initialization.clone() {
            Some(reason) => self.fail(now, format!("ResourceInitializationError: {reason}")),
            None => self.enter(Phase::Pending, now),
        }
    }

    /// It never gets to run.
    fn fail(&mut self, now: Duration, reason: impl Into<String>) -> bool {
        self.tell_to_stop(now, StopCode::TaskFailedToStart, reason);
        true
    }

    /// Does one thing that is due among the containers of a task that is not stopping.
    fn containers_step(&mut self, now: Duration, timings: &Timings) -> bool {
        (0..self.containers.len()).any(|place| self.container_step(place, now, timings))
    }

    fn container_step(&mut self, place: usize, now: Duration, timings: &Timings) -> bool {
        let Some(container) = self.containers.get(place) else { return false };
        match container.state {
            ContainerState::Waiting if self.stop.is_none() => self.start_step(place, now, timings),
            ContainerState::Starting(at) if at <= now => match container.behaviour.start.clone() {
                Some(reason) => {
                    let essential = container.spec.essential;
                    self.end(place, now, (None, Some(reason.clone())));
                    !essential || self.fail(now, reason)
                }
                None => self.run(place, now),
            },
            ContainerState::Waiting | ContainerState::Starting(_) | ContainerState::Stopped { .. } => false,
            ContainerState::Running(_) => match (container.ends_at(), container.lasts.clone()) {
                (Some(at), Some(ending)) if at <= now => {
                    let essential = container.spec.essential;
                    self.end(place, now, (ending.code, ending.reason));
                    if essential {
                        let reason = "Essential container in task exited";
                        self.tell_to_stop(now, StopCode::EssentialContainerExited, reason);
                    }
                    true
                }
                _ => false,
            },
        }
    }

    /// Starts a container whose image is there and for which nothing else is missing.
    fn start_step(&mut self, place: usize, now: Duration, timings: &Timings) -> bool {
        let (Some(container), Some(pulled)) = (self.containers.get(place), self.pull_started) else { return false };
        if now < pulled + container.pull_time(timings) {
            return false;
        }
        if let Some(reason) = container.behaviour.pull.failure(&container.spec.image) {
            self.end(place, now, (None, Some(reason.clone())));
            return self.fail(now, reason);
        }
        match self.verdict(place, now) {
            Verdict::Start => {
                self.set(place, ContainerState::Starting(now + timings.start));
                true
            }
            Verdict::Wait => false,
            Verdict::Never(reason) => {
                self.end(place, now, (None, Some(reason)));
                self.fail(now, "Task failed to start")
            }
        }
    }

    fn verdict(&self, place: usize, now: Duration) -> Verdict {
        let Some(container) = self.containers.get(place) else { return Verdict::Wait };
        let mut verdict = Verdict::Start;
        for dependency in &container.spec.depends_on {
            match self.dependency(dependency, now) {
                Verdict::Start => {}
                Verdict::Wait => verdict = Verdict::Wait,
                Verdict::Never(reason) => return Verdict::Never(reason),
            }
        }
        verdict
    }

    fn dependency(&self, dependency: &Dependency, now: Duration) -> Verdict {
        let name = &dependency.container;
        let Some(target) = self.containers.iter().find(|other| &other.spec.name == name) else {
            return Verdict::Start;
        };
        let code = match &target.state {
            ContainerState::Stopped { code, .. } => Some(*code),
            ContainerState::Waiting | ContainerState::Starting(_) | ContainerState::Running(_) => None,
        };
        let met = match dependency.condition {
            Condition::Start => target.started().is_some(),
            Condition::Complete => code.is_some(),
            Condition::Success => code == Some(Some(0)),
            Condition::Healthy => target.health(now) == Some(HealthStatus::Healthy) && !target.is_stopped(),
        };
        if met {
            return Verdict::Start;
        }
        let condition = dependency.condition.as_str();
        if code.is_some() && dependency.condition != Condition::Complete {
            return Verdict::Never(format!("dependency on container '{name}' ({condition}) cannot be resolved"));
        }
        let times_out = dependency.condition != Condition::Start;
        match (target.started(), target.spec.start_timeout) {
            (Some(start), Some(timeout)) if times_out && now >= start + timeout => {
                Verdict::Never(format!("dependency on container '{name}' ({condition}) timed out"))
            }
            _ => Verdict::Wait,
        }
    }

    fn set(&mut self, place: usize, state: ContainerState) {
        if let Some(container) = self.containers.get_mut(place) {
            container.state = state;
        }
    }

    fn run(&mut self, place: usize, now: Duration) -> bool {
        self.set(place, ContainerState::Running(now));
        self.news.push(place);
        true
    }

    fn end(&mut self, place: usize, now: Duration, (code, reason): (Option<i64>, Option<String>)) {
        let started = self.containers.get(place).and_then(Container::started);
        self.set(place, ContainerState::Stopped { started, at: now, code, reason });
        self.news.push(place);
    }

    /// Ends the containers of a task that is stopping whose time has come; whether none runs any more.
    fn stop_containers(&mut self, now: Duration, timings: &Timings) -> bool {
        for place in 0..self.containers.len() {
            let Some(container) = self.containers.get(place) else { continue };
            match container.state {
                ContainerState::Stopped { .. } => {}
                ContainerState::Waiting | ContainerState::Starting(_) => self.end(place, now, (None, None)),
                ContainerState::Running(_) => {
                    let (obeys, code) = container.obeys_at(self.since, timings);
                    match (container.ends_at(), container.lasts.clone()) {
                        (Some(at), Some(ending)) if at <= now && at <= obeys => {
                            self.end(place, now, (ending.code, ending.reason));
                        }
                        _ if obeys <= now => self.end(place, now, (Some(code), None)),
                        _ => {}
                    }
                }
            }
        }
        self.containers.iter().all(Container::is_stopped)
    }

    /// Containers that never came to be told to stop are over too.
    fn abandon_containers(&mut self, now: Duration) {
        for place in 0..self.containers.len() {
            if self.containers.get(place).is_some_and(|container| !container.is_stopped()) {
                self.end(place, now, (None, None));
            }
        }
    }

    /// The next time after this at which something is due, or at which a service has to look at it.
    pub(crate) fn due(&self, now: Duration, timings: &Timings) -> Option<Duration> {
        let mut times = Vec::new();
        match self.phase {
            Phase::Provisioning => times.push(self.since + self.provision(timings)),
            Phase::Pending => times.push(self.since + timings.give_up),
            Phase::Activating => times.push(self.since + timings.activate),
            Phase::Running => times.extend(self.looks(timings)),
            Phase::Deactivating => times.push(self.since + timings.deactivate),
            Phase::Stopping => {
                let obeys = |container: &Container| container.obeys_at(self.since, timings).0;
                times.extend(self.containers.iter().filter(|one| !one.is_stopped()).map(obeys));
            }
            Phase::Deprovisioning => times.push(self.since + self.deprovision(timings)),
            Phase::Stopped => return None,
        }
        for container in &self.containers {
            match container.state {
                ContainerState::Waiting => {
                    times.extend(self.pull_started.map(|start| start + container.pull_time(timings)));
                }
                ContainerState::Starting(at) => times.push(at),
                ContainerState::Running(since) => {
                    times.extend(container.ends_at());
                    times.extend(container.health_changes().into_iter().map(|(at, _)| at));
                    times.extend(container.spec.start_timeout.map(|timeout| since + timeout));
                }
                ContainerState::Stopped { started, .. } => {
                    let timeout = started.zip(container.spec.start_timeout);
                    times.extend(timeout.map(|(start, timeout)| start + timeout));
                }
            }
        }
        times.into_iter().filter(|at| *at > now).min()
    }

    /// The times at which a service has to look at a task that runs.
    fn looks(&self, timings: &Timings) -> Vec<Duration> {
        let Some(start) = self.started_at else { return Vec::new() };
        let times = [timings.survive, timings.count, timings.target_healthy, self.grace];
        times.iter().map(|time| start + *time).collect()
    }
}
