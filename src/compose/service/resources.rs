//! How much a service may use.

/// How much a service may use.
#[derive(Debug, Clone, Default)]
pub struct Resources {}
