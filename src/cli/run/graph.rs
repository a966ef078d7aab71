//! `compose2ecs graph`.

use compose2ecs::backend::{self, Drawing};
use compose2ecs::draw;
use compose2ecs::options::{Options, Verbosity};
use compose2ecs::world::World;

use super::{Outcome, finish, load_options, lower_options, print, report};
use crate::cli::GlobalArguments;
use crate::cli::graph::{GraphArguments, GraphFormat};

/// `compose2ecs graph`.
pub(super) fn graph(global: GlobalArguments, arguments: GraphArguments, world: &dyn World) -> Outcome {
    let GraphArguments { format, target, policy } = arguments;
    let (files, load, form) = load_options(global);
    let policy = match policy.policy() {
        Ok(policy) => policy,
        Err(reason) => return Outcome::Misused(reason),
    };
    // What has no effect on a deployed service has none on the order of services.
    let options = Options { load, lower: lower_options(target, world), policy, verbosity: Verbosity::Usual };
    let (translation, graph) = draw(world, &files, &options);
    report(&translation.sources, &translation.diagnostics, form);
    let drawing = match format {
        GraphFormat::Mermaid => Drawing::Mermaid,
        GraphFormat::Dot => Drawing::Dot,
    };
    let Some(graph) = graph else { return Outcome::Refused };
    finish(print(&backend::draw(&graph, &translation.sources, drawing)))
}
