//! YAML as Go writes it, byte for byte: with the quotes, the blocks and the order of go-yaml 3.
//!
//! It is read again by the same library, whose rules for scalars are not YAML 1.2's: `0755` is a number there, so the
//! string has quotes.

pub(super) mod order;
mod scalar;

use super::value::Value;
use scalar::Position;

/// How many spaces a level has.
const LEVEL: usize = 2;

/// A key that takes more bytes than this stands behind a `?`.
const LONGEST_SIMPLE_KEY: usize = 128;

/// A document with two spaces a level, in which every `$` stands twice, as the model is one that could be read again.
pub(super) fn document(value: &Value<'_>) -> String {
    written(value).replace('$', "$$")
}

/// A document with four spaces a level that is not read again: a mapping of mappings without lists.
pub(super) fn plain(value: &Value<'_>) -> String {
    written(value).replace("\n  ", "\n    ")
}

/// A value as it is.
pub(super) fn written(value: &Value<'_>) -> String {
    let mut text = String::new();
    node(value, &Place { indent: 0, line: Line::Own }, &mut text);
    text.push('\n');
    text
}

/// Where a value is written.
struct Place {
    /// How many spaces stand before its own keys or items.
    indent: usize,
    /// What stands before it on its line.
    line: Line,
}

/// What stands before a value on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// Nothing, or a `-`, `?` or `:` after which even a mapping can start.
    Own,
    /// A key and its `:`.
    Key,
}

/// Writes a value without the line break that ends it.
fn node(value: &Value<'_>, place: &Place, text: &mut String) {
    match value {
        Value::Null => word("null", place, text),
        Value::Bool(flag) => word(if *flag { "true" } else { "false" }, place, text),
        Value::Integer(number) => word(&number.to_string(), place, text),
        Value::Float(number) => word(&scalar::float(*number), place, text),
        Value::String(string) => {
            word("", place, text);
            scalar::write(string, &Position { indent: place.indent, is_simple_key: false }, text);
        }
        Value::Timestamp(moment) => word(moment, place, text),
        Value::List(items) if items.is_empty() => word("[]", place, text),
        Value::Mapping(fields) | Value::Sorted(fields) if fields.is_empty() => word("{}", place, text),
        Value::List(items) => list(items, place, text),
        Value::Mapping(fields) => mapping(fields.iter(), place, text),
        Value::Sorted(fields) => mapping(order::natural(fields.iter()), place, text),
    }
}

/// Writes what needs no quotes, behind the space that parts it from a key.
fn word(word: &str, place: &Place, text: &mut String) {
    if place.line == Line::Key {
        text.push(' ');
    }
    text.push_str(word);
}

/// Writes the items of a list, each on its lines.
fn list(items: &[Value<'_>], place: &Place, text: &mut String) {
    for (index, item) in items.iter().enumerate() {
        start_line(index, place, text);
        text.push_str("- ");
        node(item, &Place { indent: place.indent + LEVEL, line: Line::Own }, text);
    }
}

/// Writes keys and values, each on its lines.
fn mapping<'v>(entries: impl Iterator<Item = (&'v str, &'v Value<'v>)>, place: &Place, text: &mut String) {
    let indent = place.indent + LEVEL;
    for (index, (key, value)) in entries.enumerate() {
        start_line(index, place, text);
        if is_simple(key) {
            scalar::write(key, &Position { indent, is_simple_key: true }, text);
            text.push(':');
            node(value, &Place { indent, line: Line::Key }, text);
        } else {
            text.push_str("? ");
            scalar::write(key, &Position { indent, is_simple_key: false }, text);
            line_break(place.indent, text);
            text.push_str(": ");
            node(value, &Place { indent, line: Line::Own }, text);
        }
    }
}

/// Starts the line of an item or a key; the first may stand on the line that is there.
fn start_line(index: usize, place: &Place, text: &mut String) {
    if index > 0 || place.line == Line::Key {
        line_break(place.indent, text);
    }
}

/// Ends a line and indents the next.
fn line_break(indent: usize, text: &mut String) {
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', indent));
}

/// Whether a key may stand before its `:` without a `?`.
fn is_simple(key: &str) -> bool {
    key.len() <= LONGEST_SIMPLE_KEY && !key.contains(scalar::is_break)
}

#[cfg(test)]
mod tests;
