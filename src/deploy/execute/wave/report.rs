//! What is told of the units of a wave, and how they ended.

use std::time::Duration;

use tokio::time::Instant;

use super::{Kind, Running};
use crate::deploy::api::definition::short;
use crate::deploy::api::service::{DeploymentStatus, RolloutState, Service};
use crate::deploy::event::{Event, Progress};
use crate::deploy::execute::{Execution, Item};
use crate::deploy::outcome::{UnitFailure, UnitOutcome};
use crate::deploy::problem::Problem;
use crate::deploy::release::Need;
use crate::deploy::watch::hindrance::{Hindrance, hindrance};
use crate::deploy::watch::{Failure, Group};

/// How long nothing new may be told before what is known is told again.
const SILENCE: Duration = Duration::from_secs(30);

impl Execution<'_> {
    /// Why a unit failed, with the last lines that it wrote.
    pub(super) async fn failure(&self, unit: &mut Running<'_>, verdict: Option<Failure>) -> UnitFailure {
        self.see_stopped(unit).await;
        let hindered = unit.hindrance.as_ref().map(|(_, said)| said.clone());
        let mut failure = UnitFailure {
            verdict,
            revision: short(unit.item.revision).to_owned(),
            said: hindered.or_else(|| unit.said.clone()),
            now: unit.told.map(|((desired, running, ..), _)| (running, desired)),
            ..UnitFailure::default()
        };
        let Kind::Service(watch) = &unit.kind else { return failure };
        let groups = watch.stopped().groups();
        failure.reasons = groups.iter().map(|group| (group.reason.clone(), group.tasks.len())).collect();
        failure.life = groups.first().and_then(Group::life);
        if let Some((group, task)) = groups.first().and_then(|group| Some((group, group.newest()?))) {
            self.add_lines(&mut failure, unit.item.unit, (task, group.reason)).await;
        }
        failure
    }

    /// Tells what is new about a service.
    pub(super) fn tell(&self, unit: &mut Running<'_>, service: &Service) {
        let Kind::Service(watch) = &unit.kind else { return };
        let name = &*unit.item.unit.name;
        for event in service.events.iter().rev().filter(|event| event.created_at >= watch.since) {
            if !unit.events.insert(event.id.clone()) {
                continue;
            }
            self.reporter.report(&Event::Service { unit: name, id: &event.id, message: &event.message });
            if let Some(found) = hindrance(&event.message) {
                if unit.hindrance.as_ref().is_none_or(|(before, _)| *before != found) {
                    self.warn(Some(name), &hindered(found));
                }
                unit.hindrance = Some((found, event.message.clone()));
            } else if event.message.contains("has started") {
                unit.hindrance = None;
            } else if event.message.contains("deployment failed") || event.message.contains("unable to") {
                unit.said = Some(event.message.clone());
            }
        }
        let Some(own) = watch.own(service) else { return };
        let counts = (own.desired_count, own.running_count, own.pending_count, own.failed_tasks);
        if unit.told.is_some_and(|(told, when)| told == counts && when.elapsed() < SILENCE) {
            return;
        }
        let waits_for = waits_for(unit, service);
        self.reporter.report(&Event::Progress(Progress {
            unit: name,
            desired: own.desired_count,
            running: own.running_count,
            pending: own.pending_count,
            failed: own.failed_tasks,
            state: own.rollout_state,
            deployment: &own.id,
            revision: short(&own.task_definition),
            waits_for: &waits_for,
            elapsed: unit.started.elapsed(),
        }));
        unit.told = Some((counts, Instant::now()));
    }

    /// Tells of tasks that ended by themselves, each once.
    pub(super) fn tell_stopped(&self, unit: &mut Running<'_>) {
        let Kind::Service(watch) = &unit.kind else { return };
        for (reason, task) in watch.stopped().blamed() {
            if unit.events.insert(task.task_arn.clone()) {
                self.reporter.report(&Event::Stopped { unit: &unit.item.unit.name, task, reason });
            }
        }
    }

    /// Tells how a unit ended.
    pub(super) fn end(
        &self,
        ended: &mut Vec<(String, UnitOutcome)>,
        (item, took): (Item<'_>, Duration),
        outcome: UnitOutcome,
    ) {
        let unit = &*item.unit.name;
        let mut outcome = outcome;
        if let UnitOutcome::Failed(failure) | UnitOutcome::TimedOut(failure) = &mut outcome {
            failure.took = took;
        }
        match &outcome {
            UnitOutcome::Unchanged => self.reporter.report(&Event::Done { unit, what: "no change", took }),
            UnitOutcome::Deployed => self.reporter.report(&Event::Done { unit, what: "deployed", took }),
            UnitOutcome::Ongoing => self.reporter.report(&Event::Done { unit, what: "goes on", took }),
            UnitOutcome::Failed(failure) | UnitOutcome::TimedOut(failure) => {
                self.reporter.report(&Event::Failed { unit, failure, took });
            }
            UnitOutcome::Error(err) => {
                self.reporter.report(&Event::Refused { unit, problem: &err.clone().into() });
            }
            UnitOutcome::Refused(reason) => {
                self.reporter.report(&Event::Refused { unit, problem: &Problem::new(reason) });
            }
            UnitOutcome::NotStarted(_) | UnitOutcome::NotReached | UnitOutcome::Interrupted => {}
        }
        self.remember(unit, &outcome);
        ended.push((unit.to_owned(), outcome));
    }
}

/// Says that tasks cannot start yet.
fn hindered(hindrance: Hindrance) -> String {
    format!("its tasks cannot start yet: {}", hindrance.as_str())
}

/// What a service that is not yet as it should be waits for; nothing if it has come to an end.
fn waits_for(unit: &Running<'_>, service: &Service) -> String {
    let Kind::Service(watch) = &unit.kind else { return String::new() };
    let Some(own) = watch.own(service) else { return String::new() };
    let missing = own.desired_count.saturating_sub(own.running_count);
    let older = service.deployments.iter().find(|other| other.id != own.id && other.status == DeploymentStatus::Active);
    if own.rollout_state == Some(RolloutState::Failed) {
        String::new()
    } else if let Some((hindrance, _)) = unit.hindrance.as_ref().filter(|_| missing > 0) {
        format!("room: {}", hindrance.as_str())
    } else if missing > 0 {
        format!("{missing} of {} tasks to run", own.desired_count)
    } else if unit.steady.is_some() {
        "its tasks to stay as they are".to_owned()
    } else if let Some(older) = older {
        format!("the tasks of {} to end", short(&older.task_definition))
    } else if own.rollout_state == Some(RolloutState::Completed) {
        if watch.gate == Need::Healthy { "its tasks to be healthy".to_owned() } else { String::new() }
    } else if unit.item.unit.has_health() {
        "its tasks to be healthy".to_owned()
    } else {
        "ECS to find it steady".to_owned()
    }
}
