//! How much a service may use.

pub mod blkio;
pub mod device_request;

use super::super::nano_cpus::NanoCpus;
use super::super::size::ByteSize;
use crate::source::Spanned;
use blkio::BlkioConfig;
use device_request::{DeviceRequest, GenericResource};

/// How much a service may use.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    /// `deploy.resources.limits`: what it may not go beyond.
    pub limits: Limits,
    /// `deploy.resources.reservations`: what is kept free for it.
    pub reservations: Reservations,
    /// `cpus`: how many CPUs it may use; the older name of `deploy.resources.limits.cpus`.
    pub cpus: Option<Spanned<NanoCpus>>,
    /// `cpu_shares`: its weight when CPU time is short; 1,024 is Docker's default.
    pub cpu_shares: Option<Spanned<i64>>,
    /// `cpu_count`: how many CPUs it sees on Windows.
    pub cpu_count: Option<Spanned<i64>>,
    /// `cpu_percent`: how much of the CPUs it may use on Windows.
    pub cpu_percent: Option<Spanned<f64>>,
    /// `cpu_period`: in how many microseconds `cpu_quota` is counted.
    pub cpu_period: Option<Spanned<i64>>,
    /// `cpu_quota`: how many microseconds of CPU time it may use per period.
    pub cpu_quota: Option<Spanned<i64>>,
    /// `cpu_rt_period`: in how many microseconds `cpu_rt_runtime` is counted.
    pub cpu_rt_period: Option<Spanned<i64>>,
    /// `cpu_rt_runtime`: how many microseconds of real-time CPU it may use per period.
    pub cpu_rt_runtime: Option<Spanned<i64>>,
    /// `cpuset`: which CPUs it may use.
    pub cpuset: Option<Spanned<String>>,
    /// `mem_limit`: how much memory it may use; the older name of `deploy.resources.limits.memory`.
    pub mem_limit: Option<Spanned<ByteSize>>,
    /// `mem_reservation`: the older name of `deploy.resources.reservations.memory`.
    pub mem_reservation: Option<Spanned<ByteSize>>,
    /// `mem_swappiness`: how readily its memory is swapped, from 0 to 100.
    pub mem_swappiness: Option<Spanned<i64>>,
    /// `memswap_limit`: how much memory and swap it may use together; -1 is any amount.
    pub memswap_limit: Option<Spanned<ByteSize>>,
    /// `pids_limit`: the older name of `deploy.resources.limits.pids`.
    pub pids_limit: Option<Spanned<i64>>,
    /// `blkio_config`: how it shares block devices.
    pub blkio_config: Option<Spanned<BlkioConfig>>,
    /// `gpus`: GPUs that it may use.
    pub gpus: Vec<Spanned<DeviceRequest>>,
}

/// `deploy.resources.limits`.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// `cpus`: how many CPUs it may use.
    pub cpus: Option<Spanned<NanoCpus>>,
    /// `memory`: how much memory it may use.
    pub memory: Option<Spanned<ByteSize>>,
    /// `pids`: how many processes it may have.
    pub pids: Option<Spanned<i64>>,
}

/// `deploy.resources.reservations`.
#[derive(Debug, Clone, Default)]
pub struct Reservations {
    /// `cpus`: how many CPUs are kept free for it.
    pub cpus: Option<Spanned<NanoCpus>>,
    /// `memory`: how much memory is kept free for it.
    pub memory: Option<Spanned<ByteSize>>,
    /// `devices`: devices that it needs.
    pub devices: Vec<Spanned<DeviceRequest>>,
    /// `generic_resources`: what else it needs, in words of the user's own.
    pub generic_resources: Vec<Spanned<GenericResource>>,
}
