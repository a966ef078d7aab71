//! Clusters, and what tasks are placed on.

pub(crate) mod calls;
mod instances;
mod place;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::definition::Port;
use crate::tags::Tags;

pub use instances::Machine;
pub(crate) use place::Unplaced;

/// A cluster.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// Whether it can be used.
    pub status: ClusterStatus,
    /// Its tags.
    pub tags: Tags,
    /// `settings`, `configuration`, `capacityProviders`, `defaultCapacityProviderStrategy`…
    pub members: Map<String, Value>,
    /// Its container instances, by their ids.
    pub(crate) instances: BTreeMap<String, Instance>,
}

/// Whether a cluster can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterStatus {
    /// It can be used.
    Active,
    /// It was deleted.
    Inactive,
}

/// A container instance, and what is left of it.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) machine: Machine,
    pub(crate) cpu: u64,
    pub(crate) memory: u64,
    pub(crate) ports: BTreeSet<Port>,
    pub(crate) tasks: u64,
}
