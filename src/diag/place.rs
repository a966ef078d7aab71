//! Places in the form in which other tools take them.

use serde::Serialize;

use crate::source::{Position, Sources, Span};

/// A place in a file, as people count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Place<'s> {
    /// The file, as the user names it.
    pub file: &'s str,
    /// The line of the first character, from 1.
    pub line: u32,
    /// The first character in its line, from 1.
    pub column: u32,
    /// The line in which the place ends.
    pub end_line: u32,
    /// One past the last character in its line, from 1.
    pub end_column: u32,
}

impl<'s> Place<'s> {
    /// The place of a range.
    #[must_use]
    pub fn of(span: Span, sources: &'s Sources) -> Self {
        let source = sources.get(span.file);
        let Position { line, column } = source.position(span.start);
        let end = source.position(span.end.max(span.start));
        Self { file: source.name(), line, column, end_line: end.line, end_column: end.column }
    }

    /// Whether it lies on one line.
    #[must_use]
    pub const fn is_on_one_line(&self) -> bool {
        self.line == self.end_line
    }
}
