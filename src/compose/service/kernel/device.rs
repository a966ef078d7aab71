//! `devices`: devices of the machine.

use crate::diag::{Code, Diagnostics};
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

/// A device of the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// `source`: its path on the machine, or its name with the Container Device Interface.
    pub source: String,
    /// `target`: its path in the container; the same where none is given.
    pub target: String,
    /// `permissions`: what may be done with it, of `r`, `w` and `m`; the long form may leave it empty.
    pub permissions: String,
}

impl Device {
    /// Reads `SOURCE[:TARGET[:PERMISSIONS]]`. `None` when there are more parts.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let source = parts.next().unwrap_or_default();
        let target = parts.next().filter(|target| !target.is_empty()).unwrap_or(source);
        let permissions = parts.next().unwrap_or("rwm");
        let device = Self { source: source.to_owned(), target: target.to_owned(), permissions: permissions.to_owned() };
        parts.next().is_none().then_some(device)
    }
}

impl Decode for Device {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if node.as_scalar().is_some() {
            let text = String::decode(node, diags)?;
            let device = Self::parse(&text);
            if device.is_none() {
                diags
                    .error(
                        Code::InvalidValue,
                        node.span,
                        format!("invalid device `{text}`: it has more than three parts"),
                    )
                    .hint("write `source`, `target` and `permissions`, each on its own line");
            }
            return device;
        }
        let mut keys = Keys::of(node, diags)?;
        let source = keys.require("source", diags);
        let target = keys.require("target", diags);
        let permissions = keys.take("permissions", diags).unwrap_or_default();
        keys.finish("a device", diags);
        Some(Self { source: source?, target: target?, permissions })
    }
}
