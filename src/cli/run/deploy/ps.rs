//! `compose2ecs ps`.

use std::time::{Duration, SystemTime};

use compose2ecs::deploy::api::definition::short;
use compose2ecs::deploy::api::service::{RolloutState, Service};
use compose2ecs::deploy::api::task::Task;
use compose2ecs::deploy::down::{Remains, remains};
use compose2ecs::deploy::error::CallError;
use compose2ecs::deploy::observe::tasks;
use compose2ecs::deploy::sdk::{Reader, timestamp};
use compose2ecs::deploy::standing::unit;
use compose2ecs::deploy::watch::reason;
use compose2ecs::world::World;
use serde_json::json;

use super::{Known, connect, known, refuse};
use crate::cli::GlobalArguments;
use crate::cli::deploy::{PsArguments, PsFormat, TaskState};
use crate::cli::run::{Ending, Outcome, finish, print};

/// The columns of the table.
const COLUMNS: [&str; 9] =
    ["SERVICE", "TASK", "REVISION", "STATUS", "HEALTH", "DESIRED/RUNNING", "STARTED", "IP", "EXIT"];

/// What an event says of a service that is not as it should be.
const FAILURES: [&str; 6] = ["unable to", "failed", "unhealthy", "rolling back", "has stopped", "insufficient"];

/// What is shown of a unit.
struct Group {
    unit: String,
    /// How many tasks its service is to have, and how many run; none if it is no service.
    counts: Option<(u32, u32)>,
    /// The revision that it runs, where no task says so.
    revision: String,
    /// What went wrong last, if it is not as it should be.
    event: Option<String>,
    tasks: Vec<Task>,
}

/// Shows the tasks of a project.
pub(in crate::cli::run) async fn ps(global: GlobalArguments, arguments: PsArguments, world: &dyn World) -> Outcome {
    let PsArguments { services, all, format, filter, quiet, orphans, exit_code, aws, target } = arguments;
    let (reader, lower) = match connect(aws, target, world).await {
        Ok(connected) => connected,
        Err(problem) => return refuse(&[problem]),
    };
    let Some(Known { project, cluster, waves, release }) = known(global, lower, world) else {
        return Outcome::Refused;
    };
    let mut found = match remains(&reader, &cluster, &project).await {
        Ok(found) => found,
        Err(err) => return refuse(&[err.into()]),
    };
    let is_in_file = |unit: &str| release.as_ref().is_none_or(|release| release.units.contains_key(unit));
    let is_named = |unit: &str| services.is_empty() || services.iter().any(|name| name == unit);
    found.services.retain(|service| is_named(unit(service)) && (orphans || is_in_file(unit(service))));
    found.services.sort_by_key(|service| {
        let wave = waves.get(unit(service)).copied().unwrap_or(usize::MAX);
        (wave, unit(service).to_owned())
    });
    let states: &[&str] =
        if all || filter.contains(&TaskState::Stopped) { &["RUNNING", "STOPPED"] } else { &["RUNNING"] };
    let mut groups = match groups(&reader, (&cluster, &project), (&found, states)).await {
        Ok(groups) => groups,
        Err(err) => return refuse(&[err.into()]),
    };
    if !filter.is_empty() {
        for group in &mut groups {
            group.tasks.retain(|task| filter.iter().any(|state| state.is(task)));
        }
        groups.retain(|group| !group.tasks.is_empty());
    }
    let text = match (quiet, format) {
        (true, _) => groups.iter().flat_map(|group| &group.tasks).flat_map(|task| [task.id(), "\n"]).collect(),
        (false, PsFormat::Table) => table(&groups),
        (false, PsFormat::Json) => objects(&groups),
    };
    let printed = finish(print(&text));
    if exit_code && !found.services.iter().all(is_steady) { Outcome::Deployment(Ending::Failed) } else { printed }
}

/// Whether a service has what it should have, for good.
fn is_steady(service: &Service) -> bool {
    let state = service.primary().and_then(|primary| primary.rollout_state);
    let goes_on = matches!(state, Some(RolloutState::InProgress | RolloutState::Failed));
    !goes_on && service.running_count >= service.desired_count
}

/// What went wrong last with a service that is not as it should be.
fn newest_failure(service: &Service) -> Option<String> {
    let failed = service.primary().is_some_and(|primary| primary.rollout_state == Some(RolloutState::Failed));
    if !failed && service.running_count >= service.desired_count {
        return None;
    }
    let is_failure = |message: &str| FAILURES.iter().any(|words| message.contains(words));
    let events = service.events.iter().filter(|event| is_failure(&event.message));
    events.max_by(|one, other| one.created_at.total_cmp(&other.created_at)).map(|event| event.message.clone())
}

/// The tasks of all services, and the one-off tasks.
async fn groups(
    reader: &Reader,
    (cluster, project): (&str, &str),
    (found, states): (&Remains, &[&'static str]),
) -> Result<Vec<Group>, CallError> {
    let mut groups = Vec::new();
    for service in &found.services {
        let mut own = Vec::new();
        for state in states {
            own.extend(tasks(reader, cluster, (Some(&service.service_name), None), state).await?);
        }
        groups.push(Group {
            unit: unit(service).to_owned(),
            counts: Some((service.desired_count, service.running_count)),
            revision: short(&service.task_definition).to_owned(),
            event: newest_failure(service),
            tasks: own,
        });
    }
    for task in &found.tasks {
        let revision = short(&task.task_definition_arn);
        let family = revision.rsplit_once(':').map_or(revision, |(family, _)| family);
        let unit = family.strip_prefix(project).and_then(|rest| rest.strip_prefix('-')).unwrap_or(family);
        groups.push(Group {
            unit: unit.to_owned(),
            counts: None,
            revision: revision.to_owned(),
            event: None,
            tasks: vec![task.clone()],
        });
    }
    Ok(groups)
}

/// The columns of a task, or of a service that has none.
fn columns(group: &Group, task: Option<&Task>) -> [String; 9] {
    let counts = group.counts.map(|(desired, running)| format!("{desired}/{running}")).unwrap_or_default();
    let none = Task { task_definition_arn: group.revision.clone(), ..Task::default() };
    let task = task.unwrap_or(&none);
    let exit = task.is_stopped().then(|| {
        let reason = reason(task);
        let code = reason.exit_code.map(|code| format!("{code} ")).unwrap_or_default();
        format!("{code}{}", reason.message)
    });
    [
        group.unit.clone(),
        task.id().to_owned(),
        short(&task.task_definition_arn).to_owned(),
        task.last_status.clone(),
        task.health_status.clone().unwrap_or_default(),
        counts,
        started(task).unwrap_or_default(),
        task.address().unwrap_or_default().to_owned(),
        exit.unwrap_or_default(),
    ]
}

/// When a task started.
fn started(task: &Task) -> Option<String> {
    let since = Duration::try_from_secs_f64(task.started_at?).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(since).map(timestamp)
}

/// The tasks as a table, with a line for each service that has none, and one for what went wrong last.
fn table(groups: &[Group]) -> String {
    let mut rows: Vec<([String; 9], Option<&str>)> = vec![(COLUMNS.map(str::to_owned), None)];
    for group in groups {
        let first = rows.len();
        rows.extend(group.tasks.iter().map(|task| (columns(group, Some(task)), None)));
        if group.tasks.is_empty() {
            rows.push((columns(group, None), None));
        }
        if let Some((_, event)) = rows.last_mut().filter(|_| first > 0) {
            *event = group.event.as_deref();
        }
    }
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|(row, _)| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..COLUMNS.len()).map(width).collect();
    let drawn = rows.iter().map(|(row, event)| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        let event = event.map(|event| format!("  ! {event}\n")).unwrap_or_default();
        format!("{}\n{event}", cells.collect::<Vec<_>>().join("  ").trim_end())
    });
    drawn.collect()
}

/// The tasks as JSON: an object for each, and one for each service that has none.
fn objects(groups: &[Group]) -> String {
    let mut lines = String::new();
    for group in groups {
        let mut add = |task: Option<&Task>| {
            let [service, _, revision, status, health, _, started, ip, exit] = columns(group, task);
            let said = |text: String| Some(text).filter(|text| !text.is_empty());
            let object = json!({
                "service": service, "task": task.map(Task::id), "revision": revision, "status": said(status),
                "health": said(health), "desired": group.counts.map(|(desired, _)| desired),
                "running": group.counts.map(|(_, running)| running), "started": said(started), "ip": said(ip),
                "exit": said(exit), "exit_code": task.and_then(|task| reason(task).exit_code), "event": group.event,
            });
            lines.push_str(&object.to_string());
            lines.push('\n');
        };
        group.tasks.iter().for_each(|task| add(Some(task)));
        if group.tasks.is_empty() {
            add(None);
        }
    }
    lines
}
