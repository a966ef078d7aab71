//! What a service keeps.

pub mod mount;
pub mod tmpfs;

use super::super::name::ServiceName;
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::keys::Keys;
use crate::yaml::list::{DistinctStrings, OneOrUniqueStrings};
use mount::{Mount, Mounts};
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

impl Storage {
    /// Takes the keys of a service that are about what it keeps.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let OneOrUniqueStrings(tmpfs) = keys.take("tmpfs", diags).unwrap_or_default();
        let DistinctStrings(volumes_from) = keys.take("volumes_from", diags).unwrap_or_default();
        Self {
            volumes: keys.take("volumes", diags).map(|Mounts(mounts)| mounts).unwrap_or_default(),
            tmpfs: tmpfs.into_iter().map(|entry| entry.map(|text| Tmpfs::new(&text))).collect(),
            volumes_from: volumes_from.into_iter().map(|entry| entry.map(|text| VolumesFrom::new(&text))).collect(),
            read_only: keys.take("read_only", diags),
        }
    }
}

impl VolumesFrom {
    /// Reads `SERVICE[:MODE]` or `container:NAME[:MODE]`. As in Docker, only the mode `ro` takes writing away.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (source, rest): (fn(&str) -> VolumesSource, &str) = match text.strip_prefix("container:") {
            Some(rest) => (|name| VolumesSource::Container(name.to_owned()), rest),
            None => (|name| VolumesSource::Service(ServiceName::new(name)), text),
        };
        let (name, mode) = rest.split_once(':').unwrap_or((rest, ""));
        Self { source: source(name), read_only: mode == "ro" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, source: VolumesSource, read_only: bool) {
        assert_eq!(VolumesFrom::new(text), VolumesFrom { source, read_only });
    }

    #[test]
    fn mounts_are_shared_with_a_service_or_a_container() {
        let service = |name: &str| VolumesSource::Service(ServiceName::new(name));
        check("db", service("db"), false);
        check("db:ro", service("db"), true);
        check("db:rw", service("db"), false);
        check("container:db", VolumesSource::Container("db".to_owned()), false);
        check("container:db:ro", VolumesSource::Container("db".to_owned()), true);
    }
}
