//! The part of a terminal that is drawn again and again, below what stays.

use std::io::{self, Write};

use terminal_size::{Height, Width, terminal_size_of};

use super::tree::{Size, width};

/// What is on the terminal and will be replaced.
#[derive(Debug, Default)]
pub(super) struct Screen {
    /// How wide its lines are.
    drawn: Vec<usize>,
}

impl Screen {
    /// Draws lines in the place of those of the last time. The cursor stays below them, visible, so that nothing has to be
    /// put right however the program ends.
    pub(super) fn replace(&mut self, lines: &[String], size: Size, writer: &mut dyn Write) -> io::Result<()> {
        let mut text = self.erasure(size);
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        self.drawn = lines.iter().map(|line| width(&without_colour(line))).collect();
        writer.write_all(text.as_bytes())?;
        writer.flush()
    }

    /// Writes what stays, in the place of what does not.
    pub(super) fn leave(&mut self, text: &str, size: Size, writer: &mut dyn Write) -> io::Result<()> {
        let erasure = self.erasure(size);
        self.drawn.clear();
        writer.write_all(format!("{erasure}{text}\n").as_bytes())?;
        writer.flush()
    }

    /// What takes away the lines of the last time. A terminal that became narrower has broken them.
    fn erasure(&self, size: Size) -> String {
        let rows: usize = self.drawn.iter().map(|width| width.div_ceil(size.columns.max(1)).max(1)).sum();
        // What has left the screen at the top cannot be reached.
        match rows.min(size.rows.saturating_sub(1)) {
            0 => String::new(),
            rows => format!("\x1b[{rows}A\r\x1b[J"),
        }
    }
}

/// How large the terminal is that standard error goes to; as large as they used to be, if it is none.
pub(super) fn size() -> Size {
    let size = terminal_size_of(io::stderr());
    size.filter(|(Width(columns), Height(rows))| *columns > 0 && *rows > 0).map_or(
        Size { columns: 80, rows: 24 },
        |(Width(columns), Height(rows))| Size { columns: columns.into(), rows: rows.into() },
    )
}

/// A text without what chooses colours.
fn without_colour(text: &str) -> String {
    let mut parts = text.split('\x1b');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}
