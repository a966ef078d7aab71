//! Colours, where they are wanted.

use anstyle::{AnsiColor, Style};
use compose2ecs::diag::render::Color;

/// Draws marks and words in colour, or leaves them as they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint(pub(super) Color);

impl Paint {
    /// What went well.
    pub(super) fn good(self, text: &str) -> String {
        self.styled(AnsiColor::Green.on_default(), text)
    }

    /// What went wrong.
    pub(super) fn bad(self, text: &str) -> String {
        self.styled(AnsiColor::Red.on_default().bold(), text)
    }

    /// What is not as it should be.
    pub(super) fn careful(self, text: &str) -> String {
        self.styled(AnsiColor::Yellow.on_default(), text)
    }

    /// What goes on.
    pub(super) fn busy(self, text: &str) -> String {
        self.styled(AnsiColor::Cyan.on_default(), text)
    }

    fn styled(self, style: Style, text: &str) -> String {
        match self.0 {
            Color::Always => format!("{style}{text}{style:#}"),
            Color::Never => text.to_owned(),
        }
    }
}
