//! `ulimits`: resource limits.

use super::super::value::integer;
use crate::diag::{Code, Diagnostics};
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

/// A resource limit; -1 is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ulimit {
    /// `soft`: the limit that a process may raise.
    pub soft: i64,
    /// `hard`: the limit that it may not.
    pub hard: i64,
}

impl Decode for Ulimit {
    /// Reads one number for both limits, or a mapping.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if node.as_mapping().is_none() {
            let limit = integer(node, diags)?;
            return Some(Self { soft: limit, hard: limit });
        }
        let mut keys = Keys::of(node, diags)?;
        let mut limit = |key| match keys.node(key) {
            Some(limit) => integer(limit, diags),
            None => {
                diags.error(Code::MissingKey, node.span, format!("`{key}` is missing"));
                None
            }
        };
        let (soft, hard) = (limit("soft"), limit("hard"));
        keys.finish("a limit", diags);
        Some(Self { soft: soft?, hard: hard? })
    }
}
