//! `devices`: devices of the machine.

/// A device of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// `source`: its path on the machine, or its name with the Container Device Interface.
    pub source: String,
    /// `target`: its path in the container; the same where none is given.
    pub target: String,
    /// `permissions`: what may be done with it, of `r`, `w` and `m`.
    pub permissions: String,
}
