//! The course of a plan: carried out and shown, and no longer watched when somebody asks.

use std::io;
use std::time::SystemTime;

use compose2ecs::deploy::event::{Event, Reporter};
use compose2ecs::deploy::execute::{Execution, Stop};
use compose2ecs::deploy::options::UpOptions;
use compose2ecs::deploy::outcome::{ExitCode, Interruption};
use compose2ecs::deploy::plan::Plan;
use compose2ecs::deploy::release::Release;
use compose2ecs::deploy::sdk::{Reader, Writer};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::cli::run::{Ending, Outcome};

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
    let (sender, receiver) = watch::channel(None);
    let execution = Execution::new(&writer, (release, options), reporter, (Stop::new(receiver), name_of_run()));
    let carried_out = execution.run(plan);
    tokio::pin!(carried_out);
    let mut is_asked = false;
    loop {
        tokio::select! {
            outcome = &mut carried_out => return ended(outcome.exit_code()),
            asked = signals.next() => {
                // Who asks twice does not want to wait for the call that is on its way.
                if is_asked {
                    let outcome = execution.abandoned(plan);
                    reporter.report(&Event::Finished(&outcome));
                    return ended(outcome.exit_code());
                }
                is_asked = true;
                // It is listened to as long as the plan is carried out.
                let _gone = sender.send(Some(asked));
            }
        }
    }
}

/// A name that no other run has.
pub(super) fn name_of_run() -> String {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()
}

/// How the program ends after a deployment.
fn ended(code: ExitCode) -> Outcome {
    match code {
        ExitCode::Done => Outcome::Done,
        ExitCode::Refused => Outcome::Refused,
        ExitCode::Failed => Outcome::Deployment(Ending::Failed),
        ExitCode::TimedOut => Outcome::Deployment(Ending::TimedOut),
        ExitCode::Interrupted(interruption) => Outcome::Deployment(interruption.into()),
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

    /// The next signal.
    pub(super) async fn next(&mut self) -> Interruption {
        tokio::select! {
            _ = self.interrupt.recv() => Interruption::Interrupt,
            _ = self.terminate.recv() => Interruption::Terminate,
        }
    }
}
