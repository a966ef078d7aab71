//! The size of a task as ECS reads it: units of CPU and MiB, or `0.5 vCPU` and `2GB`.
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size>

use crate::compose::nano_cpus::NanoCpus;
use crate::compose::size::ByteSize;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, StringOrNumber};

/// Reads the CPUs of a task.
pub(super) fn cpus(node: &Node, diags: &mut Diagnostics) -> Option<Spanned<NanoCpus>> {
    let StringOrNumber(text) = StringOrNumber::decode(node, diags)?;
    let cpus = parse_cpus(&text);
    if cpus.is_none() {
        let message = format!("invalid value `{text}`: ECS takes units of CPU like `256`, or `0.25 vCPU`");
        diags.error(Code::InvalidValue, node.span, message);
    }
    cpus.map(|cpus| Spanned::new(cpus, node.span))
}

/// Reads the memory of a task.
pub(super) fn memory(node: &Node, diags: &mut Diagnostics) -> Option<Spanned<ByteSize>> {
    let StringOrNumber(text) = StringOrNumber::decode(node, diags)?;
    let memory = parse_memory(&text);
    if memory.is_none() {
        let message = format!("invalid value `{text}`: ECS takes MiB like `512`, or `0.5GB`");
        diags.error(Code::InvalidValue, node.span, message);
    }
    memory.map(|memory| Spanned::new(memory, node.span))
}

/// Units of CPU, or CPUs. Of a unit, what is less than a billionth of a CPU is dropped: as units it is the same again.
fn parse_cpus(text: &str) -> Option<NanoCpus> {
    const NANOS: u64 = 1_000_000_000;
    const UNITS: u64 = 1024;
    let text = text.trim().to_ascii_lowercase();
    if let Some(cpus) = text.strip_suffix("vcpu") {
        return cpus.trim_end().parse().ok();
    }
    let units: u32 = text.parse().ok()?;
    let nanos = u64::from(units) * NANOS / UNITS;
    format!("{}.{:09}", nanos / NANOS, nanos % NANOS).parse().ok()
}

/// MiB, or GB, by which ECS means GiB.
fn parse_memory(text: &str) -> Option<ByteSize> {
    let text = text.trim().to_ascii_lowercase();
    if text.ends_with("gb") {
        return text.parse().ok();
    }
    let mebibytes: u32 = text.parse().ok()?;
    Some(ByteSize(i64::from(mebibytes) << 20))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecs::unit::{CpuUnits, MemoryMib};

    #[track_caller]
    fn check(cpus: &str, memory: &str, expected: (Option<u32>, Option<u32>)) {
        let cpus = parse_cpus(cpus).map(|cpus| CpuUnits::holding(cpus.nanos()).0);
        let memory = parse_memory(memory).map(|memory| MemoryMib::holding(memory.bytes()).0);
        assert_eq!((cpus, memory), expected);
    }

    #[test]
    fn a_size_has_two_forms() {
        check("256", "512", (Some(256), Some(512)));
        check("0.25 vCPU", "0.5GB", (Some(256), Some(512)));
        check(".5vcpu", "2 gb", (Some(512), Some(2048)));
    }

    #[test]
    fn anything_else_is_no_size() {
        check("0.25", "512m", (None, None));
        check("vCPU", "GB", (None, None));
        check("-256", "-1", (None, None));
    }

    #[test]
    fn every_number_of_units_comes_back() {
        for units in 0..=20_000 {
            let cpus = parse_cpus(&units.to_string()).map(|cpus| CpuUnits::holding(cpus.nanos()).0);
            assert_eq!(cpus, Some(units));
        }
    }
}
