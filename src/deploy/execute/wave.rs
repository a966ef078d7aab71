//! A wave: its units are started together, and watched until each has ended.

mod report;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::Instant;

use crate::deploy::api::service::{DescribeServiceDeployments, Service, StopServiceDeployment};
use crate::deploy::api::task::Task;
use crate::deploy::error::{CallError, Trouble};
use crate::deploy::observe::{AT_ONCE, described, services, tasks};
use crate::deploy::options::{Rollback, Waiting};
use crate::deploy::outcome::UnitOutcome;
use crate::deploy::release::{Need, Unit};
use crate::deploy::watch::hindrance::Hindrance;
use crate::deploy::watch::{Failure, UNKNOWN, Verdict, Watch};

use super::{Execution, Item};

/// How long looks are close together at first.
const CLOSE: Duration = Duration::from_secs(30);

/// How long between looks at tasks that ended, when nothing else asks for one.
const STOPPED: Duration = Duration::from_secs(15);

/// How long without an answer is too long, if the reason is that we are not allowed to ask.
const BLIND: Duration = Duration::from_mins(2);

/// A unit that was started.
pub(super) struct Running<'i> {
    item: Item<'i>,
    started: Instant,
    kind: Kind,
    /// What was told last and when, so that nothing is told twice.
    told: Option<((u32, u32, u32, u32), Instant)>,
    /// The events and the tasks that were told of.
    events: BTreeSet<String>,
    /// What keeps its tasks from starting, and the sentence of ECS that says so.
    hindrance: Option<(Hindrance, String)>,
    /// What ECS says of its end.
    said: Option<String>,
    /// Since when it is as it should be.
    steady: Option<Instant>,
    /// When tasks that ended were last looked at, and how many had failed then.
    looked: Option<(Instant, u32, u32)>,
}

enum Kind {
    Service(Box<Watch>),
    Job(Vec<String>),
}

/// What there is of what was started: one look at all of it.
struct Seen {
    services: BTreeMap<String, Service>,
    tasks: BTreeMap<String, Task>,
}

impl<'i> Running<'i> {
    pub(super) fn service(item: Item<'i>, watch: Watch, started: Instant) -> Self {
        Self::new(item, Kind::Service(Box::new(watch)), started)
    }

    pub(super) const fn job(item: Item<'i>, tasks: Vec<String>, started: Instant) -> Self {
        Self::new(item, Kind::Job(tasks), started)
    }

    const fn new(item: Item<'i>, kind: Kind, started: Instant) -> Self {
        Self {
            item,
            started,
            kind,
            told: None,
            events: BTreeSet::new(),
            hindrance: None,
            said: None,
            steady: None,
            looked: None,
        }
    }
}

impl Execution<'_> {
    /// What is waited for before later waves start.
    pub(super) fn gate(&self, unit: &Unit) -> Need {
        let strongest = self.needed.get(&*unit.name).copied().unwrap_or(Need::Healthy);
        if unit.has_health() { strongest } else { Need::Started }
    }

    /// Starts the units of a wave, and watches them to their ends.
    pub(super) async fn wave(&self, items: &[Item<'_>], is_last: bool) -> Vec<(String, UnitOutcome)> {
        let mut ended: Vec<(String, UnitOutcome)> = Vec::new();
        let submitted = items.iter().map(|item| async move {
            // Nothing new is begun once somebody asks to stop.
            if self.stop.is_raised() {
                return None;
            }
            self.remember(&item.unit.name, &UnitOutcome::Interrupted);
            Some((*item, self.submit(*item).await))
        });
        let submitted: Vec<_> = stream::iter(submitted).buffer_unordered(self.options.parallel.max(1)).collect().await;
        let mut running = Vec::new();
        for (item, result) in submitted.into_iter().flatten() {
            match result {
                Ok(unit) => running.push(unit),
                Err(outcome) => self.end(&mut ended, (item, Duration::ZERO), outcome),
            }
        }
        if is_last && self.options.waiting == Waiting::Disabled {
            for unit in running {
                self.end(&mut ended, (unit.item, unit.started.elapsed()), UnitOutcome::Ongoing);
            }
        } else {
            self.watch_all(running, &mut ended).await;
        }
        // In the order of the file, whatever ended first.
        let places: BTreeMap<&str, usize> = items.iter().map(|item| &*item.unit.name).zip(0..).collect();
        ended.sort_by_key(|(name, _)| places.get(&**name).copied());
        ended
    }

    /// Looks at units again and again, until each has ended.
    async fn watch_all(&self, mut running: Vec<Running<'_>>, ended: &mut Vec<(String, UnitOutcome)>) {
        let began = Instant::now();
        let mut lost: Option<Instant> = None;
        let mut was_said = false;
        let mut failures = 0_u32;
        while !running.is_empty() {
            let wait = self.interval(began.elapsed(), failures);
            if self.pause(wait).await.is_err() {
                for unit in running {
                    self.end(ended, (unit.item, unit.started.elapsed()), UnitOutcome::Interrupted);
                }
                return;
            }
            let seen = match self.look_around(&running).await {
                Ok(seen) => {
                    if std::mem::take(&mut was_said) {
                        self.warn(None, "back in contact with AWS");
                    }
                    (lost, failures) = (None, 0);
                    seen
                }
                Err(err) => {
                    failures += 1;
                    let since = *lost.get_or_insert_with(Instant::now);
                    // Who is told to call less often is in contact.
                    if failures == 3 && err.trouble != Trouble::Throttled {
                        self.warn(None, &format!("lost contact with AWS, trying again: {err}"));
                        was_said = true;
                    }
                    if is_blind(&err, since.elapsed()) {
                        let outcome = self.unseen(err);
                        for unit in running {
                            self.end(ended, (unit.item, unit.started.elapsed()), outcome.clone());
                        }
                        return;
                    }
                    running = self.without_late(running, ended).await;
                    continue;
                }
            };
            let seen = &seen;
            let looked = running.into_iter().map(|mut unit| async move {
                let outcome = self.look_at(&mut unit, seen).await;
                (unit, outcome)
            });
            let looked: Vec<_> = stream::iter(looked).buffered(AT_ONCE).collect().await;
            let mut still = Vec::with_capacity(looked.len());
            for (unit, outcome) in looked {
                match outcome {
                    Some(outcome) => self.end(ended, (unit.item, unit.started.elapsed()), outcome),
                    None => still.push(unit),
                }
            }
            running = self.without_late(still, ended).await;
        }
    }

    /// Looks at what was started: some calls for all of it.
    async fn look_around(&self, running: &[Running<'_>]) -> Result<Seen, CallError> {
        let mut names: Vec<&str> = Vec::new();
        let mut arns: Vec<String> = Vec::new();
        for unit in running {
            match &unit.kind {
                Kind::Service(_) => names.extend(unit.item.unit.service()),
                Kind::Job(tasks) => arns.extend(tasks.iter().cloned()),
            }
        }
        let (reader, cluster) = (self.writer.reader(), &*self.release.cluster);
        let (services, tasks) = tokio::try_join!(services(reader, cluster, &names), described(reader, cluster, &arns))?;
        Ok(Seen {
            services: services.into_iter().map(|service| (service.service_name.clone(), service)).collect(),
            tasks: tasks.into_iter().map(|task| (task.task_arn.clone(), task)).collect(),
        })
    }

    /// How long to wait before the next look.
    fn interval(&self, elapsed: Duration, failures: u32) -> Duration {
        let usual = if elapsed < CLOSE { self.options.poll } else { self.options.poll * 5 / 2 };
        (usual * 2_u32.saturating_pow(failures.min(4))).min(Duration::from_secs(30)).max(usual)
    }

    /// What becomes of units whose end cannot be seen.
    fn unseen(&self, err: CallError) -> UnitOutcome {
        if err.is("ClusterNotFoundException") {
            return UnitOutcome::Refused(format!("cluster `{}` was deleted", self.release.cluster));
        }
        if matches!(err.trouble, Trouble::Expired | Trouble::NoCredentials | Trouble::Denied) {
            self.warn(None, "how it ends cannot be seen; ECS goes on with it");
        }
        UnitOutcome::Error(err)
    }

    /// Ends the units that take too long. What is steady is given the time that it has to stay so.
    async fn without_late<'i>(
        &self,
        running: Vec<Running<'i>>,
        ended: &mut Vec<(String, UnitOutcome)>,
    ) -> Vec<Running<'i>> {
        let Some(timeout) = self.options.timeout else { return running };
        let limit = |unit: &Running<'_>| unit.steady.map_or(timeout, |_| timeout + self.options.stable_for);
        let (late, rest): (Vec<_>, Vec<_>) =
            running.into_iter().partition(|unit| unit.started.elapsed() >= limit(unit));
        for mut unit in late {
            let failure = self.failure(&mut unit, Some(Failure::TimedOut)).await;
            self.end(ended, (unit.item, unit.started.elapsed()), UnitOutcome::TimedOut(Box::new(failure)));
        }
        rest
    }

    /// How a unit ended, if it has.
    async fn look_at(&self, unit: &mut Running<'_>, seen: &Seen) -> Option<UnitOutcome> {
        match &unit.kind {
            Kind::Job(arns) => {
                let tasks: Option<Vec<&Task>> = arns.iter().map(|arn| seen.tasks.get(arn)).collect();
                match tasks {
                    Some(tasks) => self.job_ended(unit.item, &tasks).await,
                    // What was started just now may not be known everywhere yet.
                    None if unit.started.elapsed() <= UNKNOWN => None,
                    None => {
                        let message = "ECS no longer knows the task: how it ended cannot be told".to_owned();
                        Some(UnitOutcome::Refused(message))
                    }
                }
            }
            Kind::Service(_) => {
                let service = seen.services.get(unit.item.unit.service()?);
                self.look_at_service(unit, service).await
            }
        }
    }

    /// How a service ended, if it has.
    async fn look_at_service(&self, unit: &mut Running<'_>, service: Option<&Service>) -> Option<UnitOutcome> {
        if let Some(service) = service {
            self.tell(unit, service);
        }
        let elapsed = unit.started.elapsed();
        let Kind::Service(watch) = &mut unit.kind else { return None };
        let mut verdict = watch.observe(service, elapsed);
        if verdict == Verdict::Replaced
            && let Some(service) = service
        {
            let told = self.service_deployment(service).await;
            verdict = watch.replaced(service, told.as_ref(), elapsed);
        }
        match verdict {
            Verdict::Failed(failure) => {
                let mut failure = self.failure(unit, Some(failure)).await;
                failure.now = service.and_then(Service::primary).map(|now| (now.running_count, now.desired_count));
                Some(UnitOutcome::Failed(Box::new(failure)))
            }
            Verdict::Settled if self.settled(unit).await && self.is_steady(unit) => Some(UnitOutcome::Deployed),
            Verdict::Settled | Verdict::Pending | Verdict::Replaced => {
                if verdict != Verdict::Settled {
                    unit.steady = None;
                }
                let failure = self.look_at_stopped(unit, service?).await?;
                if self.roll_back(unit, service?).await {
                    return None;
                }
                Some(UnitOutcome::Failed(Box::new(self.failure(unit, Some(failure)).await)))
            }
        }
    }

    /// Whether the tasks of a deployment are as healthy as others need them to be.
    async fn settled(&self, unit: &Running<'_>) -> bool {
        let Kind::Service(watch) = &unit.kind else { return true };
        if watch.gate != Need::Healthy {
            return true;
        }
        let name = unit.item.unit.service();
        match tasks(self.writer.reader(), &self.release.cluster, (name, None), "RUNNING").await {
            Ok(tasks) => watch.is_healthy(&tasks),
            Err(err) if err.trouble == Trouble::Denied => {
                self.warn_once("health", &format!("whether tasks are healthy cannot be seen: {err}"));
                true
            }
            Err(_) => false,
        }
    }

    /// Whether a unit that is as it should be has been so for as long as was asked for.
    fn is_steady(&self, unit: &mut Running<'_>) -> bool {
        unit.steady.get_or_insert_with(Instant::now).elapsed() >= self.options.stable_for
    }

    /// Looks at tasks that ended, when there is reason to, or it is long ago.
    async fn look_at_stopped(&self, unit: &mut Running<'_>, service: &Service) -> Option<Failure> {
        let Kind::Service(watch) = &unit.kind else { return None };
        let own = watch.own(service)?;
        let (failed, running) = (own.failed_tasks, own.running_count);
        let due = unit.looked.is_none_or(|(when, failed_then, running_then)| {
            failed > failed_then || running < running_then || when.elapsed() >= STOPPED
        });
        if !due {
            return None;
        }
        unit.looked = Some((Instant::now(), failed, running));
        let desired = own.desired_count;
        let stopped = self.stopped(unit).await?;
        let Kind::Service(watch) = &mut unit.kind else { return None };
        let failure = watch.observe_stopped(&stopped, desired);
        self.tell_stopped(unit);
        failure
    }

    /// Looks at tasks that ended for the last time: of those that ended since the time before, nobody knows yet.
    async fn see_stopped(&self, unit: &mut Running<'_>) {
        let Some(stopped) = self.stopped(unit).await else { return };
        if let Kind::Service(watch) = &mut unit.kind {
            watch.observe_stopped(&stopped, u32::MAX);
            self.tell_stopped(unit);
        }
    }

    /// The tasks of a unit's service that ended, if they can be seen.
    async fn stopped(&self, unit: &Running<'_>) -> Option<Vec<Task>> {
        let name = Some(unit.item.unit.service()?);
        match tasks(self.writer.reader(), &self.release.cluster, (name, None), "STOPPED").await {
            Ok(tasks) => Some(tasks),
            Err(err) => {
                if err.trouble == Trouble::Denied {
                    self.warn_once("stopped tasks", &format!("why tasks end cannot be seen: {err}"));
                }
                None
            }
        }
    }

    /// Has ECS take back a deployment that has no hope, if there is something to go back to: then it is watched until
    /// what ran before is back.
    async fn roll_back(&self, unit: &mut Running<'_>, service: &Service) -> bool {
        let Some(deployment) = service.current_service_deployment.as_deref() else { return false };
        let before = unit.item.plan.previous.as_deref().is_some_and(|previous| previous != unit.item.revision);
        if self.options.rollback == Rollback::Disabled || !before {
            return false;
        }
        let call = StopServiceDeployment { service_deployment_arn: deployment, stop_type: "ROLLBACK" };
        match self.insist(&call).await {
            Ok(_) => self.has_changed(),
            // The circuit breaker was quicker.
            Err(err) if err.is("ConflictException") => {}
            Err(err) => {
                self.warn(Some(&unit.item.unit.name), &format!("it could not be taken back: {err}"));
                return false;
            }
        }
        if let Kind::Service(watch) = &mut unit.kind {
            watch.taken_back(unit.started.elapsed());
        }
        true
    }

    /// What ECS says of the service deployment that is going on.
    async fn service_deployment(&self, service: &Service) -> Option<crate::deploy::api::service::ServiceDeployment> {
        let arn = service.current_service_deployment.as_deref()?;
        let call = DescribeServiceDeployments { service_deployment_arns: vec![arn] };
        self.writer.reader().read(&call).await.ok()?.service_deployments.into_iter().next()
    }
}

/// Whether there is no hope to see how things end, this long without an answer.
fn is_blind(err: &CallError, without: Duration) -> bool {
    match err.trouble {
        Trouble::Throttled | Trouble::Lost | Trouble::Garbled | Trouble::Server => false,
        Trouble::Expired | Trouble::NoCredentials | Trouble::Denied => without >= BLIND,
        Trouble::Refused(_) => true,
    }
}
