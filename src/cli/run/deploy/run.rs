//! `compose2ecs run`.

use std::io::{self, Write as _};
use std::time::Duration;

use compose2ecs::deploy::api::definition::Revision;
use compose2ecs::deploy::api::task::Task;
use compose2ecs::deploy::execute::{Execution, Stop};
use compose2ecs::deploy::logs::{Sources, Tail};
use compose2ecs::deploy::observe::{described, observe, revision, services};
use compose2ecs::deploy::options::UpOptions;
use compose2ecs::deploy::plan::plan;
use compose2ecs::deploy::problem::Problem;
use compose2ecs::deploy::release::{Need, Release, Unit};
use compose2ecs::deploy::run::{Ended, RunOptions, Subject, document, ended, find, remarks, start, stop, unresolved};
use compose2ecs::deploy::sdk::{Reader, Writer};
use compose2ecs::deploy::watch::UNKNOWN;
use compose2ecs::world::World;
use tokio::sync::watch;
use tokio::time::Instant;

use super::course::{Signals, carry_out, name_of_run};
use super::project::deployed;
use super::{connect, refuse, tell};
use crate::cli::GlobalArguments;
use crate::cli::deploy::{Moment, RevisionArguments, RunArguments, RunWaiting};
use crate::cli::log_lines::origin;
use crate::cli::progress::{Form, reporter};
use crate::cli::run::{Ending, Outcome, finish, print};

/// How long to wait between looks at a task, at first and later.
const LOOKS: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(5));

/// How long looks are close together.
const CLOSE: Duration = Duration::from_secs(30);

/// How much earlier than now lines may be from: clocks differ.
const EARLIER: Duration = Duration::from_mins(5);

/// Runs a service's container once. Whatever keeps it from running ends with the code that says so.
pub(in crate::cli::run) async fn run(global: GlobalArguments, arguments: RunArguments, world: &dyn World) -> Outcome {
    match Box::pin(attempt(global, arguments, world)).await {
        Ok(outcome) => outcome,
        Err(problems) => {
            // Another code than that of other commands, which a container may have, too.
            let _refused = refuse(&problems);
            Outcome::NeverRan
        }
    }
}

/// Runs a container, unless something stands in the way.
async fn attempt(global: GlobalArguments, arguments: RunArguments, world: &dyn World) -> Result<Outcome, Vec<Problem>> {
    let RunArguments {
        service,
        command,
        env,
        entrypoint,
        deps,
        no_deps,
        rm: _,
        no_tty: _,
        name,
        cpu,
        memory,
        count,
        which,
        container,
        waiting,
        pin,
        aws,
        target,
    } = arguments;
    if entrypoint.is_some() {
        let message = "`RunTask` replaces commands, not entry points: leave `--entrypoint` out, and write a service with that \
                       `entrypoint` into the file";
        return Ok(Outcome::Misused(message.to_owned()));
    }
    let environment = variables(env, world);
    let (reader, lower) = connect(aws, target, world).await.map_err(|problem| vec![problem])?;
    // What stands in the way was said.
    let Ok(release) = deployed(&reader, (global, lower), pin, world).await else { return Ok(Outcome::NeverRan) };
    let Some((unit, main)) = find(&release, &service) else {
        return Err(vec![Problem::new(format!("there is no service `{service}` in the file"))]);
    };
    let container = container.as_deref().unwrap_or(main);
    if deps && !start_needs(reader.clone(), (&release, unit)).await? {
        return Ok(Outcome::NeverRan);
    }
    if !no_deps {
        check_needs(&reader, &release, unit).await?;
    }
    for needed in unresolved(unit) {
        tell(&format!("warning: `{needed}` does not resolve in it: a one-off task is not part of Service Connect"));
    }
    let writer = Writer::new(reader);
    let revision = revision_to_run(&writer, (&release, unit), which).await.map_err(|problem| vec![problem])?;
    let subject = Subject { unit, container, revision: &revision };
    let room = waiting.wait_capacity.then_some(limit(&waiting).unwrap_or(Duration::MAX));
    let options = RunOptions { command, environment, cpu, memory, count, name };
    let document = document(&release, subject, &options, &name_of_run()).map_err(|problem| vec![problem])?;
    let mut told = |text: &str| tell(&format!("{service}: {text}"));
    let started = start(&writer, document, room, &mut told).await.map_err(|problem| vec![problem])?;
    if waiting.detach {
        return Ok(arns(&started));
    }
    let watched = Watched { writer: &writer, cluster: &release.cluster, subject, waiting: &waiting };
    Ok(watched.to_the_end(started).await)
}

/// The variables of `-e`; one without a value has that of this shell, if it has one.
fn variables(given: Vec<String>, world: &dyn World) -> Vec<(String, String)> {
    let pair = |text: String| match text.split_once('=') {
        Some((name, value)) => Some((name.to_owned(), value.to_owned())),
        None => world.variable(&text).map(|value| (text, value)),
    };
    given.into_iter().filter_map(pair).collect()
}

/// How long everything may take.
fn limit(waiting: &RunWaiting) -> Option<Duration> {
    Some(waiting.timeout).filter(|timeout| !timeout.is_zero())
}

/// Starts what a unit needs, as `up` does; whether it is there then.
async fn start_needs(reader: Reader, (release, unit): (&Release, &Unit)) -> Result<bool, Vec<Problem>> {
    let options = UpOptions { units: unit.needs.keys().cloned().collect(), ..UpOptions::default() };
    if options.units.is_empty() {
        return Ok(true);
    }
    let observed = observe(&reader, release).await.map_err(|problem| vec![problem])?;
    let plan = plan(release, &observed, &options)?;
    let reporter = reporter(Form::Plain, release);
    Ok(carry_out(reader, (release, &options), &plan, &*reporter).await == Outcome::Done)
}

/// Says what a unit needs that does not run.
async fn check_needs(reader: &Reader, release: &Release, unit: &Unit) -> Result<(), Vec<Problem>> {
    let needed = unit.needs.iter().filter(|(_, needed)| needed.required && needed.what != Need::Succeeded);
    let needed: Vec<(&String, &str)> =
        needed.filter_map(|(name, _)| Some((name, release.units.get(name)?.service()?))).collect();
    if needed.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = needed.iter().map(|(_, service)| *service).collect();
    let there = services(reader, &release.cluster, &names).await.map_err(|err| vec![err.into()])?;
    let runs = |name: &str| there.iter().any(|service| service.service_name == name && service.running_count > 0);
    let missing = needed.into_iter().filter(|(_, service)| !runs(service)).map(|(name, _)| {
        Problem::new(format!("`{}` needs `{name}`, which does not run", unit.name))
            .hint(format!("start it with `compose2ecs up {name}` or `--deps`, or do without it with `--no-deps`"))
    });
    let missing: Vec<Problem> = missing.collect();
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

/// The full name of the revision that is run: the one that the file says, registered if need be, unless the user wants
/// another one.
async fn revision_to_run(
    writer: &Writer,
    (release, unit): (&Release, &Unit),
    which: RevisionArguments,
) -> Result<String, Problem> {
    let RevisionArguments { task_def, latest } = which;
    let reader = writer.reader();
    let mut named = task_def.map(|name| if name.contains(':') { name } else { format!("{}:{name}", unit.family) });
    if latest && let Some(service) = unit.service() {
        let there = services(reader, &release.cluster, &[service]).await?;
        let running = there.into_iter().find(|there| there.running_count > 0);
        let running = running.ok_or_else(|| Problem::new(format!("service `{service}` does not run")))?;
        named = Some(running.task_definition);
    }
    if let Some(name) = named {
        let found = revision(reader, &name).await?.filter(Revision::is_active);
        let found = found.ok_or_else(|| Problem::new(format!("there is no active revision `{name}`")))?;
        return Ok(found.arn().to_owned());
    }
    let reporter = reporter(Form::Quiet, release);
    let (_sender, receiver) = watch::channel(None);
    let options = UpOptions::default();
    let execution = Execution::new(writer, (release, &options), &*reporter, (Stop::new(receiver), name_of_run()));
    Ok(execution.revision(unit).await?)
}

/// Prints the full names of tasks.
fn arns(tasks: &[Task]) -> Outcome {
    let text: String = tasks.iter().flat_map(|task| [&*task.task_arn, "\n"]).collect();
    finish(print(&text))
}

/// Tasks that are watched to their end.
struct Watched<'a> {
    writer: &'a Writer,
    cluster: &'a str,
    subject: Subject<'a>,
    waiting: &'a RunWaiting,
}

impl Watched<'_> {
    /// Watches tasks to their end, and prints what they write. The first signal ends them, the second one leaves them.
    async fn to_the_end(&self, started: Vec<Task>) -> Outcome {
        let began = Instant::now();
        let names: Vec<String> = started.iter().map(|task| task.task_arn.clone()).collect();
        let mut lines = self.lines(&started);
        let mut signals = match Signals::new() {
            Ok(signals) => signals,
            Err(err) => return Outcome::Failed(format!("cannot listen for signals: {err}")),
        };
        let mut caught: Option<Ending> = None;
        loop {
            let look = if began.elapsed() < CLOSE { LOOKS.0 } else { LOOKS.1 };
            tokio::select! {
                () = tokio::time::sleep(look) => {}
                asked = signals.next() => {
                    if caught.is_some() {
                        tell(&format!("left alone: {}", names.join(", ")));
                        return Outcome::Deployment(asked.into());
                    }
                    caught = Some(asked.into());
                    self.stop(&names).await;
                }
            }
            self.print(&mut lines).await;
            match described(self.writer.reader(), self.cluster, &names).await {
                Ok(found) if found.len() == names.len() && found.iter().all(Task::is_stopped) => {
                    return self.end(found, &mut lines).await;
                }
                Ok(found) if found.len() < names.len() && began.elapsed() >= UNKNOWN => {
                    return Outcome::Failed(format!(
                        "ECS no longer knows {}: how it ended cannot be told",
                        names.join(", ")
                    ));
                }
                Err(err) if !err.is_passing() => {
                    return Outcome::Failed(format!("{err}: how {} ends cannot be seen", names.join(", ")));
                }
                Ok(_) | Err(_) => {}
            }
            if limit(self.waiting).is_some_and(|limit| began.elapsed() >= limit) {
                tell(&format!("it takes too long, and goes on: {}", names.join(", ")));
                return Outcome::Deployment(Ending::TimedOut);
            }
        }
    }

    /// What reads the lines of tasks, where they can be read and are wanted.
    fn lines(&self, started: &[Task]) -> Option<Tail> {
        if self.waiting.no_logs {
            return None;
        }
        let mut sources = Sources::default();
        sources.add(&self.subject.unit.name, self.subject.unit.containers());
        let sources = sources.within(self.writer.reader().region());
        for unread in &sources.unread {
            tell(&format!("{}: {}", unread.container, unread.why));
        }
        let tail = Tail::new(sources.sources, Moment::Ago(EARLIER).millis(), None);
        Some(tail.of(started.iter().map(|task| task.id().to_owned())))
    }

    /// Prints what was written since the last time: what the container writes as data, what others do beside it.
    async fn print(&self, lines: &mut Option<Tail>) {
        let Some(tail) = lines else { return };
        match tail.read(self.writer.reader()).await {
            Ok(read) => {
                for line in read {
                    let text = line.text.trim_end_matches(['\r', '\n']);
                    if line.container == self.subject.container {
                        // Nobody reads any more; the task goes on, and its exit code still tells.
                        let _closed = writeln!(io::stdout(), "{text}");
                    } else {
                        tell(&format!("{} | {text}", origin(&line)));
                    }
                }
            }
            Err(err) if err.is_passing() => {}
            Err(err) => {
                tell(&format!("warning: what it writes cannot be read: {err}"));
                *lines = None;
            }
        }
    }

    /// Ends tasks.
    async fn stop(&self, names: &[String]) {
        for name in names {
            match stop(self.writer, self.cluster, name).await {
                Ok(()) => tell("interrupted: the task is told to end; interrupt again to leave it alone"),
                Err(err) => tell(&format!("warning: {name} could not be told to end: {err}")),
            }
        }
    }

    /// The outcome of tasks that are over. Their last lines may come in a little later.
    async fn end(&self, found: Vec<Task>, lines: &mut Option<Tail>) -> Outcome {
        for _ in 0..2 {
            if lines.is_some() {
                tokio::time::sleep(LOOKS.0).await;
                self.print(lines).await;
            }
        }
        let mut outcome = Outcome::Done;
        for task in &found {
            for remark in remarks(task, self.subject.container) {
                tell(&format!("warning: {remark}"));
            }
            match ended(task, self.subject.container) {
                Ended::Code(0) => {}
                Ended::Code(code) if outcome == Outcome::Done => {
                    // Codes are bytes; what is none is no success.
                    outcome = Outcome::Container(u8::try_from(code).unwrap_or(u8::MAX));
                }
                Ended::Code(_) => {}
                Ended::Never(why) => {
                    tell(&format!("error: container `{}` never ran: {why}", self.subject.container));
                    outcome = Outcome::NeverRan;
                }
            }
        }
        outcome
    }
}
