//! Rules of a task definition as a whole.

use std::collections::BTreeSet;
use std::io;

use super::container::MIN_MEMORY;
use super::{At, Place, Report, Rule, Task, container, network, order, text, volume};
use crate::ecs::fargate;
use crate::ecs::task::{EphemeralStorage, NamespaceMode, NetworkMode, Tag, TaskDefinition};
use crate::ecs::unit::{CpuUnits, MemoryMib};

/// How many containers a task can have.
const MAX_CONTAINERS: usize = 10;

/// How large a task definition can be, in bytes of JSON.
const MAX_BYTES: usize = 64 * 1024;

/// What a task on instances can ask of their CPU.
const CPU_OF_INSTANCES: std::ops::RangeInclusive<u32> = 128..=196_608;

/// Checks a task definition, its containers and its volumes.
pub(super) fn check(task: &Task<'_>, report: &mut Report) {
    let TaskDefinition {
        family,
        task_role_arn,
        execution_role_arn,
        network_mode,
        // Any list will do: the rules ask where it will run.
        requires_compatibilities: _,
        cpu,
        memory,
        pid_mode,
        ipc_mode,
        ephemeral_storage,
        // Linux on either processor runs everywhere.
        runtime_platform: _,
        container_definitions,
        volumes,
        tags: task_tags,
        // What the model knows of it is in the fields.
        overlay: _,
    } = task.definition;
    if !text::is_name(family.as_str()) {
        let message = format!("`{family}` is not the name of a task definition");
        report.add(task.place(), Rule::Name, message).hint(text::NAME_HINT);
    }
    let count = container_definitions.len();
    if !(1..=MAX_CONTAINERS).contains(&count) {
        let message = format!("the task `{family}` has {count} containers, where ECS takes 1 to {MAX_CONTAINERS}");
        report.add(task.place(), Rule::ContainersCount, message).hint("spread the services over several tasks");
    }
    if let Some(first) = container_definitions.first().filter(|_| !container_definitions.iter().any(|it| it.essential))
    {
        let place = Place::Container { family: family.clone(), container: first.name.clone(), field: "essential" };
        report.add(place, Rule::Essential, format!("no container of the task `{family}` is essential"));
    }
    let bytes = bytes(task.definition);
    if bytes > MAX_BYTES {
        let message = format!("the task definition `{family}` has {bytes} bytes, above the maximum of {MAX_BYTES}");
        report.add(task.place(), Rule::TdSize, message);
    }
    for (field, role) in [("taskRoleArn", task_role_arn), ("executionRoleArn", execution_role_arn)] {
        if let Some(role) = role.as_deref().filter(|role| !text::is_role(role)) {
            report.add(task.place(), Rule::RoleArn, format!("{field}: `{role}` is neither a role's ARN nor its name"));
        }
    }
    if task.on_fargate() && *network_mode != NetworkMode::Awsvpc {
        report.add(
            task.place(),
            Rule::Netmode,
            format!("on Fargate the task `{family}` needs the network mode awsvpc"),
        );
    }
    namespaces(task, *pid_mode, *ipc_mode, report);
    tags(task_tags, &task.place(), report);
    size(task, *cpu, *memory, report);
    if let Some(EphemeralStorage { size_in_gib }) = *ephemeral_storage {
        if !task.on_fargate() {
            let message = format!("the task `{family}` has a disk of its own on Fargate only");
            report.add(task.place(), Rule::Ephemeral, message);
        } else if !(21..=200).contains(&size_in_gib) {
            let message = format!("the task `{family}` asks for {size_in_gib} GiB of disk, where ECS takes 21 to 200");
            report.add(task.place(), Rule::Ephemeral, message);
        }
    }
    volume::volumes(volumes, task, report);
    let mut ports = network::Ports::default();
    for container in container_definitions {
        container::check(&mut At { task, container, report }, &mut ports);
    }
    order::check(task, report);
}

/// Tags are at most 50, short, each once, and not AWS's own.
pub(super) fn tags(tags: &[Tag], place: &Place, report: &mut Report) {
    let mut add = |message: String| {
        report.add(place.clone(), Rule::Tags, message);
    };
    if tags.len() > 50 {
        add(format!("there are {} tags, above the maximum of 50", tags.len()));
    }
    let mut seen = BTreeSet::new();
    for Tag { key, value } in tags {
        let is_reserved = |text: &str| text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
        if !(1..=128).contains(&key.chars().count()) || !text::is_tag_text(key) {
            add(format!("`{key}` is not a tag's key: it takes 1 to 128 letters, digits, spaces and `_.:/=+-@`"));
        } else if !seen.insert(key.as_str()) {
            add(format!("the tag `{key}` is given twice"));
        }
        if value.chars().count() > 256 || !text::is_tag_text(value) {
            add(format!("the value of the tag `{key}` takes up to 256 letters, digits, spaces and `_.:/=+-@`"));
        }
        if is_reserved(key) || is_reserved(value) {
            add(format!("the tag `{key}` starts with `aws:`, which is AWS's own"));
        }
    }
}

/// Whose processes and shared memory containers see.
fn namespaces(task: &Task<'_>, pid: Option<NamespaceMode>, ipc: Option<NamespaceMode>, report: &mut Report) {
    let family = &task.definition.family;
    if pid == Some(NamespaceMode::None) {
        report.add(task.place(), Rule::ShapeEnum, format!("pidMode of the task `{family}` is `host` or `task`"));
    }
    if task.on_fargate() && pid == Some(NamespaceMode::Host) {
        let message = format!("on Fargate the task `{family}` cannot see the processes of the host");
        report.add(task.place(), Rule::FargateParam, message).hint("leave `pid: host` out");
    }
    if task.on_fargate() && ipc.is_some() {
        let message = format!("on Fargate the task `{family}` cannot choose an ipcMode");
        report.add(task.place(), Rule::FargateParam, message).hint("leave `ipc` out");
    }
}

/// The task's own CPU and memory, and whether the containers fit in.
fn size(task: &Task<'_>, cpu: Option<CpuUnits>, memory: Option<MemoryMib>, report: &mut Report) {
    let family = &task.definition.family;
    let mut add = |rule: Rule, message: String| {
        report.add(task.place(), rule, message);
    };
    if task.on_fargate() {
        match (cpu, memory) {
            (Some(cpu), Some(memory)) if fargate::is_valid(cpu, memory) => {}
            (Some(CpuUnits(cpu)), Some(MemoryMib(memory))) => {
                add(Rule::FargateSize, format!("Fargate has no tasks of {cpu} CPU units and {memory} MiB"));
            }
            _ => add(Rule::FargateSize, format!("on Fargate the task `{family}` needs a cpu and a memory figure")),
        }
    } else {
        if let Some(CpuUnits(cpu)) = cpu.filter(|cpu| !CPU_OF_INSTANCES.contains(&cpu.0)) {
            add(Rule::TaskSize, format!("the task `{family}` asks for {cpu} CPU units, where ECS takes 128 to 196608"));
        }
        if let Some(MemoryMib(memory)) = memory.filter(|memory| memory.0 < MIN_MEMORY) {
            add(
                Rule::MemMin,
                format!("the task `{family}` has {memory} MiB of memory, below the minimum of {MIN_MEMORY}"),
            );
        }
    }
    let containers = &task.definition.container_definitions;
    let asked: u64 = containers.iter().filter_map(|container| container.cpu).map(|cpu| u64::from(cpu.0)).sum();
    if let Some(CpuUnits(cpu)) = cpu.filter(|cpu| asked > u64::from(cpu.0)) {
        add(Rule::CpuSum, format!("the containers of the task `{family}` ask for {asked} CPU units, above its {cpu}"));
    }
    let reserved = containers.iter().filter_map(|container| {
        let reservation = container.memory_reservation.filter(|reservation| reservation.0 > 0);
        reservation.or(container.memory)
    });
    let reserved: u64 = reserved.map(|memory| u64::from(memory.0)).sum();
    if let Some(MemoryMib(memory)) = memory.filter(|memory| reserved > u64::from(memory.0)) {
        add(Rule::MemSum, format!("the containers of the task `{family}` ask for {reserved} MiB, above its {memory}"));
    }
}

/// How large a definition is as JSON.
fn bytes(definition: &TaskDefinition) -> usize {
    /// Counts what is written.
    struct Counter(usize);

    impl io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.saturating_add(bytes.len());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut counter = Counter(0);
    serde_json::to_writer(&mut counter, definition).expect("a model without maps of other keys is JSON");
    counter.0
}
