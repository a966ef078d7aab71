//! `compose2ecs up`.

use std::io;
use std::time::SystemTime;

use compose2ecs::deploy::event::{Event, Reporter};
use compose2ecs::deploy::execute::{Execution, Stop};
use compose2ecs::deploy::observe::observe;
use compose2ecs::deploy::outcome::ExitCode;
use compose2ecs::deploy::plan::plan;
use compose2ecs::deploy::sdk::Writer;
use compose2ecs::world::World;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::{connect, refuse, release};
use crate::cli::GlobalArguments;
use crate::cli::deploy::UpArguments;
use crate::cli::progress::{Form, Progress, shown_plan};
use crate::cli::run::{Ending, Outcome, finish, print};

/// Deploys a project.
pub(in crate::cli::run) async fn up(global: GlobalArguments, arguments: UpArguments, world: &dyn World) -> Outcome {
    let UpArguments { services, dry_run, progress, how, aws, target } = arguments;
    let (reader, lower) = match connect(aws, target, world).await {
        Ok(connected) => connected,
        Err(problem) => return refuse(&[problem]),
    };
    let Some(release) = release(global, lower, world) else { return refuse(&[]) };
    let options = how.options(services);
    let observed = match observe(&reader, &release).await {
        Ok(observed) => observed,
        Err(problem) => return refuse(&[problem]),
    };
    let plan = match plan(&release, &observed, &options) {
        Ok(plan) => plan,
        Err(problems) => return refuse(&problems),
    };
    if dry_run {
        return finish(print(&format!("{}\n", shown_plan(&plan, &release))));
    }
    let reporter: Box<dyn Reporter> = match progress {
        Form::Json => Box::new(Progress::new(progress, &release, io::stdout())),
        Form::Auto | Form::Plain | Form::Quiet => Box::new(Progress::new(progress, &release, io::stderr())),
    };
    reporter.report(&Event::Planned(&plan));
    let mut signals = match Signals::new() {
        Ok(signals) => signals,
        Err(err) => return Outcome::Failed(format!("cannot listen for signals: {err}")),
    };
    let writer = Writer::new(reader);
    let (sender, receiver) = watch::channel(false);
    let run = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos().to_string();
    let execution = Execution::new(&writer, (&release, &options), &*reporter, (Stop::new(receiver), run));
    let carried_out = execution.run(&plan);
    tokio::pin!(carried_out);
    let mut caught = None;
    loop {
        tokio::select! {
            outcome = &mut carried_out => return ended(outcome.exit_code(), caught),
            asked = signals.next() => {
                // Who asks twice does not want to wait for the call that is on its way.
                if let Some(before) = caught {
                    return Outcome::Deployment(before);
                }
                caught = Some(asked);
                // It is listened to as long as the plan is carried out.
                let _gone = sender.send(true);
            }
        }
    }
}

/// How the program ends after a deployment.
fn ended(code: ExitCode, caught: Option<Ending>) -> Outcome {
    match code {
        ExitCode::Done => Outcome::Done,
        ExitCode::Refused => Outcome::Refused,
        ExitCode::Failed => Outcome::Deployment(Ending::Failed),
        ExitCode::TimedOut => Outcome::Deployment(Ending::TimedOut),
        ExitCode::Interrupted => Outcome::Deployment(caught.unwrap_or(Ending::Interrupted)),
    }
}

/// The signals that ask to stop.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// The next signal, as the way in which the program ends for it.
    async fn next(&mut self) -> Ending {
        tokio::select! {
            _ = self.interrupt.recv() => Ending::Interrupted,
            _ = self.terminate.recv() => Ending::Terminated,
        }
    }
}
