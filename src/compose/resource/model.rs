//! `models` at the top of a file.

use crate::source::Spanned;

/// An AI model.
#[derive(Debug, Clone)]
pub struct Model {
    /// `model`: the model's image.
    pub model: Spanned<String>,
    /// `name`: what it goes by.
    pub name: Option<Spanned<String>>,
    /// `context_size`: how many tokens it sees at once.
    pub context_size: Option<Spanned<i64>>,
    /// `runtime_flags`: what the program that runs it is told.
    pub runtime_flags: Vec<Spanned<String>>,
}
