//! `extends` of a service.

use crate::diag::Diagnostics;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

/// A service from which another starts, and which says nothing.
///
/// What it says would stand in the other service, and nothing would be left of `extends`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extends {
    /// `service`: its name.
    pub service: String,
    /// `file`: the file that it stands in, if that is another.
    pub file: Option<String>,
}

impl Decode for Extends {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if node.as_scalar().is_some() {
            return Some(Self { service: String::decode(node, diags)?, file: None });
        }
        let mut keys = Keys::of(node, diags)?;
        let (service, file) = (keys.require("service", diags), keys.take_nullable("file", diags));
        keys.finish("`extends`", diags);
        Some(Self { service: service?, file })
    }
}
