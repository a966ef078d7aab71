//! Files of variables, in Docker's dialect.
//!
//! A value in single quotes is literal; in double quotes it has escapes and variables; without quotes it ends with the
//! line or at ` #`, and has variables. A variable means, in this order: what `lookup` says, what an earlier line of
//! the file says, what earlier files say.

mod value;

use indexmap::IndexMap;
use thiserror::Error;

use super::interpolate::{Budget, Lookup, Problem};
use value::RawValue;

/// What a file says, in its order: each variable once, with its last value. `None` is a name that stands alone and
/// that nothing gives a value to: Compose leaves it out, or leaves what an earlier file says.
pub(super) type Variables = Vec<(String, Option<String>)>;

/// A mistake in a file of variables.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub(super) struct DotenvError {
    /// The line, from 1; of a value with several lines, the first.
    pub(super) line: usize,
    /// What is wrong.
    pub(super) problem: DotenvProblem,
}

/// What is wrong in a file of variables. Values are never told, as they may be secrets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum DotenvProblem {
    /// `A+=1`.
    #[error("the name of a variable cannot hold `{}`", .0.escape_debug())]
    Character(char),
    /// `A B=1`.
    #[error("the name of a variable cannot hold a space")]
    Space,
    /// `export` with nothing behind it, or a line of a raw file that starts with `=`.
    #[error("the name of the variable is missing")]
    NoName,
    /// `A="b`.
    #[error("the quote around the value of `{0}` is not closed")]
    Quote(String),
    /// A variable in a value that cannot be replaced.
    #[error(transparent)]
    Interpolation(Problem),
}

/// Reads a file of variables.
pub(super) fn parse(text: &str, lookup: Lookup<'_>) -> Result<Variables, DotenvError> {
    parse_after(text, lookup, &|_| None)
}

/// Reads a file of variables after others: `earlier` says what those gave.
pub(super) fn parse_after(text: &str, lookup: Lookup<'_>, earlier: Lookup<'_>) -> Result<Variables, DotenvError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut variables: IndexMap<String, Option<String>> = IndexMap::new();
    let budget = Budget::new();
    let mut lines = Lines { text, position: 0, line: 1 };
    let mut rest = text;
    while let Some(statement) = statement_start(rest) {
        let line = lines.line_at(text.len() - statement.len());
        let error = |problem| DotenvError { line, problem };
        let (name, terminator, behind) = split_name(statement).map_err(error)?;
        if terminator == Terminator::NewLine {
            rest = behind;
            match lookup(name) {
                Some(value) => drop(variables.insert(name.to_owned(), Some(value))),
                None => drop(variables.entry(name.to_owned()).or_insert(None)),
            }
            continue;
        }
        let (raw, behind) = RawValue::split(behind).ok_or_else(|| error(DotenvProblem::Quote(name.to_owned())))?;
        let known =
            |name: &str| lookup(name).or_else(|| variables.get(name).cloned().flatten()).or_else(|| earlier(name));
        let counted = |name: &str| budget.count(known(name));
        let value = raw.value(&counted).map_err(|problem| error(DotenvProblem::Interpolation(problem)))?;
        if budget.is_exhausted() {
            return Err(error(DotenvProblem::Interpolation(Problem::Size)));
        }
        variables.insert(name.to_owned(), Some(value));
        rest = behind;
    }
    Ok(variables.into_iter().collect())
}

/// Reads a file with `format: raw`: one variable per line, and its value as it is.
pub(super) fn parse_raw(text: &str, lookup: Lookup<'_>) -> Result<Variables, DotenvError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut variables: IndexMap<String, Option<String>> = IndexMap::new();
    for (line, statement) in (1..).zip(text.lines()) {
        let statement = statement.trim_start();
        if statement.is_empty() || statement.starts_with('#') {
            continue;
        }
        let (name, value) = statement.split_once('=').map_or((statement, None), |(name, value)| (name, Some(value)));
        if name.is_empty() {
            return Err(DotenvError { line, problem: DotenvProblem::NoName });
        }
        if name.contains([' ', '\t']) {
            return Err(DotenvError { line, problem: DotenvProblem::Space });
        }
        match value.map(str::to_owned).or_else(|| lookup(name)) {
            Some(value) => drop(variables.insert(name.to_owned(), Some(value))),
            None => drop(variables.entry(name.to_owned()).or_insert(None)),
        }
    }
    Ok(variables.into_iter().collect())
}

/// Counts lines up to positions that only grow.
struct Lines<'t> {
    text: &'t str,
    position: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of a position, which must not lie before the last one.
    fn line_at(&mut self, position: usize) -> usize {
        let passed = self.text.get(self.position..position).unwrap_or_default();
        self.line += passed.matches('\n').count();
        self.position = position;
        self.line
    }
}

/// What ends a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Terminator {
    /// `=` or `:`: a value follows.
    Sign,
    /// The end of the line: the value is to be looked up.
    NewLine,
}

/// The text from the next statement on, past blank lines and comments.
fn statement_start(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    while let Some(comment) = rest.strip_prefix('#') {
        rest = comment.split_once('\n')?.1.trim_start();
    }
    (!rest.is_empty()).then_some(rest)
}

/// Whether a character is a blank within a line.
const fn is_blank(character: char) -> bool {
    matches!(character, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

/// Splits a statement into its name, what ended that, and the rest.
fn split_name(statement: &str) -> Result<(&str, Terminator, &str), DotenvProblem> {
    let is_space = |next: char| matches!(next, '\t' | '\n' | '\u{c}' | '\r' | ' ');
    let exported = statement.strip_prefix("export").filter(|rest| rest.starts_with(is_space));
    let statement = exported.unwrap_or(statement).trim_start_matches(is_blank);
    for (index, character) in statement.char_indices() {
        let terminator = match character {
            '=' | ':' => Terminator::Sign,
            '\n' => Terminator::NewLine,
            '_' | '.' | '-' | '[' | ']' => continue,
            _ if is_blank(character) || character.is_alphanumeric() => continue,
            _ => return Err(DotenvProblem::Character(character)),
        };
        let (name, rest) = statement.split_at_checked(index).unwrap_or_default();
        let name = name.trim_end();
        if name.contains(' ') {
            return Err(DotenvProblem::Space);
        }
        let mut rest = rest.chars();
        rest.next();
        return Ok((name, terminator, rest.as_str().trim_start_matches(is_blank)));
    }
    if statement.is_empty() {
        return Err(DotenvProblem::NoName);
    }
    // A name at the very end of a file, without a line break, is read as the value of no name: an oddity of the
    // reference.
    Ok(("", Terminator::Sign, statement))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lookup(name: &str) -> Option<String> {
        let value = match name {
            "P" => "proc",
            "E" => "",
            "A0" => "zero",
            _ => return None,
        };
        Some(value.to_owned())
    }

    /// What has a value, sorted.
    #[track_caller]
    fn with_values(variables: Result<Variables, DotenvError>) -> Vec<(String, String)> {
        let mut variables: Vec<_> =
            variables.unwrap().into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        variables.sort();
        variables
    }

    #[track_caller]
    fn assert_variables(variables: Result<Variables, DotenvError>, expected: &[(&str, &str)]) {
        let mut expected: Vec<_> =
            expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        expected.sort();
        assert_eq!(with_values(variables), expected);
    }

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        assert_variables(parse(text, &lookup), expected);
    }

    #[track_caller]
    fn check_raw(text: &str, expected: &[(&str, &str)]) {
        assert_variables(parse_raw(text, &lookup), expected);
    }

    #[track_caller]
    fn refuse(text: &str, expected: &str) {
        assert_eq!(parse(text, &lookup).unwrap_err().to_string(), expected);
    }

    #[test]
    fn files_are_read_as_docker_compose_reads_them() {
        check("A = 1\n", &[("A", "1")]);
        check("A =1\n", &[("A", "1")]);
        check("  A=1\n", &[("A", "1")]);
        check("\tA=1\n", &[("A", "1")]);
        check("export A=1\n", &[("A", "1")]);
        check("export  A=1\n", &[("A", "1")]);
        check("export\tA=1\n", &[("A", "1")]);
        check("export A\n", &[]);
        check("export P\n", &[("P", "proc")]);
        check("exportA=1\n", &[("exportA", "1")]);
        check("export=1\n", &[("export", "1")]);
        check("export =1\n", &[("", "1")]);
        check("A: 1\n", &[("A", "1")]);
        check("A:1\n", &[("A", "1")]);
        check("A : 1\n", &[("A", "1")]);
        check("A:b=c\n", &[("A", "b=c")]);
        check("# c\nA=1\n", &[("A", "1")]);
        check(" # c\nA=1\n", &[("A", "1")]);
        check("A=\"x\"B=2\n", &[("A", "x"), ("B", "2")]);
        check("A=\"x\" B=2\n", &[("A", "x"), ("B", "2")]);
        check("A=\"x\" y", &[("", "y"), ("A", "x")]);
        check("A=\"a\nb\"\nB=2\n", &[("A", "a\nb"), ("B", "2")]);
        check("A=\"a\r\nb\"\r\nB=2\r\n", &[("A", "a\r\nb"), ("B", "2")]);
        check("A=1\r\nB=2\r\n", &[("A", "1"), ("B", "2")]);
        check("A=1\nB=$A\n", &[("A", "1"), ("B", "1")]);
        check("B=$A\nA=1\n", &[("A", "1"), ("B", "")]);
        check("A=1\nA=2\nB=$A\n", &[("A", "2"), ("B", "2")]);
        check("P=mine\nB=$P\n", &[("B", "proc"), ("P", "mine")]);
        check("E=mine\nB=$E\n", &[("B", ""), ("E", "mine")]);
        check("E=mine\n", &[("E", "mine")]);
        check("P=mine\n", &[("P", "mine")]);
        check("P\n", &[("P", "proc")]);
        check("P", &[("", "P")]);
        check("U\n", &[]);
        check("U", &[("", "U")]);
        check("U\nB=1\n", &[("B", "1")]);
        check("P\nB=$P\n", &[("B", "proc"), ("P", "proc")]);
        check("U=1\nU\n", &[("U", "1")]);
        check("P=1\nP\n", &[("P", "proc")]);
        check("P \n", &[("P", "proc")]);
        check(" P\n", &[("P", "proc")]);
        check("A\tB=1\n", &[("A\tB", "1")]);
        check("A\u{a0}B=1\n", &[("A\u{a0}B", "1")]);
        check("1A=1\n", &[("1A", "1")]);
        check("A.b=1\n", &[("A.b", "1")]);
        check("A-b=1\n", &[("A-b", "1")]);
        check("A[0]=1\n", &[("A[0]", "1")]);
        check("É=1\n", &[("É", "1")]);
        check("ß=1\n", &[("ß", "1")]);
        check("é=1\n", &[("é", "1")]);
        check("日=1\n", &[("日", "1")]);
        check("=1\n", &[("", "1")]);
        check(":1\n", &[("", "1")]);
        check(" =1\n", &[("", "1")]);
        check("=\n", &[("", "")]);
        check("A=\nB=2\n", &[("A", ""), ("B", "2")]);
        check("", &[]);
        check("\n", &[]);
        check("\n\n", &[]);
        check("#\n", &[]);
        check("# c", &[]);
        check("\u{feff}A=1\n", &[("A", "1")]);
        check("A=a\\\nB=2\n", &[("A", "a\\"), ("B", "2")]);
        check("A=x\n\n\n# c\n\nB=2\n", &[("A", "x"), ("B", "2")]);
        check("A: \"x\"\n", &[("A", "x")]);
        check("A: 'x' # c\n", &[("A", "x")]);
        check("A:\n", &[("A", "")]);
        check("A: \nB: 2\n", &[("A", ""), ("B", "2")]);
        check("A=\"$B\"\nB=1\n", &[("A", ""), ("B", "1")]);
        check("A=1\nB=\"${A}2\"\nC=${B}3\n", &[("A", "1"), ("B", "12"), ("C", "123")]);
        check("A\u{b}=1\n", &[("A", "1")]);
        check("A=1\n B=2\n", &[("A", "1"), ("B", "2")]);
        check("export A=1 B=2\n", &[("A", "1 B=2")]);
        check("A=x\n=y\n", &[("", "y"), ("A", "x")]);
        check("_=1\n", &[("_", "1")]);
        check(".=1\n", &[(".", "1")]);
        check("-=1\n", &[("-", "1")]);
        check("A\n\nB=1\n", &[("B", "1")]);
        check("export\nA=1\n", &[("A", "1")]);
        check("export\n", &[]);
        check("export", &[("", "export")]);
    }

    #[test]
    fn raw_files_are_read_as_docker_compose_reads_them() {
        check_raw("A=1\n", &[("A", "1")]);
        check_raw("A= 1\n", &[("A", " 1")]);
        check_raw("  A=1\n", &[("A", "1")]);
        check_raw("\tA=1\n", &[("A", "1")]);
        check_raw("A:1\n", &[]);
        check_raw("A:b=c\n", &[("A:b", "c")]);
        check_raw("# c\nA=1\n", &[("A", "1")]);
        check_raw(" # c\nA=1\n", &[("A", "1")]);
        check_raw("A=1 # c\n", &[("A", "1 # c")]);
        check_raw("A=\"x\" y\n", &[("A", "\"x\" y")]);
        check_raw("A='a\nb'\n", &[("A", "'a")]);
        check_raw("A=1\r\nB=2\r\n", &[("A", "1"), ("B", "2")]);
        check_raw("A=1\rB=2\n", &[("A", "1\rB=2")]);
        check_raw("A=$P\n", &[("A", "$P")]);
        check_raw("A=1\nA=2\nB=$A\n", &[("A", "2"), ("B", "$A")]);
        check_raw("P\n", &[("P", "proc")]);
        check_raw("P", &[("P", "proc")]);
        check_raw("U\n", &[]);
        check_raw("U=1\nU\n", &[("U", "1")]);
        check_raw("P=1\nP\n", &[("P", "proc")]);
        check_raw(" P\n", &[("P", "proc")]);
        check_raw("A\u{a0}B=1\n", &[("A\u{a0}B", "1")]);
        check_raw("A/b=1\n", &[("A/b", "1")]);
        check_raw("A+=1\n", &[("A+", "1")]);
        check_raw("A=\n", &[("A", "")]);
        check_raw("A=x  \n", &[("A", "x  ")]);
        check_raw("", &[]);
        check_raw("\u{feff}A=1\n", &[("A", "1")]);
        check_raw("A\u{b}=1\n", &[("A\u{b}", "1")]);
        check_raw("\"A\"=1\n", &[("\"A\"", "1")]);
        check_raw("export\n", &[]);
    }

    #[test]
    fn raw_names_hold_no_blank() {
        let refuse = |text: &str, line, problem| {
            assert_eq!(parse_raw(text, &lookup), Err(DotenvError { line, problem }));
        };
        for text in ["A = 1\n", "export A=1\n", "A\tB=1\n", "P # c\n", "P \n"] {
            refuse(text, 1, DotenvProblem::Space);
        }
        refuse("=1\n", 1, DotenvProblem::NoName);
        refuse("A=x\n\n=y\n", 3, DotenvProblem::NoName);
    }

    #[test]
    fn mistakes_name_their_line() {
        refuse("P # c\n", "line 1: the name of a variable cannot hold `#`");
        refuse("A=1\n\n# c\nA B=1\n", "line 4: the name of a variable cannot hold a space");
        refuse("- A=1\n", "line 1: the name of a variable cannot hold a space");
        refuse("A='x\ny'\nA+=1\n", "line 3: the name of a variable cannot hold `+`");
        refuse("A=\"a\"\"b\"\n", "line 1: the name of a variable cannot hold `\\\"`");
        refuse("B=1\nA='a\nC=1\n", "line 2: the quote around the value of `A` is not closed");
        refuse("A=${U:?m}\n", "line 1: the required variable `U` has no value: m");
        refuse("A=1\nexport ", "line 2: the name of the variable is missing");
        refuse("A=${P\n", "line 1: `${` is not closed in its line");
        let bomb: Vec<String> = (1..60).map(|number| format!("B{number}=$B{0}$B{0}\n", number - 1)).collect();
        refuse(&format!("B0=xx\n{}", bomb.concat()), "line 26: the values of variables add up to more than 64 MiB");
    }

    #[test]
    fn a_line_counts_more_than_an_earlier_file_and_less_than_the_environment() {
        let earlier = |name: &str| matches!(name, "A" | "P").then(|| "earlier".to_owned());
        let read = |text: &str| with_values(parse_after(text, &lookup, &earlier));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(read("A=2\nB=$A"), [pair("A", "2"), pair("B", "2")]);
        assert_eq!(read("B=$A\nA=2"), [pair("A", "2"), pair("B", "earlier")]);
        assert_eq!(read("P=2\nB=$P"), [pair("B", "proc"), pair("P", "2")]);
    }

    #[test]
    fn a_name_alone_without_a_value_is_told() {
        assert_eq!(parse("U\n", &lookup), Ok(vec![("U".to_owned(), None)]));
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in r#"([AB ]{0,3}[=:]?['"]?[a$\\0-9{}# ü]{0,5}['"]?[\n\r]?){0,6}"#) {
            let _ = parse(&text, &lookup);
            let _ = parse_raw(&text, &lookup);
        }

        #[test]
        fn quoted_values_come_back(value in "[^'\\\\]{0,20}") {
            check(&format!("A='{value}'"), &[("A", &value)]);
        }

        #[test]
        fn raw_values_come_back(value in "[^\r\n]{0,20}") {
            check_raw(&format!("A={value}"), &[("A", &value)]);
        }
    }
}
