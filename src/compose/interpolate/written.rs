//! What was written where the values of variables stand now, so that findings quote the one and never the other.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::template::Piece;
use crate::diag::{Code, Diagnostic};
use crate::source::{FileId, Span};
use crate::yaml::Scalar;

/// What was written in place of the scalars that hold values of variables.
#[derive(Debug, Clone, Default)]
pub(in crate::compose) struct Written {
    /// By the file and the start of the place.
    scalars: BTreeMap<(FileId, u32), Substituted>,
}

/// A scalar that holds values of variables.
#[derive(Debug, Clone)]
struct Substituted {
    end: u32,
    /// The text with `${…}`.
    before: Box<str>,
    /// The text with values.
    after: Box<str>,
    pieces: Vec<Piece>,
}

/// Shorter parts of a value are told: they could be anything, such as the unit of a size.
const SECRET: usize = 3;

/// Words of a value that are shorter may stand in a longer text by chance.
const WORD: usize = 4;

/// A key whose value holds more substituted scalars is about none in particular.
const MANY: usize = 1000;

impl Written {
    /// Whether no value stands anywhere.
    pub(in crate::compose) fn is_empty(&self) -> bool {
        self.scalars.is_empty()
    }

    /// Remembers what was written in a place.
    pub(super) fn remember(&mut self, span: Span, before: &Scalar, after: &str, pieces: Vec<Piece>) {
        let substituted = Substituted { end: span.end, before: before.text.clone(), after: after.into(), pieces };
        self.scalars.insert((span.file, span.start), substituted);
    }

    /// Lets a finding quote what was written. It may speak of all that stands at its places, or is the value of a key
    /// there, which `value` knows. What is called by one of `names` is told: nobody hides a secret in a name.
    pub(in crate::compose) fn restore(
        &self,
        finding: &mut Diagnostic,
        value: impl Fn(Span) -> Option<Span>,
        names: &BTreeSet<&str>,
    ) {
        // These speak of names, which stand in the file as they are.
        if matches!(finding.code, Code::UnsetVariable | Code::Interpolation) {
            return;
        }
        let spans = finding.span.into_iter().chain(finding.labels.iter().map(|(span, _)| *span));
        let scalars: Vec<&Substituted> = spans
            .flat_map(|span| self.meeting(span).chain(value(span).into_iter().flat_map(|span| self.meeting(span))))
            .take(MANY)
            .collect();
        if scalars.is_empty() {
            return;
        }
        let labels = finding.labels.iter_mut().map(|(_, text)| text);
        for text in std::iter::once(&mut finding.message).chain(labels).chain(&mut finding.hints) {
            *text = restored(text, &scalars, names);
        }
    }

    /// The scalars of which a part lies in a place.
    fn meeting(&self, span: Span) -> impl Iterator<Item = &Substituted> {
        let Span { file, start, end } = span;
        let before = self.scalars.range(..(file, start)).next_back();
        let before = before.filter(move |((other, _), scalar)| *other == file && scalar.end > start);
        let within = self.scalars.range((file, start)..(file, end.max(start.saturating_add(1))));
        before.into_iter().chain(within).map(|(_, scalar)| scalar)
    }
}

/// A text with what was written in place of the values that it quotes.
fn restored(text: &str, scalars: &[&Substituted], names: &BTreeSet<&str>) -> String {
    let mut text = text.to_owned();
    // A value with a backtick does not end where its quotation seems to.
    for scalar in scalars.iter().filter(|scalar| scalar.after.contains('`')) {
        text = text.replace(&*scalar.after, &scalar.before);
        for (value, written) in scalar.values().filter(|(value, _)| value.len() >= SECRET) {
            text = text.replace(value, written);
        }
    }
    let parts = text.split('`').enumerate().map(|(index, part)| {
        let quoted = index % 2 == 1 && !names.contains(part) && part.contains(char::is_alphanumeric);
        let restore = |part: String, scalar: &&Substituted| scalar.restored(&part).unwrap_or(part);
        if quoted { scalars.iter().fold(part.to_owned(), restore) } else { part.to_owned() }
    });
    parts.collect::<Vec<_>>().join("`")
}

impl Substituted {
    /// The values in the text, each with what was written in its place.
    fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        let part = |text: &'_ str, range: &Range<usize>| -> Range<usize> { range.start..range.end.min(text.len()) };
        self.pieces.iter().filter_map(move |Piece { value, written }| {
            Some((self.after.get(part(&self.after, value))?, self.before.get(part(&self.before, written))?))
        })
    }

    /// What was written of a quotation, unless it holds nothing of a value.
    fn restored(&self, quoted: &str) -> Option<String> {
        if *quoted == *self.after {
            return Some(self.before.to_string());
        }
        if quoted.len() >= SECRET && self.after.contains(quoted) {
            return self.part(quoted);
        }
        if self.after.len() >= WORD && quoted.contains(&*self.after) {
            return Some(quoted.replace(&*self.after, &self.before));
        }
        // A form that we tell to write is ours to the last word.
        if quoted.starts_with("x-ecs.") || quoted.starts_with("x-ecs: {") {
            return None;
        }
        // Paths are resolved and names put together, so the words of a value may stand among others.
        let mut quoted = quoted.to_owned();
        let mut changed = false;
        for (value, written) in self.values() {
            if let Some(range) = words_within(&quoted, value) {
                quoted.replace_range(range, written);
                changed = true;
            }
        }
        changed.then_some(quoted)
    }

    /// What was written of a part of the text, unless that part also stands outside of values.
    fn part(&self, quoted: &str) -> Option<String> {
        let meets =
            |range: &Range<usize>, piece: &Piece| piece.value.start < range.end && range.start < piece.value.end;
        let ranges = || self.after.match_indices(quoted).map(|(start, _)| start..start + quoted.len());
        if ranges().any(|range| !self.pieces.iter().any(|piece| meets(&range, piece))) {
            return None;
        }
        let range = ranges().next()?;
        let mut result = String::new();
        let mut position = range.start;
        for piece in self.pieces.iter().filter(|piece| meets(&range, piece)) {
            result.push_str(self.after.get(position..piece.value.start).unwrap_or_default());
            result.push_str(self.before.get(piece.written.clone()).unwrap_or_default());
            position = piece.value.end;
        }
        result.push_str(self.after.get(position..range.end).unwrap_or_default());
        Some(result)
    }
}

/// The part of a text from the first to the last word that is one of a value.
fn words_within(text: &str, value: &str) -> Option<Range<usize>> {
    let text = text.to_ascii_lowercase();
    let words = value.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.len() >= WORD);
    let found = words.filter_map(|word| {
        let word = word.to_ascii_lowercase();
        Some((text.find(&word)?, text.rfind(&word)? + word.len()))
    });
    found.reduce(|(start, end), (first, last)| (start.min(first), end.max(last))).map(|(start, end)| start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::interpolate::template::substitute_pieces;

    /// What becomes of a message about a text in which `$S` is `hunter2`, `$P` is `./data/hunter2` and `$T` is `ab`.
    #[track_caller]
    fn check(before: &str, message: &str, expected: &str) {
        let variables = |name: &str| {
            let values = [("S", "hunter2"), ("P", "./data/hunter2"), ("T", "ab"), ("B", "x`hunter2"), ("N", "web")];
            values.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        };
        let (after, pieces) = substitute_pieces(before, &variables, &mut |_, _| {}).unwrap();
        let scalar = Substituted { end: 0, before: before.into(), after: after.into(), pieces };
        assert_eq!(restored(message, &[&scalar], &BTreeSet::from(["web"])), expected);
    }

    #[test]
    fn a_quotation_is_what_was_written() {
        check("$S", "invalid value `hunter2`", "invalid value `$S`");
        check("a-${S}:80", "invalid value `a-hunter2:80`", "invalid value `a-${S}:80`");
        check("a-${S}:80", "`hunter2` is not a port", "`${S}` is not a port");
        check("a-${S}:80", "`nter2:8` is not a port", "`${S}:8` is not a port");
        check("$T", "`ab` of `a`, `abc`", "`$T` of `a`, `abc`");
        check("$S$T", "`hunter2a` is no name", "`$S$T` is no name");
    }

    #[test]
    fn what_is_made_of_a_value_is_what_was_written() {
        check("${P}:/data", "`/srv/shop/data/hunter2` must be there", "`/srv/shop/${P}` must be there");
        check("${S}", "`db:hunter2:80` and `HUNTER2`", "`db:${S}:80` and `${S}`");
    }

    #[test]
    fn what_holds_nothing_of_a_value_stays() {
        check("abc:$S", "invalid value `abc`: write `on`", "invalid value `abc`: write `on`");
        check("hunter2:$S", "`hunter2` is written", "`hunter2` is written");
        check("$N", "service `web` is not there: use `:`", "service `web` is not there: use `:`");
        check("$P", "write `x-ecs: {data: ARN}`", "write `x-ecs: {data: ARN}`");
        check("$S", "no hunter2 outside of `quotes`", "no hunter2 outside of `quotes`");
    }

    #[test]
    fn a_backtick_in_a_value_ends_nothing() {
        check("a $B", "invalid value `a x`hunter2`", "invalid value `a $B`");
        check("a $B", "`x`hunter2` is no port", "`$B` is no port");
    }
}
