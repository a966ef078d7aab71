//! The waits with which a command line begins, whoever runs it.

use std::ops::Range;

use super::idiom::{Environment, Invocation, Match, base_name};
use super::idioms::IDIOMS;

/// A wait that was understood.
#[derive(Debug)]
pub(super) struct Understood {
    /// The idiom's name.
    pub(super) idiom: &'static str,
    /// What it says.
    pub(super) wait: Match,
    /// The words that it is written in.
    pub(super) words: Range<usize>,
}

/// The waits with which a command line begins.
#[derive(Debug)]
pub(super) struct Leading {
    /// How many words stand before them: an init process, or `exec`.
    pub(super) prefix: usize,
    /// The waits, one directly behind the other; the first word behind them starts the command that follows.
    pub(super) waits: Vec<Understood>,
    /// How many words the prefix and the waits have.
    pub(super) end: usize,
}

/// Who runs a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runner {
    /// The container, which knows programs only.
    Container,
    /// A shell, which has commands of its own.
    Shell,
}

/// The waits with which a command line begins; there may be none. `None` when what follows them cannot be a command.
pub(super) fn leading(words: &[&str], runner: Runner, environment: &Environment) -> Option<Leading> {
    let prefix = prefix_length(words, runner);
    let (mut waits, mut end) = (Vec::new(), prefix);
    while let Some((idiom, wait)) = words.get(end..).and_then(|words| understand(Invocation { words, environment })) {
        let next = end + wait.used;
        waits.push(Understood { idiom, wait, words: end..next });
        end = next;
    }
    let command = words.get(end).is_none_or(|word| !word.is_empty() && !word.starts_with('-'));
    (waits.is_empty() || command).then_some(Leading { prefix, waits, end })
}

/// Asks every idiom.
fn understand(invocation: Invocation<'_>) -> Option<(&'static str, Match)> {
    IDIOMS.iter().find_map(|idiom| Some((idiom.name, (idiom.recognise)(invocation)?)))
}

/// Whether a command does nothing but say something.
pub(super) fn only_talks(words: &[&str]) -> bool {
    matches!(words, ["echo" | "printf" | "/bin/echo" | "true" | ":", ..] | ["exit", "0"])
}

/// How many words start a program that only looks after another: `tini --`, `dumb-init`, `env`, and a shell's `exec`.
pub(super) fn prefix_length(words: &[&str], runner: Runner) -> usize {
    let mut length = 0;
    while let Some((first, rest)) = words.get(length..).and_then(<[&str]>::split_first) {
        let flags = match base_name(first) {
            "exec" if *first == "exec" && runner == Runner::Shell => 0,
            "env" => usize::from(rest.first() == Some(&"--")),
            "tini" => options(rest, &["-s", "-g", "-v", "-vv", "-vvv"]),
            "dumb-init" => options(rest, &["-c", "--single-child", "-v", "--verbose"]),
            _ => break,
        };
        let assigned = rest.get(flags).is_some_and(|word| word.contains('='));
        if assigned {
            break;
        }
        length += 1 + flags;
    }
    length
}

/// How many of the words are options that are known, `--` with them.
fn options(words: &[&str], known: &[&str]) -> usize {
    let flags = words.iter().take_while(|word| known.contains(word)).count();
    flags + usize::from(words.get(flags) == Some(&"--"))
}
