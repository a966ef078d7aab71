//! How large a file may become, so that no file takes more time or memory than its length justifies.

use crate::diag::{Code, Diagnostics};
use crate::source::Span;

/// How deep lists and mappings may be nested, aliases followed. Whoever walks the tree may recurse that deep.
pub(super) const DEPTH: usize = 512;

/// How many nodes aliases and merges may add to a short file. Docker Compose does not end on so many.
const SHARED_NODES: usize = 500_000;

/// How many nodes aliases and merges may still add.
#[derive(Debug)]
pub(super) struct Allowance {
    left: usize,
}

impl Allowance {
    /// What a file of a length may add: the longer it is, the more.
    pub(super) fn new(length: usize) -> Self {
        Self { left: SHARED_NODES.max(length) }
    }

    /// Counts nodes that stand in one more place. `None` means that there are too many, which was reported.
    pub(super) fn share(&mut self, nodes: usize, span: Span, diags: &mut Diagnostics) -> Option<()> {
        if let Some(left) = self.left.checked_sub(nodes) {
            self.left = left;
            return Some(());
        }
        let message = "aliases repeat too much: the file would be huge without them";
        diags.error(Code::Limit, span, message);
        None
    }
}
