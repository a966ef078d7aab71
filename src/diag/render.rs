//! Draws findings with the source line they are about.

use super::Diagnostic;
use super::Diagnostics;
use crate::source::Sources;

/// Whether drawings are coloured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Color {
    /// Plain text.
    #[default]
    Never,
    /// With escape sequences for terminals.
    Always,
}

/// Draws findings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Renderer {
    color: Color,
}

impl Renderer {
    /// Draws with colours, or without.
    #[must_use]
    pub const fn new(color: Color) -> Self {
        Self { color }
    }

    /// Draws a finding; the text ends with a line break.
    #[must_use]
    pub fn render(&self, _diagnostic: &Diagnostic, _sources: &Sources) -> String {
        format!("{:?}", self.color)
    }
}

/// How many findings there are, such as `2 errors, 1 warning`; nothing when there are none.
#[must_use]
pub fn summary(_diagnostics: &Diagnostics) -> Option<String> {
    None
}
