//! ECS's units.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Memory in MiB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MemoryMib(pub u32);

/// A 1,024th of a CPU.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CpuUnits(pub u32);

/// Whole seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

/// Reads a number from the string that a task's `cpu` and `memory` are. ECS also takes `1 vCPU` and `2 GB`.
pub(super) fn from_text<'de, T: From<u32>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let number = |text: &str| {
        let letters = text.trim().to_ascii_lowercase();
        match letters.strip_suffix("vcpu").or_else(|| letters.strip_suffix("gb")) {
            Some(large) => thousands(large.trim()),
            None => letters.parse().ok(),
        }
    };
    let read = |text: String| number(&text).map(T::from).ok_or_else(|| serde::de::Error::custom("not a size"));
    text.map(read).transpose()
}

/// A decimal number times 1,024, if that is whole.
fn thousands(text: &str) -> Option<u32> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = u32::try_from(fraction.len()).ok()?;
    let scale = 10_u64.checked_pow(digits)?;
    let all: u64 = format!("{whole}{fraction}").parse().ok()?;
    let product = all.checked_mul(1024)?;
    u32::try_from(product / scale).ok().filter(|_| product % scale == 0)
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

impl From<u32> for MemoryMib {
    fn from(value: u32) -> Self {
        Self(value)
    }
}

impl From<u32> for CpuUnits {
    fn from(value: u32) -> Self {
        Self(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u32>) {
        let read: Result<Option<CpuUnits>, _> = from_text(serde_json::json!(text));
        assert_eq!(read.ok().flatten().map(|units| units.0), expected, "{text}");
    }

    #[test]
    fn sizes_are_numbers_or_have_units() {
        check("512", Some(512));
        check("1 vCPU", Some(1024));
        check("0.5vcpu", Some(512));
        check(".25 vCPU", Some(256));
        check("2GB", Some(2048));
        check("0.3 GB", None);
        check("many", None);
    }
}
