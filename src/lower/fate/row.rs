//! One row of the registry, and how it is written down.

use super::Fate;
use crate::diag::Code;
use crate::options::LaunchType;

/// What becomes of a key, and an example of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Its path: `*` stands for a name that the user gives, `[]` for the items of a list.
    pub key: &'static str,
    /// Keys that share its fate: below it, if they begin with a dot or a bracket, or elsewhere.
    pub parts: &'static [&'static str],
    /// What becomes of it on EC2.
    pub ec2: Outcome,
    /// What becomes of it on Fargate.
    pub fargate: Outcome,
    /// The code of a loss that has one of its own; else it is that of the fate.
    pub code: Option<Code>,
    /// Another key, of which is said what is to be said of this one.
    pub at: &'static str,
    /// How it is translated, in a phrase.
    pub remark: &'static str,
    /// What to do where it is not translated as it stands.
    pub hint: &'static str,
    /// An example.
    pub sample: Sample,
    /// Values that have another fate.
    pub exceptions: &'static [Exception],
}

/// A fate and its reason: the end of a sentence about a key that is left out, or the whole of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// What becomes of the key.
    pub fate: Fate,
    /// Why; nothing where it is exact.
    pub reason: &'static str,
    /// What it is in ECS: a path from a task definition unless it begins with `services`, `tasks`, `cluster` or `waves`.
    /// Nothing where ECS does by itself what the key says, and where nothing becomes of it.
    pub field: &'static str,
}

/// A file in which a key stands.
///
/// `‹…›` encloses what is left out of the file without the key. Between `|` and `›` stands what is there instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// The value of a key that stands in mappings only.
    Value(&'static str),
    /// The keys of the service `web`.
    Service(&'static str),
    /// The whole file.
    File(&'static str),
}

/// Values that have another fate than most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exception {
    /// Which, as the end of a sentence that begins with the fate: `where it is negative`.
    pub condition: &'static str,
    /// Their fate on EC2.
    pub ec2: Fate,
    /// Their fate on Fargate.
    pub fargate: Fate,
    /// An example.
    pub sample: Sample,
}

/// A key that ECS has, too.
pub(super) const fn exact(key: &'static str, field: &'static str, remark: &'static str) -> Row {
    row(key, Outcome { fate: Fate::Exact, reason: "", field }).remark(remark)
}

/// A key to which something of ECS is close.
pub(super) const fn approximated(key: &'static str, field: &'static str, reason: &'static str) -> Row {
    row(key, Outcome { fate: Fate::Approximated, reason, field })
}

/// A key for which ECS has nothing.
pub(super) const fn lost(key: &'static str, reason: &'static str) -> Row {
    row(key, Outcome { fate: Fate::Lost, reason, field: "" })
}

/// A key that has no effect on a deployed service.
pub(super) const fn irrelevant(key: &'static str, reason: &'static str) -> Row {
    row(key, Outcome { fate: Fate::Irrelevant, reason, field: "" })
}

/// A key that a service cannot do without.
pub(super) const fn refused(key: &'static str, reason: &'static str) -> Row {
    row(key, Outcome { fate: Fate::Refused, reason, field: "" })
}

/// A row with the same outcome on both launch types.
const fn row(key: &'static str, outcome: Outcome) -> Row {
    Row {
        key,
        parts: &[],
        ec2: outcome,
        fargate: outcome,
        code: None,
        at: "",
        remark: "",
        hint: "",
        sample: Sample::Value(""),
        exceptions: &[],
    }
}

impl Row {
    /// Names the keys that share its fate.
    pub(super) const fn parts(self, parts: &'static [&'static str]) -> Self {
        Self { parts, ..self }
    }

    /// Says that Fargate differs.
    pub(super) const fn fargate(self, fate: Fate, reason: &'static str) -> Self {
        Self { fargate: Outcome { fate, reason, field: "" }, ..self }
    }

    /// Says that it is something else on Fargate, which is as exact.
    pub(super) const fn fargate_field(self, field: &'static str) -> Self {
        Self { fargate: Outcome { field, ..self.fargate }, ..self }
    }

    /// Names the code of its loss.
    pub(super) const fn code(self, code: Code) -> Self {
        Self { code: Some(code), ..self }
    }

    /// Says where it is spoken of.
    pub(super) const fn at(self, at: &'static str) -> Self {
        Self { at, ..self }
    }

    /// Says how it is translated.
    pub(super) const fn remark(self, remark: &'static str) -> Self {
        Self { remark, ..self }
    }

    /// Says what to do about it.
    pub(super) const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// Gives an example by its value.
    pub(super) const fn value(self, value: &'static str) -> Self {
        Self { sample: Sample::Value(value), ..self }
    }

    /// Gives an example by the keys of a service.
    pub(super) const fn service(self, keys: &'static str) -> Self {
        Self { sample: Sample::Service(keys), ..self }
    }

    /// Gives an example by a file.
    pub(super) const fn file(self, text: &'static str) -> Self {
        Self { sample: Sample::File(text), ..self }
    }

    /// Names values that have another fate.
    pub(super) const fn except(self, exceptions: &'static [Exception]) -> Self {
        Self { exceptions, ..self }
    }

    /// The key as it is written within a service.
    #[must_use]
    pub fn short_key(&self) -> &'static str {
        self.key.strip_prefix("services.*.").unwrap_or(self.key)
    }

    /// What becomes of it on a launch type.
    #[must_use]
    pub const fn outcome(&self, launch_type: LaunchType) -> Outcome {
        match launch_type {
            LaunchType::Ec2 => self.ec2,
            LaunchType::Fargate => self.fargate,
        }
    }

    /// The last name of its path, which messages call it by.
    pub(super) const fn name(&self) -> &'static str {
        let mut rest = self.key;
        let mut index = 0;
        while index < rest.len() {
            if let (_, [b'.', ..]) = rest.as_bytes().split_at(index) {
                (_, rest) = rest.split_at(index + 1);
                index = 0;
            } else {
                index += 1;
            }
        }
        rest
    }

    /// Its own key and those that share its fate.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        let parts = self
            .parts
            .iter()
            .map(|part| if part.starts_with(['.', '[']) { format!("{}{part}", self.key) } else { (*part).to_owned() });
        std::iter::once(self.key.to_owned()).chain(parts)
    }
}

/// Values that have another fate than most, on both launch types.
pub(super) const fn exception(fate: Fate, condition: &'static str, sample: Sample) -> Exception {
    Exception { condition, ec2: fate, fargate: fate, sample }
}

impl Exception {
    /// The whole sentence: `lost where it is negative`.
    #[must_use]
    pub fn told(&self) -> String {
        let Self { condition, ec2, fargate, sample: _ } = self;
        let (ec2, fargate) = (ec2.as_str(), fargate.as_str());
        if ec2 == fargate {
            format!("{ec2} {condition}")
        } else {
            format!("{ec2} on EC2 and {fargate} on Fargate {condition}")
        }
    }

    /// Says that Fargate differs.
    pub(super) const fn fargate(self, fargate: Fate) -> Self {
        Self { fargate, ..self }
    }
}
