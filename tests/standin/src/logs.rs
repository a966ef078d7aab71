//! Amazon `CloudWatch` Logs: groups, streams and what containers wrote.

mod calls;
mod read;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::aws::Aws;
use crate::tags::Tags;
use crate::task::{ContainerState, Task};

/// The log groups, by their names.
#[derive(Debug, Default)]
pub(crate) struct Logs {
    pub(crate) groups: BTreeMap<String, LogGroup>,
    /// How many events there ever were.
    written: u64,
}

/// A log group.
#[derive(Debug, Clone, Default)]
pub struct LogGroup {
    /// After how many days its events are deleted; none is never.
    pub retention: Option<i64>,
    /// Its tags.
    pub tags: Tags,
    /// Its streams: their events in the order of their times.
    pub streams: BTreeMap<String, Vec<LogEvent>>,
    pub(crate) created_at: Duration,
}

/// A line that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// Its id.
    pub id: String,
    /// When it was written.
    pub at: Duration,
    /// What it says.
    pub text: String,
}

impl Logs {
    /// Writes what the containers of a task say that started, and unwrites what those would have said that ended.
    pub(crate) fn hear(&mut self, task: &mut Task, now: Duration) {
        for place in std::mem::take(&mut task.news) {
            let Some(container) = task.containers.get(place) else { continue };
            let (Some(started), Some((group, stream))) = (container.started(), &container.log_stream) else { continue };
            let end = match container.state {
                ContainerState::Stopped { at, .. } => Some(at),
                ContainerState::Waiting | ContainerState::Starting(_) | ContainerState::Running(_) => None,
            };
            let is_new = self.groups.get(group).is_none_or(|group| !group.streams.contains_key(stream));
            if is_new {
                self.group(group, now).streams.insert(stream.clone(), Vec::new());
                for (after, text) in &container.behaviour.logs {
                    self.write((group, stream), started + *after, text);
                }
            }
            if let Some(end) = end {
                let streams = self.groups.get_mut(group).and_then(|group| group.streams.get_mut(stream));
                if let Some(events) = streams {
                    events.retain(|event| event.at <= end);
                }
            }
        }
    }

    fn group(&mut self, name: &str, now: Duration) -> &mut LogGroup {
        let new = || LogGroup { created_at: now, ..LogGroup::default() };
        self.groups.entry(name.to_owned()).or_insert_with(new)
    }

    fn write(&mut self, (group, stream): (&str, &str), at: Duration, text: &str) {
        self.written += 1;
        let event = LogEvent { id: format!("{:056}", self.written), at, text: text.to_owned() };
        let events = self.group(group, at).streams.entry(stream.to_owned()).or_default();
        let place = events.partition_point(|other| other.at <= at);
        events.insert(place, event);
    }
}

impl Aws {
    /// A log group.
    #[must_use]
    pub fn log_group(&self, name: &str) -> Option<&LogGroup> {
        self.logs.groups.get(name)
    }

    /// Writes a line into a stream, which is made when it is not there.
    pub fn write_log(&mut self, group: &str, stream: &str, text: &str) {
        self.logs.write((group, stream), self.now, text);
    }
}
