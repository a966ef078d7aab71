//! Rules of what only Linux has.

use std::collections::BTreeSet;

use super::{At, Rule, text};
use crate::ecs::container::{Capabilities, Device, LinuxParameters, SystemControl, Tmpfs, Ulimit};
use crate::ecs::task::{NamespaceMode, NetworkMode};
use crate::ecs::unit::MemoryMib;
use crate::ecs::word::{CAPABILITIES, MOUNT_OPTIONS, ULIMITS};

/// Where most violations are.
const FIELD: &str = "linuxParameters";

/// Kernel parameters that belong to an IPC namespace.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html>
#[rustfmt::skip]
const IPC_PARAMETERS: &[&str] = &[
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax",
    "kernel.shmmni", "kernel.shm_rmid_forced",
];

/// Checks capabilities, devices, and memory that is not memory.
pub(super) fn check(parameters: &LinuxParameters, at: &mut At<'_, '_>) {
    let LinuxParameters {
        capabilities,
        devices,
        // An init process runs everywhere.
        init_process_enabled: _,
        shared_memory_size,
        tmpfs,
        max_swap,
        swappiness,
    } = parameters;
    if let Some(capabilities) = capabilities {
        self::capabilities(capabilities, at);
    }
    let only_on_instances = [
        ("devices", !devices.is_empty()),
        ("sharedMemorySize", shared_memory_size.is_some()),
        ("maxSwap", max_swap.is_some()),
        ("swappiness", swappiness.is_some()),
    ];
    for (what, _) in only_on_instances.into_iter().filter(|(_, is_given)| *is_given && at.task.on_fargate()) {
        at.add(FIELD, Rule::LinuxFargate, format!("on Fargate there is no {what}"));
    }
    for Device { host_path, container_path, permissions } in devices {
        for path in std::iter::once(host_path).chain(container_path).filter(|path| !path.starts_with('/')) {
            at.add(FIELD, Rule::LinuxDevice, format!("the path `{path}` of a device is not absolute"))
                .hint(text::ABSOLUTE_HINT);
        }
        if permissions.iter().collect::<BTreeSet<_>>().len() < permissions.len() {
            at.add(FIELD, Rule::LinuxDevice, format!("a permission of the device `{host_path}` is listed twice"));
        }
    }
    if *shared_memory_size == Some(MemoryMib(0)) {
        at.add(FIELD, Rule::LinuxShm, "/dev/shm has a size of 0 MiB");
    }
    if let Some(swappiness) = swappiness {
        if *swappiness > 100 {
            at.add(FIELD, Rule::LinuxSwap, format!("swappiness is {swappiness}, where ECS takes 0 to 100"));
        }
        if max_swap.is_none() {
            at.add(FIELD, Rule::LinuxSwap, "swappiness has no effect without a limit of swap");
        }
    }
    at.fits(FIELD, shared_memory_size.map(|size| size.0));
    at.fits(FIELD, max_swap.map(|size| size.0));
    for Tmpfs { container_path, size, mount_options } in tmpfs {
        at.fits(FIELD, Some(size.0));
        if size.0 == 0 {
            at.add(FIELD, Rule::LinuxTmpfs, format!("the tmpfs at `{container_path}` has a size of 0 MiB"));
        }
        let name = |option: &'_ str| option.split('=').next().is_some_and(|name| MOUNT_OPTIONS.contains(&name));
        for option in mount_options.iter().filter(|option| !name(option)) {
            let message = format!("ECS does not take the option `{option}` of the tmpfs at `{container_path}`");
            at.add(FIELD, Rule::LinuxTmpfs, message);
        }
    }
}

/// Capabilities that ECS knows; on Fargate only one can be given.
fn capabilities(capabilities: &Capabilities, at: &mut At<'_, '_>) {
    let Capabilities { add, drop } = capabilities;
    for capability in add.iter().chain(drop).filter(|capability| !CAPABILITIES.contains(&capability.as_str())) {
        let message = format!("ECS does not know the capability `{capability}`");
        at.add(FIELD, Rule::LinuxCap, message).hint("write it in capitals and without `CAP_`");
    }
    let is_given_on_fargate = |capability: &&String| capability.as_str() == "SYS_PTRACE";
    for capability in add.iter().filter(|capability| at.task.on_fargate() && !is_given_on_fargate(capability)) {
        let message = format!("on Fargate a container cannot have the capability `{capability}`");
        at.add(FIELD, Rule::LinuxCap, message);
    }
}

/// Resource limits are known, given once, and the soft one is not above the hard one; -1 has no end.
pub(super) fn ulimits(ulimits: &[Ulimit], at: &mut At<'_, '_>) {
    let mut seen = BTreeSet::new();
    for Ulimit { name, soft_limit, hard_limit } in ulimits {
        if !ULIMITS.contains(&name.as_str()) {
            at.add("ulimits", Rule::ShapeEnum, format!("ECS does not know the ulimit `{name}`"));
        } else if at.task.on_fargate() && name != "nofile" {
            at.add("ulimits", Rule::Ulimit, format!("on Fargate only `nofile` can be set, not `{name}`"));
        }
        if !seen.insert(name) {
            at.add("ulimits", Rule::Ulimit, format!("the ulimit `{name}` is given twice"));
        }
        if *hard_limit != -1 && (soft_limit > hard_limit || *soft_limit == -1) {
            let message = format!("the soft limit {soft_limit} of `{name}` is above the hard limit {hard_limit}");
            at.add("ulimits", Rule::Ulimit, message).hint("write one number for both, or a higher `hard`");
        }
        if *soft_limit.min(hard_limit) < -1 {
            at.add("ulimits", Rule::Ulimit, format!("a limit of `{name}` is below -1"));
        }
    }
}

/// Kernel parameters belong to a namespace that the container has for itself. Values are never quoted.
pub(super) fn system_controls(controls: &[SystemControl], at: &mut At<'_, '_>) {
    const FIELD: &str = "systemControls";
    let definition = at.task.definition;
    let mut seen = BTreeSet::new();
    for SystemControl { namespace, value: _ } in controls {
        let is_of_network = namespace.starts_with("net.");
        let is_of_ipc = IPC_PARAMETERS.contains(&namespace.as_str()) || namespace.starts_with("fs.mqueue.");
        if !is_of_network && !is_of_ipc {
            let message = format!("the kernel parameter `{namespace}` is not a container's own");
            at.add(FIELD, Rule::Sysctl, message).hint("set it on the instances");
        }
        if is_of_network && definition.network_mode == NetworkMode::Host {
            let message = format!("in the host's network the kernel parameter `{namespace}` is the host's");
            at.add(FIELD, Rule::Sysctl, message);
        }
        if is_of_ipc && definition.ipc_mode == Some(NamespaceMode::Host) {
            at.add(FIELD, Rule::Sysctl, format!("with ipcMode host the kernel parameter `{namespace}` is the host's"));
        }
        if !seen.insert(namespace) {
            at.add(FIELD, Rule::Sysctl, format!("the kernel parameter `{namespace}` is given twice"));
        }
    }
}
