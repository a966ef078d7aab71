//! How much a service may use.

pub mod blkio;
pub mod device_request;

use crate::compose::nano_cpus::NanoCpus;
use crate::compose::size::{ByteSize, WholeSize};
use crate::compose::value::take_non_zero;
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::keys::{Decode, Keys, Truncated, wrong_type};
use crate::yaml::resolve::Value;
use blkio::BlkioConfig;
use device_request::{DeviceRequest, GenericResource};

/// How much a service may use.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    /// `deploy.resources.limits`: what it may not go beyond.
    pub limits: Option<Limits>,
    /// `deploy.resources.reservations`: what is kept free for it.
    pub reservations: Option<Reservations>,
    /// `cpus`: how many CPUs it may use; the older name of `deploy.resources.limits.cpus`.
    pub cpus: Option<Spanned<NanoCpus>>,
    /// `cpu_shares`: its weight when CPU time is short; 1,024 is Docker's default.
    pub cpu_shares: Option<Spanned<i64>>,
    /// `cpu_count`: how many CPUs it sees on Windows.
    pub cpu_count: Option<Spanned<i64>>,
    /// `cpu_percent`: how much of the CPUs it may use on Windows.
    pub cpu_percent: Option<Spanned<i64>>,
    /// `cpu_period`: in how many microseconds `cpu_quota` is counted.
    pub cpu_period: Option<Spanned<i64>>,
    /// `cpu_quota`: how many microseconds of CPU time it may use per period.
    pub cpu_quota: Option<Spanned<i64>>,
    /// `cpu_rt_period`: in how many microseconds `cpu_rt_runtime` is counted.
    pub cpu_rt_period: Option<Spanned<i64>>,
    /// `cpu_rt_runtime`: how many microseconds of real-time CPU it may use per period.
    pub cpu_rt_runtime: Option<Spanned<i64>>,
    /// `cpuset`: which CPUs it may use.
    pub cpuset: Option<Spanned<String>>,
    /// `mem_limit`: how much memory it may use; the older name of `deploy.resources.limits.memory`.
    pub mem_limit: Option<Spanned<ByteSize>>,
    /// `mem_reservation`: the older name of `deploy.resources.reservations.memory`.
    pub mem_reservation: Option<Spanned<ByteSize>>,
    /// `mem_swappiness`: how readily its memory is swapped, from 0 to 100.
    pub mem_swappiness: Option<Spanned<i64>>,
    /// `memswap_limit`: how much memory and swap it may use together; -1 is any amount.
    pub memswap_limit: Option<Spanned<ByteSize>>,
    /// `pids_limit`: the older name of `deploy.resources.limits.pids`.
    pub pids_limit: Option<Spanned<i64>>,
    /// `blkio_config`: how it shares block devices.
    pub blkio_config: Option<Spanned<BlkioConfig>>,
    /// `gpus`: GPUs that it may use.
    pub gpus: Vec<Spanned<DeviceRequest>>,
}

/// `deploy.resources.limits`.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// `cpus`: how many CPUs it may use.
    pub cpus: Option<Spanned<NanoCpus>>,
    /// `memory`: how much memory it may use.
    pub memory: Option<Spanned<ByteSize>>,
    /// `pids`: how many processes it may have.
    pub pids: Option<Spanned<i64>>,
}

/// `deploy.resources.reservations`.
#[derive(Debug, Clone, Default)]
pub struct Reservations {
    /// `cpus`: how many CPUs are kept free for it.
    pub cpus: Option<Spanned<NanoCpus>>,
    /// `memory`: how much memory is kept free for it.
    pub memory: Option<Spanned<ByteSize>>,
    /// `devices`: devices that it needs.
    pub devices: Vec<Spanned<DeviceRequest>>,
    /// `generic_resources`: what else it needs, in words of the user's own.
    pub generic_resources: Vec<Spanned<GenericResource>>,
}

impl Resources {
    /// Takes the keys of the facet.
    pub(super) fn take(keys: &mut Keys<'_>, deploy: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let mut resources = deploy.mapping("resources", diags);
        let mut part = |key| resources.as_mut().and_then(|resources| resources.mapping(key, diags));
        let (limits, reservations) = (part("limits"), part("reservations"));
        let (limits_span, reservations_span) =
            (limits.as_ref().map(|keys| keys.span), reservations.as_ref().map(|keys| keys.span));
        if let Some(resources) = resources {
            resources.finish("`resources`", diags);
        }
        let resources = Self {
            limits: limits.map(|keys| Limits::take(keys, diags)),
            reservations: reservations.map(|keys| Reservations::take(keys, diags)),
            cpus: take_non_zero(keys, "cpus", diags),
            cpu_shares: take_truncated(keys, "cpu_shares", diags),
            cpu_count: take_within(keys, "cpu_count", i64::MAX, diags),
            cpu_percent: take_within(keys, "cpu_percent", 100, diags),
            cpu_period: take_truncated(keys, "cpu_period", diags),
            cpu_quota: take_truncated(keys, "cpu_quota", diags),
            cpu_rt_period: take_truncated(keys, "cpu_rt_period", diags),
            cpu_rt_runtime: take_truncated(keys, "cpu_rt_runtime", diags),
            cpuset: take_non_zero(keys, "cpuset", diags),
            mem_limit: take_non_zero(keys, "mem_limit", diags),
            mem_reservation: take_whole_size(keys, "mem_reservation", diags),
            mem_swappiness: take_whole_size(keys, "mem_swappiness", diags).map(|size| size.map(ByteSize::bytes)),
            memswap_limit: take_non_zero(keys, "memswap_limit", diags),
            pids_limit: take_truncated(keys, "pids_limit", diags),
            blkio_config: keys.take("blkio_config", diags),
            gpus: device_request::take_gpus(keys, diags),
        };
        resources.check_agreement(limits_span, reservations_span, diags);
        resources
    }

    /// Reports an older key that differs from what `deploy` says in its place, be it nothing: Compose refuses that.
    fn check_agreement(&self, limits: Option<Span>, reservations: Option<Span>, diags: &mut Diagnostics) {
        let Limits { cpus, memory, pids } = self.limits.clone().unwrap_or_default();
        let reserved_memory = self.reservations.as_ref().and_then(|reservations| reservations.memory);
        let pairs = [
            ("cpus", place(self.cpus.as_ref()), limits, "limits.cpus", differ(self.cpus.as_ref(), cpus.as_ref())),
            (
                "mem_limit",
                place(self.mem_limit.as_ref()),
                limits,
                "limits.memory",
                differ(self.mem_limit.as_ref(), memory.as_ref()),
            ),
            (
                "pids_limit",
                place(self.pids_limit.as_ref()),
                limits,
                "limits.pids",
                differ(self.pids_limit.as_ref(), pids.as_ref()),
            ),
            (
                "mem_reservation",
                place(self.mem_reservation.as_ref()),
                reservations,
                "reservations.memory",
                differ(self.mem_reservation.as_ref(), reserved_memory.as_ref()),
            ),
        ];
        for (older, span, deploy, key, differ) in pairs {
            if let (Some(span), Some(deploy), true) = (span, deploy, differ) {
                diags
                    .error(Code::Conflict, span, format!("`{older}` differs from `deploy.resources.{key}`"))
                    .label(deploy, "which belongs here")
                    .hint(format!("keep `deploy.resources.{key}` only"));
            }
        }
    }
}

/// Where a value stands.
fn place<T>(value: Option<&Spanned<T>>) -> Option<Span> {
    value.map(|value| value.span)
}

/// Whether two values that mean the same are not the same.
fn differ<T: PartialEq>(older: Option<&Spanned<T>>, newer: Option<&Spanned<T>>) -> bool {
    older.map(|older| &older.value) != newer.map(|newer| &newer.value)
}

impl Limits {
    /// Takes the keys of `deploy.resources.limits`.
    fn take(mut keys: Keys<'_>, diags: &mut Diagnostics) -> Self {
        let limits = Self {
            cpus: take_non_zero(&mut keys, "cpus", diags),
            memory: take_memory(&mut keys, diags),
            pids: take_non_zero(&mut keys, "pids", diags),
        };
        keys.finish("`limits`", diags);
        limits
    }
}

impl Reservations {
    /// Takes the keys of `deploy.resources.reservations`.
    fn take(mut keys: Keys<'_>, diags: &mut Diagnostics) -> Self {
        let reservations = Self {
            cpus: take_non_zero(&mut keys, "cpus", diags),
            memory: take_memory(&mut keys, diags),
            devices: device_request::take_devices(&mut keys, diags),
            generic_resources: keys.take("generic_resources", diags).unwrap_or_default(),
        };
        keys.finish("`reservations`", diags);
        reservations
    }
}

/// Takes `memory` of `deploy`, which is a string.
fn take_memory(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Option<Spanned<ByteSize>> {
    let node = keys.node("memory")?;
    if !matches!(node.value(), Some(Value::String(_))) {
        wrong_type(node, "a string such as `512m`", diags);
        return None;
    }
    Spanned::decode(node, diags).filter(|memory: &Spanned<ByteSize>| memory.value != ByteSize::default())
}

/// Takes a size that, as a number, is a whole one.
fn take_whole_size(keys: &mut Keys<'_>, key: &'static str, diags: &mut Diagnostics) -> Option<Spanned<ByteSize>> {
    take_non_zero::<WholeSize>(keys, key, diags).map(|size| size.map(|WholeSize(size)| size))
}

/// Takes a number of which Compose drops what is behind the point.
fn take_truncated(keys: &mut Keys<'_>, key: &'static str, diags: &mut Diagnostics) -> Option<Spanned<i64>> {
    let number = keys.take::<Spanned<Truncated>>(key, diags)?.map(|Truncated(number)| number);
    (number.value != 0).then_some(number)
}

/// Takes a whole number from 0 to `last`.
fn take_within(keys: &mut Keys<'_>, key: &'static str, last: i64, diags: &mut Diagnostics) -> Option<Spanned<i64>> {
    let number = take_non_zero::<i64>(keys, key, diags)?;
    let valid = (0..=last).contains(&number.value);
    if !valid {
        let bound = if last == i64::MAX { "at least 0".to_owned() } else { format!("from 0 to {last}") };
        diags.error(Code::InvalidValue, number.span, format!("invalid value `{}`: it must be {bound}", number.value));
    }
    valid.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, service, sound_service};

    #[track_caller]
    fn resources(text: &str) -> Resources {
        sound_service(text).resources
    }

    #[track_caller]
    fn refused(text: &str, expected: &[&str]) {
        assert_eq!(findings(text, &service(text).1), expected.join("\n"));
    }

    /// The keys of `deploy.resources`, beside others.
    fn deploy(others: &str, resources: &str) -> String {
        format!("{{{others}, deploy: {{resources: {resources}}}}}")
    }

    #[test]
    fn limits_and_reservations_have_units() {
        let resources = resources(&deploy(
            "cpu_shares: '73'",
            "{limits: {cpus: '0.50', memory: 50m, pids: '7'}, reservations: {cpus: 0.25, memory: 1k}}",
        ));
        let Limits { cpus, memory, pids } = resources.limits.expect("there are some");
        let reservations = resources.reservations.expect("there are some");
        assert_eq!(cpus.map(|it| it.value.nanos()), Some(500_000_000));
        assert_eq!(memory.map(|it| it.value), Some(ByteSize(50 * 1024 * 1024)));
        assert_eq!(pids.map(|it| it.value), Some(7));
        assert_eq!(reservations.cpus.map(|it| it.value.nanos()), Some(250_000_000));
        assert_eq!(reservations.memory.map(|it| it.value), Some(ByteSize(1024)));
        assert_eq!(resources.cpu_shares.map(|it| it.value), Some(73));
    }

    #[test]
    fn zero_is_none() {
        let resources =
            resources("{cpus: 0, mem_limit: 0, pids_limit: 0, cpu_shares: 0, mem_swappiness: 0, memswap_limit: 0}");
        let Resources { cpus, mem_limit, pids_limit, cpu_shares, mem_swappiness, memswap_limit, .. } = resources;
        assert_eq!((cpus, mem_limit, pids_limit), (None, None, None));
        assert_eq!((cpu_shares, mem_swappiness, memswap_limit), (None, None, None));
    }

    #[test]
    fn fractions_are_dropped_where_compose_drops_them() {
        let resources = resources("{cpu_shares: 1.5, cpu_period: 1.5, cpu_quota: -1, pids_limit: 5.9}");
        assert_eq!(resources.cpu_shares.map(|it| it.value), Some(1));
        assert_eq!(resources.cpu_period.map(|it| it.value), Some(1));
        assert_eq!(resources.cpu_quota.map(|it| it.value), Some(-1));
        assert_eq!(resources.pids_limit.map(|it| it.value), Some(5));
        refused("cpu_shares: '1.5'", &["'1.5' | error[wrong-type]: expected a whole number, found a string"]);
        refused("cpu_period: 20ms", &["20ms | error[wrong-type]: expected a whole number, found a string"]);
    }

    #[test]
    fn equal_limits_may_stand_twice() {
        resources(&deploy("mem_limit: 1g, cpus: 1, pids_limit: 5", "{limits: {memory: 1024m, cpus: 1.0, pids: 5}}"));
        resources(&deploy("mem_limit: 0, cpus: 0", "{limits: {memory: 1024m, cpus: 1.0}}"));
        resources(&deploy("cpus: 1, mem_limit: 1g", "{reservations: {cpus: 0.5, memory: 1k}}"));
    }

    #[test]
    fn different_limits_may_not() {
        refused(
            &deploy("mem_limit: 1g", "{limits: {memory: 1023m}}"),
            &["1g | error[conflict]: `mem_limit` differs from `deploy.resources.limits.memory`"],
        );
        refused(
            &deploy("cpus: 1, pids_limit: -1", "{limits: {memory: 1g}}"),
            &[
                "1 | error[conflict]: `cpus` differs from `deploy.resources.limits.cpus`",
                "-1 | error[conflict]: `pids_limit` differs from `deploy.resources.limits.pids`",
            ],
        );
        refused(
            &deploy("mem_reservation: 1m", "{reservations: {cpus: 1}}"),
            &["1m | error[conflict]: `mem_reservation` differs from `deploy.resources.reservations.memory`"],
        );
    }

    #[test]
    fn values_stay_within_their_bounds() {
        refused("cpu_count: -1", &["-1 | error[invalid-value]: invalid value `-1`: it must be at least 0"]);
        refused("cpu_percent: 101", &["101 | error[invalid-value]: invalid value `101`: it must be from 0 to 100"]);
        refused("cpu_percent: 50.5", &["50.5 | error[wrong-type]: expected a whole number, found a number"]);
    }

    #[test]
    fn memory_of_deploy_is_a_text() {
        refused(
            &deploy("cpu_shares: 1", "{limits: {memory: 50}}"),
            &["50 | error[wrong-type]: expected a string such as `512m`, found a number"],
        );
    }

    #[test]
    fn no_part_may_be_null() {
        refused("{deploy: {resources: }}", &["resources | error[wrong-type]: expected a mapping, found nothing"]);
        refused(
            "{deploy: {resources: {limits: }}}",
            &["limits | error[wrong-type]: expected a mapping, found nothing"],
        );
        refused(
            "{deploy: {resources: {limits: {devices: []}}}}",
            &["devices | error[unknown-key]: unknown key `devices`: `limits` has no such key"],
        );
    }
}
