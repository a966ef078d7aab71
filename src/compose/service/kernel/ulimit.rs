//! `ulimits`: resource limits.

/// A resource limit; -1 is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ulimit {
    /// `soft`: the limit that a process may raise.
    pub soft: i64,
    /// `hard`: the limit that it may not.
    pub hard: i64,
}
