//! `secrets` at the top of a file.

/// A secret.
#[derive(Debug, Clone, Default)]
pub struct Secret {}
