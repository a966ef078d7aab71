//! Readiness waits at the front of a shell's script: `dockerize -wait tcp://db:5432 && npm start`.

use std::ops::Range;

use super::idiom::{Environment, Match};
use super::leading::{Leading, Runner, leading, only_talks};
use super::shell::{Command, End, Errors, Joint, KEYWORDS, parse};
use super::wait::{Reason, Strictness};

/// Stands for a word that the shell writes out: no grammar takes it.
const UNKNOWN: &str = "\0";

/// Commands that may run before and between waits: they change nothing that a wait's target could see.
const PREAMBLE: &[&str] = &["cd", "date", "echo", "export", "printf", "set", "sleep", "true", "umask", ":"];

/// Commands that are the shell's own, which no tool can start: what follows a tool is a program.
const BUILTINS: &[&str] = &[
    ".", "alias", "bg", "break", "builtin", "cd", "command", "continue", "declare", "eval", "exec", "exit", "export",
    "fg", "hash", "jobs", "let", "local", "read", "readonly", "return", "set", "shift", "shopt", "source", "time",
    "times", "trap", "type", "typeset", "ulimit", "umask", "unalias", "unset", "wait",
];

/// Waits in a script.
#[derive(Debug)]
pub(super) struct ScriptWaits {
    /// The waits in order, with the names of their idioms.
    pub(super) waits: Vec<(&'static str, Match)>,
    /// The script without them, byte for byte; nothing when what remains does nothing.
    pub(super) remainder: Result<Option<String>, Reason>,
}

/// Finds the waits with which a script begins.
pub(super) fn find(text: &str, errors: Errors, environment: &Environment) -> Option<ScriptWaits> {
    let script = parse(text);
    let mut search = Search { errors, ..Search::default() };
    let mut commands = script.commands.iter().peekable();
    while let Some(command) = commands.next() {
        let next = commands.peek().and_then(|next| next.words.first()).map(|word| word.start);
        match search.visit(command, next, environment)? {
            Step::GoOn => {}
            Step::Stop => break,
        }
    }
    let Search { errors: _, waits, cuts, keep, list: _, before: _, remains } = search;
    if waits.is_empty() {
        return None;
    }
    // What is not understood may be joined to a wait in a way that needs its outcome.
    let keep = keep.or_else(|| (script.end == End::Unknown).then_some(Reason::Script));
    let remainder = match keep {
        Some(reason) => Err(reason),
        None if remains => Ok(Some(without(text, &cuts))),
        None => Ok(None),
    };
    Some(ScriptWaits { waits, remainder })
}

/// Whether further waits may follow.
enum Step {
    GoOn,
    Stop,
}

/// What is known of a script up to some command.
#[derive(Default)]
struct Search {
    /// What the shell does when a command fails.
    errors: Errors,
    waits: Vec<(&'static str, Match)>,
    /// The bytes of the waits.
    cuts: Vec<Range<usize>>,
    keep: Option<Reason>,
    /// How many waits stand before the commands that are joined by `&&` to this one.
    list: usize,
    /// Whether a command that stays is joined by `&&` to the next one.
    before: bool,
    /// Whether anything remains that does something.
    remains: bool,
}

impl Search {
    /// Looks at one command; `next` is where the next one begins. `None` when the script makes no sense.
    fn visit(&mut self, command: &Command, next: Option<usize>, environment: &Environment) -> Option<Step> {
        let words: Vec<&str> = command.words.iter().map(|word| word.literal.as_deref().unwrap_or(UNKNOWN)).collect();
        let Some(leading) = leading(&words, Runner::Shell, environment).filter(|leading| !leading.waits.is_empty())
        else {
            return Some(self.stays(&words, command.joint));
        };
        let Leading { prefix, waits, end } = leading;
        let literal = words.get(..end).is_some_and(|words| !words.contains(&UNKNOWN));
        if !literal {
            return None;
        }
        let start = |at: usize| command.words.get(at).map(|word| word.start);
        let rest = words.get(end..).unwrap_or_default();
        let follows = rest.first();
        // `exec` without a command to follow would end the script here.
        let replaces_shell = words.get(..prefix).is_some_and(|prefix| prefix.contains(&"exec"));
        if replaces_shell && command.joint != Joint::Last && follows.is_none() {
            return None;
        }
        self.keep = self.keep.or_else(|| waits.iter().find_map(|understood| understood.wait.keep));
        let before = self.waits.len();
        self.waits.extend(waits.into_iter().map(|understood| (understood.idiom, understood.wait)));
        if (follows.is_none() || only_talks(rest)) && command.joint == Joint::Then {
            let fatal = if self.errors == Errors::Fatal { before } else { self.waits.len() };
            self.end_list(fatal);
        }
        let Some(first) = follows else {
            // Taking out the last of several that are joined would leave a loose end, or join what was not joined.
            let loose = match command.joint {
                Joint::And => false,
                Joint::Then => self.before,
                Joint::Last => self.remains,
            };
            if loose {
                self.keep = self.keep.or(Some(Reason::Script));
            }
            self.cuts.extend(start(0).zip(next).map(|(start, next)| start..next));
            self.before &= command.joint == Joint::And;
            return Some(Step::GoOn);
        };
        if *first == UNKNOWN || first.contains('=') || BUILTINS.contains(first) || KEYWORDS.contains(first) {
            self.keep = self.keep.or(Some(Reason::Script));
        }
        self.cuts.extend(start(prefix).zip(start(end)).map(|(start, end)| start..end));
        if replaces_shell {
            self.remains |= !only_talks(rest);
            return Some(Step::Stop);
        }
        Some(self.stays(rest, command.joint))
    }

    /// Takes note of the end of a list: whether its waits succeeded, up to the one at `fatal`, matters to nobody.
    fn end_list(&mut self, fatal: usize) {
        let ignored = self.waits.iter_mut().take(fatal).skip(self.list);
        ignored.for_each(|(_, wait)| wait.strictness = Strictness::Lenient);
        self.list = self.waits.len();
    }

    /// Takes note of a command that is no wait.
    fn stays(&mut self, words: &[&str], joint: Joint) -> Step {
        self.before = joint == Joint::And;
        if let ["set", options @ ..] = words {
            self.errors = errors_after(options, self.errors);
        }
        let talks = only_talks(words);
        if joint == Joint::Then {
            self.end_list(self.waits.len());
        }
        // What runs before a wait only serves it.
        self.remains |= !talks && !self.waits.is_empty();
        if talks || words.first().is_some_and(|first| PREAMBLE.contains(first)) { Step::GoOn } else { Step::Stop }
    }
}

/// What a shell does about failures after `set OPTIONS`.
fn errors_after(options: &[&str], before: Errors) -> Errors {
    options.iter().fold(before, |errors, option| match (option.strip_prefix('-'), option.strip_prefix('+')) {
        (Some(flags), _) if flags.contains('e') => Errors::Fatal,
        (_, Some(flags)) if flags.contains('e') => Errors::Ignored,
        _ if *option == "errexit" => Errors::Fatal,
        _ => errors,
    })
}

/// A text without some of its bytes. The ranges are in order and do not overlap.
fn without(text: &str, cuts: &[Range<usize>]) -> String {
    let ends = cuts.iter().map(|cut| cut.start).chain([text.len()]);
    let starts = [0].into_iter().chain(cuts.iter().map(|cut| cut.end));
    starts.zip(ends).filter_map(|(start, end)| text.get(start..end)).collect()
}
