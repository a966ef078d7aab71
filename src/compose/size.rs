//! Sizes as Docker writes them: powers of 1024, `1.5g` is 1536 MiB.

/// A number of bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(pub i64);
