//! `x-ecs`: what Compose cannot say.

pub mod balancing;
pub mod capacity;
pub mod connect;
pub mod deployment;
pub mod finding;
mod firelens;
pub mod hatch;
pub mod logging;
pub mod network;
pub mod probe;
pub mod project;
pub mod role;
pub mod scaling;
mod secret;
pub(crate) mod setting;
pub mod size;
pub mod tags;
pub mod value;
pub mod volume;

use super::duration::Duration;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::keys::{Decode, Keys};
use crate::yaml::{Entry, Node};
use setting::{Disagree, Key, Setting, Settings, Texts, before, groups, join, settings};

pub use firelens::{Firelens, FirelensType};
pub use secret::{SecretExtension, SecretKeys, SecretOrigin, SecretVariables};

groups! {
    /// `x-ecs` at the top of a file.
    ProjectExtension {
        /// Where the project runs, and under which names.
        place: project::Place,
        /// Which findings are let pass, and of which errors are made.
        findings: finding::Findings,
        /// What is known of images.
        images: probe::Images,
        /// What holds for every task that does not say something else.
        task: TaskExtension,
        /// What is laid over every container.
        containers: hatch::ContainerHatch,
    }
}

groups! {
    /// `x-ecs` of a service.
    ServiceExtension {
        /// What concerns the service's own container.
        own: OwnExtension,
        /// What concerns the task, on which all its services must agree.
        task: TaskExtension,
        /// What is laid over its container.
        container: hatch::ContainerHatch,
    }
}

settings! {
    /// What concerns a service by itself.
    OwnExtension {
        /// `task`: the name of the task that the service shares with others of the same name.
        task: String,
        /// `essential`: whether the task stops when the container does; `true`, unless others wait for its end.
        essential: bool,
        /// `start_timeout`: how long those who depend on the container wait for what they ask of it.
        start_timeout: Duration,
        /// `load_balancers`: the target groups that lead to the container.
        load_balancers: Vec<balancing::LoadBalancer>,
        /// `probe`: the health check that a readiness wait for the service needs, where there is no `healthcheck`: `CMD` and words, or `CMD-SHELL` and a line. It goes before that of a known image; without words, there is none.
        probe: Vec<String>,
        /// `secrets`: ARNs of secrets, and ARNs or names of parameters, by the names of the variables that get their
        /// values.
        secrets: Texts,
        /// `log_secrets`: the same, by the names of options of the logging driver.
        log_secrets: Texts,
        /// `firelens`: that the service routes the output of the others in its task.
        firelens: Firelens,
    }
}

groups! {
    /// What can be said of all tasks at the top of a file, and of one at a service.
    TaskExtension {
        /// In whose name AWS is called.
        roles: role::Roles,
        /// Where tasks are in the network.
        network: network::Network,
        /// How large a task is.
        size: size::Size,
        /// On what tasks run.
        capacity: capacity::Capacity,
        /// How a new revision takes over.
        deploying: deployment::Deploying,
        /// How the number of tasks follows the load.
        scaling: scaling::Scaling,
        /// How Service Connect treats tasks.
        connect: connect::Connect,
        /// Where output goes.
        logs: logging::Logs,
        /// By which tags things are known.
        tagging: tags::Tagging,
        /// What is laid over task definitions and services.
        hatches: hatch::Hatches,
    }
}

impl ProjectExtension {
    /// Takes `x-ecs` at the top of a file.
    pub(super) fn take_from(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        keys.take_nullable("x-ecs", diags).unwrap_or_default()
    }
}

impl ServiceExtension {
    /// Takes `x-ecs` of a service.
    pub(super) fn take_from(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        keys.take_nullable("x-ecs", diags).unwrap_or_default()
    }
}

impl Decode for ProjectExtension {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        setting::whole(node, "`x-ecs` at the top of a file", diags)
    }
}

impl Decode for ServiceExtension {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let mut extension = Self::take(&mut keys, diags);
        adopt_compose_x(&mut extension, &mut keys, diags);
        keys.finish("`x-ecs` of a service", diags);
        Some(extension)
    }
}

/// Takes over the keys that ecs-compose-x reads under `x-ecs` of a service.
fn adopt_compose_x(extension: &mut ServiceExtension, keys: &mut Keys<'_>, diags: &mut Diagnostics) {
    let mut note = |entry: &Entry, form: &str| {
        let message = format!("`{}` is a key of ecs-compose-x", entry.key);
        diags.note(Code::Inferred, entry.key_span, message).hint(format!("write `{form}`"));
    };
    let exec = keys.entry("EnableExecuteCommand").inspect(|entry| note(entry, "exec: true"));
    let providers = keys.entry("CapacityProviderStrategy");
    let providers =
        providers.inspect(|entry| note(entry, "capacity_providers: [{provider: NAME, base: 1, weight: 1}]"));
    if let Some(entry) = exec {
        let exec = Spanned::decode(&entry.value, diags);
        extension.task.tagging.exec = extension.task.tagging.exec.or(exec);
    }
    if let Some(entry) = providers {
        let strategy: Option<Vec<capacity::ComposeX>> = Vec::decode(&entry.value, diags);
        let strategy =
            strategy.map(|strategy| strategy.into_iter().map(|capacity::ComposeX(provider)| provider).collect());
        let slot = &mut extension.task.capacity.capacity_providers;
        *slot = slot.take().or(strategy.map(|strategy| Spanned::new(strategy, entry.value.span)));
    }
    for entry in ["CpuArchitecture", "OperatingSystemFamily"].into_iter().filter_map(|key| keys.entry(key)) {
        let message = format!("`{}` is left out: it is a key of ecs-compose-x", entry.key);
        diags.warn(Code::Lost, entry.key_span, message).hint("write `platform: linux/arm64` or the like");
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
             subnets: [subnet-1], security_groups: [sg-1], assign_public_ip: true, execution_role: e, task_role: t, env_file_bucket: b}",
            "",
        );
    }

    #[test]
    fn a_service_is_read_whole() {
        check::<ServiceExtension>(
            "{task: web, probe: [CMD, ready], execution_role: e, task_role: t, secrets: {TOKEN: /shop/token}, \
             log_secrets: {splunk-token: /t}, firelens: {type: fluentd}}",
            "",
        );
    }

    #[test]
    fn keys_of_compose_x_are_taken_over() {
        let text =
            "{EnableExecuteCommand: true, CapacityProviderStrategy: [{CapacityProvider: FARGATE_SPOT, Weight: 2}]}";
        let found = "note[inferred]: `EnableExecuteCommand` is a key of ecs-compose-x\n\
                     note[inferred]: `CapacityProviderStrategy` is a key of ecs-compose-x";
        check::<ServiceExtension>(text, found);
        let task = decode::<ServiceExtension>(text).0.expect("an extension").task;
        assert_eq!(task.tagging.exec.map(|exec| exec.value), Some(true));
        let providers = task.capacity.capacity_providers.expect("providers").value;
        let spot = capacity::CapacityProvider {
            provider: "FARGATE_SPOT".to_owned(),
            base: None,
            weight: value::Weight::new(2),
        };
        assert_eq!(providers, [spot]);
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
