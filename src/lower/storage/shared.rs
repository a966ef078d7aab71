//! Volumes that several tasks mount.

use indexmap::{IndexMap, IndexSet};

use super::volume::is_of_instance;
use crate::compose::service::storage::mount::Source;
use crate::diag::{Code, Diagnostics};
use crate::lower::Target;
use crate::lower::grouping::Units;
use crate::options::LaunchType;
use crate::source::Span;

/// Reports volumes of the instance that several tasks mount: on one machine, as with Compose, they share them; tasks on
/// different instances do not.
///
/// On Fargate, where a volume without a file system behind it lives in one task only, each mount says so.
pub(in crate::lower) fn report_shared(units: &Units<'_>, target: Target<'_>, diags: &mut Diagnostics) {
    match target.launch_type {
        LaunchType::Fargate => return,
        LaunchType::Ec2 => {}
    }
    let mut first_mounts: IndexMap<&str, (usize, Span)> = IndexMap::new();
    let mut reported: IndexSet<&str> = IndexSet::new();
    for (unit, members) in units.list.iter().enumerate() {
        for mount in members.services.iter().flat_map(|service| &service.storage.volumes) {
            let Source::Volume(key) = &mount.value.source else { continue };
            if target.project.volumes.get(key).is_none_or(|volume| !is_of_instance(volume)) {
                continue;
            }
            let (first_unit, first) = *first_mounts.entry(key).or_insert((unit, mount.span));
            if first_unit != unit && reported.insert(key) {
                let message =
                    "every instance has a volume of its own: tasks on different instances share nothing by it";
                diags
                    .warn(Code::InstanceStorage, mount.span, message)
                    .label(first, "another task mounts it here")
                    .hint("put the services in one task with `x-ecs.task`, or the volume on EFS with `driver_opts`");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::grouping::units;
    use crate::options::LowerOptions;
    use crate::testing::{findings, load};

    #[track_caller]
    fn check(launch_type: LaunchType, volumes: &str, expected: &str) {
        let text = format!(
            "services:\n  a: {{image: x, volumes: [data:/a]}}\n  b: {{image: x, volumes: [data:/b]}}\n  \
             c: {{image: x, volumes: [data:/c]}}\nvolumes: {{data: {volumes}}}\n"
        );
        let (project, _) = load(&text);
        let project = project.expect("the text is a project");
        let target = Target { launch_type, options: &LowerOptions::default(), project: &project };
        let mut diags = Diagnostics::default();
        let units = units(target, |_| true, &mut diags);
        report_shared(&units, target, &mut diags);
        assert_eq!(findings(&text, &diags), expected);
    }

    #[test]
    fn a_volume_of_several_tasks_is_reported_once() {
        check(
            LaunchType::Ec2,
            "{}",
            "data:/b | warning[instance-storage]: every instance has a volume of its own: tasks on different instances share \
             nothing by it",
        );
    }

    #[test]
    fn file_servers_and_plugins_are_shared() {
        check(LaunchType::Ec2, "{driver: rexray/ebs}", "");
        check(
            LaunchType::Ec2,
            "{driver_opts: {type: nfs, o: addr=fs-1.efs.eu-west-1.amazonaws.com, device: ':/'}}",
            "",
        );
    }

    #[test]
    fn on_fargate_every_mount_says_so() {
        check(LaunchType::Fargate, "{}", "");
    }
}
