//! Programs that ask once whether someone is there, which loops repeat until they succeed.

use super::idiom::{Environment, Match, base_name};
use super::idioms::PROBERS;
use super::shell::{Condition, Dialect, Loop, Word, condition};
use super::wait::{Strictness, Target};

/// A program that asks once whether someone is there.
#[derive(Debug)]
pub(super) struct Prober {
    /// Its name, for messages.
    pub(super) name: &'static str,
    /// What `grep` may look for in its output, as far as that means no more than its own success.
    pub(super) replies: &'static [&'static str],
    /// Reads a question. `None` when a single word of it is not understood.
    pub(super) recognise: fn(Question<'_>) -> Option<Target>,
}

/// A command line that asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    /// Its words, from the program's name on, with a NUL for what the shell writes out.
    pub(super) words: &'a [&'a str],
    /// The environment in which it runs.
    pub(super) environment: &'a Environment,
    /// What variables are set for it alone, as they are written: `PGPASSWORD=…`.
    pub(super) assignments: &'a [&'a str],
    /// Its redirections.
    pub(super) condition: &'a Condition,
    /// What `grep` looks for in its output.
    pub(super) reply: Option<&'a str>,
}

impl<'a> Question<'a> {
    /// The words behind the program's name, if it has one of these names.
    pub(super) fn arguments(self, names: &[&str]) -> Option<&'a [&'a str]> {
        let (program, arguments) = self.words.split_first()?;
        names.contains(&base_name(program)).then_some(arguments)
    }

    /// The value of a variable that is set for it, or for the container.
    pub(super) fn variable(self, name: &str) -> Option<&'a str> {
        let own = self.assignments.iter().filter_map(|assignment| assignment.split_once('='));
        own.rev()
            .find_map(|(other, value)| (other == name).then_some(value))
            .or_else(|| self.environment.get(name)?.value.as_deref())
    }
}

/// How deep a shell may run another.
const DEEPEST: usize = 2;

/// What a loop waits for, if its question is one that is known.
pub(super) fn understand(repeat: &Loop, environment: &Environment) -> Option<(&'static str, Match)> {
    let Loop { condition, limit } = repeat;
    let (name, target) = ask(condition, environment, DEEPEST)?;
    let strictness = if limit.is_some() { Strictness::Lenient } else { Strictness::Strict };
    Some((name, Match { targets: vec![target], timeout: *limit, strictness, used: 0, keep: None, parts: Vec::new() }))
}

/// Asks every prober about a question.
fn ask(question: &Condition, environment: &Environment, depth: usize) -> Option<(&'static str, Target)> {
    let reply = match &question.filter {
        Some(words) => Some(pattern(words)?),
        None => None,
    };
    let words: Vec<&str> = question.words.iter().map(|word| &*word.text).collect();
    let (assignments, words) = words.split_at(words.iter().take_while(|word| is_assignment(word)).count());
    let words = without_timeout(words)?;
    if let [shell, "-c", script] = words {
        let dialect = Dialect::of(shell)?;
        let plain = reply.is_none() && assignments.is_empty() && question.device.is_none();
        let inner = condition(script, dialect).filter(|_| plain && depth > 0)?;
        return ask(&inner, environment, depth - 1);
    }
    let asked = Question { words, environment, assignments, condition: question, reply };
    PROBERS.iter().find_map(|prober| {
        let Prober { name, replies, recognise } = prober;
        reply.is_none_or(|reply| replies.contains(&reply)).then(|| recognise(asked))?.map(|target| (*name, target))
    })
}

/// What `grep` looks for, if it does nothing else.
fn pattern(words: &[Word]) -> Option<&str> {
    let (program, words) = words.split_first()?;
    program.literal().filter(|program| base_name(program) == "grep")?;
    let (pattern, flags) = words.split_last()?;
    let known = |flag: &Word| matches!(flag.literal(), Some("-q" | "-i" | "-iq" | "-qi" | "-w" | "-c" | "-F" | "-E"));
    pattern.literal().filter(|pattern| !pattern.starts_with('-') && flags.iter().all(known))
}

/// Whether a word sets a variable.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    })
}

/// The words behind `timeout 5`, which only hurries a question.
fn without_timeout<'a>(words: &'a [&'a str]) -> Option<&'a [&'a str]> {
    match words {
        ["timeout", "-t", time, rest @ ..] | ["timeout", time, rest @ ..] => {
            let digits = time.strip_suffix('s').unwrap_or(time);
            let plain = !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit() || digit == '.');
            plain.then_some(rest)
        }
        words => Some(words),
    }
}
