//! The size of a task on Fargate.

use super::{ContainerResources, MemorySource};
use crate::diag::{Code, Diagnostics};
use crate::ecs::fargate::smallest_size;
use crate::ecs::unit::{CpuUnits, MemoryMib};
use crate::lower::Target;
use crate::options::LaunchType;
use crate::source::Span;

/// The smallest size that holds all containers of a task, on Fargate; on EC2 a task needs none.
///
/// `task` is where its first service was written.
pub(in crate::lower) fn task_size(
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
    let asked = if cpu == 0 { format!("{memory} MiB") } else { format!("{cpu} CPU units and {memory} MiB") };
    let Some((task_cpu, task_memory)) = smallest_size(CpuUnits(cpu), MemoryMib(memory)) else {
        diags
            .error(Code::Refused, task, format!("no task on Fargate is as large as {asked}"))
            .hint("the largest has 16 CPUs and 120 GiB; `cpus` counts CPUs, not CPU units")
            .hint("give the services tasks of their own, or translate for EC2 with `--launch-type ec2`");
        return None;
    };
    // What follows from defaults alone is said where the default is.
    let is_default = cpu == 0 && containers.iter().all(|it| it.memory_source == MemorySource::Default);
    if (task_cpu.0, task_memory.0) != (cpu, memory) && !is_default {
        let size = format!("{} CPU units and {} MiB", task_cpu.0, task_memory.0);
        diags.note(Code::Inferred, task, format!("the task gets {size}: Fargate's smallest size that holds {asked}"));
    }
    Some((task_cpu, task_memory))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::service::Service;
    use crate::lower::resources::resources;
    use crate::options::LowerOptions;
    use crate::testing::{lower_service, sound_service};

    /// The size of a task with a container for each text; findings are underlined at the first memory.
    #[track_caller]
    fn check(launch_type: LaunchType, texts: &[&str], expected: Option<(u32, u32)>, findings: &[&str]) {
        let options = LowerOptions { launch_type: Some(launch_type), ..LowerOptions::default() };
        let (first, others) = texts.split_first().expect("a text");
        let others: Vec<Service> = others.iter().map(|text| sound_service(text)).collect();
        let (size, found) = lower_service(&options, first, |first, target, diags| {
            let services = std::iter::once(first).chain(&others);
            let containers: Vec<_> = services.map(|service| resources(&service.resources, target, diags)).collect();
            let containers: Vec<_> = containers.iter().collect();
            task_size(&containers, first.resources.mem_limit.expect("memory").span, target, diags)
        });
        assert_eq!(found, findings.join("\n"));
        assert_eq!(size.map(|(cpu, memory)| (cpu.0, memory.0)), expected);
    }

    #[test]
    fn a_task_on_an_instance_has_no_size() {
        check(LaunchType::Ec2, &["mem_limit: 1g"], None, &[]);
    }

    #[test]
    fn the_size_that_fits_needs_no_word() {
        check(LaunchType::Fargate, &["{mem_limit: 512m, cpus: 0.25}"], Some((256, 512)), &[]);
    }

    #[test]
    fn the_size_is_rounded_up() {
        check(
            LaunchType::Fargate,
            &["{mem_limit: 700m, cpus: 0.3}", "{mem_reservation: 100m}", "{}"],
            Some((512, 2048)),
            &[
                "700m | note[inferred]: the task gets 512 CPU units and 2048 MiB: Fargate's smallest size that holds 308 CPU units \
               and 1312 MiB",
            ],
        );
    }

    #[test]
    fn nothing_is_larger_than_the_largest() {
        check(
            LaunchType::Fargate,
            &["mem_limit: 200g"],
            None,
            &["200g | error[refused]: no task on Fargate is as large as 204800 MiB"],
        );
    }
}
