//! One-off tasks: run once, watched to their end.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::deploy::api::definition::short;
use crate::deploy::api::task::{RunTask, Task};
use crate::deploy::api::{Tag, TagResource};
use crate::deploy::event::Event;
use crate::deploy::observe::STARTED_BY;
use crate::deploy::outcome::{UnitFailure, UnitOutcome};
use crate::deploy::release::SUCCEEDED;
use crate::deploy::unplaced::{is_passing, why_not};
use crate::deploy::watch::reason;
use crate::digest;

use super::wave::Running;
use super::{Execution, Item};

/// How long capacity that is missing is waited for.
const CAPACITY: Duration = Duration::from_secs(15);

impl Execution<'_> {
    /// Runs a one-off task. A token makes the call safe to repeat.
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
        loop {
            document.insert("clientToken".to_owned(), format!("{token}{}", started.elapsed().as_secs()).into());
            let answer = self.insist(&RunTask { document: &Value::Object(document.clone()) }).await;
            let answer = answer.map_err(UnitOutcome::Error)?;
            if let Some(task) = answer.tasks.first() {
                self.has_changed();
                self.reporter.report(&Event::Running { unit: &item.unit.name, task: task.id() });
                return Ok(Running::job(item, task.task_arn.clone(), started));
            }
            let why = why_not(answer.failures.first());
            let waits = answer.failures.iter().any(is_passing);
            if !waits || self.options.timeout.is_some_and(|timeout| started.elapsed() >= timeout) {
                return Err(UnitOutcome::Refused(why));
            }
            self.reporter.report(&Event::Waiting { unit: &item.unit.name, what: &why });
            self.pause(CAPACITY).await?;
        }
    }

    /// How a one-off task ended, if it has.
    pub(super) async fn job_ended(&self, item: Item<'_>, task: &Task) -> Option<UnitOutcome> {
        if !task.is_stopped() {
            return None;
        }
        let failed = task.containers.iter().any(|container| container.exit_code != Some(0));
        if !failed && !task.containers.is_empty() {
            self.remember_success(item).await;
            return Some(UnitOutcome::Deployed);
        }
        let reason = reason(task);
        let mut failure = UnitFailure {
            revision: short(item.revision).to_owned(),
            said: task.stopped_reason.clone(),
            exit_code: reason.exit_code,
            ..UnitFailure::default()
        };
        self.add_lines(&mut failure, item.unit, (task, reason.container.as_deref())).await;
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
