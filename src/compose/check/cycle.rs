//! That nothing depends on itself.

use crate::compose::Project;
use crate::compose::service::edge::Edge;
use crate::diag::{Code, Diagnostics};

/// Of a long cycle, so many edges are drawn.
const DRAWN_EDGES: usize = 8;

/// How far the search has come with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It was not reached yet.
    New,
    /// It is on the way that is being followed.
    OnTheWay,
    /// All ways from it were followed.
    Done,
}

/// A service on the way that is being followed.
struct Step<'p> {
    /// The service, by its place in the project.
    index: usize,
    /// The edges from it that were not followed yet, the next one last.
    edges: Vec<Edge<'p>>,
    /// The edge that is being followed.
    followed: Option<Edge<'p>>,
}

/// Reports services that depend on themselves. A service takes part in at most one report.
pub(super) fn check(project: &Project, diags: &mut Diagnostics) {
    let count = project.services.len();
    let mut search = Search { project, states: vec![State::New; count], reported: vec![false; count] };
    for root in 0..count {
        let mut way: Vec<Step<'_>> = search.enter(root).into_iter().collect();
        while let Some(step) = way.last_mut() {
            let Some(edge) = step.edges.pop() else {
                set(&mut search.states, step.index, State::Done);
                way.pop();
                continue;
            };
            step.followed = Some(edge);
            let Some(target) = project.services.get_index_of(edge.target) else { continue };
            if search.states.get(target) == Some(&State::OnTheWay) {
                search.report(&way, target, diags);
            } else {
                way.extend(search.enter(target));
            }
        }
    }
}

/// What is known of the services, by their places in the project.
struct Search<'p> {
    project: &'p Project,
    states: Vec<State>,
    /// Whether a service is part of a report.
    reported: Vec<bool>,
}

impl<'p> Search<'p> {
    /// Starts to follow the edges of a service, unless that was done before.
    fn enter(&mut self, index: usize) -> Option<Step<'p>> {
        let service = self.project.services.get_index(index).filter(|_| self.states.get(index) == Some(&State::New));
        let (_, service) = service?;
        set(&mut self.states, index, State::OnTheWay);
        let mut edges: Vec<_> = service.edges().collect();
        edges.reverse();
        Some(Step { index, edges, followed: None })
    }

    /// Reports the end of a way, from `target` on, whose last edge leads back to `target`.
    fn report(&mut self, way: &[Step<'_>], target: usize, diags: &mut Diagnostics) {
        let cycle: Vec<&Step<'_>> = way.iter().skip_while(|step| step.index != target).collect();
        if cycle.iter().any(|step| self.reported.get(step.index) == Some(&true)) {
            return;
        }
        for step in &cycle {
            set(&mut self.reported, step.index, true);
        }
        let services = &self.project.services;
        let name = |step: &&Step<'_>| services.get_index(step.index).map_or("", |(name, _)| name.as_str());
        let names: Vec<&str> = cycle.iter().chain(cycle.first()).map(name).collect();
        let Some(last) = cycle.last().and_then(|step| step.followed) else { return };
        let message = format!("a service cannot depend on itself: {}", names.join(" -> "));
        let finding = diags.error(Code::Cycle, last.span, message);
        for (step, from) in cycle.iter().zip(&names).take(cycle.len() - 1).take(DRAWN_EDGES) {
            if let Some(Edge { target, key, span, dependency: _ }) = step.followed {
                finding.label(span, format!("`{from}` needs `{target}` by `{key}`"));
            }
        }
    }
}

/// Sets an element that is there.
fn set<T>(list: &mut [T], index: usize, value: T) {
    if let Some(element) = list.get_mut(index) {
        *element = value;
    }
}
