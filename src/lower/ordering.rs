//! In what order things start: edges between services, conditions within a task, waves of tasks.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::connect::Uses;
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
/// A unit's wave is the longest path of edges that leads to it. Names order units too, as far as edges leave them free:
/// a task of Service Connect knows only the names of services that were there when it started.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html>
pub(super) fn waves<'a>(
    units: &Units<'a>,
    edges: &Edges<'a>,
    uses: &Uses<'a>,
    diags: &mut Diagnostics,
) -> Vec<Vec<usize>> {
    let mut needs: Vec<Vec<(usize, &Edge<'_>)>> = vec![Vec::new(); units.list.len()];
    for edge in edges.iter() {
        if let Some((from, to)) = units.apart(edge.from, edge.to)
            && let Some(needs) = needs.get_mut(from)
        {
            needs.push((to, edge));
        }
    }
    if let Err(cycle) = layers(&needs) {
        report_cycle(&cycle, units, diags);
        return Vec::new();
    }
    let mut wishes: Vec<Vec<usize>> = vec![Vec::new(); units.list.len()];
    for name in uses.iter() {
        if let Some((from, to)) = units.apart(name.user, name.mention.service)
            && let Some(wishes) = wishes.get_mut(from)
        {
            wishes.push(to);
        }
    }
    let needs: Vec<Vec<usize>> = needs.into_iter().map(|needs| needs.into_iter().map(|(to, _)| to).collect()).collect();
    layers_by_wish(&needs, &wishes)
}

/// Layers a graph without cycles by its edges, `needs`, and by `wishes`, of which those that lead in a circle are not
/// granted. Linear but for a logarithm.
fn layers_by_wish(needs: &[Vec<usize>], wishes: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let count = |lists: &[Vec<usize>]| lists.iter().map(Vec::len).collect::<Vec<_>>();
    let (mut needed, mut wished) = (count(needs), count(wishes));
    let (needed_by, wished_by) = (reversed(needs), reversed(wishes));
    // Those that need nothing more, whatever they wish.
    let mut free: BTreeSet<usize> = (0..needs.len()).filter(|member| needed.get(*member) == Some(&0)).collect();
    let mut layer: Vec<usize> = free.iter().copied().filter(|member| wished.get(*member) == Some(&0)).collect();
    let mut layers = Vec::new();
    loop {
        if layer.is_empty() {
            // Wishes lead in a circle: the first in the file goes without.
            layer.extend(free.first());
        }
        if layer.is_empty() {
            return layers;
        }
        let mut touched = BTreeSet::new();
        for member in &layer {
            free.remove(member);
        }
        for member in &layer {
            for dependant in needed_by.get(*member).into_iter().flatten() {
                if let Some(needed) = needed.get_mut(*dependant) {
                    *needed -= 1;
                    if *needed == 0 {
                        free.insert(*dependant);
                    }
                }
                touched.insert(*dependant);
            }
            for dependant in wished_by.get(*member).into_iter().flatten() {
                if let Some(wished) = wished.get_mut(*dependant) {
                    *wished -= 1;
                }
                touched.insert(*dependant);
            }
        }
        let is_next = |member: &usize| free.contains(member) && wished.get(*member) == Some(&0);
        layers.push(std::mem::replace(&mut layer, touched.into_iter().filter(is_next).collect()));
    }
}

/// Who is in whose list.
fn reversed(lists: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut reversed = vec![Vec::new(); lists.len()];
    for (member, list) in lists.iter().enumerate() {
        for other in list {
            if let Some(reversed) = reversed.get_mut(*other) {
                reversed.push(member);
            }
        }
    }
    reversed
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(needs: &[&[usize]], wishes: &[&[usize]], expected: &[&[usize]]) {
        let lists = |lists: &[&[usize]]| lists.iter().map(|list| list.to_vec()).collect::<Vec<_>>();
        assert_eq!(layers_by_wish(&lists(needs), &lists(wishes)), lists(expected));
    }

    #[test]
    fn a_layer_needs_only_what_came_before() {
        check(&[&[1, 2], &[2], &[], &[]], &[&[], &[], &[], &[]], &[&[2, 3], &[1], &[0]]);
    }

    #[test]
    fn a_wish_is_granted() {
        check(&[&[], &[]], &[&[1], &[]], &[&[1], &[0]]);
        check(&[&[], &[2], &[]], &[&[1], &[], &[]], &[&[2], &[1], &[0]]);
    }

    #[test]
    fn a_wish_gives_way_to_a_need() {
        check(&[&[1], &[]], &[&[], &[0]], &[&[1], &[0]]);
    }

    #[test]
    fn of_wishes_in_a_circle_the_first_goes_without() {
        check(&[&[], &[]], &[&[1], &[0]], &[&[0], &[1]]);
        check(&[&[], &[], &[]], &[&[1], &[0], &[]], &[&[2], &[0], &[1]]);
    }

    proptest! {
        #[test]
        fn every_member_comes_once_and_after_its_needs(
            needs in prop::collection::vec(prop::collection::vec(0_usize..100, 0..3), 0..12),
            wishes in prop::collection::vec(prop::collection::vec(0_usize..12, 0..3), 12),
        ) {
            // Needs lead to earlier members only, so that there is no cycle.
            let needs: Vec<Vec<usize>> = needs
                .iter()
                .enumerate()
                .map(|(member, list)| list.iter().filter(|_| member > 0).map(|other| other % member.max(1)).collect())
                .collect();
            let count = needs.len();
            let wishes: Vec<Vec<usize>> = wishes
                .iter()
                .take(count)
                .enumerate()
                .map(|(member, list)| list.iter().copied().filter(|other| *other < count && *other != member).collect())
                .collect();
            let order: Vec<usize> = layers_by_wish(&needs, &wishes).concat();
            let place = |member: usize| order.iter().position(|other| *other == member).unwrap();
            prop_assert_eq!(order.len(), count);
            for (member, needs) in needs.iter().enumerate() {
                prop_assert!(needs.iter().all(|other| place(*other) < place(member)));
            }
        }
    }
}
