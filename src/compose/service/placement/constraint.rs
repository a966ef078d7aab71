//! `deploy.placement`: `node.labels.disk == ssd`.

/// Where containers must run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constraint {
    /// An attribute and what it must be, or must not be.
    Compare {
        /// What is compared.
        attribute: Attribute,
        /// How.
        operator: Operator,
        /// With what.
        value: String,
    },
    /// Anything else, which Docker Compose lets pass.
    Other(String),
}

/// What Swarm knows of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// `node.id`.
    NodeId,
    /// `node.hostname`.
    NodeHostname,
    /// `node.ip`.
    NodeIp,
    /// `node.role`: `manager` or `worker`.
    NodeRole,
    /// `node.platform.os`: `linux` or `windows`.
    PlatformOs,
    /// `node.platform.arch`: `x86_64`, `aarch64`.
    PlatformArch,
    /// `node.labels.NAME`: a label that somebody gave the machine.
    NodeLabel(String),
    /// `engine.labels.NAME`: a label of the machine's Docker engine.
    EngineLabel(String),
}

/// How an attribute is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
}

/// Over what containers had better be spread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preference {
    /// `spread: ATTRIBUTE`: evenly over the attribute's values.
    Spread(Attribute),
    /// `spread` over anything else, which Docker Compose lets pass.
    SpreadOther(String),
    /// An empty preference, which says nothing.
    Empty,
}
