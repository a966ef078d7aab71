//! The order of a project as a graph: what was decided about tasks and waves, and what says so.

use indexmap::{IndexMap, IndexSet};

use super::ordering::{Edge as Dependency, Origin};
use super::uses::{Use, UseKind};
use super::{Plan, blame, name, task};
use crate::compose::name::ServiceName;
use crate::graph::{self, Cause, Edge, Graph, Lifetime, Node, NodeId, Part, Reason, Task};
use crate::source::Span;

/// A container: the place of its task, and its service. One that only waits may be in several tasks.
type Place<'a> = (usize, &'a ServiceName);

/// A graph in the making.
struct Drawing<'p, 'a> {
    plan: &'p Plan<'a>,
    nodes: IndexMap<Place<'a>, NodeId>,
    /// The targets outside the project. They come behind all containers.
    outside: IndexSet<String>,
    edges: IndexMap<(NodeId, NodeId), IndexSet<Reason>>,
}

/// Draws what was decided.
pub(super) fn graph(plan: &Plan<'_>, waves: &[Vec<usize>]) -> Graph {
    let (nodes, outside, edges) = (IndexMap::new(), IndexSet::new(), IndexMap::new());
    let mut drawing = Drawing { plan, nodes, outside, edges };
    let waves = waves.iter().map(|wave| wave.iter().map(|unit| drawing.task(*unit)).collect()).collect();
    let places: Vec<(Place<'_>, NodeId)> = drawing.nodes.iter().map(|(place, node)| (*place, *node)).collect();
    for (place, node) in places {
        drawing.add_edges(place, node);
    }
    let Drawing { plan, nodes, outside, edges } = drawing;
    let outside = outside.into_iter().zip(nodes.len()..);
    Graph {
        project: plan.target.project.name.as_str().to_owned(),
        waves,
        outside: outside
            .map(|(name, id)| Node { id: NodeId(id), name, lifetime: Lifetime::Lasting, origin: None })
            .collect(),
        edges: edges
            .into_iter()
            .map(|((from, to), reasons)| Edge { from, to, reasons: reasons.into_iter().collect() })
            .collect(),
    }
}

impl<'a> Drawing<'_, 'a> {
    /// A task with its containers, which become nodes.
    fn task(&mut self, unit: usize) -> Task {
        let plan = self.plan;
        let mut containers = Vec::new();
        for service in task::members(plan.units.get(unit), plan) {
            let (name, id) = (&service.name.value, NodeId(self.nodes.len()));
            self.nodes.insert((unit, name), id);
            let lifetime = lifetime(plan.is_one_off(name));
            let origin = Some(origin(name, plan));
            containers.push(Node { id, name: name.as_str().to_owned(), lifetime, origin });
        }
        let name = plan.units.get(unit).name.clone();
        Task { name, lifetime: lifetime(plan.networking.is_once(unit)), containers }
    }

    /// Adds what a container needs.
    fn add_edges(&mut self, (unit, service): Place<'a>, node: NodeId) {
        let plan = self.plan;
        for dependency in plan.edges.from(service) {
            // Who only waits is drawn, and says so itself.
            let is_said_twice = dependency.by != service && plan.waits.is_attached(dependency.by);
            let Some(to) = self.node(unit, dependency.to).filter(|_| !is_said_twice) else { continue };
            let by = Some(dependency.by).filter(|by| *by != service).map(|by| by.as_str().to_owned());
            for (cause, span) in causes(dependency, plan) {
                self.edges.entry((node, to)).or_default().insert(Reason { cause, by: by.clone(), span });
            }
        }
        for Use { user: _, mention, kind } in plan.networking.uses.by(service) {
            let to = self.node(unit, mention.service).filter(|to| *to != node);
            // Links and waits are needs.
            let Some(to) = to.filter(|_| *kind == UseKind::Mention) else { continue };
            let cause = Cause::Mention { variable: mention.variable.map(str::to_owned) };
            self.edges.entry((node, to)).or_default().insert(Reason { cause, by: None, span: mention.span });
        }
        for goal in plan.waits.goals(service).filter(|goal| goal.service.is_none()) {
            let to = NodeId(self.nodes.len() + self.outside.insert_full(goal.text.clone()).0);
            let cause = Cause::Wait { target: goal.text.clone(), idiom: goal.idiom };
            self.edges.entry((node, to)).or_default().insert(Reason { cause, by: None, span: goal.span });
        }
    }

    /// The container that a service is, seen from a task.
    fn node(&self, unit: usize, service: &'a ServiceName) -> Option<NodeId> {
        let own = self.nodes.get(&(unit, service));
        own.or_else(|| self.nodes.get(&(self.plan.units.of(service)?, service))).copied()
    }
}

/// What says that one service waits for another, and where.
fn causes(dependency: &Dependency<'_>, plan: &Plan<'_>) -> Vec<(Cause, Span)> {
    // What is asked by a key is told as it is written: one that only waits is asked for more.
    let Dependency { from: _, to, condition: _, required: _, timeout: _, origin, by, span } = dependency;
    match origin {
        Origin::DependsOn => {
            let service = plan.target.project.services.get(*by);
            let written = service.and_then(|service| service.readiness.depends_on.get(*to));
            let causes = written.map(|written| Cause::DependsOn {
                condition: written.value.condition,
                required: written.value.required,
            });
            causes.map(|cause| (cause, *span)).into_iter().collect()
        }
        Origin::Bound(key) => vec![(Cause::Key(key), *span)],
        Origin::Wait => {
            let goals = plan.waits.goals(by).filter(|goal| goal.service == Some(*to));
            goals.map(|goal| (Cause::Wait { target: goal.text.clone(), idiom: goal.idiom }, goal.span)).collect()
        }
    }
}

/// Where a service's container is written.
fn origin(service: &ServiceName, plan: &Plan<'_>) -> graph::Origin {
    let places = &plan.target.project.places;
    let place = |part| match part {
        Part::Whole => Some(places.find(&["services", service.as_str()])),
        Part::Image => blame::written(plan, service, "image"),
        Part::Command => {
            blame::written(plan, service, "command").or_else(|| blame::written(plan, service, "entryPoint"))
        }
        Part::HealthCheck => blame::written(plan, service, "healthCheck"),
        Part::Memory => blame::written(plan, service, "memory"),
        Part::Ports => blame::written(plan, service, "portMappings"),
        Part::Secrets => blame::written(plan, service, "secrets"),
        Part::Logging => blame::written(plan, service, "logConfiguration"),
    };
    let places = Part::ALL.into_iter().filter_map(|part| Some((part, place(part)?))).collect();
    graph::Origin { container: name::container(service).0, places }
}

/// How long what ends, or does not, is meant to live.
const fn lifetime(ends: bool) -> Lifetime {
    if ends { Lifetime::Once } else { Lifetime::Lasting }
}
