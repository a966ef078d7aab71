//! Files with findings about them.

use std::ops::Range;

use super::Diagnostics;
use crate::source::{FileId, Sources, Span};

/// Files, and the findings that are made of them.
pub(super) struct Case {
    pub(super) sources: Sources,
    files: Vec<FileId>,
    pub(super) diags: Diagnostics,
}

impl Case {
    /// Files called `compose.yml` and `other.yml`.
    pub(super) fn new(texts: &[&str]) -> Self {
        let mut case = Self { sources: Sources::default(), files: Vec::new(), diags: Diagnostics::default() };
        for (text, name) in texts.iter().zip(["compose.yml", "other.yml"]) {
            case.add(name, text);
        }
        case
    }

    /// One file with a name of its own.
    pub(super) fn named(name: &str, text: &str) -> Self {
        let mut case = Self::new(&[]);
        case.add(name, text);
        case
    }

    fn add(&mut self, name: &str, text: &str) {
        self.files.push(self.sources.add(name, text));
    }

    /// Where a text first stands in a file.
    #[track_caller]
    pub(super) fn find(&self, file: usize, needle: &str) -> Span {
        let start = self.sources.get(self.files[file]).text().find(needle).expect("the text stands in the file");
        self.span(file, start..start + needle.len())
    }

    /// A range of a file.
    pub(super) fn span(&self, file: usize, range: Range<usize>) -> Span {
        let offset = |offset: usize| u32::try_from(offset).expect("files of tests are short");
        Span { file: self.files[file], start: offset(range.start), end: offset(range.end) }
    }
}
