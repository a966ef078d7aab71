//! `tmpfs` of a service.

/// An entry of `tmpfs`: `PATH[:OPTION,…]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tmpfs {
    /// Where it appears in the container.
    pub target: String,
    /// `size=…`: how large it may grow.
    pub size: Option<TmpfsSize>,
    /// The other options of `mount`, as written.
    pub options: Vec<String>,
}

/// How large a directory in memory may grow, in the kernel's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TmpfsSize {
    /// A number of bytes.
    Bytes(u64),
    /// A part of the machine's memory, or something that the kernel refuses.
    Other(String),
}
