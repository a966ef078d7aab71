//! Reads YAML text into a tree.

use std::rc::Rc;

use super::Node;
use crate::diag::Diagnostics;
use crate::source::FileId;

/// Reads all documents of a file. `None` means that the reason was reported.
///
/// A file without a document, empty or of comments only, has none; an empty document is a null scalar.
pub fn parse(_file: FileId, _text: &str, _diags: &mut Diagnostics) -> Option<Vec<Rc<Node>>> {
    None
}
