//! Files of variables, in Docker's dialect.
//!
//! A value in single quotes is literal; in double quotes it has escapes and variables; without quotes it ends with the
//! line or at ` #`, and has variables. A variable means, in this order: what `lookup` says, what an earlier line of
//! the file says, what earlier files say.

mod value;

use indexmap::IndexMap;
use thiserror::Error;

use super::interpolate::{Lookup, Problem};
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
    /// A line of a raw file that starts with `=`.
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
        let value = raw.value(&known).map_err(|problem| error(DotenvProblem::Interpolation(problem)))?;
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
    let statement = exported.map_or(statement, |rest| rest.trim_start_matches(is_space)).trim_start_matches(is_blank);
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
    // A name at the very end of a file, without a line break, is read as the value of no name: an oddity of the
    // reference, and the same as nothing when `export` stands alone there.
    Ok(("", if statement.is_empty() { Terminator::NewLine } else { Terminator::Sign }, statement))
}
