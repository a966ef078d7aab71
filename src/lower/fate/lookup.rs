//! Finding keys by what a user types: `services.web.ports`, `ports`, `deploy.update_config`.

use super::row::Row;
use super::rows;
use crate::diag::nearest::nearest;

/// A key of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path, as in [`Row::key`].
    pub key: String,
    /// Where what becomes of it is written.
    pub row: &'static Row,
}

/// Every key of the registry.
pub fn entries() -> impl Iterator<Item = Entry> {
    rows().flat_map(|row| row.keys().map(move |key| Entry { key, row }))
}

/// The keys that a user means: the key itself, and all below it. None if there is no such key.
#[must_use]
pub fn find(written: &str) -> Vec<Entry> {
    let written = segments(written);
    let found = |written: &[&str]| -> Vec<Entry> {
        let in_service: Vec<&str> = ["services", "*"].into_iter().chain(written.iter().copied()).collect();
        let ends = |entry: &Entry| {
            let pattern = segments(&entry.key);
            matched(&pattern, written).max(matched(&pattern, &in_service))
        };
        let ends: Vec<(Entry, Option<End>)> =
            entries().map(|entry| (ends(&entry), entry)).map(|(end, entry)| (entry, end)).collect();
        let best = ends.iter().filter_map(|(_, end)| *end).max();
        ends.into_iter().filter(|(_, end)| end.is_some() && *end == best).map(|(entry, _)| entry).collect()
    };
    let entries = found(&written);
    if !entries.is_empty() {
        return entries;
    }
    // What is below a key that holds no keys is a value of the user's: `environment.LEVEL`.
    let above = written.split_last().map_or(Vec::new(), |(_, above)| found(above));
    if above.len() == 1 { above } else { Vec::new() }
}

/// The key that comes nearest to what a user typed.
#[must_use]
pub fn suggestion(written: &str) -> Option<String> {
    let keys: Vec<String> = entries().map(|entry| entry.row.short_key().to_owned()).collect();
    nearest(written, keys.iter().map(String::as_str)).map(str::to_owned)
}

/// How the last segment of what was typed was understood; the better comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    /// As a name of the user's own.
    Name,
    /// As a key.
    Key,
}

/// The segments of a path, without what tells the items of a list.
pub(super) fn segments(path: &str) -> Vec<&str> {
    path.split('.').map(|segment| segment.split('[').next().unwrap_or_default()).collect()
}

/// Whether a path leads to a key or to one above it. Names of the user's own may be left out.
fn matched(pattern: &[&str], written: &[&str]) -> Option<End> {
    let ([head, pattern @ ..], [first, rest @ ..]) = (pattern, written) else { return None };
    let end = |end: End| if rest.is_empty() { Some(end) } else { matched(pattern, rest) };
    match *head {
        "*" => end(End::Name).max(matched(pattern, written)),
        "x-*" if first.starts_with("x-") => end(End::Key),
        head if head == *first => end(End::Key),
        _ => None,
    }
}
