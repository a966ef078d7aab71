//! `models` at the top of a file.

/// A model.
#[derive(Debug, Clone, Default)]
pub struct Model {}
