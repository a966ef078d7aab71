//! `volumes` at the top of a file.

use indexmap::IndexMap;

use crate::source::Spanned;

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
