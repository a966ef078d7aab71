//! What has no meaning on ECS.

/// What has no meaning on ECS.
#[derive(Debug, Clone, Default)]
pub struct Ignored {}
