//! In what order things start: edges between services, conditions within a task, waves of tasks.

use indexmap::IndexMap;

use super::grouping::Units;
use crate::compose::duration::Duration;
use crate::compose::name::ServiceName;
use crate::compose::service::readiness::Condition;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::ContainerCondition;
use crate::source::Span;

/// One service waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge<'a> {
    /// Who waits.
    pub(super) from: &'a ServiceName,
    /// Who is waited for.
    pub(super) to: &'a ServiceName,
    /// What is waited for.
    pub(super) condition: Condition,
    /// Whether it is a failure when that does not come.
    pub(super) required: bool,
    /// How long a readiness wait goes on, if one says so.
    pub(super) timeout: Option<Duration>,
    /// What says so.
    pub(super) origin: Origin,
    /// Where it says so.
    pub(super) span: Span,
}

/// What says that one service waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Origin {
    /// `depends_on`.
    DependsOn,
    /// `links`, or a namespace or mounts that are shared.
    Bound,
    /// A readiness wait.
    Wait,
}

/// The edges of a project, each pair of services once per origin.
#[derive(Debug, Clone, Default)]
pub(super) struct Edges<'a> {
    list: Vec<Edge<'a>>,
    /// The places in the list of the edges that start at a service.
    from: IndexMap<&'a ServiceName, Vec<usize>>,
    /// The places in the list of the edges that end at a service.
    to: IndexMap<&'a ServiceName, Vec<usize>>,
}

impl<'a> Edges<'a> {
    /// Adds an edge.
    pub(super) fn push(&mut self, edge: Edge<'a>) {
        self.from.entry(edge.from).or_default().push(self.list.len());
        self.to.entry(edge.to).or_default().push(self.list.len());
        self.list.push(edge);
    }

    /// All edges.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Edge<'a>> {
        self.list.iter()
    }

    /// The edges that start at a service.
    pub(super) fn from(&self, service: &ServiceName) -> impl Iterator<Item = &Edge<'a>> {
        self.from.get(service).into_iter().flatten().filter_map(|place| self.list.get(*place))
    }

    /// The edges that end at a service.
    pub(super) fn to(&self, service: &ServiceName) -> impl Iterator<Item = &Edge<'a>> {
        self.to.get(service).into_iter().flatten().filter_map(|place| self.list.get(*place))
    }
}

/// What a container asks of a peer in its task, by all edges between the two.
///
/// A peer that must end cannot be asked to be healthy; else the stronger condition holds.
pub(super) fn container_condition<'e, 'a: 'e>(edges: impl IntoIterator<Item = &'e Edge<'a>>) -> ContainerCondition {
    let strength = |edge: &Edge<'_>| match (edge.condition, edge.required) {
        // ECS cannot go on when a check never passes, so what is not required is only started.
        (Condition::Started, _) | (Condition::Healthy, false) => (0, ContainerCondition::Start),
        (Condition::Healthy, true) => (1, ContainerCondition::Healthy),
        (Condition::CompletedSuccessfully, false) => (2, ContainerCondition::Complete),
        (Condition::CompletedSuccessfully, true) => (3, ContainerCondition::Success),
    };
    let strongest = edges.into_iter().map(strength).max_by_key(|(strength, _)| *strength);
    strongest.map_or(ContainerCondition::Start, |(_, condition)| condition)
}

/// The units in the order in which they may start: each wave needs only what came before.
///
/// A unit's wave is the longest path of edges that leads to it.
pub(super) fn waves<'a>(units: &Units<'a>, edges: &Edges<'a>, diags: &mut Diagnostics) -> Vec<Vec<usize>> {
    let mut needs: Vec<Vec<(usize, &Edge<'_>)>> = vec![Vec::new(); units.list.len()];
    for edge in edges.iter() {
        if let (Some(from), Some(to)) = (units.of(edge.from), units.of(edge.to))
            && from != to
            && let Some(needs) = needs.get_mut(from)
        {
            needs.push((to, edge));
        }
    }
    layers(&needs).unwrap_or_else(|cycle| {
        report_cycle(&cycle, units, diags);
        Vec::new()
    })
}

/// Layers a graph by longest paths, or finds a cycle in it: its members, each with why it needs the next.
///
/// `needs` says of every member which others it needs, and why. Linear, and without recursion.
pub(super) fn layers<T: Copy>(needs: &[Vec<(usize, T)>]) -> Result<Vec<Vec<usize>>, Vec<(usize, T)>> {
    let mut dependants: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    let mut open: Vec<usize> = needs.iter().map(Vec::len).collect();
    for (member, needs) in needs.iter().enumerate() {
        for (other, _) in needs {
            if let Some(dependants) = dependants.get_mut(*other) {
                dependants.push(member);
            }
        }
    }
    let mut layers = Vec::new();
    let mut layer: Vec<usize> = (0..needs.len()).filter(|member| open.get(*member) == Some(&0)).collect();
    let mut placed = 0;
    while !layer.is_empty() {
        let mut next = Vec::new();
        for dependant in layer.iter().filter_map(|member| dependants.get(*member)).flatten() {
            if let Some(open) = open.get_mut(*dependant) {
                *open -= 1;
                if *open == 0 {
                    next.push(*dependant);
                }
            }
        }
        placed += layer.len();
        layer.sort_unstable();
        layers.push(std::mem::replace(&mut layer, next));
    }
    if placed == needs.len() { Ok(layers) } else { Err(cycle(needs, &open)) }
}

/// A cycle among the members that are still open: each of those needs another one of them.
fn cycle<T: Copy>(needs: &[Vec<(usize, T)>], open: &[usize]) -> Vec<(usize, T)> {
    let is_open = |member: usize| open.get(member).is_some_and(|open| *open > 0);
    let Some(start) = (0..needs.len()).find(|member| is_open(*member)) else { return Vec::new() };
    let (mut path, mut seen, mut member) = (Vec::new(), IndexMap::new(), start);
    while !seen.contains_key(&member) {
        seen.insert(member, path.len());
        let next = needs.get(member).and_then(|needs| needs.iter().find(|(other, _)| is_open(*other)));
        let Some((next, why)) = next else { break };
        path.push((member, *why));
        member = *next;
    }
    path.split_off(seen.get(&member).copied().unwrap_or_default().min(path.len()))
}

/// Reports tasks that wait for each other though no service waits for itself.
fn report_cycle(cycle: &[(usize, &Edge<'_>)], units: &Units<'_>, diags: &mut Diagnostics) {
    let Some(((first, edge), rest)) = cycle.split_first() else { return };
    let members = cycle.iter().map(|(unit, _)| *unit).chain([*first]);
    let path: Vec<&str> = members.map(|unit| units.get(unit).name.as_str()).collect();
    let finding = diags.error(Code::Cycle, edge.span, format!("tasks wait for each other: {}", path.join(" -> ")));
    for (_, edge) in rest {
        finding.label(edge.span, format!("`{}` waits for `{}`", edge.from, edge.to));
    }
    finding.hint("put the services in one task, or in more, with `x-ecs.task`");
}
