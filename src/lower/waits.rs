//! What becomes of readiness waits: removed where ordering does the same, kept where only they can.
//!
//! | the wait | its targets | becomes |
//! |---|---|---|
//! | a service that only waits | services that a health check can answer for | nothing: who waited for it waits for them |
//! | | anything else | a container that ends, in the task of everyone who waited for it |
//! | in front of a command | in the same task, with health checks | `dependsOn` |
//! | | some of them so, and the tool takes several | `dependsOn` for those, the others stay |
//! | | anything else | stays as written, and orders the deployment |
//!
//! With `--keep-waits` every word stays, and waits only order.

mod decision;
mod health;
#[cfg(test)]
mod tests;

use indexmap::{IndexMap, IndexSet};

pub(super) use decision::Surroundings;
pub(super) use health::{Health, health};

use super::grouping::{self, Units};
use super::mention::Mention;
use super::ordering::{Edge, Edges, Origin};
use super::readiness::host::HostIndex;
use super::readiness::probe::Depth;
use super::readiness::wait::{Recognised, Scheme, Shape, Target as Goal, Wait};
use super::uses::{Use, UseKind, Uses};
use super::{Target, connect, readiness};
use crate::compose::duration::Duration;
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::compose::service::readiness::Condition;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::Protocol;
use crate::options::WaitPolicy;
use crate::source::{Span, Spanned};

/// The readiness waits of a project.
#[derive(Debug, Default)]
pub(super) struct Waits<'a> {
    found: IndexMap<&'a ServiceName, Found<'a>>,
}

/// A service's readiness wait and the services that it waits for.
#[derive(Debug)]
struct Found<'a> {
    recognised: Recognised,
    /// The services among its targets.
    services: IndexSet<&'a ServiceName>,
    /// The targets that are no services of the project, as they were written.
    outside: Vec<String>,
    /// All its targets.
    goals: Vec<Sought<'a>>,
    /// What other services want of it.
    need: Need,
    role: Role,
}

impl Found<'_> {
    /// Where the first wait was written.
    fn span(&self) -> Span {
        self.recognised.waits.first().expect("there is at least one wait").span
    }

    /// How long the longest wait goes on; none if one goes on for ever.
    fn timeout(&self) -> Option<Duration> {
        self.recognised.waits.iter().filter_map(|wait| wait.timeout).max()
    }

    /// The tools that wait, for a message.
    fn idioms(&self) -> String {
        let idioms: IndexSet<&str> = self.recognised.waits.iter().map(|wait| wait.idiom).collect();
        idioms.into_iter().collect::<Vec<_>>().join(", ")
    }

    /// What is waited for, for a message.
    fn goals(&self) -> String {
        let goals: IndexSet<String> = self.recognised.targets().map(|goal| format!("`{}`", goal.text)).collect();
        goals.into_iter().collect::<Vec<_>>().join(", ")
    }
}

/// The targets of all waits, with the wait.
fn goals(recognised: &Recognised) -> impl Iterator<Item = (&Goal, &Wait)> {
    recognised.waits.iter().flat_map(|wait| wait.targets.iter().map(move |goal| (goal, wait)))
}

/// A target in short: a path and what stands before a host may hold what nobody else should read.
fn in_short(goal: &Goal) -> String {
    let Goal { scheme: _, host, port, text } = goal;
    // One that a variable names is not told.
    let Some(host) = host.as_ref().filter(|host| text.contains(*host)) else { return text.clone() };
    let scheme = text.split_once("://").map(|(scheme, _)| format!("{scheme}://")).unwrap_or_default();
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{scheme}{host}{port}")
}

/// A target of a wait.
#[derive(Debug, Clone)]
pub(super) struct Sought<'a> {
    /// The service that it is; none if it is no other service of the project.
    pub(super) service: Option<&'a ServiceName>,
    /// What it is, without what may follow its port.
    pub(super) text: String,
    /// The tool that waits.
    pub(super) idiom: &'static str,
    /// Where the wait was written.
    pub(super) span: Span,
}

/// What part a service with a wait plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It only waits, and ordering does that: it disappears.
    Removed,
    /// It only waits, and only it can: it goes into the tasks of those who wait for it.
    Attached,
    /// It waits before it works.
    Worker,
}

impl<'a> Waits<'a> {
    /// Finds the waits of all services.
    pub(super) fn find(
        target: Target<'a>,
        hosts: &HostIndex<'a>,
        uses: &mut Uses<'a>,
        diags: &mut Diagnostics,
    ) -> Self {
        let mut all_found = IndexMap::new();
        let all = || target.project.services.values();
        let waited_for: IndexSet<&ServiceName> = all()
            .flat_map(|service| {
                let linked = service.network.links.iter().map(|link| &link.value.service);
                service.readiness.depends_on.keys().chain(linked)
            })
            .collect();
        let lent: IndexSet<&ServiceName> =
            all().flat_map(|service| grouping::shared_by(service).map(|(_, other)| other.value)).collect();
        health::report_probes(target.project, diags);
        for service in target.project.services.values() {
            let Some(recognised) = readiness::recognise(service) else { continue };
            let name = &service.name.value;
            let mut services = IndexSet::new();
            let (mut outside, mut mentions, mut sought) = (Vec::new(), Vec::new(), Vec::new());
            for (goal, wait) in goals(&recognised) {
                let (idiom, span) = (wait.idiom, wait.span);
                let found = goal.host.as_ref().and_then(|host| Some((host, hosts.resolve(host, service)?)));
                let found = found.filter(|(_, other)| *other != name);
                sought.push(Sought { service: found.map(|(_, other)| other), text: in_short(goal), idiom, span });
                let Some((host, other)) = found else {
                    outside.push(goal.text.clone());
                    continue;
                };
                services.insert(other);
                let port = goal.port.map(|port| Spanned::new(port, span));
                let (host, protocol) = (host.clone(), Protocol::Tcp);
                mentions.push(Mention { service: other, host, port, protocol, span, variable: None });
                report_published_port(Spanned::new(goal, span), other, target, diags);
            }
            let need = match (lent.contains(name), waited_for.contains(name)) {
                (true, _) => Need::More,
                (false, true) => Need::Wait,
                (false, false) => Need::Nothing,
            };
            let mut found = Found { recognised, services, outside, goals: sought, need, role: Role::Worker };
            found.role = match target.options.waits {
                WaitPolicy::Replaced => role(&found.recognised.shape, need, doubt(&found, target).is_none()),
                WaitPolicy::Kept => role_as_written(&found.recognised.shape, need),
            };
            let role = found.role;
            let kind = if role == Role::Removed { UseKind::RemovedWait } else { UseKind::Wait };
            for mention in mentions {
                uses.push(Use { user: name, mention, kind });
            }
            all_found.insert(name, found);
        }
        Self { found: all_found }
    }

    /// The wait of a service, if it has one.
    pub(super) fn recognised(&self, service: &ServiceName) -> Option<&Recognised> {
        self.found.get(service).map(|found| &found.recognised)
    }

    /// The targets of a service's wait.
    pub(super) fn goals(&self, service: &ServiceName) -> impl Iterator<Item = &Sought<'a>> {
        self.found.get(service).into_iter().flat_map(|found| &found.goals)
    }

    /// Whether a service has a task of its own, which one that only waits has not.
    pub(super) fn has_task(&self, service: &ServiceName) -> bool {
        self.found.get(service).is_none_or(|found| found.role == Role::Worker)
    }

    /// Whether a service goes into the tasks of those who wait for it.
    pub(super) fn is_attached(&self, service: &ServiceName) -> bool {
        self.found.get(service).is_some_and(|found| found.role == Role::Attached)
    }

    /// The services that only wait and yet are tasks of their own, or parts of others' tasks: they end.
    pub(super) fn waiters(&self) -> impl Iterator<Item = &'a ServiceName> {
        let waiters = self.found.iter().filter(|(_, found)| found.recognised.shape == Shape::Waiter);
        waiters.filter(|(_, found)| found.role == Role::Worker).map(|(name, _)| *name)
    }

    /// Whether a service disappears.
    pub(super) fn is_removed(&self, service: &ServiceName) -> bool {
        self.found.get(service).is_some_and(|found| found.role == Role::Removed)
    }

    /// All edges between services, with those who only wait replaced by what they wait for.
    pub(super) fn edges(&self, target: Target<'a>, diags: &mut Diagnostics) -> Edges<'a> {
        let mut edges = Edges::default();
        for service in target.project.services.values() {
            if self.is_removed(&service.name.value) {
                continue;
            }
            for edge in self.direct(service, target) {
                self.replace(edge, target, &mut edges);
            }
        }
        for (name, found) in &self.found {
            report(name, found, target, diags);
        }
        edges
    }

    /// Adds an edge or, where it leads to a service that disappears, those that stand in its place.
    fn replace(&self, edge: Edge<'a>, target: Target<'a>, edges: &mut Edges<'a>) {
        let mut seen = IndexSet::new();
        let mut open = vec![edge];
        while let Some(next) = open.pop() {
            let attached = self.is_attached(next.to);
            if next.to != edge.from && !self.is_removed(next.to) {
                // One that only waits has done so when it has ended.
                let condition = if attached { Condition::CompletedSuccessfully } else { next.condition };
                let required = edge.required && next.required;
                edges.push(Edge { from: edge.from, condition, required, ..next });
            }
            // Its task is that of the one who waits for it, which therefore comes after what it waits for.
            if (attached || self.is_removed(next.to)) && seen.insert(next.to) {
                let service = target.project.services.get(next.to);
                open.extend(service.into_iter().flat_map(|service| self.direct(service, target)).rev());
            }
        }
    }

    /// The edges that start at a service, by its own keys and its own wait.
    fn direct(&self, service: &'a Service, target: Target<'a>) -> Vec<Edge<'a>> {
        let from = &service.name.value;
        let mut edges = Vec::new();
        for (to, dependency) in &service.readiness.depends_on {
            let Some((to, _)) = target.project.services.get_key_value(to) else { continue };
            let (condition, required) = (dependency.value.condition, dependency.value.required);
            let (origin, span) = (Origin::DependsOn, dependency.span);
            edges.push(Edge { from, to, condition, required, timeout: None, origin, by: from, span });
        }
        for (key, bound) in grouping::bound_to(service) {
            let (to, condition, span) = (bound.value, Condition::Started, bound.span);
            let origin = Origin::Bound(key);
            edges.push(Edge { from, to, condition, required: true, timeout: None, origin, by: from, span });
        }
        if let Some(found) = self.found.get(from) {
            for to in found.services.iter().copied() {
                let condition = match health_of(to, target) {
                    Health::Own | Health::Probe(_) | Health::Told(_) => Condition::Healthy,
                    Health::Unknown => Condition::Started,
                };
                let (timeout, origin, span) = (found.timeout(), Origin::Wait, found.span());
                edges.push(Edge { from, to, condition, required: true, timeout, origin, by: from, span });
            }
        }
        edges
    }
}

/// Says what becomes of a service that only waits.
fn report(name: &ServiceName, found: &Found<'_>, target: Target<'_>, diags: &mut Diagnostics) {
    let span = target.project.services.get(name).map_or(found.span(), |service| service.name.span);
    let idiom = found.idioms();
    match found.role {
        Role::Removed => {
            let targets: Vec<String> = found.services.iter().map(|name| format!("`{name}`")).collect();
            let instead = match found.need {
                Need::Nothing => "nothing waits for it, so it is left out".to_owned(),
                Need::Wait | Need::More => {
                    format!("what waited for it waits for {} to be healthy", targets.join(" and "))
                }
            };
            diags.note(Code::WaitRemoved, span, format!("`{name}` only waits ({idiom}): {instead}"));
        }
        Role::Attached => {
            let reason = match (target.options.waits, doubt(found, target)) {
                (WaitPolicy::Replaced, Some(doubt)) => doubt,
                (WaitPolicy::Kept, _) | (WaitPolicy::Replaced, None) => "`--keep-waits` is given".to_owned(),
            };
            let message = format!(
                "`{name}` only waits ({idiom}), and stays as a container of every task that needs it: {reason}"
            );
            diags.note(Code::WaitKept, span, message);
        }
        Role::Worker => {}
    }
}

/// Why a wait in front of a command must stay; none if it can go.
fn keep_reason(service: &ServiceName, found: &Found<'_>, units: &Units<'_>, target: Target<'_>) -> Option<String> {
    if found.role != Role::Worker {
        return doubt(found, target);
    }
    match &found.recognised.shape {
        Shape::Wrapper(_) => {}
        Shape::Waiter => return Some("others share the mounts or namespaces of its container".to_owned()),
        Shape::KeepOnly(reason) => return Some(reason.to_string()),
    }
    let outside = doubt(found, target).filter(|_| !found.outside.is_empty());
    let elsewhere = || {
        let other = found.services.iter().find(|other| !units.share(service, other))?;
        Some(format!("`{other}` is in another task, and may restart on its own"))
    };
    outside.or_else(elsewhere).or_else(|| doubt(found, target))
}

/// Why health checks cannot answer for all that is waited for; none if they can.
fn doubt(found: &Found<'_>, target: Target<'_>) -> Option<String> {
    if !found.outside.is_empty() {
        return found.outside.first().map(|outside| format!("`{outside}` is no other service of this project"));
    }
    let goals = found.recognised.targets().zip(&found.goals);
    goals
        .filter_map(|(goal, sought)| Some((goal, sought.service?)))
        .find_map(|(goal, service)| satisfied(goal, service, target).err())
}

/// How ECS can tell that a service is healthy, by its name.
fn health_of(service: &ServiceName, target: Target<'_>) -> Health {
    target.project.services.get(service).map_or(Health::Unknown, |service| health(service, target.project))
}

/// Whether a service's health answers for a target that it is, or why not.
fn satisfied(goal: &Goal, service: &ServiceName, target: Target<'_>) -> Result<(), String> {
    match health_of(service, target) {
        Health::Own | Health::Told(_) => Ok(()),
        Health::Unknown => Err(format!("no health check for `{service}` is known")),
        Health::Probe(probe) => match goal.port {
            Some(port) if !probe.ports.contains(&port) => {
                Err(format!("the health check that is known for `{service}` does not ask port {port}"))
            }
            _ if matches!(goal.scheme, Scheme::Http | Scheme::Https) && probe.depth == Depth::Port => {
                Err(format!("the health check that is known for `{service}` only asks whether its port is open"))
            }
            Some(_) | None => Ok(()),
        },
    }
}

/// What other services want of one that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Nothing.
    Nothing,
    /// That it has waited.
    Wait,
    /// Its mounts or its namespaces, which only a container has.
    More,
}

/// What part a service with a wait plays. `is_answered` says whether health checks can answer for all its targets.
const fn role(shape: &Shape, need: Need, is_answered: bool) -> Role {
    match (shape, need) {
        // Waiting and ending is nothing that anyone would notice.
        (Shape::Waiter, Need::Nothing) => Role::Removed,
        (Shape::Waiter, Need::Wait) if is_answered => Role::Removed,
        (Shape::Waiter, Need::Wait) => Role::Attached,
        (Shape::Waiter, Need::More) | (Shape::Wrapper(_) | Shape::KeepOnly(_), _) => Role::Worker,
    }
}

/// What part it plays where every word stays as it is written.
const fn role_as_written(shape: &Shape, need: Need) -> Role {
    match (shape, need) {
        (Shape::Waiter, Need::Wait) => Role::Attached,
        (Shape::Waiter, Need::Nothing | Need::More) | (Shape::Wrapper(_) | Shape::KeepOnly(_), _) => Role::Worker,
    }
}

/// Reports a wait for the port that is published instead of the one that the service listens on.
fn report_published_port(goal: Spanned<&Goal>, other: &ServiceName, target: Target<'_>, diags: &mut Diagnostics) {
    let Spanned { value: goal, span } = goal;
    let Some((port, other)) = goal.port.zip(target.project.services.get(other)) else { return };
    let published = connect::published_as(other, port);
    if let Some(published) = published {
        let message = format!("`{}` names the published port: `{}` listens on another", goal.text, other.name.value);
        diags
            .warn(Code::UnresolvedName, span, message)
            .label(published.span, "published here")
            .hint(format!("wait for port {}", published.value.target));
    }
}
