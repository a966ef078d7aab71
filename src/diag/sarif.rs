//! Findings as one document of SARIF 2.1.0, which code scanning and editors read.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::fmt::Write as _;

use indexmap::IndexSet;
use serde::Serialize;

use super::code::Nature;
use super::explain::Explanation;
use super::place::Place;
use super::{Code, Diagnostic, Diagnostics, Severity};
use crate::source::Sources;

/// Where the schema of the document is.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The whole document.
#[derive(Debug, Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

/// One run of the program.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<Finding<'a>>,
}

/// The program.
#[derive(Debug, Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

/// The program's name, and the codes that occur.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule<'a>>,
}

/// A code.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'static str,
    short_description: Text<'a>,
    full_description: Text<'a>,
    help: Help<'a>,
    default_configuration: Configuration,
}

/// What a code is unless somebody says otherwise.
#[derive(Debug, Serialize)]
struct Configuration {
    level: &'static str,
}

/// How the run went.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
}

/// A text.
#[derive(Debug, Serialize)]
struct Text<'a> {
    text: &'a str,
}

/// A text in two forms.
#[derive(Debug, Serialize)]
struct Help<'a> {
    text: String,
    markdown: &'a str,
}

/// A finding.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
}

/// A text of our own.
#[derive(Debug, Serialize)]
struct Message {
    text: String,
}

/// A place, with its Compose path and what it has to do with the finding.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<'a>>,
    #[serde(rename = "physicalLocation")]
    place: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation<'a>>,
}

/// A place in a file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

/// A file.
#[derive(Debug, Serialize)]
struct ArtifactLocation {
    uri: String,
}

/// From where to where.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

/// A place in the model.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    fully_qualified_name: &'a str,
}

/// The document of all findings.
#[must_use]
pub fn render(diagnostics: &Diagnostics, sources: &Sources) -> String {
    let codes: IndexSet<Code> = diagnostics.iter().map(|finding| finding.code).collect();
    let results = diagnostics.iter().map(|finding| Finding::of(finding, &codes, sources)).collect();
    document(codes.iter().map(|code| Rule::of(*code)).collect(), results)
}

/// A document around what was found.
fn document(rules: Vec<Rule<'_>>, results: Vec<Finding<'_>>) -> String {
    let driver = Driver { name: "compose2ecs", semantic_version: env!("CARGO_PKG_VERSION"), rules };
    // What is found is no failure of the program.
    let invocation = Invocation { execution_successful: true };
    // Positions are those of the other formats, which count characters.
    let column_kind = "unicodeCodePoints";
    let run = Run { tool: Tool { driver }, invocations: [invocation], column_kind, results };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    serde_json::to_string_pretty(&log).expect("words and numbers can be written") + "\n"
}

impl Rule<'_> {
    /// What is to be said of a code.
    fn of(code: Code) -> Self {
        let Explanation { summary, text } = code.explanation();
        let level = match code.nature() {
            Nature::Mistake => level(Severity::Error),
            Nature::Loss => level(Severity::Warning),
            Nature::Remark => level(Severity::Note),
        };
        Self {
            id: code.as_str(),
            short_description: Text { text: summary },
            full_description: Text { text: summary },
            help: Help { text: code.explanation().plain(), markdown: text },
            default_configuration: Configuration { level },
        }
    }
}

impl<'a> Finding<'a> {
    /// A finding, by the list of codes.
    fn of(finding: &'a Diagnostic, codes: &IndexSet<Code>, sources: &'a Sources) -> Self {
        let Diagnostic { severity, code, span, path, message, labels, hints } = finding;
        let hints = hints.iter().map(|hint| format!("\nhelp: {hint}"));
        let place = span.map(|span| Place::of(span, sources)).or_else(|| beginning(sources));
        let related = labels.iter().enumerate().map(|(index, (span, text))| Location {
            id: Some(index + 1),
            message: Some(Text { text }),
            place: PhysicalLocation::of(&Place::of(*span, sources)),
            logical_locations: Vec::new(),
        });
        Self {
            rule_id: code.as_str(),
            rule_index: codes.get_index_of(code).expect("it was made of the same findings"),
            level: level(*severity),
            message: Message { text: std::iter::once(message.clone()).chain(hints).collect() },
            locations: place.iter().map(|place| Location::of_finding(place, path.as_deref())).collect(),
            related_locations: related.collect(),
        }
    }
}

impl<'a> Location<'a> {
    /// The place of a finding itself.
    fn of_finding(place: &Place<'a>, path: Option<&'a str>) -> Self {
        let logical = path.map(|path| LogicalLocation { fully_qualified_name: path });
        let place = PhysicalLocation::of(place);
        Self { id: None, message: None, place, logical_locations: logical.into_iter().collect() }
    }
}

impl PhysicalLocation {
    /// A place in a file.
    fn of(place: &Place<'_>) -> Self {
        let Place { file, line, column, end_line, end_column } = *place;
        let region = Region { start_line: line, start_column: column, end_line, end_column };
        Self { artifact_location: ArtifactLocation { uri: uri(file) }, region }
    }
}

/// The beginning of the first file. Code scanning takes no finding without a place.
fn beginning(sources: &Sources) -> Option<Place<'_>> {
    let source = sources.first()?;
    Some(Place { file: source.name(), line: 1, column: 1, end_line: 1, end_column: 1 })
}

/// SARIF's word for a severity.
const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The name of a file as a URI: relative as the user wrote it, or with its scheme.
/// <https://www.rfc-editor.org/rfc/rfc3986#section-2>
fn uri(name: &str) -> String {
    let name = name.strip_prefix("./").unwrap_or(name);
    let mut uri = if name.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => write!(uri, "%{byte:02X}").expect("a string takes all"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::diag::testing::Case;

    #[track_caller]
    fn check_uri(name: &str, expected: &str) {
        assert_eq!(uri(name), expected);
    }

    #[test]
    fn a_name_becomes_a_uri() {
        check_uri("./deploy/my compose.yml", "deploy/my%20compose.yml");
        check_uri("../é%.yml", "../%C3%A9%25.yml");
        check_uri("a:b.yml", "a%3Ab.yml");
        check_uri("/srv/compose.yml", "file:///srv/compose.yml");
        check_uri("-", "-");
    }

    /// The run of a document.
    fn run(document: &str) -> Value {
        serde_json::from_str::<Value>(document).unwrap()["runs"][0].take()
    }

    #[test]
    fn a_finding_is_a_result() {
        let mut case = Case::new(&["é: x\nb: x\n", "c\n"]);
        let (place, label) = (case.find(0, "x\nb"), case.find(1, "c"));
        case.diags.error(Code::Cycle, label, "again");
        case.diags.warn(Code::Lost, place, "gone").hint("stay").label(label, "here").path = Some("a.b".to_owned());
        let run = run(&render(&case.diags, &case.sources));
        let region = json!({"startLine": 1, "startColumn": 4, "endLine": 2, "endColumn": 2});
        let other = json!({"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2});
        assert_eq!(
            run["results"][1],
            json!({
                "ruleId": "lost",
                "ruleIndex": 1,
                "level": "warning",
                "message": {"text": "gone\nhelp: stay"},
                "locations": [{
                    "physicalLocation": {"artifactLocation": {"uri": "compose.yml"}, "region": region},
                    "logicalLocations": [{"fullyQualifiedName": "a.b"}],
                }],
                "relatedLocations": [{
                    "id": 1,
                    "message": {"text": "here"},
                    "physicalLocation": {"artifactLocation": {"uri": "other.yml"}, "region": other},
                }],
            })
        );
        let ids: Vec<_> = run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| &rule["id"]).collect();
        assert_eq!(ids, ["cycle", "lost"]);
        assert_eq!(run["invocations"], json!([{"executionSuccessful": true}]));
    }

    #[test]
    fn what_has_no_place_stands_at_the_beginning() {
        let mut case = Case::new(&["a\n"]);
        case.diags.push(Severity::Note, Code::MissingOption, None, "no region");
        let run = run(&render(&case.diags, &case.sources));
        let beginning = json!({"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1});
        assert_eq!(run["results"][0]["locations"][0]["physicalLocation"]["region"], beginning);
    }
}
