//! The one figure of CPU that ECS has, from the many of Compose.

use crate::compose::nano_cpus::NanoCpus;
use crate::diag::{Code, Diagnostics};
use crate::ecs::unit::CpuUnits;
use crate::lower::Target;
use crate::lower::fate::{fate, lost_at};
use crate::options::LaunchType;
use crate::source::{Span, Spanned};

/// The microseconds in which `cpu_quota` is counted where `cpu_period` does not say.
const DEFAULT_PERIOD: i64 = 100_000;

/// What Compose says of CPU time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cpu<'a> {
    /// `deploy.resources.limits.cpus` or `cpus`.
    pub(super) limit: Option<&'a Spanned<NanoCpus>>,
    /// `deploy.resources.reservations.cpus`.
    pub(super) reserved: Option<&'a Spanned<NanoCpus>>,
    /// `cpu_shares`.
    pub(super) shares: Option<&'a Spanned<i64>>,
    /// `cpu_quota`.
    pub(super) quota: Option<&'a Spanned<i64>>,
    /// `cpu_period`.
    pub(super) period: Option<&'a Spanned<i64>>,
}

/// ECS's figure: the limit, else the reservation, else the shares, of which Docker counts 1,024 for a container as ECS
/// does for a CPU. What stands beside it and says something else is reported.
pub(super) fn units(cpu: Cpu<'_>, target: Target<'_>, diags: &mut Diagnostics) -> Option<CpuUnits> {
    let Cpu { limit, reserved, shares, quota, period } = cpu;
    report_quota(quota, period, diags);
    let cpus = |key, cpus: Option<&Spanned<NanoCpus>>| {
        // Less than a billionth of a CPU is none.
        cpus.filter(|cpus| cpus.value.nanos() != 0).map(|cpus| Figure {
            key,
            units: CpuUnits::holding(cpus.value.nanos()),
            negative: cpus.value.nanos() < 0,
            span: cpus.span,
        })
    };
    let shares = shares.map(|shares| Figure {
        key: "cpu_shares",
        units: CpuUnits(u32::try_from(shares.value.max(0)).unwrap_or(u32::MAX)),
        negative: shares.value < 0,
        span: shares.span,
    });
    let figures = [cpus("cpus", limit), cpus("reservations.cpus", reserved), shares];
    let (negative, figures): (Vec<Figure>, Vec<Figure>) =
        figures.into_iter().flatten().partition(|figure| figure.negative);
    for figure in negative {
        lost_at(figure.key, figure.span, "it is negative", diags);
    }
    let (chosen, others) = figures.split_first()?;
    for other in others.iter().filter(|other| other.units != chosen.units) {
        let message = format!("`{}` is left out: ECS has one figure of CPU, which `{}` gives", other.key, chosen.key);
        diags.warn(Code::Approximated, other.span, message).label(chosen.span, "this one counts");
    }
    // On Fargate, the size of the task holds it.
    if let (Some(limit), LaunchType::Ec2) = (limit.filter(|limit| limit.span == chosen.span), target.launch_type) {
        let units = chosen.units.0;
        let message =
            format!("{units} CPU units are kept free for the container, which may use more when nobody else does");
        diags.note(Code::Approximated, limit.span, message);
    }
    Some(chosen.units)
}

/// One of the figures.
#[derive(Debug)]
struct Figure {
    key: &'static str,
    units: CpuUnits,
    negative: bool,
    span: Span,
}

/// Reports `cpu_quota` and `cpu_period`, and says what `cpus` would say the same.
fn report_quota(quota: Option<&Spanned<i64>>, period: Option<&Spanned<i64>>, diags: &mut Diagnostics) {
    if let Some(quota) = quota {
        let finding = fate!("services.*.cpu_quota").report(quota.span, diags);
        let period = period.map_or(DEFAULT_PERIOD, |period| period.value);
        // Thousandths of a CPU, rounded up.
        let thousandths = u64::try_from(quota.value).ok().zip(u64::try_from(period).ok().filter(|period| *period > 0));
        let thousandths = thousandths.map(|(quota, period)| quota.saturating_mul(1000).div_ceil(period));
        if let Some(thousandths) = thousandths {
            finding.hint(format!("write `cpus: {}.{:03}`", thousandths / 1000, thousandths % 1000));
        }
    } else if let Some(period) = period {
        fate!("services.*.cpu_period").report(period.span, diags);
    }
}
