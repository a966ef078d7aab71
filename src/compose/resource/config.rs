//! `configs` at the top of a file.

/// A config.
#[derive(Debug, Clone, Default)]
pub struct Config {}
