//! What goes wrong, scripted per call.

mod known;

use std::ops::Range;
use std::time::Duration;

use serde_json::Value;

use crate::deed::Deed;

/// What happens to a call.
#[derive(Debug, Clone)]
pub enum Fault {
    /// `ThrottlingException: Rate exceeded`.
    Throttle,
    /// An error of AWS.
    Error {
        /// Its name.
        code: String,
        /// Its sentence.
        message: String,
        /// The status code.
        status: u16,
    },
    /// `AccessDeniedException`, with the sentence that names the user, the action and the resource.
    AccessDenied,
    /// The credentials of the call are no longer valid.
    ExpiredToken,
    /// The connection breaks.
    Reset {
        /// Whether the call was carried out.
        applied: Applied,
    },
    /// There is never an answer.
    Timeout {
        /// Whether the call was carried out.
        applied: Applied,
    },
    /// No connection comes about.
    Unreachable,
    /// An answer of another kind, such as a proxy's page.
    Status {
        /// The status code.
        status: u16,
        /// The body as it is.
        body: String,
    },
    /// The call is carried out, and its answer ends in the middle of the JSON.
    Truncated,
    /// The call is not carried out; this is its answer.
    Answer(Value),
    /// The call is carried out, and its answer comes late.
    Delay(Duration),
    /// Something befalls the account just before the call, such as another caller's call.
    Meanwhile(Deed),
}

/// Whether a call whose answer is lost was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It was.
    Yes,
    /// It was not.
    No,
}

/// The script: its rules in the order they were written. The first that is about a call decides.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    operation: String,
    which: Which,
    during: Option<Range<Duration>>,
    signed_by: Option<String>,
    seen: u64,
    fault: Fault,
}

/// Which of the calls that a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    Nth(u64),
    First(u64),
    From(u64),
    Every(u64),
}

/// A rule that is being written.
#[derive(Debug)]
pub struct On<'a> {
    faults: &'a mut Faults,
    operation: String,
    which: Which,
    during: Option<Range<Duration>>,
    signed_by: Option<String>,
}

impl Faults {
    /// Begins a rule about the calls of an operation; `*` at the end stands for anything.
    pub fn on(&mut self, operation: &str) -> On<'_> {
        On { faults: self, operation: operation.to_owned(), which: Which::All, during: None, signed_by: None }
    }

    /// Forgets all rules.
    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// What happens to a call.
    pub(crate) fn next(&mut self, operation: &str, now: Duration, key: Option<&str>) -> Option<Fault> {
        let mut fault = None;
        for rule in &mut self.rules {
            if rule.is_about(operation, now, key) {
                rule.seen += 1;
                if fault.is_none() && rule.which.holds(rule.seen) {
                    fault = Some(rule.fault.clone());
                }
            }
        }
        fault
    }
}

impl On<'_> {
    /// Only the call of this number, counted from 1.
    #[must_use]
    pub fn nth(self, number: u64) -> Self {
        Self { which: Which::Nth(number), ..self }
    }

    /// Only so many calls.
    #[must_use]
    pub fn first(self, count: u64) -> Self {
        Self { which: Which::First(count), ..self }
    }

    /// The call of this number, counted from 1, and all that follow.
    #[must_use]
    pub fn from(self, number: u64) -> Self {
        Self { which: Which::From(number), ..self }
    }

    /// Every second, third… call.
    #[must_use]
    pub fn every(self, number: u64) -> Self {
        Self { which: Which::Every(number), ..self }
    }

    /// Only calls made in this time.
    #[must_use]
    pub fn during(self, during: Range<Duration>) -> Self {
        Self { during: Some(during), ..self }
    }

    /// Only calls signed with this access key id.
    #[must_use]
    pub fn signed_by(self, access_key: &str) -> Self {
        Self { signed_by: Some(access_key.to_owned()), ..self }
    }

    /// Says what happens.
    pub fn then(self, fault: Fault) {
        let Self { faults, operation, which, during, signed_by } = self;
        faults.rules.push(Rule { operation, which, during, signed_by, seen: 0, fault });
    }
}

impl Rule {
    fn is_about(&self, operation: &str, now: Duration, key: Option<&str>) -> bool {
        let named = match self.operation.strip_suffix('*') {
            Some(start) => operation.starts_with(start),
            None => operation == self.operation,
        };
        named
            && self.during.as_ref().is_none_or(|during| during.contains(&now))
            && self.signed_by.as_deref().is_none_or(|wanted| key == Some(wanted))
    }
}

impl Which {
    fn holds(self, number: u64) -> bool {
        match self {
            Self::All => true,
            Self::Nth(wanted) => number == wanted,
            Self::First(count) => number <= count,
            Self::From(first) => number >= first,
            Self::Every(step) => step != 0 && number.is_multiple_of(step),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Fault, Faults, On};

    /// Of six calls one second apart, those that fail.
    #[track_caller]
    fn check(rule: impl Fn(On<'_>) -> On<'_>, expected: &[u64]) {
        let mut faults = Faults::default();
        rule(faults.on("Describe*")).then(Fault::Throttle);
        let mut fails = |second| {
            faults.next("CreateService", Duration::ZERO, None);
            faults.next("DescribeServices", Duration::from_secs(second), Some("OLD")).is_some()
        };
        let found: Vec<u64> = (1..=6).filter(|second| fails(*second)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_rule_is_about_some_calls() {
        check(|on| on, &[1, 2, 3, 4, 5, 6]);
        check(|on| on.nth(2), &[2]);
        check(|on| on.first(2), &[1, 2]);
        check(|on| on.from(5), &[5, 6]);
        check(|on| on.every(2), &[2, 4, 6]);
        check(|on| on.during(Duration::from_secs(3)..Duration::from_secs(5)), &[3, 4]);
        check(|on| on.during(Duration::from_secs(3)..Duration::from_secs(6)).nth(2), &[4]);
        check(|on| on.signed_by("OLD").nth(1), &[1]);
        check(|on| on.signed_by("NEW"), &[]);
    }
}
