//! The path of a place: from a range of bytes to `services.web.ports[0]`.

use super::Node;
use crate::source::Span;

/// The path of the deepest entry or item under `root` that a place lies in.
#[must_use]
pub fn path_at(_root: &Node, _span: Span) -> Option<String> {
    None
}
