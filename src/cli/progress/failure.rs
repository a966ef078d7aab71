//! A failure: what happened first, then why, what ECS says, the last lines, and what to do next.

use compose2ecs::deploy::api::definition::short;
use compose2ecs::deploy::outcome::UnitFailure;
use compose2ecs::deploy::watch::{Failure, Kind, Reason};

/// Draws a failure, as lines below the unit's own.
pub(super) fn block(unit: &str, failure: &UnitFailure) -> Vec<String> {
    let UnitFailure { verdict, revision: _, reasons, said, stream, lines, exit_code: _ } = failure;
    let mut block = Vec::new();
    if let Some(Failure::RolledBack { reason: _, to }) = verdict {
        block.push(format!("    now     back on {}", short(to)));
    }
    for (reason, count) in reasons {
        block.push(format!("    why     {}{}", why(reason), times(*count)));
        if !reason.message.is_empty() {
            block.push(format!("    ECS     {}", reason.message));
        }
    }
    let reason = match verdict {
        Some(Failure::RolledBack { reason, .. } | Failure::Stalled { reason }) => reason.as_ref(),
        _ => None,
    };
    block.extend(reason.or(said.as_ref().filter(|_| reasons.is_empty())).map(|said| format!("    ECS     {said}")));
    if let Some(stream) = stream.as_ref().filter(|_| !lines.is_empty()) {
        block.push(format!("    logs    {stream}"));
        block.extend(lines.iter().map(|line| format!("            | {line}")));
    }
    block.push(format!("    next    {}", next(unit, failure)));
    block
}

/// What happened, in a few words.
pub(super) fn headline(failure: &UnitFailure) -> String {
    match &failure.verdict {
        Some(Failure::RolledBack { .. }) => "deployment failed and was rolled back".to_owned(),
        Some(Failure::Stalled { .. }) => "deployment failed, and there is nothing to go back to".to_owned(),
        Some(Failure::CrashLoop { tasks }) => format!("its tasks end again and again: {tasks} so far"),
        Some(Failure::CannotStart) => "its tasks cannot start".to_owned(),
        Some(Failure::Superseded { by }) => format!("another deployment replaced this one, of {}", short(by)),
        Some(Failure::Deleted) => "was deleted while it was being deployed".to_owned(),
        None => match failure.exit_code {
            Some(code) => format!("ended with exit code {code}"),
            None => "never ran".to_owned(),
        },
    }
}

/// Why tasks ended.
fn why(reason: &Reason) -> String {
    let container = reason.container.as_deref().map(|name| format!("container \"{name}\" ")).unwrap_or_default();
    match (reason.kind, reason.exit_code) {
        (Kind::Image, _) => format!("the image cannot be pulled: {}", image(&reason.message)),
        (Kind::Resources, _) => "what the task needs to start cannot be had: secrets, logs or a file system".to_owned(),
        (Kind::Memory, _) => format!("{container}used more memory than it may"),
        (Kind::Health, _) => "its health check keeps failing".to_owned(),
        (Kind::Exit | Kind::Start, Some(code)) => format!("{container}ended with exit code {code}{}", hint(code)),
        (Kind::Start, None) => format!("{container}cannot be started"),
        (Kind::Exit, None) => format!("{container}ended"),
        (Kind::Machine, _) => "AWS took the machine away".to_owned(),
        (Kind::Told, _) => "it was told to end".to_owned(),
        (Kind::Other, _) => "it ended".to_owned(),
    }
}

/// Why an image cannot be pulled, in the words of what the engine says.
fn image(message: &str) -> &'static str {
    let message = message.to_lowercase();
    let has = |words: &str| message.contains(words);
    if has("not found") || has("manifest unknown") {
        "the repository has no such tag"
    } else if has("denied") || has("unauthorized") {
        "the execution role may not read the repository, or it needs credentials"
    } else if has("timeout") || has("no route") {
        "the subnet has no way to the registry: no NAT, no VPC endpoint, no public address"
    } else if has("toomanyrequests") {
        "Docker Hub wants fewer pulls from this address"
    } else if has("no matching manifest") {
        "it is not built for this processor: look at `platform`"
    } else {
        "see below"
    }
}

/// What an exit code usually means.
const fn hint(code: i32) -> &'static str {
    match code {
        126 => " (the command cannot be executed)",
        127 => " (the command was not found)",
        137 => " (killed: out of memory, or slow to stop)",
        139 => " (a segmentation fault)",
        143 => " (it was asked to end)",
        _ => "",
    }
}

/// How many tasks met the same end.
fn times(count: usize) -> String {
    if count > 1 { format!(", in {count} tasks") } else { String::new() }
}

/// The next command.
fn next(unit: &str, failure: &UnitFailure) -> String {
    match &failure.verdict {
        Some(Failure::Superseded { .. }) => "see who deploys beside you, then run `compose2ecs up`".to_owned(),
        Some(Failure::Deleted) => "run `compose2ecs up` to make it again".to_owned(),
        Some(
            Failure::RolledBack { .. } | Failure::Stalled { .. } | Failure::CrashLoop { .. } | Failure::CannotStart,
        )
        | None => {
            format!("mend it and run `compose2ecs up {unit}`")
        }
    }
}
