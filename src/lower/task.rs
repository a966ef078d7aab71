//! A task: its definition, and the service or one-off task that runs it.

mod container;
mod health;
mod peers;

use indexmap::{IndexMap, IndexSet};

use super::capacity::{self, CapacityDefinition};
use super::fate::lost_at;
use super::grouping::Unit;
use super::placement::{self, Overlap, Placed, ServicePlacement};
use super::resources::{self, ContainerResources, MemorySource};
use super::{Lifetime, Plan, Target, cluster_name, deploying, hatch, name, network, retention, scaling, tagging};
use crate::compose::extension::TaskExtension;
use crate::compose::extension::deployment::Deploying;
use crate::compose::extension::hatch::ContainerLayers;
use crate::compose::extension::network::Network;
use crate::compose::extension::role::Roles;
use crate::compose::extension::scaling::Scaling;
use crate::compose::extension::setting::Settings;
use crate::compose::extension::size::Size;
use crate::compose::extension::value::StorageGib;
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::diag::{Code, Diagnostics};
use crate::ecs::Stack;
use crate::ecs::name::{ContainerName, ServiceName as EcsServiceName, VolumeName};
use crate::ecs::overlay::Overlay;
use crate::ecs::service::{
    AwsvpcConfiguration, LoadBalancer, NetworkConfiguration, PropagateTags, RunTask, Service as EcsService,
    ServiceConnectService,
};
use crate::ecs::task::{EphemeralStorage, NetworkMode, Tag, TaskDefinition, Volume};
use crate::options::{AssignPublicIp, LaunchType};
use crate::source::{Span, Spanned};
use container::Container;

/// The services whose containers make up a task: its own, and those that only wait on behalf of one of them.
pub(super) fn members<'a>(unit: &Unit<'a>, plan: &Plan<'a>) -> Vec<&'a Service> {
    let mut members = unit.services.clone();
    let mut seen: IndexSet<&ServiceName> = members.iter().map(|service| &service.name.value).collect();
    let mut next = 0;
    while let Some(service) = members.get(next).copied() {
        next += 1;
        for edge in plan.edges.from(&service.name.value) {
            if plan.waits.is_attached(edge.to) && seen.insert(edge.to) {
                members.extend(plan.target.project.services.get(edge.to));
            }
        }
    }
    members
}

/// The tag by which the resources of a project are known.
pub(super) fn project_tag(target: Target<'_>) -> Tag {
    Tag { key: "compose2ecs:project".to_owned(), value: target.project.name.as_str().to_owned() }
}

/// The network mode of a task, on which all its services must agree.
pub(super) fn network_mode(
    unit: &Unit<'_>,
    settings: &TaskExtension,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> NetworkMode {
    if let Some(written) = &settings.network.network_mode {
        network::report_mode(written, target, diags);
    }
    let usual = network::usual_mode(unit.services.iter().copied(), target);
    let mode = |service| (network::task_network_mode(service, usual, target, diags), service);
    let mut modes = unit.services.iter().copied().map(mode);
    let Some((mode, first)) = modes.next() else { return NetworkMode::Bridge };
    let other = modes.find(|(other, _)| *other != mode).map(|(_, service)| service);
    drop(modes);
    if let Some(other) = other {
        disagree("networking", unit, (first.name.span, other.name.span), diags);
    }
    mode
}

/// Reports services of one task that cannot be in one task, by the places that say so.
fn disagree(what: &str, unit: &Unit<'_>, (one, other): (Span, Span), diags: &mut Diagnostics) {
    diags
        .error(Code::Grouping, other, format!("the services of task `{}` disagree on {what}", unit.name))
        .label(one, "the other service says otherwise")
        .hint("make them equal, or put the services in tasks of their own with `x-ecs.task`");
}

/// What `x-ecs` says of a task: its services together, and then the project.
pub(super) fn settings(unit: &Unit<'_>, target: Target<'_>, diags: &mut Diagnostics) -> TaskExtension {
    let mut of_services = unit.services.iter().map(|service| &service.extension.task);
    let first = of_services.next().cloned().unwrap_or_default();
    let mut disagree = |key: &'static str, one: Span, other: Span| {
        self::disagree(&format!("`{key}`"), unit, (one, other), diags);
    };
    let together = of_services.fold(first, |together, other| together.joined(other, &mut disagree));
    let of_project = &target.project.extension.task;
    let project = TaskExtension {
        // Here flags go before the project, which `settled` has seen to.
        roles: Roles::default(),
        network: Network { network_mode: of_project.network.network_mode, ..Network::default() },
        ..of_project.clone()
    };
    together.before(&project)
}

/// Adds every task of a plan to the stack.
pub(super) fn add_all(plan: &Plan<'_>, stack: &mut Stack, diags: &mut Diagnostics) {
    let mut defaults = Vec::new();
    for (index, unit) in plan.units.list.iter().enumerate() {
        let settings = plan.settings.get(index).expect("every task has settings");
        let task = Task { index, unit, members: members(unit, plan), settings, plan };
        task.add(stack, &mut defaults, diags);
    }
    if let Some(first) = defaults.first() {
        let default = resources::DEFAULT_MEMORY.0;
        let reserved = format!("{default} MiB of memory are reserved for each container that says nothing of memory");
        let message = match plan.target.launch_type {
            LaunchType::Ec2 => reserved,
            LaunchType::Fargate => format!("{reserved}, and its task gets Fargate's smallest size that holds them"),
        };
        diags.note(Code::Defaulted, *first, message).hint("set `deploy.resources.limits.memory` or `mem_limit`");
    }
}

/// A task in the making.
struct Task<'p, 'a> {
    index: usize,
    unit: &'p Unit<'a>,
    members: Vec<&'a Service>,
    /// What `x-ecs` says of it.
    settings: &'p TaskExtension,
    plan: &'p Plan<'a>,
}

impl Task<'_, '_> {
    /// Whether the task runs once and is no service.
    fn is_once(&self) -> bool {
        self.plan.networking.is_once(self.index)
    }

    /// The task's network.
    fn mode(&self) -> NetworkMode {
        self.plan.networking.mode(self.index)
    }

    /// Adds the task to the stack.
    fn add(&self, stack: &mut Stack, defaults: &mut Vec<Span>, diags: &mut Diagnostics) {
        if self.report_too_many(diags) {
            return;
        }
        let containers: Vec<Container> = self.members.iter().map(|service| self.container(service, diags)).collect();
        let guessed =
            |container: &&Container| container.resources.memory_source == MemorySource::Default && !self.has_memory();
        defaults.extend(containers.iter().filter(guessed).map(|container| container.span));
        self.report_cycle(diags);
        self.report_ends(diags);
        let offers = containers.iter().flat_map(|container| container.offers.clone()).collect();
        let load_balancers = containers.iter().flat_map(|container| container.load_balancers.clone()).collect();
        let definition = self.definition(containers, diags);
        let over_containers = self.over_containers();
        let definition = hatch::task_definition(definition, &self.settings.hatches, &over_containers, diags);
        retention::add(&definition, &self.settings.logs, stack, (self.plan.target, diags));
        self.add_runner(&definition, (offers, load_balancers), stack, diags);
        stack.task_definitions.push(definition);
    }

    /// Whether the memory of the whole task is written, so that its containers need none.
    fn has_memory(&self) -> bool {
        self.settings.size.task_size.as_ref().is_some_and(|size| size.value.memory.is_some())
    }

    /// Reports a task of more containers than ECS takes.
    fn report_too_many(&self, diags: &mut Diagnostics) -> bool {
        const MOST: usize = 10;
        let (Some(first), Some(beyond)) = (self.members.first(), self.members.get(MOST)) else { return false };
        let message = format!("task `{}` has {} containers: ECS takes {MOST}", self.unit.name, self.members.len());
        diags
            .error(Code::Grouping, beyond.name.span, message)
            .label(first.name.span, "the first of them")
            .hint("split the task with `x-ecs.task`, or use `--task-per service`");
        true
    }

    /// Reports a task that runs once and ends with the first of several containers.
    fn report_ends(&self, diags: &mut Diagnostics) {
        let mut essential = self.members.iter().filter(|member| self.is_essential(&member.name.value));
        if let (Some(first), Some(second)) = (essential.next(), essential.next())
            && self.is_once()
        {
            let (one, other) = (&first.name.value, &second.name.value);
            let message = format!("task `{}` ends when either `{one}` or `{other}` does", self.unit.name);
            diags
                .warn(Code::Approximated, second.name.span, message)
                .label(first.name.span, "this one may be cut off, or the other")
                .hint("let one wait for the other by `condition: service_completed_successfully`");
        }
    }

    /// The task definition around its containers.
    fn definition(&self, containers: Vec<Container>, diags: &mut Diagnostics) -> TaskDefinition {
        let target = self.plan.target;
        let platform = self.agreed("`platform`", containers.iter().map(|container| container.platform), diags);
        let pid_mode = self.agreed("`pid`", containers.iter().map(|container| container.pid_mode), diags);
        let ipc_mode = self.agreed("`ipc`", containers.iter().map(|container| container.ipc_mode), diags);
        let Roles { execution_role, task_role } = &self.settings.roles;
        let text = |role: &Option<Spanned<String>>| role.as_ref().map(|role| role.value.clone());
        let sizes: Vec<&ContainerResources> = containers.iter().map(|container| &container.resources).collect();
        let Size { task_size, ephemeral_storage } = &self.settings.size;
        let task_size = task_size.as_ref();
        let size = containers.first();
        let size = size.map(|first| resources::task_size(&sizes, (first.span, task_size), target, diags));
        let (cpu, memory) = size.unwrap_or_default();
        let mut volumes: IndexMap<VolumeName, Volume> = IndexMap::new();
        let mut container_definitions = Vec::with_capacity(containers.len());
        for container in containers {
            volumes.extend(container.volumes.into_iter().map(|volume| (volume.name.clone(), volume)));
            container_definitions.push(container.definition);
        }
        TaskDefinition {
            family: name::family(&self.unit.name, target),
            task_role_arn: text(task_role).or_else(|| target.options.task_role.clone()),
            execution_role_arn: text(execution_role).or_else(|| target.options.execution_role.clone()),
            network_mode: self.mode(),
            requires_compatibilities: vec![target.launch_type],
            cpu,
            memory,
            pid_mode,
            ipc_mode,
            ephemeral_storage: self.ephemeral_storage(ephemeral_storage.as_ref(), diags),
            runtime_platform: platform,
            container_definitions,
            volumes: volumes.into_values().collect(),
            tags: tagging::tagged(self.tags(), &self.settings.tagging, diags),
            overlay: Overlay::default(),
        }
    }

    /// What is laid over each container: what the project says, then what its service says.
    fn over_containers(&self) -> Vec<(ContainerName, &Spanned<ContainerLayers>)> {
        let of_project = &self.plan.target.project.extension.containers.container_definition;
        let layers = self.members.iter().flat_map(|member| {
            let name = name::container(&member.name.value);
            let of_service = &member.extension.container.container_definition;
            of_project.iter().chain(of_service).map(move |layers| (name.clone(), layers))
        });
        layers.collect()
    }

    /// The disk of the task, which tasks on Fargate only have for themselves.
    fn ephemeral_storage(
        &self,
        written: Option<&Spanned<StorageGib>>,
        diags: &mut Diagnostics,
    ) -> Option<EphemeralStorage> {
        let written = written?;
        match self.plan.target.launch_type {
            LaunchType::Fargate => Some(EphemeralStorage { size_in_gib: written.value.get() }),
            LaunchType::Ec2 => {
                let why = "tasks on instances share the instance's disk";
                lost_at("ephemeral_storage", written.span, why, diags);
                None
            }
        }
    }

    /// What the containers of the task say in common; a mistake if they say different things.
    fn agreed<T: Copy + PartialEq>(
        &self,
        what: &str,
        values: impl Iterator<Item = Option<Spanned<T>>>,
        diags: &mut Diagnostics,
    ) -> Option<T> {
        let mut values = values.flatten();
        let first = values.next()?;
        if let Some(other) = values.find(|other| other.value != first.value) {
            disagree(what, self.unit, (first.span, other.span), diags);
        }
        Some(first.value)
    }

    /// The tags by which the task is known.
    fn tags(&self) -> Vec<Tag> {
        let unit = Tag { key: "compose2ecs:service".to_owned(), value: self.unit.name.clone() };
        vec![project_tag(self.plan.target), unit]
    }

    /// Adds the service or the one-off task that runs the definition.
    fn add_runner(
        &self,
        definition: &TaskDefinition,
        (offers, load_balancers): (Vec<ServiceConnectService>, Vec<LoadBalancer>),
        stack: &mut Stack,
        diags: &mut Diagnostics,
    ) {
        let target = self.plan.target;
        let family = definition.family.clone();
        let cluster = cluster_name(target).to_owned();
        let lifetime = if self.is_once() { Lifetime::Task } else { Lifetime::Service };
        let placed = Placed { lifetime, launch_type: target.launch_type, overlap: Overlap::of(definition) };
        let network_configuration = self.network_configuration();
        let ServicePlacement {
            desired_count,
            count,
            scheduling_strategy,
            deployment_configuration,
            placement_constraints,
            placement_strategy,
            tags,
        } = placement::placement(&self.unit.services, placed, diags);
        let CapacityDefinition { launch_type, strategy: capacity_provider_strategy, platform_version, rebalancing } =
            capacity::capacity(&self.settings.capacity, target, diags);
        let tagging = &self.settings.tagging;
        let tags = tagging::tagged(self.tags().into_iter().chain(tags).collect(), tagging, diags);
        let enable_execute_command = tagging::enable_execute_command(tagging, diags);
        if self.is_once() {
            self.report_no_service(&load_balancers, diags);
            let task = RunTask {
                unit: self.unit.name.clone(),
                cluster,
                task_definition: family,
                launch_type,
                capacity_provider_strategy,
                platform_version,
                count: desired_count.unwrap_or(1),
                placement_constraints,
                network_configuration,
                tags,
                enable_ecs_managed_tags: true,
                propagate_tags: tagging::propagate_tags(tagging, PropagateTags::TaskDefinition),
                enable_execute_command,
                overlay: Overlay::default(),
            };
            stack.tasks.push(hatch::run_task(task, &self.settings.hatches, diags));
            return;
        }
        let deploying = &self.settings.deploying;
        let of_project = &target.project.extension.task.deploying;
        let log = definition.container_definitions.iter().find_map(|container| container.log_configuration.clone());
        let connect = &self.settings.connect;
        let service = EcsService {
            cluster,
            service_name: EcsServiceName(family.0.clone()),
            task_definition: family,
            desired_count,
            count,
            launch_type,
            capacity_provider_strategy,
            platform_version,
            scheduling_strategy,
            deployment_configuration: deploying::deployment(deploying, deployment_configuration),
            placement_constraints,
            placement_strategy,
            availability_zone_rebalancing: rebalancing,
            health_check_grace_period_seconds: deploying::grace_period(deploying, of_project, &load_balancers, diags),
            load_balancers,
            network_configuration,
            service_connect_configuration: self.plan.networking.configuration(self.index, offers, connect, log),
            tags,
            enable_ecs_managed_tags: true,
            propagate_tags: tagging::propagate_tags(tagging, PropagateTags::Service),
            enable_execute_command,
            overlay: Overlay::default(),
        };
        let mut service = hatch::service(service, &self.settings.hatches, diags);
        stack.scaling.extend(scaling::scaling(&self.settings.scaling, &mut service, diags));
        stack.services.push(service);
    }

    /// Reports what `x-ecs` says of a service at a task that is none. What the project says is for those that are.
    fn report_no_service(&self, load_balancers: &[LoadBalancer], diags: &mut Diagnostics) {
        const WHY: &str = "a task that runs once is no service";
        let project = &self.plan.target.project.extension.task;
        let Deploying { deployment, health_check_grace_period } = &self.settings.deploying;
        let Scaling { scaling } = &self.settings.scaling;
        let of_project = project.deploying.health_check_grace_period.as_ref();
        let written = [
            ("deployment", own(deployment.as_ref(), project.deploying.deployment.as_ref())),
            ("health_check_grace_period", own(health_check_grace_period.as_ref(), of_project)),
            ("scaling", own(scaling.as_ref(), project.scaling.scaling.as_ref())),
        ];
        let of_services = self.unit.services.iter().filter_map(|service| service.extension.own.load_balancers.as_ref());
        let balancers = of_services.map(|written| ("load_balancers", Some(written.span)));
        let balancers = balancers.filter(|_| !load_balancers.is_empty());
        for (key, span) in written.into_iter().chain(balancers) {
            if let Some(span) = span {
                lost_at(key, span, WHY, diags);
            }
        }
    }

    /// The subnets and security groups of a task with a network interface of its own.
    fn network_configuration(&self) -> Option<NetworkConfiguration> {
        if self.mode() != NetworkMode::Awsvpc {
            return None;
        }
        let Target { options, launch_type, project: _ } = self.plan.target;
        // `network_mode` is settled by now.
        let Network { network_mode: _, subnets, security_groups, assign_public_ip } = &self.settings.network;
        let list = |own: &Option<Spanned<Vec<String>>>, usual: &[String]| {
            own.as_ref().map_or_else(|| usual.to_vec(), |own| own.value.clone())
        };
        let assign_public_ip = match launch_type {
            LaunchType::Fargate => Some(match assign_public_ip.map(|public| public.value) {
                Some(true) => AssignPublicIp::Enabled,
                Some(false) => AssignPublicIp::Disabled,
                None => options.public_address,
            }),
            // ECS gives none to tasks on instances.
            LaunchType::Ec2 => None,
        };
        Some(NetworkConfiguration {
            awsvpc_configuration: AwsvpcConfiguration {
                subnets: list(subnets, &options.subnets),
                security_groups: list(security_groups, &options.security_groups),
                assign_public_ip,
            },
        })
    }
}

/// Where a task says something that is not what the project says.
fn own<T: PartialEq>(settled: Option<&Spanned<T>>, of_project: Option<&Spanned<T>>) -> Option<Span> {
    settled.filter(|_| settled != of_project).map(|settled| settled.span)
}
