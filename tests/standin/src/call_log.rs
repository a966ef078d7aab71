//! All calls that were made, for tests to look at.

use std::time::Duration;

use serde_json::Value;

/// A call and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// When it came in.
    pub at: Duration,
    /// The service, as IAM calls it: `ecs`, `ecr` or `logs`.
    pub service: &'static str,
    /// The operation, such as `CreateService`.
    pub operation: String,
    /// Whether it changes anything.
    pub effect: Effect,
    /// Who made it.
    pub caller: Caller,
    /// Its input.
    pub input: Value,
    /// Whether it was carried out; one that AWS refused was not.
    pub applied: bool,
    /// `ok`, the name of an error, or `reset`, `timeout`, `unreachable`, `status 503`, `truncated`.
    pub outcome: String,
}

/// Whether a call changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It only reads.
    Reads,
    /// It changes something.
    Mutates,
}

/// Who made a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Who is tested, with this access key id.
    Tested(Option<String>),
    /// Somebody else, by the script.
    Somebody,
}

impl Effect {
    /// What an operation does. Handing out a password for the registry changes nothing.
    #[must_use]
    pub fn of(operation: &str) -> Self {
        let reads = ["Describe", "List", "Get", "BatchGet", "Filter"];
        if reads.iter().any(|start| operation.starts_with(start)) { Self::Reads } else { Self::Mutates }
    }
}
