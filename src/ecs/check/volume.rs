//! Rules of volumes and mounts.

use std::collections::{BTreeMap, BTreeSet};

use super::{At, Place, Report, Rule, Task, text};
use crate::ecs::Switch;
use crate::ecs::container::{MountPoint, Tmpfs, VolumeFrom};
use crate::ecs::task::{DockerVolume, EfsAuthorization, EfsVolume, HostVolume, Volume, VolumeKind, VolumeScope};

/// Checks the volumes of a task.
pub(super) fn volumes(volumes: &[Volume], task: &Task<'_>, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for Volume { name, kind } in volumes {
        let place = || Place::Volume { family: task.definition.family.clone(), volume: name.clone() };
        if !text::is_name(name.as_str()) {
            report.add(place(), Rule::VolName, format!("`{name}` is not the name of a volume")).hint(text::NAME_HINT);
        } else if !seen.insert(name) {
            report.add(place(), Rule::VolName, format!("two volumes of the task are called `{name}`"));
        }
        match kind {
            VolumeKind::Host(HostVolume { source_path }) => {
                if task.on_fargate() {
                    let message = format!("on Fargate there is no directory `{source_path}` to mount");
                    report.add(place(), Rule::VolHost, message).hint("use a volume on EFS, or run on instances");
                }
                if !source_path.starts_with('/') {
                    report.add(
                        place(),
                        Rule::VolHost,
                        format!("the path `{source_path}` on the instance is not absolute"),
                    );
                }
            }
            // Drivers, options and labels are Docker's to judge.
            VolumeKind::DockerVolumeConfiguration(DockerVolume {
                scope,
                autoprovision,
                driver: _,
                driver_opts: _,
                labels: _,
            }) => {
                if task.on_fargate() {
                    let message = format!("on Fargate there are no Docker volumes such as `{name}`");
                    report.add(place(), Rule::VolDocker, message).hint("use a volume on EFS, or run on instances");
                }
                if autoprovision.is_some() && *scope != VolumeScope::Shared {
                    let message = format!("only a shared volume is autoprovisioned, and `{name}` is not shared");
                    report.add(place(), Rule::VolDocker, message);
                }
            }
            // A directory may be written with a slash at the start or without.
            VolumeKind::EfsVolumeConfiguration(efs) => {
                let EfsVolume {
                    file_system_id,
                    root_directory,
                    transit_encryption,
                    transit_encryption_port,
                    authorization_config,
                } = efs;
                let encrypted = *transit_encryption == Some(Switch::Enabled);
                if transit_encryption_port.is_some() && !encrypted {
                    let message = format!("`{name}` has a port for encryption, but is not encrypted");
                    report.add(place(), Rule::VolEfs, message);
                }
                if let Some(EfsAuthorization { access_point_id, iam }) = authorization_config {
                    if (access_point_id.is_some() || *iam == Some(Switch::Enabled)) && !encrypted {
                        let message = format!("`{name}` needs encryption in transit for an access point, or for IAM");
                        report.add(place(), Rule::VolEfs, message);
                    }
                    let is_root = root_directory.as_deref().is_none_or(|root| root == "/");
                    if access_point_id.is_some() && !is_root {
                        let message = format!("the access point of `{name}` says which directory it is");
                        report.add(place(), Rule::VolEfs, message).hint("leave the root directory out");
                    }
                }
                if !text::is_efs(file_system_id) {
                    let message = format!("`{file_system_id}` is not a file system on EFS");
                    report.add(place(), Rule::VolEfs, message).hint("write its id, such as `fs-0123abcd`, or its ARN");
                }
            }
            VolumeKind::Task {} => {}
        }
    }
}

/// Checks where volumes and file systems in memory appear in a container.
pub(super) fn mounts(mount_points: &[MountPoint], tmpfs: &[Tmpfs], at: &mut At<'_, '_>) {
    let volumes: BTreeSet<_> = at.task.definition.volumes.iter().map(|volume| &volume.name).collect();
    // Being read-only is fine everywhere.
    for MountPoint { source_volume, container_path: _, read_only: _ } in mount_points {
        if !volumes.contains(source_volume) {
            at.add("mountPoints", Rule::MountVol, format!("the task has no volume `{source_volume}`"));
        }
    }
    let of_volumes = mount_points.iter().map(|mount| ("mountPoints", &mount.container_path));
    let in_memory = tmpfs.iter().map(|tmpfs| ("linuxParameters", &tmpfs.container_path));
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (field, path) in of_volumes.chain(in_memory) {
        let normal = text::normal_path(path);
        if !path.starts_with('/') {
            at.add(field, Rule::MountPath, format!("the path `{path}` in the container is not absolute"))
                .hint(text::ABSOLUTE_HINT);
        } else if normal == "/" {
            at.add(field, Rule::MountPath, "nothing can be mounted over the container's root");
        }
        if let Some(first) = seen.insert(normal, path) {
            at.add(field, Rule::MountDup, format!("`{path}` is mounted twice, also as `{first}`"));
        }
    }
}

/// Checks whose mounts a container shares.
pub(super) fn volumes_from(volumes_from: &[VolumeFrom], at: &mut At<'_, '_>) {
    const FIELD: &str = "volumesFrom";
    let mut seen = BTreeSet::new();
    // Being read-only is fine everywhere.
    for VolumeFrom { source_container: peer, read_only: _ } in volumes_from {
        if *peer == at.container.name {
            at.add(FIELD, Rule::Volfrom, format!("container `{peer}` shares its own mounts"));
        } else if !at.task.containers.contains_key(peer.as_str()) {
            at.add(FIELD, Rule::Volfrom, format!("there is no container `{peer}` in the task whose mounts are shared"));
        } else if !seen.insert(peer) {
            at.add(FIELD, Rule::Volfrom, format!("container `{peer}` is listed twice"));
        }
    }
}
