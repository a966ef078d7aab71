//! `compose2ecs up`.

use std::io::{self, IsTerminal as _};

use compose2ecs::deploy::event::Event;
use compose2ecs::deploy::observe::observe;
use compose2ecs::deploy::options::UpOptions;
use compose2ecs::deploy::outcome::Interruption;
use compose2ecs::deploy::plan::{Plan, chosen, plan};
use compose2ecs::deploy::problem::Problem;
use compose2ecs::deploy::push::engine::Program;
use compose2ecs::deploy::release::Release;
use compose2ecs::deploy::sdk::Reader;
use compose2ecs::deploy::standing::Place;
use compose2ecs::world::World;

use super::course::{Signals, carry_out};
use super::follow::attached;
use super::project::Deployable;
use super::prune::keep_newest;
use super::push::build_and_push;
use super::{ask, connect, refuse, tell};
use crate::cli::GlobalArguments;
use crate::cli::deploy::UpArguments;
use crate::cli::progress::{Form, refused_json, reporter, shown_plan};
use crate::cli::run::{Ending, Outcome, finish, print};

/// Deploys a project.
pub(in crate::cli::run) async fn up(global: GlobalArguments, arguments: UpArguments, world: &dyn World) -> Outcome {
    let (form, is_rehearsal, follow) = (arguments.progress, arguments.dry_run, arguments.follow);
    let (yes, keep_revisions) = (arguments.yes, arguments.keep_revisions);
    let Prepared { reader, release, plan, options } = match Box::pin(prepare(global, arguments, world)).await {
        Ok(prepared) => prepared,
        Err(Refusal::Said(outcome)) => return summarised(form, outcome),
        Err(Refusal::Problems(problems)) => return refuse_as(form, &problems),
    };
    if is_rehearsal {
        return finish(print(&format!("{}\n", shown_plan(&plan, &release))));
    }
    if !yes && let Some(refused) = ask_about_orphans(&plan) {
        return refused;
    }
    let reporter = reporter(form, &release);
    reporter.report(&Event::Planned(&plan));
    if follow {
        return Box::pin(attached(reader, (&release, &options, &plan), &*reporter, form)).await;
    }
    let outcome = carry_out(reader.clone(), (&release, &options), &plan, &*reporter).await;
    if let (Outcome::Done, Some(keep)) = (&outcome, keep_revisions) {
        let families: Vec<String> = release.units.values().map(|unit| unit.family.clone()).collect();
        let place = Place { cluster: &release.cluster, project: &release.project };
        keep_newest(reader, place, (&families, keep)).await;
    }
    outcome
}

/// Asks, on a terminal, whether services that the file no longer has are to be deleted; none means yes.
fn ask_about_orphans(plan: &Plan) -> Option<Outcome> {
    let orphans: Vec<&str> =
        plan.orphans.iter().filter(|orphan| orphan.removed).map(|orphan| &*orphan.service).collect();
    if orphans.is_empty() || !io::stdin().is_terminal() {
        return None;
    }
    tell("to be deleted, as the file no longer has them:");
    for orphan in orphans {
        tell(&format!("  service {orphan}"));
    }
    ask("delete services")
}

/// What is known before anything is changed.
struct Prepared {
    reader: Reader,
    release: Release,
    plan: Plan,
    options: UpOptions,
}

/// Why nothing is deployed.
enum Refusal {
    /// This stands in the way.
    Problems(Vec<Problem>),
    /// It was said already.
    Said(Outcome),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }
}

/// Reads and translates the project, builds its images where that is asked for, looks at what there is, and decides what is
/// to be done.
async fn prepare(global: GlobalArguments, arguments: UpArguments, world: &dyn World) -> Result<Prepared, Refusal> {
    let UpArguments {
        services,
        build,
        dry_run,
        follow: _,
        progress: _,
        yes: _,
        keep_revisions: _,
        how,
        builder,
        pin,
        aws,
        target,
        policy,
    } = arguments;
    let policy = policy.policy().map_err(|reason| Refusal::Said(Outcome::Misused(reason)))?;
    let unheard = |err| Refusal::Said(Outcome::Failed(format!("cannot listen for signals: {err}")));
    let mut signals = Signals::new().map_err(unheard)?;
    let options = how.options(services);
    let read = async {
        let (reader, lower) = connect(aws, target, world).await?;
        let deployable =
            Deployable::read(&reader, global, (lower, policy, pin.vpc.choice()), world).await.map_err(Refusal::Said)?;
        Ok((reader, deployable))
    };
    let (reader, mut deployable) = Box::pin(unless_asked(&mut signals, read)).await?;
    if build {
        // It listens for itself.
        let how = (&options, builder.program(), dry_run);
        build_images(&reader, &deployable, how, world).await.map_err(Refusal::Said)?;
    }
    let decide = async {
        deployable.pin(&reader, pin.choice()).await.map_err(Refusal::Said)?;
        let release = deployable.release;
        let observed = observe(&reader, &release).await?;
        let plan = plan(&release, &observed, &options).map_err(Refusal::Problems)?;
        Ok((release, plan))
    };
    let (release, plan) = Box::pin(unless_asked(&mut signals, decide)).await?;
    Ok(Prepared { reader, release, plan, options })
}

/// Does something that changes nothing, unless somebody asks to stop.
async fn unless_asked<T>(signals: &mut Signals, work: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    tokio::select! {
        done = work => done,
        how = signals.next() => {
            tell("interrupted: nothing was changed");
            Err(Refusal::Said(Outcome::Deployment(how.into())))
        }
    }
}

/// Says what stands in the way, in a form.
fn refuse_as(form: Form, problems: &[Problem]) -> Outcome {
    match form {
        Form::Json => {
            // Nobody reads any more; the exit code still tells.
            let _closed = print(&refused_json(problems, None));
            Outcome::Refused
        }
        Form::Auto | Form::Tty | Form::Plain | Form::Quiet => refuse(problems),
    }
}

/// Ends with what was said already; programs get the summary, too.
fn summarised(form: Form, outcome: Outcome) -> Outcome {
    let interruption = match &outcome {
        Outcome::Deployment(Ending::Interrupted) => Some(Interruption::Interrupt),
        Outcome::Deployment(Ending::Terminated) => Some(Interruption::Terminate),
        Outcome::Deployment(Ending::Failed | Ending::TimedOut)
        | Outcome::Done
        | Outcome::Refused
        | Outcome::Container(_)
        | Outcome::Trouble
        | Outcome::NeverRan
        | Outcome::Failed(_) => None,
        // The command line makes no sense: there is no form to be had yet.
        Outcome::Misused(_) => return outcome,
    };
    if form == Form::Json {
        // Nobody reads any more; the exit code still tells.
        let _closed = print(&refused_json(&[], interruption));
    }
    outcome
}

/// Builds and pushes the images of what is deployed; a rehearsal only says so.
async fn build_images(
    reader: &Reader,
    deployable: &Deployable,
    (options, program, dry_run): (&UpOptions, Option<Program>, bool),
    world: &dyn World,
) -> Result<(), Outcome> {
    let mut problems = Vec::new();
    let units = chosen(&deployable.release, options, &mut problems);
    if !problems.is_empty() {
        return Err(refuse(&problems));
    }
    let is_deployed =
        |image: &str| units.iter().filter_map(|unit| deployable.release.units.get(*unit)).any(|unit| unit.runs(image));
    let built = deployable.built();
    let built = built.iter().filter(|image| is_deployed(&image.name));
    let services: Vec<String> = built.map(|image| image.service.as_str().to_owned()).collect();
    if dry_run {
        for service in services {
            tell(&format!("{service}: its image would be built and pushed"));
        }
        return Ok(());
    }
    if services.is_empty() {
        return Ok(());
    }
    build_and_push(reader, deployable, (&services, program), world).await.map(|_| ())
}
