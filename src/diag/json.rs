//! Findings as JSON, one line each, for other programs.

use serde::Serialize;

use super::place::Place;
use super::{Diagnostic, Diagnostics, Severity};
use crate::source::Sources;

/// A finding. What there is not is left out.
#[derive(Debug, Serialize)]
struct Line<'a> {
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(flatten)]
    place: Option<Place<'a>>,
    labels: Vec<Label<'a>>,
    hints: &'a [String],
}

/// A further place, and what it has to do with the finding.
#[derive(Debug, Serialize)]
struct Label<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

/// The lines of all findings.
#[must_use]
pub fn render(diagnostics: &Diagnostics, sources: &Sources) -> String {
    diagnostics.iter().map(|finding| Line::of(finding, sources).written()).collect()
}

/// The line of something that failed outside of the files.
#[must_use]
pub fn failure(reason: &str) -> String {
    let severity = Severity::Error.as_str();
    Line { severity, code: None, message: reason, path: None, place: None, labels: Vec::new(), hints: &[] }.written()
}

impl<'a> Line<'a> {
    /// The line of a finding.
    fn of(finding: &'a Diagnostic, sources: &'a Sources) -> Self {
        let Diagnostic { severity, code, span, path, message, labels, hints } = finding;
        let label = |(span, message): &'a (_, String)| Label { message, place: Place::of(*span, sources) };
        Self {
            severity: severity.as_str(),
            code: Some(code.as_str()),
            message,
            path: path.as_deref(),
            place: span.map(|span| Place::of(span, sources)),
            labels: labels.iter().map(label).collect(),
            hints,
        }
    }

    /// Its text.
    fn written(&self) -> String {
        serde_json::to_string(self).expect("words and numbers can be written") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;
    use crate::diag::testing::Case;

    #[test]
    fn a_finding_is_a_line() {
        let mut case = Case::new(&["a: é\nb: x\n", "c\n"]);
        let (place, label) = (case.find(0, "x"), case.find(1, "c"));
        case.diags.warn(Code::Lost, place, "`b` is\n\"gone\"").hint("stay").label(label, "here").path =
            Some("a.b".to_owned());
        case.diags.push(Severity::Note, Code::MissingOption, None, "no region");
        assert_eq!(
            render(&case.diags, &case.sources),
            concat!(
                r#"{"severity":"warning","code":"lost","message":"`b` is\n\"gone\"","path":"a.b","file":"compose.yml","#,
                r#""line":2,"column":4,"end_line":2,"end_column":5,"#,
                r#""labels":[{"message":"here","file":"other.yml","line":1,"column":1,"end_line":1,"end_column":2}],"#,
                r#""hints":["stay"]}"#,
                "\n",
                r#"{"severity":"note","code":"missing-option","message":"no region","labels":[],"hints":[]}"#,
                "\n",
            )
        );
    }

    #[test]
    fn a_failure_is_a_line_without_a_code() {
        assert_eq!(failure("no disk"), "{\"severity\":\"error\",\"message\":\"no disk\",\"labels\":[],\"hints\":[]}\n");
    }
}
