//! `compose2ecs down`.

use std::io::{self, IsTerminal as _};

use compose2ecs::deploy::down::{Remains, order, remains, take_away};
use compose2ecs::deploy::release::SERVICE;
use compose2ecs::deploy::sdk::Writer;
use compose2ecs::world::World;

use super::{Known, ask, connect, known, refuse, tell};
use crate::cli::GlobalArguments;
use crate::cli::deploy::DownArguments;
use crate::cli::run::{Ending, Outcome};

/// Takes a project away.
pub(in crate::cli::run) async fn down(global: GlobalArguments, arguments: DownArguments, world: &dyn World) -> Outcome {
    let DownArguments { services, yes, no_wait, timeout, aws, target } = arguments;
    let (reader, lower) = match connect(aws, target, world).await {
        Ok(connected) => connected,
        Err(problem) => return refuse(&[problem]),
    };
    let Some(Known { project, cluster, waves, release: _ }) = known(global, lower, world) else {
        return Outcome::Refused;
    };
    let mut found = match remains(&reader, &cluster, &project).await {
        Ok(found) => found,
        Err(err) => return refuse(&[err.into()]),
    };
    if !services.is_empty() {
        let is_named = |unit: Option<&str>| unit.is_some_and(|unit| services.iter().any(|name| name == unit));
        found.services.retain(|service| is_named(service.tag(SERVICE)));
        found.tasks.clear();
    }
    if found.is_empty() {
        tell("no resource found to remove");
        return Outcome::Done;
    }
    if !yes {
        if io::stdin().is_terminal() {
            show(&found, &cluster);
        }
        let (services, tasks) = (found.services.len(), found.tasks.len());
        if let Some(refused) = ask(&format!("delete {services} services and {tasks} tasks")) {
            return refused;
        }
    }
    let writer = Writer::new(reader);
    let layers = order(&found, &waves);
    let limit = (!no_wait).then_some(timeout);
    match take_away(&writer, &cluster, (&layers, &found.tasks), (limit, &mut |line| tell(line))).await {
        Ok(still) if still.is_empty() => Outcome::Done,
        Ok(still) => {
            tell(&format!("still going: {}", still.into_iter().collect::<Vec<_>>().join(", ")));
            Outcome::Deployment(Ending::TimedOut)
        }
        Err(err) => Outcome::Failed(err.to_string()),
    }
}

/// Shows what is to be deleted to somebody who can be asked.
fn show(found: &Remains, cluster: &str) {
    tell(&format!("to be deleted from cluster {cluster}:"));
    found.services.iter().for_each(|service| tell(&format!("  service {}", service.service_name)));
    found.tasks.iter().for_each(|task| tell(&format!("  task {}", task.id())));
}
