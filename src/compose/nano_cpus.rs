//! CPUs as Docker writes them: `0.5`.

/// A number of billionths of a CPU.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NanoCpus(pub i64);
