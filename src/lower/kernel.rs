//! What of the kernel a container sees and may use.

mod capability;
mod device;
mod security;

use indexmap::IndexMap;

use super::Target;
use super::fate::{lost, lost_at, refused_on_fargate};
use crate::compose::service::kernel::ulimit::Ulimit;
use crate::compose::service::kernel::{Cgroup, Kernel, Namespace};
use crate::compose::size::ByteSize;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::{LinuxParameters, SystemControl, Ulimit as UlimitDefinition};
use crate::ecs::task::NamespaceMode;
use crate::ecs::unit::MemoryMib;
use crate::options::LaunchType;
use crate::source::Spanned;

/// What ECS is told of the kernel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct KernelDefinition {
    /// Whether it rules over the instance.
    pub(super) privileged: Option<bool>,
    /// Docker's security options.
    pub(super) docker_security_options: Vec<String>,
    /// Its resource limits.
    pub(super) ulimits: Vec<UlimitDefinition>,
    /// Its kernel parameters.
    pub(super) system_controls: Vec<SystemControl>,
    /// What only Linux has, but for memory: capabilities, devices, the init process, the size of `/dev/shm`.
    pub(super) linux_parameters: LinuxParameters,
    /// Whose processes the task sees; belongs to the task, so that its containers must agree.
    pub(super) pid_mode: Option<NamespaceMode>,
    /// Whose shared memory the task sees; belongs to the task, so that its containers must agree.
    pub(super) ipc_mode: Option<NamespaceMode>,
}

/// Says what of the kernel a container sees and may use.
pub(super) fn kernel(kernel: &Kernel, target: Target<'_>, diags: &mut Diagnostics) -> KernelDefinition {
    let Kernel {
        init,
        privileged,
        cap_add,
        cap_drop,
        security_opt,
        sysctls,
        ulimits,
        devices,
        device_cgroup_rules,
        shm_size,
        pid,
        ipc,
        uts,
        userns_mode,
        cgroup,
        cgroup_parent,
        oom_kill_disable,
        oom_score_adj,
        runtime,
        isolation,
        storage_opt,
    } = kernel;
    let written = |text: &Option<Spanned<String>>, default: &str| text.clone().filter(|text| text.value != default);
    lost("device_cgroup_rules", device_cgroup_rules.first(), "ECS opens devices one by one, by `devices`", diags);
    lost("uts", uts.as_ref(), "a container on ECS has a host name of its own", diags);
    // Instances of ECS map no users, unless they are set up to.
    lost("userns_mode", written(userns_mode, "host").as_ref(), "ECS leaves users to the instance's Docker", diags);
    let shared_cgroup = cgroup.as_ref().filter(|cgroup| cgroup.value == Cgroup::Host);
    lost("cgroup", shared_cgroup, "ECS leaves control groups to the instance's Docker", diags);
    lost("cgroup_parent", cgroup_parent.as_ref(), "ECS puts every task in a control group of its own", diags);
    let no_oom_kill = oom_kill_disable.as_ref().filter(|disable| disable.value);
    lost("oom_kill_disable", no_oom_kill, "a container on ECS is killed when it exceeds its memory", diags);
    lost("oom_score_adj", oom_score_adj.as_ref(), "ECS cannot weigh who is killed first", diags);
    if let Some(runtime) = written(runtime, "runc") {
        let finding = lost_at("runtime", runtime.span, "ECS leaves the runtime to the instance's Docker", diags);
        if runtime.value == "nvidia" {
            finding.hint("ask for GPUs with `gpus`");
        }
    }
    lost("isolation", written(isolation, "default").as_ref(), "ECS has it for no container of Linux", diags);
    lost("storage_opt", storage_opt.values().next(), "ECS has no options of the storage driver", diags);
    let linux_parameters = LinuxParameters {
        capabilities: capability::capabilities(cap_add, cap_drop, target, diags),
        devices: device::devices(devices, target, diags),
        init_process_enabled: init.filter(|init| init.value).map(|_| true),
        shared_memory_size: shm_size.and_then(|size| shared_memory_size(size, target, diags)),
        ..LinuxParameters::default()
    };
    KernelDefinition {
        privileged: privileged.filter(|privileged| privileged.value).and_then(|it| rule_over(it, target, diags)),
        docker_security_options: security::options(security_opt, target, diags),
        ulimits: ulimit_definitions(ulimits, target, diags),
        system_controls: system_controls(sysctls),
        linux_parameters,
        pid_mode: pid.as_ref().and_then(|pid| pid_mode(pid, target, diags)),
        ipc_mode: ipc.as_ref().and_then(|ipc| ipc_mode(ipc, target, diags)),
    }
}

/// `privileged`, which Fargate refuses.
fn rule_over(privileged: Spanned<bool>, target: Target<'_>, diags: &mut Diagnostics) -> Option<bool> {
    match target.launch_type {
        LaunchType::Ec2 => Some(true),
        LaunchType::Fargate => {
            refused_on_fargate(privileged.span, "privileged containers", diags);
            None
        }
    }
}

/// The size of `/dev/shm`, rounded up to whole MiB: never less than asked for.
fn shared_memory_size(size: Spanned<ByteSize>, target: Target<'_>, diags: &mut Diagnostics) -> Option<MemoryMib> {
    match target.launch_type {
        LaunchType::Ec2 if size.value.bytes() > 0 => Some(MemoryMib::holding(size.value.bytes())),
        LaunchType::Ec2 => {
            lost_at("shm_size", size.span, "a size cannot be negative", diags);
            None
        }
        LaunchType::Fargate => {
            lost_at("shm_size", size.span, "Fargate does not let `/dev/shm` be sized", diags)
                .hint("translate for EC2 with `--launch-type ec2` if the service needs it");
            None
        }
    }
}

/// Kernel parameters; which of them ECS takes is for its checker to say.
fn system_controls(sysctls: &IndexMap<String, Spanned<String>>) -> Vec<SystemControl> {
    let control = |(name, value): (&String, &Spanned<String>)| SystemControl {
        namespace: name.clone(),
        value: value.value.clone(),
    };
    sysctls.iter().map(control).collect()
}

/// The limits that ECS has names for, which are those that Linux has.
const ULIMITS: &[&str] = &[
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

/// Resource limits. Fargate sets all but the number of open files itself.
fn ulimit_definitions(
    ulimits: &IndexMap<String, Spanned<Ulimit>>,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Vec<UlimitDefinition> {
    let mut definitions = Vec::with_capacity(ulimits.len());
    for (name, limit) in ulimits {
        if !ULIMITS.contains(&name.as_str()) {
            lost_at(&format!("ulimits.{name}"), limit.span, "Linux has no limit of this name", diags);
        } else if target.launch_type == LaunchType::Fargate && name != "nofile" {
            lost_at(&format!("ulimits.{name}"), limit.span, "Fargate keeps its own limits but for `nofile`", diags);
        } else {
            definitions.push(ulimit_definition(name, *limit, diags));
        }
    }
    definitions
}

/// One limit. ECS's numbers have 32 bits.
fn ulimit_definition(name: &str, limit: Spanned<Ulimit>, diags: &mut Diagnostics) -> UlimitDefinition {
    let Spanned { value: Ulimit { soft, hard }, span } = limit;
    let bounded = |limit: i64| i32::try_from(limit).unwrap_or(if limit < 0 { -1 } else { i32::MAX });
    let definition = UlimitDefinition { name: name.to_owned(), soft_limit: bounded(soft), hard_limit: bounded(hard) };
    if i64::from(definition.soft_limit) != soft || i64::from(definition.hard_limit) != hard {
        let message = format!("the limit `{name}` becomes {}, the largest number that ECS takes", i32::MAX);
        diags.warn(Code::Approximated, span, message).hint("-1 stands for no limit");
    }
    definition
}

/// Whose processes a task sees. `service:` means the containers of one task.
fn pid_mode(pid: &Spanned<Namespace>, target: Target<'_>, diags: &mut Diagnostics) -> Option<NamespaceMode> {
    match (&pid.value, target.launch_type) {
        (Namespace::Host, LaunchType::Ec2) => Some(NamespaceMode::Host),
        (Namespace::Host, LaunchType::Fargate) => {
            refused_on_fargate(pid.span, "host whose processes a container could see", diags);
            None
        }
        (Namespace::Service(_), LaunchType::Ec2 | LaunchType::Fargate) => Some(NamespaceMode::Task),
        (Namespace::Container(container), LaunchType::Ec2 | LaunchType::Fargate) => {
            refuse_container(container, pid, diags);
            None
        }
        (Namespace::Other(mode), LaunchType::Ec2 | LaunchType::Fargate) => {
            lost_at("pid", pid.span, &format!("`{mode}` is no mode that Docker knows"), diags);
            None
        }
    }
}

/// Whose shared memory a task sees. `service:` means the containers of one task.
fn ipc_mode(ipc: &Spanned<Namespace>, target: Target<'_>, diags: &mut Diagnostics) -> Option<NamespaceMode> {
    match (&ipc.value, target.launch_type) {
        (Namespace::Host, LaunchType::Ec2) => Some(NamespaceMode::Host),
        (Namespace::Service(_), LaunchType::Ec2) => Some(NamespaceMode::Task),
        (Namespace::Host | Namespace::Service(_), LaunchType::Fargate) => {
            refused_on_fargate(ipc.span, "memory that containers could share", diags);
            None
        }
        (Namespace::Container(container), LaunchType::Ec2 | LaunchType::Fargate) => {
            refuse_container(container, ipc, diags);
            None
        }
        (Namespace::Other(mode), LaunchType::Ec2 | LaunchType::Fargate) => {
            match mode.as_str() {
                // What ECS does anyway: with `shareable`, it is the others that ask for more.
                "private" | "shareable" => {}
                "none" => {
                    let message = "the container keeps a `/dev/shm` of its own, which ECS gives to every container";
                    diags.warn(Code::Approximated, ipc.span, message);
                }
                _ => drop(lost_at("ipc", ipc.span, &format!("`{mode}` is no mode that Docker knows"), diags)),
            }
            None
        }
    }
}

/// Refuses what names a container outside of the project: ECS gives containers other names.
fn refuse_container(container: &str, namespace: &Spanned<Namespace>, diags: &mut Diagnostics) {
    diags
        .error(Code::Refused, namespace.span, format!("`{container}` is a container outside of the project"))
        .hint("name a service of the project: `service:NAME`");
}
