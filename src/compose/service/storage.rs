//! What a service keeps.

pub mod mount;
pub mod tmpfs;

use indexmap::IndexMap;

use crate::compose::name::ServiceName;
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
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
    /// All of it, as written.
    pub text: String,
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
        let tmpfs = OneOrUniqueStrings::take(keys, "tmpfs", diags);
        let volumes_from = DistinctStrings::take(keys, "volumes_from", diags);
        let storage = Self {
            volumes: keys.take("volumes", diags).map(|Mounts(mounts)| mounts).unwrap_or_default(),
            tmpfs: tmpfs.into_iter().map(|entry| entry.map(|text| Tmpfs::new(&text))).collect(),
            volumes_from: volumes_from.into_iter().map(|entry| entry.map(|text| VolumesFrom::new(&text))).collect(),
            read_only: keys.take("read_only", diags),
        };
        storage.check_targets(diags);
        storage
    }

    /// Reports a directory in memory in the place of another, and a mount in its place. Two of `volumes` were reported.
    fn check_targets(&self, diags: &mut Diagnostics) {
        let mut targets: IndexMap<&str, Span> = IndexMap::new();
        let mounted = |target: &str, span, first, diags: &mut Diagnostics| {
            let message = format!("something is mounted at `{target}` already");
            diags.error(Code::Conflict, span, message).label(first, "it is mounted here");
        };
        for tmpfs in &self.tmpfs {
            if let Some(first) = targets.insert(&tmpfs.value.target, tmpfs.span) {
                mounted(&tmpfs.value.target, tmpfs.span, first, diags);
            }
        }
        for mount in &self.volumes {
            if let Some(first) = targets.get(&*mount.value.target) {
                mounted(&mount.value.target, mount.span, *first, diags);
            }
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
        Self { text: text.to_owned(), source: source(name), read_only: mode == "ro" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, load};

    /// What `shown` makes of the storage of a service with some keys, or what is wrong with them.
    #[track_caller]
    fn check<T: ToString>(keys: &str, shown: impl FnOnce(Storage) -> Vec<T>, expected: &str) {
        let text =
            format!("{{services: {{db: {{image: x}}, web: {{image: x, {keys}}}}}, volumes: {{data: , more: }}}}");
        let (project, diags) = load(&text);
        let web = project.and_then(|mut project| project.services.swap_remove("web"));
        let shown = web.map(|web| shown(web.storage).iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
        let findings = findings(&text, &diags);
        assert_eq!(
            shown.into_iter().chain(Some(findings).filter(|text| !text.is_empty())).collect::<String>(),
            expected
        );
    }

    fn mounts(storage: Storage) -> Vec<Mount> {
        storage.volumes.into_iter().map(|mount| mount.value).collect()
    }

    #[test]
    fn mounts_have_two_forms() {
        check("volumes: ['data:/a', ./b:/b:ro, /c]", mounts, "data:/a ./b:/b:ro /c");
        check("volumes: [{type: volume, source: data, target: /a/, read_only: true}]", mounts, "data:/a:ro");
        check("volumes: [{type: volume, target: /a}, {type: bind, source: b, target: /b}]", mounts, "/a b:/b");
        check("volumes: [{type: bind, source: '', target: /b}]", mounts, ":/b");
    }

    #[test]
    fn a_mount_has_the_options_of_its_type() {
        let one = |storage: Storage| {
            let Mount { source, bind, volume, tmpfs, image, consistency, .. } = mounts(storage).remove(0);
            let (bind, volume) = (bind.unwrap_or_default(), volume.unwrap_or_default());
            let (tmpfs, image) = (tmpfs.unwrap_or_default(), image.unwrap_or_default());
            let options = [
                bind.propagation.map(|text| text.value),
                bind.create_host_path.map(|flag| flag.value.to_string()),
                bind.recursive.map(|recursive| recursive.value.as_str().to_owned()),
                bind.selinux.map(|selinux| selinux.value.as_str().to_owned()),
                volume.nocopy.map(|flag| flag.value.to_string()),
                volume.subpath.map(|text| text.value),
                volume.labels.first().map(|(name, label)| format!("{name}={}", label.value)),
                tmpfs.size.map(|size| size.value.bytes().to_string()),
                tmpfs.mode.map(|mode| format!("{:o}", mode.value)),
                image.subpath.map(|text| text.value),
                consistency.map(|text| text.value),
            ];
            std::iter::once(format!("{source:?}")).chain(options.into_iter().flatten()).collect()
        };
        check(
            "volumes: [{type: bind, source: /a, target: /b, consistency: cached, \
             bind: {propagation: x, create_host_path: false, recursive: readonly, selinux: Z}}]",
            one,
            "Bind(\"/a\") x false readonly Z cached",
        );
        check(
            "volumes: [{type: volume, source: data, target: /b, volume: {nocopy: true, subpath: a/b, labels: [l=m]}}]",
            one,
            "Volume(\"data\") true a/b l=m",
        );
        check("volumes: [{type: tmpfs, target: /b, tmpfs: {size: 1.5g, mode: 0755}}]", one, "Tmpfs 1610612736 755");
        check("volumes: [{type: image, source: x, target: /b, image: {subpath: a}}]", one, "Image(\"x\") a");
        check("volumes: [{type: npipe, source: x, target: /b}]", one, "Npipe(\"x\")");
        check("volumes: [{type: cluster, source: x, target: /b}]", one, "Cluster(\"x\")");
    }

    #[test]
    fn the_last_of_mounts_on_one_target_stays_in_the_place_of_the_first() {
        check("volumes: ['data:/x', /y, 'more:/x/']", mounts, "more:/x /y");
        check("volumes: [{type: tmpfs, target: /x}, 'more:/x']", mounts, "more:/x");
        check(
            "volumes: ['data:/x', {type: volume, source: more, target: /x/}]",
            mounts,
            "{type: volume, source: more, target: /x/} | error[conflict]: something is mounted at `/x` already",
        );
    }

    #[test]
    fn wrong_mounts_are_underlined() {
        check(
            "volumes: [{type: bind, target: /b}]",
            mounts,
            "bind | error[missing-key]: `source` is missing: what should be mounted?",
        );
        check(
            "volumes: [5]",
            mounts,
            "5 | error[wrong-type]: expected a mount such as `data:/data`, or a mapping, found a number",
        );
        check(
            "volumes: [{type: disk, target: /b}]",
            mounts,
            "disk | error[invalid-value]: invalid value `disk`: it must be `bind`, `volume`, `tmpfs`, `cluster`, `npipe` or `image`",
        );
        check("volumes: [{type: volume}]", mounts, "{type: volume} | error[missing-key]: `target` is missing");
        check(
            "volumes: ['data:/a:ro:rw']",
            mounts,
            "'data:/a:ro:rw' | error[invalid-value]: invalid value `data:/a:ro:rw`: it has more parts than `SOURCE:TARGET:OPTIONS`",
        );
        check(
            "volumes: [{type: tmpfs, target: /b, tmpfs: {mode: '0755'}}]",
            mounts,
            "'0755' | error[wrong-type]: expected a number, found a string",
        );
        check(
            "volumes: [{type: tmpfs, source: x, target: /b}]",
            |_| Vec::<String>::new(),
            "x | warning[conflict]: `source` says nothing: memory has no source",
        );
    }

    #[test]
    fn memory_is_one_directory_or_many() {
        let tmpfs = |storage: Storage| storage.tmpfs.into_iter().map(|tmpfs| tmpfs.value).collect::<Vec<_>>();
        check("tmpfs: /run", tmpfs, "/run");
        check("tmpfs: ['/run:size=64m,mode=1777', /tmp, /tmp]", tmpfs, "/run:size=67108864,mode=1777 /tmp");
    }

    #[test]
    fn memory_is_not_mounted_over_something_else() {
        let tmpfs = |storage: Storage| storage.tmpfs.into_iter().map(|tmpfs| tmpfs.value).collect::<Vec<_>>();
        let taken = |place: &str| format!("{place} | error[conflict]: something is mounted at `/x` already");
        check("tmpfs: [/x, '/x:size=1m']", tmpfs, &taken("'/x:size=1m'"));
        check("tmpfs: /x, volumes: ['data:/x/']", tmpfs, &taken("'data:/x/'"));
        check("tmpfs: /x/, volumes: ['data:/x']", tmpfs, "/x/");
    }

    #[test]
    fn read_only_is_a_boolean_or_a_word_for_it() {
        let read_only = |storage: Storage| storage.read_only.into_iter().map(|flag| flag.value).collect::<Vec<_>>();
        check("read_only: true", read_only, "true");
        check("read_only: 'Yes'", read_only, "true");
        check("read_only: 1", read_only, "1 | error[wrong-type]: expected `true` or `false`, found a number");
    }

    #[test]
    fn mounts_are_shared_with_a_service_or_a_container() {
        let shared = |storage: Storage| {
            let from = |from: Spanned<VolumesFrom>| format!("{:?} {}", from.value.source, from.value.read_only);
            storage.volumes_from.into_iter().map(from).collect::<Vec<_>>()
        };
        check("volumes_from: [db]", shared, "Service(ServiceName(\"db\")) false");
        check("volumes_from: ['db:ro']", shared, "Service(ServiceName(\"db\")) true");
        check("volumes_from: ['db:rw']", shared, "Service(ServiceName(\"db\")) false");
        check("volumes_from: ['container:x']", shared, "Container(\"x\") false");
        check("volumes_from: ['container:x:ro']", shared, "Container(\"x\") true");
        check("volumes_from: [db, db]", shared, "db | error[invalid-value]: `db` stands twice in the list");
    }
}
