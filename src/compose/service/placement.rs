//! How many of a service run, and where.

pub mod constraint;
pub mod update;

use indexmap::IndexMap;

use crate::source::Spanned;
use constraint::{Constraint, Preference};
use update::{RestartPolicy, UpdateConfig};

/// How many of a service run, and where.
#[derive(Debug, Clone, Default)]
pub struct Placement {
    /// `deploy.mode`.
    pub mode: Option<Spanned<Mode>>,
    /// `deploy.replicas` or `scale`: how many.
    pub replicas: Option<Spanned<u32>>,
    /// `deploy.labels`: of the service.
    pub labels: IndexMap<String, Spanned<String>>,
    /// `deploy.endpoint_mode`: how Swarm answers for the service's name.
    pub endpoint_mode: Option<Spanned<EndpointMode>>,
    /// `deploy.update_config`: how a new revision takes over.
    pub update_config: Option<Spanned<UpdateConfig>>,
    /// `deploy.rollback_config`: how the revision before comes back.
    pub rollback_config: Option<Spanned<UpdateConfig>>,
    /// `deploy.restart_policy`: what happens when a container ends.
    pub restart_policy: Option<Spanned<RestartPolicy>>,
    /// `deploy.placement.constraints`: where containers must run.
    pub constraints: Vec<Spanned<Constraint>>,
    /// `deploy.placement.preferences`: over what containers had better be spread.
    pub preferences: Vec<Spanned<Preference>>,
    /// `deploy.placement.max_replicas_per_node`: how many may share a machine; 0 is any number.
    pub max_replicas_per_node: Option<Spanned<u64>>,
}

/// `deploy.mode`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `replicated`: as many as `replicas` says.
    #[default]
    Replicated,
    /// `global`: one on every machine.
    Global,
    /// `replicated-job`: as many as `replicas` says, until they end.
    ReplicatedJob,
    /// `global-job`: one on every machine, until it ends.
    GlobalJob,
    /// Anything else, which Docker Compose takes for `replicated`.
    Other(String),
}

/// `deploy.endpoint_mode`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndpointMode {
    /// `vip`: one address that stands for all containers.
    VirtualIp,
    /// `dnsrr`: the addresses of all containers, in turns.
    DnsRoundRobin,
    /// Anything else, which Docker Compose lets pass.
    Other(String),
}
