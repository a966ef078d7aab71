//! What tests share: texts that become nodes, services, projects and stacks, and findings that become text.

mod compose;
mod lower;

use std::rc::Rc;

use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{Sources, Span};
use crate::yaml::parse::parse;
use crate::yaml::{Entry, Kind, Node};

pub(crate) use compose::{decode, environment, load, service, services, sound_service, values, words};
pub(crate) use lower::{check_project, check_services, lower, lower_service, stack, translated};

/// The documents of a text.
pub(crate) fn documents(text: &str) -> Vec<Rc<Node>> {
    let mut diags = Diagnostics::default();
    let documents = parse(Sources::default().add("compose.yml", text), text, &mut diags).sound();
    documents.unwrap_or_else(|| panic!("no YAML: {}", findings(text, &diags)))
}

/// The first document of a text.
pub(crate) fn node(text: &str) -> Rc<Node> {
    documents(text).into_iter().next().expect("the text has a document")
}

/// A tree in one line: `{a: 1, b: [x, y]}`, with strings as they are and `~` for nothing.
pub(crate) fn flow(node: &Node) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match &node.kind {
        Kind::Scalar(_) if node.is_null() => "~".to_owned(),
        Kind::Scalar(scalar) => scalar.text.to_string(),
        Kind::Sequence(items) => format!("[{}]", list(items.iter().map(|item| flow(item)).collect())),
        Kind::Mapping(mapping) => {
            let entry = |entry: &Entry| format!("{}: {}", entry.key, flow(&entry.value));
            format!("{{{}}}", list(mapping.entries().iter().map(entry).collect()))
        }
    }
}

/// A place in a file of its own.
pub(crate) fn span(start: usize, end: usize) -> Span {
    let offset = |offset: usize| u32::try_from(offset).expect("the file is small");
    Span { file: Sources::default().add("compose.yml", ""), start: offset(start), end: offset(end) }
}

/// What was found, a line each: what is underlined, the severity with the code, and the message.
pub(crate) fn findings(text: &str, diags: &Diagnostics) -> String {
    let line = |finding: &Diagnostic| {
        let place = finding.span.and_then(|span| text.get(span.range())).unwrap_or_default();
        format!("{place} | {}", message(finding))
    };
    diags.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What was found, a line each: the severity with the code, and the message.
pub(crate) fn messages(diags: &Diagnostics) -> String {
    diags.iter().map(message).collect::<Vec<_>>().join("\n")
}

fn message(finding: &Diagnostic) -> String {
    format!("{}[{}]: {}", finding.severity.as_str(), finding.code.as_str(), finding.message)
}
