//! What can be wrong with a `$`.

use std::ops::Range;

use thiserror::Error;

/// How deep variables may stand in each other's operands.
pub(super) const MAX_DEPTH: usize = 100;

/// How many bytes the values of variables may add to a file: beyond all reason, but not beyond all memory.
pub(super) const MAX_SIZE: usize = 64 << 20;

/// A `$` that cannot be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem}")]
pub(in crate::compose) struct InterpolationError {
    /// The bytes of the text that it is about.
    pub(in crate::compose) range: Range<usize>,
    /// What is wrong.
    pub(in crate::compose) problem: Problem,
}

/// What is wrong with a `$`. Values of variables are never told.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(in crate::compose) enum Problem {
    /// `${}` or `${1}`.
    #[error("`${{` must be followed by the name of a variable")]
    NoName,
    /// `${A.B}`. Neither here nor below is the name told, as it may be a part of a secret in which `${` stands.
    #[error("in `${{…}}` the name must be followed by `}}`, or by `-`, `+` or `?`, with or without a `:`")]
    Operator,
    /// `${A:-b`.
    #[error("`${{` is not closed in its line")]
    Unclosed,
    /// `${A?message}`, where the variable has no value.
    #[error("the required variable `{name}` has no value{}{message}", if message.is_empty() { "" } else { ": " })]
    Required {
        /// The variable.
        name: String,
        /// What the file says about it, as it is written.
        message: String,
    },
    /// Operands within operands beyond all reason.
    #[error("variables stand more than {MAX_DEPTH} deep in each other")]
    Depth,
    /// `B=$A$A`, `C=$B$B`, and so on.
    #[error("the values of variables add up to more than {} MiB", MAX_SIZE >> 20)]
    Size,
}
