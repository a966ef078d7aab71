//! What becomes of every key of Compose on ECS: one registry, beside the passes that carry it out.
//!
//! A pass takes from it what it says of a key; `explain` and `docs/compose-support.md` are made of it. There is one
//! table per facet, with the names of the facets. A key that only holds other keys has no row: its keys have.

pub mod example;
mod ignored;
mod image;
mod kernel;
mod logging;
pub mod lookup;
mod network;
mod placement;
mod process;
mod project;
mod readiness;
mod resources;
mod row;
mod secrets;
mod storage;
pub mod verbose;

use crate::diag::{Code, Diagnostic, Diagnostics, Severity};
use crate::options::LaunchType;
use crate::source::{Span, Spanned};

pub use row::{Exception, Outcome, Row, Sample};

/// What becomes of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// ECS does what the file says.
    Exact,
    /// ECS does something else that is close to it.
    Approximated,
    /// ECS cannot do it; it is left out.
    Lost,
    /// It has no effect on a service that is deployed.
    Irrelevant,
    /// It cannot be left out without breaking the service: nothing is translated.
    Refused,
}

impl Fate {
    /// Every fate.
    pub const ALL: &'static [Self] = &[Self::Exact, Self::Approximated, Self::Lost, Self::Irrelevant, Self::Refused];

    /// The word by which users know it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Approximated => "approximated",
            Self::Lost => "lost",
            Self::Irrelevant => "irrelevant",
            Self::Refused => "refused",
        }
    }

    /// What it means.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Exact => "ECS does what the file says",
            Self::Approximated => "ECS does something else that is close to it; a warning says what differs",
            Self::Lost => "ECS cannot do it, and it is left out; a warning says why",
            Self::Irrelevant => "it has no effect on a deployed service; `--verbose` lists it",
            Self::Refused => "leaving it out would break the service, so it is an error",
        }
    }

    /// How a finding about it is reported, if there is one.
    #[must_use]
    pub const fn finding(self) -> Option<(Severity, Code)> {
        match self {
            Self::Exact => None,
            Self::Approximated => Some((Severity::Warning, Code::Approximated)),
            Self::Lost => Some((Severity::Warning, Code::Lost)),
            Self::Irrelevant => Some((Severity::Note, Code::Irrelevant)),
            Self::Refused => Some((Severity::Error, Code::Refused)),
        }
    }
}

/// The keys of one facet.
#[derive(Debug, Clone, Copy)]
pub struct Facet {
    /// What they are about.
    pub title: &'static str,
    /// What becomes of each.
    pub rows: &'static [Row],
}

/// The registry.
pub const FACETS: &[Facet] = &[
    Facet { title: "project", rows: project::ROWS },
    Facet { title: "image", rows: image::ROWS },
    Facet { title: "process", rows: process::ROWS },
    Facet { title: "readiness and order", rows: readiness::ROWS },
    Facet { title: "network", rows: network::ROWS },
    Facet { title: "storage", rows: storage::ROWS },
    Facet { title: "logging", rows: logging::ROWS },
    Facet { title: "secrets and configs", rows: secrets::ROWS },
    Facet { title: "resources", rows: resources::ROWS },
    Facet { title: "placement and deployment", rows: placement::ROWS },
    Facet { title: "kernel", rows: kernel::ROWS },
    Facet { title: "what has no meaning on ECS", rows: ignored::ROWS },
];

/// Every row.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    FACETS.iter().flat_map(|facet| facet.rows)
}

/// The row of a key, found when this is compiled: a key without a row does not compile.
pub(super) const fn row(key: &str) -> &'static Row {
    let mut facets = FACETS;
    while let [facet, others @ ..] = facets {
        let mut rows = facet.rows;
        while let [row, others @ ..] = rows {
            if equal(row.key, key) {
                return row;
            }
            rows = others;
        }
        facets = others;
    }
    panic!("no row has this key")
}

/// Whether two texts are equal. The operator cannot be asked while this is compiled.
const fn equal(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    loop {
        match (one, other) {
            ([], []) => return true,
            ([first, rest @ ..], [other_first, other_rest @ ..]) if *first == *other_first => {
                (one, other) = (rest, other_rest);
            }
            _ => return false,
        }
    }
}

/// What becomes of a key, for a pass to report: `fate!("services.*.uts")` where both launch types agree, and
/// `fate!("services.*.shm_size", launch_type)` where they do not.
macro_rules! fate {
    ($key:literal) => {
        const { $crate::lower::fate::row($key).everywhere() }
    };
    ($key:literal, $launch_type:expr) => {
        const { $crate::lower::fate::row($key) }.on($launch_type)
    };
}
pub(super) use fate;

/// What becomes of a key on a target.
#[derive(Debug, Clone, Copy)]
pub struct Verdict<'a> {
    /// The key as messages call it: `propagation`.
    key: &'a str,
    /// What becomes of it, and why.
    outcome: Outcome,
    /// The code of a loss that has one of its own.
    code: Option<Code>,
    /// What to do about it, if anything.
    hint: &'static str,
}

impl Row {
    /// What becomes of it on a launch type.
    pub(super) const fn on(&self, launch_type: LaunchType) -> Verdict<'static> {
        Verdict { key: self.name(), outcome: self.outcome(launch_type), code: self.code, hint: self.hint }
    }

    /// What becomes of it on both launch types, which agree.
    pub(super) const fn everywhere(&self) -> Verdict<'static> {
        assert!(equal(self.ec2.reason, self.fargate.reason), "the launch types differ");
        self.on(LaunchType::Ec2)
    }
}

impl Verdict<'_> {
    /// The same of another key.
    pub(super) const fn of(self, key: &str) -> Verdict<'_> {
        Verdict { key, outcome: self.outcome, code: self.code, hint: self.hint }
    }

    /// What becomes of the key.
    pub(super) const fn fate(self) -> Fate {
        self.outcome.fate
    }

    /// Reports a key: how much it matters follows from its fate.
    pub(super) fn report(self, span: Span, diags: &mut Diagnostics) -> &mut Diagnostic {
        let Self { key, outcome: Outcome { fate, reason, field: _ }, code: own, hint } = self;
        let (severity, code) = fate.finding().expect("a pass reports no key that is translated as it stands");
        // What is refused or without effect is no loss.
        let code = own.filter(|_| severity == Severity::Warning).unwrap_or(code);
        let message = match fate {
            Fate::Lost => format!("`{key}` is left out: {reason}"),
            Fate::Irrelevant => format!("`{key}` has no effect on a deployed service: {reason}"),
            Fate::Exact | Fate::Approximated | Fate::Refused => reason.to_owned(),
        };
        let finding = diags.push(severity, code, Some(span), message);
        if hint.is_empty() { finding } else { finding.hint(hint) }
    }

    /// Reports a key if it is there.
    pub(super) fn report_if<T>(self, value: Option<&Spanned<T>>, diags: &mut Diagnostics) {
        if let Some(value) = value {
            self.report(value.span, diags);
        }
    }
}

/// Reports a value that ECS cannot honour. `why` ends the sentence that starts with what it is.
pub(super) fn lost_at<'d>(what: &str, span: Span, why: &str, diags: &'d mut Diagnostics) -> &'d mut Diagnostic {
    lost_as(Code::Lost, (what, span), why, diags)
}

/// Reports a value that ECS cannot honour, and what kind of loss that is.
pub(super) fn lost_as<'d>(
    code: Code,
    (what, span): (&str, Span),
    why: &str,
    diags: &'d mut Diagnostics,
) -> &'d mut Diagnostic {
    diags.warn(code, span, format!("`{what}` is left out: {why}"))
}
