//! `compose2ecs convert --check`.

use std::env;

use camino::{Utf8Path, Utf8PathBuf};
use compose2ecs::Translation;
use compose2ecs::backend::Artifact;
use compose2ecs::diag::render::Color;
use compose2ecs::diag::{Code, Severity};
use compose2ecs::world::World;

use super::{Outcome, finish, print};
use crate::cli::committed::{self, Change, Difference};
use crate::cli::output::WriteError;
use crate::cli::{diff, output};

/// What is committed, and what is done about it.
#[derive(Debug)]
pub(super) struct Snapshot {
    /// The file or directory.
    pub(super) path: Utf8PathBuf,
    /// What is done about a difference.
    pub(super) remedy: Remedy,
}

/// What is done about a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// It is shown.
    Show(Color),
    /// The translation takes the place of what is committed.
    Update,
}

/// Compares a translation with what is committed. A difference that is shown is one more finding.
pub(super) fn check(translation: &mut Translation, snapshot: &Snapshot, world: &dyn World) -> Outcome {
    let Some(stack) = &translation.stack else { return Outcome::Refused };
    let Snapshot { path, remedy } = snapshot;
    let differences = match committed::differences(stack, path, world) {
        Ok(differences) if differences.is_empty() => return Outcome::Done,
        Ok(differences) => differences,
        Err(err) => return Outcome::Failed(err.to_string()),
    };
    match remedy {
        Remedy::Update => finish(update(differences)),
        Remedy::Show(color) => {
            // Printed or not: the answer is no.
            let _printed = finish(print(&diff::unified(&differences, &world.current_dir(), *color)));
            let message = format!("`{path}` is out of date: {}", summary(&differences));
            let finding = translation.diagnostics.push(Severity::Error, Code::OutOfDate, None, message);
            finding.hint(format!("update it with `{}`", update_command(env::args().skip(1))));
            Outcome::Refused
        }
    }
}

/// Writes differences away, and says what changed. What is as it should be is not touched.
fn update(differences: Vec<Difference>) -> Result<(), WriteError> {
    let (mut artifacts, mut left_over, mut said) = (Vec::new(), Vec::new(), String::new());
    for Difference { path, change } in differences {
        let done = match &change {
            Change::Missing { .. } => "created",
            Change::Different { .. } => "updated",
            Change::LeftOver { .. } => "removed",
        };
        said.extend([done, " ", path.as_str(), "\n"]);
        match change {
            Change::Missing { wanted: contents } | Change::Different { committed: _, wanted: contents } => {
                artifacts.push(Artifact { path, contents });
            }
            Change::LeftOver { committed: _ } => left_over.push(path),
        }
    }
    output::write(&artifacts, Utf8Path::new(""))?;
    output::remove(&left_over)?;
    print(&said)
}

/// How many files are different, and how.
fn summary(differences: &[Difference]) -> String {
    let count = |kind: fn(&Change) -> bool| differences.iter().filter(|difference| kind(&difference.change)).count();
    let kinds = [
        (count(|change| matches!(change, Change::Different { .. })), ["file differs", "files differ"]),
        (count(|change| matches!(change, Change::Missing { .. })), ["is missing", "are missing"]),
        (count(|change| matches!(change, Change::LeftOver { .. })), ["is left over", "are left over"]),
    ];
    let mut parts = Vec::new();
    for (count, [one, many]) in kinds {
        match count {
            0 => {}
            1 => parts.push(format!("1 {one}")),
            count => parts.push(format!("{count} {many}")),
        }
    }
    parts.join(", ")
}

/// The command that was typed, with `--update`, as a shell takes it.
fn update_command(arguments: impl Iterator<Item = String>) -> String {
    let mut words = vec!["compose2ecs".to_owned()];
    words.extend(arguments.map(|argument| quoted(&argument)));
    words.push("--update".to_owned());
    words.join(" ")
}

/// A word as a POSIX shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "@%+=:,./-_".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(arguments: &[&str], expected: &str) {
        assert_eq!(update_command(arguments.iter().map(|&argument| argument.to_owned())), expected);
    }

    #[test]
    fn the_command_that_updates_is_the_one_that_was_typed() {
        check(&["convert", "--check", "ecs/"], "compose2ecs convert --check ecs/ --update");
        check(
            &["--profile", "*", "convert", "-f", "it's here.yml", "--tag", "", "--check=x"],
            "compose2ecs --profile '*' convert -f 'it'\\''s here.yml' --tag '' --check=x --update",
        );
    }
}
