//! Rules of one container.

use std::collections::BTreeSet;

use super::{At, Rule, health, linux, log, network, text, volume};
use crate::ecs::KeyValue;
use crate::ecs::container::{
    ContainerDefinition, EnvironmentFile, EnvironmentFileType, ResourceRequirement, ResourceType, RestartPolicy, Secret,
};
use crate::ecs::unit::{CpuUnits, MemoryMib, Seconds};

/// What helps where a variable has no name.
const NAMELESS_HINT: &str = "write `NAME: value`, or take it out";

/// The least memory that Docker takes, in MiB.
pub(super) const MIN_MEMORY: u32 = 6;

/// Checks every field; those of a topic in its own file.
pub(super) fn check<'a>(at: &mut At<'a, '_>, ports: &mut network::Ports<'a>) {
    let ContainerDefinition {
        name,
        image,
        cpu,
        memory,
        memory_reservation,
        // The task asks for one that is.
        essential: _,
        // Any words will do.
        entry_point: _,
        command: _,
        working_directory,
        user,
        environment,
        environment_files,
        port_mappings,
        links,
        // `order` looks at the whole task.
        depends_on: _,
        start_timeout,
        stop_timeout,
        health_check,
        restart_policy,
        mount_points,
        volumes_from,
        // Yes and no are both fine, everywhere.
        readonly_root_filesystem: _,
        interactive: _,
        pseudo_terminal: _,
        log_configuration,
        firelens_configuration,
        privileged,
        hostname,
        dns_servers,
        dns_search_domains,
        extra_hosts,
        docker_security_options,
        credential_specs,
        // Any text will do.
        docker_labels: _,
        ulimits,
        system_controls,
        linux_parameters,
        resource_requirements,
        secrets,
    } = at.container;
    if !text::is_name(name.as_str()) {
        let message = format!("`{name}` is not the name of a container");
        at.add("name", Rule::Name, message).hint(text::NAME_HINT);
    } else if at.task.containers.get(name.as_str()).is_none_or(|first| !std::ptr::eq(*first, at.container)) {
        at.add("name", Rule::NameDup, format!("two containers of the task are called `{name}`"));
    }
    if let Some(mistake) = text::image_mistake(image) {
        at.add("image", Rule::Image, format!("the image `{image}` cannot be pulled: {mistake}"));
    }
    memory_figures((*cpu, *memory, *memory_reservation), at);
    if let Some(directory) = working_directory.as_deref().filter(|directory| !directory.starts_with('/')) {
        at.add("workingDirectory", Rule::Workdir, format!("the working directory `{directory}` is not absolute"))
            .hint(text::ABSOLUTE_HINT);
    }
    if let Some(user) = user.as_deref().filter(|user| !is_user(user)) {
        let message = format!("`{user}` is not a user");
        at.add("user", Rule::User, message).hint("write a name or a number, and perhaps `:` and a group");
    }
    variables(environment, secrets, at);
    environment_file_places(environment_files, at);
    for (field, timeout) in [("startTimeout", start_timeout), ("stopTimeout", stop_timeout)] {
        if let Some(Seconds(seconds)) = *timeout {
            at.fits(field, Some(seconds));
            if at.task.on_fargate() && !(2..=120).contains(&seconds) {
                at.add(field, Rule::Timeout, format!("{seconds} seconds, where Fargate takes 2 to 120"));
            }
        }
    }
    if let Some(health_check) = health_check {
        health::check(health_check, at);
    }
    if let Some(router) = firelens_configuration {
        log::router(router, at);
    }
    if let Some(policy) = restart_policy {
        restarts(policy, at);
    }
    if *privileged == Some(true) && at.task.on_fargate() {
        at.add("privileged", Rule::Privileged, "on Fargate no container is privileged");
    }
    security(docker_security_options, credential_specs, at);
    gpus(resource_requirements, at);
    execution_role(at);
    linux::ulimits(ulimits, at);
    linux::system_controls(system_controls, at);
    if let Some(parameters) = linux_parameters {
        linux::check(parameters, at);
    }
    network::links(links, at);
    network::names(hostname.as_deref(), extra_hosts, at);
    network::name_servers(dns_servers, dns_search_domains, at);
    network::ports(port_mappings, ports, at);
    let tmpfs = linux_parameters.as_ref().map_or(&[][..], |parameters| &parameters.tmpfs);
    volume::mounts(mount_points, tmpfs, at);
    volume::volumes_from(volumes_from, at);
    if let Some(log_configuration) = log_configuration {
        log::check(log_configuration, at);
    }
}

/// A container's own CPU and memory.
fn memory_figures(
    (cpu, memory, reservation): (Option<CpuUnits>, Option<MemoryMib>, Option<MemoryMib>),
    at: &mut At<'_, '_>,
) {
    at.fits("cpu", cpu.map(|cpu| cpu.0));
    for (field, figure) in [("memory", memory), ("memoryReservation", reservation)] {
        at.fits(field, figure.map(|figure| figure.0));
        if let Some(MemoryMib(figure)) = figure.filter(|figure| figure.0 < MIN_MEMORY) {
            at.add(field, Rule::MemMin, format!("{figure} MiB is below the minimum of {MIN_MEMORY} MiB"));
        }
    }
    let (memory, reservation) = (memory.filter(|memory| memory.0 > 0), reservation.filter(|memory| memory.0 > 0));
    if let (Some(MemoryMib(memory)), Some(MemoryMib(reservation))) = (memory, reservation)
        && memory < reservation
    {
        let message = format!("the limit of {memory} MiB is below the {reservation} MiB that are reserved");
        at.add("memory", Rule::MemReservation, message).hint("raise the limit or lower the reservation");
    }
    let of_task = at.task.definition.memory;
    if let (Some(MemoryMib(memory)), Some(MemoryMib(of_task))) = (memory, of_task)
        && memory > of_task
    {
        at.add("memory", Rule::MemOverTask, format!("{memory} MiB is above the {of_task} MiB of the task"));
    }
    if memory.or(reservation).or(of_task).is_none() && !at.task.only_on_fargate() {
        let message = format!("container `{}` has no memory figure", at.container.name);
        at.add("memory", Rule::MemRequired, message).hint("give it a memory limit or reservation");
    }
}

/// Whether a text is `user`, `user:group`, or their numbers, which are not negative.
fn is_user(text: &str) -> bool {
    let is_negative =
        |part: &str| part.strip_prefix('-').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    let is_part = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace) && !is_negative(part);
    text.split(':').count() <= 2 && text.split(':').all(is_part)
}

/// Every variable has a name and comes from one place. Values are never quoted.
fn variables(environment: &[KeyValue], secrets: &[Secret], at: &mut At<'_, '_>) {
    let is_name = |name: &str| !name.is_empty() && !name.contains(['=', '\0']);
    let (mut plain, mut secret) = (BTreeSet::new(), BTreeSet::new());
    for KeyValue { name, value: _ } in environment {
        if !is_name(name) {
            at.add("environment", Rule::EnvName, "a variable's name is not empty and has no `=`").hint(NAMELESS_HINT);
        } else if !plain.insert(name.as_str()) {
            at.add("environment", Rule::EnvDup, format!("the variable `{name}` is given twice"));
        }
    }
    for Secret { name, value_from } in secrets {
        if !is_name(name) {
            at.add("secrets", Rule::EnvName, "a variable's name is not empty and has no `=`").hint(NAMELESS_HINT);
        } else if !secret.insert(name.as_str()) {
            at.add("secrets", Rule::SecretDup, format!("the secret variable `{name}` is given twice"));
        } else if plain.contains(name.as_str()) {
            at.add("secrets", Rule::EnvClash, format!("the variable `{name}` is given both plainly and as a secret"));
        }
        if !text::is_secret_reference(value_from) {
            let message = format!("the secret variable `{name}` does not name a secret");
            let violation = at.add("secrets", Rule::SecretRef, message);
            violation.hint("give the ARN of a secret or of a parameter, or the name of a parameter");
        }
    }
}

/// GPUs are counted, and Fargate has none.
fn gpus(requirements: &[ResourceRequirement], at: &mut At<'_, '_>) {
    const FIELD: &str = "resourceRequirements";
    for ResourceRequirement { value, kind } in requirements {
        match kind {
            ResourceType::Gpu => {
                let is_count = value.starts_with(|first: char| matches!(first, '1'..='9'))
                    && value.bytes().all(|byte| byte.is_ascii_digit());
                if value != "ALL" && !is_count {
                    at.add(FIELD, Rule::Gpu, format!("`{value}` is not a number of GPUs"));
                }
                if at.task.on_fargate() {
                    at.add(FIELD, Rule::Gpu, "on Fargate there are no GPUs").hint("run it on instances with GPUs");
                }
            }
        }
    }
}

/// Options of Docker's security, and accounts of Active Directory.
fn security(docker_security_options: &[String], credential_specs: &[String], at: &mut At<'_, '_>) {
    for option in docker_security_options {
        let has_value = ["apparmor:", "label:", "credentialspec:"]
            .into_iter()
            .any(|start| option.strip_prefix(start).is_some_and(|value| !value.is_empty()));
        if option != "no-new-privileges" && !has_value {
            at.add("dockerSecurityOptions", Rule::SecurityOpt, format!("ECS does not take the option `{option}`"));
        }
    }
    if !docker_security_options.is_empty() && at.task.on_fargate() {
        let message = "on Fargate there are no security options of Docker's";
        at.add("dockerSecurityOptions", Rule::FargateParam, message);
    }
    if credential_specs.len() > 1 {
        at.add("credentialSpecs", Rule::SecurityOpt, "a container has one account at most");
    }
}

/// Files with variables are in S3, and ECS knows them by their ending.
fn environment_file_places(files: &[EnvironmentFile], at: &mut At<'_, '_>) {
    const MOST: usize = 10;
    if files.len() > MOST {
        at.add(
            "environmentFiles",
            Rule::Envfile,
            format!("{} files with variables, where ECS takes {MOST}", files.len()),
        );
    }
    for EnvironmentFile { value, kind: EnvironmentFileType::S3 } in files {
        if !text::is_environment_file(value) {
            at.add("environmentFiles", Rule::Envfile, format!("`{value}` is not the ARN of an object in S3"))
                .hint("write `arn:aws:s3:::BUCKET/KEY.env`");
        }
    }
}

/// A container that is started again has run for a while.
fn restarts(policy: &RestartPolicy, at: &mut At<'_, '_>) {
    const MOST_CODES: usize = 50;
    let RestartPolicy { enabled: _, ignored_exit_codes, restart_attempt_period: Seconds(period) } = policy;
    if !(60..=1800).contains(period) {
        at.add("restartPolicy", Rule::Restart, format!("{period} seconds, where ECS takes 60 to 1800"));
    }
    if ignored_exit_codes.len() > MOST_CODES {
        at.add("restartPolicy", Rule::Restart, format!("ECS ignores {MOST_CODES} exit codes at most"));
    }
}

/// ECS needs a role to read secrets, and on Fargate also to pull from Amazon's registry and to write logs.
fn execution_role(at: &mut At<'_, '_>) {
    if at.task.definition.execution_role_arn.is_some() {
        return;
    }
    let container = at.container;
    let logs = container.log_configuration.as_ref().is_some_and(|log| log.log_driver == "awslogs");
    let has_secret_options = container.log_configuration.as_ref().is_some_and(|log| !log.secret_options.is_empty());
    let needs = [
        ("secrets", !container.secrets.is_empty(), "to read secrets"),
        ("environmentFiles", !container.environment_files.is_empty(), "to read files with variables"),
        ("logConfiguration", has_secret_options, "to read the secrets of the logging driver"),
        ("logConfiguration", at.task.on_fargate() && logs, "to write logs"),
        ("image", at.task.on_fargate() && text::is_in_ecr(&container.image), "to pull the image"),
    ];
    for (field, _, what) in needs.into_iter().filter(|(_, is_needed, _)| *is_needed) {
        let message = format!("the task `{}` needs an execution role {what}", at.task.definition.family);
        at.add(field, Rule::ExecRole, message)
            .hint("name one with `--execution-role ARN`, or `x-ecs: {execution_role: ARN}` in the file");
    }
}
