//! Conceals values in a file that is no YAML, by what its lines look like.

use std::ops::Range;

use crate::source::{FileId, Sources, Span};

/// The keys under which values stand, and the ends of those whose values are secrets.
const KEYS: [&str; 7] = ["environment", "args", "content", "password", "passwd", "token", "secret"];

/// The keys at the top of a file.
const SECTIONS: [&str; 9] =
    ["services", "networks", "volumes", "secrets", "configs", "models", "include", "name", "version"];

/// The keys of a mapping, or the items of a list, that hold values.
struct Block {
    /// How far the key is indented under which they stand.
    indent: usize,
    /// How far the first of them is indented. What is indented further is text of several lines.
    items: Option<usize>,
}

/// Conceals what may be values in a file that could not be read.
pub(in crate::compose) fn conceal_text(file: FileId, sources: &mut Sources) {
    let text = std::rc::Rc::clone(sources.get(file).text());
    let mut block = None;
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let range = value_in(line.trim_end(), &mut block);
        let offset = |index: usize| u32::try_from(start + index).unwrap_or(u32::MAX);
        sources.conceal(Span { file, start: offset(range.start), end: offset(range.end) });
        start += line.len();
    }
}

/// The part of a line that may be a value. `block` is what the lines before have begun.
fn value_in(line: &str, block: &mut Option<Block>) -> Range<usize> {
    let content = line.trim_start();
    if !content.contains(char::is_alphanumeric) {
        return 0..0;
    }
    let (indent, end) = (line.len() - content.len(), line.len());
    let crooked = line.get(..indent).is_some_and(|indentation| indentation.contains('\t'));
    if let Some(Block { indent: outer, items }) = block {
        // Only another key ends the block: what else stands further out may be a value that slipped.
        let ends = is_key(content) && (indent > 0 || *outer == 0 || is_section(content));
        if crooked || indent > *outer || indent == *outer && content.starts_with('-') || !ends {
            let first = *items.get_or_insert(indent);
            let whole = indent > first && !crooked;
            return if whole { indent..end } else { indent + behind_sign(content)..end };
        }
        *block = None;
    }
    if let Some((key, value)) = key_with_values(content) {
        let before = content.get(..key).unwrap_or_default();
        let within = if before.trim_start_matches(['-', ' ', '"', '\'']).is_empty() {
            before.trim_end_matches(['"', '\'']).len()
        } else {
            0
        };
        *block = Some(Block { indent: indent + within, items: None });
        return indent + value..end;
    }
    if is_variable(content) { indent + behind_sign(content)..end } else { 0..0 }
}

/// Where a key stands under which values stand, and where those start.
fn key_with_values(content: &str) -> Option<(usize, usize)> {
    if content.starts_with("x-") {
        return Some((0, content.find(':')? + 1));
    }
    let keys = KEYS.iter().flat_map(|key| content.match_indices(key));
    let behind_colon = |(start, key): (usize, &str)| {
        let rest = content.get(start + key.len()..)?;
        let behind = rest.trim_start_matches(['"', '\'', ' ']).strip_prefix(':')?;
        Some((start, content.len() - behind.len()))
    };
    keys.filter_map(behind_colon).min()
}

/// Where the value starts in `NAME=VALUE` or `NAME: VALUE`; a line without a sign may be all value.
fn behind_sign(content: &str) -> usize {
    content
        .find(['=', ':'])
        .map_or_else(|| content.len() - content.trim_start_matches(['-', ' ']).len(), |sign| sign + 1)
}

/// Whether a line starts with a key of Compose, which has no capitals.
fn is_key(content: &str) -> bool {
    let key = content.trim_start_matches(['-', ' ', '"', '\'']);
    let behind = key.trim_start_matches(|letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '_' | '-' | '.'));
    behind.len() < key.len() && behind.trim_start_matches(['"', '\'', ' ']).starts_with(':')
}

/// Whether a line starts with a key that may stand at the top of a file.
fn is_section(content: &str) -> bool {
    content.starts_with("x-")
        || SECTIONS.iter().any(|section| content.trim_start_matches(['"', '\'']).starts_with(section))
}

/// Whether a line gives a value to a name in capitals, as only variables have, however far out it stands.
fn is_variable(content: &str) -> bool {
    let name = content.trim_start_matches(|sign: char| !sign.is_alphanumeric() && sign != '_');
    let behind = name.trim_start_matches(|letter: char| matches!(letter, 'A'..='Z' | '0'..='9' | '_'));
    behind.len() < name.len() && behind.trim_start_matches(['"', '\'', ' ']).starts_with(['=', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown of a file.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut sources = Sources::default();
        let file = sources.add("compose.yml", text);
        conceal_text(file, &mut sources);
        assert_eq!(sources.get(file).shown(0..text.len()), expected);
    }

    #[test]
    fn values_stand_deeper_than_their_key() {
        check(
            "web:\n  environment:\n    A: b\n    C: |\n      d: e\n    F:\n  image: g\n",
            "web:\n  environment:\n    A:**\n    C:**\n      ****\n    F:\n  image: g\n",
        );
        check("  environment:\n  - A=b\n  - c d\n  image: g\n", "  environment:\n  - A=*\n  - ***\n  image: g\n");
        check("- environment:\n    A: b\n  image: g\n", "- environment:\n    A:**\n  image: g\n");
        check("  args:\r\n    A: b\r\n  image: g\r\n", "  args:\r\n    A:**\r\n  image: g\r\n");
    }

    #[test]
    fn values_may_stand_beside_their_key() {
        check(
            "web: {environment: {A: b}, image: x\n  y: z\nw: {\n",
            "web: {environment:*****************\n  y:**\nw: {\n",
        );
        check(
            "{\n  \"environment\": {\n    \"A\": \"b\",\n  },\n  \"image\": x\n",
            "{\n  \"environment\":**\n    \"A\":*****\n  },\n  \"image\": x\n",
        );
    }

    #[test]
    fn indentation_may_be_wrong() {
        check("  environment:\n\tA: b\n  image: g\n", "  environment:\n\tA:**\n  image: g\n");
        check("  environment:\n      A: b\n    C: d\n", "  environment:\n      A:**\n    C:**\n");
        check(
            "  environment:\n    - A=b\n - C=d\nE: f\nvolumes: g\n",
            "  environment:\n    - A=*\n - C=*\nE:**\nvolumes: g\n",
        );
        check("  environment:\n    A: b\na: b\nc\n", "  environment:\n    A:**\na:**\n*\n");
        check("a: b\n]   C: d\n", "a: b\n]   C:**\n");
    }

    #[test]
    fn what_is_kept_for_anchors_may_be_values() {
        check("x-a: &a\n  b: c\nweb:\n  image: d\n", "x-a:***\n  b:**\nweb:\n  image: d\n");
    }

    #[test]
    fn other_lines_are_shown() {
        let text = "services:\n  web:\n    image: \"nginx\n    ports: [80\n    command: contents\n";
        check(text, text);
    }
}
