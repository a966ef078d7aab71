//! What the tests of facets and of their passes read services with.

use super::Service;
use super::ignored::Ignored;
use super::placement::Placement;
use super::secrets::Secrets;
use crate::compose::name::ServiceName;
use crate::diag::Diagnostics;
use crate::source::{Sources, Spanned};
use crate::yaml::keys::Keys;
use crate::yaml::parse::parse;

/// Reads the facets of this and that key from a service's own mapping; the others are empty.
pub(crate) fn service(name: &str, text: &str, diags: &mut Diagnostics) -> Service {
    let file = Sources::default().add("compose.yml", text);
    let documents = parse(file, text, diags).unwrap_or_default();
    let node = documents.first().expect("the text has a document");
    let mut keys = Keys::of(node, diags).expect("the text is a mapping");
    let mut deploy = keys.nested("deploy", diags);
    let service = Service {
        name: Spanned::new(ServiceName::new(name), node.span),
        image: super::image::Image::default(),
        process: super::process::Process::default(),
        readiness: super::readiness::Readiness::default(),
        network: super::network::Network::default(),
        storage: super::storage::Storage::default(),
        logging: super::logging::Logging::default(),
        secrets: Secrets::take(&mut keys, diags),
        kernel: super::kernel::Kernel::default(),
        resources: super::resources::Resources::default(),
        placement: Placement::take(&mut keys, &mut deploy, diags),
        ignored: Ignored::take(&mut keys, diags),
        extension: super::ServiceExtension::default(),
    };
    deploy.finish("`deploy`", diags);
    keys.finish("a service", diags);
    service
}

/// The findings, one a line.
pub(crate) fn findings(diags: &Diagnostics) -> String {
    let line = |finding: &crate::diag::Diagnostic| {
        format!("{}[{}]: {}", finding.severity.as_str(), finding.code.as_str(), finding.message)
    };
    diags.iter().map(line).collect::<Vec<_>>().join("\n")
}
