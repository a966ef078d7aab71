//! `compose2ecs up --follow`: a plan is carried out, and what containers write is told meanwhile and afterwards.

use std::convert::Infallible;
use std::time::Duration;

use compose2ecs::deploy::event::{Event, Reporter};
use compose2ecs::deploy::logs::{Sources, Tail};
use compose2ecs::deploy::options::UpOptions;
use compose2ecs::deploy::plan::Plan;
use compose2ecs::deploy::release::Release;
use compose2ecs::deploy::sdk::Reader;

use super::course::{Signals, carry_out};
use crate::cli::deploy::Moment;
use crate::cli::progress::Form;
use crate::cli::run::Outcome;

/// How long to wait between looks at what containers write.
const LOOK: Duration = Duration::from_secs(2);

/// How much earlier than now lines may be from: clocks differ.
const EARLIER: Duration = Duration::from_secs(10);

/// Deploys, and tells what containers write: afterwards too, until somebody asks to stop. Programs that read the progress
/// get the summary last.
pub(super) async fn attached(
    reader: Reader,
    (release, options, plan): (&Release, &UpOptions, &Plan),
    reporter: &dyn Reporter,
    form: Form,
) -> Outcome {
    let telling = tell_lines(reader.clone(), (release, plan), reporter);
    tokio::pin!(telling);
    let outcome = tokio::select! {
        outcome = carry_out(reader, (release, options), plan, reporter) => outcome,
        never = &mut telling => match never {},
    };
    if outcome != Outcome::Done || form == Form::Json {
        return outcome;
    }
    match Signals::new() {
        Ok(mut signals) => tokio::select! {
            caught = signals.next() => Outcome::Deployment(caught.into()),
            never = &mut telling => match never {},
        },
        Err(err) => Outcome::Failed(format!("cannot listen for signals: {err}")),
    }
}

/// Tells what the containers of a plan write, for ever.
async fn tell_lines(reader: Reader, (release, plan): (&Release, &Plan), reporter: &dyn Reporter) -> Infallible {
    let mut sources = Sources::default();
    for unit in plan.units.iter().filter_map(|plan| release.units.get(&plan.name)) {
        sources.add(&unit.name, unit.containers());
    }
    let Sources { sources, unread } = sources.within(reader.region());
    for unread in &unread {
        let message = format!("what `{}` writes is not shown: {}", unread.container, unread.why);
        reporter.report(&Event::Note { unit: None, message: &message });
    }
    let mut tail = Tail::new(sources, Moment::Ago(EARLIER).millis(), None);
    loop {
        match tail.read(&reader).await {
            Ok(lines) => lines.iter().for_each(|line| reporter.report(&Event::Log(line))),
            Err(err) if err.is_passing() => {}
            Err(err) => {
                let message = format!("what containers write cannot be read: {err}");
                reporter.report(&Event::Warning { unit: None, message: &message });
                return std::future::pending().await;
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}
