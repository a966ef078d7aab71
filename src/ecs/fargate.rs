//! The sizes that Fargate tasks come in.
//!
//! The table: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html>.

use super::unit::{CpuUnits, MemoryMib};

/// The sizes that go with one amount of CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// The CPU.
    pub cpu: CpuUnits,
    /// The amounts of memory, in rising order.
    pub memory: Memory,
}

/// Amounts of memory that go with one amount of CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// These.
    OneOf(&'static [MemoryMib]),
    /// Every `step` from `first` to `last`.
    Steps {
        /// The least.
        first: MemoryMib,
        /// The most.
        last: MemoryMib,
        /// What lies between two of them.
        step: MemoryMib,
    },
}

/// MiB in what the table calls a GB.
const GB: u32 = 1024;

/// `first` to `last` GB, every `step` GB.
const fn steps(first: u32, last: u32, step: u32) -> Memory {
    Memory::Steps { first: MemoryMib(first * GB), last: MemoryMib(last * GB), step: MemoryMib(step * GB) }
}

/// Every size of a Linux task, in ECS's order.
pub const SIZES: &[Size] = &[
    Size { cpu: CpuUnits(256), memory: Memory::OneOf(&[MemoryMib(512), MemoryMib(GB), MemoryMib(2 * GB)]) },
    Size { cpu: CpuUnits(512), memory: steps(1, 4, 1) },
    Size { cpu: CpuUnits(1024), memory: steps(2, 8, 1) },
    Size { cpu: CpuUnits(2048), memory: steps(4, 16, 1) },
    Size { cpu: CpuUnits(4096), memory: steps(8, 30, 1) },
    Size { cpu: CpuUnits(8192), memory: steps(16, 60, 4) },
    Size { cpu: CpuUnits(16384), memory: steps(32, 120, 8) },
];

impl Memory {
    /// The least amount that is `asked` or more.
    #[must_use]
    pub fn at_least(self, asked: MemoryMib) -> Option<MemoryMib> {
        match self {
            Self::OneOf(amounts) => amounts.iter().copied().find(|amount| *amount >= asked),
            Self::Steps { first, last, step } => {
                let beyond = asked.0.saturating_sub(first.0).div_ceil(step.0);
                let amount = MemoryMib(first.0.saturating_add(beyond.saturating_mul(step.0)));
                (amount <= last).then_some(amount)
            }
        }
    }
}

/// The smallest size that holds what is asked, rounded up: never less of either.
///
/// The least CPU that will do comes first, then the least memory that goes with it. Nothing is large enough beyond
/// 16 vCPU or 120 GB.
#[must_use]
pub fn smallest_size(cpu: CpuUnits, memory: MemoryMib) -> Option<(CpuUnits, MemoryMib)> {
    let mut enough = SIZES.iter().filter(|size| size.cpu >= cpu);
    enough.find_map(|size| Some((size.cpu, size.memory.at_least(memory)?)))
}

/// Whether Fargate has tasks of exactly this size.
#[must_use]
pub fn is_valid(cpu: CpuUnits, memory: MemoryMib) -> bool {
    SIZES.iter().any(|size| size.cpu == cpu && size.memory.at_least(memory) == Some(memory))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(asked: (u32, u32), expected: Option<(u32, u32)>) {
        let found = smallest_size(CpuUnits(asked.0), MemoryMib(asked.1));
        assert_eq!(found.map(|(cpu, memory)| (cpu.0, memory.0)), expected, "{asked:?}");
    }

    /// Every size, one by one.
    fn all() -> impl Iterator<Item = (CpuUnits, MemoryMib)> {
        SIZES.iter().flat_map(|size| {
            let first = size.memory.at_least(MemoryMib(0));
            let amounts =
                std::iter::successors(first, |amount| size.memory.at_least(MemoryMib(amount.0.saturating_add(1))));
            amounts.map(|memory| (size.cpu, memory))
        })
    }

    #[test]
    fn what_is_asked_is_rounded_up() {
        check((0, 0), Some((256, 512)));
        check((256, 512), Some((256, 512)));
        check((256, 513), Some((256, 1024)));
        check((257, 513), Some((512, 1024)));
        check((1000, 1536), Some((1024, 2048)));
        check((8192, 16 * 1024 + 1), Some((8192, 20 * 1024)));
    }

    #[test]
    fn much_memory_brings_more_cpu() {
        check((256, 2049), Some((512, 3072)));
        check((256, 120 * 1024), Some((16384, 120 * 1024)));
    }

    #[test]
    fn nothing_is_larger_than_the_largest() {
        check((16384, 120 * 1024 + 1), None);
        check((16385, 512), None);
        check((u32::MAX, u32::MAX), None);
    }

    #[test]
    fn there_are_as_many_sizes_as_the_table_has() {
        assert_eq!(all().count(), 3 + 4 + 7 + 13 + 23 + 12 + 12);
        assert!(all().all(|(cpu, memory)| is_valid(cpu, memory)));
        assert!(!is_valid(CpuUnits(256), MemoryMib(768)));
        assert!(!is_valid(CpuUnits(300), MemoryMib(1024)));
        assert!(!is_valid(CpuUnits(8192), MemoryMib(17 * 1024)));
    }

    proptest! {
        #[test]
        fn the_smallest_size_is_valid_and_enough_and_none_is_smaller(cpu in 0..20_000_u32, memory in 0..130_000_u32) {
            let (cpu, memory) = (CpuUnits(cpu), MemoryMib(memory));
            let enough: Vec<_> = all().filter(|size| size.0 >= cpu && size.1 >= memory).collect();
            match smallest_size(cpu, memory) {
                None => prop_assert!(enough.is_empty()),
                Some(size) => {
                    prop_assert!(is_valid(size.0, size.1));
                    prop_assert!(size.0 >= cpu && size.1 >= memory);
                    prop_assert!(enough.iter().all(|other| *other >= size));
                }
            }
        }
    }
}
