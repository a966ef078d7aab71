//! One-off tasks: run once, watched to their end.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::deploy::api::definition::short;
use crate::deploy::api::task::{RunTask, Task, Tasks};
use crate::deploy::api::{Tag, TagResource};
use crate::deploy::event::Event;
use crate::deploy::observe::{STARTED_BY, tasks};
use crate::deploy::outcome::{UnitFailure, UnitOutcome};
use crate::deploy::release::SUCCEEDED;
use crate::deploy::unplaced::{is_passing, why_not};
use crate::deploy::watch::reason;
use crate::digest;

use super::wave::Running;
use super::{Execution, Item};

/// How long to wait between attempts when capacity is missing.
const CAPACITY: Duration = Duration::from_secs(15);

/// How many tasks one call starts.
const MOST: usize = 10;

impl Execution<'_> {
    /// Runs a one-off task, as often as it is to run at once. A token makes each call safe to repeat.
    pub(super) async fn run_job<'i>(
        &self,
        item: Item<'i>,
        run: &Map<String, Value>,
    ) -> Result<Running<'i>, UnitOutcome> {
        let started = Instant::now();
        let token = digest::short(&format!("{}/{}/{}", self.release.cluster, item.revision, self.run));
        let mut document = run.clone();
        document.insert("taskDefinition".to_owned(), item.revision.into());
        document.insert("startedBy".to_owned(), format!("{STARTED_BY}{}", self.release.project).into());
        let mut tasks: Vec<String> = Vec::new();
        for call in 0_u32.. {
            let missing = item.unit.tasks().saturating_sub(tasks.len());
            if missing == 0 {
                break;
            }
            document.insert("count".to_owned(), missing.min(MOST).into());
            document.insert("clientToken".to_owned(), format!("{token}-{call}").into());
            let answer = self.start(item, &Value::Object(document.clone())).await?;
            for task in &answer.tasks {
                self.has_changed();
                self.reporter.report(&Event::Running { unit: &item.unit.name, task: task.id() });
                tasks.push(task.task_arn.clone());
            }
            if !answer.tasks.is_empty() && answer.failures.is_empty() {
                continue;
            }
            let why = why_not(answer.failures.first());
            let waits = answer.failures.iter().any(is_passing);
            if !waits || self.options.timeout.is_some_and(|timeout| started.elapsed() >= timeout) {
                return Err(UnitOutcome::Refused(why));
            }
            self.reporter.report(&Event::Waiting { unit: &item.unit.name, what: &why });
            self.pause(CAPACITY).await?;
        }
        Ok(Running::job(item, tasks, started))
    }

    /// Starts tasks. Where ECS says that the same call was made before, its tasks are what was started.
    async fn start(&self, item: Item<'_>, document: &Value) -> Result<Tasks, UnitOutcome> {
        let err = match self.insist(&RunTask { document }).await {
            Ok(answer) => return Ok(answer),
            Err(err) => err,
        };
        if !err.is("ConflictException") {
            return Err(UnitOutcome::Error(err));
        }
        let (reader, cluster) = (self.writer.reader(), &*self.release.cluster);
        let tasks = tasks(reader, cluster, (None, Some(&item.unit.family)), "RUNNING").await;
        let mut tasks = tasks.map_err(UnitOutcome::Error)?;
        let started_by = document.get("startedBy").and_then(Value::as_str);
        tasks.retain(|task| task.started_by.as_deref() == started_by && task.task_definition_arn == item.revision);
        if tasks.is_empty() { Err(UnitOutcome::Error(err)) } else { Ok(Tasks { tasks, failures: Vec::new() }) }
    }

    /// How a one-off task ended, if all that were started have.
    pub(super) async fn job_ended(&self, item: Item<'_>, tasks: &[&Task]) -> Option<UnitOutcome> {
        if !tasks.iter().all(|task| task.is_stopped()) {
            return None;
        }
        let Some(task) = tasks.iter().find(|task| !has_succeeded(task)) else {
            self.remember_success(item).await;
            return Some(UnitOutcome::Deployed);
        };
        let reason = reason(task);
        let mut failure = UnitFailure {
            revision: short(item.revision).to_owned(),
            said: task.stopped_reason.clone(),
            exit_code: reason.exit_code,
            ..UnitFailure::default()
        };
        self.add_lines(&mut failure, item.unit, (task, &reason)).await;
        failure.reasons.push((reason, 1));
        Some(UnitOutcome::Failed(Box::new(failure)))
    }

    /// Marks a revision whose one-off task succeeded, so that it is not run again without need.
    async fn remember_success(&self, item: Item<'_>) {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let tags = vec![Tag { key: SUCCEEDED.to_owned(), value: now.to_string() }];
        if let Err(err) = self.insist(&TagResource { resource_arn: item.revision, tags }).await {
            self.warn(
                Some(&item.unit.name),
                &format!("that it succeeded is not remembered, so it will run again: {err}"),
            );
        }
    }
}

/// Whether all containers of a task ended well.
fn has_succeeded(task: &Task) -> bool {
    !task.containers.is_empty() && task.containers.iter().all(|container| container.exit_code == Some(0))
}
