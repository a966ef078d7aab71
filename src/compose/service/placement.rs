//! How many of a service run, and where.

use indexmap::IndexMap;

use crate::source::Spanned;

/// How many of a service run, and where.
#[derive(Debug, Clone, Default)]
pub struct Placement {
    /// `deploy.mode`.
    pub mode: Option<Spanned<Mode>>,
    /// `deploy.replicas` or `scale`: how many.
    pub replicas: Option<Spanned<u32>>,
    /// `deploy.labels`: of the service.
    pub labels: IndexMap<String, Spanned<String>>,
}

/// `deploy.mode`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
}
