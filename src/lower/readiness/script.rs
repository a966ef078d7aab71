//! Readiness waits at the front of a shell's script: `dockerize -wait tcp://db:5432 && npm start`.

use std::ops::Range;

use super::idiom::{Environment, Match};
use super::leading::{Leading, Runner, Understood, leading, only_talks};
use super::question;
use super::shell::{Action, Command, End, Errors, Joint, KEYWORDS, Loop, Shell, Word, parse};
use super::wait::{Reason, Strictness};

/// Stands for a word that the shell writes out: no grammar takes it.
const UNKNOWN: &str = "\0";

/// Commands that may run before and between waits: they change nothing that a wait's target could see.
const PREAMBLE: &[&str] = &[
    "cd", "chmod", "chown", "date", "echo", "export", "hostname", "id", "ls", "mkdir", "printf", "pwd", "set", "sleep",
    "true", "umask", "whoami", ":",
];

/// Commands that are the shell's own, which no tool can start: what follows a tool is a program.
const BUILTINS: &[&str] = &[
    ".", "alias", "bg", "break", "builtin", "cd", "command", "continue", "declare", "eval", "exec", "exit", "export",
    "fg", "hash", "jobs", "let", "local", "read", "readonly", "return", "set", "shift", "shopt", "source", "time",
    "times", "trap", "type", "typeset", "ulimit", "umask", "unalias", "unset", "wait",
];

/// Waits in a script.
#[derive(Debug)]
pub(super) struct ScriptWaits {
    /// The waits in order.
    pub(super) waits: Vec<InScript>,
    /// The script without them, byte for byte; nothing when what remains does nothing.
    pub(super) remainder: Result<Option<String>, Reason>,
}

/// A wait in a script.
#[derive(Debug)]
pub(super) struct InScript {
    /// The idiom's name.
    pub(super) idiom: &'static str,
    /// What it says.
    pub(super) wait: Match,
    /// The bytes that it is written in.
    pub(super) bytes: Range<usize>,
    /// The bytes that each target is written in, if the others can do without them; else nothing.
    pub(super) parts: Vec<Range<usize>>,
}

/// Finds the waits with which a script begins.
pub(super) fn find(text: &str, shell: Shell, environment: &Environment) -> Option<ScriptWaits> {
    let Shell { dialect, errors, pipes_fail } = shell;
    let script = parse(text, dialect);
    let mut search = Search { errors, pipes_fail, ..Search::default() };
    let mut commands = script.commands.iter().peekable();
    while let Some(command) = commands.next() {
        let next = commands.peek().map_or(text.len(), |next| next.start);
        let place = Place { command, next };
        let step = match &command.action {
            Action::Run(words) => search.run(words, place, environment)?,
            Action::Repeat(repeat) => search.repeat(repeat, place, environment),
        };
        match step {
            Step::GoOn => {}
            Step::Stop => break,
        }
    }
    let Search { errors: _, pipes_fail: _, waits, cuts, keep, list: _, before: _, remains } = search;
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

/// Where a command stands.
#[derive(Clone, Copy)]
struct Place<'c> {
    command: &'c Command,
    /// Where the next one begins, or the script ends.
    next: usize,
}

/// What is known of a script up to some command.
#[derive(Default)]
struct Search {
    /// What the shell does when a command fails.
    errors: Errors,
    /// Whether a pipe fails with any of its commands.
    pipes_fail: bool,
    waits: Vec<InScript>,
    /// The bytes of the waits.
    cuts: Vec<Range<usize>>,
    keep: Option<Reason>,
    /// How many waits stand before the commands that are joined by `&&` to this one.
    list: usize,
    /// Where the command ends that stays and is joined by `&&` to the next one, if there is one.
    before: Option<usize>,
    /// Whether anything remains that does something.
    remains: bool,
}

impl Search {
    /// Looks at a simple command. `None` when the script makes no sense.
    fn run(&mut self, places: &[Word], place: Place<'_>, environment: &Environment) -> Option<Step> {
        let joint = place.command.joint;
        let words: Vec<&str> = places.iter().map(|word| word.literal().unwrap_or(UNKNOWN)).collect();
        let Some(leading) = leading(&words, Runner::Shell, environment).filter(|leading| !leading.waits.is_empty())
        else {
            return Some(self.stays(&words, place));
        };
        let Leading { prefix, waits, end } = leading;
        let literal = words.get(..end).is_some_and(|words| !words.contains(&UNKNOWN));
        if !literal {
            return None;
        }
        let start = |at: usize| places.get(at).map(|word| word.start);
        let rest = words.get(end..).unwrap_or_default();
        let follows = rest.first();
        // `exec` without a command to follow would end the script here.
        let replaces_shell = words.get(..prefix).is_some_and(|prefix| prefix.contains(&"exec"));
        if replaces_shell && joint != Joint::Last && follows.is_none() {
            return None;
        }
        self.keep = self.keep.or_else(|| waits.iter().find_map(|understood| understood.wait.keep));
        let before = self.waits.len();
        let byte = |at: usize| start(at).unwrap_or(place.command.end);
        self.waits.extend(waits.into_iter().map(|Understood { idiom, wait, words }| {
            let part = |part: &Range<usize>| byte(words.start + part.start)..byte(words.start + part.end);
            let parts = wait.parts.iter().map(part).collect();
            InScript { idiom, wait, bytes: byte(words.start)..byte(words.end), parts }
        }));
        if (follows.is_none() || only_talks(rest)) && joint == Joint::Then {
            let fatal = if self.errors == Errors::Fatal { before } else { self.waits.len() };
            self.end_list(fatal);
        }
        let Some(first) = follows else {
            self.goes(place);
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
        Some(self.stays(rest, place))
    }

    /// Looks at a loop.
    fn repeat(&mut self, repeat: &Loop, place: Place<'_>, environment: &Environment) -> Step {
        let asks_by_pipe = repeat.condition.filter.is_some();
        let understood = question::understand(repeat, environment).filter(|_| !(asks_by_pipe && self.pipes_fail));
        let Some((idiom, wait)) = understood else {
            // What it does is unknown, and what follows may need it.
            self.keep = self.keep.or(Some(Reason::Script));
            return Step::Stop;
        };
        self.waits.push(InScript { idiom, wait, bytes: repeat.condition.bytes.clone(), parts: Vec::new() });
        if place.command.joint == Joint::Then {
            self.end_list(self.waits.len());
        }
        self.goes(place);
        Step::GoOn
    }

    /// Takes note of a command that is nothing but a wait.
    fn goes(&mut self, place: Place<'_>) {
        let Place { command: Command { start, end, action: _, joint }, next } = place;
        match (joint, self.before) {
            (Joint::And, _) | (Joint::Then, None) => self.cuts.push(*start..next),
            // With the last of several that are joined goes what joins it. A shell that ends with a failure would end
            // with that of the one before, too.
            (Joint::Then, Some(before)) if self.errors == Errors::Ignored => {
                self.cuts.retain(|cut| cut.start < before);
                self.cuts.push(before..*end);
            }
            (Joint::Then, Some(_)) => self.keep = self.keep.or(Some(Reason::Script)),
            // Taking out the last of all would leave a loose end.
            (Joint::Last, _) if self.remains => self.keep = self.keep.or(Some(Reason::Script)),
            // Nothing remains that anyone would run.
            (Joint::Last, _) => {}
        }
        if *joint != Joint::And {
            self.before = None;
        }
    }

    /// Takes note of the end of a list: whether its waits succeeded, up to the one at `fatal`, matters to nobody.
    fn end_list(&mut self, fatal: usize) {
        let ignored = self.waits.iter_mut().take(fatal).skip(self.list);
        // What waits for ever does not fail.
        let ends = ignored.map(|found| &mut found.wait).filter(|wait| wait.timeout.is_some());
        ends.for_each(|wait| wait.strictness = Strictness::Lenient);
        self.list = self.waits.len();
    }

    /// Takes note of a command that is no wait.
    fn stays(&mut self, words: &[&str], place: Place<'_>) -> Step {
        let Command { start: _, end, action: _, joint } = place.command;
        self.before = (*joint == Joint::And).then_some(*end);
        if let ["set", options @ ..] = words {
            self.errors = errors_after(options, self.errors);
            self.pipes_fail |= options.contains(&"pipefail");
        }
        let talks = only_talks(words);
        if *joint == Joint::Then {
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
