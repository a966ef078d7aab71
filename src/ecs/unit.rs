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

impl MemoryMib {
    /// The whole MiB that hold a number of bytes: rounded up, never less than asked for. Less than nothing is nothing.
    #[must_use]
    pub fn holding(bytes: i64) -> Self {
        const BYTES_PER_MIB: u64 = 1024 * 1024;
        let mebibytes = u64::try_from(bytes).unwrap_or_default().div_ceil(BYTES_PER_MIB);
        Self(u32::try_from(mebibytes).unwrap_or(u32::MAX))
    }
}

impl CpuUnits {
    /// The whole units that hold a number of billionths of a CPU: rounded up, never less than asked for. Less than
    /// nothing is nothing.
    #[must_use]
    pub fn holding(nano_cpus: i64) -> Self {
        const NANOS_PER_CPU: u128 = 1_000_000_000;
        let units = (u128::try_from(nano_cpus).unwrap_or_default() * 1024).div_ceil(NANOS_PER_CPU);
        Self(u32::try_from(units).unwrap_or(u32::MAX))
    }
}

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
