//! `compose2ecs up`.

use compose2ecs::deploy::event::Event;
use compose2ecs::deploy::observe::observe;
use compose2ecs::deploy::options::UpOptions;
use compose2ecs::deploy::plan::{chosen, plan};
use compose2ecs::deploy::push::engine::Program;
use compose2ecs::deploy::sdk::Reader;
use compose2ecs::world::World;

use super::course::{carry_out, reporter};
use super::follow::attached;
use super::project::Deployable;
use super::push::build_and_push;
use super::{connect, refuse, tell};
use crate::cli::GlobalArguments;
use crate::cli::deploy::UpArguments;
use crate::cli::progress::shown_plan;
use crate::cli::run::{Outcome, finish, print};

/// Deploys a project.
pub(in crate::cli::run) async fn up(global: GlobalArguments, arguments: UpArguments, world: &dyn World) -> Outcome {
    let UpArguments { services, build, dry_run, follow, progress, how, builder, pin, aws, target } = arguments;
    let (reader, lower) = match connect(aws, target, world).await {
        Ok(connected) => connected,
        Err(problem) => return refuse(&[problem]),
    };
    let mut deployable = match Deployable::read(&reader, global, lower, world).await {
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
    let reporter = reporter(progress, &release);
    reporter.report(&Event::Planned(&plan));
    if follow {
        return Box::pin(attached(reader, (&release, &options, &plan), &*reporter, progress)).await;
    }
    carry_out(reader, (&release, &options), &plan, &*reporter).await
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
