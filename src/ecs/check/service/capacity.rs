//! Rules of where tasks run, and of how they are reached.

use super::Runner;
use crate::ecs::Switch;
use crate::ecs::check::Rule;
use crate::ecs::service::{
    CapacityProviderStrategyItem, LoadBalancer, PlacementStrategy, PlacementStrategyType, Service,
};
use crate::options::LaunchType;

/// How many capacity providers there may be.
const MAX_PROVIDERS: usize = 20;

/// How many target groups may lead to a service.
const MAX_TARGET_GROUPS: usize = 5;

impl Runner<'_> {
    /// There is a launch type, or capacity providers that go together.
    pub(super) fn capacity(
        &mut self,
        launch_type: Option<LaunchType>,
        strategy: &[CapacityProviderStrategyItem],
        platform_version: Option<&str>,
    ) {
        const FIELD: &str = "capacityProviderStrategy";
        if launch_type.is_some() && !strategy.is_empty() {
            self.add("launchType", Rule::SvcLaunch, "a launch type and capacity providers exclude each other");
        }
        if strategy.len() > MAX_PROVIDERS {
            let message =
                format!("there are {} capacity providers, above the maximum of {MAX_PROVIDERS}", strategy.len());
            self.add(FIELD, Rule::SvcCps, message);
        }
        if strategy.iter().filter(|item| item.base.is_some_and(|base| base > 0)).count() > 1 {
            self.add(FIELD, Rule::SvcCps, "two capacity providers have a base, where ECS takes one");
        }
        if !strategy.is_empty() && strategy.iter().all(|item| item.weight.unwrap_or(0) == 0) {
            self.add(FIELD, Rule::SvcCps, "no capacity provider has a weight above 0");
        }
        if let Some(first) = strategy.first()
            && strategy.iter().any(|item| item.launch_type() != first.launch_type())
        {
            self.add(FIELD, Rule::SvcCps, "capacity providers of Fargate and others exclude each other");
        }
        for (index, item) in strategy.iter().enumerate() {
            let name = &item.capacity_provider;
            if strategy.iter().take(index).any(|before| before.capacity_provider == *name) {
                self.add(FIELD, Rule::SvcCps, format!("the capacity provider `{name}` is listed twice"));
            }
        }
        if platform_version.is_some() && self.launch_type != LaunchType::Fargate {
            self.add("platformVersion", Rule::SvcPlatform, "only Fargate has versions of its platform");
        }
    }

    /// A shell is opened with the task's role.
    pub(super) fn execute(&mut self, enabled: Option<bool>) {
        let has_role = self.task.is_none_or(|task| task.definition.task_role_arn.is_some());
        if enabled == Some(true) && !has_role {
            let message = "to open a shell in a container, the task needs a role that allows `ssmmessages`";
            self.add("enableExecuteCommand", Rule::SvcExec, message).hint("name one with `x-ecs.task_role`");
        }
    }

    /// Zones are balanced where tasks are spread over them first.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html>
    pub(super) fn rebalancing(&mut self, rebalancing: Option<Switch>, service: &Service) {
        const FIELD: &str = "availabilityZoneRebalancing";
        if rebalancing != Some(Switch::Enabled) {
            return;
        }
        let over_zones = |PlacementStrategy { kind, field }: &PlacementStrategy| {
            *kind == PlacementStrategyType::Spread && field.as_deref() == Some("attribute:ecs.availability-zone")
        };
        if service.placement_strategy.first().is_some_and(|first| !over_zones(first)) {
            self.add(FIELD, Rule::SvcAz, "to balance zones, tasks must be spread over them first");
        }
        if service.deployment_configuration.maximum_percent.is_some_and(|maximum| maximum <= 100) {
            self.add(FIELD, Rule::SvcAz, "to balance zones, more than 100 percent of the tasks may run");
        }
        if service.desired_count.is_none() && self.launch_type == LaunchType::Ec2 {
            self.add(FIELD, Rule::SvcAz, "what runs on every instance is not moved between zones");
        }
    }

    /// Target groups lead to ports that are there.
    pub(super) fn load_balancers(&mut self, load_balancers: &[LoadBalancer]) {
        const FIELD: &str = "loadBalancers";
        if load_balancers.len() > MAX_TARGET_GROUPS {
            let message =
                format!("there are {} target groups, above the maximum of {MAX_TARGET_GROUPS}", load_balancers.len());
            self.add(FIELD, Rule::SvcLb, message);
        }
        for (index, LoadBalancer { target_group_arn, container_name, container_port }) in
            load_balancers.iter().enumerate()
        {
            if !target_group_arn.starts_with("arn:") || !target_group_arn.contains(":targetgroup/") {
                let message = format!("`{target_group_arn}` is not the ARN of a target group");
                self.add(FIELD, Rule::SvcLb, message);
            }
            let again = |before: &LoadBalancer| before.target_group_arn == *target_group_arn;
            if load_balancers.iter().take(index).any(again) {
                self.add(FIELD, Rule::SvcLb, format!("the target group `{target_group_arn}` is listed twice"));
            }
            let Some(task) = self.task else { continue };
            let container = task.containers.get(container_name.as_str());
            let has_port = container.is_some_and(|container| {
                container.port_mappings.iter().any(|mapping| mapping.container_port == Some(*container_port))
            });
            if !has_port {
                let message = format!("the container `{container_name}` has no port {container_port}");
                self.add(FIELD, Rule::SvcLb, message).hint("publish it with `ports`, or open it with `expose`");
            }
        }
    }
}
