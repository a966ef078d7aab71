//! The course of a plan: carried out and shown, and no longer watched when somebody asks.

use std::io;
use std::time::SystemTime;

use compose2ecs::deploy::event::Reporter;
use compose2ecs::deploy::execute::{Execution, Stop};
use compose2ecs::deploy::options::UpOptions;
use compose2ecs::deploy::outcome::ExitCode;
use compose2ecs::deploy::plan::Plan;
use compose2ecs::deploy::release::Release;
use compose2ecs::deploy::sdk::{Reader, Writer};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::cli::progress::{Form, Progress};
use crate::cli::run::{Ending, Outcome};

/// Shows progress in a form: to programs on standard output, to people beside it.
pub(super) fn reporter(form: Form, release: &Release) -> Box<dyn Reporter> {
    match form {
        Form::Json => Box::new(Progress::new(form, release, io::stdout())),
        Form::Auto | Form::Plain | Form::Quiet => Box::new(Progress::new(form, release, io::stderr())),
    }
}

/// Carries out a plan, which was told of already, to its end.
pub(super) async fn carry_out(
    reader: Reader,
    (release, options): (&Release, &UpOptions),
    plan: &Plan,
    reporter: &dyn Reporter,
) -> Outcome {
    let mut signals = match Signals::new() {
        Ok(signals) => signals,
        Err(err) => return Outcome::Failed(format!("cannot listen for signals: {err}")),
    };
    let writer = Writer::new(reader);
    let (sender, receiver) = watch::channel(false);
    let execution = Execution::new(&writer, (release, options), reporter, (Stop::new(receiver), name_of_run()));
    let carried_out = execution.run(plan);
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

/// A name that no other run has.
pub(super) fn name_of_run() -> String {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()
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
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Listens from now on.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// The next signal, as the way in which the program ends for it.
    pub(super) async fn next(&mut self) -> Ending {
        tokio::select! {
            _ = self.interrupt.recv() => Ending::Interrupted,
            _ = self.terminate.recv() => Ending::Terminated,
        }
    }
}
