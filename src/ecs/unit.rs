//! ECS's units.

use serde::{Serialize, Serializer};

/// Memory in MiB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct MemoryMib(pub u32);

/// A 1,024th of a CPU.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CpuUnits(pub u32);

/// Whole seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Seconds(pub u32);

/// Writes a number as the string that a task's `cpu` and `memory` are.
#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
pub(super) fn as_text<T: Copy + Into<u32>, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    value.map(|value| value.into().to_string()).serialize(serializer)
}

impl From<MemoryMib> for u32 {
    fn from(value: MemoryMib) -> Self {
        value.0
    }
}

impl From<CpuUnits> for u32 {
    fn from(value: CpuUnits) -> Self {
        value.0
    }
}
