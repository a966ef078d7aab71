//! Loops that ask until someone answers: `until PROBE; do sleep 1; done`, and those that give up after some rounds.

use std::ops::Range;

use super::redirection::Redirections;
use super::{Dialect, Reader, Simple, Unknown, Word, is_blank, is_white};
use crate::compose::duration::Duration;

/// A loop that goes on until a question is answered well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower::readiness) struct Loop {
    /// The question.
    pub(in crate::lower::readiness) condition: Condition,
    /// How long it goes on at most, by its pauses; for ever if there is no limit.
    pub(in crate::lower::readiness) limit: Option<Duration>,
}

/// A question that one command asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower::readiness) struct Condition {
    /// The words of the command; there are none where a redirection alone asks.
    pub(in crate::lower::readiness) words: Vec<Word>,
    /// The file `/dev/tcp/HOST/PORT` that it opens.
    pub(in crate::lower::readiness) device: Option<String>,
    /// Whether it reads nothing.
    pub(in crate::lower::readiness) reads_nothing: bool,
    /// Whether its errors go where its output goes.
    pub(in crate::lower::readiness) joins_errors: bool,
    /// The words of the command that reads its output, and whose success counts.
    pub(in crate::lower::readiness) filter: Option<Vec<Word>>,
    /// The bytes that it is written in.
    pub(in crate::lower::readiness) bytes: Range<usize>,
}

/// Commands that only say something.
const TALK: &[&str] = &["echo", "printf", "true", ":"];

/// What a round of a loop does beside asking.
#[derive(Default)]
struct Body {
    /// The question that ends the loop by `break`.
    condition: Option<Condition>,
    /// How long it sleeps.
    pause: Duration,
}

impl Reader<'_> {
    /// Reads a loop, if one comes next.
    pub(super) fn repeat(&mut self) -> Result<Option<Loop>, Unknown> {
        if self.keyword("until") {
            self.asking(false).map(Some)
        } else if self.keyword("while") {
            self.asking(true).map(Some)
        } else if self.keyword("for") {
            self.counting().map(Some)
        } else {
            Ok(None)
        }
    }

    /// Reads `until PROBE; do …; done`, or `while ! PROBE; do …; done`.
    fn asking(&mut self, is_while: bool) -> Result<Loop, Unknown> {
        self.skip(is_white);
        if is_while && (self.keyword("true") || self.keyword(":")) {
            let condition = self.body()?.condition.ok_or(Unknown)?;
            return Ok(Loop { condition, limit: None });
        }
        let is_negated = self.keyword("!");
        if is_negated != is_while {
            // It goes on for as long as someone answers.
            return Err(Unknown);
        }
        self.skip(is_blank);
        let condition = self.condition()?;
        let Body { condition: None, pause: _ } = self.body()? else { return Err(Unknown) };
        Ok(Loop { condition, limit: None })
    }

    /// Reads `for i in $(seq 60); do PROBE && break; …; done`.
    fn counting(&mut self) -> Result<Loop, Unknown> {
        self.skip(is_blank);
        let name = self.word()?.ok_or(Unknown)?;
        let is_name = |name: &str| name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        name.literal().filter(|name| is_name(name)).ok_or(Unknown)?;
        self.skip(is_blank);
        self.keyword("in").then_some(()).ok_or(Unknown)?;
        let rounds = self.rounds()?;
        let Body { condition, pause } = self.body()?;
        let limit = pause.as_nanos().checked_mul(rounds.into()).map(Duration::from_nanos);
        Ok(Loop { condition: condition.ok_or(Unknown)?, limit: Some(limit.ok_or(Unknown)?) })
    }

    /// Reads what a loop counts: `$(seq 60)`, `{1..60}`, or the words themselves.
    fn rounds(&mut self) -> Result<u32, Unknown> {
        self.skip(is_blank);
        let rest = self.rest();
        for (open, close) in [("$(seq ", ")"), ("`seq ", "`"), ("{", "}")] {
            let Some((inside, _)) = rest.strip_prefix(open).and_then(|rest| rest.split_once(close)) else { continue };
            let numbers: Vec<&str> = match open {
                "{" if self.dialect == Dialect::Bash => inside.split("..").collect(),
                // Others take braces for what they are.
                "{" => return Err(Unknown),
                _ => inside.split_whitespace().collect(),
            };
            let numbers: Option<Vec<u32>> = numbers.into_iter().map(|number| number.parse().ok()).collect();
            let count = match (open, numbers.as_deref()) {
                ("$(seq " | "`seq ", Some([last])) => Some(*last),
                (_, Some([first, last])) => last.checked_sub(*first).and_then(|steps| steps.checked_add(1)),
                _ => None,
            };
            for _ in (open.to_owned() + inside + close).chars() {
                self.next();
            }
            return count.filter(|count| *count > 0).ok_or(Unknown);
        }
        let Simple { words, redirections } = self.simple()?;
        let plain = redirections == Redirections::default() && words.iter().all(|word| word.literal().is_some());
        u32::try_from(words.len()).ok().filter(|count| plain && *count > 0).ok_or(Unknown)
    }

    /// Reads `; do …; done`, whose commands sleep or say something, or ask and leave the loop.
    fn body(&mut self) -> Result<Body, Unknown> {
        self.separator()?;
        self.keyword("do").then_some(()).ok_or(Unknown)?;
        let mut body = Body::default();
        let mut is_empty = true;
        loop {
            self.skip(is_white);
            if self.keyword("done") {
                return if is_empty { Err(Unknown) } else { Ok(body) };
            }
            is_empty = false;
            let condition = self.condition()?;
            self.skip(is_blank);
            if let Some(pause) = pause(&condition) {
                body.pause = Duration::from_nanos(body.pause.as_nanos().saturating_add(pause.as_nanos()));
                // What only talks succeeds, so that the next one runs.
                if self.rest().starts_with("&&") {
                    self.next();
                    self.next();
                    continue;
                }
            } else {
                self.leave(&mut body)?;
                body.condition.replace(condition).is_none().then_some(()).ok_or(Unknown)?;
            }
            self.separator()?;
        }
    }

    /// Reads `&& break`, and `|| sleep 1` behind it.
    fn leave(&mut self, body: &mut Body) -> Result<(), Unknown> {
        (self.take('&') && self.take('&')).then_some(()).ok_or(Unknown)?;
        self.skip(is_white);
        self.keyword("break").then_some(()).ok_or(Unknown)?;
        self.skip(is_blank);
        if self.take('|') {
            self.take('|').then_some(()).ok_or(Unknown)?;
            self.skip(is_white);
            let pause = pause(&self.condition()?).ok_or(Unknown)?;
            body.pause = Duration::from_nanos(body.pause.as_nanos().saturating_add(pause.as_nanos()));
        }
        Ok(())
    }

    /// Reads `;`, or the end of a line.
    fn separator(&mut self) -> Result<(), Unknown> {
        self.skip(is_blank);
        let found = matches!(self.next(), Some(';' | '\n'));
        self.skip(is_white);
        found.then_some(()).ok_or(Unknown)
    }

    /// Reads a question: a simple command, maybe in brackets, and maybe one that looks at its output.
    pub(super) fn condition(&mut self) -> Result<Condition, Unknown> {
        let start = self.offset();
        let is_group = self.take('(');
        self.skip(is_white);
        let Simple { words, mut redirections } = self.simple()?;
        if is_group {
            self.skip(is_white);
            self.take(')').then_some(()).ok_or(Unknown)?;
            let inner = redirections.device.take();
            self.skip(is_blank);
            while self.redirection(&mut redirections)? {
                self.skip(is_blank);
            }
            if redirections.device.is_some() {
                return Err(Unknown);
            }
            redirections.device = inner;
        }
        let Redirections { device, reads_nothing, is_silent, joins_errors } = redirections;
        if words.is_empty() && device.is_none() {
            return Err(Unknown);
        }
        // Outside of brackets `exec` is about the shell itself.
        let first = words.first().and_then(Word::literal);
        if first.is_some_and(|word| super::KEYWORDS.contains(&word) || (word == "exec" && !is_group)) {
            return Err(Unknown);
        }
        let filter = if self.rest().starts_with('|') && !self.rest().starts_with("||") {
            self.next();
            self.skip(is_white);
            let Simple { words, redirections } = self.simple()?;
            if is_silent || redirections.device.is_some() || redirections.reads_nothing {
                return Err(Unknown);
            }
            Some(words)
        } else {
            None
        };
        let bytes = start..self.offset();
        Ok(Condition { words, device, reads_nothing, joins_errors, filter, bytes })
    }
}

/// How long a command sleeps; not at all if it only says something, nothing if it does anything else.
fn pause(condition: &Condition) -> Option<Duration> {
    let Condition { words, device: None, reads_nothing: _, joins_errors: _, filter: None, bytes: _ } = condition else {
        return None;
    };
    match words.as_slice() {
        [first, time] if first.literal() == Some("sleep") => seconds(time.literal()?),
        [first, ..] => first.literal().filter(|first| TALK.contains(first)).map(|_| Duration::default()),
        [] => None,
    }
}

/// How long `sleep` sleeps: seconds, with fractions and units.
fn seconds(text: &str) -> Option<Duration> {
    let has_unit = text.ends_with(['s', 'm', 'h', 'd']);
    let begins = text.starts_with(|letter: char| letter.is_ascii_digit());
    let one = text.chars().filter(char::is_ascii_alphabetic).count() <= 1;
    let text = if has_unit { text.to_owned() } else { format!("{text}s") };
    text.parse().ok().filter(|_| begins && one)
}
