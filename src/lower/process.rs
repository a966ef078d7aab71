//! What runs in a container.

use indexmap::IndexMap;

use super::Target;
use super::fate::{lost, lost_at};
use crate::compose::duration::Duration;
use crate::compose::service::process::{Process, RestartPolicy};
use crate::diag::{Code, Diagnostics};
use crate::ecs::KeyValue;
use crate::ecs::unit::Seconds;
use crate::options::LaunchType;
use crate::source::Spanned;

/// The words that a container starts with, after readiness waits are taken out of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Words {
    /// In place of the image's entry point; no words mean no entry point.
    pub(super) entrypoint: Option<Vec<String>>,
    /// In place of the image's command.
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

/// How long a container is meant to live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Lifetime {
    /// For good: an ECS service starts it again when it ends.
    Service,
    /// Until it ends.
    OneOff,
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
    /// Its environment, in the order of the file.
    pub(super) environment: Vec<KeyValue>,
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
    (words, lifetime): (&Words, Lifetime),
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> ProcessDefinition {
    // The loader has merged `env_file` into `environment` and `label_file` into `labels`. `container_name` is a name
    // for peers, which the pass for connections looks after. `command` has its words in `words`.
    let Process {
        command: _,
        entrypoint,
        environment: variables,
        env_file: _,
        container_name: _,
        labels,
        label_file: _,
        user,
        group_add,
        working_dir,
        tty,
        stdin_open,
        restart,
        stop_grace_period,
        stop_signal,
        post_start,
        pre_stop,
    } = process;
    report_restart(restart.as_ref(), lifetime, diags);
    report_signal(stop_signal.as_ref(), diags);
    lost("group_add", group_add.first(), "a user's groups on ECS are those that the image gives it", diags);
    lost("post_start", post_start.first(), "ECS runs nothing in a container beside its command", diags);
    lost("pre_stop", pre_stop.first(), "ECS runs nothing in a container beside its command", diags);
    let (entry_point, command) = words_of_container(words, entrypoint.as_ref(), diags);
    ProcessDefinition {
        entry_point,
        command,
        working_directory: working_dir.as_ref().map(|directory| directory.value.clone()),
        user: user.as_ref().map(|user| user.value.clone()),
        environment: environment(variables, diags),
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

/// The variables that have a value. As in Compose, one that is named but set nowhere is not set in the container.
fn environment(variables: &IndexMap<String, Spanned<Option<String>>>, diags: &mut Diagnostics) -> Vec<KeyValue> {
    let mut environment = Vec::with_capacity(variables.len());
    for (name, variable) in variables {
        if let Some(value) = &variable.value {
            environment.push(KeyValue { name: name.clone(), value: value.clone() });
        } else {
            let message = format!("the variable `{name}` is left out: it is set nowhere");
            diags.note(Code::UnsetVariable, variable.span, message);
        }
    }
    environment
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
    let seconds = u32::try_from(value.whole_seconds_ceil()).unwrap_or(u32::MAX);
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
        lost_at("stop_signal", signal.span, "ECS sends the signal that the image names, or SIGTERM", diags)
            .hint(format!("write `STOPSIGNAL {}` in the Dockerfile", signal.value));
    }
}

/// Reports a restart policy that differs from what ECS does: a service starts what ended again, whatever its exit code;
/// a task of its own ends.
fn report_restart(restart: Option<&Spanned<String>>, lifetime: Lifetime, diags: &mut Diagnostics) {
    let Some(restart) = restart else { return };
    let (code, message) = match (RestartPolicy::parse(&restart.value), lifetime) {
        (RestartPolicy::Always | RestartPolicy::UnlessStopped, Lifetime::Service)
        | (RestartPolicy::No, Lifetime::OneOff) => return,
        (RestartPolicy::No, Lifetime::Service) => {
            (Code::Approximated, "an ECS service starts it again when it ends".to_owned())
        }
        (RestartPolicy::OnFailure { attempts: None }, Lifetime::Service) => {
            (Code::Approximated, "an ECS service starts it again when it succeeds, too".to_owned())
        }
        (RestartPolicy::OnFailure { attempts: Some(_) }, Lifetime::Service) => {
            (Code::Approximated, "an ECS service starts it again however it ends, and as often".to_owned())
        }
        (RestartPolicy::Always | RestartPolicy::UnlessStopped | RestartPolicy::OnFailure { .. }, Lifetime::OneOff) => {
            (Code::Approximated, "it runs once: ECS does not start a task of its own again".to_owned())
        }
        (RestartPolicy::Other, _) => {
            (Code::Lost, format!("`{}` is no restart policy; Docker would refuse it", restart.value))
        }
    };
    diags.warn(code, restart.span, message);
}
