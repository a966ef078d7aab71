//! What containers do, as a test scripts it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// What one start of a container is like. Nothing said: its image is there, it runs for ever as part of a service and a
/// while as a one-off, it gets healthy at its first check, and says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Behaviour {
    /// Why the task cannot be initialised, after `ResourceInitializationError: `.
    pub initialization: Option<String>,
    /// How the pull of its image goes.
    pub pull: Pull,
    /// Why the container cannot start, such as `CannotStartContainerError: …`.
    pub start: Option<String>,
    /// How long it runs.
    pub life: Life,
    /// What its health check finds.
    pub health: Health,
    /// How the target group finds it.
    pub target: Target,
    /// What it writes, and how long after its start.
    pub logs: Vec<(Duration, String)>,
    /// How it answers the signal to stop.
    pub stop: Stop,
}

/// How the pull of an image goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Pull {
    /// It takes the usual time.
    #[default]
    Works,
    /// It takes this long.
    Takes(Duration),
    /// The tag does not exist.
    NotFound,
    /// The registry refuses.
    Denied,
    /// There is no route to the registry.
    Unreachable,
    /// The registry refuses for now.
    RateLimited,
    /// There is no such platform among the image's.
    NoPlatform,
    /// It fails for this reason, which follows `CannotPullContainerError: `.
    Fails(String),
}

/// How long a container runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Life {
    /// As a service for ever, as a one-off or as a step that others wait for a while.
    #[default]
    Usual,
    /// Until it is stopped.
    ForEver,
    /// Until it ends by itself.
    Exits {
        /// How long after its start.
        after: Duration,
        /// Its exit code; none is what ECS reports of a container that it lost sight of.
        code: Option<i64>,
        /// The reason that ECS gives, such as `OutOfMemoryError: …`.
        reason: Option<String>,
    },
}

/// What the health check of a container finds, if it has one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Health {
    /// HEALTHY at the first check.
    #[default]
    AtFirstCheck,
    /// HEALTHY this long after its start.
    After(Duration),
    /// UNHEALTHY once the start period and the retries are over.
    Never,
    /// HEALTHY at the first check, UNHEALTHY this long after its start.
    Until(Duration),
    /// UNKNOWN for ever.
    Unknown,
}

/// How the target group of the service finds a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Target {
    /// Healthy after the usual time.
    #[default]
    Healthy,
    /// Unhealthy after the usual time.
    Unhealthy,
}

/// How a container answers the signal to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// When it ends; none is the usual time. After `stopTimeout` it is killed, with 137.
    pub after: Option<Duration>,
    /// Its exit code.
    pub code: i64,
}

impl Default for Stop {
    fn default() -> Self {
        Self { after: None, code: 143 }
    }
}

impl Behaviour {
    /// Runs for a while, and exits.
    #[must_use]
    pub fn exits(after: Duration, code: i64) -> Self {
        Self { life: Life::Exits { after, code: Some(code), reason: None }, ..Self::default() }
    }

    /// Runs for a while, and is killed for its memory.
    #[must_use]
    pub fn out_of_memory(after: Duration) -> Self {
        let reason = Some("OutOfMemoryError: Container killed due to memory usage".to_owned());
        Self { life: Life::Exits { after, code: Some(137), reason }, ..Self::default() }
    }

    /// Its image cannot be pulled.
    #[must_use]
    pub fn pulls(pull: Pull) -> Self {
        Self { pull, ..Self::default() }
    }

    /// Its health check finds this.
    #[must_use]
    pub fn health(health: Health) -> Self {
        Self { health, ..Self::default() }
    }

    /// Its task cannot be initialised, for a reason that follows `ResourceInitializationError: `.
    #[must_use]
    pub fn uninitialized(reason: &str) -> Self {
        Self { initialization: Some(reason.to_owned()), ..Self::default() }
    }

    /// It cannot start, for a reason such as `CannotStartContainerError: …`.
    #[must_use]
    pub fn unstartable(reason: &str) -> Self {
        Self { start: Some(reason.to_owned()), ..Self::default() }
    }

    /// The target group finds it unhealthy.
    #[must_use]
    pub fn unhealthy_target() -> Self {
        Self { target: Target::Unhealthy, ..Self::default() }
    }

    /// Writes a line, this long after its start.
    #[must_use]
    pub fn says(mut self, after: Duration, line: &str) -> Self {
        self.logs.push((after, line.to_owned()));
        self
    }

    /// Answers the signal to stop so.
    #[must_use]
    pub fn stops(mut self, after: Duration, code: i64) -> Self {
        self.stop = Stop { after: Some(after), code };
        self
    }
}

impl Pull {
    /// Why the pull of an image fails, if it does.
    pub(crate) fn failure(&self, image: &str) -> Option<String> {
        let detail = match self {
            Self::Works | Self::Takes(_) => return None,
            Self::NotFound => {
                format!(
                    "ref pull has been retried 5 time(s): failed to resolve reference \"{image}\": {image}: not found"
                )
            }
            Self::Denied => format!(
                "pull image manifest has been retried 1 time(s): failed to resolve ref {image}: unexpected status from \
                 HEAD request: 403 Forbidden: denied"
            ),
            Self::Unreachable => format!(
                "ref pull has been retried 5 time(s): failed to resolve reference \"{image}\": failed to do request: dial \
                 tcp: i/o timeout"
            ),
            Self::RateLimited => format!(
                "ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: unexpected status code \
                 for {image}: 429 Too Many Requests - toomanyrequests: You have reached your pull rate limit"
            ),
            Self::NoPlatform => format!(
                "image Manifest does not contain descriptor matching platform 'linux/amd64': {image}: no matching \
                 manifest for linux/amd64"
            ),
            Self::Fails(reason) => reason.clone(),
        };
        Some(format!("CannotPullContainerError: {detail}"))
    }
}

/// Which containers a behaviour is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// Those of this image, as the task definition writes it.
    Image(String),
    /// Those of this name in all revisions of a family: `shop-api/api`.
    Container(String),
    /// Those of this name in one revision: `shop-api:2/api`.
    Revision(String),
}

/// The behaviours that a test scripted. The first start of a container takes the first of its sequence, and so on; the
/// last one holds for all that follow.
#[derive(Debug, Default)]
pub(crate) struct Behaviours {
    sequences: BTreeMap<Of, Sequence>,
    usual: Arc<Behaviour>,
}

#[derive(Debug)]
struct Sequence {
    behaviours: Vec<Arc<Behaviour>>,
    next: usize,
}

impl Behaviours {
    /// Replaces what was said of these containers.
    pub(crate) fn set(&mut self, of: Of, behaviours: impl IntoIterator<Item = Behaviour>) {
        let behaviours: Vec<_> = behaviours.into_iter().map(Arc::new).collect();
        self.sequences.insert(of, Sequence { behaviours, next: 0 });
    }

    /// What the next start is like of a container. A revision is heard before a family, and that before an image.
    pub(crate) fn next(&mut self, family: &str, revision: u64, container: (&str, &str)) -> Arc<Behaviour> {
        let (name, image) = container;
        let candidates = [
            Of::Revision(format!("{family}:{revision}/{name}")),
            Of::Container(format!("{family}/{name}")),
            Of::Image(image.to_owned()),
        ];
        for of in candidates {
            if let Some(sequence) = self.sequences.get_mut(&of) {
                let place = sequence.next.min(sequence.behaviours.len().saturating_sub(1));
                sequence.next += 1;
                if let Some(behaviour) = sequence.behaviours.get(place) {
                    return Arc::clone(behaviour);
                }
            }
        }
        Arc::clone(&self.usual)
    }
}
