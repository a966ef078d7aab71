//! `secrets` at the top of a file.

use indexmap::IndexMap;

use crate::source::Spanned;

/// A secret.
#[derive(Debug, Clone, Default)]
pub struct Secret {
    /// `file` or `environment`; absent when it is external, or a driver's.
    pub content: Option<SecretContent>,
    /// `name`: what Docker calls it, if not by project and key; of an external one, also `external: {name: …}`.
    pub name: Option<Spanned<String>>,
    /// `external`: whether it is there already, made by somebody else.
    pub external: Option<Spanned<bool>>,
    /// `driver`: what keeps it.
    pub driver: Option<Spanned<String>>,
    /// `driver_opts`: what the driver is told.
    pub driver_opts: IndexMap<String, Spanned<String>>,
    /// `template_driver`: what fills in its placeholders.
    pub template_driver: Option<Spanned<String>>,
    /// `labels`.
    pub labels: IndexMap<String, Spanned<String>>,
}

/// Where a secret's content is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretContent {
    /// `file`: in a file.
    File(Spanned<String>),
    /// `environment`: in a variable of whoever runs Compose.
    Environment(Spanned<String>),
}
