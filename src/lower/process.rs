//! What runs in a container.

use indexmap::IndexMap;

use super::Target;
use super::fate::{fate, lost_at};
use crate::compose::duration::Duration;
use crate::compose::service::process::Process;
use crate::diag::{Code, Diagnostics};
use crate::ecs::unit::Seconds;
use crate::options::LaunchType;
use crate::source::Spanned;

/// The words that a container starts with, after readiness waits are taken out of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Words {
    /// In place of the image's entry point, which stays where there is nothing; no words mean no entry point.
    pub(super) entrypoint: Option<Vec<String>>,
    /// In place of the image's command, which stays where there is nothing.
    pub(super) command: Option<Vec<String>>,
}

impl Words {
    /// The words as the file writes them.
    pub(super) fn of(process: &Process) -> Self {
        let words = |words: &Option<Spanned<Vec<Spanned<String>>>>| {
            words.as_ref().map(|words| words.value.iter().map(|word| word.value.clone()).collect())
        };
        Self { entrypoint: words(&process.entrypoint), command: words(&process.command) }
    }
}

/// What ECS is told of a process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ProcessDefinition {
    /// What runs in place of the image's entry point.
    pub(super) entry_point: Vec<String>,
    /// What runs in place of the image's command.
    pub(super) command: Vec<String>,
    /// The directory in which it runs.
    pub(super) working_directory: Option<String>,
    /// The user who runs it.
    pub(super) user: Option<String>,
    /// Whether it has a terminal.
    pub(super) pseudo_terminal: Option<bool>,
    /// Whether standard input stays open.
    pub(super) interactive: Option<bool>,
    /// How long it may take to stop.
    pub(super) stop_timeout: Option<Seconds>,
    /// Docker's labels.
    pub(super) docker_labels: IndexMap<String, String>,
}

/// Says what runs. `words` stand for `command` and `entrypoint`, which readiness may have rewritten.
pub(super) fn process(
    process: &Process,
    words: &Words,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> ProcessDefinition {
    // Variables and restarts have passes of their own. The loader has merged `label_file` into `labels`. `container_name` is a name
    // for peers, which the pass for connections looks after. `command` has its words in `words`.
    let Process {
        command: _,
        entrypoint,
        environment: _,
        env_file: _,
        container_name: _,
        labels,
        label_file: _,
        user,
        group_add,
        working_dir,
        tty,
        stdin_open,
        restart: _,
        stop_grace_period,
        stop_signal,
        post_start,
        pre_stop,
    } = process;
    report_signal(stop_signal.as_ref(), diags);
    fate!("services.*.group_add").report_if(group_add.first(), diags);
    fate!("services.*.post_start").report_if(post_start.first(), diags);
    fate!("services.*.pre_stop").report_if(pre_stop.first(), diags);
    let (entry_point, command) = words_of_container(words, entrypoint.as_ref(), diags);
    ProcessDefinition {
        entry_point,
        command,
        working_directory: working_dir.as_ref().map(|directory| directory.value.clone()),
        user: user.as_ref().map(|user| user.value.clone()),
        pseudo_terminal: enabled(tty.as_ref()),
        interactive: enabled(stdin_open.as_ref()),
        stop_timeout: stop_grace_period.and_then(|period| stop_timeout(period, target, diags)),
        docker_labels: labels.iter().map(|(name, label)| (name.clone(), label.value.clone())).collect(),
    }
}

/// A switch that ECS has, too; off is its default.
fn enabled(switch: Option<&Spanned<bool>>) -> Option<bool> {
    switch.filter(|switch| switch.value).map(|_| true)
}

/// ECS's `entryPoint` and `command`.
///
/// Docker runs the image's command where `command: []` stands without an entry point, which is what ECS does where
/// nothing is said. An entry point without words takes the image's away; ECS cannot say that, but with a command that
/// is itself the entry point the same words run.
/// <https://github.com/moby/moby/blob/v28.0.0/daemon/commit.go>
fn words_of_container<T>(
    words: &Words,
    written: Option<&Spanned<T>>,
    diags: &mut Diagnostics,
) -> (Vec<String>, Vec<String>) {
    let command = words.command.clone().unwrap_or_default();
    let Some(entrypoint) = &words.entrypoint else { return (Vec::new(), command) };
    if entrypoint.iter().any(|word| !word.is_empty()) {
        return (entrypoint.clone(), command);
    }
    if let (true, Some(written)) = (command.is_empty(), written) {
        lost_at("entrypoint", written.span, "ECS keeps the image's entry point where no words replace it", diags)
            .hint("write the words to run as `command`");
    }
    (command, Vec::new())
}

/// Whole seconds, rounded up: never less than asked for. Fargate takes 2 to 120.
fn stop_timeout(period: Spanned<Duration>, target: Target<'_>, diags: &mut Diagnostics) -> Option<Seconds> {
    const FARGATE: std::ops::RangeInclusive<u32> = 2..=120;
    let Spanned { value, span } = period;
    if value.as_nanos() < 0 {
        lost_at("stop_grace_period", span, "ECS does not wait without limit for a container to stop", diags)
            .hint("give it a time: `120s`");
        return None;
    }
    let seconds = value.whole_seconds();
    let seconds = match target.launch_type {
        LaunchType::Fargate if !FARGATE.contains(&seconds) => {
            let within = seconds.clamp(*FARGATE.start(), *FARGATE.end());
            let message = format!("`stop_grace_period` becomes {within} s: Fargate waits from 2 to 120 s");
            diags.warn(Code::Approximated, span, message);
            within
        }
        LaunchType::Ec2 | LaunchType::Fargate => seconds,
    };
    Some(Seconds(seconds))
}

/// Reports a signal that ECS would not send: it sends the image's own, which is SIGTERM unless the image says otherwise.
fn report_signal(signal: Option<&Spanned<String>>, diags: &mut Diagnostics) {
    let other =
        signal.filter(|signal| !matches!(signal.value.to_ascii_uppercase().as_str(), "SIGTERM" | "TERM" | "15"));
    if let Some(signal) = other {
        fate!("services.*.stop_signal")
            .report(signal.span, diags)
            .hint(format!("write `STOPSIGNAL {}` in the Dockerfile", signal.value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LowerOptions;
    use crate::testing::lower_service;

    /// Lowers a process as it is written.
    fn definition(launch_type: LaunchType, text: &str) -> (ProcessDefinition, String) {
        let options = LowerOptions { launch_type: Some(launch_type), ..LowerOptions::default() };
        lower_service(&options, text, |service, target, diags| {
            let words = Words::of(&service.process);
            process(&service.process, &words, target, diags)
        })
    }

    #[track_caller]
    fn check(text: &str, expected: &ProcessDefinition, findings: &[&str]) {
        for launch_type in [LaunchType::Ec2, LaunchType::Fargate] {
            let (definition, found) = definition(launch_type, text);
            assert_eq!(&definition, expected);
            assert_eq!(found, findings.join("\n"));
        }
    }

    #[track_caller]
    fn words(text: &str, entry_point: &[&str], command: &[&str], findings: &[&str]) {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let expected = ProcessDefinition {
            entry_point: owned(entry_point),
            command: owned(command),
            ..ProcessDefinition::default()
        };
        check(text, &expected, findings);
    }

    #[track_caller]
    fn stops(launch_type: LaunchType, text: &str, expected: Option<u32>, findings: &[&str]) {
        let text = format!("stop_grace_period: {text}");
        let (definition, found) = definition(launch_type, &text);
        assert_eq!(definition.stop_timeout, expected.map(Seconds));
        assert_eq!(found, findings.join("\n"));
    }

    #[test]
    fn most_keys_have_their_likes() {
        check(
            "{user: 'a:b', working_dir: /w, tty: true, stdin_open: true, environment: {B: 1, A: ''}, labels: {l: m},
              container_name: web, env_file: f, label_file: g}",
            &ProcessDefinition {
                user: Some("a:b".to_owned()),
                working_directory: Some("/w".to_owned()),
                pseudo_terminal: Some(true),
                interactive: Some(true),
                docker_labels: IndexMap::from([("l".to_owned(), "m".to_owned())]),
                ..ProcessDefinition::default()
            },
            &[],
        );
        check("{tty: false, stdin_open: false}", &ProcessDefinition::default(), &[]);
    }

    #[test]
    fn words_stay_words() {
        words("{entrypoint: [a], command: b c}", &["a"], &["b", "c"], &[]);
        words("command: [a, '']", &[], &["a", ""], &[]);
    }

    #[test]
    fn no_words_are_the_images_command() {
        words("command: []", &[], &[], &[]);
        words("{entrypoint: [a], command: []}", &["a"], &[], &[]);
        words("{entrypoint: , command: }", &[], &[], &[]);
    }

    #[test]
    fn a_command_is_the_entry_point_where_the_images_is_taken_away() {
        words("{entrypoint: [], command: [a, b]}", &["a", "b"], &[], &[]);
        words("{entrypoint: [''], command: [a, b]}", &["a", "b"], &[], &[]);
        let finding =
            "[] | warning[lost]: `entrypoint` is left out: ECS keeps the image's entry point where no words replace it";
        words("entrypoint: []", &[], &[], &[finding]);
    }

    #[test]
    fn seconds_are_rounded_up() {
        stops(LaunchType::Ec2, "1m30s", Some(90), &[]);
        stops(LaunchType::Ec2, "1500ms", Some(2), &[]);
        stops(LaunchType::Ec2, "0s", Some(0), &[]);
        stops(LaunchType::Ec2, "1h", Some(3600), &[]);
    }

    #[test]
    fn fargate_waits_two_minutes_at_most() {
        stops(LaunchType::Fargate, "2m", Some(120), &[]);
        let finding = |text: &str, seconds: u32| {
            format!(
                "{text} | warning[approximated]: `stop_grace_period` becomes {seconds} s: Fargate waits from 2 to 120 s"
            )
        };
        stops(LaunchType::Fargate, "1h", Some(120), &[&finding("1h", 120)]);
        stops(LaunchType::Fargate, "0s", Some(2), &[&finding("0s", 2)]);
    }

    #[test]
    fn nobody_waits_for_ever() {
        let finding = "-1s | warning[lost]: `stop_grace_period` is left out: ECS does not wait without limit for a container to stop";
        stops(LaunchType::Ec2, "-1s", None, &[finding]);
    }

    #[test]
    fn what_ecs_lacks_is_reported() {
        check(
            "{group_add: [a], stop_signal: SIGINT, post_start: [{command: p}], pre_stop: [{command: q}]}",
            &ProcessDefinition::default(),
            &[
                "SIGINT | warning[lost]: `stop_signal` is left out: ECS sends the signal that the image names, or SIGTERM",
                "a | warning[lost]: `group_add` is left out: a user's groups on ECS are those that the image gives it",
                "{command: p} | warning[lost]: `post_start` is left out: ECS runs nothing in a container beside its command",
                "{command: q} | warning[lost]: `pre_stop` is left out: ECS runs nothing in a container beside its command",
            ],
        );
        check("stop_signal: sigterm", &ProcessDefinition::default(), &[]);
    }
}
