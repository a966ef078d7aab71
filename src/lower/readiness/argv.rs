//! The words of a process: which of them are readiness waits, and what remains without those.

use std::borrow::Cow;
use std::ops::Range;

use super::idiom::{Environment, IDIOMS, Invocation, Match, base_name};
use super::script::{self, ScriptWaits};
use super::wait::Reason;

/// Waits among the words of a command line.
#[derive(Debug)]
pub(super) struct Found<'a> {
    /// The waits in order, each with the words that it is written in.
    pub(super) waits: Vec<Understood>,
    /// The words that remain, each with its former index; none when nothing remains that does anything.
    pub(super) remainder: Result<Vec<(usize, Cow<'a, str>)>, Reason>,
}

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

/// Finds the waits with which a command line of a container begins.
pub(super) fn find<'a>(words: &[&'a str], environment: &Environment) -> Option<Found<'a>> {
    let Leading { prefix, mut waits, end } = leading(words, Runner::Container, environment)?;
    let rest = words.get(end..)?;
    let kept = (0..prefix).chain(end..words.len());
    let kept: Vec<_> = kept.filter_map(|at| Some((at, Cow::Borrowed(*words.get(at)?)))).collect();
    let script = shell_script(rest)
        .and_then(|(index, errors)| Some((end + index, script::find(rest.get(index).copied()?, errors, environment)?)));
    let Some((index, ScriptWaits { waits: in_script, remainder })) = script else {
        if waits.is_empty() {
            return None;
        }
        let remains = !rest.is_empty() && !only_talks(rest);
        let keep = keep(&waits);
        return Some(Found { waits, remainder: keep.map_or_else(|| Ok(if remains { kept } else { Vec::new() }), Err) });
    };
    waits.extend(in_script.into_iter().map(|(idiom, wait)| Understood { idiom, wait, words: index..index + 1 }));
    let remainder = keep(&waits).map_or(remainder, Err).map(|script| {
        let Some(script) = script else { return Vec::new() };
        kept.into_iter()
            .map(|(at, word)| if at == index { (at, Cow::Owned(script.clone())) } else { (at, word) })
            .collect()
    });
    Some(Found { waits, remainder })
}

/// Why one of the waits must stay, if one must.
fn keep(waits: &[Understood]) -> Option<Reason> {
    waits.iter().find_map(|understood| understood.wait.keep)
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
fn prefix_length(words: &[&str], runner: Runner) -> usize {
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

/// What a shell does when a command fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Errors {
    /// It goes on.
    #[default]
    Ignored,
    /// It ends, as after `set -e`.
    Fatal,
}

/// The index of the script in `sh -c SCRIPT`, and what the shell does when a command of it fails.
fn shell_script(words: &[&str]) -> Option<(usize, Errors)> {
    let prefix = prefix_length(words, Runner::Container);
    let mut words = words.iter().enumerate().skip(prefix);
    words.next().filter(|(_, shell)| matches!(base_name(shell), "sh" | "bash" | "ash" | "dash"))?;
    let mut errors = Errors::Ignored;
    loop {
        let flags = words.next()?.1.strip_prefix('-')?;
        if flags.is_empty() || !flags.chars().all(|flag| matches!(flag, 'c' | 'e' | 'l' | 'u' | 'x')) {
            return None;
        }
        if flags.contains('e') {
            errors = Errors::Fatal;
        }
        if flags.contains('c') {
            let (index, script) = words.next()?;
            return (!script.starts_with('-')).then_some((index, errors));
        }
    }
}
