//! The values in files of variables.

use std::borrow::Cow;

use crate::compose::interpolate::{Lookup, Problem, substitute};

/// A value as it was written.
pub(super) enum RawValue<'t> {
    /// `'…'`: `\'` stands for `'`.
    Single(&'t str),
    /// `"…"`: has escapes and variables.
    Double(&'t str),
    /// Without quotes: has variables.
    Plain(&'t str),
}

impl<'t> RawValue<'t> {
    /// Splits a value off; none if its quote is not closed.
    pub(super) fn split(text: &'t str) -> Option<(Self, &'t str)> {
        let Some(quote @ ('\'' | '"')) = text.chars().next() else {
            let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
            let value = line.split_once(" #").map_or(line, |(value, _)| value);
            return Some((Self::Plain(value.trim_end()), rest));
        };
        let mut escaped = false;
        let end = text.char_indices().skip(1).find_map(|(index, character)| {
            let closes = character == quote && !escaped;
            escaped = character == '\\' && !escaped;
            closes.then_some(index)
        })?;
        let (value, rest) = (text.get(1..end)?, text.get(end + 1..)?);
        Some((if quote == '"' { Self::Double(value) } else { Self::Single(value) }, rest))
    }

    /// The value with its escapes and variables replaced.
    pub(super) fn value(&self, lookup: Lookup<'_>) -> Result<String, Problem> {
        let expand = |text: &str| {
            let replaced = substitute(text, lookup, &mut |_, _| {});
            replaced.map(Cow::into_owned).map_err(|err| err.problem)
        };
        match *self {
            Self::Single(text) => Ok(unescape_quote(text, '\'')),
            Self::Double(text) => expand(&unescape(&unescape_quote(text, '"'))),
            Self::Plain(text) => expand(text),
        }
    }
}

/// Takes the backslashes away that stand in front of the quote.
fn unescape_quote(text: &str, quote: char) -> String {
    let mut result = String::with_capacity(text.len());
    let mut escaped = false;
    for character in text.chars() {
        if escaped && character == quote {
            result.pop();
        }
        escaped = character == '\\' && !escaped;
        result.push(character);
    }
    result
}

/// Replaces the escapes of double quotes. `\$` becomes `$$`, as variables are replaced afterwards.
fn unescape(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        result.push_str(before);
        let mut behind = escape.chars();
        match behind.next() {
            Some('0') => {
                let digits: String = behind.clone().take_while(char::is_ascii_digit).take(3).collect();
                for _ in digits.chars() {
                    behind.next();
                }
                match u8::from_str_radix(&digits, 8) {
                    Ok(code) if digits.len() == 3 => result.push(char::from(code)),
                    // What is no octal number loses its zero: an oddity of the reference.
                    _ => {
                        result.push('\\');
                        result.push_str(&digits);
                    }
                }
            }
            Some(character) => match escaped(character) {
                Some(replacement) => result.push_str(replacement),
                None => result.extend(['\\', character]),
            },
            None => result.push('\\'),
        }
        rest = behind.as_str();
    }
    result.push_str(rest);
    result
}

/// What a backslash and a character stand for, if anything but themselves.
const fn escaped(character: char) -> Option<&'static str> {
    Some(match character {
        'a' => "\u{7}",
        'b' => "\u{8}",
        'f' => "\u{c}",
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        'v' => "\u{b}",
        '\\' => "\\",
        '"' => "\"",
        '$' => "$$",
        _ => return None,
    })
}
