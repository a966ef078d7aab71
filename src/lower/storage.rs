//! What containers keep: volumes, directories of the instance, memory.

pub(super) mod bind;
mod development;
mod shared;
mod tmpfs;
mod volume;

use indexmap::IndexMap;

use super::{Target, name};
use crate::compose::service::Service;
use crate::compose::service::storage::mount::{Mount, Source};
use crate::compose::service::storage::{Storage, VolumesFrom, VolumesSource};
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::{MountPoint, Tmpfs, VolumeFrom};
use crate::ecs::name::VolumeName;
use crate::ecs::task::{Volume, VolumeKind};
use crate::options::LaunchType;
use crate::source::Spanned;

pub(super) use shared::report_shared;

/// What a service's storage is in its container and in its task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct StorageDefinition {
    /// Where volumes appear in the container.
    pub(super) mount_points: Vec<MountPoint>,
    /// The volumes of the task that they name. Containers that share one name it alike.
    pub(super) volumes: Vec<Volume>,
    /// Directories in memory.
    pub(super) tmpfs: Vec<Tmpfs>,
    /// Whether the container's own files are read-only.
    pub(super) readonly_root_filesystem: Option<bool>,
    /// Containers of the task whose mounts are shared, by their services' names.
    pub(super) volumes_from: Vec<VolumeFrom>,
}

/// What a mount becomes: a volume of the task, and whether it is read-only in itself.
pub(super) struct Mounted {
    pub(super) volume: Volume,
    read_only: bool,
}

/// Says what becomes of a service's storage.
pub(super) fn storage(service: &Service, target: Target<'_>, diags: &mut Diagnostics) -> StorageDefinition {
    let Storage { volumes, tmpfs, volumes_from, read_only } = &service.storage;
    let mut definition = StorageDefinition {
        tmpfs: tmpfs::short_forms(tmpfs, diags),
        readonly_root_filesystem: read_only.filter(|flag| flag.value).map(|_| true),
        volumes_from: volumes_from.iter().filter_map(|from| volume_from(from, diags)).collect(),
        ..StorageDefinition::default()
    };
    let development = development::development_mounts(service, target, diags);
    let mut task_volumes = IndexMap::new();
    for mount in volumes {
        if development.iter().any(|left_out| left_out.covers(&mount.value)) {
            continue;
        }
        if mount.value.source == Source::Tmpfs {
            definition.tmpfs.push(tmpfs::long_form(&mount.value));
        } else if let Some(Mounted { volume: Volume { name, kind }, read_only }) =
            mounted(service, mount, target, diags)
        {
            task_volumes.entry(name.clone()).or_insert(kind);
            definition.mount_points.push(MountPoint {
                source_volume: name,
                container_path: mount.value.target.clone(),
                read_only: (read_only || mount.value.read_only).then_some(true),
            });
        }
    }
    definition.volumes = task_volumes.into_iter().map(|(name, kind)| Volume { name, kind }).collect();
    tmpfs::note_default_size(&service.storage, diags);
    definition
}

/// Says once that volumes stay where they are, where nothing binds the tasks that use them to a place.
pub(super) fn note_instances(target: Target<'_>, diags: &mut Diagnostics) {
    match target.launch_type {
        LaunchType::Ec2 => {}
        LaunchType::Fargate => return,
    }
    let free = target.project.services.values().filter(|service| service.placement.constraints.is_empty());
    let mut mounts = free.flat_map(|service| &service.storage.volumes);
    let volume = |key| target.project.volumes.get(key);
    let first = mounts.find(|mount| mount.value.source.volume().and_then(volume).is_some_and(volume::is_of_instance));
    if let Some(first) = first {
        let message = "named volumes stay on the instance: a task that starts on another one finds them empty";
        diags
            .note(Code::InstanceStorage, first.span, message)
            .hint("bind the service to an instance: `deploy: {placement: {constraints: [node.labels.NAME == VALUE]}}`")
            .hint("or keep the volume on EFS: `driver_opts: {type: nfs4, o: \"addr=fs-ID.efs.REGION.amazonaws.com\", device: \":/\"}`");
    }
}

/// What is mounted, for all that is not memory.
fn mounted(service: &Service, mount: &Spanned<Mount>, target: Target<'_>, diags: &mut Diagnostics) -> Option<Mounted> {
    // `consistency` is about Docker Desktop. Options of other types than the mount's own are ignored by Compose too.
    // A source of memory says nothing.
    let Mount {
        source,
        idle_source: _,
        target: _,
        written_target: _,
        read_only: _,
        consistency: _,
        bind,
        volume: _,
        tmpfs: _,
        image: _,
    } = &mount.value;
    match source {
        Source::Volume(key) => volume::named(key, mount, target, diags),
        Source::Anonymous => Some(volume::anonymous(&service.name.value, mount, target, diags)),
        Source::Bind(path) => {
            let bind = bind.clone().unwrap_or_default();
            bind::directory(&Spanned::new(path, mount.span), &bind, target, diags)
        }
        Source::Tmpfs => None,
        Source::Npipe(_) => {
            let message = "a named pipe of Windows cannot be mounted: ECS runs this on Linux";
            diags.error(Code::Refused, mount.span, message).hint("leave it out");
            None
        }
        Source::Cluster(_) => {
            let message = "a volume of a swarm cannot be mounted on ECS";
            diags.error(Code::Refused, mount.span, message).hint("use a volume of type `volume`");
            None
        }
        Source::Image(name) => {
            let message = format!("ECS cannot mount the files of the image `{name}`");
            diags
                .error(Code::Refused, mount.span, message)
                .hint("copy them when the image is built: `COPY --from=IMAGE PATH PATH`");
            None
        }
    }
}

/// A container whose mounts are shared.
fn volume_from(from: &Spanned<VolumesFrom>, diags: &mut Diagnostics) -> Option<VolumeFrom> {
    let Spanned { value: VolumesFrom { text: _, source, read_only }, span } = from;
    match source {
        VolumesSource::Service(name) => {
            Some(VolumeFrom { source_container: name::container(name), read_only: read_only.then_some(true) })
        }
        VolumesSource::Container(name) => {
            let message = format!("a task cannot share the mounts of `{name}`, a container outside the project");
            diags.error(Code::Refused, *span, message).hint("make it a service, or mount its volumes by their names");
            None
        }
    }
}

/// A volume of the task without settings.
const fn task_volume(name: VolumeName) -> Volume {
    Volume { name, kind: VolumeKind::Task {} }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::lower;

    /// The definition as JSON, and what is found. The project has the volumes `data` and `other`.
    #[track_caller]
    fn check(launch_type: LaunchType, keys: &str, expected: &str, expected_findings: &str) {
        let volumes = "data: , other: {driver: d, driver_opts: {o: p}, labels: {l: m}}";
        check_with(launch_type, keys, volumes, (expected, expected_findings));
    }

    /// The same with other volumes.
    #[track_caller]
    fn check_with(launch_type: LaunchType, keys: &str, volumes: &str, expected: (&str, &str)) {
        let text = format!("{{services: {{app: {{image: x}}, web: {{image: x, {keys}}}}}, volumes: {{{volumes}}}}}");
        let (definition, findings) = lower(launch_type, &text, storage);
        let StorageDefinition { mount_points, volumes, tmpfs, readonly_root_filesystem, volumes_from } = definition;
        let mut shown: Vec<String> = Vec::new();
        for MountPoint { source_volume, container_path, read_only } in mount_points {
            shown.push(format!("{source_volume} at {container_path}{}", if read_only.is_some() { " ro" } else { "" }));
        }
        shown.extend(volumes.iter().map(|volume| serde_json::to_string(volume).unwrap()));
        shown.extend(tmpfs.iter().map(|tmpfs| serde_json::to_string(tmpfs).unwrap()));
        shown.extend(volumes_from.iter().map(|from| serde_json::to_string(from).unwrap()));
        shown.extend(readonly_root_filesystem.map(|flag| format!("read-only: {flag}")));
        assert_eq!((shown.join("\n").as_str(), findings.as_str()), expected);
    }

    const EC2: LaunchType = LaunchType::Ec2;
    const FARGATE: LaunchType = LaunchType::Fargate;

    #[test]
    fn a_named_volume_is_one_of_docker_that_stays() {
        check(
            EC2,
            "volumes: ['data:/a', 'data:/b:ro']",
            r#"shop_data at /a
shop_data at /b ro
{"name":"shop_data","dockerVolumeConfiguration":{"scope":"shared","autoprovision":true}}"#,
            "",
        );
        check(
            EC2,
            "volumes: ['other:/a']",
            r#"shop_other at /a
{"name":"shop_other","dockerVolumeConfiguration":{"scope":"shared","autoprovision":true,"driver":"d","driverOpts":{"o":"p"},"labels":{"l":"m"}}}"#,
            "",
        );
    }

    #[test]
    fn an_external_volume_is_not_made() {
        check_with(
            EC2,
            "volumes: ['data:/a']",
            "data: {external: true}",
            (
                r#"data at /a
{"name":"data","dockerVolumeConfiguration":{"scope":"shared","autoprovision":false}}"#,
                "",
            ),
        );
    }

    #[test]
    fn a_name_that_ecs_cannot_say_is_changed() {
        check_with(
            EC2,
            "volumes: ['data:/a']",
            "data: {name: my.data}",
            (
                r#"my-data-f1a4aeef at /a
{"name":"my-data-f1a4aeef","dockerVolumeConfiguration":{"scope":"shared","autoprovision":true}}"#,
                "my.data | note[approximated]: the volume `data` is called `my-data-f1a4aeef`: ECS cannot name it `my.data`",
            ),
        );
        check_with(
            EC2,
            "volumes: ['data:/a']",
            "data: {name: my.data, external: true}",
            (
                r#"my-data-f1a4aeef at /a
{"name":"my-data-f1a4aeef","dockerVolumeConfiguration":{"scope":"shared","autoprovision":false}}"#,
                "my.data | warning[lost]: ECS cannot name the volume `my.data`: it looks for `my-data-f1a4aeef`",
            ),
        );
    }

    #[test]
    fn a_directory_that_docker_binds_is_absolute() {
        check_with(
            EC2,
            "volumes: ['data:/a']",
            "data: {driver: local, driver_opts: {type: none, o: bind, device: ./d}}",
            (
                r#"shop_data at /a
{"name":"shop_data","dockerVolumeConfiguration":{"scope":"shared","autoprovision":true,"driverOpts":{"type":"none","o":"bind","device":"/srv/shop/d"}}}"#,
                "./d | warning[instance-storage]: what is mounted must be there on every instance that may run the task",
            ),
        );
    }

    #[test]
    fn on_fargate_a_volume_is_on_efs_if_it_says_which() {
        let nfs = "data: {driver_opts: {type: nfs4, o: 'addr=fs-0ab1.efs.eu-west-1.amazonaws.com,ro', device: ':/d'}}";
        let efs = |name: &str, directory: &str| {
            format!(
                r#"{{"name":"{name}","efsVolumeConfiguration":{{"fileSystemId":"fs-0ab1","rootDirectory":"{directory}"}}}}"#
            )
        };
        let expected = format!("shop_data at /a ro\n{}", efs("shop_data", "/d"));
        check_with(FARGATE, "volumes: ['data:/a']", nfs, (&expected, ""));
        let expected = format!("shop_data-s at /a ro\n{}", efs("shop_data-s", "/d/s"));
        let subpath = "volumes: [{type: volume, source: data, target: /a, volume: {subpath: s}}]";
        check_with(FARGATE, subpath, nfs, (&expected, ""));
        check_with(
            FARGATE,
            "volumes: ['data:/a']",
            "data: {external: true, name: fs-0ab1}",
            (
                r#"fs-0ab1 at /a
{"name":"fs-0ab1","efsVolumeConfiguration":{"fileSystemId":"fs-0ab1"}}"#,
                "",
            ),
        );
    }

    #[test]
    fn on_fargate_a_volume_lives_as_long_as_its_task() {
        check(
            FARGATE,
            "volumes: ['other:/a']",
            "shop_other at /a\n{\"name\":\"shop_other\"}",
            "'other:/a' | warning[ephemeral-volume]: \
             on Fargate, what `other` holds is lost with its task, and no other task sees it",
        );
    }

    #[test]
    fn a_part_of_a_volume_cannot_be_mounted() {
        check(
            EC2,
            "volumes: [{type: volume, source: data, target: /a, volume: {subpath: s}}]",
            "",
            "s | error[refused]: ECS mounts the whole of a volume, not only `s`",
        );
    }

    #[test]
    fn a_new_volume_gets_what_the_image_has() {
        let definition = r#"shop_data at /a
{"name":"shop_data","dockerVolumeConfiguration":{"scope":"shared","autoprovision":true}}"#;
        let finding =
            "'data:/a:nocopy' | warning[approximated]: a new volume gets what the image has there all the same";
        check(EC2, "volumes: ['data:/a:nocopy']", definition, finding);
    }

    #[test]
    fn an_anonymous_volume_lives_as_long_as_its_task() {
        check(
            EC2,
            "volumes: [/var/lib/x, {type: volume, target: /b.d, volume: {labels: {l: m}}}]",
            r#"web-var-lib-x at /var/lib/x
web-b-d-a3f216e2 at /b.d
{"name":"web-var-lib-x","dockerVolumeConfiguration":{"scope":"task"}}
{"name":"web-b-d-a3f216e2","dockerVolumeConfiguration":{"scope":"task","labels":{"l":"m"}}}"#,
            "/var/lib/x | note[ephemeral-volume]: what a volume without a name holds is lost with its task\n\
             {type: volume, target: /b.d, volume: {labels: {l: m}}} | note[ephemeral-volume]: \
             what a volume without a name holds is lost with its task",
        );
        check(
            FARGATE,
            "volumes: [/a]",
            "web-a at /a\n{\"name\":\"web-a\"}",
            "/a | note[ephemeral-volume]: what a volume without a name holds is lost with its task",
        );
    }

    #[test]
    fn a_bind_mount_is_a_directory_of_the_instance() {
        check(
            EC2,
            "volumes: [/srv/data:/a, /srv/data:/b:ro]",
            r#"host-srv-data at /a
host-srv-data at /b ro
{"name":"host-srv-data","host":{"sourcePath":"/srv/data"}}"#,
            "/srv/data:/a | warning[instance-storage]: \
             what is mounted must be there on every instance that may run the task\n\
             /srv/data:/b:ro | warning[instance-storage]: \
             what is mounted must be there on every instance that may run the task",
        );
        check(
            EC2,
            "volumes: [./conf:/a, ~/x:/b]",
            r#"project-conf at /a
home-x at /b
{"name":"project-conf","host":{"sourcePath":"/srv/shop/conf"}}
{"name":"home-x","host":{"sourcePath":"/home/ann/x"}}"#,
            "./conf:/a | warning[instance-storage]: \
             what is mounted must be there on every instance that may run the task\n\
             ~/x:/b | warning[instance-storage]: \
             what is mounted must be there on every instance that may run the task",
        );
    }

    #[test]
    fn every_instance_has_what_belongs_to_the_system() {
        check(
            EC2,
            "volumes: [/var/run/docker.sock:/s, /proc:/p:ro, '/:/r']",
            r#"host-var-run-docker-sock-394487ca at /s
host-proc at /p ro
host at /r
{"name":"host-var-run-docker-sock-394487ca","host":{"sourcePath":"/var/run/docker.sock"}}
{"name":"host-proc","host":{"sourcePath":"/proc"}}
{"name":"host","host":{"sourcePath":"/"}}"#,
            "",
        );
    }

    #[test]
    fn options_of_a_bind_mount_are_lost() {
        check(
            EC2,
            "volumes: [{type: bind, source: /proc, target: /p, consistency: cached, \
             bind: {propagation: rslave, create_host_path: false, recursive: disabled, selinux: z}}]",
            r#"host-proc at /p
{"name":"host-proc","host":{"sourcePath":"/proc"}}"#,
            "rslave | warning[lost]: `propagation` is left out: on ECS, mounts below this one stay `rprivate`\n\
             false | warning[lost]: `create_host_path` is left out: Docker on the instance makes a missing directory all the same\n\
             disabled | warning[lost]: `recursive` is left out: on ECS, mounts below this one come along",
        );
        check(
            EC2,
            "volumes: ['/proc:/p:rprivate,Z,cached']",
            r#"host-proc at /p
{"name":"host-proc","host":{"sourcePath":"/proc"}}"#,
            "",
        );
    }

    #[test]
    fn fargate_has_no_instance_to_mount_from() {
        check(
            FARGATE,
            "volumes: [./conf:/a, /var/run/docker.sock:/s]",
            "",
            "./conf:/a | error[refused]: a task on Fargate cannot mount `./conf`: there is no instance\n\
             /var/run/docker.sock:/s | error[refused]: there is no Docker behind `/var/run/docker.sock` on Fargate",
        );
    }

    #[test]
    fn a_path_of_windows_is_refused() {
        check(
            EC2,
            r"volumes: ['C:\x:/a']",
            "",
            r"'C:\x:/a' | error[refused]: `C:\x` is a path of Windows: ECS runs this on Linux",
        );
    }

    #[test]
    fn memory_has_a_size() {
        check(
            EC2,
            "tmpfs: ['/a:size=1500k,mode=1777,noexec', '/b:size=1g'], \
             volumes: [{type: tmpfs, target: /c, read_only: true, tmpfs: {size: 2m, mode: 0755}}]",
            r#"{"containerPath":"/a","size":2,"mountOptions":["mode=1777","noexec"]}
{"containerPath":"/b","size":1024}
{"containerPath":"/c","size":2,"mountOptions":["ro","mode=755"]}"#,
            "",
        );
    }

    #[test]
    fn memory_without_a_size_gets_one_and_says_so_once() {
        check(
            FARGATE,
            "tmpfs: [/a, /b], volumes: [{type: tmpfs, target: /c}]",
            r#"{"containerPath":"/a","size":64}
{"containerPath":"/b","size":64}
{"containerPath":"/c","size":64}"#,
            "/a | note[approximated]: ECS must know how large a directory in memory may grow: 64 MiB",
        );
        check(
            EC2,
            "tmpfs: '/a:size=50%,huge=always'",
            r#"{"containerPath":"/a","size":64}"#,
            "'/a:size=50%,huge=always' | warning[approximated]: \
             ECS takes sizes in bytes only, so `50%` becomes 64 MiB\n\
             '/a:size=50%,huge=always' | warning[lost]: `huge` is no option that ECS passes on",
        );
    }

    #[test]
    fn the_root_may_be_read_only() {
        check(EC2, "read_only: true", "read-only: true", "");
        check(EC2, "read_only: false", "", "");
    }

    #[test]
    fn mounts_are_shared_within_a_task() {
        check(
            EC2,
            "volumes_from: ['app:ro', 'container:old']",
            r#"{"sourceContainer":"app","readOnly":true}"#,
            "'container:old' | error[refused]: \
             a task cannot share the mounts of `old`, a container outside the project",
        );
    }

    #[test]
    fn some_mounts_are_not_for_ecs() {
        check(
            EC2,
            "volumes: [{type: npipe, source: a, target: /a}, {type: cluster, source: b, target: /b}, \
             {type: image, source: c, target: /c}]",
            "",
            "{type: npipe, source: a, target: /a} | error[refused]: \
             a named pipe of Windows cannot be mounted: ECS runs this on Linux\n\
             {type: cluster, source: b, target: /b} | error[refused]: \
             a volume of a swarm cannot be mounted on ECS\n\
             {type: image, source: c, target: /c} | error[refused]: ECS cannot mount the files of the image `c`",
        );
    }
}
