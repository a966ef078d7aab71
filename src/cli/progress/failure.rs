//! A failure: what happened and why, what ECS says, the last lines, where it is written, and what to do next.

use compose2ecs::deploy::api::definition::short;
use compose2ecs::deploy::outcome::UnitFailure;
use compose2ecs::deploy::release::Unit;
use compose2ecs::deploy::watch::hindrance::{Hindrance, hindrance};
use compose2ecs::deploy::watch::{Failure, Kind, Reason};
use compose2ecs::graph::Part;

use super::cause::{Cause, cause, definition, text};
use super::plain::duration;

/// Draws a failure, as lines below the unit's own.
pub(super) fn block(unit: &Unit, failure: &UnitFailure) -> Vec<String> {
    let UnitFailure { verdict, revision, reasons, life, said, now, stream, lines, exit_code: _, took: _ } = failure;
    let mut block = Block::default();
    let all: usize = reasons.iter().map(|(_, count)| count).sum();
    let main = reasons.first().map(|(reason, _)| (reason, cause(unit, reason)));
    let hindrance = said.as_deref().and_then(hindrance).filter(|_| is_short_of_tasks(failure));
    if let Some(hindrance) = hindrance {
        block.add("why", &hindered(unit, hindrance));
    }
    if let Some((reason, _)) = &main {
        match reason.kind {
            Kind::Image => block.add_some("image", text(unit, reason.container.as_deref(), "image")),
            Kind::Health => block.add_some("check", check(unit, reason).as_deref()),
            Kind::Resources | Kind::Start | Kind::Memory | Kind::Exit | Kind::Machine | Kind::Told | Kind::Other => {}
        }
    }
    for (index, (reason, count)) in reasons.iter().enumerate() {
        let Cause { why, part: _, remedy: _ } = cause(unit, reason);
        let life = life.filter(|_| index == 0 && reason.has_run());
        block.add("why", &format!("{why}{}{}", times(*count, all), lived(life)));
    }
    let mut sentences: Vec<&str> = reasons.iter().map(|(reason, _)| &*reason.message).collect();
    sentences.extend(said.as_deref());
    sentences.extend(match verdict {
        Some(Failure::RolledBack { reason, to: _ } | Failure::Stalled { reason }) => reason.as_deref(),
        Some(
            Failure::CrashLoop { .. }
            | Failure::CannotStart
            | Failure::Superseded { .. }
            | Failure::Deleted
            | Failure::TimedOut,
        )
        | None => None,
    });
    let mut told: Vec<&str> = Vec::new();
    for sentence in sentences {
        if !sentence.is_empty() && !told.contains(&sentence) {
            told.push(sentence);
            block.add("ECS", sentence);
        }
    }
    if let Some(stream) = stream.as_ref().filter(|_| !lines.is_empty()) {
        block.add("logs", stream);
        block.lines.extend(lines.iter().map(|line| format!("            | {line}")));
    }
    if let (Some(Failure::RolledBack { to, .. }), Some((running, desired))) = (verdict, now) {
        block.add("now", &format!("{revision} -> back on {}, {running} of {desired} tasks run", short(to)));
    }
    let part = match (&main, hindrance) {
        (Some((_, cause)), _) => cause.part,
        (None, Some(Hindrance::Ports)) => Part::Ports,
        (None, Some(Hindrance::Cpu | Hindrance::Memory)) => Part::Memory,
        (None, _) => Part::Whole,
    };
    let container = main.as_ref().and_then(|(reason, _)| reason.container.as_deref());
    block.add_some("file", place(unit, container, part).as_deref());
    block.add("next", &next(unit, failure, (main.map(|(_, cause)| cause), hindrance)));
    block.lines
}

/// Lines with a word in front.
#[derive(Default)]
struct Block {
    lines: Vec<String>,
}

impl Block {
    fn add(&mut self, word: &str, text: &str) {
        self.lines.push(format!("    {word:7} {text}"));
    }

    fn add_some(&mut self, word: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.add(word, text);
        }
    }
}

/// What happened, in a few words.
pub(super) fn headline(failure: &UnitFailure) -> String {
    let kind = failure.reasons.first().map(|(reason, _)| reason.kind);
    let because = kind.map(|kind| format!(": {}", in_short(kind))).unwrap_or_default();
    match &failure.verdict {
        Some(Failure::RolledBack { .. }) => format!("deployment failed and was rolled back{because}"),
        Some(Failure::Stalled { .. }) => format!("deployment failed, and there is nothing to go back to{because}"),
        Some(Failure::CrashLoop { tasks }) => format!("its tasks end again and again, {tasks} so far{because}"),
        Some(Failure::CannotStart) => format!("its tasks cannot start{because}"),
        Some(Failure::Superseded { by }) => format!("another deployment replaced this one, of {}", short(by)),
        Some(Failure::Deleted) => "was deleted while it was being deployed".to_owned(),
        Some(Failure::TimedOut) => format!("timed out after {}: {}", duration(failure.took), so_far(failure)),
        None => match failure.exit_code {
            Some(code) => format!("ended with exit code {code}"),
            None => format!("never ran{because}"),
        },
    }
}

/// How far a unit came that took too long.
fn so_far(failure: &UnitFailure) -> String {
    let is_hindered = is_short_of_tasks(failure) && failure.said.as_deref().and_then(hindrance).is_some();
    match failure.now {
        _ if is_hindered => "still not placed".to_owned(),
        Some((running, desired)) if running < desired => format!("{running} of {desired} tasks run"),
        Some(_) => "its tasks run, but ECS has not found them steady".to_owned(),
        None => "it goes on".to_owned(),
    }
}

/// Whether tasks are missing.
fn is_short_of_tasks(failure: &UnitFailure) -> bool {
    failure.now.is_none_or(|(running, desired)| running < desired)
}

/// What a kind of reason is, in a few words.
const fn in_short(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "its image cannot be pulled",
        Kind::Resources => "its task cannot be initialised",
        Kind::Start => "its container cannot be started",
        Kind::Memory => "it runs out of memory",
        Kind::Health => "its health check keeps failing",
        Kind::Exit => "it ends by itself",
        Kind::Machine => "its machine went away",
        Kind::Told => "it was told to end",
        Kind::Other => "its tasks end",
    }
}

/// How a task ended, in a line.
pub(super) fn ended(reason: &Reason) -> String {
    let container = reason.container.as_deref().map(|name| format!("{name} ")).unwrap_or_default();
    match (reason.kind, reason.exit_code) {
        (Kind::Exit, Some(code)) => format!("{container}exited with {code}"),
        _ => reason.message.clone(),
    }
}

/// The health check of the container that is to blame, as it is written.
fn check(unit: &Unit, reason: &Reason) -> Option<String> {
    let named = definition(unit, reason.container.as_deref()).and_then(|container| container.get("healthCheck"));
    let check = named.or_else(|| unit.containers().iter().find_map(|container| container.get("healthCheck")))?;
    let words: Vec<&str> = check.get("command")?.as_array()?.iter().filter_map(|word| word.as_str()).collect();
    let number = |key: &str, default: u64| check.get(key).and_then(serde_json::Value::as_u64).unwrap_or(default);
    let (interval, timeout) = (number("interval", 30), number("timeout", 5));
    let (retries, start) = (number("retries", 3), number("startPeriod", 0));
    let times = format!("interval {interval}s, timeout {timeout}s, retries {retries}, start {start}s");
    Some(format!("{}  ({times})", words.join(" ")))
}

/// What keeps tasks of a unit from starting, in a sentence.
fn hindered(unit: &Unit, hindrance: Hindrance) -> String {
    let host_ports = unit.containers().iter().flat_map(|container| {
        let ports = container.get("portMappings").and_then(|ports| ports.as_array()).into_iter().flatten();
        ports.filter_map(|port| port.get("hostPort")?.as_u64()).filter(|port| *port != 0)
    });
    let host_ports: Vec<String> = host_ports.map(|port| port.to_string()).collect();
    if hindrance == Hindrance::Ports && !host_ports.is_empty() {
        let ports = host_ports.join(", ");
        return format!("host port {ports} is fixed, and every instance that could run it uses it already");
    }
    hindrance.as_str().to_owned()
}

/// How many tasks met the same end.
fn times(count: usize, all: usize) -> String {
    match (count, all) {
        (1, 1) => String::new(),
        (count, all) => format!(", in {count} of {all} tasks"),
    }
}

/// How long tasks ran.
fn lived(life: Option<std::time::Duration>) -> String {
    life.map(|life| format!(", after {} on average", duration(life))).unwrap_or_default()
}

/// Where a part of a unit's container is written.
fn place(unit: &Unit, container: Option<&str>, part: Part) -> Option<String> {
    let origin = unit.origin(container)?;
    let word = |part| match part {
        Part::Whole => "",
        Part::Image => "image of ",
        Part::Command => "command of ",
        Part::HealthCheck => "healthcheck of ",
        Part::Memory => "memory of ",
        Part::Ports => "ports of ",
        Part::Secrets => "secrets of ",
        Part::Logging => "logging of ",
    };
    let part = if origin.written(part).is_some() { part } else { Part::Whole };
    Some(format!("{} ({}{})", origin.place(part), word(part), origin.service))
}

/// What to do, and the next commands.
fn next(unit: &Unit, failure: &UnitFailure, (cause, hindrance): (Option<Cause>, Option<Hindrance>)) -> String {
    let name = &unit.name;
    match &failure.verdict {
        Some(Failure::Superseded { .. }) => "see who deploys beside you, then run `compose2ecs up`".to_owned(),
        Some(Failure::Deleted) => "run `compose2ecs up` to make it again".to_owned(),
        Some(Failure::TimedOut) => {
            let remedy = hindrance.map(|hindrance| format!("{}; ", hindrance.remedy())).unwrap_or_default();
            let go_on = "ECS keeps trying: follow with";
            format!("{remedy}{go_on} `compose2ecs wait {name}`, undo with `compose2ecs rollback {name}`")
        }
        Some(
            Failure::RolledBack { .. } | Failure::Stalled { .. } | Failure::CrashLoop { .. } | Failure::CannotStart,
        )
        | None => {
            let remedy = cause.map_or_else(|| "mend it".to_owned(), |cause| cause.remedy);
            let look = format!("look closer with `compose2ecs ps -a {name}` and `compose2ecs logs {name}`");
            format!("{remedy}, and run `compose2ecs up`; {look}")
        }
    }
}
