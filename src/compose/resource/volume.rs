//! `volumes` at the top of a file.

use indexmap::IndexMap;

use super::{driver_options, labels, name_and_external};
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

/// A volume.
#[derive(Debug, Clone, Default)]
pub struct Volume {
    /// `name`: what Docker calls it, if not by project and key; of an external one, also `external: {name: …}`.
    pub name: Option<Spanned<String>>,
    /// `driver`: what keeps it; Docker's own is `local`.
    pub driver: Option<Spanned<String>>,
    /// `driver_opts`: what the driver is told.
    pub driver_opts: IndexMap<String, Spanned<String>>,
    /// `external`: whether it is there already, made by somebody else.
    pub external: Option<Spanned<bool>>,
    /// `labels`.
    pub labels: IndexMap<String, Spanned<String>>,
}

impl Volume {
    /// Whether it is there already, made by somebody else.
    #[must_use]
    pub fn is_external(&self) -> bool {
        self.external.is_some_and(|external| external.value)
    }
}

impl Decode for Volume {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if node.is_null() {
            return Some(Self::default());
        }
        let mut keys = Keys::of(node, diags)?;
        let (name, external) = name_and_external(&mut keys, diags);
        let volume = Self {
            name,
            driver: keys.take("driver", diags),
            driver_opts: driver_options(&mut keys, diags),
            external,
            labels: labels(&mut keys, diags),
        };
        if volume.is_external() {
            refuse_beside_external(node, diags);
        }
        keys.finish("a volume", diags);
        Some(volume)
    }
}

/// Refuses what would describe a volume that somebody else made.
fn refuse_beside_external(node: &Node, diags: &mut Diagnostics) {
    let Some(mapping) = node.as_mapping() else { return };
    for entry in ["driver", "driver_opts", "labels"].into_iter().filter_map(|key| mapping.get(key)) {
        let message = format!("`{}` and `external` exclude each other", entry.key);
        diags.error(Code::Conflict, entry.key_span, message).hint("an external volume is as it was made");
    }
}
