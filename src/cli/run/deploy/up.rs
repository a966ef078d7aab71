//! `compose2ecs up`.

use std::io::{self, IsTerminal as _};

use compose2ecs::deploy::event::Event;
use compose2ecs::deploy::observe::observe;
use compose2ecs::deploy::options::UpOptions;
use compose2ecs::deploy::plan::{Plan, chosen, plan};
use compose2ecs::deploy::push::engine::Program;
use compose2ecs::deploy::sdk::Reader;
use compose2ecs::deploy::standing::Place;
use compose2ecs::world::World;

use super::course::{carry_out, reporter};
use super::follow::attached;
use super::project::Deployable;
use super::prune::keep_newest;
use super::push::build_and_push;
use super::{ask, connect, refuse, tell};
use crate::cli::GlobalArguments;
use crate::cli::deploy::UpArguments;
use crate::cli::progress::shown_plan;
use crate::cli::run::{Outcome, finish, print};

/// Deploys a project.
pub(in crate::cli::run) async fn up(global: GlobalArguments, arguments: UpArguments, world: &dyn World) -> Outcome {
    let UpArguments { services, build, dry_run, follow, progress, yes, keep_revisions, how, builder, pin, aws, target } =
        arguments;
    let (reader, lower) = match connect(aws, target, world).await {
        Ok(connected) => connected,
        Err(problem) => return refuse(&[problem]),
    };
    let mut deployable = match Deployable::read(&reader, global, (lower, pin.vpc.choice()), world).await {
        Ok(deployable) => deployable,
        Err(outcome) => return outcome,
    };
    let options = how.options(services);
    if build
        && let Err(outcome) = build_images(&reader, &deployable, (&options, builder.program(), dry_run), world).await
    {
        return outcome;
    }
    if let Err(outcome) = deployable.pin(&reader, pin.choice()).await {
        return outcome;
    }
    let release = deployable.release;
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
    if !yes && let Some(refused) = ask_about_orphans(&plan) {
        return refused;
    }
    let reporter = reporter(progress, &release);
    reporter.report(&Event::Planned(&plan));
    if follow {
        return Box::pin(attached(reader, (&release, &options, &plan), &*reporter, progress)).await;
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
