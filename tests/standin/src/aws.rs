//! The account: its state, and how time passes in it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::behaviour::{Behaviour, Behaviours, Of};
use crate::call_log::{Call, Caller, Effect};
use crate::cluster::Cluster;
use crate::deed::Deed;
use crate::definition::{Definition, Definitions, Revision};
use crate::ecr::Registry;
use crate::faults::Faults;
use crate::ids::Ids;
use crate::logs::Logs;
use crate::service::{Service, ServiceKey, ServiceStatus};
use crate::settings::Settings;
use crate::task::{StopCode, Task, TaskNumber, Tasks};
use crate::timers::{Event, Timers};

/// How many events may be due at one time before that is taken for an endless loop.
const AT_ONCE: u32 = 1_000_000;

/// A fake account of AWS.
#[derive(Debug)]
pub struct Aws {
    pub(crate) settings: Settings,
    pub(crate) now: Duration,
    pub(crate) ids: Ids,
    pub(crate) timers: Timers,
    pub(crate) behaviours: Behaviours,
    pub(crate) faults: Faults,
    pub(crate) calls: Vec<Call>,
    pub(crate) clusters: BTreeMap<String, Cluster>,
    pub(crate) definitions: Definitions,
    pub(crate) services: BTreeMap<ServiceKey, Service>,
    pub(crate) tasks: Tasks,
    pub(crate) registry: Registry,
    pub(crate) logs: Logs,
    /// What was made with a client token: the input, and the ARNs.
    pub(crate) tokens: BTreeMap<(&'static str, String), Made>,
}

/// What a call with a client token made.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) input: Value,
    pub(crate) arns: Vec<String>,
}

impl Aws {
    /// An account with nothing in it, at the time zero.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            ids: Ids::new(settings.seed),
            settings,
            now: Duration::ZERO,
            timers: Timers::default(),
            behaviours: Behaviours::default(),
            faults: Faults::default(),
            calls: Vec::new(),
            clusters: BTreeMap::new(),
            definitions: Definitions::default(),
            services: BTreeMap::new(),
            tasks: Tasks::default(),
            registry: Registry::default(),
            logs: Logs::default(),
            tokens: BTreeMap::new(),
        }
    }

    /// What was chosen about the account. Changes hold from now on.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// What was chosen about the account.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How much time has passed.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.now
    }

    /// Lets time pass.
    pub fn advance(&mut self, time: Duration) {
        self.set_time(self.now + time);
    }

    /// Lets time pass until then; a time that is over changes nothing.
    pub fn set_time(&mut self, until: Duration) {
        let mut at_once = 0;
        while let Some((at, event)) = self.timers.take(until) {
            at_once = if at > self.now { 0 } else { at_once + 1 };
            assert!(at_once < AT_ONCE, "the stand-in does not come to rest at {:?}", self.now);
            self.now = self.now.max(at);
            self.fire(event);
        }
        self.now = self.now.max(until);
    }

    /// When the next thing happens by itself, for a clock that need not tick in between.
    #[must_use]
    pub fn next_event(&self) -> Option<Duration> {
        self.timers.next()
    }

    fn fire(&mut self, event: Event) {
        match event {
            Event::Task(number) => self.settle_task(number),
            Event::Service(key) => self.schedule(&key),
            Event::Forget(number) => self.tasks.forget(number),
            Event::Deed(deed) => self.befall(&deed),
        }
    }

    /// Scripts containers: the first start takes the first behaviour, and so on; the last holds for all that follow.
    pub fn behave(&mut self, of: Of, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.behaviours.set(of, behaviours);
    }

    /// The script of what goes wrong with calls.
    pub fn faults(&mut self) -> &mut Faults {
        &mut self.faults
    }

    /// Has something befall the account at this time, such as another caller's call.
    pub fn at(&mut self, time: Duration, deed: impl Into<Deed>) {
        self.timers.set(time, Event::Deed(deed.into()));
    }

    pub(crate) fn befall(&mut self, deed: &Deed) {
        match deed {
            Deed::Call(request) => {
                // What somebody else is refused shows in the log of calls.
                let _ = self.somebody(request);
            }
            Deed::Do(deed) => deed(self),
        }
    }

    /// Stops a task as only AWS can, such as for the end of its spot capacity.
    pub fn end_task(&mut self, id: &str, code: StopCode, reason: &str) {
        let Some(number) = self.tasks.number(id) else { return };
        if let Some(task) = self.tasks.all.get_mut(&number) {
            task.tell_to_stop(self.now, code, reason);
        }
        self.settle_task(number);
    }

    /// Forgets all tasks that are over, as ECS does after an hour.
    pub fn forget_stopped_tasks(&mut self) {
        let is_over = |(number, task): (&TaskNumber, &Task)| task.stopped_at.map(|_| *number);
        let numbers: Vec<TaskNumber> = self.tasks.all.iter().filter_map(is_over).collect();
        for number in numbers {
            self.tasks.forget(number);
        }
    }

    /// Forgets services that are INACTIVE, as ECS does after a while.
    pub fn forget_inactive_services(&mut self) {
        self.services.retain(|_, service| service.status != ServiceStatus::Inactive);
    }

    /// All calls so far.
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// The calls of whoever is tested that changed something.
    pub fn mutations(&self) -> impl Iterator<Item = &Call> {
        let is_own = |call: &&Call| matches!(call.caller, Caller::Tested(_));
        self.calls.iter().filter(is_own).filter(|call| call.effect == Effect::Mutates && call.applied)
    }

    /// Forgets the calls so far.
    pub fn forget_calls(&mut self) {
        self.calls.clear();
    }

    /// A cluster, deleted or not.
    #[must_use]
    pub fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.get(name)
    }

    /// All clusters.
    pub fn clusters(&self) -> impl Iterator<Item = &Cluster> {
        self.clusters.values()
    }

    /// A service, deleted or not.
    #[must_use]
    pub fn service(&self, cluster: &str, name: &str) -> Option<&Service> {
        self.services.get(&ServiceKey { cluster: cluster.to_owned(), name: name.to_owned() })
    }

    /// All services, deleted or not.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.services.values()
    }

    /// A revision of a task definition, in whatever state.
    #[must_use]
    pub fn definition(&self, family: &str, number: u64) -> Option<&Definition> {
        self.definitions.revisions.get(&Revision { family: family.to_owned(), number })
    }

    /// All revisions of all task definitions.
    pub fn definitions(&self) -> impl Iterator<Item = &Definition> {
        self.definitions.revisions.values()
    }

    /// All tasks that can still be described, in the order they were started.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.all.values()
    }

    /// Has a task do what is due, and sees to it that it is woken again.
    pub(crate) fn settle_task(&mut self, number: TaskNumber) {
        let Some(task) = self.tasks.all.get_mut(&number) else { return };
        let was_over = task.stopped_at.is_some();
        task.settle(self.now, &self.settings.timings);
        self.logs.hear(task, self.now);
        if task.stopped_at.is_some() && !was_over {
            self.timers.set(self.now + self.settings.timings.remember, Event::Forget(number));
        }
        let due = task.due(self.now, &self.settings.timings);
        if let Some(at) = due.filter(|at| task.wakes_at.is_none_or(|set| set <= self.now || *at < set)) {
            task.wakes_at = Some(at);
            self.timers.set(at, Event::Task(number));
        }
        let owner = task.owner.as_ref().map(|owner| owner.service.clone());
        if !was_over && task.stopped_at.is_some() {
            self.release(number);
        }
        if let Some(service) = owner {
            self.wake_service(&service, self.settings.timings.schedule);
        }
    }

    /// Sees to it that the scheduler looks at a service in a while, at the latest.
    pub(crate) fn wake_service(&mut self, key: &ServiceKey, after: Duration) {
        let Some(service) = self.services.get_mut(key) else { return };
        let at = self.now + after;
        if service.wakes_at.is_none_or(|set| set < self.now || at < set) {
            service.wakes_at = Some(at);
            self.timers.set(at, Event::Service(key.clone()));
        }
    }
}
