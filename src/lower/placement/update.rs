//! `deploy.update_config`: how a new revision takes over.
//!
//! Compose counts containers, ECS counts percents of the tasks that are desired. With `n` tasks, of which `p` are
//! replaced at once (`parallelism`, 1 by default, 0 for all):
//!
//! | `order` | `minimumHealthyPercent` | `maximumPercent` |
//! |---|---|---|
//! | `stop-first`, the default | `100 * (n - p) / n`, rounded down | 100 |
//! | `start-first` | 100 | `100 + 100 * p / n`, rounded up |
//!
//! ECS rounds the lower bound up to whole tasks and the upper one down, so there is always room to replace `p` tasks,
//! and up to a hundred tasks not for more than that. Where neither key is written, ECS's own bounds hold: 100 and 200,
//! of a daemon 0 and 100. Tasks that cannot run side by side follow `stop-first` then, which is what Compose does.
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html>

use super::Overlap;
use super::replicas::Replicas;
use crate::compose::service::Service;
use crate::compose::service::placement::update::{FailureAction, Order, UpdateConfig};
use crate::diag::{Code, Diagnostics};
use crate::ecs::service::{DeploymentCircuitBreaker, DeploymentConfiguration};
use crate::lower::Lifetime;
use crate::lower::fate::fate;
use crate::source::Spanned;

/// How a new revision of a unit takes over.
pub(super) fn deployment_configuration(
    members: &[&Service],
    (lifetime, overlap): (Lifetime, Overlap),
    replicas: Replicas,
    diags: &mut Diagnostics,
) -> DeploymentConfiguration {
    let mut written = members.iter().filter_map(|member| Some((*member, member.placement.update_config.as_ref()?)));
    let first = match lifetime {
        Lifetime::Service => written.next(),
        // A one-off task has no revision before it that it would take over from.
        Lifetime::Task => None,
    };
    let Some((first_member, first_config)) = first else {
        return translate(&UpdateConfig::default(), (replicas, overlap), diags);
    };
    let configuration = translate(&first_config.value, (replicas, overlap), diags);
    for (member, config) in written {
        if translate(&config.value, (replicas, overlap), diags) != configuration {
            let (name, first_name) = (&member.name.value, &first_member.name.value);
            diags
                .error(
                    Code::Grouping,
                    config.span,
                    format!("`{name}` and `{first_name}` share a task, so they are updated together"),
                )
                .label(first_config.span, format!("`{first_name}` is updated in another way"))
                .hint("give both the same `update_config`, or a task each");
        }
    }
    configuration
}

/// What holds where the file says nothing: the bounds of ECS, and a deployment that fails is taken back.
const DEFAULT: DeploymentConfiguration = DeploymentConfiguration {
    deployment_circuit_breaker: DeploymentCircuitBreaker { enable: true, rollback: true },
    maximum_percent: None,
    minimum_healthy_percent: None,
    alarms: None,
};

/// The two bounds, in percent of the desired tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bounds {
    minimum_healthy: u32,
    maximum: u32,
}

/// One service's `update_config`.
fn translate(
    config: &UpdateConfig,
    (replicas, overlap): (Replicas, Overlap),
    diags: &mut Diagnostics,
) -> DeploymentConfiguration {
    let UpdateConfig { parallelism, delay, failure_action, monitor, max_failure_ratio, order } = config;
    let delay = delay.filter(|delay| delay.value.as_nanos() != 0);
    fate!("services.*.deploy.update_config.delay").report_if(delay.as_ref(), diags);
    fate!("services.*.deploy.update_config.monitor").report_if(monitor.as_ref(), diags);
    fate!("services.*.deploy.update_config.max_failure_ratio").report_if(max_failure_ratio.as_ref(), diags);
    let bounds = match replicas {
        Replicas::One => bounds_of((1, overlap), *parallelism, *order),
        Replicas::Count(count) => bounds_of((count, overlap), *parallelism, *order),
        Replicas::OnEveryInstance => {
            report_daemon(*parallelism, *order, diags);
            None
        }
    };
    DeploymentConfiguration {
        deployment_circuit_breaker: circuit_breaker(failure_action.as_ref(), diags),
        maximum_percent: bounds.map(|bounds| bounds.maximum),
        minimum_healthy_percent: bounds.map(|bounds| bounds.minimum_healthy),
        // Compose knows none.
        alarms: None,
    }
}

/// The bounds for a number of tasks; none where nothing is said that they would follow from.
fn bounds_of(
    (count, overlap): (u32, Overlap),
    parallelism: Option<Spanned<u64>>,
    order: Option<Spanned<Order>>,
) -> Option<Bounds> {
    if parallelism.is_none() && order.is_none() && overlap == Overlap::Allowed {
        return None;
    }
    let desired = u64::from(count.max(1));
    let at_once = match parallelism.map_or(1, |parallelism| parallelism.value) {
        0 => desired,
        number => number.min(desired),
    };
    let percent = |number: u64| u32::try_from(number).unwrap_or(100);
    Some(match order.map(|order| order.value).unwrap_or_default() {
        Order::StopFirst => Bounds { minimum_healthy: percent(100 * (desired - at_once) / desired), maximum: 100 },
        Order::StartFirst => Bounds { minimum_healthy: 100, maximum: 100 + percent((100 * at_once).div_ceil(desired)) },
    })
}

/// A daemon has as many tasks as there are instances, which nobody knows here; none can start before the old one stops.
fn report_daemon(parallelism: Option<Spanned<u64>>, order: Option<Spanned<Order>>, diags: &mut Diagnostics) {
    // 0 replaces all at once, which is what ECS does with a daemon.
    if let Some(parallelism) = parallelism.filter(|parallelism| parallelism.value != 0) {
        let message = "ECS replaces the tasks on all instances at once, as their number is not known here";
        diags.warn(Code::Rollout, parallelism.span, message);
    }
    if let Some(order) = order.filter(|order| order.value == Order::StartFirst) {
        diags.warn(Code::Rollout, order.span, "where one task runs on every instance, the old one stops first");
    }
}

/// When to give up. ECS's circuit breaker leaves things as they are, or goes back to what ran before.
fn circuit_breaker(action: Option<&Spanned<FailureAction>>, diags: &mut Diagnostics) -> DeploymentCircuitBreaker {
    let Some(action) = action else { return DEFAULT.deployment_circuit_breaker };
    match &action.value {
        FailureAction::Rollback => DeploymentCircuitBreaker { enable: true, rollback: true },
        FailureAction::Pause => DeploymentCircuitBreaker { enable: true, rollback: false },
        FailureAction::Continue => DeploymentCircuitBreaker { enable: false, rollback: false },
        FailureAction::Other(_) => {
            let message = "this action is unknown: it must be `pause`, `continue` or `rollback`";
            diags.warn(Code::Rollout, action.span, message);
            DEFAULT.deployment_circuit_breaker
        }
    }
}

/// ECS goes back by the same rules by which it went forward. Keys of `rollback_config` are reported together.
pub(super) fn report_rollback(config: &Spanned<UpdateConfig>, diags: &mut Diagnostics) {
    let UpdateConfig { parallelism, delay, failure_action, monitor, max_failure_ratio, order } = &config.value;
    let is_empty = parallelism.is_none()
        && delay.is_none()
        && failure_action.is_none()
        && monitor.is_none()
        && max_failure_ratio.is_none()
        && order.is_none();
    if !is_empty {
        fate!("services.*.deploy.rollback_config").report(config.span, diags);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::span;

    /// A value at no place in particular.
    fn spanned<T>(value: T) -> Spanned<T> {
        Spanned::new(value, span(0, 0))
    }

    proptest! {
        /// As ECS counts: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html>.
        #[test]
        fn there_is_room_for_as_many_tasks_as_are_replaced_at_once(
            count in 1_u32..2_000,
            parallelism in 0_u64..3_000,
            order in prop_oneof![Just(Order::StopFirst), Just(Order::StartFirst)],
        ) {
            let bounds = bounds_of((count, Overlap::Allowed), Some(spanned(parallelism)), Some(spanned(order))).unwrap();
            let at_once = if parallelism == 0 { u64::from(count) } else { parallelism.min(count.into()) };
            let fewest = (u64::from(count) * u64::from(bounds.minimum_healthy)).div_ceil(100);
            let most = u64::from(count) * u64::from(bounds.maximum) / 100;
            let room = most - fewest;
            prop_assert!(room >= at_once);
            prop_assert!(count > 100 || room == at_once);
            prop_assert!(bounds.minimum_healthy < bounds.maximum);
            prop_assert!(bounds.minimum_healthy <= 100);
        }
    }
}
