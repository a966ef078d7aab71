//! How a deployment is shown while it goes on.

mod board;
mod cause;
mod ending;
mod failure;
mod json;
mod live;
mod paint;
mod plain;
mod plan;
mod screen;
mod tree;

use std::io::{self, IsTerminal as _, Write};
use std::sync::{Mutex, PoisonError};

use compose2ecs::deploy::event::{Event, Reporter};
use compose2ecs::deploy::release::Release;
use compose2ecs::world::{SystemWorld, World as _};

use super::run::progress_color;
use live::Live;
use paint::Paint;
use plain::{Loudness, Plain};

pub(crate) use json::refused as refused_json;
pub(crate) use plan::{shown as shown_plan, unit_line};

/// Draws events as lines of text, or nothing where one has nothing to say.
trait Lines: Send {
    /// The lines of an event, without the last line's end.
    fn lines(&mut self, event: &Event<'_>) -> Option<String>;
}

/// In which form progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// A tree that moves on a terminal, else a line for each change
    Auto,
    /// A tree that moves
    Tty,
    /// A line for each change
    Plain,
    /// A JSON object for each change, on standard output
    Json,
    /// Only what fails
    Quiet,
}

impl Form {
    /// The form for what standard error is: a tree for a terminal that can draw one and that somebody may look at.
    fn settled(self) -> Self {
        let world = SystemWorld::new().ok();
        let variable = |name| world.as_ref()?.variable(name).filter(|value| !value.is_empty());
        match self {
            Self::Auto => {
                let can_draw = variable("TERM").is_some_and(|kind| kind != "dumb") && variable("CI").is_none();
                if can_draw && io::stderr().is_terminal() { Self::Tty } else { Self::Plain }
            }
            Self::Tty | Self::Plain | Self::Json | Self::Quiet => self,
        }
    }
}

/// Shows progress in a form: to programs on standard output, to people beside it.
pub(crate) fn reporter(form: Form, release: &Release) -> Box<dyn Reporter> {
    let paint = Paint(progress_color());
    match form.settled() {
        Form::Tty => Box::new(Live::new(release, io::stderr(), paint)),
        Form::Json => Box::new(Progress::new(json::Json::default(), io::stdout())),
        Form::Auto | Form::Plain => Box::new(Progress::new(Plain::new(release, Loudness::All, paint), io::stderr())),
        Form::Quiet => Box::new(Progress::new(Plain::new(release, Loudness::Failures, paint), io::stderr())),
    }
}

/// Writes what is told, line by line.
struct Progress<L, W> {
    shown: Mutex<(L, W)>,
}

impl<L: Lines, W: Write + Send> Progress<L, W> {
    /// Writes what these lines say.
    const fn new(lines: L, writer: W) -> Self {
        Self { shown: Mutex::new((lines, writer)) }
    }
}

impl<L: Lines, W: Write + Send> Reporter for Progress<L, W> {
    fn report(&self, event: &Event<'_>) {
        let (drawing, writer) = &mut *self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(lines) = drawing.lines(event) else { return };
        // Nobody reads any more; the deployment goes on, and the exit code still tells.
        let _closed = writeln!(writer, "{lines}").and_then(|()| writer.flush());
    }
}
