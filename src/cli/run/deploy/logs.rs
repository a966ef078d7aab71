//! `compose2ecs logs`.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::time::Duration;

use compose2ecs::deploy::down::remains;
use compose2ecs::deploy::logs::{Line, Sources, Tail, of_project};
use compose2ecs::deploy::observe::tasks;
use compose2ecs::deploy::problem::Problem;
use compose2ecs::deploy::release::Release;
use compose2ecs::deploy::sdk::Reader;
use compose2ecs::deploy::standing::{Place, unit};
use compose2ecs::diag::render::Color;
use compose2ecs::world::World;

use super::course::Signals;
use super::{Known, connect, known, refuse, tell};
use crate::cli::GlobalArguments;
use crate::cli::deploy::{Lines, LogsArguments, Moment};
use crate::cli::log_lines::Style;
use crate::cli::run::{Outcome, output_color};

/// How far back is read when nobody says how far: as long as ECS knows the tasks that ended.
const USUAL: Duration = Duration::from_hours(1);

/// How long to wait between looks.
const LOOK: Duration = Duration::from_secs(2);

/// Prints what the containers of a project wrote, and write.
pub(in crate::cli::run) async fn logs(global: GlobalArguments, arguments: LogsArguments, world: &dyn World) -> Outcome {
    // The files are among the global arguments, wherever they are typed.
    let LogsArguments {
        services,
        file: _,
        follow,
        since,
        until,
        tail,
        timestamps,
        no_log_prefix,
        no_color,
        index,
        aws,
        target,
    } = arguments;
    let color = if no_color { Color::Never } else { output_color(global.color) };
    let (reader, lower) = match connect(aws, target, world).await {
        Ok(connected) => connected,
        Err(problem) => return refuse(&[problem]),
    };
    let Some(Known { project, cluster, waves: _, release }) = known(global, lower, world) else {
        return Outcome::Refused;
    };
    let place = Place { cluster: &cluster, project: &project };
    let Sources { sources, unread } = match sources(&reader, place, (&services, release.as_ref())).await {
        Ok(sources) => sources,
        Err(problems) => return refuse(&problems),
    };
    for unread in &unread {
        tell(&format!("{}: {}", unread.container, unread.why));
    }
    let since = since.unwrap_or(Moment::Ago(USUAL)).millis();
    let style = Style::new(sources.iter().map(|source| &*source.container), (color, timestamps, !no_log_prefix));
    let mut reading = Tail::new(sources, since, until.map(Moment::millis));
    if let Some(index) = index {
        let [service] = &*services else {
            return Outcome::Misused("`--index` is the number of a task of one service: name one service".to_owned());
        };
        match task_of(&reader, place, (service, index)).await {
            Ok(task) => reading = reading.of([task]),
            Err(problem) => return refuse(&[problem]),
        }
    }
    let lines = match reading.read(&reader).await {
        Ok(lines) => last(lines, tail),
        Err(err) => return refuse(&[err.into()]),
    };
    if lines.is_empty() && !follow {
        tell("no log events yet");
    }
    if write(&lines, &style).is_err() || !follow {
        return Outcome::Done;
    }
    let mut signals = match Signals::new() {
        Ok(signals) => signals,
        Err(err) => return Outcome::Failed(format!("cannot listen for signals: {err}")),
    };
    tokio::select! {
        outcome = go_on(&reader, &mut reading, &style) => outcome,
        caught = signals.next() => Outcome::Deployment(caught.into()),
    }
}

/// Where the containers write that the user means.
async fn sources(
    reader: &Reader,
    place: Place<'_>,
    (services, release): (&[String], Option<&Release>),
) -> Result<Sources, Vec<Problem>> {
    let mut sources = of_project(reader, place, release).await.map_err(|err| vec![err.into()])?;
    sources.only(services)?;
    Ok(sources)
}

/// The task of this number of a service, counted from 1 in the order in which they started.
async fn task_of(reader: &Reader, place: Place<'_>, (name, index): (&str, usize)) -> Result<String, Problem> {
    let services = remains(reader, place.cluster, place.project).await?.services;
    let Some(service) = services.iter().find(|service| unit(service) == name) else {
        return Err(Problem::new(format!("project `{}` has no service `{name}`", place.project)));
    };
    let mut tasks = tasks(reader, place.cluster, (Some(&service.service_name), None), "RUNNING").await?;
    tasks.sort_by(|one, other| one.started_at.unwrap_or_default().total_cmp(&other.started_at.unwrap_or_default()));
    let task = index.checked_sub(1).and_then(|index| tasks.get(index));
    task.map(|task| task.id().to_owned())
        .ok_or_else(|| Problem::new(format!("`{name}` has {} tasks: there is no number {index}", tasks.len())))
}

/// Prints lines as they come in, as long as somebody reads them.
async fn go_on(reader: &Reader, reading: &mut Tail, style: &Style) -> Outcome {
    let mut failures = 0_u32;
    loop {
        tokio::time::sleep(LOOK * 2_u32.saturating_pow(failures.min(4))).await;
        match reading.read(reader).await {
            Ok(lines) => {
                failures = 0;
                if write(&lines, style).is_err() {
                    return Outcome::Done;
                }
            }
            Err(err) if err.is_passing() => failures += 1,
            Err(err) => return refuse(&[err.into()]),
        }
    }
}

/// The last lines of each container of each task.
fn last(lines: Vec<Line>, count: Option<Lines>) -> Vec<Line> {
    let Some(Lines::Last(count)) = count else { return lines };
    let mut left: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in &lines {
        *left.entry((line.container.clone(), line.task.clone())).or_default() += 1;
    }
    let is_last = |line: &Line| {
        let left = left.entry((line.container.clone(), line.task.clone())).or_default();
        *left -= 1;
        *left < count
    };
    lines.into_iter().filter(is_last).collect()
}

/// Prints lines; an error means that nobody reads them any more.
fn write(lines: &[Line], style: &Style) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    for line in lines {
        stdout.write_all(style.drawn(line).as_bytes())?;
    }
    stdout.flush()
}
