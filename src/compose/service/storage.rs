//! What a service keeps.

pub mod mount;
pub mod tmpfs;

use super::super::name::ServiceName;
use crate::source::Spanned;
use mount::Mount;
use tmpfs::Tmpfs;

/// What a service keeps.
#[derive(Debug, Clone, Default)]
pub struct Storage {
    /// `volumes`: what is mounted where; no two have one target.
    pub volumes: Vec<Spanned<Mount>>,
    /// `tmpfs`: directories in memory.
    pub tmpfs: Vec<Spanned<Tmpfs>>,
    /// `volumes_from`: services whose mounts this one shares.
    pub volumes_from: Vec<Spanned<VolumesFrom>>,
    /// `read_only`: whether its own files cannot be written.
    pub read_only: Option<Spanned<bool>>,
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
