//! A service.

use super::Context;
use super::value::{Fields, Value};
use super::{
    extension, ignored, image, kernel, logging, network, placement, process, readiness, resources, secrets, storage,
};
use crate::compose::service::Service;

/// The keys of a service, in the order in which Docker Compose prints them.
const ORDER: &[&str] = &[
    "profiles",
    "annotations",
    "attach",
    "build",
    "develop",
    "blkio_config",
    "cap_add",
    "cap_drop",
    "cgroup_parent",
    "cgroup",
    "cpu_count",
    "cpu_percent",
    "cpu_period",
    "cpu_quota",
    "cpu_rt_period",
    "cpu_rt_runtime",
    "cpus",
    "cpuset",
    "cpu_shares",
    "command",
    "configs",
    "container_name",
    "credential_spec",
    "depends_on",
    "deploy",
    "device_cgroup_rules",
    "devices",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "entrypoint",
    "provider",
    "environment",
    "env_file",
    "expose",
    "extends",
    "external_links",
    "extra_hosts",
    "group_add",
    "gpus",
    "hostname",
    "healthcheck",
    "image",
    "init",
    "ipc",
    "isolation",
    "labels",
    "links",
    "logging",
    "mem_limit",
    "mem_reservation",
    "memswap_limit",
    "mem_swappiness",
    "mac_address",
    "models",
    "network_mode",
    "networks",
    "oom_kill_disable",
    "oom_score_adj",
    "pid",
    "pids_limit",
    "platform",
    "ports",
    "privileged",
    "pull_policy",
    "read_only",
    "restart",
    "runtime",
    "scale",
    "secrets",
    "security_opt",
    "shm_size",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "storage_opt",
    "sysctls",
    "tmpfs",
    "tty",
    "ulimits",
    "use_api_socket",
    "user",
    "userns_mode",
    "uts",
    "volumes",
    "volumes_from",
    "working_dir",
    "post_start",
    "pre_stop",
];

/// The keys of `deploy`, in the order in which Docker Compose prints them.
const DEPLOY_ORDER: &[&str] = &[
    "mode",
    "replicas",
    "labels",
    "update_config",
    "rollback_config",
    "resources",
    "restart_policy",
    "placement",
    "endpoint_mode",
];

/// What is printed of a service.
pub(super) fn value<'p>(service: &'p Service, context: &Context<'p>) -> Value<'p> {
    in_order(fields(service, context)).into()
}

/// The keys of a service in the order in which they are printed.
pub(super) fn in_order(fields: Fields<'_>) -> Fields<'_> {
    fields.in_order(ORDER)
}

/// The keys of a service.
pub(super) fn fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    let mut fields = Fields::default();
    fields.extend(image::fields(service, context));
    fields.extend(process::fields(service, context));
    fields.extend(readiness::fields(service, context));
    fields.extend(network::fields(service, context));
    fields.extend(storage::fields(service, context));
    fields.extend(logging::fields(service, context));
    fields.extend(secrets::fields(service, context));
    fields.extend(kernel::fields(service, context));
    fields.extend(resources::fields(service, context));
    fields.extend(placement::fields(service, context));
    fields.extend(ignored::fields(service, context));
    fields.put_some("deploy", deploy(service, context));
    fields.with(extension::fields(&["services", service.name.value.as_str()], context))
}

/// `deploy`, which is printed where it was written, even if it says nothing.
fn deploy<'p>(service: &'p Service, context: &Context<'p>) -> Option<Fields<'p>> {
    service.deploy?;
    let mut fields = resources::deploy_fields(service, context);
    fields.extend(placement::deploy_fields(service, context));
    let own = extension::fields(&["services", service.name.value.as_str(), "deploy"], context);
    Some(fields.in_order(DEPLOY_ORDER).with(own))
}
