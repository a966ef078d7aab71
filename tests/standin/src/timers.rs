//! What happens by itself, and when.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::deed::Deed;
use crate::service::ServiceKey;
use crate::task::TaskNumber;

/// Something that happens by itself.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// A task does what is due.
    Task(TaskNumber),
    /// The scheduler looks at a service.
    Service(ServiceKey),
    /// A stopped task can no longer be described.
    Forget(TaskNumber),
    /// Something befalls the account, as the script says.
    Deed(Deed),
}

/// Events in the order of their times; at one time, in the order they were set.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    queue: BTreeMap<(Duration, u64), Event>,
    set: u64,
}

impl Timers {
    pub(crate) fn set(&mut self, at: Duration, event: Event) {
        self.set += 1;
        self.queue.insert((at, self.set), event);
    }

    /// Takes the next event that is due by this time.
    pub(crate) fn take(&mut self, until: Duration) -> Option<(Duration, Event)> {
        let entry = self.queue.first_entry().filter(|entry| entry.key().0 <= until)?;
        let ((at, _), event) = entry.remove_entry();
        Some((at, event))
    }

    /// When the next event is due.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.queue.keys().next().map(|(at, _)| *at)
    }
}
