//! Rules of the cluster, of services and of what runs once.

mod capacity;
mod connect;

use std::collections::{BTreeMap, BTreeSet};

use super::{Place, Report, Rule, Task, Violation, task, text};
use crate::ecs::Stack;
use crate::ecs::name::{Family, ServiceName};
use crate::ecs::service::{
    AwsvpcConfiguration, Cluster, DeploymentConfiguration, NetworkConfiguration, PlacementConstraint,
    PlacementConstraintType, PlacementStrategy, PlacementStrategyType, PropagateTags, RunTask, SchedulingStrategy,
    Service, ServiceConnectDefaults, runs_on,
};
use crate::ecs::task::NetworkMode;
use crate::ecs::unit::Seconds;
use crate::options::{AssignPublicIp, LaunchType};

/// Names what runs tasks, and where its violations go.
struct Runner<'a> {
    /// The place of a field.
    place: &'a dyn Fn(&'static str) -> Place,
    report: &'a mut Report,
    launch_type: LaunchType,
    /// What it runs, if the stack has it.
    task: Option<&'a Task<'a>>,
}

/// Checks the cluster.
pub(super) fn cluster(cluster: &Cluster, report: &mut Report) {
    // The capacity providers are those of services and tasks, and are checked there.
    let Cluster { cluster_name, capacity_providers: _, service_connect_defaults, tags } = cluster;
    if !text::is_name(cluster_name) {
        let message = format!("`{cluster_name}` is not the name of a cluster");
        report.add(Place::Stack, Rule::Name, message).hint(text::NAME_HINT);
    }
    if let Some(ServiceConnectDefaults { namespace }) = service_connect_defaults {
        connect::namespace(namespace, &Place::Stack, report);
    }
    task::tags(tags, &Place::Stack, report);
}

/// Checks every service and every one-off, then what all of them share.
pub(super) fn check(stack: &Stack, tasks: &[Task<'_>], report: &mut Report) {
    let Stack { cluster, task_definitions: _, services, tasks: run_tasks, waves: _, scaling: _, log_groups: _ } = stack;
    let families: BTreeMap<&str, &Task<'_>> =
        tasks.iter().map(|task| (task.definition.family.as_str(), task)).collect();
    let mut names = BTreeSet::new();
    for service in services {
        if !names.insert((service.cluster.as_str(), &service.service_name)) {
            let name = &service.service_name;
            let place = Place::Service { service: name.clone(), field: "serviceName" };
            report.add(place, Rule::SvcDup, format!("two services are called `{name}`"));
        }
        self::service(service, &families, report);
    }
    let mut units = BTreeSet::new();
    for run_task in run_tasks {
        let unit = &run_task.unit;
        if !units.insert(unit.as_str()) {
            let place = Place::RunTask { unit: unit.clone(), field: "taskDefinition" };
            report.add(place, Rule::NameDup, format!("two tasks are called `{unit}`"));
        }
        self::run_task(run_task, &families, report);
    }
    connect::check(cluster, services, &families, report);
}

/// Checks one service.
fn service(service: &Service, families: &BTreeMap<&str, &Task<'_>>, report: &mut Report) {
    let Service {
        // `cluster` checks its name.
        cluster: _,
        service_name: name,
        task_definition,
        desired_count,
        // Any number is as good, whoever says it.
        count: _,
        launch_type,
        capacity_provider_strategy,
        platform_version,
        scheduling_strategy,
        deployment_configuration,
        placement_constraints,
        placement_strategy,
        availability_zone_rebalancing,
        load_balancers,
        network_configuration,
        // `connect` looks at the whole stack.
        service_connect_configuration: _,
        health_check_grace_period_seconds,
        tags,
        // Yes and no are both fine, and so is every source of tags.
        enable_ecs_managed_tags: _,
        propagate_tags: PropagateTags::Service | PropagateTags::TaskDefinition | PropagateTags::None,
        enable_execute_command,
        // What the model knows of it is in the fields.
        overlay: _,
    } = service;
    let place = |field: &'static str| Place::Service { service: name.clone(), field };
    let task = families.get(task_definition.as_str()).copied();
    let runs_on = runs_on(*launch_type, capacity_provider_strategy);
    let mut runner = Runner { place: &place, report, launch_type: runs_on, task };
    if !text::is_name(name.as_str()) {
        let message = format!("`{name}` is not the name of a service");
        runner.add("serviceName", Rule::Name, message).hint(text::NAME_HINT);
    }
    runner.definition(task_definition);
    runner.count(name, *desired_count, *scheduling_strategy);
    runner.deployment(deployment_configuration, *desired_count, *scheduling_strategy);
    runner.capacity(*launch_type, capacity_provider_strategy, platform_version.as_deref());
    runner.execute(*enable_execute_command);
    runner.rebalancing(*availability_zone_rebalancing, service);
    runner.load_balancers(load_balancers);
    runner.network(network_configuration.as_ref());
    runner.constraints(placement_constraints);
    runner.strategies(placement_strategy, *scheduling_strategy);
    if let Some(Seconds(seconds)) = *health_check_grace_period_seconds {
        runner.fits("healthCheckGracePeriodSeconds", seconds);
    }
    if health_check_grace_period_seconds.is_some() && load_balancers.is_empty() {
        let message =
            format!("service `{name}` has a grace period for checks of a load balancer, but no load balancer");
        runner.add("healthCheckGracePeriodSeconds", Rule::SvcGrace, message);
    }
    task::tags(tags, &place("tags"), report);
}

/// Checks one one-off.
fn run_task(run_task: &RunTask, families: &BTreeMap<&str, &Task<'_>>, report: &mut Report) {
    let RunTask {
        unit,
        // `cluster` checks its name.
        cluster: _,
        task_definition,
        launch_type,
        capacity_provider_strategy,
        platform_version,
        count,
        placement_constraints,
        network_configuration,
        tags,
        // Yes and no are both fine.
        enable_ecs_managed_tags: _,
        propagate_tags,
        enable_execute_command,
        // What the model knows of it is in the fields.
        overlay: _,
    } = run_task;
    let place = |field: &'static str| Place::RunTask { unit: unit.clone(), field };
    let task = families.get(task_definition.as_str()).copied();
    let runs_on = runs_on(*launch_type, capacity_provider_strategy);
    let mut runner = Runner { place: &place, report, launch_type: runs_on, task };
    runner.capacity(*launch_type, capacity_provider_strategy, platform_version.as_deref());
    runner.execute(*enable_execute_command);
    runner.definition(task_definition);
    if !(1..=10).contains(count) {
        runner.add("count", Rule::SvcCount, format!("`{unit}` runs {count} times, where ECS takes 1 to 10"));
    }
    runner.network(network_configuration.as_ref());
    runner.constraints(placement_constraints);
    match propagate_tags {
        PropagateTags::Service => {
            let message = format!("the task `{unit}` has no service whose tags it could get");
            runner.add("propagateTags", Rule::Tags, message);
        }
        PropagateTags::TaskDefinition | PropagateTags::None => {}
    }
    task::tags(tags, &place("tags"), report);
}

impl Runner<'_> {
    /// Reports a violation at a field.
    fn add(&mut self, field: &'static str, rule: Rule, message: impl Into<String>) -> &mut Violation {
        self.report.add((self.place)(field), rule, message)
    }

    /// ECS counts in 32 bits, of which one is the sign.
    fn fits(&mut self, field: &'static str, number: u32) {
        if !text::fits(number) {
            self.add(field, Rule::ShapeRange, format!("{number} is above the maximum of {}", i32::MAX));
        }
    }

    /// What it runs is there.
    fn definition(&mut self, family: &Family) {
        if self.task.is_none() {
            let message = format!("there is no task definition `{family}`");
            self.add("taskDefinition", Rule::SvcRef, message);
        }
    }

    /// How many tasks: as many as are wanted, or one on every instance.
    fn count(&mut self, name: &ServiceName, desired_count: Option<u32>, strategy: SchedulingStrategy) {
        match (strategy, desired_count) {
            (SchedulingStrategy::Replica, None) => {
                self.add(
                    "desiredCount",
                    Rule::SvcCount,
                    format!("service `{name}` does not say how many tasks it wants"),
                );
            }
            (SchedulingStrategy::Replica, Some(count)) => self.fits("desiredCount", count),
            (SchedulingStrategy::Daemon, Some(_)) => {
                let message = format!("service `{name}` runs on every instance: it has no count");
                self.add("desiredCount", Rule::SvcDaemon, message);
            }
            (SchedulingStrategy::Daemon, None) => {}
        }
        if strategy == SchedulingStrategy::Daemon && self.launch_type == LaunchType::Fargate {
            let message = format!("on Fargate there are no instances for service `{name}` to run on each of");
            self.add("schedulingStrategy", Rule::SvcDaemon, message);
        }
    }

    /// A deployment must be able to stop an old task or to start a new one.
    fn deployment(
        &mut self,
        configuration: &DeploymentConfiguration,
        desired_count: Option<u32>,
        strategy: SchedulingStrategy,
    ) {
        const FIELD: &str = "deploymentConfiguration";
        // Giving up or not, going back or not, by whichever alarms: all fine.
        let DeploymentConfiguration {
            deployment_circuit_breaker: _,
            maximum_percent,
            minimum_healthy_percent,
            alarms: _,
        } = configuration;
        let is_daemon = strategy == SchedulingStrategy::Daemon;
        let (maximum, minimum) = (*maximum_percent, *minimum_healthy_percent);
        if maximum == Some(0) {
            self.add(FIELD, Rule::DeployRange, "maximumPercent is 0: no task could run");
        }
        if let Some(maximum) = maximum {
            self.fits(FIELD, maximum);
            if is_daemon && maximum > 100 {
                let message =
                    format!("maximumPercent is {maximum}, but there is one task on every instance: 100 at most");
                self.add(FIELD, Rule::DeployRange, message);
            }
        }
        if let Some(minimum) = minimum.filter(|minimum| *minimum > 100) {
            self.add(FIELD, Rule::DeployRange, format!("minimumHealthyPercent is {minimum}, where ECS takes 0 to 100"));
        }
        if maximum.is_none() && minimum.is_none() {
            return;
        }
        let maximum = u64::from(maximum.unwrap_or(if is_daemon { 100 } else { 200 }));
        let minimum = u64::from(minimum.unwrap_or(if is_daemon { 0 } else { 100 }));
        let count = if is_daemon { 1 } else { u64::from(desired_count.unwrap_or(0)) };
        let (at_least, at_most) = ((count * minimum).div_ceil(100), count * maximum / 100);
        if minimum >= maximum || (count > 0 && (at_most == 0 || (at_most <= count && at_least >= count))) {
            let message = format!(
                "a deployment could never go on: at least {at_least} and at most {at_most} of {count} tasks may run"
            );
            let violation = self.add(FIELD, Rule::DeployStuck, message);
            violation.hint("let more tasks run for a while, or fewer");
        }
    }

    /// Subnets and security groups, in `awsvpc` and nowhere else.
    fn network(&mut self, configuration: Option<&NetworkConfiguration>) {
        const FIELD: &str = "networkConfiguration";
        let of_task = self.task.map(|task| task.definition.network_mode);
        let mode = of_task.or((self.launch_type == LaunchType::Fargate).then_some(NetworkMode::Awsvpc));
        let Some(NetworkConfiguration { awsvpc_configuration }) = configuration else {
            if mode == Some(NetworkMode::Awsvpc) {
                let message = "in awsvpc networking a task needs subnets";
                self.add(FIELD, Rule::SvcNet, message).hint("name them with `--subnets`");
            }
            return;
        };
        if mode.is_some_and(|mode| mode != NetworkMode::Awsvpc) {
            self.add(FIELD, Rule::SvcNet, "subnets and security groups are only for awsvpc networking");
        }
        let AwsvpcConfiguration { subnets, security_groups, assign_public_ip } = awsvpc_configuration;
        let lists = [("subnets", subnets, 1..=16, "subnet-"), ("security groups", security_groups, 0..=5, "sg-")];
        for (what, ids, allowed, prefix) in lists {
            if !allowed.contains(&ids.len()) {
                let (first, last) = allowed.into_inner();
                let message = format!("there are {} {what}, where ECS takes {first} to {last}", ids.len());
                self.add(FIELD, Rule::SvcNet, message);
            }
            if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
                self.add(FIELD, Rule::SvcNet, format!("one of the {what} is listed twice"));
            }
            for id in ids.iter().filter(|id| !text::is_id(id, prefix)) {
                self.add(FIELD, Rule::SvcNet, format!("`{id}` is not an id such as `{prefix}0a1b2c`"));
            }
        }
        if *assign_public_ip == Some(AssignPublicIp::Enabled) && self.launch_type == LaunchType::Ec2 {
            self.add(FIELD, Rule::SvcNet, "on instances a task cannot have a public address");
        }
    }

    /// Where tasks must run.
    fn constraints(&mut self, constraints: &[PlacementConstraint]) {
        const FIELD: &str = "placementConstraints";
        if !constraints.is_empty() && self.launch_type == LaunchType::Fargate {
            self.add(FIELD, Rule::SvcPlacement, "on Fargate there are no instances to choose from");
        }
        if constraints.len() > 10 {
            self.add(
                FIELD,
                Rule::SvcPlacement,
                format!("{} constraints are above the maximum of 10", constraints.len()),
            );
        }
        for PlacementConstraint { kind, expression } in constraints {
            let expression = expression.as_deref().filter(|expression| !expression.is_empty());
            match (kind, expression) {
                (PlacementConstraintType::DistinctInstance, Some(_)) => {
                    self.add(FIELD, Rule::SvcPlacement, "the constraint distinctInstance takes no expression");
                }
                (PlacementConstraintType::MemberOf, None) => {
                    self.add(FIELD, Rule::SvcPlacement, "the constraint memberOf needs an expression");
                }
                (PlacementConstraintType::DistinctInstance, None) | (PlacementConstraintType::MemberOf, Some(_)) => {}
            }
            if expression.is_some_and(|expression| expression.chars().count() > 2000) {
                self.add(FIELD, Rule::SvcPlacement, "a constraint's expression takes at most 2000 characters");
            }
        }
    }

    /// Where tasks had better run.
    fn strategies(&mut self, strategies: &[PlacementStrategy], scheduling: SchedulingStrategy) {
        const FIELD: &str = "placementStrategy";
        if !strategies.is_empty() && self.launch_type == LaunchType::Fargate {
            self.add(FIELD, Rule::SvcPlacement, "on Fargate there are no instances to choose from");
        }
        if !strategies.is_empty() && scheduling == SchedulingStrategy::Daemon {
            self.add(FIELD, Rule::SvcDaemon, "what runs on every instance has no placement strategy");
        }
        if strategies.len() > 5 {
            self.add(FIELD, Rule::SvcPlacement, format!("{} strategies are above the maximum of 5", strategies.len()));
        }
        for PlacementStrategy { kind, field } in strategies {
            let field = field.as_deref().unwrap_or_default();
            let is_name = |name: &str| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./-".contains(&byte))
            };
            let (fits, wanted) = match kind {
                PlacementStrategyType::Binpack => {
                    let is_resource = ["cpu", "memory"].iter().any(|resource| field.eq_ignore_ascii_case(resource));
                    (is_resource, "the strategy binpack goes by `cpu` or `memory`")
                }
                PlacementStrategyType::Spread => {
                    let is_attribute = field.strip_prefix("attribute:").is_some_and(is_name);
                    let fits = matches!(field, "instanceId" | "host") || is_attribute;
                    (fits, "the strategy spread goes by `instanceId`, `host` or `attribute:NAME`")
                }
                PlacementStrategyType::Random => (true, ""),
            };
            if !fits {
                self.add(FIELD, Rule::SvcPlacement, format!("{wanted}, not `{field}`"));
            }
        }
    }
}
