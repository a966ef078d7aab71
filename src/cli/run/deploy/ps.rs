//! `compose2ecs ps`.

use compose2ecs::deploy::api::definition::short;
use compose2ecs::deploy::api::service::{RolloutState, Service};
use compose2ecs::deploy::api::task::Task;
use compose2ecs::deploy::down::{Remains, remains};
use compose2ecs::deploy::observe::tasks;
use compose2ecs::deploy::release::SERVICE;
use compose2ecs::deploy::sdk::Reader;
use compose2ecs::deploy::watch::reason;
use compose2ecs::world::World;
use serde_json::json;

use super::{Known, connect, known, refuse};
use crate::cli::GlobalArguments;
use crate::cli::deploy::{PsArguments, PsFormat};
use crate::cli::run::{Ending, Outcome, finish, print};

/// A task, and the unit that it belongs to.
struct Row {
    unit: String,
    task: Task,
    counts: Option<(u32, u32)>,
}

/// Shows the tasks of a project.
pub(in crate::cli::run) async fn ps(global: GlobalArguments, arguments: PsArguments, world: &dyn World) -> Outcome {
    let PsArguments { services, all, format, exit_code, aws, target } = arguments;
    let (reader, lower) = match connect(aws, target, world).await {
        Ok(connected) => connected,
        Err(problem) => return refuse(&[problem]),
    };
    let Some(Known { project, cluster, waves: _, release: _ }) = known(global, lower, world) else {
        return Outcome::Refused;
    };
    let looked = async {
        let mut found = remains(&reader, &cluster, &project).await?;
        found.services.retain(|service| services.is_empty() || services.iter().any(|name| name == unit(service)));
        let rows = rows(&reader, &cluster, (&found, all)).await?;
        Ok((found, rows))
    };
    let (found, rows) = match looked.await {
        Ok(found) => found,
        Err(err) => return refuse(&[compose2ecs::deploy::error::CallError::into(err)]),
    };
    let text = match format {
        PsFormat::Table => table(&rows, &found),
        PsFormat::Json => rows.iter().flat_map(|row| [object(row).to_string(), "\n".to_owned()]).collect(),
    };
    let printed = finish(print(&text));
    if exit_code && !found.services.iter().all(is_steady) { Outcome::Deployment(Ending::Failed) } else { printed }
}

/// The unit that a service is.
fn unit(service: &Service) -> &str {
    service.tag(SERVICE).unwrap_or(&service.service_name)
}

/// Whether a service has what it should have.
fn is_steady(service: &Service) -> bool {
    let failed = service.primary().is_some_and(|primary| primary.rollout_state == Some(RolloutState::Failed));
    !failed && service.running_count >= service.desired_count
}

/// The tasks of all services, and the one-off tasks that run.
async fn rows(
    reader: &Reader,
    cluster: &str,
    (found, all): (&Remains, bool),
) -> Result<Vec<Row>, compose2ecs::deploy::error::CallError> {
    let mut rows = Vec::new();
    for service in &found.services {
        let name = Some(&*service.service_name);
        let counts = Some((service.desired_count, service.running_count));
        let states = if all { &["RUNNING", "STOPPED"][..] } else { &["RUNNING"] };
        for state in states {
            let tasks = tasks(reader, cluster, (name, None), state).await?;
            rows.extend(tasks.into_iter().map(|task| Row { unit: unit(service).to_owned(), task, counts }));
        }
    }
    let once = found.tasks.iter().cloned();
    rows.extend(once.map(|task| Row { unit: short(&task.task_definition_arn).to_owned(), task, counts: None }));
    Ok(rows)
}

/// The columns of a task.
fn columns(row: &Row) -> [String; 7] {
    let Row { unit, task, counts } = row;
    let exit = task.is_stopped().then(|| {
        let reason = reason(task);
        let code = reason.exit_code.map(|code| format!("{code} ")).unwrap_or_default();
        format!("{code}{}", reason.message)
    });
    [
        unit.clone(),
        task.id().to_owned(),
        short(&task.task_definition_arn).to_owned(),
        task.last_status.clone(),
        task.health_status.clone().unwrap_or_default(),
        counts.map(|(desired, running)| format!("{running}/{desired}")).unwrap_or_default(),
        exit.unwrap_or_default(),
    ]
}

/// The tasks as a table, with a line for each service that has none.
fn table(rows: &[Row], found: &Remains) -> String {
    let head = ["SERVICE", "TASK", "REVISION", "STATUS", "HEALTH", "RUNNING", "EXIT"].map(str::to_owned);
    let mut lines = vec![head];
    lines.extend(rows.iter().map(columns));
    for service in &found.services {
        if !rows.iter().any(|row| row.unit == unit(service)) {
            let counts = Some((service.desired_count, service.running_count));
            let task = Task { task_definition_arn: service.task_definition.clone(), ..Task::default() };
            lines.push(columns(&Row { unit: unit(service).to_owned(), task, counts }));
        }
    }
    let widths: Vec<usize> = (0..7)
        .map(|column| {
            lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let drawn = lines.iter().map(|line| {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    });
    drawn.collect()
}

/// A task as JSON.
fn object(row: &Row) -> serde_json::Value {
    let [service, task, revision, status, health, _, exit] = columns(row);
    json!({
        "service": service, "task": task, "revision": revision, "status": status, "health": health,
        "desired": row.counts.map(|(desired, _)| desired), "running": row.counts.map(|(_, running)| running), "exit": exit,
    })
}
