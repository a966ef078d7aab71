//! The fate of one deployment, told from what ECS says of its service: pure, and bound to our own deployment.
//!
//! That a service is stable says nothing: after a rollback it is stable too, with what ran before.

pub mod hindrance;
mod stopped;

use std::time::Duration;

use super::api::service::{Deployment, DeploymentStatus, RolloutState, Service, ServiceDeployment, ServiceStatus};
use super::api::task::Task;
use super::release::Need;
use stopped::Stopped;

pub use stopped::{Group, Kind, Reason, reason};

/// How long a service or a task that was just made may be unknown.
pub const UNKNOWN: Duration = Duration::from_mins(1);

/// How long a rollback is watched.
const ROLLING_BACK: Duration = Duration::from_mins(5);

/// How long a deployment of which ECS tells no state must be as it should.
const STATELESS: Duration = Duration::from_secs(15);

/// A deployment that is watched.
#[derive(Debug, Clone)]
pub struct Watch {
    /// The full name of the revision that is to run.
    pub wanted: String,
    /// The full name of the revision that ran before.
    pub previous: Option<String>,
    /// The deployment's name.
    pub deployment: String,
    /// When the deployment began, by the server's clock.
    pub since: f64,
    /// What others need of it.
    pub gate: Need,
    /// When it was first seen as it should be, though ECS tells no state.
    settled: Option<Duration>,
    /// When it was first seen to be taken back, and what is known of the reason.
    rolling_back: Option<(Duration, Option<String>)>,
    /// Tasks of it that ended.
    stopped: Stopped,
    /// Whether tasks may have ended before the watch began: those do not count.
    had_begun: bool,
}

/// What is known of a deployment at some moment.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It goes on.
    Pending,
    /// It seems to have been replaced: what ECS says of the service deployment tells by what.
    Replaced,
    /// All is as it should be, if its tasks are healthy.
    Settled,
    /// It failed.
    Failed(Failure),
}

/// Why a deployment failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// ECS took it back, in the words of ECS; and to which revision.
    RolledBack {
        /// In the words of ECS.
        reason: Option<String>,
        /// The revision that runs now.
        to: String,
    },
    /// ECS gave it up, and there is nothing to go back to.
    Stalled {
        /// In the words of ECS.
        reason: Option<String>,
    },
    /// Its tasks end again and again.
    CrashLoop {
        /// How many did.
        tasks: usize,
    },
    /// Its tasks cannot start, and never will.
    CannotStart,
    /// Another deployment replaced it, of this revision.
    Superseded {
        /// The other revision.
        by: String,
    },
    /// Somebody deleted the service.
    Deleted,
    /// It takes longer than anyone wants to wait. It goes on.
    TimedOut,
}

impl Watch {
    /// Watches the deployment that is primary in the answer to our own call.
    #[must_use]
    pub fn new(wanted: String, previous: Option<String>, primary: &Deployment, gate: Need) -> Self {
        Self {
            wanted,
            previous,
            deployment: primary.id.clone(),
            since: primary.created_at,
            gate,
            settled: None,
            rolling_back: None,
            stopped: Stopped::default(),
            had_begun: false,
        }
    }

    /// The same for a deployment that somebody began earlier: what ended before this watch began is forgiven.
    #[must_use]
    pub fn that_had_begun(self) -> Self {
        Self { had_begun: true, ..self }
    }

    /// The same for a deployment that was there before: what was said and what ended until now is of no interest.
    #[must_use]
    pub fn from_now_on(self, service: &Service) -> Self {
        let said = service.events.iter().map(|event| event.created_at).fold(self.since, f64::max);
        Self { since: said.next_up(), had_begun: true, ..self }
    }

    /// The deployment, as a service tells of it.
    #[must_use]
    pub fn own<'s>(&self, service: &'s Service) -> Option<&'s Deployment> {
        service.deployments.iter().find(|deployment| deployment.id == self.deployment)
    }

    /// The tasks of the deployment, among others.
    fn tasks<'t>(&self, tasks: &'t [Task]) -> impl Iterator<Item = &'t Task> + use<'t> {
        let deployment = self.deployment.clone();
        tasks.iter().filter(move |task| task.started_by.as_deref() == Some(&*deployment))
    }

    /// The tasks of it that ended.
    #[must_use]
    pub const fn stopped(&self) -> &Stopped {
        &self.stopped
    }

    /// What the service says of it, `now` after the watch began.
    pub fn observe(&mut self, service: Option<&Service>, now: Duration) -> Verdict {
        let Some(service) = service else {
            return if now <= UNKNOWN { Verdict::Pending } else { Verdict::Failed(Failure::Deleted) };
        };
        match service.status {
            ServiceStatus::Active => {}
            ServiceStatus::Draining | ServiceStatus::Inactive => return Verdict::Failed(Failure::Deleted),
        }
        let own = self.own(service);
        if own.is_some_and(|own| {
            own.status != DeploymentStatus::Primary && own.rollout_state == Some(RolloutState::Failed)
        }) {
            return self.roll_back(service, now, own.and_then(|own| own.rollout_state_reason.clone()));
        }
        if let Some((_, reason)) = self.rolling_back.clone() {
            return self.roll_back(service, now, reason);
        }
        match own.filter(|own| own.status == DeploymentStatus::Primary) {
            Some(own) => self.observe_primary(own, service, now),
            None => Verdict::Replaced,
        }
    }

    /// What our deployment says of itself, as long as it is the one that is to stay.
    fn observe_primary(&mut self, own: &Deployment, service: &Service, now: Duration) -> Verdict {
        let runs = own.running_count == own.desired_count && own.pending_count == 0;
        let alone =
            service.deployments.iter().all(|other| other.id == own.id || other.status == DeploymentStatus::Inactive);
        match own.rollout_state {
            Some(RolloutState::Failed) => {
                Verdict::Failed(Failure::Stalled { reason: own.rollout_state_reason.clone() })
            }
            Some(RolloutState::Completed) if runs && alone => Verdict::Settled,
            None if runs && alone => {
                let since = *self.settled.get_or_insert(now);
                if now.saturating_sub(since) >= STATELESS { Verdict::Settled } else { Verdict::Pending }
            }
            Some(RolloutState::InProgress | RolloutState::Completed) | None => {
                self.settled = None;
                Verdict::Pending
            }
        }
    }

    /// What became of a deployment that is no longer the one to stay; `told` is what ECS says of it.
    pub fn replaced(&mut self, service: &Service, told: Option<&ServiceDeployment>, now: Duration) -> Verdict {
        let primary = service.primary();
        let current = primary.map(|primary| primary.task_definition.clone()).unwrap_or_default();
        let status = told.map(|told| &*told.status).unwrap_or_default();
        let taken_back = status.starts_with("ROLLBACK") || status.starts_with("STOP");
        if taken_back || (Some(&current) == self.previous.as_ref() && current != self.wanted) {
            return self.roll_back(service, now, told.and_then(|told| told.status_reason.clone()));
        }
        match primary {
            // Somebody deployed the same once more: that deployment is as good as ours.
            Some(primary) if current == self.wanted => {
                self.deployment.clone_from(&primary.id);
                Verdict::Pending
            }
            _ => Verdict::Failed(Failure::Superseded { by: current }),
        }
    }

    /// A deployment that is being taken back has failed once what ran before is back, or when that takes too long.
    fn roll_back(&mut self, service: &Service, now: Duration, reason: Option<String>) -> Verdict {
        let (since, _) = self.rolling_back.get_or_insert((now, reason.clone()));
        let late = now.saturating_sub(*since) >= ROLLING_BACK;
        let primary = service.primary();
        let back = primary.is_some_and(|primary| {
            primary.id != self.deployment
                && primary.rollout_state != Some(RolloutState::InProgress)
                && primary.running_count >= primary.desired_count
        });
        if back || late {
            let to = primary.map(|primary| primary.task_definition.clone()).unwrap_or_default();
            return Verdict::Failed(Failure::RolledBack { reason, to });
        }
        Verdict::Pending
    }

    /// Takes note that we had the deployment taken back: no word of ECS says why.
    pub fn taken_back(&mut self, now: Duration) {
        self.rolling_back.get_or_insert((now, None));
    }

    /// Takes note of tasks that ended. A verdict comes of it when they end again and again, or cannot start at all.
    pub fn observe_stopped(&mut self, tasks: &[Task], desired: u32) -> Option<Failure> {
        let own = self.tasks(tasks);
        if std::mem::take(&mut self.had_begun) {
            self.stopped.forgive(own);
            return None;
        }
        self.stopped.extend(own);
        if self.stopped.hopeless() >= 2 {
            return Some(Failure::CannotStart);
        }
        let crashes = self.stopped.crashes();
        let most = usize::try_from(desired).unwrap_or(usize::MAX).saturating_add(1).max(3);
        (crashes >= most).then_some(Failure::CrashLoop { tasks: crashes })
    }

    /// Whether every task of the deployment is as healthy as others need it to be.
    #[must_use]
    pub fn is_healthy(&self, tasks: &[Task]) -> bool {
        match self.gate {
            Need::Started | Need::Succeeded => true,
            Need::Healthy => self.tasks(tasks).all(|task| task.health_status.as_deref() == Some("HEALTHY")),
        }
    }
}
