//! Whether an old task and its successor may run side by side.

use indexmap::IndexSet;

use crate::ecs::container::{MountPoint, PortMapping};
use crate::ecs::name::VolumeName;
use crate::ecs::task::{NetworkMode, TaskDefinition, Volume, VolumeKind, VolumeScope};

/// Whether the tasks of an old revision and of a new one may run side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::lower) enum Overlap {
    /// They may.
    Allowed,
    /// They need the same port of an instance, or write to the same volume: the old one stops first, as in Compose.
    Harmful,
}

impl Overlap {
    /// What holds for two tasks of a definition.
    pub(in crate::lower) fn of(definition: &TaskDefinition) -> Self {
        let lasting: IndexSet<&VolumeName> =
            definition.volumes.iter().filter(|volume| outlives_tasks(volume)).map(|volume| &volume.name).collect();
        let on_instance = match definition.network_mode {
            NetworkMode::Bridge | NetworkMode::Host => true,
            NetworkMode::Awsvpc | NetworkMode::None => false,
        };
        let clashes = definition.container_definitions.iter().any(|container| {
            let writes = |mount: &MountPoint| mount.read_only != Some(true) && lasting.contains(&mount.source_volume);
            let takes = |mapping: &PortMapping| on_instance && mapping.host_port.is_some_and(|port| port != 0);
            container.mount_points.iter().any(writes) || container.port_mappings.iter().any(takes)
        });
        if clashes { Self::Harmful } else { Self::Allowed }
    }
}

/// Whether another task finds what one wrote to a volume.
fn outlives_tasks(volume: &Volume) -> bool {
    match &volume.kind {
        VolumeKind::Host(_) | VolumeKind::EfsVolumeConfiguration(_) => true,
        VolumeKind::DockerVolumeConfiguration(volume) => volume.scope == VolumeScope::Shared,
        VolumeKind::Task {} => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LaunchType;
    use crate::testing::stack;

    /// What holds for the task of a service with these keys.
    #[track_caller]
    fn check(launch_type: LaunchType, keys: &str, expected: Overlap) {
        let text = format!("{{services: {{web: {{image: x, {keys}}}}}, volumes: {{data: }}}}");
        let stack = stack(launch_type, &text);
        assert_eq!(Overlap::of(stack.task_definitions.first().expect("a task")), expected);
    }

    #[test]
    fn a_port_of_the_instance_has_one_holder() {
        check(LaunchType::Ec2, "ports: ['80:80']", Overlap::Harmful);
        check(LaunchType::Ec2, "ports: ['80'], expose: [81]", Overlap::Allowed);
        check(LaunchType::Ec2, "ports: ['80:80'], network_mode: host", Overlap::Harmful);
        check(LaunchType::Fargate, "ports: ['80:80']", Overlap::Allowed);
    }

    #[test]
    fn a_volume_that_stays_has_one_writer() {
        check(LaunchType::Ec2, "volumes: ['data:/d']", Overlap::Harmful);
        check(LaunchType::Ec2, "volumes: ['/srv/d:/d']", Overlap::Harmful);
        check(LaunchType::Ec2, "volumes: ['data:/d:ro']", Overlap::Allowed);
        check(LaunchType::Ec2, "volumes: ['/d'], tmpfs: /e", Overlap::Allowed);
        check(LaunchType::Fargate, "volumes: ['data:/d']", Overlap::Allowed);
    }
}
