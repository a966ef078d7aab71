//! A JSON object for each change. The names of fields are stable; the last object is the summary.

use std::time::SystemTime;

use compose2ecs::deploy::event::{Event, Progress};
use compose2ecs::deploy::logs::Line;
use compose2ecs::deploy::outcome::{Interruption, Outcome, UnitFailure, UnitOutcome};
use compose2ecs::deploy::plan::RevisionStep;
use compose2ecs::deploy::problem::Problem;
use compose2ecs::deploy::sdk::{timestamp, timestamp_of};
use serde_json::{Map, Value, json};

use super::{Lines, failure};

/// Draws events as JSON.
#[derive(Debug, Default)]
pub(super) struct Json {}

impl Lines for Json {
    fn lines(&mut self, event: &Event<'_>) -> Option<String> {
        let mut object = Map::new();
        object.insert("ts".to_owned(), timestamp(SystemTime::now()).into());
        if let Value::Object(fields) = fields(event) {
            object.extend(fields);
        }
        Some(Value::Object(object).to_string())
    }
}

/// The fields of an event.
fn fields(event: &Event<'_>) -> Value {
    match event {
        Event::Planned(plan) => {
            let units = plan.units.iter().map(|unit| {
                let registers = matches!(unit.revision, RevisionStep::Register(_));
                json!({"unit": unit.name, "wave": unit.wave, "step": unit.step.as_str(), "registers": registers})
            });
            json!({"type": "plan", "units": units.collect::<Vec<_>>()})
        }
        Event::ClusterCreated(cluster) => json!({"type": "create_cluster", "cluster": cluster}),
        Event::Registered { unit, revision } => json!({"type": "register", "unit": unit, "task_definition": revision}),
        Event::Wave(wave) => json!({"type": "wave", "wave": wave}),
        Event::Creating(unit) => json!({"type": "create", "unit": unit}),
        Event::Updating(unit) => json!({"type": "update", "unit": unit}),
        Event::Running { unit, task } => json!({"type": "run_task", "unit": unit, "task": task}),
        Event::Waiting { unit, what } => json!({"type": "waiting", "unit": unit, "text": what}),
        Event::Progress(Progress {
            unit,
            desired,
            running,
            pending,
            failed,
            state,
            deployment,
            revision,
            waits_for,
            elapsed,
        }) => {
            json!({
                "type": "progress", "unit": unit, "desired": desired, "running": running, "pending": pending,
                "failed": failed, "rollout_state": state.map(|state| format!("{state:?}")),
                "deployment_id": deployment, "task_definition": revision, "waits_for": waits_for,
                "elapsed": elapsed.as_secs_f64(),
            })
        }
        Event::Stopped { unit, task, reason } => {
            let containers = task.containers.iter().map(|container| {
                json!({"name": container.name, "exit_code": container.exit_code, "reason": container.reason})
            });
            json!({
                "type": "task_stopped", "unit": unit, "task": task.id(), "stop_code": task.stop_code,
                "reason": reason.message, "containers": containers.collect::<Vec<_>>(),
            })
        }
        Event::Service { unit, id, message } => json!({"type": "event", "unit": unit, "id": id, "message": message}),
        Event::Warning { unit, message } => json!({"type": "warning", "unit": unit, "text": message}),
        Event::Note { unit, message } => json!({"type": "note", "unit": unit, "text": message}),
        Event::Log(Line { unit, container, task, at, text }) => json!({
            "type": "log", "unit": unit, "container": container, "task": task, "timestamp": timestamp_of(*at), "text": text,
        }),
        Event::Done { unit, what, took } => {
            json!({"type": "unit_done", "unit": unit, "status": what, "elapsed": took.as_secs_f64()})
        }
        Event::Failed { unit, failure, took } => {
            let UnitFailure { verdict: _, revision, reasons, life: _, said, now: _, stream, lines, exit_code, took: _ } =
                failure;
            let reasons = reasons.iter().map(|(reason, count)| {
                json!({"message": reason.message, "container": reason.container, "exit_code": reason.exit_code, "tasks": count})
            });
            json!({
                "type": "unit_failed", "unit": unit, "cause": failure::headline(failure), "task_definition": revision,
                "reasons": reasons.collect::<Vec<_>>(), "said": said, "stream": stream, "logs": lines,
                "exit_code": exit_code, "elapsed": took.as_secs_f64(),
            })
        }
        Event::Refused { unit, problem } => {
            json!({"type": "unit_failed", "unit": unit, "cause": problem.message, "help": problem.hint})
        }
        Event::NotStarted { unit, needs } => json!({"type": "not_started", "unit": unit, "needs": needs}),
        Event::Finished(outcome) => summary(outcome),
    }
}

/// Says what stands in the way, before anything was begun: the last object is the summary, here too.
pub(crate) fn refused(problems: &[Problem], interrupted: Option<Interruption>) -> String {
    let stamp = || timestamp(SystemTime::now());
    let mut lines: Vec<String> = problems
        .iter()
        .map(|Problem { message, hint }| {
            json!({"ts": stamp(), "type": "error", "text": message, "help": hint}).to_string()
        })
        .collect();
    let error = problems.first().map(|problem| problem.message.clone());
    let error = error.or_else(|| interrupted.is_none().then(|| "standard error says why".to_owned()));
    let outcome = Outcome { interrupted, error, ..Outcome::default() };
    let mut object = Map::new();
    object.insert("ts".to_owned(), stamp().into());
    if let Value::Object(fields) = summary(&outcome) {
        object.extend(fields);
    }
    lines.push(Value::Object(object).to_string());
    lines.join("\n") + "\n"
}

/// How everything ended.
fn summary(outcome: &Outcome) -> Value {
    let Outcome { units, changed, interrupted, error } = outcome;
    let status = |unit: &UnitOutcome| match unit {
        UnitOutcome::Unchanged => "unchanged",
        UnitOutcome::Deployed => "deployed",
        UnitOutcome::Ongoing => "ongoing",
        UnitOutcome::Failed(_) => "failed",
        UnitOutcome::TimedOut(_) => "timed_out",
        UnitOutcome::Error(_) => "error",
        UnitOutcome::Refused(_) => "refused",
        UnitOutcome::NotStarted(_) | UnitOutcome::NotReached => "not_started",
        UnitOutcome::Interrupted => "interrupted",
    };
    let exit_code = outcome.exit_code().number();
    let units: Map<String, Value> = units.iter().map(|(name, unit)| (name.clone(), status(unit).into())).collect();
    json!({
        "type": "summary", "changed": changed, "interrupted": interrupted.is_some(), "error": error, "exit_code": exit_code,
        "units": units,
    })
}
