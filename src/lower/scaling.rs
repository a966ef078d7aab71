//! How the number of tasks follows the load.

use super::fate::lost_at;
use crate::compose::duration::Duration;
use crate::compose::extension::scaling::{AutoScaling, Scaling as Written};
use crate::diag::{Code, Diagnostics};
use crate::ecs::scaling::{
    Metric, PolicyType, PredefinedMetric, ScalableDimension, ScalableTarget, Scaling, ScalingPolicy, ServiceNamespace,
    TargetTracking,
};
use crate::ecs::service::{SchedulingStrategy, Service};
use crate::ecs::unit::Seconds;
use crate::source::Spanned;

/// Lets the number of tasks of a service follow the load; its count becomes the one to start with, within the bounds.
pub(super) fn scaling(written: &Written, service: &mut Service, diags: &mut Diagnostics) -> Option<Scaling> {
    let Written { scaling } = written;
    let Spanned { value: scaling, span } = scaling.as_ref()?;
    let AutoScaling { min, max, cpu, memory, scale_in_cooldown, scale_out_cooldown } = scaling;
    if service.scheduling_strategy == SchedulingStrategy::Daemon {
        lost_at("scaling", *span, "one task runs on every instance, and no other", diags);
        return None;
    }
    let Some(max) = max else {
        diags.error(Code::MissingKey, *span, "`max` is missing").hint("say how many tasks run at most");
        return None;
    };
    if cpu.is_none() && memory.is_none() {
        let message = "`cpu` or `memory` is missing";
        diags.error(Code::MissingKey, *span, message).hint("say which use of it is aimed at, in percent: `cpu: 70`");
        return None;
    }
    let (first, last) = (min.map_or(1, |min| min.value.get()), max.value.get());
    if first > last {
        let message = format!("at least {first} tasks are to run, and at most {last}");
        let finding = diags.error(Code::Conflict, max.span, message);
        if let Some(min) = min {
            finding.label(min.span, "this is more");
        }
        return None;
    }
    let desired = service.desired_count.unwrap_or(1);
    let start = desired.clamp(first, last);
    if start != desired {
        let message = format!("the service starts with {start} tasks, not {desired}, which is out of the bounds");
        diags.note(Code::Approximated, *span, message);
    }
    service.desired_count = Some(start);
    let cluster = service.cluster.rsplit('/').next().unwrap_or_default();
    let target = ScalableTarget {
        service_namespace: ServiceNamespace::Ecs,
        resource_id: format!("service/{cluster}/{}", service.service_name),
        scalable_dimension: ScalableDimension::DesiredCount,
        min_capacity: first,
        max_capacity: last,
    };
    let seconds =
        |cooldown: &Option<Spanned<Duration>>| cooldown.map(|cooldown| Seconds(cooldown.value.whole_seconds()));
    let policy = |name: &str, metric: Metric, value: u32| ScalingPolicy {
        policy_name: format!("{}-{name}", service.service_name),
        service_namespace: target.service_namespace,
        resource_id: target.resource_id.clone(),
        scalable_dimension: target.scalable_dimension,
        policy_type: PolicyType::TargetTracking,
        target_tracking_scaling_policy_configuration: TargetTracking {
            target_value: value,
            predefined_metric_specification: PredefinedMetric { predefined_metric_type: metric },
            scale_out_cooldown: seconds(scale_out_cooldown),
            scale_in_cooldown: seconds(scale_in_cooldown),
        },
    };
    let of_cpu = cpu.map(|cpu| policy("cpu", Metric::Cpu, cpu.value.get()));
    let of_memory = memory.map(|memory| policy("memory", Metric::Memory, memory.value.get()));
    let put_scaling_policies = of_cpu.into_iter().chain(of_memory).collect();
    Some(Scaling { service: service.service_name.clone(), register_scalable_target: target, put_scaling_policies })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower;
    use crate::options::LaunchType;
    use crate::options::LowerOptions;
    use crate::testing::{findings, load};

    /// The bounds, the count to start with, and the policies of a service with replicas and a `scaling`.
    #[track_caller]
    fn check(keys: &str, expected: &str) {
        let text = format!("services: {{web: {{image: x, mem_limit: 64m, {keys}}}}}");
        let (project, _) = load(&text);
        let options = LowerOptions {
            launch_type: Some(LaunchType::Ec2),
            region: Some("eu-west-1".into()),
            ..LowerOptions::default()
        };
        let reported = lower::lower(&project.expect("a project"), &options);
        let mut shown = findings(&text, &reported.diagnostics);
        for scaling in reported.product.iter().flat_map(|stack| &stack.scaling) {
            let Scaling { service: _, register_scalable_target: target, put_scaling_policies: policies } = scaling;
            let desired =
                reported.product.as_ref().and_then(|stack| stack.services.first()?.desired_count).unwrap_or(0);
            let policies = policies.iter().map(|policy| {
                let tracking = &policy.target_tracking_scaling_policy_configuration;
                format!(" {} {}", policy.policy_name, tracking.target_value)
            });
            let bounds = format!("{} {}..{desired}..{}", target.resource_id, target.min_capacity, target.max_capacity);
            let separator = if shown.is_empty() { "" } else { "; " };
            shown = format!("{shown}{separator}{bounds}{}", policies.collect::<String>());
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_service_scales_between_bounds() {
        check("x-ecs: {scaling: {max: 4, cpu: 70}}", "service/shop/shop-web 1..1..4 shop-web-cpu 70");
        check(
            "scale: 3, x-ecs: {scaling: {min: 2, max: 4, cpu: 70, memory: 80}}",
            "service/shop/shop-web 2..3..4 shop-web-cpu 70 shop-web-memory 80",
        );
    }

    #[test]
    fn the_count_to_start_with_is_within_the_bounds() {
        check(
            "scale: 9, x-ecs: {scaling: {max: 4, cpu: 70}}",
            "{max: 4, cpu: 70} | note[approximated]: the service starts with 4 tasks, not 9, which is out of the \
             bounds; service/shop/shop-web 1..4..4 shop-web-cpu 70",
        );
    }

    #[test]
    fn what_does_not_say_enough_is_a_mistake() {
        check("x-ecs: {scaling: {cpu: 70}}", "{cpu: 70} | error[missing-key]: `max` is missing");
        check("x-ecs: {scaling: {max: 2}}", "{max: 2} | error[missing-key]: `cpu` or `memory` is missing");
        check(
            "x-ecs: {scaling: {min: 3, max: 2, cpu: 70}}",
            "2 | error[conflict]: at least 3 tasks are to run, and at most 2",
        );
    }
}
