//! In what order things start: edges between services, conditions within a task, waves of tasks.

mod layers;

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::fate::fate;
use super::grouping::Units;
use super::uses::Uses;
use crate::compose::duration::Duration;
use crate::compose::name::ServiceName;
use crate::compose::service::readiness::Condition;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::ContainerCondition;
use crate::source::Span;
use layers::layers_by_wish;

pub(super) use layers::layers;

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
    /// Whose keys say so: those of the one who waits, or of one that only waits on its behalf.
    pub(super) by: &'a ServiceName,
    /// Where it says so.
    pub(super) span: Span,
}

/// What says that one service waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Origin {
    /// `depends_on`.
    DependsOn,
    /// `links`, or a namespace or mounts that are shared: the key.
    Bound(&'static str),
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
    let needs = needs(units, edges);
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

/// What each unit needs, and why.
fn needs<'e, 'a>(units: &Units<'a>, edges: &'e Edges<'a>) -> Vec<Vec<(usize, &'e Edge<'a>)>> {
    let mut needs = vec![Vec::new(); units.list.len()];
    for edge in edges.iter() {
        if let Some((from, to)) = units.apart(edge.from, edge.to)
            && let Some(needs) = needs.get_mut(from)
        {
            needs.push((to, edge));
        }
    }
    needs
}

/// The wave of every unit.
pub(super) fn places(waves: &[Vec<usize>]) -> BTreeMap<usize, usize> {
    waves.iter().enumerate().flat_map(|(wave, units)| units.iter().map(move |unit| (*unit, wave))).collect()
}

/// Reports waits for the end of what ends inside a service, as ECS knows only whether the service as a whole runs.
///
/// `once` says which units run once.
pub(super) fn report_unawaited(units: &Units<'_>, edges: &Edges<'_>, once: &[bool], diags: &mut Diagnostics) {
    let ends = edges.iter().filter(|edge| edge.condition == Condition::CompletedSuccessfully);
    for edge in ends {
        let service = units.apart(edge.from, edge.to).filter(|(_, to)| once.get(*to) == Some(&false));
        let Some((_, to)) = service else { continue };
        let (from, to, service) = (edge.from, edge.to, &units.get(to).name);
        let message =
            format!("`{from}` does not wait for the end of `{to}`, only for the start of `{service}` around it");
        diags
            .warn(Code::LostOrder, edge.span, message)
            .hint(format!("put `{to}` in a task of its own, or `{from}` in the same one, with `x-ecs.task`"));
    }
}

/// Reports `restart` of dependencies between tasks. Containers of one task start and stop together anyway.
pub(super) fn report_restarts(units: &Units<'_>, diags: &mut Diagnostics) {
    for service in units.list.iter().flat_map(|unit| &unit.services) {
        let apart = |on: &ServiceName| units.apart(&service.name.value, on).is_some();
        for (_, dependency) in service.readiness.depends_on.iter().filter(|(on, _)| apart(on)) {
            if dependency.value.restart {
                fate!("services.*.depends_on.*.restart").report(dependency.span, diags);
            }
        }
    }
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
    use crate::testing::check_services;

    #[test]
    fn the_end_of_a_part_of_a_service_is_not_seen() {
        check_services(
            "  migrate: {image: x, x-ecs: {task: web}}
  web: {image: x, depends_on: {migrate: {condition: service_completed_successfully}}}
  api: {image: x, depends_on: {migrate: {condition: service_completed_successfully}}}",
            "shop-web [bridge]: migrate! web(success migrate)
shop-api [bridge]: api
waves: web, api
migrate | warning[lost-order]: `api` does not wait for the end of `migrate`, only for the start of `web` around it",
        );
    }

    #[test]
    fn who_is_named_starts_first() {
        check_services(
            "  web: {image: x, environment: {A: 'http://api:80'}}
  api: {image: x}",
            "shop-web [bridge]: web
shop-api [bridge]: api(0:80)
  api-80 as api:80
waves: api, web
'http://api:80' | note[inferred]: port 80 of `api` is taken from this variable",
        );
    }

    #[test]
    fn of_two_that_name_each_other_one_comes_late() {
        check_services(
            "  web: {image: x, environment: {A: 'http://api:80'}}
  api: {image: x, environment: {A: 'http://web:80'}}
  other: {image: x}",
            "shop-web [bridge]: web(0:80)
  web-80 as web:80
shop-api [bridge]: api(0:80)
  api-80 as api:80
shop-other [bridge]: other
waves: other, web, api
'http://api:80' | warning[unresolved-name]: `api` does not resolve in `web` at first: `api` starts after it
'http://web:80' | note[inferred]: port 80 of `web` is taken from this variable
'http://api:80' | note[inferred]: port 80 of `api` is taken from this variable",
        );
    }

    #[test]
    fn tasks_that_wait_for_each_other_are_a_mistake() {
        check_services(
            "  a: {image: x, depends_on: [b], x-ecs: {task: one}}
  b: {image: x, x-ecs: {task: two}}
  c: {image: x, depends_on: [d], x-ecs: {task: two}}
  d: {image: x, x-ecs: {task: one}}",
            "b | error[cycle]: tasks wait for each other: one -> two -> one",
        );
    }

    #[test]
    fn the_longest_path_says_the_wave() {
        check_services(
            "  a: {image: x, depends_on: [b, c]}
  b: {image: x, depends_on: [c]}
  c: {image: x}
  d: {image: x}",
            "shop-a [bridge]: a
shop-b [bridge]: b
shop-c [bridge]: c
shop-d [bridge]: d
waves: c d, b, a",
        );
    }
}
