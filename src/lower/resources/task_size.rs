//! The size of a task on Fargate.

use super::super::Target;
use super::ContainerResources;
use crate::diag::{Code, Diagnostics};
use crate::ecs::fargate::smallest_size;
use crate::ecs::unit::{CpuUnits, MemoryMib};
use crate::options::LaunchType;
use crate::source::Span;

/// The smallest size that holds all containers of a task, on Fargate; on EC2 a task needs none.
///
/// `task` is where its first service was written.
pub(in super::super) fn task_size(
    containers: &[&ContainerResources],
    task: Span,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Option<(CpuUnits, MemoryMib)> {
    match target.launch_type {
        LaunchType::Ec2 => return None,
        LaunchType::Fargate => {}
    }
    let cpu = containers.iter().fold(0_u32, |sum, it| sum.saturating_add(it.cpu.unwrap_or_default().0));
    let memory = containers.iter().fold(0_u32, |sum, it| sum.saturating_add(it.counted_memory().0));
    let asked = format!("{cpu} CPU units and {memory} MiB");
    let Some((task_cpu, task_memory)) = smallest_size(CpuUnits(cpu), MemoryMib(memory)) else {
        diags
            .error(Code::Refused, task, format!("no task on Fargate is as large as {asked}"))
            .hint("ask for less, give the services tasks of their own, or translate for EC2 with `--launch-type ec2`");
        return None;
    };
    if (task_cpu.0, task_memory.0) != (cpu, memory) {
        let size = format!("{} CPU units and {} MiB", task_cpu.0, task_memory.0);
        diags.note(Code::Inferred, task, format!("the task gets {size}: Fargate's smallest size that holds {asked}"));
    }
    Some((task_cpu, task_memory))
}
