//! `compose2ecs prune-revisions`, and what `up --keep-revisions` does at its end.

use compose2ecs::deploy::api::definition::short;
use compose2ecs::deploy::prune::{Fate, old, prune};
use compose2ecs::deploy::sdk::{Reader, Writer};
use compose2ecs::deploy::standing::Place;
use compose2ecs::options::Options;
use compose2ecs::translate;
use compose2ecs::world::World;

use super::{connect, refuse, tell};
use crate::cli::GlobalArguments;
use crate::cli::deploy::PruneArguments;
use crate::cli::run::{Outcome, finish, load_options, print, report};

/// Deregisters old revisions of a project.
pub(in crate::cli::run) async fn prune_revisions(
    global: GlobalArguments,
    arguments: PruneArguments,
    world: &dyn World,
) -> Outcome {
    let PruneArguments { keep, delete, dry_run, aws, target } = arguments;
    let (reader, lower) = match connect(aws, target, world).await {
        Ok(connected) => connected,
        Err(problem) => return refuse(&[problem]),
    };
    let (files, load, form) = load_options(global);
    let translation = translate(world, &files, &Options { load, lower, ..Options::default() });
    let (Some(project), Some(stack)) = (&translation.project, &translation.stack) else {
        report(&translation.sources, &translation.diagnostics, form);
        return refuse(&[]);
    };
    let families: Vec<String> = stack.task_definitions.iter().map(|definition| definition.family.to_string()).collect();
    let place = Place { cluster: &stack.cluster.cluster_name, project: project.name.as_str() };
    let fate = if delete { Fate::Deleted } else { Fate::Deregistered };
    let old = match old(&reader, place, (&families, keep), fate).await {
        Ok(old) => old,
        Err(problem) => return refuse(&[problem]),
    };
    let gone = if dry_run {
        old.active.iter().chain(&old.inactive).map(|arn| short(arn).to_owned()).collect()
    } else {
        prune(&Writer::new(reader), &old, fate, &mut |line| tell(&format!("warning: {line}"))).await
    };
    finish(print(&gone.iter().flat_map(|revision| [revision, "\n"]).collect::<String>()))
}

/// Deregisters old revisions behind a deployment. What fails is a warning: what was deployed is deployed.
pub(super) async fn keep_newest(reader: Reader, place: Place<'_>, (families, keep): (&[String], usize)) {
    let fate = Fate::Deregistered;
    match old(&reader, place, (families, keep), fate).await {
        Ok(old) => {
            let told = &mut |line: &str| tell(&format!("warning: {line}"));
            for revision in prune(&Writer::new(reader), &old, fate, told).await {
                tell(&format!("{revision}: deregistered"));
            }
        }
        Err(problem) => tell(&format!("warning: old revisions stay: {}", problem.message)),
    }
}
