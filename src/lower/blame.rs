//! From a rule of ECS that the result breaks to the Compose line that is to blame.

use indexmap::IndexMap;

use super::{Plan, name, task};
use crate::compose::name::ServiceName;
use crate::diag::{Code, Diagnostics};
use crate::ecs::check::{Place, Violation};
use crate::source::Span;

/// Reports violations at the lines of the Compose file that cause them.
pub(super) fn report(violations: Vec<Violation>, plan: &Plan<'_>, diags: &mut Diagnostics) {
    if violations.is_empty() {
        return;
    }
    let blame = Blame::new(plan);
    for Violation { place, rule, message, hint, other } in violations {
        let span = blame.span(&place);
        let finding = diags.error(Code::EcsRule, span, format!("{message} (rule {})", rule.as_str()));
        if let Some(hint) = hint {
            finding.hint(hint);
        }
        if let Some((place, text)) = other {
            finding.label(blame.span(&place), text);
        }
    }
}

/// The services behind the names of ECS.
struct Blame<'p, 'a> {
    plan: &'p Plan<'a>,
    /// The first service of every family.
    families: IndexMap<String, &'a ServiceName>,
    /// The service of every container, by family and name.
    containers: IndexMap<(String, String), &'a ServiceName>,
}

impl<'p, 'a> Blame<'p, 'a> {
    /// Looks up the names that services have on ECS.
    fn new(plan: &'p Plan<'a>) -> Self {
        let (mut families, mut containers) = (IndexMap::new(), IndexMap::new());
        for unit in &plan.units.list {
            let family = name::family(&unit.name, plan.target).0;
            for service in task::members(unit, plan) {
                let name = &service.name.value;
                families.entry(family.clone()).or_insert(name);
                containers.insert((family.clone(), name::container(name).0), name);
            }
        }
        Self { plan, families, containers }
    }

    /// The place in the Compose files of a place in the stack.
    fn span(&self, place: &Place) -> Span {
        let places = &self.plan.target.project.places;
        match place {
            Place::Container { family, container, field } => {
                match self.containers.get(&(family.0.clone(), container.0.clone())).copied() {
                    Some(service) => self.service(Some(service), field),
                    // One that a layer adds.
                    None => self.service(self.families.get(&family.0).copied(), "containerDefinitions"),
                }
            }
            Place::Task { family } => self.service(self.families.get(&family.0).copied(), ""),
            Place::Volume { family, volume: _ } => self.service(self.families.get(&family.0).copied(), "mountPoints"),
            Place::Service { service, field } => self.service(self.families.get(&service.0).copied(), field),
            Place::RunTask { unit, field } => {
                let unit = self.plan.units.list.iter().find(|other| other.name == *unit);
                let first = unit.and_then(|unit| unit.services.first());
                self.service(first.map(|service| &service.name.value), field)
            }
            Place::Stack => places.find(&["services"]),
        }
    }

    /// The place of the key of a service that a field comes from; the service's own where none is written.
    fn service<'k>(&self, service: Option<&'k ServiceName>, field: &'k str) -> Span {
        let places = &self.plan.target.project.places;
        let Some(service) = service else { return places.find(&["services"]) };
        let plan = self.plan;
        written(plan, service, field).unwrap_or_else(|| places.find(&["services", service.as_str()]))
    }
}

/// The place of the key of a service that a field comes from, if one is written.
pub(super) fn written<'k>(plan: &'k Plan<'_>, service: &'k ServiceName, field: &'k str) -> Option<Span> {
    let places = &plan.target.project.places;
    let path = |keys: &[&'k str]| -> Vec<&'k str> {
        ["services", service.as_str()].into_iter().chain(keys.iter().copied()).collect()
    };
    let layers = ["container_definition", "service", "task_definition"];
    let in_service = layers.iter().find_map(|layer| places.exact(&path(&["x-ecs", layer, field])));
    let in_project = || layers.iter().find_map(|layer| places.exact(&["x-ecs", layer, field]));
    let extension = extension_keys(field);
    let of_service = || extension.iter().find_map(|key| places.exact(&path(&["x-ecs", key])));
    let in_file = || compose_keys(field).iter().find_map(|keys| places.exact(&path(keys)));
    let of_project = || extension.iter().find_map(|key| places.exact(&["x-ecs", key]));
    let ecs_params = |paths: &[&[&'k str]], start: &[&'k str]| {
        let places = plan.target.project.ecs_params.as_ref()?;
        paths.iter().find_map(|path| places.exact(&[start, path].concat()))
    };
    let of_container = || {
        let key: &[&[&str]] = &[&[ecs_params_key(field)?]];
        ecs_params(key, &["task_definition", "services", service.as_str()])
    };
    let of_task = || ecs_params(ecs_params_paths(field), &[]);
    let laid_over = in_service.or_else(in_project);
    let found = laid_over.or_else(of_service).or_else(of_container).or_else(in_file).or_else(of_project);
    found.or_else(of_task)
}

/// The keys of `x-ecs` that a field of ECS comes from.
fn extension_keys(field: &str) -> &'static [&'static str] {
    match field {
        // The task as a whole.
        "" => &["task_size", "ephemeral_storage", "task_role", "execution_role", "tags"],
        "essential" => &["essential"],
        "startTimeout" => &["start_timeout"],
        "networkConfiguration" => &["subnets", "security_groups", "assign_public_ip", "network_mode"],
        "networkMode" => &["network_mode"],
        "capacityProviderStrategy" => &["capacity_providers", "spot"],
        "platformVersion" => &["platform_version"],
        "availabilityZoneRebalancing" => &["availability_zone_rebalancing"],
        "loadBalancers" => &["load_balancers"],
        "healthCheckGracePeriodSeconds" => &["health_check_grace_period"],
        "deploymentConfiguration" => &["deployment"],
        "serviceConnectConfiguration" => &["service_connect"],
        "enableExecuteCommand" => &["exec"],
        "logConfiguration" => &["log_group"],
        "tags" => &["tags"],
        "propagateTags" => &["propagate_tags"],
        _ => &[],
    }
}

/// The key of a service in a file for ecs-cli that a field of ECS comes from.
fn ecs_params_key(field: &str) -> Option<&'static str> {
    Some(match field {
        "essential" => "essential",
        "cpu" => "cpu_shares",
        "memory" => "mem_limit",
        "memoryReservation" => "mem_reservation",
        "secrets" => "secrets",
        "dependsOn" => "depends_on",
        "healthCheck" => "healthcheck",
        "logConfiguration" => "logging",
        "firelensConfiguration" => "firelens_configuration",
        "repositoryCredentials" => "repository_credentials",
        "resourceRequirements" => "gpu",
        "linuxParameters" => "init_process_enabled",
        _ => return None,
    })
}

/// The paths in a file for ecs-cli that a field of ECS comes from.
fn ecs_params_paths(field: &str) -> &'static [&'static [&'static str]] {
    match field {
        // The task as a whole.
        "" => &[&["task_definition", "task_size"]],
        "networkMode" => &[&["task_definition", "ecs_network_mode"]],
        "networkConfiguration" => &[&["run_params", "network_configuration"], &["task_definition", "ecs_network_mode"]],
        "placementConstraints" => &[&["run_params", "task_placement", "constraints"]],
        "placementStrategy" => &[&["run_params", "task_placement", "strategy"]],
        _ => &[],
    }
}

/// The Compose keys that a field of ECS comes from, the likeliest first.
fn compose_keys(field: &str) -> &'static [&'static [&'static str]] {
    match field {
        "image" => &[&["image"], &["build"]],
        "cpu" => &[&["deploy", "resources", "limits", "cpus"], &["deploy", "resources"], &["cpus"], &["cpu_shares"]],
        "memory" | "memoryReservation" => &[
            &["deploy", "resources", "limits", "memory"],
            &["deploy", "resources", "reservations", "memory"],
            &["mem_limit"],
            &["mem_reservation"],
        ],
        "entryPoint" => &[&["entrypoint"]],
        "command" => &[&["command"]],
        "workingDirectory" => &[&["working_dir"]],
        "user" => &[&["user"]],
        "environment" => &[&["environment"], &["env_file"]],
        "secrets" => &[&["secrets"], &["x-ecs", "secrets"]],
        "portMappings" | "serviceConnectConfiguration" => &[&["ports"], &["expose"]],
        "links" => &[&["links"], &["depends_on"]],
        "dependsOn" | "startTimeout" => &[&["depends_on"], &["links"], &["command"], &["entrypoint"]],
        "stopTimeout" => &[&["stop_grace_period"]],
        "healthCheck" => &[&["healthcheck"]],
        "mountPoints" | "volumes" => &[&["volumes"], &["tmpfs"]],
        "volumesFrom" => &[&["volumes_from"]],
        "logConfiguration" => &[&["logging"]],
        "hostname" => &[&["hostname"]],
        "dnsServers" => &[&["dns"]],
        "dnsSearchDomains" => &[&["dns_search"]],
        "extraHosts" => &[&["extra_hosts"]],
        "dockerSecurityOptions" => &[&["security_opt"]],
        "dockerLabels" => &[&["labels"]],
        "privileged" => &[&["privileged"]],
        "ulimits" => &[&["ulimits"]],
        "systemControls" => &[&["sysctls"]],
        "linuxParameters" => {
            &[&["tmpfs"], &["cap_add"], &["cap_drop"], &["devices"], &["shm_size"], &["mem_swappiness"], &["volumes"]]
        }
        "resourceRequirements" => &[&["gpus"], &["deploy", "resources", "reservations", "devices"]],
        "desiredCount" => &[&["deploy", "replicas"], &["scale"]],
        "deploymentConfiguration" => &[&["deploy", "update_config"]],
        "placementConstraints" | "placementStrategy" => &[&["deploy", "placement"]],
        "tags" => &[&["deploy", "labels"]],
        "networkConfiguration" | "networkMode" => &[&["network_mode"], &["networks"]],
        _ => &[],
    }
}
