//! That nothing depends on itself.

use super::super::Project;
use super::{Edge, edges};
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
    let mut states = vec![State::New; project.services.len()];
    let mut reported = vec![false; project.services.len()];
    for root in 0..project.services.len() {
        let mut way: Vec<Step<'_>> = enter(project, root, &mut states).into_iter().collect();
        while let Some(step) = way.last_mut() {
            let Some(edge) = step.edges.pop() else {
                set(&mut states, step.index, State::Done);
                way.pop();
                continue;
            };
            step.followed = Some(edge);
            let Some(target) = project.services.get_index_of(edge.target) else { continue };
            if states.get(target) == Some(&State::OnTheWay) {
                report(project, &way, target, &mut reported, diags);
            } else {
                way.extend(enter(project, target, &mut states));
            }
        }
    }
}

/// Starts to follow the edges of a service, unless that was done before.
fn enter<'p>(project: &'p Project, index: usize, states: &mut [State]) -> Option<Step<'p>> {
    let (_, service) = project.services.get_index(index).filter(|_| states.get(index) == Some(&State::New))?;
    set(states, index, State::OnTheWay);
    let mut edges: Vec<_> = edges(service).collect();
    edges.reverse();
    Some(Step { index, edges, followed: None })
}

/// Sets an element that is there.
fn set<T>(list: &mut [T], index: usize, value: T) {
    if let Some(element) = list.get_mut(index) {
        *element = value;
    }
}

/// Reports the end of a way, from `target` on, whose last edge leads back to `target`.
fn report(project: &Project, way: &[Step<'_>], target: usize, reported: &mut [bool], diags: &mut Diagnostics) {
    let cycle: Vec<&Step<'_>> = way.iter().skip_while(|step| step.index != target).collect();
    if cycle.iter().any(|step| reported.get(step.index) == Some(&true)) {
        return;
    }
    for step in &cycle {
        set(reported, step.index, true);
    }
    let name = |step: &&Step<'_>| project.services.get_index(step.index).map_or("", |(name, _)| name.as_str());
    let names: Vec<&str> = cycle.iter().chain(cycle.first()).map(name).collect();
    let Some(last) = cycle.last().and_then(|step| step.followed) else { return };
    let message = format!("a service cannot depend on itself: {}", names.join(" -> "));
    let finding = diags.error(Code::Cycle, last.span, message);
    for (step, from) in cycle.iter().zip(&names).take(cycle.len() - 1).take(DRAWN_EDGES) {
        if let Some(Edge { target, key, span, required: _ }) = step.followed {
            finding.label(span, format!("`{from}` needs `{target}` by `{key}`"));
        }
    }
}
