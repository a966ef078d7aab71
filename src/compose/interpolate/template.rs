//! `${VARIABLE}` in one text.
//!
//! Equal to Docker Compose in its oddities too: an operand ends at the brace that closes it, where the character
//! behind an opening brace does not count; and if no brace closes it, at the last one of the line.

use std::borrow::Cow;
use std::ops::Range;

use thiserror::Error;

/// Where the values of variables come from.
pub(in crate::compose) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// How deep variables may stand in each other's operands.
const MAX_DEPTH: usize = 100;

/// A `$` that cannot be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem}")]
pub(in crate::compose) struct InterpolationError {
    /// The bytes of the text that it is about.
    pub(in crate::compose) range: Range<usize>,
    /// What is wrong.
    pub(in crate::compose) problem: Problem,
}

/// What is wrong with a `$`. Values of variables are never told.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(in crate::compose) enum Problem {
    /// `${}` or `${1}`.
    #[error("`${{` must be followed by the name of a variable")]
    NoName,
    /// `${A.B}`.
    #[error("in `${{{name}…}}` the name must be followed by `}}`, or by `-`, `+` or `?`, with or without a `:`")]
    Operator {
        /// The variable.
        name: String,
    },
    /// `${A:-b`.
    #[error("`${{{name}` is not closed in its line")]
    Unclosed {
        /// The variable.
        name: String,
    },
    /// `${A?message}`, where the variable has no value.
    #[error("the required variable `{name}` has no value{}{message}", if message.is_empty() { "" } else { ": " })]
    Required {
        /// The variable.
        name: String,
        /// What the file says about it, as it is written.
        message: String,
    },
    /// Operands within operands beyond all reason.
    #[error("variables stand more than {MAX_DEPTH} deep in each other")]
    Depth,
}

/// Replaces the variables of a text. `unset` hears of those that have no value and no default, which then are empty.
pub(in crate::compose) fn substitute<'t>(
    text: &'t str,
    lookup: Lookup<'_>,
    unset: &mut dyn FnMut(&str, Range<usize>),
) -> Result<Cow<'t, str>, InterpolationError> {
    Substitution { lookup, unset }.text(text, 0, 0)
}

/// What stays the same while a text is worked through.
struct Substitution<'s> {
    lookup: Lookup<'s>,
    unset: &'s mut dyn FnMut(&str, Range<usize>),
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
            self.push_value(&mut result, &reference, base + dollar..base + position, depth)?;
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

/// What a `$` stands for.
#[derive(Debug, Clone, Copy)]
enum Reference<'t> {
    /// `$$`: itself.
    Dollar,
    /// `$A` or `${A}`.
    Variable(&'t str),
    /// `${A:-b}` and its kind.
    Operation { name: &'t str, operator: Operator, operand: &'t str },
}

/// `:-`, `-`, `:+`, `+`, `:?` or `?`.
#[derive(Debug, Clone, Copy)]
struct Operator {
    /// What happens.
    action: Action,
    /// `:`: an empty variable is as good as none.
    empty_is_unset: bool,
}

/// What an operator makes of its operand.
#[derive(Debug, Clone, Copy)]
enum Action {
    /// `-`: the operand stands in for a missing value.
    Default,
    /// `+`: the operand stands in for a value.
    Replace,
    /// `?`: a missing value is a mistake, which the operand explains.
    Require,
}

impl<'t> Reference<'t> {
    /// Reads what stands behind a `$`, and how long it is. A `$` without anything to it is just a character.
    fn parse(text: &'t str) -> Result<Option<(Self, usize)>, Problem> {
        if text.starts_with('$') {
            return Ok(Some((Self::Dollar, 1)));
        }
        let Some(braced) = text.strip_prefix('{') else {
            let (name, _) = split_name(text);
            return Ok((!name.is_empty()).then_some((Self::Variable(name), name.len())));
        };
        let (name, behind) = split_name(braced);
        if name.is_empty() {
            return Err(Problem::NoName);
        }
        if behind.starts_with('}') {
            return Ok(Some((Self::Variable(name), name.len() + 2)));
        }
        let Some((operator, behind)) = Operator::strip(behind) else {
            let name = name.to_owned();
            return Err(if behind.is_empty() { Problem::Unclosed { name } } else { Problem::Operator { name } });
        };
        let Some(operand) = operand(behind) else { return Err(Problem::Unclosed { name: name.to_owned() }) };
        let length = text.len() - behind.len() + operand.len() + 1;
        Ok(Some((Self::Operation { name, operator, operand }, length)))
    }
}

impl Operator {
    /// Takes an operator from the start of a text.
    fn strip(text: &str) -> Option<(Self, &str)> {
        let (empty_is_unset, text) = text.strip_prefix(':').map_or((false, text), |text| (true, text));
        let mut characters = text.chars();
        let action = match characters.next()? {
            '-' => Action::Default,
            '+' => Action::Replace,
            '?' => Action::Require,
            _ => return None,
        };
        Some((Self { action, empty_is_unset }, characters.as_str()))
    }
}

/// The next `$` from a position on.
fn find_dollar(text: &str, position: usize) -> Option<usize> {
    text.get(position..)?.find('$').map(|offset| position + offset)
}

/// Splits a text behind the variable's name that it starts with.
fn split_name(text: &str) -> (&str, &str) {
    let starts_name = text.starts_with(|first: char| first == '_' || first.is_ascii_alphabetic());
    let length = text.find(|next: char| next != '_' && !next.is_ascii_alphanumeric()).unwrap_or(text.len());
    text.split_at_checked(if starts_name { length } else { 0 }).unwrap_or_default()
}

/// The operand that a text starts with: up to the brace that closes it, or the last one of the line.
fn operand(text: &str) -> Option<&str> {
    let mut open = 1_usize;
    let mut behind_opening = false;
    let mut last = None;
    for (index, byte) in text.bytes().enumerate().take_while(|(_, byte)| *byte != b'\n') {
        let counts = !std::mem::take(&mut behind_opening);
        match byte {
            b'{' if counts => {
                open += 1;
                behind_opening = true;
            }
            b'}' => {
                last = Some(index);
                open -= usize::from(counts);
                if open == 0 {
                    break;
                }
            }
            _ => {}
        }
    }
    text.get(..last?)
}
