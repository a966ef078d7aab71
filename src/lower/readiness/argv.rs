//! The words of a process: which of them are readiness waits, and what remains without those.

use std::borrow::Cow;
use std::ops::Range;

use super::idiom::{Environment, Match};
use super::leading::{Leading, Runner, Understood, leading, only_talks, prefix_length};
use super::script::{self, InScript, ScriptWaits};
use super::shell::{Dialect, Errors, Shell};
use super::wait::{Reason, Stretch};

/// Waits among the words of a command line.
#[derive(Debug)]
pub(super) struct Found<'a> {
    /// The waits in order.
    pub(super) waits: Vec<Placed>,
    /// The words that remain, each with its former index; none when nothing remains that does anything.
    pub(super) remainder: Result<Vec<(usize, Cow<'a, str>)>, Reason>,
}

/// A wait, and where it stands.
#[derive(Debug)]
pub(super) struct Placed {
    /// The idiom's name.
    pub(super) idiom: &'static str,
    /// What it says.
    pub(super) wait: Match,
    /// What it is written in.
    pub(super) stretch: Stretch,
    /// What each target is written in, if the others can do without it; else nothing.
    pub(super) parts: Vec<Stretch>,
}

/// Finds the waits with which a command line of a container begins.
pub(super) fn find<'a>(words: &[&'a str], environment: &Environment) -> Option<Found<'a>> {
    let Leading { prefix, waits, end } = leading(words, Runner::Container, environment)?;
    let mut waits: Vec<Placed> = waits.into_iter().map(placed).collect();
    let rest = words.get(end..)?;
    let kept = (0..prefix).chain(end..words.len());
    let kept: Vec<_> = kept.filter_map(|at| Some((at, Cow::Borrowed(*words.get(at)?)))).collect();
    let script = shell_script(rest)
        .and_then(|(index, shell)| Some((end + index, script::find(rest.get(index).copied()?, shell, environment)?)));
    let Some((index, ScriptWaits { waits: in_script, remainder })) = script else {
        if waits.is_empty() {
            return None;
        }
        let remains = !rest.is_empty() && !only_talks(rest);
        let keep = keep(&waits);
        return Some(Found { waits, remainder: keep.map_or_else(|| Ok(if remains { kept } else { Vec::new() }), Err) });
    };
    let stretch = |bytes| Stretch { words: index..index + 1, bytes: Some(bytes) };
    waits.extend(in_script.into_iter().map(|InScript { idiom, wait, bytes, parts }| Placed {
        idiom,
        wait,
        stretch: stretch(bytes),
        parts: parts.into_iter().map(stretch).collect(),
    }));
    let remainder = keep(&waits).map_or(remainder, Err).map(|script| {
        let Some(script) = script else { return Vec::new() };
        kept.into_iter()
            .map(|(at, word)| if at == index { (at, Cow::Owned(script.clone())) } else { (at, word) })
            .collect()
    });
    Some(Found { waits, remainder })
}

/// A wait with the words that it is written in.
fn placed(understood: Understood) -> Placed {
    let Understood { idiom, wait, words } = understood;
    let part = |part: &Range<usize>| words.start + part.start..words.start + part.end;
    let parts = wait.parts.iter().map(|range| Stretch { words: part(range), bytes: None }).collect();
    Placed { idiom, wait, stretch: Stretch { words, bytes: None }, parts }
}

/// Why one of the waits must stay, if one must.
fn keep(waits: &[Placed]) -> Option<Reason> {
    waits.iter().find_map(|placed| placed.wait.keep)
}

/// The index of the script in `sh -c SCRIPT`, and the shell that runs it.
fn shell_script(words: &[&str]) -> Option<(usize, Shell)> {
    let prefix = prefix_length(words, Runner::Container);
    let mut words = words.iter().enumerate().skip(prefix);
    let dialect = Dialect::of(words.next()?.1)?;
    let mut shell = Shell { dialect, errors: Errors::Ignored, pipes_fail: false };
    loop {
        let flags = words.next()?.1.strip_prefix('-')?;
        if flags.is_empty() || !flags.chars().all(|flag| matches!(flag, 'c' | 'e' | 'l' | 'o' | 'u' | 'x')) {
            return None;
        }
        if flags.contains('e') {
            shell.errors = Errors::Fatal;
        }
        if flags.contains('o') {
            match *words.next()?.1 {
                "errexit" => shell.errors = Errors::Fatal,
                "pipefail" => shell.pipes_fail = true,
                "nounset" | "xtrace" => {}
                _ => return None,
            }
        }
        if flags.contains('c') {
            let (index, script) = words.next()?;
            return (!script.starts_with('-')).then_some((index, shell));
        }
    }
}
