//! A line for each change, which programs and people can search.

use std::time::{Duration, SystemTime};

use compose2ecs::deploy::api::service::RolloutState;
use compose2ecs::deploy::event::{Event, Progress};
use compose2ecs::deploy::release::Release;
use compose2ecs::deploy::sdk::timestamp;

use super::board::Board;
use super::paint::Paint;
use super::{Lines, ending, failure, plan};
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
    board: Board,
    loudness: Loudness,
    paint: Paint,
}

impl Plain {
    pub(super) fn new(release: &Release, loudness: Loudness, paint: Paint) -> Self {
        Self { release: release.clone(), board: Board::new(release), loudness, paint }
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
            Event::Stopped { unit, task, reason } => {
                let text = format!("{unit}: task {} ended: {}", task.id(), failure::ended(reason));
                if reason.is_hopeless() { loud(text) } else { quiet(text) }
            }
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
            // The reasons come last, below everything else.
            Event::Failed { unit, failure, took } => {
                quiet(format!("{unit}: {} ({})", failure::headline(failure), duration(*took)))
            }
            Event::Refused { unit, problem } => loud(format!("{unit}: error: {problem}")),
            Event::NotStarted { unit, needs } => loud(format!("{unit}: not started (needs {needs})")),
            Event::Finished(outcome) => {
                let drawn = (&self.release, self.paint);
                let lines = match self.loudness {
                    Loudness::All => ending::lines(outcome, &self.board, drawn),
                    Loudness::Failures => ending::failures(outcome, &self.release, self.paint),
                };
                if lines.is_empty() { None } else { loud(lines.join("\n")) }
            }
        }
    }
}

impl Lines for Plain {
    fn lines(&mut self, event: &Event<'_>) -> Option<String> {
        self.board.take(event, &self.release);
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
    let Progress { unit, desired, running, pending, failed, state, deployment: _, revision, waits_for, elapsed } =
        progress;
    let state = match state {
        Some(RolloutState::Completed) => "rolled out",
        Some(RolloutState::Failed) => "failed",
        Some(RolloutState::InProgress) | None => "rolling out",
    };
    let waits = if waits_for.is_empty() { String::new() } else { format!(", waits for {waits_for}") };
    format!(
        "{unit}: {state} {revision} {running}/{desired} running, {pending} pending, {failed} failed{waits} ({})",
        duration(*elapsed)
    )
}

/// A time as people say it.
pub(super) fn duration(time: Duration) -> String {
    let (minutes, seconds) = (time.as_secs() / 60, time.as_secs() % 60);
    if minutes > 0 { format!("{minutes}m{seconds:02}s") } else { format!("{:.1}s", time.as_secs_f64()) }
}
