//! Facets for tests, read from the YAML of a service.

use std::rc::Rc;

use super::image::Image;
use super::kernel::Kernel;
use super::process::Process;
use super::resources::Resources;
use crate::diag::Diagnostics;
use crate::source::Sources;
use crate::yaml::Node;
use crate::yaml::keys::Keys;
use crate::yaml::parse::parse;

/// A facet, and what was found while it was read: severity, what is underlined, and the message.
pub(super) fn facet<T>(
    text: &str,
    take: impl FnOnce(&mut Keys<'_>, &mut Keys<'_>, &mut Diagnostics) -> T,
) -> (T, Vec<String>) {
    let mut diags = Diagnostics::default();
    let node = node(text);
    let mut keys = Keys::of(&node, &mut diags).expect("a test writes a mapping");
    let mut deploy = keys.nested("deploy", &mut diags);
    let facet = take(&mut keys, &mut deploy, &mut diags);
    keys.finish("a service", &mut diags);
    (facet, findings(text, &diags))
}

/// The only document of a text.
fn node(text: &str) -> Rc<Node> {
    let file = Sources::default().add("compose.yml", text);
    let mut diags = Diagnostics::default();
    let documents = parse(file, text, &mut diags).unwrap_or_else(|| panic!("no YAML: {diags:?}"));
    documents.into_iter().next().expect("a test writes a document")
}

/// What was found, a line each: severity, what is underlined, and the message.
pub(crate) fn findings(text: &str, diags: &Diagnostics) -> Vec<String> {
    let underlined = |finding: &crate::diag::Diagnostic| finding.span.and_then(|span| text.get(span.range()));
    let line = |finding: &crate::diag::Diagnostic| {
        format!("{} `{}`: {}", finding.severity.as_str(), underlined(finding).unwrap_or_default(), finding.message)
    };
    diags.iter().map(line).collect()
}

/// Reads a facet in which there is nothing to find.
macro_rules! sound {
    ($name:ident, $facet:ty, $take:expr) => {
        #[track_caller]
        pub(crate) fn $name(text: &str) -> $facet {
            let (facet, findings) = facet(text, $take);
            assert_eq!(findings, Vec::<String>::new());
            facet
        }
    };
}

sound!(image, Image, |keys, _, diags| Image::take(keys, diags));
sound!(process, Process, |keys, _, diags| Process::take(keys, diags));
sound!(kernel, Kernel, |keys, _, diags| Kernel::take(keys, diags));
sound!(resources, Resources, Resources::take);

/// The values of a list, without their places.
pub(super) fn values<T: Clone>(list: &[crate::source::Spanned<T>]) -> Vec<T> {
    list.iter().map(|item| item.value.clone()).collect()
}
