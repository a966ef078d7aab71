//! What may stand behind a `$`.
//!
//! Equal to Docker Compose in its oddities too: an operand ends at the brace that closes it, where the character
//! behind an opening brace does not count; and if no brace closes it, at the last one of the line.

use std::ops::Range;

use super::problem::Problem;

/// What a `$` stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reference<'t> {
    /// `$$`: itself.
    Dollar,
    /// `$A` or `${A}`.
    Variable(&'t str),
    /// `${A:-b}` and its kind.
    Operation { name: &'t str, operator: Operator, operand: &'t str },
}

/// The parts of a text that only name variables: `${A}`, or `${A:-` of what has an operand.
///
/// `$A` is not among them, as it may as well be a part of a password in which `$` stands by mistake.
pub(in crate::compose) fn names(text: &str) -> Vec<Range<usize>> {
    let mut names = Vec::new();
    let mut position = 0;
    while let Some(dollar) = text.get(position..).and_then(|rest| rest.find('$')).map(|offset| position + offset) {
        position = dollar + 1;
        let behind = text.get(position..).unwrap_or_default();
        match Reference::parse(behind) {
            Ok(Some((Reference::Variable(_), length))) => {
                if behind.starts_with('{') {
                    names.push(dollar..position + length);
                }
                position += length;
            }
            Ok(Some((Reference::Operation { operand, .. }, length))) => {
                names.push(dollar..position + length - 1 - operand.len());
                position += length;
            }
            Ok(Some((Reference::Dollar, length))) => position += length,
            Ok(None) => {}
            // What follows may be anything.
            Err(_) => break,
        }
    }
    names
}

/// `:-`, `-`, `:+`, `+`, `:?` or `?`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operator {
    /// What happens.
    pub(super) action: Action,
    /// `:`: an empty variable is as good as none.
    pub(super) empty_is_unset: bool,
}

/// What an operator makes of its operand.
#[derive(Debug, Clone, Copy)]
pub(super) enum Action {
    /// `-`: the operand stands in for a missing value.
    Default,
    /// `+`: the operand stands in for a value.
    Replace,
    /// `?`: a missing value is a mistake, which the operand explains.
    Require,
}

impl<'t> Reference<'t> {
    /// Reads what stands behind a `$`, and how long it is. A `$` without anything to it is just a character.
    pub(super) fn parse(text: &'t str) -> Result<Option<(Self, usize)>, Problem> {
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
            return Err(if behind.is_empty() { Problem::Unclosed } else { Problem::Operator });
        };
        let operand = operand(behind).ok_or(Problem::Unclosed)?;
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
