//! Scalars with a tag, such as `!!int "12"`.

use std::borrow::Cow;

use super::Form;
use super::events::{Quotes, Tag};
use super::resolve::{self, Value};

/// The text and the form of the scalar that a text with a tag stands for, or why it is none.
pub(super) fn tagged(text: Cow<'_, str>, quotes: Quotes, tag: Option<Tag>) -> Result<(Cow<'_, str>, Form), String> {
    match tag {
        None | Some(Tag::NonSpecific) => match quotes {
            Quotes::Present | Quotes::Block => Ok((text, Form::Quoted)),
            Quotes::Absent => Ok((text, Form::Plain)),
        },
        Some(Tag::Str | Tag::Merge | Tag::Reset | Tag::Override | Tag::Other) => Ok((text, Form::Quoted)),
        Some(Tag::Binary) => {
            let text = base64(&text).ok_or("`!!binary` takes base 64")?;
            Ok((Cow::Owned(text), Form::Quoted))
        }
        Some(tag @ (Tag::Int | Tag::Float | Tag::Bool | Tag::Null | Tag::Timestamp)) => {
            let text = of_type(text, tag).ok_or_else(|| format!("{} does not take this value", name(tag)))?;
            Ok((text, Form::Plain))
        }
    }
}

/// The text, if its type is the one that the tag asks for. A whole number is taken as a float, too.
fn of_type(text: Cow<'_, str>, tag: Tag) -> Option<Cow<'_, str>> {
    let whole = match (tag, resolve::plain(&text)) {
        (Tag::Int, Value::Integer(_))
        | (Tag::Float, Value::Float(_))
        | (Tag::Bool, Value::Bool(_))
        | (Tag::Null, Value::Null)
        | (Tag::Timestamp, Value::Timestamp(_)) => None,
        (Tag::Float, Value::Integer(number)) => Some(i64::try_from(number).ok()?),
        _ => return None,
    };
    Some(whole.map_or(text, |number| Cow::Owned(format!("{number}.0"))))
}

/// The tag as it is written.
fn name(tag: Tag) -> &'static str {
    match tag {
        Tag::Str => "`!!str`",
        Tag::Int => "`!!int`",
        Tag::Float => "`!!float`",
        Tag::Bool => "`!!bool`",
        Tag::Null => "`!!null`",
        Tag::Binary => "`!!binary`",
        Tag::Timestamp => "`!!timestamp`",
        Tag::Merge => "`!!merge`",
        Tag::Reset => "`!reset`",
        Tag::Override => "`!override`",
        Tag::NonSpecific => "`!`",
        Tag::Other => "the tag",
    }
}

/// The text that is written in base 64, with padding; line breaks may stand anywhere.
fn base64(text: &str) -> Option<String> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let (groups, []) = digits.as_chunks::<4>() else { return None };
    let mut bytes = Vec::with_capacity(groups.len() * 3);
    let mut padded = false;
    for group in groups {
        if padded {
            return None;
        }
        let length = group.iter().rposition(|digit| *digit != b'=')? + 1;
        let digits = group.iter().take(length).map(|digit| sextet(*digit)).collect::<Option<Vec<u32>>>()?;
        padded = length < 4;
        let number = digits.iter().chain(std::iter::repeat(&0)).take(4).fold(0, |number, digit| number << 6 | digit);
        bytes.extend(number.to_be_bytes().into_iter().skip(1).take((length > 1).then_some(length - 1)?));
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// What a digit of base 64 stands for.
fn sextet(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, quotes: Quotes, tag: Tag, expected: Option<(&str, Form)>) {
        let scalar = tagged(text.into(), quotes, Some(tag)).ok();
        assert_eq!(scalar.as_ref().map(|(text, form)| (&**text, *form)), expected, "{text}");
    }

    #[test]
    fn a_tag_decides_the_type_whatever_the_quotes() {
        check("12", Quotes::Present, Tag::Int, Some(("12", Form::Plain)));
        check("0x1F", Quotes::Absent, Tag::Int, Some(("0x1F", Form::Plain)));
        check("12", Quotes::Absent, Tag::Str, Some(("12", Form::Quoted)));
        check("~", Quotes::Absent, Tag::Str, Some(("~", Form::Quoted)));
        check("True", Quotes::Present, Tag::Bool, Some(("True", Form::Plain)));
        check("null", Quotes::Present, Tag::Null, Some(("null", Form::Plain)));
        check(".5", Quotes::Present, Tag::Float, Some((".5", Form::Plain)));
        check("0755", Quotes::Absent, Tag::Float, Some(("493.0", Form::Plain)));
        check("2001-01-01", Quotes::Present, Tag::Timestamp, Some(("2001-01-01", Form::Plain)));
    }

    #[test]
    fn a_tag_refuses_other_types() {
        check("1.5", Quotes::Absent, Tag::Int, None);
        check("1e3", Quotes::Absent, Tag::Int, None);
        check("", Quotes::Absent, Tag::Int, None);
        check("yes", Quotes::Present, Tag::Bool, None);
        check("x", Quotes::Absent, Tag::Float, None);
        check("18446744073709551615", Quotes::Absent, Tag::Float, None);
        check("x", Quotes::Absent, Tag::Null, None);
        check("x", Quotes::Absent, Tag::Timestamp, None);
    }

    #[test]
    fn an_unknown_tag_makes_a_string() {
        check("12", Quotes::Absent, Tag::Other, Some(("12", Form::Quoted)));
        check("12", Quotes::Absent, Tag::Override, Some(("12", Form::Quoted)));
        check("12", Quotes::Absent, Tag::NonSpecific, Some(("12", Form::Plain)));
    }

    #[test]
    fn base_64_needs_its_padding() {
        check("aGVsbG8=", Quotes::Absent, Tag::Binary, Some(("hello", Form::Quoted)));
        check("aGVs\nbG8=\n", Quotes::Present, Tag::Binary, Some(("hello", Form::Quoted)));
        check("/w==", Quotes::Absent, Tag::Binary, Some(("\u{fffd}", Form::Quoted)));
        check("", Quotes::Present, Tag::Binary, Some(("", Form::Quoted)));
        check("aGVsbG8", Quotes::Absent, Tag::Binary, None);
        check("aGVs bG8=", Quotes::Absent, Tag::Binary, None);
        check("aG==bG8=", Quotes::Absent, Tag::Binary, None);
        check("a===", Quotes::Absent, Tag::Binary, None);
        check("====", Quotes::Absent, Tag::Binary, None);
    }
}
