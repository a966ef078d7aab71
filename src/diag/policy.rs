//! What users make of findings: which they let pass, and of which they make errors.

use std::collections::BTreeMap;

use super::{Code, Diagnostic, Diagnostics, Severity};

/// Whether what is not as the file says, which is what warnings are about, is a mistake.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strictness {
    /// It is a warning.
    #[default]
    Lenient,
    /// It is an error.
    Strict,
}

/// What the user says of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Its warnings and notes are not worth a word.
    Allow,
    /// Its warnings and notes are errors.
    Deny,
}

/// What becomes of findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// What holds for the codes of which nothing is said.
    pub strictness: Strictness,
    /// The codes of which something is said.
    pub levels: BTreeMap<Code, Level>,
}

impl Policy {
    /// This policy, with what another says of codes of which this one says nothing.
    #[must_use]
    pub fn or(&self, other: &BTreeMap<Code, Level>) -> Self {
        let levels = other.iter().chain(&self.levels).map(|(code, level)| (*code, *level)).collect();
        Self { strictness: self.strictness, levels }
    }

    /// Drops what is allowed, and makes errors of what is denied. What is an error already stays one.
    pub fn apply(&self, diags: &mut Diagnostics) {
        diags.replace(|finding| {
            let severity = self.severity(&finding)?;
            Some(Diagnostic { severity, ..finding })
        });
    }

    /// How much a finding matters under this policy; nothing if it is allowed.
    fn severity(&self, finding: &Diagnostic) -> Option<Severity> {
        match (finding.severity, self.levels.get(&finding.code)) {
            (Severity::Error, _) | (Severity::Warning | Severity::Note, Some(Level::Deny)) => Some(Severity::Error),
            (Severity::Warning | Severity::Note, Some(Level::Allow)) => None,
            (Severity::Warning, None) => Some(self.of_warnings()),
            (Severity::Note, None) => Some(Severity::Note),
        }
    }

    /// How much a warning matters of whose code the user says nothing.
    const fn of_warnings(&self) -> Severity {
        match self.strictness {
            Strictness::Strict => Severity::Error,
            Strictness::Lenient => Severity::Warning,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of an error, a warning and a note of a code.
    #[track_caller]
    fn check(strictness: Strictness, level: Option<Level>, code: Code, expected: &[Severity]) {
        let policy = Policy { strictness, levels: level.map(|level| (code, level)).into_iter().collect() };
        let mut diags = Diagnostics::default();
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            diags.push(severity, code, None, "a");
        }
        policy.apply(&mut diags);
        assert_eq!(diags.iter().map(|finding| finding.severity).collect::<Vec<_>>(), expected);
    }

    use Severity::{Error, Note, Warning};
    use Strictness::{Lenient, Strict};

    #[test]
    fn strict_makes_errors_of_warnings() {
        check(Lenient, None, Code::Lost, &[Error, Warning, Note]);
        check(Strict, None, Code::Lost, &[Error, Error, Note]);
        check(Strict, None, Code::Conflict, &[Error, Error, Note]);
    }

    #[test]
    fn what_is_allowed_is_silent_however_strict_one_is() {
        check(Lenient, Some(Level::Allow), Code::Lost, &[Error]);
        check(Strict, Some(Level::Allow), Code::Lost, &[Error]);
    }

    #[test]
    fn what_is_denied_is_an_error() {
        check(Lenient, Some(Level::Deny), Code::MissingOption, &[Error, Error, Error]);
    }

    #[test]
    fn another_policy_decides_where_this_one_says_nothing() {
        let levels = |list: &[(Code, Level)]| list.iter().copied().collect::<BTreeMap<_, _>>();
        let own = Policy { strictness: Strict, levels: levels(&[(Code::Lost, Level::Allow)]) };
        let other = levels(&[(Code::Lost, Level::Deny), (Code::Inferred, Level::Deny)]);
        let joined = levels(&[(Code::Lost, Level::Allow), (Code::Inferred, Level::Deny)]);
        assert_eq!(own.or(&other), Policy { strictness: Strict, levels: joined });
    }
}
