//! JSON as Go writes it.

use std::io;

use serde::{Serialize, Serializer};
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use super::value::Value;

/// A document with two spaces a level, in which every `$` stands twice, as the model is one that could be read again.
///
/// Docker Compose ends it without a line break.
pub(super) fn document(value: &Value<'_>) -> String {
    untyped(value).replace('$', "$$")
}

/// A document with two spaces a level, in which every `$` is one of the files.
pub(super) fn untyped(value: &Value<'_>) -> String {
    written(value, Go { formatter: PrettyFormatter::new(), escaped: FOR_HTML })
}

/// A document with four spaces a level that is not read again, nor shown by a browser.
pub(super) fn plain(value: &Value<'_>) -> String {
    written(value, Go { formatter: PrettyFormatter::with_indent(b"    "), escaped: &['\u{2028}', '\u{2029}'] })
}

/// A value without any space, as it is hashed.
pub(super) fn compact(value: &Value<'_>) -> String {
    written(value, Go { formatter: CompactFormatter, escaped: FOR_HTML })
}

/// A value with the spaces of a formatter.
fn written(value: &Value<'_>, formatter: Go<impl Formatter>) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    value.serialize(&mut serializer).expect("all keys are strings");
    String::from_utf8(bytes).expect("what was text stays text")
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Integer(number) => serializer.serialize_i128(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::String(text) => serializer.serialize_str(text),
            Self::Timestamp(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Mapping(fields) | Self::Sorted(fields) => serializer.collect_map(fields.iter()),
        }
    }
}

/// The characters that Go escapes beyond those that it must: those of HTML, and two line separators.
const FOR_HTML: &[char] = &['<', '>', '&', '\u{2028}', '\u{2029}'];

/// What Go writes otherwise: numbers that have a fraction, and some characters.
struct Go<F> {
    /// Where spaces stand.
    formatter: F,
    /// The characters that are escaped beyond those that must be.
    escaped: &'static [char],
}

impl<F: Formatter> Formatter for Go<F> {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        if value == 0.0 || (1e-6..1e21).contains(&value.abs()) {
            return write!(writer, "{value}");
        }
        let exponential = format!("{value:e}");
        let exponential = if value.abs() < 1.0 { exponential } else { exponential.replace('e', "e+") };
        writer.write_all(exponential.as_bytes())
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        for piece in fragment.split_inclusive(self.escaped) {
            let last = piece.chars().next_back().filter(|last| self.escaped.contains(last));
            let escape = match last {
                Some('<') => "\\u003c",
                Some('>') => "\\u003e",
                Some('&') => "\\u0026",
                Some('\u{2028}') => "\\u2028",
                Some('\u{2029}') => "\\u2029",
                _ => {
                    writer.write_all(piece.as_bytes())?;
                    continue;
                }
            };
            let length = piece.len() - last.map_or(0, char::len_utf8);
            writer.write_all(piece.as_bytes().get(..length).unwrap_or_default())?;
            writer.write_all(escape.as_bytes())?;
        }
        Ok(())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.formatter.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.formatter.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.formatter.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.formatter.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.formatter.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.formatter.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.formatter.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.formatter.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.formatter.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &Value<'_>, expected: &str) {
        assert_eq!(compact(value), expected);
    }

    #[test]
    fn numbers_are_written_as_in_go() {
        let numbers = [1e6, 1e20, 1e21, 0.1, 123_456.789, 1e-6, 1e-7, 1.5e-10, 1.0, -0.0, -2.5e300];
        let expected = "[1000000,100000000000000000000,1e+21,0.1,123456.789,0.000001,1e-7,1.5e-10,1,-0,-2.5e+300]";
        check(&Value::List(numbers.map(Value::Float).into()), expected);
        check(&Value::Integer(u64::MAX.into()), "18446744073709551615");
    }

    #[test]
    fn texts_are_safe_in_html() {
        check(&Value::from("<a>&\u{2028}\u{2029} ü\"\\"), r#""\u003ca\u003e\u0026\u2028\u2029 ü\"\\""#);
        check(&Value::from("\u{1}\t\u{8}\u{c}\u{7f}"), "\"\\u0001\\t\\b\\f\u{7f}\"");
    }

    #[test]
    fn a_document_has_two_spaces_a_level_and_its_dollars_twice() {
        let value = Value::sorted([("$a", Value::List(vec![Value::Null, Value::List(Vec::new())]))]);
        assert_eq!(document(&value), "{\n  \"$$a\": [\n    null,\n    []\n  ]\n}");
    }
}
