//! `x-ecs`: what Compose cannot say.

use crate::diag::{Code, Diagnostics};
use crate::options::{Grouping, LaunchType};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::choice::choice;
use crate::yaml::keys::{Decode, Keys};

/// `x-ecs` at the top of a file.
#[derive(Debug, Clone, Default)]
pub struct ProjectExtension {
    /// `launch_type`: `ec2` or `fargate`.
    pub launch_type: Option<Spanned<LaunchType>>,
    /// `task_per`: `service` or `project`.
    pub task_per: Option<Spanned<Grouping>>,
    /// `cluster`: the cluster's name.
    pub cluster: Option<Spanned<String>>,
    /// `region`: where the cluster is.
    pub region: Option<Spanned<String>>,
    /// `registry`: where images that are built here are pushed to.
    pub registry: Option<Spanned<String>>,
    /// `tag`: the tag of images that are built here.
    pub tag: Option<Spanned<String>>,
    /// `subnets`: of tasks with a network interface of their own, as on Fargate.
    pub subnets: Option<Spanned<Vec<String>>>,
    /// `security_groups`: of tasks with a network interface of their own, as on Fargate.
    pub security_groups: Option<Spanned<Vec<String>>>,
    /// `assign_public_ip`: whether tasks on Fargate get public addresses.
    pub assign_public_ip: Option<Spanned<bool>>,
    /// `execution_role`: with which ECS pulls images and writes logs.
    pub execution_role: Option<Spanned<String>>,
    /// `task_role`: with which the containers' own AWS calls are made.
    pub task_role: Option<Spanned<String>>,
}

/// `x-ecs` of a service.
#[derive(Debug, Clone, Default)]
pub struct ServiceExtension {
    /// `task`: the name of the task that the service shares with others of the same name.
    pub task: Option<Spanned<String>>,
    /// `execution_role`: with which ECS pulls the task's images and writes its logs.
    pub execution_role: Option<Spanned<String>>,
    /// `task_role`: with which the task's own AWS calls are made.
    pub task_role: Option<Spanned<String>>,
}

impl ProjectExtension {
    /// Takes `x-ecs` at the top of a file.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        keys.take_nullable("x-ecs", diags).unwrap_or_default()
    }
}

impl ServiceExtension {
    /// Takes `x-ecs` of a service.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        keys.take_nullable("x-ecs", diags).unwrap_or_default()
    }
}

impl Decode for ProjectExtension {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let extension = Self {
            launch_type: keys.take("launch_type", diags),
            task_per: keys.take("task_per", diags),
            cluster: keys.take("cluster", diags),
            region: keys.take("region", diags),
            registry: keys.take("registry", diags),
            tag: keys.take("tag", diags),
            subnets: keys.take("subnets", diags),
            security_groups: keys.take("security_groups", diags),
            assign_public_ip: keys.take("assign_public_ip", diags),
            execution_role: keys.take("execution_role", diags),
            task_role: keys.take("task_role", diags),
        };
        keys.finish("`x-ecs` at the top of a file", diags);
        Some(extension)
    }
}

impl Decode for ServiceExtension {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let extension = Self {
            task: keys.take("task", diags),
            execution_role: keys.take("execution_role", diags),
            task_role: keys.take("task_role", diags),
        };
        report_compose_x(&mut keys, diags);
        keys.finish("`x-ecs` of a service", diags);
        Some(extension)
    }
}

/// Reports the keys that ecs-compose-x reads under `x-ecs` of a service.
fn report_compose_x(keys: &mut Keys<'_>, diags: &mut Diagnostics) {
    const KEYS: [&str; 4] =
        ["CapacityProviderStrategy", "CpuArchitecture", "EnableExecuteCommand", "OperatingSystemFamily"];
    for entry in KEYS.into_iter().filter_map(|key| keys.entry(key)) {
        let message = format!("`{}` is a key of ecs-compose-x, and is not translated yet", entry.key);
        let finding = diags.warn(Code::Untranslated, entry.key_span, message);
        if matches!(&*entry.key, "CpuArchitecture" | "OperatingSystemFamily") {
            finding.hint("write `platform: linux/arm64` or the like");
        }
    }
}

impl Decode for LaunchType {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        choice(node, &[("ec2", Self::Ec2), ("fargate", Self::Fargate)], diags)
    }
}

impl Decode for Grouping {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        choice(node, &[("service", Self::OnePerService), ("project", Self::SingleTask)], diags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{decode, messages};

    /// What is found in `x-ecs`.
    #[track_caller]
    fn check<T: Decode>(text: &str, expected: &str) {
        assert_eq!(messages(&decode::<T>(text).1), expected);
    }

    #[test]
    fn a_project_is_read_whole() {
        check::<ProjectExtension>(
            "{launch_type: fargate, task_per: project, cluster: c, region: eu-west-1, registry: r, tag: t, \
             subnets: [subnet-1], security_groups: [sg-1], assign_public_ip: true, execution_role: e, task_role: t}",
            "",
        );
    }

    #[test]
    fn a_service_is_read_whole() {
        check::<ServiceExtension>("{task: web, execution_role: e, task_role: t}", "");
    }

    #[test]
    fn keys_of_compose_x_are_known() {
        check::<ServiceExtension>(
            "{EnableExecuteCommand: true, CapacityProviderStrategy: [{CapacityProvider: FARGATE_SPOT}]}",
            "warning[untranslated]: `CapacityProviderStrategy` is a key of ecs-compose-x, and is not translated yet\n\
             warning[untranslated]: `EnableExecuteCommand` is a key of ecs-compose-x, and is not translated yet",
        );
    }

    #[test]
    fn a_launch_type_is_one_of_two() {
        check::<ProjectExtension>(
            "{launch_type: farget}",
            "error[invalid-value]: invalid value `farget`: it must be `ec2` or `fargate`",
        );
    }

    #[test]
    fn an_unknown_key_is_a_mistake() {
        check::<ServiceExtension>(
            "{tsak: web}",
            "error[unknown-key]: unknown key `tsak`: `x-ecs` of a service has no such key",
        );
    }
}
