//! The size of a task.

use super::{ContainerResources, MemorySource};
use crate::compose::extension::size::TaskSize;
use crate::diag::{Code, Diagnostics};
use crate::ecs::fargate::smallest_size;
use crate::ecs::unit::{CpuUnits, MemoryMib};
use crate::lower::Target;
use crate::options::LaunchType;
use crate::source::{Span, Spanned};

/// The size of a task: what `x-ecs` says, else, on Fargate, the smallest that holds all its containers. On EC2 a task
/// needs none.
///
/// `task` is where its first service was written.
pub(in crate::lower) fn task_size(
    containers: &[&ContainerResources],
    (task, written): (Span, Option<&Spanned<TaskSize>>),
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> (Option<CpuUnits>, Option<MemoryMib>) {
    let (own_cpu, own_memory) = written.map_or((None, None), |written| {
        let TaskSize { cpu, memory } = &written.value;
        let cpu = cpu.map(|cpu| CpuUnits::holding(cpu.value.nanos()));
        (cpu, memory.map(|memory| MemoryMib::holding(memory.value.bytes())))
    });
    // What is said in full is taken as it is: a size that Fargate does not have is reported at its place.
    if target.launch_type == LaunchType::Ec2 || (own_cpu.is_some() && own_memory.is_some()) {
        return (own_cpu, own_memory);
    }
    let sum_of_cpu = containers.iter().fold(0_u32, |sum, it| sum.saturating_add(it.cpu.unwrap_or_default().0));
    let sum_of_memory = containers.iter().fold(0_u32, |sum, it| sum.saturating_add(it.counted_memory().0));
    let (cpu, memory) = (own_cpu.map_or(sum_of_cpu, |cpu| cpu.0), own_memory.map_or(sum_of_memory, |memory| memory.0));
    let asked = if cpu == 0 { format!("{memory} MiB") } else { format!("{cpu} CPU units and {memory} MiB") };
    let Some((task_cpu, task_memory)) = smallest_size(CpuUnits(cpu), MemoryMib(memory)) else {
        diags
            .error(Code::Refused, task, format!("no task on Fargate is as large as {asked}"))
            .hint("the largest has 16 CPUs and 120 GiB; `cpus` counts CPUs, not CPU units")
            .hint("give the services tasks of their own, or translate for EC2 with `--launch-type ec2`");
        return (None, None);
    };
    // What follows from defaults alone is said where the default is.
    let is_default = cpu == 0 && containers.iter().all(|it| it.memory_source == MemorySource::Default);
    if (task_cpu.0, task_memory.0) != (cpu, memory) && !is_default {
        let size = format!("{} CPU units and {} MiB", task_cpu.0, task_memory.0);
        diags.note(Code::Inferred, task, format!("the task gets {size}: Fargate's smallest size that holds {asked}"));
    }
    (Some(task_cpu), Some(task_memory))
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
            let span = first.resources.mem_limit.expect("memory").span;
            task_size(&containers, (span, first.extension.task.size.task_size.as_ref()), target, diags)
        });
        assert_eq!(found, findings.join("\n"));
        assert_eq!(size.0.zip(size.1).map(|(cpu, memory)| (cpu.0, memory.0)), expected);
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
    fn a_size_that_is_written_holds() {
        let written = |size: &str| format!("{{mem_limit: 512m, x-ecs: {{task_size: {{{size}}}}}}}");
        for launch_type in [LaunchType::Ec2, LaunchType::Fargate] {
            check(launch_type, &[&written("cpu: 0.5, memory: 2g")], Some((512, 2048)), &[]);
        }
        let note = "512m | note[inferred]: the task gets 1024 CPU units and 2048 MiB: Fargate's smallest size that holds \
                    1024 CPU units and 512 MiB";
        check(LaunchType::Fargate, &[&written("cpu: 1")], Some((1024, 2048)), &[note]);
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
