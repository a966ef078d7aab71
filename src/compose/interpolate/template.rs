//! `${VARIABLE}` in one text.

use std::borrow::Cow;
use std::ops::Range;

use super::problem::{InterpolationError, MAX_DEPTH, Problem};
use super::reference::{Action, Reference};

/// Where the values of variables come from.
pub(in crate::compose) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Replaces the variables of a text. `unset` hears of those that have no value and no default, which then are empty.
pub(in crate::compose) fn substitute<'t>(
    text: &'t str,
    lookup: Lookup<'_>,
    unset: &mut dyn FnMut(&str, Range<usize>),
) -> Result<Cow<'t, str>, InterpolationError> {
    Substitution { lookup, unset, pieces: Vec::new() }.text(text, 0, 0)
}

/// Replaces the variables of a text, and says where their values stand now.
pub(super) fn substitute_pieces<'t>(
    text: &'t str,
    lookup: Lookup<'_>,
    unset: &mut dyn FnMut(&str, Range<usize>),
) -> Result<(Cow<'t, str>, Vec<Piece>), InterpolationError> {
    let mut substitution = Substitution { lookup, unset, pieces: Vec::new() };
    let result = substitution.text(text, 0, 0)?;
    Ok((result, substitution.pieces))
}

/// A part of a text that stands in place of a `$`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// The bytes of the result that it takes.
    pub(super) value: Range<usize>,
    /// The bytes of what was written in their place.
    pub(super) written: Range<usize>,
}

/// What stays the same while a text is worked through.
struct Substitution<'s> {
    lookup: Lookup<'s>,
    unset: &'s mut dyn FnMut(&str, Range<usize>),
    /// What was replaced outside of operands.
    pieces: Vec<Piece>,
}

impl Substitution<'_> {
    /// Replaces the variables of a text that starts at `base` of the whole and lies `depth` operands deep.
    fn text<'t>(&mut self, text: &'t str, base: usize, depth: usize) -> Result<Cow<'t, str>, InterpolationError> {
        if depth > MAX_DEPTH {
            return Err(InterpolationError { range: base..base + text.len(), problem: Problem::Depth });
        }
        let mut result = String::new();
        let mut copied = 0;
        let mut position = 0;
        while let Some(dollar) = find_dollar(text, position) {
            let behind = text.get(dollar + 1..).unwrap_or_default();
            let reference = Reference::parse(behind).map_err(|problem| {
                let line = behind.lines().next().unwrap_or_default();
                let length = line.find('}').map_or(line.len(), |brace| brace + 1);
                InterpolationError { range: base + dollar..base + dollar + 1 + length, problem }
            })?;
            position = dollar + 1;
            let Some((reference, length)) = reference else { continue };
            position += length;
            result.push_str(text.get(copied..dollar).unwrap_or_default());
            copied = position;
            let before = result.len();
            self.push_value(&mut result, &reference, base + dollar..base + position, depth)?;
            if depth == 0 {
                self.pieces.push(Piece { value: before..result.len(), written: dollar..position });
            }
        }
        if copied == 0 {
            return Ok(Cow::Borrowed(text));
        }
        result.push_str(text.get(copied..).unwrap_or_default());
        Ok(Cow::Owned(result))
    }

    /// Appends what a reference at `range` stands for. An operand is worked through even if nothing comes of it.
    fn push_value(
        &mut self,
        result: &mut String,
        reference: &Reference<'_>,
        range: Range<usize>,
        depth: usize,
    ) -> Result<(), InterpolationError> {
        match *reference {
            Reference::Dollar => result.push('$'),
            Reference::Variable(name) => match (self.lookup)(name) {
                Some(value) => result.push_str(&value),
                None => (self.unset)(name, range),
            },
            Reference::Operation { name, operator, operand } => {
                let base = range.end - 1 - operand.len();
                let replacement = self.text(operand, base, depth + 1)?;
                let value = (self.lookup)(name).filter(|value| !(operator.empty_is_unset && value.is_empty()));
                match (operator.action, value) {
                    (Action::Default | Action::Require, Some(value)) => result.push_str(&value),
                    (Action::Default, None) | (Action::Replace, Some(_)) => result.push_str(&replacement),
                    (Action::Replace, None) => {}
                    (Action::Require, None) => {
                        let (name, message) = (name.to_owned(), operand.to_owned());
                        return Err(InterpolationError { range, problem: Problem::Required { name, message } });
                    }
                }
            }
        }
        Ok(())
    }
}

/// The next `$` from a position on.
fn find_dollar(text: &str, position: usize) -> Option<usize> {
    text.get(position..)?.find('$').map(|offset| position + offset)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn variables(name: &str) -> Option<String> {
        let value = match name {
            "A" => "a",
            "B" => "b",
            "E" => "",
            "_x" => "u",
            "D" => "$A",
            "N" => "l1\nl2",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(substitute(text, &variables, &mut |_, _| {}).unwrap(), expected, "from {text}");
    }

    /// Checks which part of a text is refused, and why.
    #[track_caller]
    fn refuse(text: &str, part: &str, message: &str) {
        let err = substitute(text, &variables, &mut |_, _| {}).unwrap_err();
        assert_eq!((text.get(err.range.clone()), err.to_string().as_str()), (Some(part), message), "from {text}");
    }

    /// What Docker Compose makes of texts.
    const CASES: &[(&str, &str)] = &[
        ("$A", "a"),
        ("${A}", "a"),
        ("x$A-y", "xa-y"),
        ("$A$B", "ab"),
        ("$AB", ""),
        ("${AB}", ""),
        ("$U", ""),
        ("${U}", ""),
        ("$E|", "|"),
        ("${A:-d}", "a"),
        ("${U:-d}", "d"),
        ("${E:-d}", "d"),
        ("${A-d}", "a"),
        ("${U-d}", "d"),
        ("${E-d}|", "|"),
        ("${A:+r}", "r"),
        ("${U:+r}|", "|"),
        ("${E:+r}|", "|"),
        ("${A+r}", "r"),
        ("${U+r}|", "|"),
        ("${E+r}", "r"),
        ("${A:?e}", "a"),
        ("${A?e}", "a"),
        ("${E?e}|", "|"),
        ("${U:-$A}", "a"),
        ("${U:-${A}}", "a"),
        ("${U:-${V:-${A}}}", "a"),
        ("${U:-${V:-x}y}z", "xyz"),
        ("${A:+${B}}", "b"),
        ("${U-${V-d}}", "d"),
        ("$$", "$"),
        ("$$A", "$A"),
        ("$$$A", "$a"),
        ("$$$$", "$$"),
        ("$${A}", "${A}"),
        ("$$${A}", "$a"),
        ("$1", "$1"),
        ("$(", "$("),
        ("$-", "$-"),
        ("foo$", "foo$"),
        ("$ A", "$ A"),
        ("$", "$"),
        ("$.", "$."),
        ("$é", "$é"),
        ("a$/b", "a$/b"),
        ("${A_1:-d}", "d"),
        ("${_x}", "u"),
        ("$_x", "u"),
        ("${U:-a:b}", "a:b"),
        ("${U:-a?b}", "a?b"),
        ("${U:-a-b}", "a-b"),
        ("${U:-'q'}", "'q'"),
        ("${U:-\"q\"}", "\"q\""),
        ("${U:-{\"a\":1}}", "{\"a\":1}"),
        ("${U:-{\"a\":{\"b\":2}}}", "{\"a\":{\"b\":2}}"),
        ("${U:-{\"a\":1}} x", "{\"a\":1} x"),
        ("${U:-{}}", "{}"),
        ("${U:-{}} x", "{} x"),
        ("${U:-{x}} ${B}", "{x} b"),
        ("${A:-{x}} ${B}", "a b"),
        ("${U:-}}", "}"),
        ("${U:-}|", "|"),
        ("${A:-x}y}", "ay}"),
        ("${A:-x}} ${B}", "a} b"),
        ("${U:-}x${B}}", "xb}"),
        ("${U:-a}${V:-b}", "ab"),
        ("${U:-a} ${V:-b} ${A}", "a b a"),
        ("${U-a}${A:-b}", "aa"),
        ("${A+x}${U:-b}", "xb"),
        ("${A:?x}${U-b}", "ab"),
        ("${U:-a}$$", "a$"),
        ("${U:-a$$b}", "a$b"),
        ("${U:-$$}", "$"),
        ("${U:-$1}", "$1"),
        ("${U:-$}", "$"),
        ("${U:-a}$", "a$"),
        ("${U:-x:-y}", "x:-y"),
        ("${U-x:-y}", "x:-y"),
        ("${U:-x?y}", "x?y"),
        ("${A?x-y}", "a"),
        ("${U-}|", "|"),
        ("${U:+}|", "|"),
        ("${A:+}|", "|"),
        ("$A:$B", "a:b"),
        ("${A}:${B}", "a:b"),
        ("${A}}", "a}"),
        ("{${A}}", "{a}"),
        ("${U:-${B} x}", "b x"),
        ("${D}", "$A"),
        ("$D", "$A"),
        ("${N}", "l1\nl2"),
        ("${U:-$D}", "$A"),
        ("${U:-{{.x}}}", "{{.x}}"),
        ("${U:-{{ .x }}}", "{{ .x }}"),
        ("${U:-a}{{b}}", "a{{b}}"),
        ("${U:-{{a}} {{b}}}", "{{a} {{b}}}"),
        ("{{.x}} ${U:-a}", "{{.x}} a"),
        ("{{.x}} ${A}", "{{.x}} a"),
        ("${U:-[a]}", "[a]"),
        ("${U:-a/b}", "a/b"),
        ("${A-${B:-x}}", "a"),
        ("${a}", ""),
        ("${U:-x}{y}", "x{y}"),
        ("${U:-{ {}} ${B}}", "{ {}} b"),
        ("${U:-${V:-{}}}", "{}"),
        ("${U:-${V:-{}}} x", "{} x"),
        ("${U:-${V:-{a}}} x ${B}", "{a} x b"),
        ("${U:+a}${U:-{}", "{"),
        ("${U:-$A.B}", "a.B"),
        ("${U:-ü}", "ü"),
        ("ü${A}", "üa"),
        ("${U:-ü${B}}ü", "übü"),
        ("$Aü", "aü"),
        ("$A_", ""),
        ("$A-", "a-"),
        ("a${U:--}b", "a-b"),
        ("${U:-:-}", ":-"),
        ("${U--}", "-"),
        ("${U++}|", "|"),
        ("${A++}", "+"),
        ("${A??}", "a"),
        ("${U:-{a}", "{a"),
        ("${U:-{}", "{"),
        ("${U:-{a}}", "{a}"),
        ("${U:-a}\n${B}", "a\nb"),
        ("${A}\n$B", "a\nb"),
        ("${U:-x}}\n}", "x}\n}"),
        ("$A\n", "a\n"),
        ("${U:-{a}\n${B}}", "{a\nb}"),
        ("${U:-a\tb}", "a\tb"),
        ("$U\n$U", "\n"),
    ];

    #[test]
    fn texts_are_those_of_docker_compose() {
        for (text, expected) in CASES {
            check(text, expected);
        }
    }

    #[test]
    fn a_required_variable_must_have_a_value() {
        let message = "the required variable `U` has no value: e";
        refuse("${U:?e}", "${U:?e}", message);
        refuse("x ${U?e} y", "${U?e}", message);
        refuse("${E:?e}", "${E:?e}", "the required variable `E` has no value: e");
        refuse("${U:?}", "${U:?}", "the required variable `U` has no value");
        refuse("${U?}", "${U?}", "the required variable `U` has no value");
        refuse("${U?x:-y}", "${U?x:-y}", "the required variable `U` has no value: x:-y");
        refuse("${A:-b}${U:?x}", "${U:?x}", "the required variable `U` has no value: x");
        refuse("${U:?x} ${V:?y}", "${U:?x}", "the required variable `U` has no value: x");
    }

    #[test]
    fn a_message_tells_no_value() {
        refuse("${U:?need $B}", "${U:?need $B}", "the required variable `U` has no value: need $B");
    }

    #[test]
    fn operands_count_even_when_not_used() {
        let message = "the required variable `V` has no value: x";
        for text in ["${A:-${V:?x}}", "${E:+${V:?x}}", "${U:+${V:?x}}", "${U:?need ${V:?x}}"] {
            refuse(text, "${V:?x}", message);
        }
    }

    #[test]
    fn braces_need_a_name() {
        for text in ["${}", "${1A}", "${#A}", "${ A}", "${é}", "${"] {
            refuse(text, text, "`${` must be followed by the name of a variable");
        }
        refuse("${{A}}", "${{A}", "`${` must be followed by the name of a variable");
    }

    #[test]
    fn a_name_is_followed_by_an_operator() {
        let message = "in `${…}` the name must be followed by `}`, or by `-`, `+` or `?`, with or without a `:`";
        for text in ["${A.B}", "${A!x}", "${A B}", "${A:}", "${A:x}", "${A/x/y}", "${A }"] {
            refuse(text, text, message);
            refuse(&format!("ü$A {text} }}"), text, message);
            refuse(&format!("${{A:-{text}}}"), text, message);
        }
        refuse("${A\n}", "${A", message);
    }

    #[test]
    fn braces_are_closed_in_their_line() {
        refuse("${A", "${A", "`${` is not closed in its line");
        refuse("${A:-x", "${A:-x", "`${` is not closed in its line");
        refuse("${U:-a\nb}", "${U:-a", "`${` is not closed in its line");
        refuse("${U:?x\n}", "${U:?x", "`${` is not closed in its line");
        refuse("${U:-${B}", "${B", "`${` is not closed in its line");
        // The character behind an opening brace does not count.
        refuse("${A:-{}} ${B}", "${B", "`${` is not closed in its line");
    }

    #[test]
    fn variables_without_a_value_are_told_with_their_place() {
        let mut unset = Vec::new();
        let text = "$A $U ${V} ${W:-${X}} ${Y:+1} $E";
        let result = substitute(text, &variables, &mut |name, range| unset.push((name.to_owned(), range)));
        assert_eq!(result.unwrap(), "a     ");
        let places: Vec<(&str, &str)> =
            unset.iter().map(|(name, range)| (name.as_str(), text.get(range.clone()).unwrap())).collect();
        assert_eq!(places, [("U", "$U"), ("V", "${V}"), ("X", "${X}")]);
    }

    #[test]
    fn nesting_has_a_bound() {
        let nested = |depth: usize| format!("{}x{}", "${U:-".repeat(depth), "}".repeat(depth));
        check(&nested(MAX_DEPTH), "x");
        let err = substitute(&nested(100_000), &variables, &mut |_, _| {}).unwrap_err();
        assert_eq!(err.problem, Problem::Depth);
    }

    #[test]
    fn a_long_line_takes_no_longer_than_its_length() {
        check(&"${U:-b}".repeat(100_000), &"b".repeat(100_000));
    }

    proptest! {
        #[test]
        fn substituting_never_panics(text in r"[AUE${}:?+\-\nü ]{0,40}") {
            let _ = substitute(&text, &variables, &mut |_, _| {});
        }

        #[test]
        fn a_text_without_dollar_is_borrowed(text in "[^$]{0,40}") {
            let result = substitute(&text, &variables, &mut |_, _| {}).unwrap();
            prop_assert!(matches!(result, Cow::Borrowed(same) if same == text));
        }

        #[test]
        fn doubled_dollars_come_back_single(text in ".{0,40}") {
            let doubled = text.replace('$', "$$");
            prop_assert_eq!(substitute(&doubled, &variables, &mut |_, _| {}).unwrap(), text);
        }

        #[test]
        fn an_error_lies_within_the_text(text in r"[AU${}:?.ü-]{0,30}") {
            if let Err(err) = substitute(&text, &variables, &mut |_, _| {}) {
                prop_assert!(text.get(err.range).is_some());
            }
        }
    }
}
