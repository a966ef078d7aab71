//! `provider`.

use indexmap::IndexMap;

use crate::source::Spanned;

/// A program that stands in for a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// `type`: the program.
    pub kind: Spanned<String>,
    /// `options`: what it is told; one value is a list of one.
    pub options: IndexMap<String, Vec<String>>,
}
