//! A line for each change, which programs and people can search.

use std::time::{Duration, SystemTime};

use compose2ecs::deploy::api::service::RolloutState;
use compose2ecs::deploy::event::{Event, Progress};
use compose2ecs::deploy::outcome::{Outcome, UnitOutcome};
use compose2ecs::deploy::release::Release;
use compose2ecs::deploy::sdk::timestamp;

use super::{Lines, failure, plan};
use crate::cli::log_lines::origin;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loudness {
    /// Every change.
    All,
    /// Only what fails.
    Failures,
}

/// Draws events as lines.
pub(super) struct Plain {
    release: Release,
    loudness: Loudness,
}

impl Plain {
    pub(super) fn new(release: &Release, loudness: Loudness) -> Self {
        Self { release: release.clone(), loudness }
    }

    /// What an event says, and whether it is about a failure.
    fn text(&self, event: &Event<'_>) -> Option<(String, bool)> {
        let quiet = |text: String| Some((text, false));
        let loud = |text: String| Some((text, true));
        match event {
            Event::Planned(plan) => quiet(plan::shown(plan, &self.release)),
            Event::ClusterCreated(cluster) => quiet(format!("cluster {cluster}: created")),
            Event::Registered { unit, revision } => quiet(format!("{unit}: registered {revision}")),
            Event::Wave(_) => None,
            Event::Creating(unit) => quiet(format!("{unit}: creating the service")),
            Event::Updating(unit) => quiet(format!("{unit}: updating the service")),
            Event::Running { unit, task } => quiet(format!("{unit}: running as task {task}")),
            Event::Waiting { unit, what } => quiet(format!("{unit}: waiting for {what}")),
            Event::Progress(progress) => quiet(progress_line(progress)),
            Event::Service { unit, id: _, message } => quiet(format!("{unit}: ECS: {message}")),
            Event::Warning { unit, message } => {
                let of = unit.map(|unit| format!("{unit}: ")).unwrap_or_default();
                loud(format!("{of}warning: {message}"))
            }
            Event::Note { unit, message } => {
                let of = unit.map(|unit| format!("{unit}: ")).unwrap_or_default();
                quiet(format!("{of}{message}"))
            }
            Event::Log(line) => quiet(format!("{} | {}", origin(line), line.text.trim_end())),
            Event::Done { unit, what, took } => quiet(format!("{unit}: {what} ({})", duration(*took))),
            Event::Failed { unit, failure, took } => {
                let mut lines = vec![format!("{unit}: {} ({})", failure::headline(failure), duration(*took))];
                lines.extend(failure::block(unit, failure));
                loud(lines.join("\n"))
            }
            Event::NotStarted { unit, needs } => loud(format!("{unit}: not started (needs {needs})")),
            Event::Finished(outcome) => quiet(summary(outcome)),
        }
    }
}

impl Lines for Plain {
    fn lines(&self, event: &Event<'_>) -> Option<String> {
        let (text, is_loud) = self.text(event)?;
        if self.loudness == Loudness::Failures && !is_loud {
            return None;
        }
        // What is not about the course of things needs no time.
        let is_of_a_time =
            !matches!(event, Event::Planned(_) | Event::Note { .. } | Event::Log(_) | Event::Finished(_));
        Some(if is_of_a_time { format!("{} {text}", timestamp(SystemTime::now())) } else { text })
    }
}

/// How far a unit is.
fn progress_line(progress: &Progress<'_>) -> String {
    let Progress { unit, desired, running, pending, failed, state, deployment: _, revision, elapsed } = progress;
    let state = match state {
        Some(RolloutState::Completed) => "rolled out",
        Some(RolloutState::Failed) => "failed",
        Some(RolloutState::InProgress) | None => "rolling out",
    };
    format!(
        "{unit}: {state} {revision} {running}/{desired} running, {pending} pending, {failed} failed ({})",
        duration(*elapsed)
    )
}

/// A time as people say it.
pub(super) fn duration(time: Duration) -> String {
    let (minutes, seconds) = (time.as_secs() / 60, time.as_secs() % 60);
    if minutes > 0 { format!("{minutes}m{seconds:02}s") } else { format!("{:.1}s", time.as_secs_f64()) }
}

/// How everything ended, in a line.
fn summary(outcome: &Outcome) -> String {
    let Outcome { units, changed, interrupted, error } = outcome;
    let count = |is: fn(&UnitOutcome) -> bool| units.values().filter(|unit| is(unit)).count();
    let parts = [
        (
            count(|unit| matches!(unit, UnitOutcome::Failed(_) | UnitOutcome::Error(_) | UnitOutcome::Refused(_))),
            "failed",
        ),
        (count(|unit| matches!(unit, UnitOutcome::TimedOut(_))), "timed out"),
        (count(|unit| matches!(unit, UnitOutcome::NotStarted(_))), "not started"),
        (count(|unit| matches!(unit, UnitOutcome::Interrupted)), "still going on"),
        (count(|unit| matches!(unit, UnitOutcome::Ongoing)), "going on"),
        (count(|unit| matches!(unit, UnitOutcome::Deployed)), "deployed"),
        (count(|unit| matches!(unit, UnitOutcome::Unchanged)), "unchanged"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let changed = if *changed { "" } else { "; nothing was changed" };
    let mut lines = vec![format!("{}{changed}", parts.join(", "))];
    lines.extend(error.as_ref().map(|error| format!("error: {error}")));
    if *interrupted {
        lines.push("interrupted: ECS goes on by itself, and `compose2ecs up` takes up where this ended".to_owned());
    }
    lines.join("\n")
}
