//! Rules of what containers wait for.

use std::collections::{BTreeMap, BTreeSet};

use super::{At, Report, Rule, Task};
use crate::ecs::container::{ContainerCondition, ContainerDefinition, ContainerDependency};

/// A container that another one needs before it starts.
#[derive(Clone, Copy)]
struct Edge<'a> {
    target: &'a str,
    field: &'static str,
}

/// The edges of every container, by name.
type Graph<'a> = BTreeMap<&'a str, Vec<Edge<'a>>>;

/// Checks every dependency by itself, then that they do not go in a circle.
pub(super) fn check(task: &Task<'_>, report: &mut Report) {
    for container in &task.definition.container_definitions {
        dependencies(&mut At { task, container, report });
    }
    let containers = &task.definition.container_definitions;
    let graph: Graph<'_> = containers.iter().map(|container| (container.name.as_str(), edges(container))).collect();
    if let Some((from, field, message)) = cycle(&graph)
        && let Some(container) = task.containers.get(from)
    {
        At { task, container, report }.add(field, Rule::DepCycle, message);
    }
}

/// What one container waits for.
fn dependencies(at: &mut At<'_, '_>) {
    const FIELD: &str = "dependsOn";
    let (task, container) = (at.task, at.container);
    let mut seen = BTreeSet::new();
    for ContainerDependency { container_name: peer, condition } in &container.depends_on {
        let Some(target) = task.containers.get(peer.as_str()) else {
            let message = format!("container `{}` waits for `{peer}`, which is not in its task", container.name);
            at.add(FIELD, Rule::DepTarget, message);
            continue;
        };
        if !seen.insert(peer) {
            at.add(FIELD, Rule::DepDup, format!("container `{}` waits for `{peer}` twice", container.name));
        }
        match condition {
            ContainerCondition::Start => {}
            ContainerCondition::Healthy => {
                if target.health_check.is_none() {
                    let message = format!("container `{peer}` must be healthy, but has no health check");
                    let violation = at.add(FIELD, Rule::DepHealth, message);
                    violation.hint("add a `healthcheck` to it: ECS does not see the one of its image");
                }
            }
            ContainerCondition::Complete | ContainerCondition::Success => {
                if target.essential {
                    let message = format!("container `{peer}` must end, but the task ends with it: it is essential");
                    at.add(FIELD, Rule::DepEssential, message);
                }
            }
        }
    }
}

/// All that must be there before a container starts: Docker asks it of links and shared mounts, too.
fn edges(container: &ContainerDefinition) -> Vec<Edge<'_>> {
    let depends_on = container.depends_on.iter().map(|dependency| (dependency.container_name.as_str(), "dependsOn"));
    let links = container.links.iter().map(|link| (link.split(':').next().unwrap_or(link), "links"));
    let volumes_from = container.volumes_from.iter().map(|from| (from.source_container.as_str(), "volumesFrom"));
    let all = depends_on.chain(links).chain(volumes_from);
    // A link or a mount of its own has a rule of its own.
    let others = all.filter(|(target, field)| *target != container.name.as_str() || *field == "dependsOn");
    others.map(|(target, field)| Edge { target, field }).collect()
}

/// The first circle: the container and the field that close it, and what to say. One walk, without recursion.
fn cycle<'a>(graph: &Graph<'a>) -> Option<(&'a str, &'static str, String)> {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for (start, edges) in graph {
        if done.contains(start) {
            continue;
        }
        let start = *start;
        let mut trail = vec![(start, edges.iter())];
        let mut open = BTreeSet::from([start]);
        while let Some((name, edges)) = trail.last_mut() {
            let name = *name;
            let Some(Edge { target, field }) = edges.next().copied() else {
                open.remove(name);
                done.insert(name);
                trail.pop();
                continue;
            };
            if open.contains(target) {
                let circle = trail.iter().map(|(name, _)| *name).skip_while(|name| *name != target);
                let circle: Vec<_> = circle.chain([target]).collect();
                return Some((name, field, format!("containers wait for each other: {}", circle.join(" -> "))));
            }
            if let Some(edges) = graph.get(target).filter(|_| !done.contains(target)) {
                open.insert(target);
                trail.push((target, edges.iter()));
            }
        }
    }
    None
}
