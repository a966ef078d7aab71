//! Runs a service's container once, with another command: the task, from its call to its end.

use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::api::task::{RunTask, StopTask, Task};
use super::api::{Failure, Tag};
use super::error::CallError;
use super::execute::insist;
use super::observe::{STARTED_BY, described};
use super::problem::Problem;
use super::release::{Release, Runner, Unit};
use super::sdk::Writer;
use super::unplaced::{is_passing, why_not};
use crate::digest;

/// How many characters the overrides of a task may have.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html>
const MOST_OVERRIDES: usize = 8192;

/// How long to wait between tries to find room for a task.
const ROOM: Duration = Duration::from_secs(15);

/// What a task takes over from the service in whose place it runs.
const TAKEN_OVER: &[&str] = &[
    "capacityProviderStrategy",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "launchType",
    "networkConfiguration",
    "placementConstraints",
    "placementStrategy",
    "platformVersion",
    "tags",
    "volumeConfigurations",
];

/// What is run.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The unit.
    pub unit: &'a Unit,
    /// The container whose command is replaced, and whose exit code counts.
    pub container: &'a str,
    /// The full name of the revision.
    pub revision: &'a str,
}

/// How it is run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunOptions {
    /// The command; the definition's if there is none.
    pub command: Vec<String>,
    /// Variables beside those of the definition.
    pub environment: Vec<(String, String)>,
    /// The CPU units.
    pub cpu: Option<u32>,
    /// The MiB of memory.
    pub memory: Option<u32>,
    /// How many tasks run.
    pub count: u32,
    /// What the tasks are called.
    pub name: Option<String>,
}

/// How a container ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// With this code.
    Code(i32),
    /// It never ran, for this reason.
    Never(String),
}

/// The unit in which a service is, and its container: the one of that name, or the main one of the unit of that name.
#[must_use]
pub fn find<'r>(release: &'r Release, service: &str) -> Option<(&'r Unit, &'r str)> {
    let named = |definition: &&Value| name(definition) == service;
    let of_container =
        release.units.values().find_map(|unit| Some((unit, name(unit.containers().iter().find(named)?))));
    of_container.or_else(|| release.units.get(service).map(|unit| (unit, main(unit))))
}

/// The name of a container.
fn name(definition: &Value) -> &str {
    definition.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// The container of a unit without which the others are of no use.
fn main(unit: &Unit) -> &str {
    let is_essential = |definition: &&Value| definition.get("essential") != Some(&Value::Bool(false));
    let containers = unit.containers();
    containers.iter().find(is_essential).or_else(|| containers.first()).map(name).unwrap_or_default()
}

/// What a unit needs that it does not find under its name when it runs once: a task that no service starts is no part of
/// Service Connect.
#[must_use]
pub fn unresolved(unit: &Unit) -> Vec<&str> {
    let enabled = unit.document().get("serviceConnectConfiguration").and_then(|connect| connect.get("enabled"));
    let connects = enabled == Some(&Value::Bool(true));
    if connects { unit.needs.keys().map(|name| &**name).collect() } else { Vec::new() }
}

/// The input of `RunTask`.
///
/// # Errors
///
/// When the overrides are too long.
pub fn document(
    release: &Release,
    subject: Subject<'_>,
    options: &RunOptions,
    token: &str,
) -> Result<Map<String, Value>, Problem> {
    let Subject { unit, container, revision } = subject;
    let mut document = match &unit.runner {
        Runner::Job { run } => run.clone(),
        Runner::Service { name: _, create, update: _ } => {
            let kept = TAKEN_OVER.iter().filter_map(|key| Some(((*key).to_owned(), create.get(*key)?.clone())));
            kept.collect()
        }
    };
    let overrides = overrides(unit, container, options);
    let length = overrides.to_string().len();
    if length > MOST_OVERRIDES {
        let message = format!("the command and the variables have {length} characters, and ECS takes {MOST_OVERRIDES}");
        return Err(Problem::new(message).hint("put them into the image, into a file, or into the Compose file"));
    }
    let tags = document.entry("tags").or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(tags) = tags {
        let own = [("compose2ecs:oneoff", Some("true")), ("Name", options.name.as_deref())];
        let own =
            own.into_iter().filter_map(|(key, value)| Some(Tag { key: key.to_owned(), value: value?.to_owned() }));
        tags.extend(own.map(|tag| json!(tag)));
    }
    for (key, value) in [
        ("cluster", Value::from(&*release.cluster)),
        ("taskDefinition", Value::from(revision)),
        ("count", Value::from(options.count)),
        ("overrides", overrides),
        ("propagateTags", Value::from("TASK_DEFINITION")),
        // By this it is told from a job of `up`, which has the same definition.
        ("group", Value::from(format!("run:{}", unit.family))),
        ("startedBy", Value::from(format!("{STARTED_BY}{}", release.project))),
        ("clientToken", Value::from(digest::short(&format!("{}/{revision}/{token}", release.cluster)))),
    ] {
        document.insert(key.to_owned(), value);
    }
    Ok(document)
}

/// What is different from the definition. A task with a size gets another size, else its container does.
fn overrides(unit: &Unit, container: &str, options: &RunOptions) -> Value {
    let RunOptions { command, environment, cpu, memory, count: _, name: _ } = options;
    let mut own = Map::from_iter([("name".to_owned(), Value::from(container))]);
    if !command.is_empty() {
        own.insert("command".to_owned(), json!(command));
    }
    if !environment.is_empty() {
        let pairs = environment.iter().map(|(name, value)| json!({"name": name, "value": value}));
        own.insert("environment".to_owned(), pairs.collect());
    }
    let mut overrides = Map::new();
    for (key, size) in [("cpu", cpu), ("memory", memory)] {
        let Some(size) = size else { continue };
        if unit.definition.get(key).is_some() {
            overrides.insert(key.to_owned(), size.to_string().into());
        } else {
            own.insert(key.to_owned(), (*size).into());
        }
    }
    overrides.insert("containerOverrides".to_owned(), json!([own]));
    Value::Object(overrides)
}

/// Starts tasks. The token of the call makes it safe to repeat, and leads to a task that was started with it before.
///
/// # Errors
///
/// When ECS does not start them.
pub async fn start(
    writer: &Writer,
    mut document: Map<String, Value>,
    room: Option<Duration>,
    told: &mut dyn FnMut(&str),
) -> Result<Vec<Task>, Problem> {
    let began = Instant::now();
    let token = document.get("clientToken").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut attempt = 0_u32;
    loop {
        // A token stands for its answer, even for one that names no task.
        document.insert("clientToken".to_owned(), format!("{token}{attempt}").into());
        let answer = match insist(writer, &RunTask { document: &Value::Object(document.clone()) }).await {
            Ok(answer) => answer,
            Err(err) if err.is("ConflictException") && !err.resources.is_empty() => {
                let cluster = document.get("cluster").and_then(Value::as_str).unwrap_or_default();
                return Ok(described(writer.reader(), cluster, &err.resources).await?);
            }
            Err(err) => return Err(err.into()),
        };
        if !answer.tasks.is_empty() {
            for failure in &answer.failures {
                told(&format!("not all tasks were started: {}", why_not(Some(failure))));
            }
            return Ok(answer.tasks);
        }
        let why = why_not(answer.failures.first());
        let waits = answer.failures.iter().any(is_passing) && room.is_some_and(|room| began.elapsed() < room);
        if !waits {
            return Err(refused(why, answer.failures.first(), room));
        }
        if attempt == 0 {
            told(&format!("waiting for room: {why}"));
        }
        attempt += 1;
        tokio::time::sleep(ROOM).await;
    }
}

/// Says why no task was started.
fn refused(why: String, failure: Option<&Failure>, room: Option<Duration>) -> Problem {
    let problem = Problem::new(why);
    let reason = failure.and_then(|failure| failure.reason.as_deref()).unwrap_or_default();
    if reason.starts_with("RESOURCE:PORTS") {
        problem.hint("the service holds its host port itself: let ECS choose one, as `80` in place of `80:80` does")
    } else if failure.is_some_and(is_passing) && room.is_none() {
        problem.hint("wait for room with `--wait-capacity`, or add an instance")
    } else {
        problem
    }
}

/// Ends a task, as the user asks for.
///
/// # Errors
///
/// When AWS does not answer, or not allow to.
pub async fn stop(writer: &Writer, cluster: &str, task: &str) -> Result<(), CallError> {
    insist(writer, &StopTask { cluster, task, reason: "interrupted by user" }).await.map(|_| ())
}

/// How a container of a task that is over ended.
#[must_use]
pub fn ended(task: &Task, container: &str) -> Ended {
    let found = task.containers.iter().find(|other| other.name == container);
    if let Some(code) = found.and_then(|container| container.exit_code) {
        return Ended::Code(code);
    }
    let said = found.and_then(|container| container.reason.clone()).or_else(|| task.stopped_reason.clone());
    Ended::Never(said.unwrap_or_else(|| "ECS does not say why".to_owned()))
}

/// What is to be said of how a task ended beside the code of its container.
#[must_use]
pub fn remarks(task: &Task, container: &str) -> Vec<String> {
    let mut remarks = Vec::new();
    for other in &task.containers {
        let Some(code) = other.exit_code else { continue };
        if other.name == container {
            let killed = other.reason.as_deref().filter(|reason| reason.contains("OutOfMemory"));
            remarks.extend(killed.map(|_| {
                format!("container `{container}` used more memory than it may: give it more with `--memory`")
            }));
        } else if !matches!(code, 0 | 137 | 143) {
            // Those two are what a container ends with that is stopped because the task is over.
            remarks.push(format!("container `{}` ended with exit code {code}", other.name));
        }
    }
    remarks
}
