//! Where a service's output goes.

/// Where a service's output goes.
#[derive(Debug, Clone, Default)]
pub struct Logging {}
