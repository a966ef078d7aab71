//! `timeout 60 sh -c 'until PROBE; do sleep 1; done'`: <https://www.gnu.org/software/coreutils/timeout>.

use super::idiom::{Idiom, Invocation, Match, base_name};
use super::leading::only_talks;
use super::question;
use super::shell::{Action, Dialect, End, parse};
use super::wait::Strictness;
use crate::compose::duration::Duration;

/// `timeout`, in front of a shell that does nothing but wait.
pub(super) const IDIOM: Idiom = Idiom { name: "timeout", images: &[], recognise };

/// Options that change only how the shell ends.
const SWITCHES: &[&str] = &["--foreground", "--preserve-status", "-v", "--verbose"];

/// Reads the time and the script, which must be loops whose questions are known.
fn recognise(invocation: Invocation<'_>) -> Option<Match> {
    let (program, mut words) = invocation.words.split_first()?;
    (base_name(program) == "timeout").then_some(())?;
    loop {
        words = match words {
            [switch, rest @ ..] if SWITCHES.contains(switch) => rest,
            ["-s" | "-k" | "--signal" | "--kill-after", _, rest @ ..] => rest,
            // Older busybox.
            ["-t", rest @ ..] => {
                let [time, shell, flag, script] = rest else { return None };
                return wait(invocation, time, (shell, flag, script));
            }
            [time, shell, flag, script] => return wait(invocation, time, (shell, flag, script)),
            _ => return None,
        };
    }
}

/// The loops that a shell runs for a time.
fn wait(invocation: Invocation<'_>, time: &str, (shell, flag, script): (&str, &str, &str)) -> Option<Match> {
    let dialect = Dialect::of(shell).filter(|_| flag == "-c")?;
    let timeout = seconds(time)?;
    let script = parse(script, dialect);
    if script.end == End::Unknown {
        return None;
    }
    let mut targets = Vec::new();
    for command in &script.commands {
        match &command.action {
            Action::Run(words) => {
                let words: Vec<&str> = words.iter().map(|word| &*word.text).collect();
                only_talks(&words).then_some(())?;
            }
            Action::Repeat(repeat) => {
                let (_, found) = question::understand(repeat, invocation.environment)?;
                // One that gives up by itself would succeed.
                found.timeout.is_none().then_some(())?;
                targets.extend(found.targets);
            }
        }
    }
    let used = invocation.words.len();
    (!targets.is_empty()).then_some(Match {
        targets,
        timeout: (timeout != Duration::default()).then_some(timeout),
        strictness: Strictness::Strict,
        used,
        keep: None,
        parts: Vec::new(),
    })
}

/// Seconds with fractions, or with a unit. None is no limit.
fn seconds(text: &str) -> Option<Duration> {
    let has_unit = text.ends_with(['s', 'm', 'h', 'd']);
    let digits = if has_unit { text.get(..text.len() - 1)? } else { text };
    let plain = !digits.is_empty() && digits.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    let text = if has_unit { text.to_owned() } else { format!("{text}s") };
    text.parse().ok().filter(|_| plain)
}
