//! Draws differences as `git diff` does, in a form that `git apply` and `patch -p1` take.

use std::fmt::{self, Display, Write as _};

use anstyle::{AnsiColor, Style};
use camino::{Utf8Component, Utf8Path};
use compose2ecs::diag::render::Color;
use similar::{ChangeTag, TextDiff};

use super::committed::{Change, Difference};

/// Draws differences: lines that are committed and should not be with `-`, lines that should be with `+`.
///
/// `below` is the directory from which absolute paths are shortened, so that they are those of a repository.
pub(crate) fn unified(differences: &[Difference], below: &Utf8Path, color: Color) -> String {
    let mut text = String::new();
    for difference in differences {
        draw(difference, below, color, &mut text).expect("a text takes everything");
    }
    text
}

/// Draws the difference of one file.
fn draw(difference: &Difference, below: &Utf8Path, color: Color, text: &mut String) -> fmt::Result {
    let Difference { path, change } = difference;
    let name = relative(path, below);
    let nothing = || "/dev/null".to_owned();
    let (old, new, old_name, new_name) = match change {
        Change::Missing { wanted } => ("", wanted.as_str(), nothing(), header("b", &name)),
        Change::Different { committed, wanted } => {
            (committed.as_str(), wanted.as_str(), header("a", &name), header("b", &name))
        }
        Change::LeftOver { committed } => (committed.as_str(), "", header("a", &name), nothing()),
    };
    let paint = |style| Painted { style, color };
    paint(Style::new().bold()).line(&format!("--- {old_name}"), text)?;
    paint(Style::new().bold()).line(&format!("+++ {new_name}"), text)?;
    let diff = TextDiff::from_lines(old, new);
    for hunk in diff.unified_diff().iter_hunks() {
        paint(AnsiColor::Cyan.on_default()).line(&hunk.header(), text)?;
        for change in hunk.iter_changes() {
            let style = match change.tag() {
                ChangeTag::Equal => Style::new(),
                ChangeTag::Delete => AnsiColor::Red.on_default(),
                ChangeTag::Insert => AnsiColor::Green.on_default(),
            };
            let line = change.value();
            let line = line.strip_suffix('\n').unwrap_or(line);
            paint(style).line(&format_args!("{}{line}", change.tag()), text)?;
            if change.missing_newline() {
                text.push_str("\\ No newline at end of file\n");
            }
        }
    }
    Ok(())
}

/// A file's name in a header. A tab ends one with a space in it.
fn header(side: &str, name: &str) -> String {
    let end = if name.contains(' ') { "\t" } else { "" };
    format!("{side}/{name}{end}")
}

/// A path from the directory in which the command was typed, as a repository knows it.
fn relative(path: &Utf8Path, below: &Utf8Path) -> String {
    let path = path.strip_prefix(below).unwrap_or(path);
    let named = path.components().filter(|component| match component {
        Utf8Component::Prefix(_) | Utf8Component::RootDir | Utf8Component::CurDir => false,
        Utf8Component::ParentDir | Utf8Component::Normal(_) => true,
    });
    named.map(|component| component.as_str()).collect::<Vec<_>>().join("/")
}

/// How a line is drawn.
struct Painted {
    style: Style,
    color: Color,
}

impl Painted {
    /// Draws a line.
    fn line(self, line: &impl Display, text: &mut String) -> fmt::Result {
        let Self { style, color } = self;
        let style = match color {
            Color::Always => style,
            Color::Never => Style::new(),
        };
        writeln!(text, "{style}{line}{style:#}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, change: Change, expected: &str) {
        let difference = Difference { path: path.into(), change };
        assert_eq!(unified(&[difference], "/srv/shop".into(), Color::Never), expected);
    }

    #[test]
    fn lines_around_a_change_say_where_it_is() {
        let change = Change::Different { committed: "1\n2\n3\n4\n5\n6\n".into(), wanted: "1\n2\n3\n4\n5\n7".into() };
        let lines = "@@ -3,4 +3,4 @@\n 3\n 4\n 5\n-6\n+7\n\\ No newline at end of file\n";
        check("ecs/waves.json", change, &format!("--- a/ecs/waves.json\n+++ b/ecs/waves.json\n{lines}"));
    }

    #[test]
    fn what_is_on_one_side_only_is_nothing_on_the_other() {
        check("a b", Change::Missing { wanted: "1\n".into() }, "--- /dev/null\n+++ b/a b\t\n@@ -0,0 +1 @@\n+1\n");
        check("a", Change::LeftOver { committed: "1\n".into() }, "--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n");
    }

    #[test]
    fn paths_are_those_of_the_repository() {
        for (path, expected) in
            [("./x/y", "x/y"), ("/srv/shop/x", "x"), ("/srv/other/x", "srv/other/x"), ("../x", "../x")]
        {
            assert_eq!(relative(path.into(), "/srv/shop".into()), expected);
        }
    }

    #[test]
    fn colours_are_those_of_git() {
        let difference = Difference {
            path: "a".into(),
            change: Change::Different { committed: "1\n2\n".into(), wanted: "1\n3\n".into() },
        };
        let expected = "\u{1b}[1m--- a/a\u{1b}[0m\n\u{1b}[1m+++ b/a\u{1b}[0m\n\u{1b}[36m@@ -1,2 +1,2 @@\u{1b}[0m\n 1\n\
                        \u{1b}[31m-2\u{1b}[0m\n\u{1b}[32m+3\u{1b}[0m\n";
        assert_eq!(unified(&[difference], "/".into(), Color::Always), expected);
    }
}
