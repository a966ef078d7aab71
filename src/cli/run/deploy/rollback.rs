//! `compose2ecs rollback`.

use std::time::{Duration, SystemTime};

use compose2ecs::deploy::api::definition::short;
use compose2ecs::deploy::event::Event;
use compose2ecs::deploy::plan::Step;
use compose2ecs::deploy::problem::Problem;
use compose2ecs::deploy::rollback::{Method, Way, way};
use compose2ecs::deploy::sdk::timestamp;
use compose2ecs::deploy::standing::{Place, from_the_last, prepared, standing, unit};
use compose2ecs::world::World;

use super::course::carry_out;
use super::{Known, ask, connect, known, refuse};
use crate::cli::GlobalArguments;
use crate::cli::deploy::RollbackArguments;
use crate::cli::progress::reporter;
use crate::cli::run::Outcome;

/// Has services run again what they ran before.
pub(in crate::cli::run) async fn rollback(
    global: GlobalArguments,
    arguments: RollbackArguments,
    world: &dyn World,
) -> Outcome {
    let RollbackArguments { services, to, yes, watching, aws, target } = arguments;
    if to.is_some() && services.len() != 1 {
        return Outcome::Misused("`--to` is a revision of one service: name that service, too".to_owned());
    }
    let (reader, lower) = match connect(aws, target, world).await {
        Ok(connected) => connected,
        Err(problem) => return refuse(&[problem]),
    };
    let Some(Known { project, cluster, waves, release: _ }) = known(global, lower, world) else {
        return Outcome::Refused;
    };
    let place = Place { cluster: &cluster, project: &project };
    let there = match standing(&reader, place, &services).await {
        Ok(there) => there,
        Err(problems) => return refuse(&problems),
    };
    let waves = from_the_last(&there, &waves);
    let (mut changes, mut problems, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for (service, wave) in there.into_iter().zip(waves) {
        match way(&reader, place, &service, to.as_deref()).await {
            Ok(Some(way)) => {
                notes.extend(note(&way).map(|note| (unit(&service).to_owned(), note)));
                changes.push(way.change(service, wave));
            }
            Ok(None) => problems.push(no_way(unit(&service))),
            Err(problem) => problems.push(problem),
        }
    }
    // Of a project as a whole, what never was anything else stays what it is.
    if !problems.is_empty() && (changes.is_empty() || !services.is_empty()) {
        return refuse(&problems);
    }
    notes.extend(problems.into_iter().map(|problem| (project.clone(), format!("{}: it stays", problem.message))));
    changes.sort_by_key(|change| change.wave);
    let changing = changes.iter().filter(|change| !matches!(change.step, Step::Nothing | Step::Wait)).count();
    let (release, plan) = prepared(place, changes);
    let (options, form) = watching.options();
    let reporter = reporter(form, &release);
    reporter.report(&Event::Planned(&plan));
    for (unit, message) in &notes {
        reporter.report(&Event::Note { unit: Some(unit), message });
    }
    if changing > 0 {
        if !yes && let Some(refused) = ask(&format!("roll back {changing} services")) {
            return refused;
        }
        let message = "the next `compose2ecs up` deploys what the file says again";
        reporter.report(&Event::Note { unit: None, message });
    }
    carry_out(reader, (&release, &options), &plan, &*reporter).await
}

/// What is to be said of how a revision was found.
fn note(way: &Way) -> Option<String> {
    let Way { revision, method } = way;
    let to = short(revision.arn());
    match method {
        Method::Named => None,
        Method::UnderWay(_) => Some(format!("its deployment is under way: ECS takes it back, to {to}")),
        Method::GoingBack => Some(format!("ECS takes back its deployment already, to {to}")),
        Method::Succeeded(when) => {
            let when = SystemTime::UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(*when).unwrap_or_default());
            let when = timestamp(when.unwrap_or(SystemTime::UNIX_EPOCH));
            Some(format!("back to {to}: it was deployed successfully at {when}"))
        }
        Method::Lower(why) => {
            Some(format!("back to {to}, the next lower revision, of which nobody knows whether it ever worked: {why}"))
        }
    }
}

/// Says that a service has nothing to go back to.
fn no_way(unit: &str) -> Problem {
    Problem::new(format!("service `{unit}` has no earlier successful deployment"))
        .hint("name a revision with `--to`, or change the file and run `compose2ecs up`")
}
