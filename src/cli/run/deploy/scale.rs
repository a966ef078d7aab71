//! `compose2ecs scale`.

use std::collections::BTreeMap;

use compose2ecs::deploy::event::Event;
use compose2ecs::deploy::observe::revision;
use compose2ecs::deploy::problem::Problem;
use compose2ecs::deploy::release::Release;
use compose2ecs::deploy::scale::change;
use compose2ecs::deploy::standing::{Change, Place, prepared, standing, unit};
use compose2ecs::world::World;

use super::course::carry_out;
use super::{Known, connect, known, refuse};
use crate::cli::GlobalArguments;
use crate::cli::deploy::ScaleArguments;
use crate::cli::progress::reporter;
use crate::cli::run::Outcome;

/// Changes how many tasks services have.
pub(in crate::cli::run) async fn scale(
    global: GlobalArguments,
    arguments: ScaleArguments,
    world: &dyn World,
) -> Outcome {
    let ScaleArguments { counts, watching, aws, target } = arguments;
    let counts: BTreeMap<String, u32> = counts.into_iter().collect();
    let (reader, lower) = match connect(aws, target, world).await {
        Ok(connected) => connected,
        Err(problem) => return refuse(&[problem]),
    };
    let Some(Known { project, cluster, waves: _, release }) = known(global, lower, world) else {
        return Outcome::Refused;
    };
    let place = Place { cluster: &cluster, project: &project };
    let names: Vec<String> = counts.keys().cloned().collect();
    let there = match standing(&reader, place, &names).await {
        Ok(there) => there,
        Err(problems) => return refuse(&problems),
    };
    let (mut changes, mut problems) = (Vec::new(), Vec::new());
    for service in there {
        let count = counts.get(unit(&service)).copied().unwrap_or(service.desired_count);
        match revision(&reader, &service.task_definition).await {
            Ok(Some(revision)) => match change(service, revision, count) {
                Ok(change) => changes.push(change),
                Err(problem) => problems.push(problem),
            },
            Ok(None) => problems.push(Problem::new(format!("ECS no longer knows {}", service.task_definition))),
            Err(err) => problems.push(err.into()),
        }
    }
    if !problems.is_empty() {
        return refuse(&problems);
    }
    let notes = notes(&changes, (&counts, release.as_ref()));
    let (release, plan) = prepared(place, changes);
    let (options, form) = watching.options();
    let reporter = reporter(form, &release);
    reporter.report(&Event::Planned(&plan));
    for (unit, message) in &notes {
        reporter.report(&Event::Warning { unit: Some(unit), message });
    }
    carry_out(reader, (&release, &options), &plan, &*reporter).await
}

/// What the file says of how many tasks there are, where it is something else.
fn notes(changes: &[Change], (counts, release): (&BTreeMap<String, u32>, Option<&Release>)) -> Vec<(String, String)> {
    let note = |change: &Change| {
        let name = unit(&change.service);
        let (said, count) = (release?.units.get(name)?.replicas?, *counts.get(name)?);
        (said != count)
            .then(|| (name.to_owned(), format!("the file says {said}: the next `compose2ecs up` sets it back to that")))
    };
    changes.iter().filter_map(note).collect()
}
