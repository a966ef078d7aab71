//! What the tests of resources read them with.

use crate::compose::testing::findings;
use crate::diag::Diagnostics;
use crate::source::Sources;
use crate::yaml::keys::Decode;
use crate::yaml::parse::parse;

/// Reads a value, and says what is found in it.
pub(super) fn decode<T: Decode>(text: &str) -> (Option<T>, String) {
    let mut diags = Diagnostics::default();
    let file = Sources::default().add("compose.yml", text);
    let documents = parse(file, text, &mut diags).unwrap_or_default();
    let node = documents.first().expect("the text has a document");
    let value = T::decode(node, &mut diags);
    (value, findings(&diags))
}
