//! The last lines that a container wrote.

use serde_json::Value;

use crate::deploy::api::log::FilterLogEvents;
use crate::deploy::api::task::Task;
use crate::deploy::error::Trouble;
use crate::deploy::logs::streams;
use crate::deploy::outcome::UnitFailure;
use crate::deploy::release::Unit;
use crate::deploy::watch::Reason;

use super::Execution;

/// How many lines are shown.
const LINES: usize = 10;

/// How often lines are looked for.
const ATTEMPTS: u32 = 4;

/// How many characters of a line are shown.
const WIDTH: usize = 200;

impl Execution<'_> {
    /// Adds the last lines that the container to blame wrote, or the first one of the task. What was written just before
    /// the end may take a moment to appear.
    pub(super) async fn add_lines(&self, failure: &mut UnitFailure, unit: &Unit, (task, reason): (&Task, &Reason)) {
        let container = reason.container.as_deref();
        let named = |definition: &&Value| definition.get("name").and_then(Value::as_str) == container;
        let containers = unit.containers();
        let Some(definition) = containers.iter().find(named).or_else(|| containers.first()) else { return };
        let Some((group, streams)) = streams(definition).ok().filter(|_| reason.has_run()) else { return };
        let stream = format!("{streams}/{}", task.id());
        for attempt in 0..ATTEMPTS {
            if attempt > 0 && self.pause(self.options.poll).await.is_err() {
                return;
            }
            match self.last_lines(&group, &stream).await {
                Some(lines) if lines.is_empty() => {}
                Some(lines) => {
                    failure.lines = lines;
                    failure.stream = Some(format!("{group}  {stream}"));
                    return;
                }
                None => return,
            }
        }
    }

    /// The last lines of a log stream, if it can be read.
    async fn last_lines(&self, group: &str, stream: &str) -> Option<Vec<String>> {
        let mut lines: Vec<String> = Vec::new();
        let mut next_token = None;
        loop {
            let call = FilterLogEvents {
                log_group_name: group,
                log_stream_name_prefix: Some(stream.to_owned()),
                next_token,
                ..FilterLogEvents::default()
            };
            let page = match self.writer.reader().read(&call).await {
                Ok(page) => page,
                Err(err) => {
                    if err.trouble == Trouble::Denied {
                        self.warn_once("logs", &format!("what containers wrote cannot be read: {err}"));
                    }
                    return None;
                }
            };
            lines.extend(page.events.into_iter().map(|event| event.message).filter(|line| !line.trim().is_empty()));
            lines.drain(..lines.len().saturating_sub(LINES));
            next_token = page.next_token;
            if next_token.is_none() {
                break;
            }
        }
        Some(lines.iter().map(|line| line.trim_end().chars().take(WIDTH).collect()).collect())
    }
}
