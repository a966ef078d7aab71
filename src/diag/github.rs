//! Findings as workflow commands of GitHub Actions, which show them beside the lines of a pull request.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use std::fmt::Write as _;

use super::place::Place;
use super::{Diagnostic, Diagnostics, Severity};
use crate::source::Sources;

/// The commands of all findings, a line each.
#[must_use]
pub fn render(diagnostics: &Diagnostics, sources: &Sources) -> String {
    diagnostics.iter().map(|finding| command(finding, sources)).collect()
}

/// The command for something that failed outside of the files.
#[must_use]
pub fn failure(reason: &str) -> String {
    line(Severity::Error, &[("title", "compose2ecs".to_owned())], reason)
}

/// The command of a finding.
fn command(finding: &Diagnostic, sources: &Sources) -> String {
    let Diagnostic { severity, code, span, path, message, labels, hints } = finding;
    let mut properties = span.map(|span| place_properties(&Place::of(span, sources))).unwrap_or_default();
    properties.push(("title", format!("compose2ecs ({})", code.as_str())));
    let at = path.iter().map(|path| format!("\nat {path}"));
    let labels = labels.iter().map(|(span, text)| {
        let Place { file, line, column, end_line: _, end_column: _ } = Place::of(*span, sources);
        format!("\n{file}:{line}:{column}: {text}")
    });
    let hints = hints.iter().map(|hint| format!("\nhelp: {hint}"));
    let text: String = std::iter::once(message.clone()).chain(at).chain(labels).chain(hints).collect();
    line(*severity, &properties, &text)
}

/// Where the command is shown. GitHub takes columns only where they are those of one line.
fn place_properties(place: &Place<'_>) -> Vec<(&'static str, String)> {
    let Place { file, line, column, end_line, end_column } = *place;
    let mut properties = vec![("file", file.to_owned()), ("line", line.to_string()), ("endLine", end_line.to_string())];
    if place.is_on_one_line() {
        properties.extend([("col", column.to_string()), ("endColumn", end_column.to_string())]);
    }
    properties
}

/// A command with its properties and its text.
fn line(severity: Severity, properties: &[(&str, String)], text: &str) -> String {
    let command = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut line = format!("::{command} ");
    for (index, (name, value)) in properties.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        write!(line, "{comma}{name}={}", escaped(value, &['%', '\r', '\n', ':', ','])).expect("a string takes all");
    }
    line + "::" + &escaped(text, &['%', '\r', '\n']) + "\n"
}

/// A text in which some characters are written as GitHub reads them back: `%` and their number.
/// <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>
fn escaped(text: &str, special: &[char]) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        if special.contains(&character) {
            write!(result, "%{:02X}", u32::from(character)).expect("a string takes all");
        } else {
            result.push(character);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;
    use crate::diag::testing::Case;

    #[test]
    fn a_finding_is_a_command() {
        let mut case = Case::new(&["a: x\nb: x\n", "c\n"]);
        let (place, label) = (case.find(0, "b: x"), case.find(1, "c"));
        case.diags.warn(Code::Lost, place, "100 % gone: a, b\r\nc").hint("stay").label(label, "here").path =
            Some("a.b".to_owned());
        case.diags.push(Severity::Note, Code::MissingOption, None, "no region");
        assert_eq!(
            render(&case.diags, &case.sources),
            "::warning file=compose.yml,line=2,endLine=2,col=1,endColumn=5,title=compose2ecs (lost)\
             ::100 %25 gone: a, b%0D%0Ac%0Aat a.b%0Aother.yml:1:1: here%0Ahelp: stay\n\
             ::notice title=compose2ecs (missing-option)::no region\n"
        );
    }

    #[test]
    fn a_place_on_several_lines_has_no_columns() {
        let mut case = Case::new(&["a: x\nb: x\n"]);
        let place = case.find(0, "x\nb");
        case.diags.error(Code::Lost, place, "gone");
        assert_eq!(
            render(&case.diags, &case.sources),
            "::error file=compose.yml,line=1,endLine=2,title=compose2ecs (lost)::gone\n"
        );
    }

    #[test]
    fn a_name_cannot_leave_its_property() {
        let mut case = Case::named("a:b,c%\n::error::x.yml", "a\n");
        let place = case.find(0, "a");
        case.diags.error(Code::Lost, place, "gone");
        assert_eq!(
            render(&case.diags, &case.sources),
            "::error file=a%3Ab%2Cc%25%0A%3A%3Aerror%3A%3Ax.yml,line=1,endLine=1,col=1,endColumn=2,\
             title=compose2ecs (lost)::gone\n"
        );
    }

    #[test]
    fn a_failure_is_a_command_without_a_place() {
        assert_eq!(failure("no\ndisk"), "::error title=compose2ecs::no%0Adisk\n");
    }
}
