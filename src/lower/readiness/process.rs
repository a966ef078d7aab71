//! A process with readiness waits in it: where its words come from, and what it runs without the waits.

use std::borrow::Cow;
use std::ops::Range;

use super::argv::{self, Found, Placed};
use super::idiom::Match;
use super::wait::{Place, Reason, Recognised, Shape, Wait};
use crate::compose::service::process::Process;
use crate::lower::process::Words;
use crate::source::Span;

/// The words of a process, as far as the file and the image's name say them.
pub(super) struct Argv<'a> {
    process: &'a Process,
    words: Vec<Word<'a>>,
    /// Whether the image is known to run nothing but the command it is given.
    command_only: bool,
}

/// A word, and where it comes from.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    origin: Origin,
}

/// Where a word comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The image's own entry point.
    Image,
    /// `entrypoint`.
    Entrypoint(Span),
    /// `command`.
    Command(Span),
}

impl<'a> Argv<'a> {
    /// The entry point and the command, one behind the other; `image` is the image's own entry point.
    pub(super) fn of(process: &'a Process, image: Option<&'static str>, command_only: bool) -> Self {
        let image = image.map(|text| Word { text, origin: Origin::Image });
        let entrypoint = process.entrypoint.iter().flat_map(|words| &words.value);
        let entrypoint = entrypoint.map(|word| Word { text: &word.value, origin: Origin::Entrypoint(word.span) });
        let command = process.command.iter().flat_map(|words| &words.value);
        let command = command.map(|word| Word { text: &word.value, origin: Origin::Command(word.span) });
        Self { process, words: image.into_iter().chain(entrypoint).chain(command).collect(), command_only }
    }

    /// Recognises the waits with which the words begin, and decides what can be done about them.
    pub(super) fn recognise(&self) -> Option<Recognised> {
        let texts: Vec<&str> = self.words.iter().map(|word| word.text).collect();
        let Found { waits, remainder } = argv::find(&texts, &self.process.environment)?;
        let shape = match remainder {
            Err(reason) => Shape::KeepOnly(reason),
            Ok(kept) if kept.is_empty() => self.nothing_remains(),
            Ok(kept) => Shape::Wrapper(self.rewritten(kept)),
        };
        let mut places = waits.iter().flat_map(|wait| self.words.get(wait.stretch.words.clone()).unwrap_or_default());
        let place = places.find_map(|word| word.origin.place())?;
        let waits = waits.into_iter().map(|Placed { idiom, wait, stretch, parts }| {
            let Match { targets, timeout, strictness, used: _, keep: _, parts: _ } = wait;
            let span = self.span(stretch.words.clone())?;
            Some(Wait { idiom, targets, timeout, strictness, span, stretch, parts })
        });
        let written = self.words.iter().map(|word| (word.text.to_owned(), word.origin.place())).collect();
        Some(Recognised { waits: waits.collect::<Option<_>>()?, place, shape, written })
    }

    /// What can be done about a process that only waits: as much as is known of the image's part in it.
    fn nothing_remains(&self) -> Shape {
        let (entrypoint, command) = (self.process.entrypoint.is_some(), self.process.command.is_some());
        if self.command_only || (entrypoint && command) {
            Shape::Waiter
        } else if entrypoint {
            Shape::KeepOnly(Reason::NothingFollows)
        } else {
            Shape::KeepOnly(Reason::ImageEntrypoint)
        }
    }

    /// The process with the words that are kept.
    fn rewritten(&self, kept: Vec<(usize, Cow<'_, str>)>) -> Words {
        let (back, front): (Vec<_>, Vec<_>) = kept
            .into_iter()
            .partition(|(index, _)| self.words.get(*index).is_some_and(|word| word.origin.is_command()));
        let owned = |words: Vec<(usize, Cow<'_, str>)>| words.into_iter().map(|(_, word)| word.into_owned()).collect();
        let had_front = self.words.first().is_some_and(|word| !word.origin.is_command());
        if had_front && front.is_empty() {
            // An entry point without words would bring the image's own back.
            return Words { entrypoint: Some(owned(back)), command: None };
        }
        Words {
            entrypoint: self.process.entrypoint.as_ref().map(|_| owned(front)),
            command: self.process.command.as_ref().map(|_| owned(back)),
        }
    }

    /// Where a run of words was written, as far as it was written in one key.
    fn span(&self, words: Range<usize>) -> Option<Span> {
        let mut spans = self.words.get(words)?.iter().filter_map(|word| word.origin.place().zip(word.origin.span()));
        let (place, first) = spans.next()?;
        let here = spans.filter(|(other, span)| *other == place && span.file == first.file);
        Some(here.fold(first, |all, (_, span)| all.to(span)))
    }
}

impl Origin {
    /// Whether the word stands under `command`.
    const fn is_command(self) -> bool {
        matches!(self, Self::Command(_))
    }

    /// The key under which the word stands, if it is in the file.
    const fn place(self) -> Option<Place> {
        match self {
            Self::Image => None,
            Self::Entrypoint(_) => Some(Place::Entrypoint),
            Self::Command(_) => Some(Place::Command),
        }
    }

    /// Where the word stands, if it is in the file.
    const fn span(self) -> Option<Span> {
        match self {
            Self::Image => None,
            Self::Entrypoint(span) | Self::Command(span) => Some(span),
        }
    }
}
