//! What a service waits for: commands that block until others answer, health checks, and probes that images lack.
//!
//! A wait is recognised only when every word of it is understood. What is not understood stays byte for byte.

pub(crate) mod health_check;
pub(crate) mod host;
pub(crate) mod probe;
pub(crate) mod wait;

mod argv;
mod dockerize;
mod idiom;
mod script;
mod shell;
mod wait_for;
mod wait_for_it;

use std::borrow::Cow;

use crate::compose::service::Service;
use crate::compose::service::image::reference::ImageReference;
use crate::compose::service::process::Process;
use crate::lower::readiness::argv::Found;
use crate::lower::readiness::idiom::IDIOMS;
use crate::lower::readiness::wait::{Place, Reason, Recognised, Rewritten, Shape, Wait};
use crate::source::Span;

/// Images without an entry point, which run a command as it is written, and nothing of their own beside it.
const BARE_IMAGES: &[&str] = &["alpine", "busybox", "debian", "ubuntu"];

/// Recognises the readiness waits with which a service's process begins. It looks at nothing but the service.
pub(crate) fn recognise(service: &Service) -> Option<Recognised> {
    let image = service.image.image.as_ref().filter(|_| service.image.build.is_none());
    let image = image.and_then(|image| image.value.parse::<ImageReference>().ok());
    let image = image.as_ref().map(ImageReference::known_name);
    let tool = image.as_deref().and_then(|image| IDIOMS.iter().find(|idiom| idiom.images.contains(&image)));
    let command_only = tool.is_some() || image.as_deref().is_some_and(|image| BARE_IMAGES.contains(&image));
    let argv = |entrypoint| Argv::of(&service.process, entrypoint, command_only);
    // What an image's own entry point does with a command that is not for it is to run it.
    tool.filter(|_| service.process.entrypoint.is_none())
        .and_then(|tool| argv(Some(tool.name)).recognise())
        .or_else(|| argv(None).recognise())
}

/// The words of a process, as far as the file and the image's name say them.
struct Argv<'a> {
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
    fn of(process: &'a Process, image: Option<&'static str>, command_only: bool) -> Self {
        let image = image.map(|text| Word { text, origin: Origin::Image });
        let entrypoint = process.entrypoint.iter().flat_map(|words| &words.value);
        let entrypoint = entrypoint.map(|word| Word { text: &word.value, origin: Origin::Entrypoint(word.span) });
        let command = process.command.iter().flat_map(|words| &words.value);
        let command = command.map(|word| Word { text: &word.value, origin: Origin::Command(word.span) });
        Self { process, words: image.into_iter().chain(entrypoint).chain(command).collect(), command_only }
    }

    fn recognise(&self) -> Option<Recognised> {
        let texts: Vec<&str> = self.words.iter().map(|word| word.text).collect();
        let Found { waits, remainder } = argv::find(&texts, &self.process.environment)?;
        let shape = match remainder {
            Err(reason) => Shape::KeepOnly(reason),
            Ok(kept) if kept.is_empty() => self.nothing_remains(),
            Ok(kept) => Shape::Wrapper(self.rewritten(kept)),
        };
        let places = waits.iter().flat_map(|wait| self.words.get(wait.words.clone()).unwrap_or_default());
        let place = places.filter_map(|word| word.origin.place()).next()?;
        let waits = waits.into_iter().map(|understood| {
            let idiom::Match { targets, timeout, strictness, used: _, keep: _ } = understood.wait;
            Some(Wait { idiom: understood.idiom, targets, timeout, strictness, span: self.span(understood.words)? })
        });
        Some(Recognised { waits: waits.collect::<Option<_>>()?, place, shape })
    }

    /// What can be done about a process that only waits: as much as is known of the image's part in it.
    fn nothing_remains(&self) -> Shape {
        let Process { entrypoint, command, .. } = self.process;
        if self.command_only || (entrypoint.is_some() && command.is_some()) {
            Shape::Waiter
        } else if entrypoint.is_some() {
            Shape::KeepOnly(Reason::NothingFollows)
        } else {
            Shape::KeepOnly(Reason::ImageEntrypoint)
        }
    }

    /// The process with the words that are kept.
    fn rewritten(&self, kept: Vec<(usize, Cow<'_, str>)>) -> Rewritten {
        let (back, front): (Vec<_>, Vec<_>) = kept
            .into_iter()
            .partition(|(index, _)| self.words.get(*index).is_some_and(|word| word.origin.is_command()));
        let owned = |words: Vec<(usize, Cow<'_, str>)>| words.into_iter().map(|(_, word)| word.into_owned()).collect();
        let had_front = self.words.first().is_some_and(|word| !word.origin.is_command());
        if had_front && front.is_empty() {
            // An entry point without words would bring the image's own back.
            return Rewritten { entrypoint: Some(owned(back)), command: None };
        }
        Rewritten {
            entrypoint: self.process.entrypoint.as_ref().map(|_| owned(front)),
            command: self.process.command.as_ref().map(|_| owned(back)),
        }
    }

    /// Where a run of words was written, as far as it was written in one key.
    fn span(&self, words: std::ops::Range<usize>) -> Option<Span> {
        let mut spans = self.words.get(words)?.iter().filter_map(|word| word.origin.place().zip(word.origin.span()));
        let (place, first) = spans.next()?;
        let here = spans.filter(|(other, span)| *other == place && span.file == first.file);
        Some(here.fold(first, |all, (_, span)| all.to(span)))
    }
}

impl Origin {
    const fn is_command(self) -> bool {
        matches!(self, Self::Command(_))
    }

    const fn place(self) -> Option<Place> {
        match self {
            Self::Image => None,
            Self::Entrypoint(_) => Some(Place::Entrypoint),
            Self::Command(_) => Some(Place::Command),
        }
    }

    const fn span(self) -> Option<Span> {
        match self {
            Self::Image => None,
            Self::Entrypoint(span) | Self::Command(span) => Some(span),
        }
    }
}
