//! `compose2ecs up`.

use compose2ecs::deploy::event::Event;
use compose2ecs::deploy::observe::observe;
use compose2ecs::deploy::plan::plan;
use compose2ecs::world::World;

use super::course::{carry_out, reporter};
use super::{connect, refuse, release};
use crate::cli::GlobalArguments;
use crate::cli::deploy::UpArguments;
use crate::cli::progress::shown_plan;
use crate::cli::run::{Outcome, finish, print};

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
    let reporter = reporter(progress, &release);
    reporter.report(&Event::Planned(&plan));
    carry_out(reader, (&release, &options), &plan, &*reporter).await
}
