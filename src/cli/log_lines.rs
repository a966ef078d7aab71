//! How lines that containers wrote are drawn: as Docker Compose does, each behind who wrote it.

use std::collections::BTreeMap;

use anstyle::AnsiColor;
use compose2ecs::deploy::logs::Line;
use compose2ecs::deploy::sdk::timestamp_of;
use compose2ecs::diag::render::Color;

/// The colours of containers, one after the other.
const COLORS: [AnsiColor; 5] =
    [AnsiColor::Cyan, AnsiColor::Yellow, AnsiColor::Green, AnsiColor::Magenta, AnsiColor::Blue];

/// How long the part of a task's name is by which it is known.
const TASK: usize = 8;

/// How lines are drawn.
#[derive(Debug)]
pub(crate) struct Style {
    colors: BTreeMap<String, AnsiColor>,
    width: usize,
    color: Color,
    timestamps: bool,
    prefix: bool,
}

impl Style {
    /// Draws lines of these containers, each with a colour of its own; with times and with who wrote it, where wanted.
    pub(crate) fn new<'c>(
        containers: impl Iterator<Item = &'c str>,
        (color, timestamps, prefix): (Color, bool, bool),
    ) -> Self {
        let mut names: Vec<&str> = containers.collect();
        names.sort_unstable();
        names.dedup();
        let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
        let colors = names.iter().zip(COLORS.iter().cycle()).map(|(name, color)| ((*name).to_owned(), *color));
        Self { colors: colors.collect(), width: longest + 1 + TASK, color, timestamps, prefix }
    }

    /// Draws a line, with its end.
    pub(crate) fn drawn(&self, line: &Line) -> String {
        let Self { colors, width, color, timestamps, prefix } = self;
        let style = match (color, colors.get(&line.container)) {
            (Color::Always, Some(color)) => color.on_default(),
            (Color::Always | Color::Never, _) => anstyle::Style::new(),
        };
        let who = if *prefix { format!("{style}{:width$} | {style:#}", origin(line)) } else { String::new() };
        let when = if *timestamps { format!("{} ", timestamp_of(line.at)) } else { String::new() };
        let text = line.text.trim_end_matches(['\r', '\n']);
        text.split('\n').flat_map(|text| [&*who, &*when, text, "\n"]).collect()
    }
}

/// Who wrote a line: the container, and the beginning of its task's name.
pub(crate) fn origin(line: &Line) -> String {
    let task: String = line.task.chars().take(TASK).collect();
    format!("{}/{task}", line.container)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(how: (Color, bool, bool), expected: &str) {
        let line = Line {
            unit: "web".to_owned(),
            container: "web".to_owned(),
            task: "0123456789abcdef".to_owned(),
            at: 1_767_225_600_250,
            text: "one\ntwo\n".to_owned(),
        };
        assert_eq!(Style::new(["web", "worker", "web"].into_iter(), how).drawn(&line), expected);
    }

    #[test]
    fn each_line_is_behind_who_wrote_it() {
        check((Color::Never, false, true), "web/01234567    | one\nweb/01234567    | two\n");
        check((Color::Never, false, false), "one\ntwo\n");
        check((Color::Never, true, false), "2026-01-01T00:00:00.25Z one\n2026-01-01T00:00:00.25Z two\n");
        let painted = "\u{1b}[36mweb/01234567    | \u{1b}[0m";
        check((Color::Always, false, true), &format!("{painted}one\n{painted}two\n"));
    }
}
