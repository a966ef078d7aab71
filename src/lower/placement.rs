//! How many tasks of a unit run, where, and how a new revision takes over.

mod constraints;
mod overlap;
mod replicas;
mod strategy;
mod tags;
mod update;

use super::Lifetime;
use crate::compose::service::Service;
use crate::compose::service::placement::{EndpointMode, Placement};
use crate::diag::{Code, Diagnostics};
use crate::ecs::service::{Count, DeploymentConfiguration, PlacementConstraint, PlacementStrategy, SchedulingStrategy};
use crate::ecs::task::Tag;
use crate::options::LaunchType;
use crate::source::Spanned;

pub(super) use overlap::Overlap;

/// The part of a service, or of a one-off task, that says how many run, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServicePlacement {
    /// How many; of a one-off task always there, of a service unless it is a daemon.
    pub(super) desired_count: Option<u32>,
    /// Who says so.
    pub(super) count: Count,
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

/// What is placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    /// How long it lives.
    pub(super) lifetime: Lifetime,
    /// Where it runs.
    pub(super) launch_type: LaunchType,
    /// Whether the old and the new may run side by side.
    pub(super) overlap: Overlap,
}

/// Places the services that share a unit.
pub(super) fn placement(members: &[&Service], placed: Placed, diags: &mut Diagnostics) -> ServicePlacement {
    let Placed { lifetime, launch_type, overlap } = placed;
    for member in members {
        // A job ends once in every task, also beside services that do not.
        let lifetime = if member.placement.is_job() { Lifetime::Task } else { lifetime };
        report_lost(&member.placement, lifetime, diags);
    }
    let replicas = replicas::settle(members, lifetime, launch_type, diags);
    ServicePlacement {
        desired_count: replicas.desired_count(),
        count: replicas.count(),
        scheduling_strategy: replicas.scheduling_strategy(),
        deployment_configuration: update::deployment_configuration(members, (lifetime, overlap), replicas, diags),
        placement_constraints: constraints::placement_constraints(members, replicas, launch_type, diags),
        placement_strategy: strategy::placement_strategy(members, replicas, launch_type, diags),
        tags: tags::tags(members, diags),
    }
}

/// Reports what of one service ECS has no place for. The other fields are translated beside the other members'.
fn report_lost(placement: &Placement, lifetime: Lifetime, diags: &mut Diagnostics) {
    // `profiles` have chosen the service before, and restarts are the container's.
    let Placement {
        mode: _,
        scale: _,
        replicas: _,
        labels: _,
        endpoint_mode,
        update_config: _,
        rollback_config,
        restart_policy: _,
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{messages, services};

    /// The placement of services named `a`, `b` and so on, as JSON, and what is found.
    #[track_caller]
    fn check(texts: &[&str], target: (Lifetime, LaunchType), expected: &str, expected_findings: &str) {
        let (services, mut diags) = services(&texts.join("\n---\n"));
        let members: Vec<&Service> = services.iter().collect();
        let placed = Placed { lifetime: target.0, launch_type: target.1, overlap: Overlap::Allowed };
        let placement = placement(&members, placed, &mut diags);
        let ServicePlacement {
            desired_count,
            count: _,
            scheduling_strategy,
            deployment_configuration:
                DeploymentConfiguration {
                    deployment_circuit_breaker: breaker,
                    maximum_percent,
                    minimum_healthy_percent,
                    alarms: _,
                },
            placement_constraints,
            placement_strategy,
            tags,
        } = placement;
        let constraint = |constraint: &PlacementConstraint| {
            constraint.expression.clone().unwrap_or_else(|| json!(constraint.kind).to_string())
        };
        let mut shown = vec![json!(scheduling_strategy).to_string().replace('"', "")];
        shown.extend(desired_count.map(|count| count.to_string()));
        if let (Some(minimum), Some(maximum)) = (minimum_healthy_percent, maximum_percent) {
            shown.push(format!("{minimum}..{maximum}%"));
        }
        shown.extend((!breaker.enable).then(|| "no breaker".to_owned()));
        shown.extend((breaker.enable && !breaker.rollback).then(|| "no rollback".to_owned()));
        shown.extend(placement_constraints.iter().map(constraint));
        shown.extend(placement_strategy.into_iter().filter_map(|strategy| strategy.field));
        shown.extend(tags.into_iter().map(|tag| format!("{}={}", tag.key, tag.value)));
        assert_eq!((shown.join(", ").as_str(), messages(&diags).as_str()), (expected, expected_findings));
    }

    const SERVICE: (Lifetime, LaunchType) = (Lifetime::Service, LaunchType::Ec2);
    const TASK: (Lifetime, LaunchType) = (Lifetime::Task, LaunchType::Ec2);
    const ON_FARGATE: (Lifetime, LaunchType) = (Lifetime::Service, LaunchType::Fargate);

    /// What follows where nothing is said about placement.
    const SPREAD: &str = "attribute:ecs.availability-zone, instanceId";

    #[test]
    fn one_task_runs_where_nothing_is_said() {
        check(&["{}"], SERVICE, &format!("REPLICA, 1, {SPREAD}"), "");
        check(&["{}"], ON_FARGATE, "REPLICA, 1", "");
        check(&["{}"], TASK, &format!("REPLICA, 1, {SPREAD}"), "");
    }

    #[test]
    fn a_number_is_the_number() {
        check(&["deploy: {replicas: 3}"], SERVICE, &format!("REPLICA, 3, {SPREAD}"), "");
        check(&["scale: 0"], SERVICE, &format!("REPLICA, 0, {SPREAD}"), "");
        check(
            &["scale: 2147483648"],
            SERVICE,
            &format!("REPLICA, 0, {SPREAD}"),
            "error[limit]: invalid value `2147483648`: ECS runs at most 2147483647 tasks of a service",
        );
        check(&["deploy: {mode: replicated-job, replicas: 2}"], TASK, &format!("REPLICA, 2, {SPREAD}"), "");
    }

    #[test]
    fn a_number_that_nobody_says_is_told_from_one_that_somebody_does() {
        let count = |text: &str, expected: Count| {
            let (services, mut diags) = services(text);
            let (lifetime, launch_type) = SERVICE;
            let placed = Placed { lifetime, launch_type, overlap: Overlap::Allowed };
            let members: Vec<&Service> = services.iter().collect();
            assert_eq!(placement(&members, placed, &mut diags).count, expected, "{text}");
        };
        count("{}", Count::Usual);
        count("deploy: {mode: replicated}", Count::Usual);
        count("deploy: {mode: global}", Count::Usual);
        count("deploy: {replicas: 1}", Count::Stated);
        count("scale: 1", Count::Stated);
    }

    #[test]
    fn global_is_a_daemon() {
        check(&["deploy: {mode: global}"], SERVICE, "DAEMON", "");
        check(
            &["deploy: {mode: global, replicas: 3}"],
            SERVICE,
            "DAEMON",
            "warning[lost]: with `mode: global`, one task runs on every instance, and no other",
        );
        check(
            &["deploy: {mode: global}"],
            ON_FARGATE,
            "DAEMON",
            "error[refused]: Fargate has no instances, so nothing can run on every one of them",
        );
        check(
            &["deploy: {mode: global-job}"],
            TASK,
            &format!("REPLICA, 1, {SPREAD}"),
            "warning[approximated]: a task that runs once per deployment runs as often as `replicas` says, not on every \
             instance",
        );
    }

    #[test]
    fn an_unknown_mode_is_none() {
        check(
            &["deploy: {mode: swarm}"],
            SERVICE,
            &format!("REPLICA, 1, {SPREAD}"),
            "warning[approximated]: this mode is unknown, and taken for `replicated`, as Docker Compose does",
        );
    }

    #[test]
    fn services_of_a_task_run_equally_often() {
        check(&["scale: 2", "scale: 2"], SERVICE, &format!("REPLICA, 2, {SPREAD}"), "");
        check(&["scale: 1", "{}"], SERVICE, &format!("REPLICA, 1, {SPREAD}"), "");
        check(
            &["scale: 2", "{}"],
            SERVICE,
            &format!("REPLICA, 2, {SPREAD}"),
            "warning[approximated]: `b` runs 2 times, as does its whole task",
        );
        check(
            &["scale: 2", "{}", "deploy: {replicas: 3}"],
            SERVICE,
            &format!("REPLICA, 2, {SPREAD}"),
            "error[grouping]: `c` and `a` share a task, so as many must run of both\n\
             warning[approximated]: `b` runs 2 times, as does its whole task",
        );
        check(
            &["deploy: {mode: replicated}", "deploy: {mode: global}"],
            SERVICE,
            &format!("REPLICA, 1, {SPREAD}"),
            "error[grouping]: `b` and `a` share a task, so as many must run of both",
        );
    }

    #[test]
    fn a_job_goes_along_with_the_services_of_its_task() {
        check(&["scale: 2", "deploy: {mode: global-job, replicas: 5}"], SERVICE, &format!("REPLICA, 2, {SPREAD}"), "");
    }

    #[test]
    fn an_update_keeps_within_bounds() {
        let bounds = |update: &str, count: u32, expected: &str| {
            let text = format!("deploy: {{replicas: {count}, update_config: {{{update}}}}}");
            check(&[&text], SERVICE, &format!("REPLICA, {count}, {expected}, {SPREAD}"), "");
        };
        bounds("parallelism: 1", 1, "0..100%");
        bounds("parallelism: 1", 3, "66..100%");
        bounds("parallelism: 2", 4, "50..100%");
        bounds("parallelism: 0", 4, "0..100%");
        bounds("parallelism: 9", 4, "0..100%");
        bounds("order: stop-first", 2, "50..100%");
        bounds("order: start-first", 1, "100..200%");
        bounds("order: start-first", 3, "100..134%");
        bounds("order: start-first, parallelism: 2", 4, "100..150%");
        bounds("order: start-first, parallelism: 0", 4, "100..200%");
    }

    #[test]
    fn without_an_order_and_a_number_the_bounds_are_those_of_ecs() {
        let without_bounds = |action: &str, expected: &str| {
            let text = format!("deploy: {{update_config: {{failure_action: {action}}}}}");
            check(&[&text], SERVICE, &format!("REPLICA, 1{expected}, {SPREAD}"), "");
        };
        without_bounds("rollback", "");
        without_bounds("pause", ", no rollback");
        without_bounds("continue", ", no breaker");
    }

    #[test]
    fn what_an_update_cannot_do_is_lost() {
        check(
            &["deploy: {update_config: {delay: 10s, monitor: 1m, max_failure_ratio: 0.3, failure_action: explode}}"],
            SERVICE,
            &format!("REPLICA, 1, {SPREAD}"),
            "warning[rollout]: `delay` is left out: ECS does not pause between one group of tasks and the next\n\
             warning[rollout]: `monitor` is left out: ECS itself decides how long it watches a new task\n\
             warning[rollout]: `max_failure_ratio` is left out: ECS's circuit breaker has a limit of its own for tasks that fail\n\
             warning[rollout]: this action is unknown: it must be `pause`, `continue` or `rollback`",
        );
        check(
            &["deploy: {mode: global, update_config: {delay: 0s, parallelism: 2, order: start-first}}"],
            SERVICE,
            "DAEMON",
            "warning[rollout]: ECS replaces the tasks on all instances at once, as their number is not known here\n\
             warning[rollout]: where one task runs on every instance, the old one stops first",
        );
        check(
            &["deploy: {rollback_config: {parallelism: 2}}"],
            SERVICE,
            &format!("REPLICA, 1, {SPREAD}"),
            "warning[rollout]: `rollback_config` is left out: ECS goes back to the revision before by the rules of `update_config`",
        );
        check(&["deploy: {rollback_config: {}}"], SERVICE, &format!("REPLICA, 1, {SPREAD}"), "");
    }

    #[test]
    fn a_task_that_runs_once_is_not_updated() {
        let text = "deploy: {update_config: {delay: 10s, order: start-first}, rollback_config: {delay: 1s}}";
        check(&[text], TASK, &format!("REPLICA, 1, {SPREAD}"), "");
    }

    #[test]
    fn services_of_a_task_are_updated_together() {
        let update = |order: &str| format!("deploy: {{update_config: {{order: {order}}}}}");
        let expected = format!("REPLICA, 1, 100..200%, {SPREAD}");
        check(&[&update("start-first"), "{}", &update("start-first")], SERVICE, &expected, "");
        check(
            &[&update("start-first"), &update("stop-first")],
            SERVICE,
            &expected,
            "error[grouping]: `b` and `a` share a task, so they are updated together",
        );
    }

    #[test]
    fn a_constraint_on_a_label_is_one_on_an_attribute() {
        let rules = "deploy: {placement: {constraints: [node.labels.disk == ssd, node.platform.arch==aarch64, \
                     node.platform.os != windows, node.role == worker, node.labels.disk == ssd]}}";
        let expected = "attribute:disk == ssd, attribute:ecs.cpu-architecture == arm64, \
                        attribute:ecs.os-type != windows";
        check(&[rules], SERVICE, &format!("REPLICA, 1, {expected}, {SPREAD}"), "");
        check(&[rules, rules], SERVICE, &format!("REPLICA, 1, {expected}, {SPREAD}"), "");
        check(
            &["deploy: {placement: {constraints: [node.labels.disk == ssd, node.platform.arch == arm64]}}"],
            ON_FARGATE,
            "REPLICA, 1",
            "warning[placement]: `constraints` is left out: Fargate has no instances to choose from\n\
             warning[placement]: `constraints` is left out: Fargate has no instances to choose from",
        );
    }

    #[test]
    fn a_constraint_that_ecs_cannot_say_is_lost() {
        let constraint = |constraint: &str, expected: &str| {
            let text = format!("deploy: {{placement: {{constraints: ['{constraint}']}}}}");
            check(&[&text], SERVICE, &format!("REPLICA, 1, {SPREAD}"), &format!("warning[placement]: {expected}"));
        };
        constraint("node.role == manager", "ECS has no managers among its instances: any instance will do");
        constraint("node.hostname == one", "ECS does not know `node.hostname` of its instances");
        constraint("engine.labels.os == x", "ECS does not know `engine.labels.os` of its instances");
        constraint("node.labels.os == a b", "an attribute of an instance cannot have this name or value");
        constraint("node.platform.arch == s390x", "ECS has no instances of this platform");
        constraint("node=foo", "this is not a constraint that ECS could be told");
    }

    #[test]
    fn one_task_per_instance_is_all_that_ecs_can_limit() {
        let limit = |limit: u32| format!("deploy: {{placement: {{max_replicas_per_node: {limit}}}}}");
        check(&[&limit(0)], SERVICE, &format!("REPLICA, 1, {SPREAD}"), "");
        check(&[&limit(1)], SERVICE, &format!("REPLICA, 1, \"distinctInstance\", {SPREAD}"), "");
        check(&[&limit(2)], ON_FARGATE, "REPLICA, 1", "");
        check(
            &[&limit(2)],
            SERVICE,
            &format!("REPLICA, 1, {SPREAD}"),
            "warning[placement]: ECS cannot limit how many tasks share an instance, but to one",
        );
    }

    #[test]
    fn tasks_are_spread_as_the_file_says_and_then_over_instances() {
        let spread = "deploy: {placement: {preferences: [{spread: node.labels.rack}, {}, {spread: node.labels.rack}]}}";
        check(&[spread], SERVICE, "REPLICA, 1, attribute:rack, instanceId", "");
        check(
            &["deploy: {placement: {preferences: [{spread: node.hostname}, {spread: node.platform.arch}]}}"],
            SERVICE,
            "REPLICA, 1, instanceId, attribute:ecs.cpu-architecture",
            "",
        );
        check(
            &[spread],
            ON_FARGATE,
            "REPLICA, 1",
            "warning[placement]: Fargate spreads tasks over the zones of its subnets, and over nothing else\n\
             warning[placement]: Fargate spreads tasks over the zones of its subnets, and over nothing else",
        );
        check(
            &["deploy: {mode: global, placement: {preferences: [{spread: node.labels.rack}]}}"],
            SERVICE,
            "DAEMON",
            "warning[placement]: a task runs on every instance, so there is nothing to spread",
        );
        check(
            &["deploy: {placement: {preferences: [{spread: node.role}, {spread: rack}]}}"],
            SERVICE,
            &format!("REPLICA, 1, {SPREAD}"),
            "warning[placement]: ECS does not know `node.role` of its instances\n\
             warning[placement]: this is not something that ECS could spread tasks over",
        );
    }

    #[test]
    fn five_strategies_are_the_most() {
        let spread = |label: char| format!("{{spread: node.labels.{label}}}");
        let preferences = "abcdef".chars().map(spread).collect::<Vec<_>>().join(", ");
        check(
            &[&format!("deploy: {{placement: {{preferences: [{preferences}]}}}}")],
            SERVICE,
            "REPLICA, 1, attribute:a, attribute:b, attribute:c, attribute:d, attribute:e",
            "warning[placement]: ECS spreads over 5 things at most",
        );
    }

    #[test]
    fn labels_are_tags_if_aws_takes_them() {
        check(
            &["deploy: {labels: {team: shop, ecs.task.family: web}}", "deploy: {labels: {team: shop, tier: front}}"],
            SERVICE,
            &format!("REPLICA, 1, {SPREAD}, team=shop, tier=front"),
            "",
        );
        check(
            &["deploy: {labels: {team: shop}}", "deploy: {labels: {team: desk, 'aws:x': y, rule: 'Host(`a.b`)'}}"],
            SERVICE,
            &format!("REPLICA, 1, {SPREAD}, team=shop"),
            "warning[lost]: label `team` has another value in a service of the same task\n\
             warning[lost]: label `aws:x` cannot be a tag: names that begin with `aws:` are AWS's own\n\
             warning[lost]: label `rule` cannot be a tag: its value may have letters, digits, spaces and \
             `_.:/=+-@` only",
        );
    }

    #[test]
    fn requests_go_in_turns_whatever_the_endpoint_mode() {
        check(&["deploy: {endpoint_mode: vip}"], SERVICE, &format!("REPLICA, 1, {SPREAD}"), "");
        check(
            &["deploy: {endpoint_mode: dnsrr}"],
            SERVICE,
            &format!("REPLICA, 1, {SPREAD}"),
            "warning[approximated]: the service's name stands for one address, behind which requests go to all tasks \
             in turns",
        );
    }
}
