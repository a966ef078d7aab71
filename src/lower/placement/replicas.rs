//! `deploy.mode`, `deploy.replicas` and `scale`: how many tasks run.

use crate::compose::service::Service;
use crate::compose::service::placement::Mode;
use crate::diag::{Code, Diagnostics};
use crate::ecs::service::{Count, SchedulingStrategy};
use crate::lower::Lifetime;
use crate::lower::fate::fate;
use crate::options::LaunchType;
use crate::source::Spanned;

/// How many tasks of a unit run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Replicas {
    /// One, as nobody says how many.
    One,
    /// That many, as somebody says.
    Count(u32),
    /// One on every instance.
    OnEveryInstance,
}

impl Replicas {
    /// The number that ECS is told.
    pub(super) const fn desired_count(self) -> Option<u32> {
        match self {
            Self::One => Some(1),
            Self::Count(count) => Some(count),
            Self::OnEveryInstance => None,
        }
    }

    /// Who says it.
    pub(super) const fn count(self) -> Count {
        match self {
            Self::Count(_) => Count::Stated,
            Self::One | Self::OnEveryInstance => Count::Usual,
        }
    }

    /// The rule that ECS is told.
    pub(super) const fn scheduling_strategy(self) -> SchedulingStrategy {
        match self {
            Self::One | Self::Count(_) => SchedulingStrategy::Replica,
            Self::OnEveryInstance => SchedulingStrategy::Daemon,
        }
    }
}

/// Finds out what the services of a unit say together. One that says nothing goes along with the others.
pub(super) fn settle(
    members: &[&Service],
    lifetime: Lifetime,
    launch_type: LaunchType,
    diags: &mut Diagnostics,
) -> Replicas {
    // A job beside services of one task starts and ends with every task; its own mode says no more than that.
    let beside_jobs = lifetime == Lifetime::Service && members.iter().any(|member| !member.placement.is_job());
    let lasting: Vec<&Service> =
        members.iter().copied().filter(|member| !(beside_jobs && member.placement.is_job())).collect();

    for mode in lasting.iter().filter_map(|member| member.placement.mode.as_ref()) {
        report_mode(mode, lifetime, launch_type, diags);
    }
    let daemons = agree(&lasting, |member| member.placement.mode.as_ref().map(|mode| with(mode, is_global)), diags);
    let counts = agree(&lasting, |member| member.placement.count(), diags);
    if daemons.is_some_and(|daemons| daemons.value) && lifetime == Lifetime::Service {
        if let Some(count) = counts {
            diags.warn(Code::Lost, count.span, "with `mode: global`, one task runs on every instance, and no other");
        }
        return Replicas::OnEveryInstance;
    }
    if let Some(count) = counts.filter(|count| count.value != 1) {
        report_followers(&lasting, count, diags);
    }
    counts.map_or(Replicas::One, |count| Replicas::Count(desired(count, diags)))
}

/// The number as ECS takes it; it has fewer bits than Compose.
fn desired(count: Spanned<u64>, diags: &mut Diagnostics) -> u32 {
    u32::try_from(count.value).ok().filter(|count| i32::try_from(*count).is_ok()).unwrap_or_else(|| {
        let message = format!("invalid value `{}`: ECS runs at most {} tasks of a service", count.value, i32::MAX);
        diags.error(Code::Limit, count.span, message);
        0
    })
}

/// The same place with what a function makes of the value.
fn with<T, U>(value: &Spanned<T>, make: impl FnOnce(&T) -> U) -> Spanned<U> {
    Spanned::new(make(&value.value), value.span)
}

/// Whether a mode means one task on every machine.
const fn is_global(mode: &Mode) -> bool {
    match mode {
        Mode::Global | Mode::GlobalJob => true,
        Mode::Replicated | Mode::ReplicatedJob | Mode::Other(_) => false,
    }
}

/// The one value that all who say something give; it is a mistake when they give several.
fn agree<T: Copy + PartialEq>(
    members: &[&Service],
    value: impl Fn(&Service) -> Option<Spanned<T>>,
    diags: &mut Diagnostics,
) -> Option<Spanned<T>> {
    let mut said = members.iter().filter_map(|member| Some((member, value(member)?)));
    let (first_member, first) = said.next()?;
    for (member, other) in said.filter(|(_, other)| other.value != first.value) {
        let (name, first_name) = (&member.name.value, &first_member.name.value);
        diags
            .error(
                Code::Grouping,
                other.span,
                format!("`{name}` and `{first_name}` share a task, so as many must run of both"),
            )
            .label(first.span, format!("`{first_name}` says something else here"))
            .hint("give both the same `deploy`, or a task each");
    }
    Some(first)
}

/// Reports modes that ECS does not have.
fn report_mode(mode: &Spanned<Mode>, lifetime: Lifetime, launch_type: LaunchType, diags: &mut Diagnostics) {
    match (&mode.value, lifetime) {
        (Mode::Global, Lifetime::Service) if launch_type == LaunchType::Fargate => {
            fate!("services.*.deploy.mode", launch_type).report(mode.span, diags);
        }
        (Mode::Global | Mode::GlobalJob, Lifetime::Task) => {
            let message =
                "a task that runs once per deployment runs as often as `replicas` says, not on every instance";
            diags.warn(Code::Approximated, mode.span, message);
        }
        (Mode::Other(_), Lifetime::Service | Lifetime::Task) => {
            let message = "this mode is unknown, and taken for `replicated`, as Docker Compose does";
            diags.warn(Code::Approximated, mode.span, message);
        }
        (Mode::Replicated | Mode::ReplicatedJob | Mode::Global | Mode::GlobalJob, _) => {}
    }
}

/// Reports services that run more or less often than they say, because they share a task with one that says a number.
fn report_followers(members: &[&Service], count: Spanned<u64>, diags: &mut Diagnostics) {
    for member in members.iter().filter(|member| member.placement.count().is_none()) {
        let Spanned { value: name, span } = &member.name;
        diags
            .warn(Code::Approximated, *span, format!("`{name}` runs {} times, as does its whole task", count.value))
            .label(count.span, "this number holds for the task");
    }
}
