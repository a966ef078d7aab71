//! How much a service may use.

use super::value::{Fields, Value};
use super::{Context, Format, extension};
use crate::compose::service::Service;
use crate::compose::service::resources::blkio::{BlkioConfig, DeviceRate, DeviceWeight};
use crate::compose::service::resources::device_request::{
    DeviceRequest, DeviceSelection, DiscreteResource, GenericResource,
};
use crate::compose::service::resources::{Limits, Reservations, Resources};
use crate::source::Spanned;

/// The keys of the facet `resources`.
pub(super) fn fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    let Resources {
        limits: _,
        reservations: _,
        cpus,
        cpu_shares,
        cpu_count,
        cpu_percent,
        cpu_period,
        cpu_quota,
        cpu_rt_period,
        cpu_rt_runtime,
        cpuset,
        mem_limit,
        mem_reservation,
        mem_swappiness,
        memswap_limit,
        pids_limit,
        blkio_config,
        gpus,
    } = &service.resources;
    let mut fields = Fields::default();
    fields.put_cpus("cpus", *cpus);
    fields.put_non_zero("cpu_shares", *cpu_shares);
    fields.put_non_zero("cpu_count", *cpu_count);
    fields.put_non_zero("cpu_percent", *cpu_percent);
    fields.put_non_zero("cpu_period", *cpu_period);
    fields.put_non_zero("cpu_quota", *cpu_quota);
    fields.put_non_zero("cpu_rt_period", *cpu_rt_period);
    fields.put_non_zero("cpu_rt_runtime", *cpu_rt_runtime);
    fields.put_written("cpuset", cpuset.as_ref());
    fields.put_size("mem_limit", *mem_limit);
    fields.put_size("mem_reservation", *mem_reservation);
    // Docker Compose takes this number for a size.
    fields.put_some("mem_swappiness", mem_swappiness.map(|swappiness| swappiness.value.to_string()));
    fields.put_size("memswap_limit", *memswap_limit);
    fields.put_non_zero("pids_limit", *pids_limit);
    fields.put_some(
        "blkio_config",
        blkio_config.as_ref().map(|config| self::blkio_config(&config.value, context.options.format)),
    );
    fields.put_filled("gpus", gpus.iter().map(|request| device_request(&request.value)).collect::<Value<'_>>());
    fields
}

/// The part of `deploy` that the facet `resources` has. JSON has it even if it says nothing.
pub(super) fn deploy_fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    let path = ["services", service.name.value.as_str(), "deploy", "resources"];
    let own = |key| extension::fields(&[&path[..], &[key]].concat(), context);
    let mut resources = Fields::default();
    resources
        .put_some("limits", service.resources.limits.as_ref().map(|limits| self::limits(limits).with(own("limits"))));
    resources.put_some(
        "reservations",
        service
            .resources
            .reservations
            .as_ref()
            .map(|reservations| self::reservations(reservations, service, context).with(own("reservations"))),
    );
    let resources = resources.with(extension::fields(&path, context));
    let mut fields = Fields::default();
    match context.options.format {
        Format::Yaml => fields.put_filled("resources", resources),
        Format::Json => fields.put("resources", resources),
    }
    fields
}

/// `limits`.
fn limits(limits: &Limits) -> Fields<'_> {
    let Limits { cpus, memory, pids } = limits;
    let mut fields = Fields::default();
    fields.put_cpus("cpus", *cpus);
    fields.put_size("memory", *memory);
    fields.put_non_zero("pids", *pids);
    fields
}

/// `reservations`.
fn reservations<'p>(reservations: &'p Reservations, service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    let Reservations { cpus, memory, devices, generic_resources } = reservations;
    let path = ["services", service.name.value.as_str(), "deploy", "resources", "reservations", "generic_resources"];
    let generic_resource = |resource: &'p Spanned<GenericResource>| {
        let node = context.project.places.item(&path, resource.span);
        let inner = node.and_then(|node| node.get("discrete_resource_spec")).map(|node| &**node);
        let GenericResource { discrete } = &resource.value;
        let mut fields = Fields::default();
        fields.put_some(
            "discrete_resource_spec",
            discrete.as_ref().map(|discrete| {
                let DiscreteResource { kind, value } = discrete;
                let mut fields = Fields::default();
                fields.put("kind", &**kind);
                fields.put("value", *value);
                fields.with(extension::inner(inner, context))
            }),
        );
        fields.with(extension::inner(node, context))
    };
    let mut fields = Fields::default();
    fields.put_cpus("cpus", *cpus);
    fields.put_size("memory", *memory);
    fields.put_filled("devices", devices.iter().map(|request| device_request(&request.value)).collect::<Value<'_>>());
    fields.put_filled("generic_resources", generic_resources.iter().map(generic_resource).collect::<Value<'_>>());
    fields
}

/// An entry of `gpus` or `devices`.
fn device_request(request: &DeviceRequest) -> Fields<'_> {
    let DeviceRequest { capabilities, selection, driver, options } = request;
    let mut fields = Fields::default();
    fields.put_filled("capabilities", capabilities);
    fields.put_written("driver", driver.as_ref());
    match selection {
        DeviceSelection::All => fields.put("count", -1_i64),
        DeviceSelection::Count(0) => {}
        DeviceSelection::Count(count) => fields.put("count", *count),
        DeviceSelection::Ids(ids) => fields.put_filled("device_ids", ids),
    }
    fields.put_filled("options", options);
    fields
}

/// `blkio_config`.
fn blkio_config(config: &BlkioConfig, format: Format) -> Fields<'_> {
    let BlkioConfig { weight, weight_device, device_read_bps, device_read_iops, device_write_bps, device_write_iops } =
        config;
    let rates = |rates: &'_ [DeviceRate]| {
        let rate =
            |DeviceRate { path, rate }: &DeviceRate| device(path.clone(), ("rate", rate.to_string().into()), format);
        rates.iter().map(rate).collect::<Value<'static>>()
    };
    let weights = weight_device
        .iter()
        .map(|DeviceWeight { path, weight }| device(path.clone(), ("weight", (*weight).into()), format));
    let mut fields = Fields::default();
    fields.put_some("weight", weight.filter(|weight| *weight != 0));
    fields.put_filled("weight_device", weights.collect::<Value<'_>>());
    fields.put_filled("device_read_bps", rates(device_read_bps));
    fields.put_filled("device_read_iops", rates(device_read_iops));
    fields.put_filled("device_write_bps", rates(device_write_bps));
    fields.put_filled("device_write_iops", rates(device_write_iops));
    fields
}

/// What is said of a device. Docker Compose has no names for these keys in JSON, so that Go's show.
fn device(path: String, (key, value): (&'static str, Value<'static>), format: Format) -> Fields<'static> {
    let mut fields = Fields::default();
    match format {
        Format::Yaml => {
            fields.put("path", path);
            fields.put(key, value);
        }
        Format::Json => {
            fields.put("Path", path);
            fields.put(if key == "rate" { "Rate" } else { "Weight" }, value);
        }
    }
    fields
}
