//! What is told while a deployment goes on.

use std::time::Duration;

use super::api::service::RolloutState;
use super::api::task::Task;
use super::logs::Line;
use super::outcome::{Outcome, UnitFailure};
use super::plan::Plan;
use super::problem::Problem;
use super::watch::Reason;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event<'a> {
    /// What is going to be done.
    Planned(&'a Plan),
    /// The cluster was made.
    ClusterCreated(&'a str),
    /// A revision was registered, or found.
    Registered {
        /// The unit.
        unit: &'a str,
        /// The revision, as `family:revision`.
        revision: &'a str,
    },
    /// A wave begins, counted from 0.
    Wave(usize),
    /// A service is made.
    Creating(&'a str),
    /// A service is changed.
    Updating(&'a str),
    /// A one-off task starts, of this name.
    Running {
        /// The unit.
        unit: &'a str,
        /// The task.
        task: &'a str,
    },
    /// A unit has to wait for something before it can be made.
    Waiting {
        /// The unit.
        unit: &'a str,
        /// For what.
        what: &'a str,
    },
    /// How far a unit is.
    Progress(Progress<'a>),
    /// ECS says something about a service.
    Service {
        /// The unit.
        unit: &'a str,
        /// The event's name.
        id: &'a str,
        /// What it says.
        message: &'a str,
    },
    /// A task of a service ended by itself.
    Stopped {
        /// The unit.
        unit: &'a str,
        /// The task.
        task: &'a Task,
        /// Why it ended.
        reason: &'a Reason,
    },
    /// Something is not as it should be, but nothing fails of it.
    Warning {
        /// The unit, if it is about one.
        unit: Option<&'a str>,
        /// What.
        message: &'a str,
    },
    /// Something is good to know.
    Note {
        /// What it is about, if not about all.
        unit: Option<&'a str>,
        /// What.
        message: &'a str,
    },
    /// A container wrote a line.
    Log(&'a Line),
    /// A unit is as it should be.
    Done {
        /// The unit.
        unit: &'a str,
        /// In which words: `no change`, `deployed` …
        what: &'a str,
        /// How long it took.
        took: Duration,
    },
    /// A unit failed.
    Failed {
        /// The unit.
        unit: &'a str,
        /// Why.
        failure: &'a UnitFailure,
        /// How long it took.
        took: Duration,
    },
    /// A unit cannot be deployed, or its outcome cannot be seen.
    Refused {
        /// The unit.
        unit: &'a str,
        /// Why.
        problem: &'a Problem,
    },
    /// A unit was not started, as it needs another one.
    NotStarted {
        /// The unit.
        unit: &'a str,
        /// What it needs.
        needs: &'a str,
    },
    /// All is over.
    Finished(&'a Outcome),
}

/// How far a unit is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress<'a> {
    /// The unit.
    pub unit: &'a str,
    /// How many tasks are wanted.
    pub desired: u32,
    /// How many run.
    pub running: u32,
    /// How many are about to run.
    pub pending: u32,
    /// How many failed in a row.
    pub failed: u32,
    /// How far the deployment is.
    pub state: Option<RolloutState>,
    /// The deployment's name.
    pub deployment: &'a str,
    /// The revision, as `family:revision`.
    pub revision: &'a str,
    /// What it waits for.
    pub waits_for: &'a str,
    /// How long it takes already.
    pub elapsed: Duration,
}

/// Someone who is told.
pub trait Reporter: Send + Sync {
    /// Tells what happened.
    fn report(&self, event: &Event<'_>);
}
