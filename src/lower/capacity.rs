//! On what tasks run: a launch type, or capacity providers.

use indexmap::IndexSet;

use super::Target;
use super::fate::lost_at;
use crate::compose::extension::capacity::{Capacity, CapacityProvider};
use crate::compose::extension::value::{Base, Weight};
use crate::diag::{Code, Diagnostics};
use crate::ecs::Switch;
use crate::ecs::service::{CapacityProviderStrategyItem, RunTask, Service};
use crate::options::LaunchType;
use crate::source::{Span, Spanned};

/// On what a task runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CapacityDefinition {
    /// Where it runs, unless capacity providers say so.
    pub(super) launch_type: Option<LaunchType>,
    /// On what it runs.
    pub(super) strategy: Vec<CapacityProviderStrategyItem>,
    /// The version of Fargate.
    pub(super) platform_version: Option<String>,
    /// Whether tasks are moved until zones have equally many.
    pub(super) rebalancing: Option<Switch>,
}

/// Spare capacity of Fargate.
const SPOT: &str = "FARGATE_SPOT";

/// Says on what a task runs.
pub(super) fn capacity(capacity: &Capacity, target: Target<'_>, diags: &mut Diagnostics) -> CapacityDefinition {
    let Capacity { capacity_providers, spot, platform_version, availability_zone_rebalancing } = capacity;
    let strategy = match (capacity_providers, spot.filter(|spot| spot.value)) {
        (Some(providers), Some(spot)) => {
            let message = "`spot` and `capacity_providers` exclude each other";
            diags.error(Code::Conflict, spot.span, message).label(providers.span, "this says more");
            Vec::new()
        }
        (Some(providers), None) => self::strategy(providers, target, diags),
        (None, Some(spot)) => spare(spot.span, target, diags),
        (None, None) => Vec::new(),
    };
    let platform_version = platform_version.as_ref().filter(|version| match target.launch_type {
        LaunchType::Fargate => true,
        LaunchType::Ec2 => {
            lost_at("platform_version", version.span, "it is Fargate's", diags);
            false
        }
    });
    CapacityDefinition {
        launch_type: strategy.is_empty().then_some(target.launch_type),
        strategy,
        platform_version: platform_version.map(|version| version.value.clone()),
        rebalancing: availability_zone_rebalancing.map(|rebalancing| rebalancing.value.into()),
    }
}

/// The providers that are named. One that says nothing of its weight has weight 1.
fn strategy(
    providers: &Spanned<Vec<CapacityProvider>>,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Vec<CapacityProviderStrategyItem> {
    let item = |CapacityProvider { provider, base, weight }: &CapacityProvider| CapacityProviderStrategyItem {
        capacity_provider: provider.clone(),
        weight: Some(weight.map_or(1, Weight::get)),
        base: base.map(Base::get),
    };
    let strategy: Vec<_> = providers.value.iter().map(item).collect();
    for item in strategy.iter().filter(|item| item.launch_type() != target.launch_type) {
        let (is_for, other) = match item.launch_type() {
            LaunchType::Fargate => ("for Fargate", "fargate"),
            LaunchType::Ec2 => ("for instances", "ec2"),
        };
        let message = format!("the capacity provider `{}` is {is_for}", item.capacity_provider);
        diags
            .error(Code::Conflict, providers.span, message)
            .hint(format!("translate with `--launch-type {other}`, or `x-ecs: {{launch_type: {other}}}`"));
    }
    strategy
}

/// Spare capacity, which only Fargate has by that name.
fn spare(spot: Span, target: Target<'_>, diags: &mut Diagnostics) -> Vec<CapacityProviderStrategyItem> {
    match target.launch_type {
        LaunchType::Fargate => {
            vec![CapacityProviderStrategyItem { capacity_provider: SPOT.to_owned(), weight: Some(1), base: None }]
        }
        LaunchType::Ec2 => {
            lost_at("spot", spot, "whether instances are spare ones is up to their Auto Scaling group", diags)
                .hint("name a capacity provider of such a group with `capacity_providers`");
            Vec::new()
        }
    }
}

/// The capacity providers that the cluster must know: all that tasks run on.
pub(super) fn of_cluster(services: &[Service], tasks: &[RunTask]) -> Vec<String> {
    let of_services = services.iter().flat_map(|service| &service.capacity_provider_strategy);
    let of_tasks = tasks.iter().flat_map(|task| &task.capacity_provider_strategy);
    let names: IndexSet<&String> = of_services.chain(of_tasks).map(|item| &item.capacity_provider).collect();
    names.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LowerOptions;
    use crate::testing::{lower, translated};

    /// What a service runs on, as `PROVIDER weight base`, or its launch type.
    #[track_caller]
    fn check(launch_type: LaunchType, keys: &str, expected: &str, expected_findings: &str) {
        let text = format!("services: {{web: {{image: x, x-ecs: {{{keys}}}}}}}");
        let (definition, found) = lower(launch_type, &text, |service, target, diags| {
            capacity(&service.extension.task.capacity, target, diags)
        });
        let CapacityDefinition { launch_type, strategy, platform_version, rebalancing } = definition;
        let item = |item: CapacityProviderStrategyItem| {
            format!("{} {:?} {:?}", item.capacity_provider, item.weight.unwrap_or(0), item.base.unwrap_or(0))
        };
        let parts = launch_type.map(|launch_type| format!("{launch_type:?}")).into_iter();
        let parts = parts.chain(strategy.into_iter().map(item)).chain(platform_version);
        let parts = parts.chain(rebalancing.map(|switch| format!("{switch:?}")));
        assert_eq!((parts.collect::<Vec<_>>().join(", ").as_str(), found.as_str()), (expected, expected_findings));
    }

    #[test]
    fn spot_is_a_capacity_provider_on_fargate() {
        check(LaunchType::Fargate, "spot: true", "FARGATE_SPOT 1 0", "");
        check(LaunchType::Fargate, "spot: false", "Fargate", "");
        check(
            LaunchType::Ec2,
            "spot: true",
            "Ec2",
            "true | warning[lost]: `spot` is left out: whether instances are spare ones is up to their Auto Scaling group",
        );
    }

    #[test]
    fn providers_have_a_base_and_a_weight() {
        let providers = "capacity_providers: [{provider: FARGATE, base: 1}, {provider: FARGATE_SPOT, weight: 3}]";
        check(LaunchType::Fargate, providers, "FARGATE 1 1, FARGATE_SPOT 3 0", "");
        check(LaunchType::Ec2, "capacity_providers: [mine]", "mine 1 0", "");
        check(
            LaunchType::Ec2,
            "capacity_providers: [FARGATE_SPOT]",
            "FARGATE_SPOT 1 0",
            "[FARGATE_SPOT] | error[conflict]: the capacity provider `FARGATE_SPOT` is for Fargate",
        );
        check(
            LaunchType::Fargate,
            "spot: true, capacity_providers: [FARGATE]",
            "Fargate",
            "true | error[conflict]: `spot` and `capacity_providers` exclude each other",
        );
    }

    #[test]
    fn versions_are_fargates() {
        check(
            LaunchType::Fargate,
            "platform_version: 1.4.0, availability_zone_rebalancing: true",
            "Fargate, 1.4.0, Enabled",
            "",
        );
        check(
            LaunchType::Ec2,
            "platform_version: LATEST",
            "Ec2",
            "LATEST | warning[lost]: `platform_version` is left out: it is Fargate's",
        );
    }

    #[test]
    fn services_of_one_task_agree() {
        let options = LowerOptions::default();
        let text = "services:
  a: {image: x, x-ecs: {task: t, capacity_providers: [one]}}
  b: {image: x, x-ecs: {task: t, capacity_providers: [other]}}";
        assert_eq!(
            translated(&options, text),
            "[other] | error[grouping]: the services of task `t` disagree on `capacity_providers`",
        );
    }
}
