//! How a deployment ended.

use std::time::Duration;

use indexmap::IndexMap;

use super::error::CallError;
use super::watch::{Failure, Reason};

/// How a deployment ended, unit by unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How each unit ended.
    pub units: IndexMap<String, UnitOutcome>,
    /// Whether anything was changed.
    pub changed: bool,
    /// Whether somebody asked to stop, and how.
    pub interrupted: Option<Interruption>,
    /// What went wrong outside of units.
    pub error: Option<String>,
}

/// How a unit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitOutcome {
    /// There was nothing to do.
    Unchanged,
    /// It is what it should be.
    Deployed,
    /// It goes on, and nobody waits for it.
    Ongoing,
    /// It failed.
    Failed(Box<UnitFailure>),
    /// It goes on, longer than anyone wants to wait.
    TimedOut(Box<UnitFailure>),
    /// A call failed, so that it was not deployed or its outcome cannot be seen.
    Error(CallError),
    /// Something else is in the way.
    Refused(String),
    /// It was not started, as it needs another one.
    NotStarted(String),
    /// It was not started, as everything ended before its turn.
    NotReached,
    /// It goes on, and somebody asked to stop waiting.
    Interrupted,
}

/// Why a unit failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitFailure {
    /// What ECS made of it.
    pub verdict: Option<Failure>,
    /// The revision that was to run, as `family:revision`.
    pub revision: String,
    /// Why its tasks ended, the most frequent reason first, and how many did for each.
    pub reasons: Vec<(Reason, usize)>,
    /// How long the tasks of the first reason ran on average.
    pub life: Option<Duration>,
    /// ECS's own sentence.
    pub said: Option<String>,
    /// How many tasks its service has now, and how many it is to have.
    pub now: Option<(u32, u32)>,
    /// Where the lines below are from: `group  stream`.
    pub stream: Option<String>,
    /// The last lines that were written.
    pub lines: Vec<String>,
    /// With what a one-off task ended.
    pub exit_code: Option<i32>,
    /// How long it took.
    pub took: Duration,
}

/// How somebody asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interruption {
    /// By SIGINT, as Ctrl-C does.
    Interrupt,
    /// By SIGTERM.
    Terminate,
}

/// The exit code of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExitCode {
    /// Done, or nothing to do.
    Done,
    /// The input or AWS says no.
    Refused,
    /// A deployment failed or was rolled back.
    Failed,
    /// It takes too long, and goes on.
    TimedOut,
    /// Somebody asked to stop.
    Interrupted(Interruption),
}

impl ExitCode {
    /// As the shell sees it. <https://tldp.org/LDP/abs/html/exitcodes.html>
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Failed => 3,
            Self::TimedOut => 4,
            Self::Interrupted(Interruption::Interrupt) => 130,
            Self::Interrupted(Interruption::Terminate) => 143,
        }
    }
}

impl Outcome {
    /// The exit code: what is worst counts.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        if let Some(interruption) = self.interrupted {
            return ExitCode::Interrupted(interruption);
        }
        let any = |is: fn(&UnitOutcome) -> bool| self.units.values().any(is);
        if any(|unit| matches!(unit, UnitOutcome::Failed(_))) {
            ExitCode::Failed
        } else if self.error.is_some() || any(|unit| matches!(unit, UnitOutcome::Error(_) | UnitOutcome::Refused(_))) {
            ExitCode::Refused
        } else if any(|unit| matches!(unit, UnitOutcome::TimedOut(_))) {
            ExitCode::TimedOut
        } else {
            ExitCode::Done
        }
    }

    /// Whether a unit is as others need it.
    #[must_use]
    pub fn is_good(&self, unit: &str) -> bool {
        matches!(
            self.units.get(unit),
            None | Some(UnitOutcome::Unchanged | UnitOutcome::Deployed | UnitOutcome::Ongoing)
        )
    }
}
