//! How a text is written as a scalar of YAML.

use std::borrow::Cow;

use crate::yaml::resolve::{self, Value};

/// Where a scalar is written.
pub(super) struct Position {
    /// How many spaces stand before its further lines.
    pub(super) indent: usize,
    /// Whether it is a key without a `?`.
    pub(super) is_simple_key: bool,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As it is.
    Plain,
    /// In single quotes, as a character in it means something.
    SingleQuoted,
    /// In double quotes: without them it would not be a string, or it has characters that need a backslash.
    DoubleQuoted,
    /// Line by line behind a `|`.
    Literal,
}

/// Writes a string.
pub(super) fn write(string: &str, position: &Position, text: &mut String) {
    match style(string, position) {
        Style::Plain => text.push_str(string),
        Style::SingleQuoted => single_quoted(string, position.indent, text),
        Style::DoubleQuoted => double_quoted(string, text),
        Style::Literal => literal(string, position.indent, text),
    }
}

/// A number with a fraction or an exponent.
pub(super) fn float(number: f64) -> Cow<'static, str> {
    if number.is_nan() {
        return ".nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.into();
    }
    Value::Float(number).to_go_string().into_owned().into()
}

/// The style of a string.
fn style(string: &str, position: &Position) -> Style {
    let Allowed { plain, single_quoted, literal } = Allowed::of(string);
    if string.contains('\n') {
        return if literal && !position.is_simple_key { Style::Literal } else { Style::DoubleQuoted };
    }
    match is_plain_string(string) {
        true if plain => Style::Plain,
        true if single_quoted => Style::SingleQuoted,
        true | false => Style::DoubleQuoted,
    }
}

/// Whether a text without quotes is a string, also to those that read YAML as it was once.
fn is_plain_string(string: &str) -> bool {
    matches!(resolve::plain(string), Value::String(_)) && !is_old_bool(string) && !is_base_60(string)
}

/// Whether it was `true` or `false` in YAML 1.1.
fn is_old_bool(string: &str) -> bool {
    matches!(
        string,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF"
    )
}

/// Whether it was a number in YAML 1.1: `1:30` was 90.
fn is_base_60(string: &str) -> bool {
    let unsigned = string.strip_prefix(['+', '-']).unwrap_or(string);
    let mut parts = unsigned.split(':');
    let Some(first) = parts.next() else { return false };
    let mut parts = parts.peekable();
    let starts = first.starts_with(|digit: char| digit.is_ascii_digit())
        && first.chars().all(|digit| digit.is_ascii_digit() || digit == '_');
    if !starts || parts.peek().is_none() {
        return false;
    }
    while let Some(part) = parts.next() {
        let whole = match part.split_once('.') {
            Some((whole, fraction)) if parts.peek().is_none() => {
                if !fraction.chars().all(|digit| digit.is_ascii_digit() || digit == '_') {
                    return false;
                }
                whole
            }
            Some(_) => return false,
            None => part,
        };
        let is_sixtieth = match whole.as_bytes() {
            [digit] => digit.is_ascii_digit(),
            [tens, digit] => (b'0'..=b'5').contains(tens) && digit.is_ascii_digit(),
            _ => false,
        };
        if !is_sixtieth {
            return false;
        }
    }
    true
}

/// Which styles keep a text as it is.
struct Allowed {
    /// [`Style::Plain`].
    plain: bool,
    /// [`Style::SingleQuoted`].
    single_quoted: bool,
    /// [`Style::Literal`].
    literal: bool,
}

impl Allowed {
    /// Those of a text.
    fn of(string: &str) -> Self {
        let mut allowed = Self { plain: !starts_with_indicator(string), single_quoted: true, literal: true };
        let mut previous = None;
        let mut characters = string.chars().peekable();
        while let Some(character) = characters.next() {
            let next = characters.peek().copied();
            match character {
                ':' if previous.is_some() => allowed.plain &= !next.is_none_or(is_blank),
                '#' => allowed.plain &= !previous.is_some_and(is_blank),
                ' ' => {
                    allowed.plain &= previous.is_some_and(|previous| !is_break(previous)) && next.is_some();
                    allowed.single_quoted &= !previous.is_some_and(is_break);
                    allowed.literal &= next.is_some();
                }
                '\t' => (allowed.plain, allowed.single_quoted) = (false, false),
                _ if !is_printable(character) => return Self { plain: false, single_quoted: false, literal: false },
                _ if is_break(character) => {
                    allowed.plain = false;
                    allowed.single_quoted &= previous != Some(' ');
                    allowed.literal &= previous != Some(' ');
                }
                _ => {}
            }
            previous = Some(character);
        }
        allowed
    }
}

/// Whether the start of a text means something outside of quotes.
fn starts_with_indicator(string: &str) -> bool {
    let mut characters = string.chars();
    let Some(first) = characters.next() else { return false };
    match first {
        '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => true,
        '?' | ':' | '-' if characters.next().is_none_or(is_blank) => true,
        _ => string.starts_with("---") || string.starts_with("..."),
    }
}

/// Whether a character parts words: a space, a tab, or a line break.
fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t') || is_break(character)
}

/// Whether a character ends a line.
pub(super) fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether go-yaml writes a character without a backslash; beyond 16 bits it writes none.
fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{fffd}') && character != '\u{feff}'
}

/// Writes a text in single quotes. Only the two separators of Unicode part lines in it.
fn single_quoted(string: &str, indent: usize, text: &mut String) {
    text.push('\'');
    let mut previous = None;
    for character in string.chars() {
        if previous.is_some_and(is_break) && !is_break(character) {
            text.extend(std::iter::repeat_n(' ', indent));
        }
        if character == '\'' {
            text.push('\'');
        }
        text.push(character);
        previous = Some(character);
    }
    text.push('\'');
}

/// Writes a text in double quotes.
fn double_quoted(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        if is_printable(character) && !is_break(character) && !matches!(character, '"' | '\\') {
            text.push(character);
        } else {
            text.push_str(&escape(character));
        }
    }
    text.push('"');
}

/// A character behind a backslash.
fn escape(character: char) -> Cow<'static, str> {
    let short = match character {
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\v",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\u{1b}' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{85}' => "\\N",
        '\u{a0}' => "\\_",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        _ => "",
    };
    match u32::from(character) {
        _ if !short.is_empty() => short.into(),
        code @ ..=0xff => format!("\\x{code:02X}").into(),
        code @ ..=0xffff => format!("\\u{code:04X}").into(),
        code => format!("\\U{code:08X}").into(),
    }
}

/// Writes a text line by line. The last line break is left to what follows.
fn literal(string: &str, indent: usize, text: &mut String) {
    text.push('|');
    // Spaces at the start would be taken for the indentation.
    if string.starts_with([' ', '\n', '\u{2028}', '\u{2029}']) {
        text.push('2');
    }
    let mut last = string.chars().rev();
    let (ends, ends_twice) = (last.next().is_some_and(is_break), last.next().is_none_or(is_break));
    if !ends {
        text.push('-');
    } else if ends_twice {
        text.push('+');
    }
    text.push('\n');
    let mut at_start = true;
    for character in string.strip_suffix('\n').unwrap_or(string).chars() {
        if at_start && !is_break(character) {
            text.extend(std::iter::repeat_n(' ', indent));
        }
        text.push(character);
        at_start = is_break(character);
    }
}
