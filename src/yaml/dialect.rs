//! What Docker Compose refuses although it is YAML.

use std::ops::Range;

use super::events::Quotes;

/// Why something is refused, and what helps.
pub(super) type Refusal = (&'static str, &'static str);

/// Why Docker Compose refuses a scalar between brackets, if it does.
pub(super) fn in_brackets(text: &str, quotes: Quotes) -> Option<Refusal> {
    const QUOTE: &str = "put the value in quotes";
    match quotes {
        Quotes::Absent if text.contains('?') => Some(("a `?` without quotes between brackets", QUOTE)),
        Quotes::Absent if text.starts_with(':') => Some(("a `:` that cannot stand here", QUOTE)),
        Quotes::Absent | Quotes::Present | Quotes::Block => None,
    }
}

/// Why Docker Compose refuses a key between brackets, if it does.
pub(super) fn key_in_brackets(written: &str, before: &str) -> Option<Refusal> {
    let is_refused = written.contains(['\n', '\r']) && !before.trim_end().ends_with('?');
    is_refused.then_some(("a key that goes on in the next line", "write the key on one line"))
}

/// Why Docker Compose refuses a text in double quotes, if it does.
pub(super) fn double_quoted(written: &str) -> Option<Refusal> {
    let mut rest = written;
    while let Some((_, escape)) = rest.split_once('\\') {
        let digits = escape.get(1..).unwrap_or_default();
        let half = match escape.bytes().next() {
            Some(b'/') => return Some(("an escape sequence that YAML 1.1 does not have", "write `\\/` as `/`")),
            Some(b'u') => digits,
            Some(b'U') => digits.strip_prefix("0000").unwrap_or_default(),
            _ => "",
        };
        if matches!(half.as_bytes(), [b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', ..]) {
            let hint = "write the character itself, or one `\\U` with eight digits";
            return Some(("an escape sequence that stands for half a character", hint));
        }
        let mut behind = escape.chars();
        behind.next();
        rest = behind.as_str();
    }
    None
}

/// Why Docker Compose refuses the name of an anchor, if it does.
pub(super) fn anchor(name: &str) -> Option<Refusal> {
    let is_refused = !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_refused.then_some(("a name of an anchor with other signs", "name anchors in letters, digits, `-` and `_`"))
}

/// A directive that Docker Compose does not know, if one stands in the last lines of a text: those of comments,
/// directives or nothing.
pub(super) fn unknown_directive(before: &str) -> Option<Range<usize>> {
    let mut rest = before;
    loop {
        rest = rest.trim_end();
        let start = rest.rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let line = rest.get(start..).unwrap_or_default();
        if let Some(directive) = line.strip_prefix('%') {
            let name = directive.split(char::is_whitespace).next().unwrap_or_default();
            if !matches!(name, "YAML" | "TAG") {
                return Some(start..rest.len());
            }
        } else if !line.starts_with('#') {
            return None;
        }
        rest = rest.get(..start).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_yaml_1_1() {
        let check = |written: &str, expected: Option<&str>| {
            assert_eq!(double_quoted(written).map(|(message, _)| message), expected, "{written}");
        };
        check(r#""a\nb\\/c\"""#, None);
        check(r#""a\/b""#, Some("an escape sequence that YAML 1.1 does not have"));
        check(r#""\u00e9\ue000\uD7ff\U0001F600""#, None);
        for half in [r#""\ud83d\ude00""#, r#""\uDFFF""#, r#""\U0000d800""#] {
            check(half, Some("an escape sequence that stands for half a character"));
        }
    }

    #[test]
    fn anchors_have_simple_names() {
        assert!(["a", "a-b_C9", "1"].into_iter().all(|name| anchor(name).is_none()));
        assert!(["a.b", "é", "a:", "a/b", "a'"].into_iter().all(|name| anchor(name).is_some()));
    }

    #[test]
    fn two_directives_are_known() {
        assert_eq!(unknown_directive("a: 1\n...\n# c\n%YAML 1.1\n%TAG !e! tag:e\n\n"), None);
        assert_eq!(unknown_directive("%FOO a\n# c\n"), Some(0..6));
        assert_eq!(unknown_directive("%yaml 1.1\n%YAML 1.1\n"), Some(0..9));
        assert_eq!(unknown_directive("# %FOO\n"), None);
        assert_eq!(unknown_directive(""), None);
    }
}
