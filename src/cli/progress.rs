//! How a deployment is shown while it goes on.

mod failure;
mod json;
mod plain;
mod plan;

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use compose2ecs::deploy::event::{Event, Reporter};
use compose2ecs::deploy::release::Release;

pub(crate) use plan::{shown as shown_plan, unit_line};

/// Draws events as lines of text, or nothing where one has nothing to say.
trait Lines: Send + Sync {
    /// The lines of an event, without the last line's end.
    fn lines(&self, event: &Event<'_>) -> Option<String>;
}

/// Writes what is told, line by line.
pub(crate) struct Progress<W> {
    lines: Box<dyn Lines>,
    writer: Mutex<W>,
}

/// In which form progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// A line for each change
    Auto,
    /// A line for each change
    Plain,
    /// A JSON object for each change, on standard output
    Json,
    /// Only what fails
    Quiet,
}

impl<W: Write + Send> Progress<W> {
    /// Shows progress in a form.
    pub(crate) fn new(form: Form, release: &Release, writer: W) -> Self {
        let lines: Box<dyn Lines> = match form {
            Form::Json => Box::new(json::Json::default()),
            Form::Auto | Form::Plain => Box::new(plain::Plain::new(release, plain::Loudness::All)),
            Form::Quiet => Box::new(plain::Plain::new(release, plain::Loudness::Failures)),
        };
        Self { lines, writer: Mutex::new(writer) }
    }
}

impl<W: Write + Send> Reporter for Progress<W> {
    fn report(&self, event: &Event<'_>) {
        let Some(lines) = self.lines.lines(event) else { return };
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody reads any more; the deployment goes on, and the exit code still tells.
        let _closed = writeln!(writer, "{lines}").and_then(|()| writer.flush());
    }
}
