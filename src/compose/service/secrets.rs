//! What a service is told in confidence, and what it is configured with.

/// What a service is told in confidence, and what it is configured with.
#[derive(Debug, Clone, Default)]
pub struct Secrets {}
