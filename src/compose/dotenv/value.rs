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

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the first value of a text; `$P` is `proc` and `$A0` is `zero`.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let lookup = |name: &str| match name {
            "P" => Some("proc".to_owned()),
            "A0" => Some("zero".to_owned()),
            _ => None,
        };
        let (raw, _) = RawValue::split(text.trim_start_matches([' ', '\u{a0}', '\u{b}'])).unwrap();
        assert_eq!(raw.value(&lookup).unwrap(), expected, "from {text}");
    }

    /// What Docker Compose makes of texts.
    const CASES: &[(&str, &str)] = &[
        ("1", "1"),
        ("1\n", "1"),
        (" 1\n", "1"),
        ("b:c\n", "b:c"),
        ("b=c\n", "b=c"),
        ("1 # c\n", "1"),
        ("1# c\n", "1# c"),
        ("1 #c\n", "1"),
        ("#c\n", "#c"),
        (" #c\n", "#c"),
        (" # c\n", "# c"),
        ("1\t# c\n", "1\t# c"),
        ("\"1\" # c\n", "1"),
        ("'1' # c\n", "1"),
        ("\"1 # c\"\n", "1 # c"),
        ("'x y'\n", "x y"),
        ("\"x y\"\n", "x y"),
        ("x y\n", "x y"),
        ("x 'y'\n", "x 'y'"),
        ("x\"y\"\n", "x\"y\""),
        ("\"x\" y\n", "x"),
        ("\"x\"y\n", "x"),
        ("\"a\\nb\"\n", "a\nb"),
        ("\"a\\tb\"\n", "a\tb"),
        ("'a\\nb'\n", "a\\nb"),
        ("a\\nb\n", "a\\nb"),
        ("\"a\\\"b\"\n", "a\"b"),
        ("'a\\'b'\n", "a'b"),
        ("\"a\\\\b\"\n", "a\\b"),
        ("\"a\\\\\"\n", "a\\"),
        ("\"a\\$P\"\n", "a$P"),
        ("a\\$P\n", "a\\proc"),
        ("\"a$$P\"\n", "a$P"),
        ("$$P\n", "$P"),
        ("\"\\a\\b\\c\\f\\r\\v\\x\"\n", "\u{7}\u{8}\\c\u{c}\r\u{b}\\x"),
        ("\"\\0123\"\n", "S"),
        ("\"\\012\"\n", "\\12"),
        ("\"\\0\"\n", "\\"),
        ("\"\\0777\"\n", "\\777"),
        ("\"\\0101B\"\n", "AB"),
        ("\"\\0189\"\n", "\\189"),
        ("\"\\0377\"\n", "ÿ"),
        ("\"\\0000\"\n", "\u{0}"),
        ("\"\\u00e9\\x41\"\n", "\\u00e9\\x41"),
        ("\"a\nb\"\n", "a\nb"),
        ("'a\nb'\n", "a\nb"),
        ("1\rB=2\n", "1\rB=2"),
        ("$P\n", "proc"),
        ("${P}\n", "proc"),
        ("\"$P\"\n", "proc"),
        ("'$P'\n", "$P"),
        ("${U:-d}\n", "d"),
        ("\"${U:-d}\"\n", "d"),
        ("${U-d}\n", "d"),
        ("${P:+r}\n", "r"),
        ("${U}\n", ""),
        ("$U\n", ""),
        ("'${U:?m}'\n", "${U:?m}"),
        ("é日\n", "é日"),
        ("\n", ""),
        (" \n", ""),
        ("\"\"\n", ""),
        ("''\n", ""),
        ("\" x \"\n", " x "),
        ("' x '\n", " x "),
        (" x \n", "x"),
        ("x  \n", "x"),
        ("x\u{a0}\n", "x"),
        ("\u{a0}x\n", "x"),
        ("`x`\n", "`x`"),
        ("$(x)\n", "$(x)"),
        ("a;b\n", "a;b"),
        ("a&b\n", "a&b"),
        ("{\"j\":1}\n", "{\"j\":1}"),
        ("'{\"j\":1}'\n", "{\"j\":1}"),
        ("${U:-{\"j\":1}}\n", "{\"j\":1}"),
        ("\"a\\\nb\"\n", "a\\\nb"),
        ("-1\n", "-1"),
        ("yes\n", "yes"),
        ("\"a\" # \"c\"\n", "a"),
        ("\"it's\"\n", "it's"),
        ("'say \"x\"'\n", "say \"x\""),
        ("it's\n", "it's"),
        ("x\"\n", "x\""),
        ("x #\"\n", "x"),
        ("http://a/#b\n", "http://a/#b"),
        ("http://a/ #b\n", "http://a/"),
        ("x ## y\n", "x"),
        ("a$\n", "a$"),
        ("$1\n", "$1"),
        ("%x%\n", "%x%"),
        ("~/x\n", "~/x"),
        ("\u{b}1\n", "1"),
        ("1\u{b}\n", "1"),
        ("1\u{0}\n", "1\u{0}"),
        ("${A0}\n", "zero"),
        ("$A0\n", "zero"),
        ("x\u{2028}y\n", "x\u{2028}y"),
        ("x\u{2003}\n", "x"),
        ("x\u{2003}#y\n", "x\u{2003}#y"),
        ("\"\\$$P\"\n", "$proc"),
        ("\"\\\\$P\"\n", "\\proc"),
        ("\"\\\\\\$P\"\n", "\\$P"),
        ("\\'x\\'\n", "\\'x\\'"),
        ("\\\"x\\\"\n", "\\\"x\\\""),
        ("\"\\'\"\n", "\\'"),
        ("\"\\`\"\n", "\\`"),
        ("\"\\e\"\n", "\\e"),
        ("\"$P\\n\"\n", "proc\n"),
        ("'\\\\'\n", "\\\\"),
        ("'\\\\\\''\n", "\\\\'"),
        ("\"\\\\\\\"\"\n", "\\\""),
        ("\"a\\\\\\\"b\"\n", "a\\\"b"),
        ("\"\\\"\"\n", "\""),
        ("'\\''\n", "'"),
        ("\"\\ \"\n", "\\ "),
        ("\"a \\# b\"\n", "a \\# b"),
        ("a \\# b\n", "a \\# b"),
    ];

    #[test]
    fn values_are_those_of_docker_compose() {
        for (text, expected) in CASES {
            check(text, expected);
        }
    }

    #[test]
    fn a_quote_must_be_closed() {
        assert!(
            ["\"a\n", "\"a", "'a\nB=1\n", "\"a\\\n", "'a\\'"].into_iter().all(|text| RawValue::split(text).is_none())
        );
    }
}
