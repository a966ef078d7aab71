//! Equal findings as one, so that what a file repeats is read once.

use indexmap::IndexMap;

use super::{Code, Diagnostic, Diagnostics, Severity};

/// A finding, and others that say the same of other places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'d> {
    /// The first of them.
    pub finding: &'d Diagnostic,
    /// The others.
    pub others: Vec<&'d Diagnostic>,
}

impl Diagnostics {
    /// The findings in their order, those that say and advise the same together at the place of the first.
    #[must_use]
    pub fn grouped(&self) -> Vec<Group<'_>> {
        let mut groups: IndexMap<(Severity, Code, &str, &[String]), Group<'_>> = IndexMap::new();
        for finding in self {
            let key = (finding.severity, finding.code, finding.message.as_str(), finding.hints.as_slice());
            match groups.get_mut(&key) {
                Some(group) => group.others.push(finding),
                None => drop(groups.insert(key, Group { finding, others: Vec::new() })),
            }
        }
        groups.into_values().collect()
    }
}

/// The groups that matter most, `most` of them at the most, in their order: errors before warnings before notes.
#[must_use]
pub fn weightiest(groups: Vec<Group<'_>>, most: usize) -> Vec<Group<'_>> {
    let room = |severity: Severity| {
        let weightier = groups.iter().filter(|group| group.finding.severity < severity).count();
        most.saturating_sub(weightier)
    };
    let mut rooms = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| (severity, room(severity)));
    let mut fits = |group: &Group<'_>| {
        let room = rooms.iter_mut().find(|(severity, room)| *severity == group.finding.severity && *room > 0);
        room.map(|(_, room)| *room -= 1).is_some()
    };
    groups.into_iter().filter(|group| fits(group)).collect()
}

/// How many findings groups stand for.
#[must_use]
pub fn count(groups: &[Group<'_>]) -> usize {
    groups.iter().map(|group| 1 + group.others.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Findings: each a letter for the severity, and the message.
    fn findings(texts: &[&str]) -> Diagnostics {
        let mut diags = Diagnostics::default();
        for text in texts {
            let (severity, message) = match text.split_at(1) {
                ("e", message) => (Severity::Error, message),
                ("w", message) => (Severity::Warning, message),
                (_, message) => (Severity::Note, message),
            };
            diags.push(severity, Code::Lost, None, message);
        }
        diags
    }

    /// Groups the findings, and keeps so many: the message of each group, and how many others say the same.
    #[track_caller]
    fn check(texts: &[&str], most: usize, expected: &[(&str, usize)]) {
        let diags = findings(texts);
        let groups = weightiest(diags.grouped(), most);
        let shown: Vec<_> = groups.iter().map(|group| (group.finding.message.as_str(), group.others.len())).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn equal_findings_are_one() {
        check(&["wa", "wb", "wa", "ea", "wa"], 9, &[("a", 2), ("b", 0), ("a", 0)]);
        assert_eq!(count(&findings(&["wa", "wb", "wa"]).grouped()), 3);
    }

    #[test]
    fn findings_of_another_code_or_with_other_hints_are_others() {
        let mut diags = findings(&["wa"]);
        diags.push(Severity::Warning, Code::Approximated, None, "a");
        diags.push(Severity::Warning, Code::Lost, None, "a").hint("b");
        assert_eq!(diags.grouped().len(), 3);
    }

    #[test]
    fn errors_go_before_warnings_and_all_keep_their_order() {
        let texts = ["na", "wb", "ec", "nd", "we", "ef"];
        check(&texts, 6, &[("a", 0), ("b", 0), ("c", 0), ("d", 0), ("e", 0), ("f", 0)]);
        check(&texts, 5, &[("a", 0), ("b", 0), ("c", 0), ("e", 0), ("f", 0)]);
        check(&texts, 3, &[("b", 0), ("c", 0), ("f", 0)]);
        check(&texts, 1, &[("c", 0)]);
        check(&texts, 0, &[]);
    }
}
