//! A task: its definition, and the service or one-off task that runs it.

use indexmap::{IndexMap, IndexSet};

use super::connect::{self, Offer};
use super::grouping::Unit;
use super::image::ImageDefinition;
use super::kernel::KernelDefinition;
use super::name::{ecs_name, is_ecs_name};
use super::network::NetworkDefinition;
use super::ordering::{self, Edge, Origin};
use super::placement::{Overlap, Placed, ServicePlacement};
use super::process::ProcessDefinition;
use super::readiness::health_check::{self, StartTimeout};
use super::readiness::probe;
use super::resources::{self, ContainerResources, MemorySource};
use super::storage::StorageDefinition;
use super::waits::{self, Health};
use super::{Lifetime, Plan, Target, cluster_name};
use super::{ignored, image, kernel, logging, network, placement, process, secrets, storage};
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::compose::service::readiness::Condition;
use crate::diag::{Code, Diagnostics};
use crate::ecs::Stack;
use crate::ecs::container::{
    ContainerCondition, ContainerDefinition, ContainerDependency, HealthCheck, LinuxParameters,
};
use crate::ecs::name::{ContainerName, Family, ServiceName as EcsServiceName, VolumeName};
use crate::ecs::service::{
    AwsvpcConfiguration, NetworkConfiguration, PropagateTags, RunTask, Service as EcsService, ServiceConnectService,
};
use crate::ecs::task::{NamespaceMode, NetworkMode, RuntimePlatform, Tag, TaskDefinition, Volume};
use crate::ecs::unit::Seconds;
use crate::options::LaunchType;
use crate::source::{Span, Spanned};

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

/// The name of a service's container: ECS takes letters, digits, `-` and `_`.
pub(super) fn container_name(service: &ServiceName) -> ContainerName {
    ContainerName(ecs_name(service.as_str()))
}

/// The tag by which the resources of a project are known.
pub(super) fn project_tag(target: Target<'_>) -> Tag {
    Tag { key: "compose2ecs:project".to_owned(), value: target.project.name.as_str().to_owned() }
}

/// The network mode of a task, on which all its services must agree.
pub(super) fn network_mode(unit: &Unit<'_>, target: Target<'_>, diags: &mut Diagnostics) -> NetworkMode {
    let mut modes = unit.services.iter().map(|service| (network::task_network_mode(service, target, diags), *service));
    let Some((mode, first)) = modes.next() else { return NetworkMode::Bridge };
    let other = modes.find(|(other, _)| *other != mode).map(|(_, service)| service);
    drop(modes);
    if let Some(other) = other {
        disagree(Disagreement { what: "networking", unit, one: first.name.span, other: other.name.span }, diags);
    }
    mode
}

/// Services of one task that cannot be in one task.
struct Disagreement<'a> {
    what: &'a str,
    unit: &'a Unit<'a>,
    one: Span,
    other: Span,
}

fn disagree(disagreement: Disagreement<'_>, diags: &mut Diagnostics) {
    let Disagreement { what, unit, one, other } = disagreement;
    diags
        .error(Code::Grouping, other, format!("the services of task `{}` disagree on {what}", unit.name))
        .label(one, "the other service says otherwise")
        .hint("make them equal, or put the services in tasks of their own with `x-ecs.task`");
}

/// The name of a task's family and service: behind the project's, so that projects stay apart.
pub(super) fn family(unit: &Unit<'_>, target: Target<'_>) -> Family {
    let (project, unit) = (target.project.name.as_str(), &unit.name);
    Family(ecs_name(&if project == unit { project.to_owned() } else { format!("{project}-{unit}") }))
}

/// Adds every task of a plan to the stack.
pub(super) fn add_all(plan: &Plan<'_>, stack: &mut Stack, diags: &mut Diagnostics) {
    let mut defaults = Vec::new();
    for (index, unit) in plan.units.list.iter().enumerate() {
        let task = Task { index, unit, members: members(unit, plan), plan };
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

/// ECS's words for the peers that a container reaches by name.
fn links(service: &ServiceName, peers: IndexMap<String, Peer<'_>>, diags: &mut Diagnostics) -> Vec<String> {
    let mut links = Vec::new();
    for (alias, peer) in peers {
        let name = container_name(peer.service);
        if alias == name.0 {
            links.push(alias);
        } else if is_ecs_name(&alias) {
            links.push(format!("{name}:{alias}"));
        } else {
            let message = format!("`{alias}` does not resolve in `{service}`: ECS takes no such name for a link");
            diags
                .warn(Code::UnresolvedName, peer.span, message)
                .hint("use a name of letters, digits, `-` and `_`, or put the services in tasks of their own");
        }
    }
    links
}

/// A task in the making.
struct Task<'p, 'a> {
    index: usize,
    unit: &'p Unit<'a>,
    members: Vec<&'a Service>,
    plan: &'p Plan<'a>,
}

/// A peer that a container reaches by name.
struct Peer<'a> {
    service: &'a ServiceName,
    /// What says so.
    span: Span,
}

/// One container and what it asks of the task around it.
struct Container {
    definition: ContainerDefinition,
    volumes: Vec<Volume>,
    platform: Option<Spanned<RuntimePlatform>>,
    pid_mode: Option<Spanned<NamespaceMode>>,
    ipc_mode: Option<Spanned<NamespaceMode>>,
    offers: Vec<ServiceConnectService>,
    resources: ContainerResources,
    /// Where its service was written.
    span: Span,
}

impl<'a> Task<'_, 'a> {
    /// Whether the task runs once and is no service.
    fn is_once(&self) -> bool {
        self.plan.networking.once.get(self.index) == Some(&true)
    }

    /// The edges from a member to other members.
    fn inner_edges(&self, service: &ServiceName) -> IndexMap<&'a ServiceName, Vec<Edge<'a>>> {
        let members: IndexSet<&ServiceName> = self.members.iter().map(|member| &member.name.value).collect();
        let mut edges: IndexMap<&ServiceName, Vec<Edge<'_>>> = IndexMap::new();
        for edge in self.plan.edges.from(service).filter(|edge| members.contains(edge.to)) {
            edges.entry(edge.to).or_default().push(*edge);
        }
        edges
    }
    /// Adds the task to the stack.
    fn add(&self, stack: &mut Stack, defaults: &mut Vec<Span>, diags: &mut Diagnostics) {
        if self.report_too_many(diags) {
            return;
        }
        let containers: Vec<Container> = self.members.iter().map(|service| self.container(service, diags)).collect();
        let guessed = |container: &&Container| container.resources.memory_source == MemorySource::Default;
        defaults.extend(containers.iter().filter(guessed).map(|container| container.span));
        self.report_cycle(diags);
        let offers = containers.iter().flat_map(|container| container.offers.clone()).collect();
        let definition = self.definition(containers, diags);
        self.add_runner(&definition, offers, stack, diags);
        stack.task_definitions.push(definition);
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
    /// One container of the task.
    fn container(&self, service: &'a Service, diags: &mut Diagnostics) -> Container {
        // The methods for readiness and storage, and the passes for placement and roles, look at more than one facet.
        let Service {
            name,
            image,
            process,
            readiness: _,
            network,
            storage: _,
            logging,
            secrets,
            kernel,
            resources,
            placement: _,
            ignored,
            extension: _,
        } = service;
        let target = self.plan.target;
        let container = container_name(&name.value);
        let words = self.plan.waits.words(service, self.plan.units, target, diags);
        let lifetime = if self.plan.is_one_off(&name.value) { Lifetime::Task } else { Lifetime::Service };

        let ImageDefinition { image: image_reference, runtime_platform } =
            image::image(image, &name.value, target, diags);
        let ProcessDefinition {
            entry_point,
            command,
            working_directory,
            user,
            environment,
            pseudo_terminal,
            interactive,
            stop_timeout,
            docker_labels,
        } = process::process(process, (&words, lifetime), target, diags);
        let NetworkDefinition { port_mappings, hostname, dns_servers, dns_search_domains, extra_hosts } =
            network::network(network, self.mode(), diags);
        let StorageDefinition { mount_points, volumes, tmpfs, readonly_root_filesystem, volumes_from } =
            storage::storage(service, target, diags);
        let KernelDefinition {
            privileged,
            docker_security_options,
            ulimits,
            system_controls,
            linux_parameters,
            pid_mode,
            ipc_mode,
        } = kernel::kernel(kernel, target, diags);
        let resources = resources::resources(resources, target, diags);
        let log_configuration = logging::logging(logging, &container, target, diags);
        secrets::report(secrets, diags);
        ignored::report(ignored, target.launch_type, diags);

        let gives_way = self.plan.waits.gives_way(&name.value, self.plan.units, target);
        connect::report_unresolved(service, self.index, !gives_way, &self.plan.networking, diags);
        let is_needed = self.plan.edges.to(&name.value).any(|edge| !self.plan.units.share(edge.from, edge.to));
        let Offer { port_mappings, services: offers } =
            connect::offer(service, port_mappings, is_needed, &self.plan.networking, diags);
        let health_check = self.health_check(service, diags);
        self.report_unhealthy(service, health_check.is_some(), diags);
        let start_timeout = self.start_timeout(service, health_check.as_ref(), diags);
        let ContainerResources {
            cpu,
            memory,
            memory_reservation,
            memory_source: _,
            max_swap,
            swappiness,
            resource_requirements,
        } = resources.clone();
        let linux_parameters = LinuxParameters { tmpfs, max_swap, swappiness, ..linux_parameters };
        let is_empty = linux_parameters == LinuxParameters::default();
        let definition = ContainerDefinition {
            name: container,
            image: image_reference,
            cpu,
            memory,
            memory_reservation,
            essential: self.is_essential(&name.value),
            entry_point,
            command,
            working_directory,
            user,
            environment,
            port_mappings,
            links: links(&name.value, self.peers(service), diags),
            depends_on: self.depends_on(service),
            start_timeout,
            stop_timeout,
            health_check,
            mount_points,
            volumes_from,
            readonly_root_filesystem,
            log_configuration,
            privileged,
            interactive,
            pseudo_terminal,
            hostname,
            dns_servers,
            dns_search_domains,
            extra_hosts,
            docker_security_options,
            docker_labels,
            ulimits,
            system_controls,
            linux_parameters: (!is_empty).then_some(linux_parameters),
            resource_requirements,
            secrets: Vec::new(),
        };
        let at = |span: Option<Span>| span.unwrap_or(name.span);
        Container {
            definition,
            volumes,
            platform: runtime_platform
                .map(|value| Spanned::new(value, at(image.platform.as_ref().map(|key| key.span)))),
            pid_mode: pid_mode.map(|value| Spanned::new(value, at(kernel.pid.as_ref().map(|key| key.span)))),
            ipc_mode: ipc_mode.map(|value| Spanned::new(value, at(kernel.ipc.as_ref().map(|key| key.span)))),
            offers,
            resources,
            span: name.span,
        }
    }

    /// The task definition around its containers.
    fn definition(&self, containers: Vec<Container>, diags: &mut Diagnostics) -> TaskDefinition {
        let target = self.plan.target;
        let platform = self.agreed("`platform`", containers.iter().map(|container| container.platform), diags);
        let pid_mode = self.agreed("`pid`", containers.iter().map(|container| container.pid_mode), diags);
        let ipc_mode = self.agreed("`ipc`", containers.iter().map(|container| container.ipc_mode), diags);
        let extensions = || self.unit.services.iter().map(|service| &service.extension);
        let text =
            |role: &'a Option<Spanned<String>>| role.as_ref().map(|role| Spanned::new(role.value.as_str(), role.span));
        let task_role = self.agreed("`task_role`", extensions().map(|extension| text(&extension.task_role)), diags);
        let execution_role =
            self.agreed("`execution_role`", extensions().map(|extension| text(&extension.execution_role)), diags);
        let sizes: Vec<&ContainerResources> = containers.iter().map(|container| &container.resources).collect();
        let size = containers.first().and_then(|first| resources::task_size(&sizes, first.span, target, diags));
        let mut volumes: IndexMap<VolumeName, Volume> = IndexMap::new();
        let mut container_definitions = Vec::with_capacity(containers.len());
        for container in containers {
            volumes.extend(container.volumes.into_iter().map(|volume| (volume.name.clone(), volume)));
            container_definitions.push(container.definition);
        }
        TaskDefinition {
            family: family(self.unit, target),
            task_role_arn: task_role.map(str::to_owned).or_else(|| target.options.task_role.clone()),
            execution_role_arn: execution_role.map(str::to_owned).or_else(|| target.options.execution_role.clone()),
            network_mode: self.mode(),
            requires_compatibilities: vec![target.launch_type],
            cpu: size.map(|(cpu, _)| cpu),
            memory: size.map(|(_, memory)| memory),
            pid_mode,
            ipc_mode,
            runtime_platform: platform,
            container_definitions,
            volumes: volumes.into_values().collect(),
            tags: self.tags(),
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
            disagree(Disagreement { what, unit: self.unit, one: first.span, other: other.span }, diags);
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
        services: Vec<ServiceConnectService>,
        stack: &mut Stack,
        diags: &mut Diagnostics,
    ) {
        let target = self.plan.target;
        let family = definition.family.clone();
        let cluster = cluster_name(target).to_owned();
        let launch_type = target.launch_type;
        let lifetime = if self.is_once() { Lifetime::Task } else { Lifetime::Service };
        let placed = Placed { lifetime, launch_type, overlap: Overlap::of(definition) };
        let network_configuration = self.network_configuration();
        let ServicePlacement {
            desired_count,
            scheduling_strategy,
            deployment_configuration,
            placement_constraints,
            placement_strategy,
            tags,
        } = placement::placement(&self.unit.services, placed, diags);
        let tags = self.tags().into_iter().chain(tags).collect();
        if self.is_once() {
            stack.tasks.push(RunTask {
                unit: self.unit.name.clone(),
                cluster,
                task_definition: family,
                launch_type,
                count: desired_count.unwrap_or(1),
                placement_constraints,
                network_configuration,
                tags,
                enable_ecs_managed_tags: true,
                propagate_tags: PropagateTags::TaskDefinition,
            });
            return;
        }
        stack.services.push(EcsService {
            cluster,
            service_name: EcsServiceName(family.0.clone()),
            task_definition: family,
            desired_count,
            launch_type,
            scheduling_strategy,
            deployment_configuration,
            placement_constraints,
            placement_strategy,
            network_configuration,
            service_connect_configuration: connect::configuration(self.index, services, &self.plan.networking),
            health_check_grace_period_seconds: None,
            tags,
            enable_ecs_managed_tags: true,
            propagate_tags: PropagateTags::Service,
        });
    }

    /// The subnets and security groups of a task with a network interface of its own.
    fn network_configuration(&self) -> Option<NetworkConfiguration> {
        if self.mode() != NetworkMode::Awsvpc {
            return None;
        }
        let options = self.plan.target.options;
        Some(NetworkConfiguration {
            awsvpc_configuration: AwsvpcConfiguration {
                subnets: options.subnets.clone(),
                security_groups: options.security_groups.clone(),
                assign_public_ip: Some(options.public_address),
            },
        })
    }

    /// Reports containers that need each other, which ECS refuses: by order, by links and by mounts together.
    fn report_cycle(&self, diags: &mut Diagnostics) {
        let places: IndexMap<&ServiceName, usize> =
            self.members.iter().enumerate().map(|(index, member)| (&member.name.value, index)).collect();
        let needs = |member: &&'a Service| -> Vec<(usize, Span)> {
            let peers = self.peers(member).into_values().map(|peer| (peer.service, peer.span));
            let edges = self.inner_edges(&member.name.value).into_values().flatten().map(|edge| (edge.to, edge.span));
            peers.chain(edges).filter_map(|(name, span)| Some((*places.get(name)?, span))).collect()
        };
        let needs: Vec<_> = self.members.iter().map(needs).collect();
        let Err(cycle) = ordering::layers(&needs) else { return };
        let name = |index: usize| self.members.get(index).map_or("", |member| member.name.value.as_str());
        let Some(((first, span), rest)) = cycle.split_first() else { return };
        let path: Vec<&str> = cycle.iter().map(|(index, _)| *index).chain([*first]).map(name).collect();
        let message = format!("containers of task `{}` need each other: {}", self.unit.name, path.join(" -> "));
        let finding = diags.error(Code::Cycle, *span, message);
        for (index, span) in rest {
            finding.label(*span, format!("`{}` needs the next one here", name(*index)));
        }
        finding.hint(
            "put them in tasks of their own with `x-ecs.task` or `--task-per service`: names then resolve both ways",
        );
    }

    /// What a container asks of its peers before it starts.
    fn depends_on(&self, service: &Service) -> Vec<ContainerDependency> {
        let dependency = |(to, edges): (&ServiceName, Vec<Edge<'_>>)| ContainerDependency {
            container_name: container_name(to),
            condition: ordering::container_condition(&edges),
        };
        self.inner_edges(&service.name.value).into_iter().map(dependency).collect()
    }

    /// Whether the task stops when a container stops: not when others wait for its end, nor when it ends by itself
    /// beside others that go on.
    fn is_essential(&self, service: &ServiceName) -> bool {
        let is_waited_for = self.members.iter().any(|member| {
            let ends = |edges: &Vec<Edge<'_>>| {
                matches!(
                    ordering::container_condition(edges),
                    ContainerCondition::Success | ContainerCondition::Complete
                )
            };
            self.inner_edges(&member.name.value).get(service).is_some_and(ends)
        });
        !is_waited_for && (self.is_once() || !self.plan.is_one_off(service))
    }

    /// The peers that a container reaches by name, in bridge networking: those it links to, those it waits for, and
    /// those that its environment and command name.
    fn peers(&self, service: &'a Service) -> IndexMap<String, Peer<'a>> {
        let mut peers = IndexMap::new();
        if self.mode() != NetworkMode::Bridge {
            return peers;
        }
        // Docker links only to what runs.
        let members: IndexSet<&ServiceName> = self.members.iter().map(|member| &member.name.value).collect();
        let runs = |name: &ServiceName| members.contains(name) && self.is_essential(name);
        let own = &service.name.value;
        for link in service.network.links.iter().filter(|link| runs(&link.value.service)) {
            peers.insert(link.value.alias.clone(), Peer { service: &link.value.service, span: link.span });
        }
        for edge in self.plan.edges.from(own).filter(|edge| runs(edge.to)) {
            let alias = edge.to.as_str().to_owned();
            peers.entry(alias).or_insert(Peer { service: edge.to, span: edge.span });
        }
        for name in self.plan.networking.uses.by(own).filter(|name| runs(name.mention.service)) {
            let peer = Peer { service: name.mention.service, span: name.mention.span };
            peers.entry(name.mention.host.clone()).or_insert(peer);
        }
        self.add_network_aliases(&mut peers);
        peers
    }

    /// Adds the names that networks give to peers, which are reached by another name already.
    fn add_network_aliases(&self, peers: &mut IndexMap<String, Peer<'a>>) {
        let linked: IndexMap<&ServiceName, Span> = peers.values().map(|peer| (peer.service, peer.span)).collect();
        for (name, span) in linked {
            let Some(member) = self.members.iter().find(|member| member.name.value == *name) else { continue };
            for alias in connect::network_aliases(member) {
                peers.entry(alias.value.clone()).or_insert(Peer { service: &member.name.value, span });
            }
        }
    }

    fn mode(&self) -> NetworkMode {
        self.plan.networking.modes.get(self.index).copied().unwrap_or(NetworkMode::Bridge)
    }

    /// The health check of a service: its own, or that of its image where a readiness wait needs one.
    fn health_check(&self, service: &Service, diags: &mut Diagnostics) -> Option<HealthCheck> {
        let name = &service.name.value;
        let own = service.readiness.healthcheck.as_ref().and_then(|check| health_check::health_check(check, diags));
        if own.is_some() || waits::health(service) != Health::Probe {
            return own;
        }
        let wait = self.plan.edges.to(name).find(|edge| edge.origin == Origin::Wait)?;
        let image = service.image.image.as_ref()?;
        let probe = probe::probe(&image.value, &service.process)?;
        let message = format!("`{name}` gets the health check that its image is known to answer to");
        diags
            .note(Code::Inferred, image.span, message)
            .label(wait.span, "this wait needs it")
            .hint("write a `healthcheck` to choose another");
        Some(probe.into())
    }

    /// Reports `service_healthy` of a service of which ECS cannot tell whether it is healthy.
    fn report_unhealthy(&self, service: &Service, has_check: bool, diags: &mut Diagnostics) {
        let name = &service.name.value;
        if has_check {
            return;
        }
        let edges = self.plan.edges.to(name);
        for edge in edges.filter(|edge| edge.condition == Condition::Healthy && edge.required) {
            let message = format!("`{}` waits for `{name}` to be healthy, and `{name}` has no health check", edge.from);
            let finding = diags.error(Code::MissingKey, edge.span, message);
            finding.label(service.name.span, "has no `healthcheck`");
            let image = service.image.image.as_ref();
            match image.and_then(|image| probe::probe(&image.value, &service.process)) {
                Some(probe) => {
                    // In Compose text a `$` is written twice.
                    let test = format!("{:?}", probe.command).replace('$', "$$");
                    finding.hint(format!("add `healthcheck: {{test: {test}}}` to `{name}`"))
                }
                None => finding.hint("ECS does not see the HEALTHCHECK of an image: copy it into `healthcheck`"),
            };
        }
    }

    /// How long those who wait for a container to be healthy do so.
    fn start_timeout(
        &self,
        service: &Service,
        check: Option<&HealthCheck>,
        diags: &mut Diagnostics,
    ) -> Option<Seconds> {
        let name = &service.name.value;
        let inner = |edge: &&Edge<'_>| self.members.iter().any(|member| member.name.value == *edge.from);
        let waits: Vec<&Edge<'_>> = self
            .plan
            .edges
            .to(name)
            .filter(inner)
            .filter(|edge| edge.condition == Condition::Healthy && edge.required)
            .collect();
        let first = waits.first()?;
        let timeout = waits.iter().filter_map(|edge| edge.timeout).max();
        match health_check::start_timeout(check?, timeout, self.plan.target.launch_type) {
            StartTimeout::Fits(seconds) => Some(seconds),
            StartTimeout::TooLong(Seconds(seconds)) => {
                let message = format!(
                    "`{name}` may take {seconds} s to become healthy: Fargate takes no `startTimeout` above 120 s, and gets none"
                );
                diags
                    .warn(Code::Lost, first.span, message)
                    .hint("shorten `interval`, `retries` or `start_period` of its `healthcheck`");
                None
            }
        }
    }
}
