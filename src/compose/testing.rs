//! What tests of facets and of their passes read whole services with.

use super::name::ServiceName;
use super::service::Service;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{Sources, Spanned};
use crate::yaml::parse::parse;

/// Reads a service from its own mapping.
pub(crate) fn service(name: &str, text: &str, diags: &mut Diagnostics) -> Service {
    let file = Sources::default().add("compose.yml", text);
    let documents = parse(file, text, diags).unwrap_or_default();
    let node = documents.first().expect("the text has a document");
    Service::take(Spanned::new(ServiceName::new(name), node.span), node, diags).expect("the text is a mapping")
}

/// The findings, one a line.
pub(crate) fn findings(diags: &Diagnostics) -> String {
    let line =
        |finding: &Diagnostic| format!("{}[{}]: {}", finding.severity.as_str(), finding.code.as_str(), finding.message);
    diags.iter().map(line).collect::<Vec<_>>().join("\n")
}
