//! Carries out a plan: the cluster, the revisions, and then wave by wave. It decides nothing that the plan could.

mod job;
mod logs;
mod register;
mod retry;
mod submit;
mod take_back;
mod wave;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::{StreamExt, stream};
use indexmap::IndexMap;
use tokio::sync::{Semaphore, watch};

use super::api::cluster::CreateCluster;
use super::api::service::DeleteService;
use super::error::CallError;
use super::event::{Event, Reporter};
use super::options::{OnFailure, UpOptions};
use super::outcome::{Interruption, Outcome, UnitOutcome};
use super::plan::{Plan, RevisionStep, UnitPlan};
use super::problem::Problem;
use super::release::{Need, Release, Unit};
use super::sdk::Writer;

pub(super) use retry::insist;

/// Carries out plans.
pub struct Execution<'a> {
    writer: &'a Writer,
    release: &'a Release,
    options: &'a UpOptions,
    reporter: &'a dyn Reporter,
    stop: Stop,
    /// The name of this run, so that the same content can be made again after it was deleted.
    run: String,
    /// The strongest that others need of a unit, for those of which others need anything.
    needed: BTreeMap<&'a str, Need>,
    /// As many permits as changes may be on their way at once.
    permits: Semaphore,
    changed: AtomicBool,
    /// How the units ended that have ended.
    ended: Mutex<IndexMap<String, UnitOutcome>>,
    /// What was said once, and need not be said again.
    warned: Mutex<BTreeSet<&'static str>>,
}

/// Whether somebody asked to stop.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<Option<Interruption>>);

impl Stop {
    /// Listens to a sender.
    #[must_use]
    pub const fn new(receiver: watch::Receiver<Option<Interruption>>) -> Self {
        Self(receiver)
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.how().is_some()
    }

    /// How somebody asked, if anyone did.
    fn how(&self) -> Option<Interruption> {
        *self.0.borrow()
    }

    /// Waits until somebody asks.
    async fn raised(&self) {
        let mut receiver = self.0.clone();
        // Without anyone who could ask, this takes for ever.
        if receiver.wait_for(Option::is_some).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// A unit with what is to be done about it and the revision that it is to run.
#[derive(Debug, Clone, Copy)]
struct Item<'a> {
    unit: &'a Unit,
    plan: &'a UnitPlan,
    /// The full name of the revision.
    revision: &'a str,
}

impl<'a> Execution<'a> {
    /// Prepares to carry out plans for a release.
    #[must_use]
    pub fn new(
        writer: &'a Writer,
        (release, options): (&'a Release, &'a UpOptions),
        reporter: &'a dyn Reporter,
        (stop, run): (Stop, String),
    ) -> Self {
        let mut needed: BTreeMap<&str, Need> = BTreeMap::new();
        for (unit, need) in release.units.values().flat_map(|unit| &unit.needs) {
            needed.entry(unit).and_modify(|strongest| *strongest = need.what.max(*strongest)).or_insert(need.what);
        }
        let permits = Semaphore::new(options.parallel.max(1));
        let (changed, ended, warned) = (AtomicBool::default(), Mutex::default(), Mutex::default());
        Self { writer, release, options, reporter, stop, run, needed, permits, changed, ended, warned }
    }

    /// Carries out a plan to its end.
    pub async fn run(&self, plan: &Plan) -> Outcome {
        let mut outcome = Outcome::default();
        let error = self.carry_out(plan, &mut outcome).await.err();
        outcome.error = error.map(|err| Problem::from(err).to_string());
        for unit in &plan.units {
            outcome.units.entry(unit.name.clone()).or_insert(UnitOutcome::NotReached);
        }
        outcome.changed = self.changed.load(Ordering::Relaxed);
        outcome.interrupted = self.stop.how();
        self.reporter.report(&Event::Finished(&outcome));
        outcome
    }

    /// How far a plan is that is no longer carried out: what had not ended goes on, or was not started.
    #[must_use]
    pub fn abandoned(&self, plan: &Plan) -> Outcome {
        let mut units = self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for unit in &plan.units {
            units.entry(unit.name.clone()).or_insert(UnitOutcome::NotReached);
        }
        Outcome { units, changed: self.changed.load(Ordering::Relaxed), interrupted: self.stop.how(), error: None }
    }

    async fn carry_out(&self, plan: &Plan, outcome: &mut Outcome) -> Result<(), CallError> {
        if plan.creates_cluster {
            self.create_cluster().await?;
        }
        let revisions = self.register_all(plan).await?;
        let mut waves: Vec<Vec<Item<'_>>> = vec![Vec::new(); plan.waves()];
        for plan in &plan.units {
            let (unit, revision) = (self.release.units.get(&plan.name), revisions.get(&plan.name));
            let item = unit.zip(revision).map(|(unit, revision)| Item { unit, plan, revision });
            waves.get_mut(plan.wave).into_iter().for_each(|wave| wave.extend(item));
        }
        let mut failed: Vec<String> = Vec::new();
        let last = waves.len().saturating_sub(1);
        for (wave, items) in waves.into_iter().enumerate() {
            if self.stop.is_raised() {
                break;
            }
            self.reporter.report(&Event::Wave(wave));
            let items = self.that_can_start(items, &failed, outcome);
            let ended = self.wave(&items, wave == last).await;
            outcome.units.extend(ended);
            let ended = items.into_iter().map(|item| &item.unit.name);
            failed.extend(ended.filter(|unit| !outcome.is_good(unit)).cloned());
        }
        if failed.is_empty() && !self.stop.is_raised() {
            self.remove_orphans(plan).await?;
        }
        Ok(())
    }

    /// The units of a wave that can start: those whose needs are met, and none behind a failure unless asked for.
    fn that_can_start<'i>(&self, items: Vec<Item<'i>>, failed: &[String], outcome: &mut Outcome) -> Vec<Item<'i>> {
        let (mut can, mut cannot) = (Vec::new(), Vec::new());
        for item in items {
            let needs = item.unit.needs.iter();
            let (required, optional): (Vec<_>, Vec<_>) =
                needs.filter(|(unit, _)| !outcome.is_good(unit)).partition(|(_, needed)| needed.required);
            let missing = required.first().map(|(unit, _)| (*unit).clone());
            // What can be done without is no reason to stop.
            let is_excused = |unit: &String| optional.iter().any(|(other, _)| *other == unit);
            let stops = || failed.iter().find(|unit| self.options.failure == OnFailure::Stop && !is_excused(unit));
            match missing.or_else(|| stops().cloned()) {
                Some(needed) => cannot.push((item.unit.name.clone(), needed)),
                None => can.push(item),
            }
        }
        for (unit, needs) in cannot {
            self.reporter.report(&Event::NotStarted { unit: &unit, needs: &needs });
            self.remember(&unit, &UnitOutcome::NotStarted(needs.clone()));
            outcome.units.insert(unit, UnitOutcome::NotStarted(needs));
        }
        can
    }

    async fn create_cluster(&self) -> Result<(), CallError> {
        // Making a cluster that is there already changes nothing, so it can be repeated.
        self.insist(&CreateCluster { document: &self.release.cluster_document }).await?;
        self.has_changed();
        self.reporter.report(&Event::ClusterCreated(&self.release.cluster));
        Ok(())
    }

    /// The full names of the revisions that the units are to run, by unit. All are registered before a service changes.
    async fn register_all(&self, plan: &Plan) -> Result<IndexMap<String, String>, CallError> {
        let registered = plan.units.iter().filter_map(|plan| Some((self.release.units.get(&plan.name)?, plan)));
        let registered = registered.map(|(unit, plan)| async move {
            let arn = match &plan.revision {
                RevisionStep::Keep(arn) => arn.clone(),
                // Nothing new is begun once somebody asks to stop.
                RevisionStep::Register(_) if self.stop.is_raised() => return Ok(None),
                RevisionStep::Register(_) => self.register(unit).await?,
            };
            Ok(Some((unit.name.clone(), arn)))
        });
        let all: Vec<Result<Option<(String, String)>, CallError>> =
            stream::iter(registered).buffered(self.options.parallel.max(1)).collect().await;
        all.into_iter().filter_map(Result::transpose).collect()
    }

    /// Deletes what the release no longer has.
    async fn remove_orphans(&self, plan: &Plan) -> Result<(), CallError> {
        for orphan in plan.orphans.iter().filter(|orphan| orphan.removed) {
            let call = DeleteService { cluster: &self.release.cluster, service: &orphan.service, force: true };
            self.insist(&call).await?;
            self.has_changed();
        }
        Ok(())
    }

    /// Takes note of how a unit ended.
    fn remember(&self, unit: &str, outcome: &UnitOutcome) {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.insert(unit.to_owned(), outcome.clone());
    }

    /// Takes note that something was changed.
    fn has_changed(&self) {
        self.changed.store(true, Ordering::Relaxed);
    }

    /// Says that something about the run as a whole is not as it should be, once.
    fn warn_once(&self, what: &'static str, message: &str) {
        if self.warned.lock().unwrap_or_else(PoisonError::into_inner).insert(what) {
            self.warn(None, message);
        }
    }

    /// Says that something is not as it should be.
    fn warn(&self, unit: Option<&str>, message: &str) {
        self.reporter.report(&Event::Warning { unit, message });
    }
}
