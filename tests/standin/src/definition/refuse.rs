//! What ECS refuses to register.

use super::{Condition, ContainerSpec};
use crate::cluster::calls::is_in_name;
use crate::input::Input;
use crate::wire::ApiError;

/// The CPU units of Fargate, and the least, the most and the step of the MiB beside them.
const FARGATE: [(u64, u64, u64, u64); 7] = [
    (256, 512, 2048, 512),
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16384, 1024),
    (4096, 8192, 30720, 1024),
    (8192, 16384, 61440, 4096),
    (16384, 32768, 122_880, 8192),
];

/// How many bytes a task definition has at most.
const MOST: usize = 65_536;

/// Whether an input is short enough, without the defaults that ECS adds.
pub(super) fn check_length(input: Input<'_>) -> Result<(), ApiError> {
    match input.0.to_string().len() {
        length if length > MOST => {
            Err(ApiError::client(format!("Actual length: '{length}'. Max allowed length is '{MOST}' bytes.")))
        }
        _ => Ok(()),
    }
}

/// Whether an input can be registered.
pub(super) fn check(input: Input<'_>, containers: &[ContainerSpec]) -> Result<(), ApiError> {
    let family = input.text("family").unwrap_or_default();
    if family.is_empty() || family.len() > 255 || !family.chars().all(is_in_name) {
        return Err(ApiError::client("Family contains invalid characters."));
    }
    if containers.is_empty() {
        return Err(ApiError::client("TaskDefinition: containerDefinitions must not be empty."));
    }
    if !containers.iter().any(|container| container.essential) {
        return Err(ApiError::client("Invalid 'containerDefinitions' setting: no container is essential."));
    }
    for (place, container) in containers.iter().enumerate() {
        check_name(container, containers.get(..place).unwrap_or_default())?;
        check_dependencies(container, containers)?;
    }
    check_order(containers)?;
    check_memory(input, containers)?;
    check_network(input)?;
    if input.includes("requiresCompatibilities", "FARGATE") { check_fargate(input) } else { Ok(()) }
}

fn check_name(container: &ContainerSpec, before: &[ContainerSpec]) -> Result<(), ApiError> {
    let name = &container.name;
    if name.is_empty() {
        return Err(ApiError::client("Container.name should not be null or empty."));
    }
    if !name.chars().all(is_in_name) {
        return Err(ApiError::client("Container.name contains invalid characters."));
    }
    if container.image.is_empty() {
        return Err(ApiError::client("Container.image should not be null or empty."));
    }
    if before.iter().any(|other| &other.name == name) {
        return Err(ApiError::client(format!("Container.name '{name}' is not unique.")));
    }
    Ok(())
}

fn check_dependencies(container: &ContainerSpec, containers: &[ContainerSpec]) -> Result<(), ApiError> {
    for dependency in &container.depends_on {
        let target = containers.iter().find(|other| other.name == dependency.container);
        let name = &dependency.container;
        let Some(target) = target.filter(|target| target.name != container.name) else {
            return Err(ApiError::client(format!(
                "Invalid 'dependsOn' setting for container '{}': there is no other container '{name}'.",
                container.name
            )));
        };
        let awaits_end = matches!(dependency.condition, Condition::Complete | Condition::Success);
        if awaits_end && target.essential {
            return Err(ApiError::client(format!(
                "Invalid 'dependsOn' setting: a container cannot have a COMPLETE or SUCCESS dependency on the essential \
                 container '{name}'."
            )));
        }
        if dependency.condition == Condition::Healthy && target.health_check.is_none() {
            return Err(ApiError::client(format!(
                "Invalid 'dependsOn' setting: container '{name}' has no health check for a HEALTHY dependency."
            )));
        }
    }
    Ok(())
}

/// Whether there is an order in which the containers can start.
fn check_order(containers: &[ContainerSpec]) -> Result<(), ApiError> {
    let mut ordered: Vec<&str> = Vec::new();
    while ordered.len() < containers.len() {
        let is_free = |container: &&ContainerSpec| {
            !ordered.contains(&container.name.as_str())
                && container.depends_on.iter().all(|one| ordered.contains(&one.container.as_str()))
        };
        let free: Vec<&str> = containers.iter().filter(is_free).map(|one| one.name.as_str()).collect();
        if free.is_empty() {
            return Err(ApiError::client("Cycle found in the container dependencies."));
        }
        ordered.extend(free);
    }
    Ok(())
}

fn check_memory(input: Input<'_>, containers: &[ContainerSpec]) -> Result<(), ApiError> {
    let task = input.text("memory").and_then(|text| text.parse::<u64>().ok());
    for container in containers {
        match task {
            None if container.memory == 0 => {
                return Err(ApiError::client(format!(
                    "Invalid setting for container '{}'. At least one of 'memory' or 'memoryReservation' must be \
                     specified.",
                    container.name
                )));
            }
            Some(task) if container.memory > task => {
                return Err(ApiError::client(format!(
                    "Invalid setting for container '{}'. The container's memory is larger than the task's.",
                    container.name
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_network(input: Input<'_>) -> Result<(), ApiError> {
    if !matches!(input.text("networkMode"), Some("awsvpc" | "host")) {
        return Ok(());
    }
    let mappings = input.items("containerDefinitions").flat_map(|container| container.items("portMappings"));
    for mapping in mappings {
        let (own, host) = (mapping.count("containerPort"), mapping.count("hostPort"));
        if host.is_some_and(|host| own != Some(host)) {
            return Err(ApiError::client(
                "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
            ));
        }
    }
    Ok(())
}

fn check_fargate(input: Input<'_>) -> Result<(), ApiError> {
    if input.text("networkMode") != Some("awsvpc") {
        return Err(ApiError::client("Fargate only supports network mode 'awsvpc'."));
    }
    let number = |name: &str| input.text(name).and_then(|text| text.parse::<u64>().ok());
    let (Some(cpu), Some(memory)) = (number("cpu"), number("memory")) else {
        return Err(ApiError::client("Fargate requires that 'cpu' be defined at the task level."));
    };
    let row = FARGATE.iter().find(|(units, ..)| *units == cpu);
    let fits = |(_, least, most, step): &(u64, u64, u64, u64)| {
        (*least..=*most).contains(&memory) && (memory - least).is_multiple_of(*step)
    };
    if row.is_some_and(fits) {
        Ok(())
    } else {
        Err(ApiError::client(format!("No Fargate configuration exists for given values: {cpu} CPU, {memory} memory.")))
    }
}
