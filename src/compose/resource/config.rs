//! `configs` at the top of a file.

use indexmap::IndexMap;

use crate::source::Spanned;

/// A config.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// `file`, `environment` or `content`; absent when it is external.
    pub content: Option<ConfigContent>,
    /// `name`: what Docker calls it, if not by project and key; of an external one, also `external: {name: …}`.
    pub name: Option<Spanned<String>>,
    /// `external`: whether it is there already, made by somebody else.
    pub external: Option<Spanned<bool>>,
    /// `template_driver`: what fills in its placeholders.
    pub template_driver: Option<Spanned<String>>,
    /// `labels`.
    pub labels: IndexMap<String, Spanned<String>>,
}

/// Where a config's content is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigContent {
    /// `file`: in a file.
    File(Spanned<String>),
    /// `environment`: in a variable of whoever runs Compose.
    Environment(Spanned<String>),
    /// `content`: right here.
    Inline(Spanned<String>),
}
