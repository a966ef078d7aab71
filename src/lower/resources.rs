//! How much a container may use, and how large a task on Fargate is.

mod cpu;
mod gpu;
mod swap;
mod task_size;

use super::Target;
use super::fate::fate;
use crate::compose::service::resources::{Limits, Reservations, Resources};
use crate::compose::size::ByteSize;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::ResourceRequirement;
use crate::ecs::unit::{CpuUnits, MemoryMib};
use crate::options::LaunchType;
use crate::source::Spanned;

pub(super) use task_size::task_size;

/// The memory that is counted for a container of which Compose says nothing: ECS must know a figure.
pub(super) const DEFAULT_MEMORY: MemoryMib = MemoryMib(512);

/// The least memory that Docker gives a container.
const LEAST_MEMORY: MemoryMib = MemoryMib(6);

/// What ECS is told of what a container may use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ContainerResources {
    /// Its share of CPU time.
    pub(super) cpu: Option<CpuUnits>,
    /// The memory beyond which it is killed.
    pub(super) memory: Option<MemoryMib>,
    /// The memory that is kept free for it.
    pub(super) memory_reservation: Option<MemoryMib>,
    /// Where the figure of memory comes from.
    pub(super) memory_source: MemorySource,
    /// How much may be swapped; a field of `linuxParameters`.
    pub(super) max_swap: Option<MemoryMib>,
    /// How readily memory is swapped; a field of `linuxParameters`.
    pub(super) swappiness: Option<u32>,
    /// GPUs.
    pub(super) resource_requirements: Vec<ResourceRequirement>,
}

/// Where the figure of memory comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum MemorySource {
    /// The file says nothing: [`DEFAULT_MEMORY`] is counted.
    #[default]
    Default,
    /// The file.
    File,
}

impl ContainerResources {
    /// The same without memory, where the file says nothing of it.
    pub(super) fn without_default(self) -> Self {
        match self.memory_source {
            MemorySource::Default => Self { memory_reservation: None, ..self },
            MemorySource::File => self,
        }
    }

    /// The memory that a task must have for the container.
    fn counted_memory(&self) -> MemoryMib {
        self.memory.or(self.memory_reservation).unwrap_or(DEFAULT_MEMORY)
    }
}

/// Says how much a container may use.
///
/// On Fargate, where the task has a size of its own, a container without figures has none; on EC2 it gets
/// [`DEFAULT_MEMORY`] as its reservation, beyond which it may grow.
pub(super) fn resources(resources: &Resources, target: Target<'_>, diags: &mut Diagnostics) -> ContainerResources {
    let Resources {
        limits,
        reservations,
        cpus,
        cpu_shares,
        cpu_count,
        cpu_percent,
        cpu_period,
        cpu_quota,
        cpu_rt_period,
        cpu_rt_runtime,
        cpuset,
        mem_limit,
        mem_reservation,
        mem_swappiness,
        memswap_limit,
        pids_limit,
        blkio_config,
        gpus,
    } = resources;
    let Limits { cpus: cpu_limit, memory: memory_limit, pids } = limits.clone().unwrap_or_default();
    let Reservations { cpus: reserved_cpus, memory: reserved_memory, devices, generic_resources } =
        reservations.clone().unwrap_or_default();
    fate!("services.*.cpu_count").report_if(cpu_count.as_ref(), diags);
    fate!("services.*.cpu_percent").report_if(cpu_percent.as_ref(), diags);
    fate!("services.*.cpu_rt_period").report_if(cpu_rt_period.as_ref(), diags);
    fate!("services.*.cpu_rt_runtime").report_if(cpu_rt_runtime.as_ref(), diags);
    fate!("services.*.cpuset").report_if(cpuset.as_ref(), diags);
    fate!("services.*.blkio_config").report_if(blkio_config.as_ref(), diags);
    // -1 is no bound, as on ECS.
    let pids = pids.as_ref().or(pids_limit.as_ref()).filter(|pids| pids.value > 0);
    fate!("services.*.pids_limit").report_if(pids, diags);

    // Where both stand, the older key says the same: the facet has seen to that.
    let limit = memory_limit.as_ref().or(mem_limit.as_ref());
    let memory = limit.and_then(|limit| memory(limit, diags));
    let reserved = reserved_memory.as_ref().or(mem_reservation.as_ref());
    let mut memory_reservation = reserved.and_then(|reserved| self::memory(reserved, diags));
    let memory_source = match memory.or(memory_reservation) {
        Some(_) => MemorySource::File,
        None => MemorySource::Default,
    };
    if memory_source == MemorySource::Default && target.launch_type == LaunchType::Ec2 {
        memory_reservation = Some(DEFAULT_MEMORY);
    }
    let swap = swap::swap(limit, memswap_limit.as_ref(), mem_swappiness.as_ref(), (target, diags));
    let cpu = cpu::Cpu {
        limit: cpu_limit.as_ref().or(cpus.as_ref()),
        reserved: reserved_cpus.as_ref(),
        shares: cpu_shares.as_ref(),
        quota: cpu_quota.as_ref(),
        period: cpu_period.as_ref(),
    };
    ContainerResources {
        cpu: cpu::units(cpu, target, diags),
        memory,
        memory_reservation,
        memory_source,
        max_swap: swap.max_swap,
        swappiness: swap.swappiness,
        resource_requirements: gpu::requirements((gpus, &devices), &generic_resources, target, diags),
    }
}

/// Memory in whole MiB, rounded up, and at least what Docker gives. A negative size is no bound, which ECS says by
/// saying nothing.
fn memory(size: &Spanned<ByteSize>, diags: &mut Diagnostics) -> Option<MemoryMib> {
    let bytes = size.value.bytes();
    if bytes < 0 {
        return None;
    }
    let memory = MemoryMib::holding(bytes);
    if memory < LEAST_MEMORY {
        let message = format!("{bytes} bytes become {} MiB, the least that a container can have", LEAST_MEMORY.0);
        diags.warn(Code::Approximated, size.span, message);
    }
    Some(memory.max(LEAST_MEMORY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecs::container::ResourceType;
    use crate::options::LowerOptions;
    use crate::testing::lower_service;

    const EC2: LaunchType = LaunchType::Ec2;
    const FARGATE: LaunchType = LaunchType::Fargate;

    #[track_caller]
    fn check(launch_type: LaunchType, text: &str, expected: ContainerResources, findings: &[&str]) {
        let options = LowerOptions { launch_type: Some(launch_type), ..LowerOptions::default() };
        let found =
            lower_service(&options, text, |service, target, diags| resources(&service.resources, target, diags));
        assert_eq!(found, (expected, findings.join("\n")));
    }

    /// What Compose says of memory becomes these figures, on EC2 and on Fargate.
    #[track_caller]
    fn memory(text: &str, limit: Option<u32>, reservation: Option<u32>, findings: &[&str]) {
        for launch_type in [EC2, FARGATE] {
            let expected = ContainerResources {
                memory: limit.map(MemoryMib),
                memory_reservation: reservation.map(MemoryMib),
                memory_source: MemorySource::File,
                ..ContainerResources::default()
            };
            check(launch_type, text, expected, findings);
        }
    }

    /// What Compose says of anything but memory, on Fargate, where no memory is added.
    #[track_caller]
    fn without_memory(text: &str, expected: ContainerResources, findings: &[&str]) {
        check(FARGATE, text, expected, findings);
    }

    fn units(units: u32) -> ContainerResources {
        ContainerResources { cpu: Some(CpuUnits(units)), ..ContainerResources::default() }
    }

    fn defaulted() -> ContainerResources {
        ContainerResources { memory_reservation: Some(DEFAULT_MEMORY), ..ContainerResources::default() }
    }

    #[test]
    fn limits_and_reservations_have_their_likes() {
        memory("{mem_limit: 1g, mem_reservation: 512m}", Some(1024), Some(512), &[]);
        memory("{deploy: {resources: {limits: {memory: 1.5g}}}}", Some(1536), None, &[]);
        memory(
            "{deploy: {resources: {reservations: {memory: 100k}}}, mem_limit: 7m}",
            Some(7),
            Some(6),
            &["100k | warning[approximated]: 102400 bytes become 6 MiB, the least that a container can have"],
        );
    }

    #[test]
    fn memory_is_rounded_up() {
        memory("mem_limit: 10000001", Some(10), None, &[]);
        memory(
            "mem_limit: 1k",
            Some(6),
            None,
            &["1k | warning[approximated]: 1024 bytes become 6 MiB, the least that a container can have"],
        );
    }

    #[test]
    fn without_a_figure_of_memory_there_is_a_default() {
        check(EC2, "{}", defaulted(), &[]);
        check(EC2, "mem_limit: -1", defaulted(), &[]);
        check(FARGATE, "{}", ContainerResources::default(), &[]);
    }

    #[test]
    fn cpus_are_units() {
        without_memory("cpus: 0.5", units(512), &[]);
        without_memory("cpus: 0.0001", units(1), &[]);
        without_memory("cpu_shares: 73", units(73), &[]);
        without_memory("{deploy: {resources: {reservations: {cpus: '1.5'}}}}", units(1536), &[]);
    }

    #[test]
    fn a_limit_of_cpus_holds_nobody_on_an_instance() {
        let expected = ContainerResources { memory_reservation: Some(DEFAULT_MEMORY), ..units(256) };
        let finding = "0.25 | note[approximated]: 256 CPU units are kept free for the container, which may use more when nobody \
                       else does";
        check(EC2, "cpus: 0.25", expected, &[finding]);
    }

    #[test]
    fn one_figure_of_cpu_counts() {
        without_memory(
            "{cpu_shares: 73, cpus: 1, deploy: {resources: {reservations: {cpus: 0.5}}}}",
            units(1024),
            &[
                "0.5 | warning[approximated]: `reservations.cpus` is left out: ECS has one figure of CPU, which `cpus` gives",
                "73 | warning[approximated]: `cpu_shares` is left out: ECS has one figure of CPU, which `cpus` gives",
            ],
        );
        without_memory("{cpu_shares: 512, cpus: 0.5}", units(512), &[]);
        without_memory(
            "{cpu_shares: -1, cpus: -1}",
            ContainerResources::default(),
            &[
                "-1 | warning[lost]: `cpus` is left out: it is negative",
                "-1 | warning[lost]: `cpu_shares` is left out: it is negative",
            ],
        );
    }

    #[test]
    fn swap_counts_beyond_the_memory() {
        let swap = |max_swap, swappiness| ContainerResources {
            memory: Some(MemoryMib(1024)),
            memory_source: MemorySource::File,
            max_swap: Some(MemoryMib(max_swap)),
            swappiness,
            ..ContainerResources::default()
        };
        check(EC2, "{mem_limit: 1g, memswap_limit: 3g, mem_swappiness: 60}", swap(2048, Some(60)), &[]);
        check(EC2, "{mem_limit: 1g, memswap_limit: 1g, mem_swappiness: -1}", swap(0, None), &[]);
    }

    #[test]
    fn swap_that_ecs_cannot_say_is_lost() {
        check(
            EC2,
            "memswap_limit: 1g",
            defaulted(),
            &["1g | warning[lost]: `memswap_limit` is left out: it needs a limit of memory beside it"],
        );
        check(
            EC2,
            "memswap_limit: -1",
            defaulted(),
            &[
                "-1 | warning[lost]: `memswap_limit` is left out: ECS leaves it to the instance how much a container without a \
             limit swaps",
            ],
        );
        check(
            EC2,
            "mem_swappiness: 60",
            defaulted(),
            &["60 | warning[lost]: `mem_swappiness` is left out: ECS heeds it only where swap has a limit"],
        );
        check(
            EC2,
            "mem_swappiness: 200",
            defaulted(),
            &["200 | warning[lost]: `mem_swappiness` is left out: it is not from 0 to 100"],
        );
        without_memory(
            "{memswap_limit: 1g, mem_swappiness: 60}",
            ContainerResources::default(),
            &[
                "1g | warning[lost]: `memswap_limit` is left out: tasks on Fargate do not swap",
                "60 | warning[lost]: `mem_swappiness` is left out: tasks on Fargate do not swap",
            ],
        );
    }

    #[test]
    fn gpus_are_counted() {
        let gpus = |count: &str| ContainerResources {
            resource_requirements: vec![ResourceRequirement { value: count.to_owned(), kind: ResourceType::Gpu }],
            ..defaulted()
        };
        check(EC2, "gpus: [{count: 2}]", gpus("2"), &[]);
        let devices =
            "{deploy: {resources: {reservations: {devices: [{driver: nvidia, count: 1, capabilities: [gpu]}]}}}}";
        check(EC2, devices, gpus("1"), &[]);
        check(
            EC2,
            "gpus: [{device_ids: [a, b]}]",
            gpus("2"),
            &[
                "{device_ids: [a, b]} | warning[approximated]: ECS reserves 2 of the GPUs, but does not let them be chosen",
            ],
        );
    }

    #[test]
    fn gpus_that_ecs_cannot_reserve_are_reported() {
        check(
            EC2,
            "gpus: all",
            defaulted(),
            &["all | warning[lost]: `gpus` is left out: ECS must know how many GPUs a container gets"],
        );
        check(
            EC2,
            "gpus: [{driver: amd}]",
            defaulted(),
            &["amd | warning[lost]: `gpus` is left out: ECS knows GPUs of NVIDIA only"],
        );
        check(
            EC2,
            "gpus: [{capabilities: [tpu]}]",
            defaulted(),
            &["tpu | warning[lost]: `gpus` is left out: ECS reserves GPUs, and no device with the capability `tpu`"],
        );
        without_memory(
            "gpus: [{count: 1}]",
            ContainerResources::default(),
            &["{count: 1} | error[refused]: Fargate has no GPUs"],
        );
    }

    #[test]
    fn what_ecs_lacks_is_reported() {
        without_memory(
            "{cpu_count: 1, cpu_percent: 50, cpu_rt_period: 1, cpu_rt_runtime: 2, cpuset: 0-3, pids_limit: 5,
              blkio_config: {weight: 300}, cpu_quota: 50000, cpu_period: 100000}",
            ContainerResources::default(),
            &[
                "1 | warning[lost]: `cpu_count` is left out: only Windows has it",
                "50 | warning[lost]: `cpu_percent` is left out: only Windows has it",
                "1 | warning[lost]: `cpu_rt_period` is left out: ECS has no real-time scheduling",
                "2 | warning[lost]: `cpu_rt_runtime` is left out: ECS has no real-time scheduling",
                "0-3 | warning[lost]: `cpuset` is left out: ECS does not choose among the CPUs of a machine",
                "{weight: 300} | warning[lost]: `blkio_config` is left out: ECS does not divide the speed of disks",
                "5 | warning[lost]: `pids_limit` is left out: ECS does not bound the number of processes",
                "50000 | warning[lost]: `cpu_quota` is left out: ECS counts CPUs, not their time",
            ],
        );
        without_memory("pids_limit: -1", ContainerResources::default(), &[]);
    }
}
