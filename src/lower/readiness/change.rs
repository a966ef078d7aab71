//! Changes in the waits of a process, which leave every other byte of its words as it is.

use std::collections::BTreeMap;
use std::ops::Range;

use super::wait::{Place, Recognised, Stretch};
use crate::lower::process::Words;

/// What stands for the other containers of a task where they share one network.
pub(in crate::lower) const LOCALHOST: &str = "localhost";

/// A change in a wait.
#[derive(Debug, Clone, Copy)]
pub(in crate::lower) enum Change<'c> {
    /// What is written here goes.
    Drop(&'c Stretch),
    /// A host becomes [`LOCALHOST`] wherever it is named.
    Rename {
        /// In what.
        stretch: &'c Stretch,
        /// The host.
        host: &'c str,
        /// How often it must be named there, or else the words mean something that is not understood.
        count: usize,
    },
}

impl Recognised {
    /// The words with some changes. `written` says which keys there are. `None` if a change cannot be made for certain.
    pub(in crate::lower) fn changed(&self, changes: &[Change<'_>], written: &Words) -> Option<Words> {
        let mut texts: Vec<Option<String>> = self.written.iter().map(|(text, _)| Some(text.clone())).collect();
        let mut edits: BTreeMap<usize, Vec<(Range<usize>, &str)>> = BTreeMap::new();
        for change in changes {
            match change {
                Change::Drop(Stretch { words, bytes: None }) => {
                    texts.get_mut(words.clone())?.iter_mut().for_each(|text| *text = None);
                }
                Change::Drop(Stretch { words, bytes: Some(bytes) }) => {
                    edits.entry(words.start).or_default().push((bytes.clone(), ""));
                }
                Change::Rename { stretch, host, count } => {
                    let found = self.named(stretch, host);
                    if found.len() != *count {
                        return None;
                    }
                    for (word, range) in found {
                        edits.entry(word).or_default().push((range, LOCALHOST));
                    }
                }
            }
        }
        for (word, mut edits) in edits {
            edits.sort_by_key(|(range, _)| range.start);
            let text = texts.get_mut(word)?.as_mut()?;
            let mut end = text.len();
            for (range, replacement) in edits.into_iter().rev() {
                if range.end > end || text.get(range.clone()).is_none() {
                    return None;
                }
                end = range.start;
                text.replace_range(range, replacement);
            }
        }
        let under = |place: Place| {
            let words = texts.iter().zip(&self.written).filter(|(_, (_, other))| *other == Some(place));
            words.filter_map(|(text, _)| text.clone()).collect()
        };
        Some(Words {
            entrypoint: written.entrypoint.as_ref().map(|_| under(Place::Entrypoint)),
            command: written.command.as_ref().map(|_| under(Place::Command)),
        })
    }

    /// Where a host is named in a stretch: the words, and the bytes in them.
    fn named(&self, stretch: &Stretch, host: &str) -> Vec<(usize, Range<usize>)> {
        let mut found = Vec::new();
        for word in stretch.words.clone() {
            let Some((text, _)) = self.written.get(word) else { continue };
            let bytes = stretch.bytes.clone().unwrap_or(0..text.len());
            let part = text.get(bytes.clone()).unwrap_or_default();
            let within = |letter: char| letter.is_ascii_alphanumeric() || "._-$".contains(letter);
            for (at, _) in part.match_indices(host) {
                let (before, behind) =
                    (part.get(..at).unwrap_or_default(), part.get(at + host.len()..).unwrap_or_default());
                if !before.ends_with(within) && !behind.starts_with(within) {
                    found.push((word, bytes.start + at..bytes.start + at + host.len()));
                }
            }
        }
        found
    }
}
