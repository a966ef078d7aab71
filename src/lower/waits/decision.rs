//! What becomes of a wait in the container that it stands in: it goes, it changes, or it stays as it is written.

use indexmap::{IndexMap, IndexSet};

use super::{Found, Role, Waits, keep_reason, satisfied};
use crate::compose::duration::Duration;
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::diag::{Code, Diagnostics};
use crate::ecs::KeyValue;
use crate::ecs::task::NetworkMode;
use crate::lower::Target;
use crate::lower::grouping::Units;
use crate::lower::process::Words;
use crate::lower::readiness::change::{Change, LOCALHOST};
use crate::lower::readiness::docker_compose_wait::HOSTS;
use crate::lower::readiness::wait::{Scheme, Shape, Strictness, Target as Goal, Wait};
use crate::options::WaitPolicy;

/// How long a task may easily take to start again.
const RESTART: Duration = Duration::from_seconds(10);

/// The task that a container is in.
#[derive(Debug, Clone, Copy)]
pub(in crate::lower) struct Surroundings<'u, 'a> {
    /// All tasks.
    pub(in crate::lower) units: &'u Units<'a>,
    /// This one.
    pub(in crate::lower) unit: usize,
    /// Its network.
    pub(in crate::lower) mode: NetworkMode,
}

impl Surroundings<'_, '_> {
    /// Whether a service is in the same task.
    fn hold(self, service: &ServiceName) -> bool {
        self.units.of(service) == Some(self.unit)
    }

    /// Whether the containers of the task reach each other by `localhost`, and not by name.
    const fn share_localhost(self) -> bool {
        matches!(self.mode, NetworkMode::Awsvpc | NetworkMode::Host)
    }
}

/// What was decided about the words of a service.
#[derive(Debug)]
pub(in crate::lower) struct Decision {
    /// The words that run.
    pub(in crate::lower) words: Words,
    /// What [`HOSTS`] says, if that changes.
    hosts: Option<String>,
    /// What its wait no longer names.
    unnamed: Unnamed,
}

/// The hosts that a wait no longer names.
#[derive(Debug)]
enum Unnamed {
    /// All of them: it is gone.
    All,
    /// These.
    Some(IndexSet<String>),
}

impl Decision {
    /// The words as they are written.
    fn as_written(service: &Service) -> Self {
        Self { words: Words::of(&service.process), hosts: None, unnamed: Unnamed::Some(IndexSet::new()) }
    }

    /// The variables with which the words run.
    pub(in crate::lower) fn environment(&self, mut written: Vec<KeyValue>) -> Vec<KeyValue> {
        if let Some(hosts) = &self.hosts {
            written
                .iter_mut()
                .filter(|variable| variable.name == HOSTS)
                .for_each(|variable| variable.value.clone_from(hosts));
        }
        written
    }

    /// Whether the wait still names a host.
    pub(in crate::lower) fn names(&self, host: &str) -> bool {
        match &self.unnamed {
            Unnamed::All => false,
            Unnamed::Some(hosts) => !hosts.contains(host),
        }
    }
}

/// The changes in a wait that stays.
#[derive(Default)]
struct Changes<'f> {
    list: Vec<Change<'f>>,
    /// What [`HOSTS`] says from now on, if that changes.
    hosts: Option<String>,
    /// The targets that are taken out, as they are written.
    dropped: Vec<&'f str>,
    /// The hosts that become `localhost`.
    renamed: IndexSet<&'f str>,
    /// The hosts of both.
    unnamed: IndexSet<String>,
}

impl<'a> Waits<'a> {
    /// Decides what runs in the container of a service, and says so.
    pub(in crate::lower) fn decide(
        &self,
        service: &Service,
        here: Surroundings<'_, 'a>,
        target: Target<'a>,
        diags: &mut Diagnostics,
    ) -> Decision {
        let name = &service.name.value;
        let Some(found) = self.found.get(name).filter(|found| found.role != Role::Removed) else {
            return Decision::as_written(service);
        };
        let (goals, idioms, span) = (found.goals(), found.idioms(), found.span());
        if target.options.waits == WaitPolicy::Kept {
            if found.role == Role::Worker {
                let message = format!("the wait for {goals} ({idioms}) stays as written: `--keep-waits` is given");
                diags.note(Code::WaitKept, span, message);
            }
            return Decision::as_written(service);
        }
        let reason = keep_reason(name, found, here.units, target);
        if let (None, Some(words)) = (&reason, found.recognised.without_wait()) {
            let message = format!("the wait for {goals} ({idioms}) gives way to `dependsOn`");
            let finding = diags.note(Code::WaitRemoved, span, message);
            if found.recognised.waits.iter().any(|wait| wait.strictness == Strictness::Lenient) {
                finding.hint("the command used to start after a time-out all the same; now it does not");
            }
            return Decision { words: words.clone(), hosts: None, unnamed: Unnamed::All };
        }
        let reason = reason.unwrap_or_else(|| "it is part of every task that needs it".to_owned());
        let written = Words::of(&service.process);
        let changes = changes(found, here, target);
        let changes_any = !changes.list.is_empty() || changes.hosts.is_some();
        let rewritten = found.recognised.changed(&changes.list, &written).filter(|_| changes_any);
        if let Some(words) = rewritten {
            let Changes { list: _, hosts, dropped, renamed, unnamed } = changes;
            let mut done = Vec::new();
            if !dropped.is_empty() {
                done.push(format!("without {}, as `dependsOn` waits for that", quoted(dropped)));
            }
            if !renamed.is_empty() {
                let renamed = quoted(renamed);
                done.push(format!("with `{LOCALHOST}` in place of {renamed}, as the containers of the task share it"));
            }
            let message = format!("the wait for {goals} ({idioms}) stays {}: {reason}", done.join(", and "));
            diags.note(Code::WaitRewritten, span, message);
            return Decision { words, hosts, unnamed: Unnamed::Some(unnamed) };
        }
        if found.role == Role::Worker {
            let message = format!("the wait for {goals} ({idioms}) stays as written: {reason}");
            let finding = diags.note(Code::WaitKept, span, message);
            if let Some(timeout) = hasty(found, here) {
                finding.hint(format!(
                    "it gives up after {timeout}, and a task may take longer to start again: give it more time"
                ));
            }
        }
        Decision::as_written(service)
    }
}

/// The time after which a wait for another task fails, if that is short.
fn hasty(found: &Found<'_>, here: Surroundings<'_, '_>) -> Option<Duration> {
    let elsewhere = found.services.iter().any(|service| !here.hold(service));
    let strict = found.recognised.waits.iter().filter(|wait| wait.strictness == Strictness::Strict);
    strict.filter_map(|wait| wait.timeout).min().filter(|timeout| elsewhere && *timeout <= RESTART)
}

/// What can change in a wait that stays: what `dependsOn` waits for goes, and names that do not resolve are replaced.
fn changes<'f>(found: &'f Found<'_>, here: Surroundings<'_, '_>, target: Target<'_>) -> Changes<'f> {
    let mut changes = Changes::default();
    let mut services = found.goals.iter().map(|sought| sought.service);
    let wraps = matches!(found.recognised.shape, Shape::Wrapper(_)) && found.role == Role::Worker;
    for wait in &found.recognised.waits {
        let Wait { idiom: _, targets, timeout: _, strictness: _, span: _, stretch, parts } = wait;
        let inner: Vec<_> = targets
            .iter()
            .zip(services.by_ref())
            .map(|(goal, service)| (goal, service.filter(|service| here.hold(service))))
            .collect();
        let answered = |goal: &Goal, service: Option<_>| {
            wraps && service.is_some_and(|service| satisfied(goal, service, target).is_ok())
        };
        let kept = inner.iter().filter(|(goal, service)| !answered(goal, *service)).count();
        if wait.is_told_by_variable() {
            let is_answered = |goal: &Goal, service| kept > 0 && answered(goal, service);
            changes.in_variable(&inner, &is_answered, here);
            continue;
        }
        let mut renamed: IndexMap<&str, usize> = IndexMap::new();
        for (index, (goal, service)) in inner.iter().enumerate() {
            let Some(host) = goal.host.as_deref().filter(|_| service.is_some()) else { continue };
            if let Some(part) = parts.get(index).filter(|_| kept > 0 && answered(goal, *service)) {
                changes.list.push(Change::Drop(part));
                changes.dropped.push(&goal.text);
                changes.unnamed.insert(host.to_owned());
            } else if here.share_localhost() && goal.scheme != Scheme::Https {
                // A certificate is one for a name.
                *renamed.entry(host).or_default() += 1;
            }
        }
        for (host, count) in renamed {
            changes.list.push(Change::Rename { stretch, host, count });
            changes.renamed.insert(host);
            changes.unnamed.insert(host.to_owned());
        }
    }
    changes
}

impl<'f> Changes<'f> {
    /// Changes the hosts in the variable that tells of them.
    fn in_variable(
        &mut self,
        goals: &[(&'f Goal, Option<&'f ServiceName>)],
        is_answered: &dyn Fn(&Goal, Option<&'f ServiceName>) -> bool,
        here: Surroundings<'_, '_>,
    ) {
        let mut hosts = Vec::new();
        for (goal, service) in goals {
            let (Some(host), Some(port)) = (goal.host.as_deref(), goal.port) else { continue };
            match service {
                Some(name) if is_answered(goal, *service) => {
                    self.dropped.push(name.as_str());
                    self.unnamed.insert(host.to_owned());
                }
                Some(_) if here.share_localhost() => {
                    self.renamed.insert(host);
                    self.unnamed.insert(host.to_owned());
                    hosts.push(format!("{LOCALHOST}:{port}"));
                }
                Some(_) | None => hosts.push(format!("{host}:{port}")),
            }
        }
        if !(self.dropped.is_empty() && self.renamed.is_empty()) {
            self.hosts = Some(hosts.join(","));
        }
    }
}

/// Texts in quotes, as a list.
fn quoted<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    texts.into_iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}
