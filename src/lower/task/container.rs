//! One container of a task: runs the pass of every facet and puts the results together.

use super::Task;
use super::health::HealthDefinition;
use crate::compose::extension::{OwnExtension, ServiceExtension};
use crate::compose::service::Service;
use crate::diag::Diagnostics;
use crate::ecs::container::{ContainerDefinition, LinuxParameters};
use crate::ecs::service::{LoadBalancer, ServiceConnectService};
use crate::ecs::task::{NamespaceMode, RuntimePlatform, Volume};
use crate::ecs::unit::Seconds;
use crate::lower::configs::{self, ConfigsDefinition};
use crate::lower::connect::Offer;
use crate::lower::image::{self, ImageDefinition};
use crate::lower::kernel::{self, KernelDefinition};
use crate::lower::logging::{self, Router};
use crate::lower::network::{self, NetworkDefinition};
use crate::lower::process::{self, ProcessDefinition};
use crate::lower::resources::{self, ContainerResources};
use crate::lower::storage::{self, StorageDefinition};
use crate::lower::variables::{self, VariablesDefinition};
use crate::lower::waits::Surroundings;
use crate::lower::{Lifetime, balancing, credentials, ignored, models, name, plaintext, restart};
use crate::source::{Span, Spanned};

/// One container and what it asks of the task around it.
pub(super) struct Container {
    /// What becomes of the service itself.
    pub(super) definition: ContainerDefinition,
    /// The volumes that it mounts.
    pub(super) volumes: Vec<Volume>,
    /// What its image is made for.
    pub(super) platform: Option<Spanned<RuntimePlatform>>,
    /// Whose processes it sees.
    pub(super) pid_mode: Option<Spanned<NamespaceMode>>,
    /// Whose shared memory it sees.
    pub(super) ipc_mode: Option<Spanned<NamespaceMode>>,
    /// What others reach of it through Service Connect.
    pub(super) offers: Vec<ServiceConnectService>,
    /// The target groups that lead to it.
    pub(super) load_balancers: Vec<LoadBalancer>,
    /// How much it may use.
    pub(super) resources: ContainerResources,
    /// Where its service was written.
    pub(super) span: Span,
}

impl<'a> Task<'_, 'a> {
    /// One container of the task.
    #[expect(clippy::too_many_lines, reason = "it is two lists: of all passes, and of all fields of a container")]
    pub(super) fn container(&self, service: &'a Service, diags: &mut Diagnostics) -> Container {
        // The methods for readiness, and the passes for storage, output, secrets, placement and roles, look at more
        // than one facet; what `deploy` says is in the facets.
        let Service {
            name,
            image,
            process,
            readiness: _,
            network,
            storage: _,
            logging: _,
            secrets: _,
            kernel,
            resources,
            placement: _,
            ignored,
            deploy: _,
            extension: ServiceExtension { own, task: _, container: _ },
        } = service;
        // `grouping` looks at `task`, `balancing` at the target groups, and `waits` at the probe.
        // The passes for variables and output look at what ECS reads from a secret store.
        let OwnExtension {
            task: _,
            essential,
            start_timeout: own_timeout,
            load_balancers: _,
            secrets: _,
            log_secrets: _,
            firelens: _,
            probe: _,
        } = own;
        let target = self.plan.target;
        let container = name::container(&name.value);
        let here = Surroundings { units: self.plan.units, unit: self.index, mode: self.mode() };
        let decision = self.plan.waits.decide(service, here, target, diags);
        let lifetime = if self.plan.is_one_off(&name.value) { Lifetime::Task } else { Lifetime::Service };

        let ImageDefinition { image: image_reference, runtime_platform } =
            image::image(image, &name.value, target, diags);
        let ProcessDefinition {
            entry_point,
            command,
            working_directory,
            user,
            pseudo_terminal,
            interactive,
            stop_timeout,
            docker_labels,
        } = process::process(process, &decision.words, target, diags);
        let restart_policy = restart::restart_policy(service, lifetime, diags);
        let VariablesDefinition { environment, environment_files, secrets } =
            variables::variables(service, &self.plan.secrets, target, diags);
        let environment = decision.environment(environment);
        let NetworkDefinition { port_mappings, hostname, dns_servers, dns_search_domains, extra_hosts } =
            network::network(network, self.mode(), diags);
        let StorageDefinition { mut mount_points, mut volumes, tmpfs, readonly_root_filesystem, volumes_from } =
            storage::storage(service, target, diags);
        let ConfigsDefinition { mount_points: files, volumes: of_files } = configs::configs(service, target, diags);
        mount_points.extend(files);
        volumes.extend(of_files);
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
        let resources = if self.has_memory() { resources.without_default() } else { resources };
        let log_configuration =
            logging::logging((service, &self.settings.logs), Router::of(self.members.iter().copied()), target, diags);
        let credential_specs = credentials::credential_specs(&service.secrets, target, diags);
        ignored::report(ignored, target.launch_type, diags);
        plaintext::report(service, diags);
        models::report(service, diags);

        let names = |host: &str| decision.names(host);
        self.plan.networking.report_unresolved(service, self.index, &names, diags);
        let is_attached = self.plan.waits.is_attached(&name.value);
        let is_needed =
            !is_attached && self.plan.edges.to(&name.value).any(|edge| !self.plan.units.share(edge.from, edge.to));
        let Offer { port_mappings, services: offers } =
            self.plan.networking.offer(service, port_mappings, is_needed, diags);
        let load_balancers = balancing::load_balancers(service, &port_mappings, diags);
        let HealthDefinition { health_check, start_timeout } = self.health(service, diags);
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
            essential: essential.map_or_else(|| self.is_essential(&name.value), |essential| essential.value),
            entry_point,
            command,
            working_directory,
            user,
            environment,
            environment_files,
            port_mappings,
            links: self.links(service, diags),
            depends_on: self.depends_on(service),
            start_timeout: own_timeout.map(|timeout| Seconds(timeout.value.whole_seconds())).or(start_timeout),
            stop_timeout,
            health_check,
            restart_policy,
            mount_points,
            volumes_from,
            readonly_root_filesystem,
            log_configuration,
            firelens_configuration: logging::firelens(service),
            privileged,
            interactive,
            pseudo_terminal,
            hostname,
            dns_servers,
            dns_search_domains,
            extra_hosts,
            docker_security_options,
            credential_specs,
            docker_labels,
            ulimits,
            system_controls,
            linux_parameters: (!is_empty).then_some(linux_parameters),
            resource_requirements,
            secrets,
        };
        Container {
            definition,
            volumes,
            platform: runtime_platform,
            pid_mode,
            ipc_mode,
            offers,
            load_balancers,
            resources,
            span: name.span,
        }
    }
}
