//! How much a container may use, and how large a task on Fargate is.

mod cpu;
mod gpu;
mod swap;
mod task_size;

use super::Target;
use super::fate::lost;
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
        limits: Limits { cpus: cpu_limit, memory: memory_limit, pids },
        reservations: Reservations { cpus: reserved_cpus, memory: reserved_memory, devices, generic_resources },
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
    lost("cpu_count", cpu_count.as_ref(), "only Windows has it", diags);
    lost("cpu_percent", cpu_percent.as_ref(), "only Windows has it", diags);
    lost("cpu_rt_period", cpu_rt_period.as_ref(), "ECS has no real-time scheduling", diags);
    lost("cpu_rt_runtime", cpu_rt_runtime.as_ref(), "ECS has no real-time scheduling", diags);
    lost("cpuset", cpuset.as_ref(), "ECS does not choose among the CPUs of a machine", diags);
    lost("blkio_config", blkio_config.as_ref(), "ECS does not divide the speed of disks", diags);
    lost("generic_resources", generic_resources.first(), "ECS has no resources of the user's own", diags);
    // -1 is no bound, as on ECS.
    let pids = pids.as_ref().or(pids_limit.as_ref()).filter(|pids| pids.value > 0);
    lost("pids_limit", pids, "ECS does not bound the number of processes", diags);

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
        cpu: cpu::units(cpu, diags),
        memory,
        memory_reservation,
        memory_source,
        max_swap: swap.max_swap,
        swappiness: swap.swappiness,
        resource_requirements: gpu::requirements(gpus.iter().chain(devices), target, diags),
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
