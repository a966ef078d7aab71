//! How many tasks of a unit run, where, and how a new revision takes over.

mod constraints;
mod replicas;
mod strategy;
mod tags;
mod update;

use crate::compose::service::Service;
use crate::compose::service::placement::update::{RestartCondition, RestartPolicy};
use crate::compose::service::placement::{EndpointMode, Placement};
use crate::diag::{Code, Diagnostics};
use crate::ecs::service::{DeploymentConfiguration, PlacementConstraint, PlacementStrategy, SchedulingStrategy};
use crate::ecs::task::Tag;
use crate::source::Spanned;

use super::Target;

/// What a unit is to ECS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Lifetime {
    /// A service, whose tasks are replaced when they end.
    Service,
    /// A task, which ends and then is done.
    Task,
}

/// The part of a service, or of a one-off task, that says how many run, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServicePlacement {
    /// How many; of a one-off task always there, of a service unless it is a daemon.
    pub(super) desired_count: Option<u32>,
    /// By which rule they are placed.
    pub(super) scheduling_strategy: SchedulingStrategy,
    /// How a new revision takes over; without meaning for a one-off task.
    pub(super) deployment_configuration: DeploymentConfiguration,
    /// Where they must run.
    pub(super) placement_constraints: Vec<PlacementConstraint>,
    /// Where they had better run; without meaning for a one-off task.
    pub(super) placement_strategy: Vec<PlacementStrategy>,
    /// Tags of the service, or of the task.
    pub(super) tags: Vec<Tag>,
}

/// Places the services that share a unit.
pub(super) fn placement(
    members: &[&Service],
    lifetime: Lifetime,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> ServicePlacement {
    for member in members {
        report_lost(&member.placement, lifetime, diags);
    }
    let replicas = replicas::settle(members, lifetime, target.launch_type, diags);
    ServicePlacement {
        desired_count: replicas.desired_count(),
        scheduling_strategy: replicas.scheduling_strategy(),
        deployment_configuration: update::deployment_configuration(members, lifetime, replicas, diags),
        placement_constraints: constraints::placement_constraints(members, replicas, target.launch_type, diags),
        placement_strategy: strategy::placement_strategy(members, replicas, target.launch_type, diags),
        tags: tags::tags(members, diags),
    }
}

/// Reports what of one service ECS has no place for. The other fields are translated beside the other members'.
fn report_lost(placement: &Placement, lifetime: Lifetime, diags: &mut Diagnostics) {
    // `profiles` have chosen the service before.
    let Placement {
        mode: _,
        replicas: _,
        labels: _,
        endpoint_mode,
        update_config: _,
        rollback_config,
        restart_policy,
        constraints: _,
        preferences: _,
        max_replicas_per_node: _,
        profiles: _,
    } = placement;
    if let Some(mode) = endpoint_mode {
        report_endpoint_mode(mode, diags);
    }
    // A one-off task is not rolled back: it is run anew.
    if let (Some(config), Lifetime::Service) = (rollback_config, lifetime) {
        update::report_rollback(config, diags);
    }
    if let Some(policy) = restart_policy {
        report_restart_policy(&policy.value, lifetime, diags);
    }
}

/// `vip` is what Service Connect does: one address that stands for all tasks.
fn report_endpoint_mode(mode: &Spanned<EndpointMode>, diags: &mut Diagnostics) {
    match &mode.value {
        EndpointMode::VirtualIp => {}
        EndpointMode::DnsRoundRobin => {
            let message = "the service's name stands for one address, behind which requests go to all tasks in turns";
            diags.warn(Code::Approximated, mode.span, message);
        }
        EndpointMode::Other(_) => {
            diags.warn(Code::Lost, mode.span, "this mode is unknown: it must be `vip` or `dnsrr`");
        }
    }
}

/// ECS starts a new task for one that ended, whatever its exit code, after pauses of its own choice.
fn report_restart_policy(policy: &RestartPolicy, lifetime: Lifetime, diags: &mut Diagnostics) {
    let RestartPolicy { condition, delay, max_attempts, window } = policy;
    if let Some(condition) = condition {
        report_restart_condition(condition, lifetime, diags);
    }
    if let Some(delay) = delay.filter(|delay| delay.value.as_nanos() != 0) {
        diags.warn(Code::Lost, delay.span, "ECS itself decides how long it pauses before it starts a task anew");
    }
    if let Some(attempts) = max_attempts {
        diags
            .warn(Code::Lost, attempts.span, "ECS does not give up on a task that ends again and again")
            .hint("during a deployment, the circuit breaker gives up");
    }
    if let Some(window) = window {
        diags.warn(Code::Lost, window.span, "ECS has no time after which a restart counts as a success");
    }
}

/// What becomes of `deploy.restart_policy.condition`.
fn report_restart_condition(condition: &Spanned<RestartCondition>, lifetime: Lifetime, diags: &mut Diagnostics) {
    let span = condition.span;
    match (&condition.value, lifetime) {
        (RestartCondition::Any, Lifetime::Service) | (RestartCondition::None, Lifetime::Task) => {}
        (RestartCondition::OnFailure, Lifetime::Service) => {
            diags.warn(Code::Approximated, span, "ECS starts a new task also for one that ended well");
        }
        (RestartCondition::None, Lifetime::Service) => {
            diags
                .warn(Code::Approximated, span, "ECS starts a new task whenever one ends")
                .hint("for something that runs once per deployment, write `deploy.mode: replicated-job`");
        }
        (RestartCondition::Any | RestartCondition::OnFailure, Lifetime::Task) => {
            diags.warn(Code::Lost, span, "a task that runs once is not started again when it fails");
        }
        (RestartCondition::Other(_), Lifetime::Service | Lifetime::Task) => {
            diags.warn(Code::Lost, span, "this condition is unknown: it must be `none`, `on-failure` or `any`");
        }
    }
}
