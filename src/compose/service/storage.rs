//! What a service keeps.

use super::super::name::ServiceName;
use crate::source::Spanned;

/// What a service keeps.
#[derive(Debug, Clone, Default)]
pub struct Storage {
    /// `volumes_from`: services whose mounts this one shares.
    pub volumes_from: Vec<Spanned<VolumesFrom>>,
}

/// `SERVICE[:ro]` or `container:NAME[:ro]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumesFrom {
    /// Whose mounts they are.
    pub source: VolumesSource,
    /// Whether they cannot be written.
    pub read_only: bool,
}

/// Whose mounts are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumesSource {
    /// A service's.
    Service(ServiceName),
    /// Those of a container outside the project.
    Container(String),
}
