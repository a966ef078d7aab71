//! How far everything is: what the events so far come to, unit by unit.

use std::time::{Duration, Instant};

use compose2ecs::deploy::event::{Event, Progress};
use compose2ecs::deploy::plan::{Plan, RevisionStep};
use compose2ecs::deploy::release::Release;

use super::failure;

/// How far everything is.
#[derive(Debug, Clone)]
pub(super) struct Board {
    pub(super) project: String,
    pub(super) cluster: String,
    /// The units of the plan, wave by wave.
    pub(super) rows: Vec<Row>,
    /// Which wave is under way, counted from 1, and how many there are.
    pub(super) wave: (usize, usize),
    pub(super) began: Instant,
}

/// How far a unit is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) unit: String,
    /// The revision that it is to run, or its family as long as there is none.
    pub(super) revision: String,
    pub(super) state: State,
    /// How many tasks are wanted, run, are about to run, and failed in a row.
    pub(super) counts: Option<Counts>,
    /// What is to be known of it beside: a task that ended, what keeps others from starting.
    pub(super) note: Option<String>,
    /// When it was begun.
    pub(super) since: Option<Instant>,
    /// How long it took.
    pub(super) took: Option<Duration>,
}

/// How many tasks of a unit do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) desired: u32,
    pub(super) running: u32,
    pub(super) pending: u32,
    pub(super) failed: u32,
}

/// What is the matter with a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// Its turn has not come: what it waits for.
    Waits(String),
    /// It is under way: what is done, or waited for.
    Busy(String),
    /// It is as it should be.
    Good(String),
    /// It failed.
    Bad(String),
    /// It is left out.
    Left(String),
}

impl Board {
    /// Where everything starts from.
    pub(super) fn new(release: &Release) -> Self {
        Self {
            project: release.project.clone(),
            cluster: release.cluster.clone(),
            rows: Vec::new(),
            wave: (0, 0),
            began: Instant::now(),
        }
    }

    /// Takes note of an event.
    pub(super) fn take(&mut self, event: &Event<'_>, release: &Release) {
        match event {
            Event::Planned(plan) => self.plan(plan, release),
            Event::Wave(wave) => self.wave.0 = wave + 1,
            Event::Registered { unit, revision } => self.change(unit, |row| (*revision).clone_into(&mut row.revision)),
            Event::Creating(unit) => self.begin(unit, "creating the service"),
            Event::Updating(unit) => self.begin(unit, "updating the service"),
            Event::Running { unit, task } => self.begin(unit, &format!("runs as task {task}")),
            Event::Waiting { unit, what } => self.begin(unit, &format!("waits for {what}")),
            Event::Progress(progress) => self.progress(progress),
            Event::Stopped { unit, task, reason } => {
                let note = format!("task {} ended: {}", task.id(), failure::ended(reason));
                self.change(unit, |row| row.note = Some(note));
            }
            Event::Warning { unit: Some(unit), message } => {
                self.change(unit, |row| row.note = Some((*message).to_owned()));
            }
            Event::Done { unit, what, took } => self.end(unit, State::Good((*what).to_owned()), Some(*took)),
            Event::Failed { unit, failure, took } => {
                self.end(unit, State::Bad(failure::headline(failure)), Some(*took));
            }
            Event::Refused { unit, problem } => self.end(unit, State::Bad(problem.message.clone()), None),
            Event::NotStarted { unit, needs } => {
                self.end(unit, State::Left(format!("not started (needs {needs})")), None);
            }
            Event::ClusterCreated(_)
            | Event::Note { .. }
            | Event::Log(_)
            | Event::Service { .. }
            | Event::Warning { unit: None, message: _ }
            | Event::Finished(_) => {}
        }
    }

    /// The row of a unit.
    pub(super) fn row(&self, unit: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.unit == unit)
    }

    /// How many units are as they should be.
    pub(super) fn good(&self) -> usize {
        self.rows.iter().filter(|row| matches!(row.state, State::Good(_))).count()
    }

    fn plan(&mut self, plan: &Plan, release: &Release) {
        self.wave = (0, plan.waves());
        let in_plan = |unit: &str| plan.units.iter().any(|plan| plan.name == unit);
        self.rows = plan
            .units
            .iter()
            .map(|plan| {
                let unit = release.units.get(&plan.name);
                let needs = unit.into_iter().flat_map(|unit| &unit.needs).filter(|(other, _)| in_plan(other));
                let needs: Vec<String> =
                    needs.map(|(other, needed)| format!("{other}: {}", needed.what.as_str())).collect();
                let revision = match &plan.revision {
                    RevisionStep::Keep(arn) => compose2ecs::deploy::api::definition::short(arn).to_owned(),
                    RevisionStep::Register(_) => unit.map(|unit| unit.family.clone()).unwrap_or_default(),
                };
                let waits = if needs.is_empty() { String::new() } else { format!("waits for {}", needs.join(", ")) };
                Row {
                    unit: plan.name.clone(),
                    revision,
                    state: State::Waits(waits),
                    counts: None,
                    note: None,
                    since: None,
                    took: None,
                }
            })
            .collect();
    }

    fn progress(&mut self, progress: &Progress<'_>) {
        let Progress {
            unit,
            desired,
            running,
            pending,
            failed,
            state: _,
            deployment: _,
            revision,
            waits_for,
            elapsed: _,
        } = progress;
        let what = if waits_for.is_empty() { String::new() } else { format!("waits for {waits_for}") };
        self.begin(unit, &what);
        let counts = Counts { desired: *desired, running: *running, pending: *pending, failed: *failed };
        self.change(unit, |row| {
            row.counts = Some(counts);
            (*revision).clone_into(&mut row.revision);
        });
    }

    fn begin(&mut self, unit: &str, what: &str) {
        self.change(unit, |row| {
            row.since.get_or_insert_with(Instant::now);
            row.state = State::Busy(what.to_owned());
        });
    }

    fn end(&mut self, unit: &str, state: State, took: Option<Duration>) {
        self.change(unit, |row| {
            (row.state, row.took, row.note, row.counts) = (state, took, None, None);
        });
    }

    fn change(&mut self, unit: &str, change: impl FnOnce(&mut Row)) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.unit == unit) {
            change(row);
        }
    }
}
