//! What of the kernel a container sees and may use.

mod capability;
mod device;
mod namespace;
mod security;
mod ulimit;

use indexmap::IndexMap;

use super::Target;
use super::fate::{fate, lost_at};
use crate::compose::service::kernel::{Cgroup, Kernel};
use crate::compose::size::ByteSize;
use crate::diag::Diagnostics;
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
    pub(super) pid_mode: Option<Spanned<NamespaceMode>>,
    /// Whose shared memory the task sees; belongs to the task, so that its containers must agree.
    pub(super) ipc_mode: Option<Spanned<NamespaceMode>>,
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
    fate!("services.*.device_cgroup_rules").report_if(device_cgroup_rules.first(), diags);
    fate!("services.*.uts").report_if(uts.as_ref(), diags);
    // Instances of ECS map no users, unless they are set up to.
    fate!("services.*.userns_mode").report_if(written(userns_mode, "host").as_ref(), diags);
    let shared_cgroup = cgroup.as_ref().filter(|cgroup| cgroup.value == Cgroup::Host);
    fate!("services.*.cgroup").report_if(shared_cgroup, diags);
    fate!("services.*.cgroup_parent").report_if(cgroup_parent.as_ref(), diags);
    let no_oom_kill = oom_kill_disable.as_ref().filter(|disable| disable.value);
    fate!("services.*.oom_kill_disable").report_if(no_oom_kill, diags);
    fate!("services.*.oom_score_adj").report_if(oom_score_adj.as_ref(), diags);
    if let Some(runtime) = written(runtime, "runc") {
        let finding = fate!("services.*.runtime").report(runtime.span, diags);
        if runtime.value == "nvidia" {
            finding.hint("ask for GPUs with `gpus`");
        }
    }
    fate!("services.*.isolation").report_if(written(isolation, "default").as_ref(), diags);
    fate!("services.*.storage_opt").report_if(storage_opt.values().next(), diags);
    let linux_parameters = LinuxParameters {
        capabilities: capability::capabilities(cap_add, cap_drop, target, diags),
        devices: device::devices(devices, target, diags),
        init_process_enabled: init.filter(|init| init.value).map(|_| true),
        shared_memory_size: shm_size.and_then(|size| shared_memory_size(size, target, diags)),
        // The passes for storage and resources say these.
        tmpfs: Vec::new(),
        max_swap: None,
        swappiness: None,
    };
    KernelDefinition {
        privileged: privileged.filter(|privileged| privileged.value).and_then(|it| rule_over(it, target, diags)),
        docker_security_options: security::options(security_opt, target, diags),
        ulimits: ulimit::ulimits(ulimits, target, diags),
        system_controls: system_controls(sysctls),
        linux_parameters,
        pid_mode: pid.as_ref().and_then(|pid| namespace::pid_mode(pid, target, diags)),
        ipc_mode: ipc.as_ref().and_then(|ipc| namespace::ipc_mode(ipc, target, diags)),
    }
}

/// `privileged`, which Fargate refuses.
fn rule_over(privileged: Spanned<bool>, target: Target<'_>, diags: &mut Diagnostics) -> Option<bool> {
    match target.launch_type {
        LaunchType::Ec2 => Some(true),
        LaunchType::Fargate => {
            fate!("services.*.privileged", target.launch_type).report(privileged.span, diags);
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
            fate!("services.*.shm_size", target.launch_type).report(size.span, diags);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecs::container::{Capabilities, Device, DevicePermission};
    use crate::options::LowerOptions;
    use crate::testing::lower_service;

    const EC2: LaunchType = LaunchType::Ec2;
    const FARGATE: LaunchType = LaunchType::Fargate;

    #[track_caller]
    fn lowered(launch_type: LaunchType, text: &str) -> (KernelDefinition, String) {
        let options = LowerOptions { launch_type: Some(launch_type), ..LowerOptions::default() };
        lower_service(&options, text, |service, target, diags| kernel(&service.kernel, target, diags))
    }

    #[track_caller]
    fn check(launch_type: LaunchType, text: &str, expected: KernelDefinition, findings: &[&str]) {
        assert_eq!(lowered(launch_type, text), (expected, findings.join("\n")));
    }

    /// What has no effect but to be reported.
    #[track_caller]
    fn reported(launch_type: LaunchType, text: &str, findings: &[&str]) {
        check(launch_type, text, KernelDefinition::default(), findings);
    }

    /// What becomes of `pid` and `ipc` without a word.
    #[track_caller]
    fn modes(launch_type: LaunchType, text: &str, pid: Option<NamespaceMode>, ipc: Option<NamespaceMode>) {
        let (definition, found) = lowered(launch_type, text);
        let mode = |mode: Option<Spanned<NamespaceMode>>| mode.map(|mode| mode.value);
        assert_eq!((mode(definition.pid_mode), mode(definition.ipc_mode), found), (pid, ipc, String::new()));
    }

    fn linux(linux_parameters: LinuxParameters) -> KernelDefinition {
        KernelDefinition { linux_parameters, ..KernelDefinition::default() }
    }

    fn capabilities(add: &[&str], drop: &[&str]) -> KernelDefinition {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let capabilities = Some(Capabilities { add: owned(add), drop: owned(drop) });
        linux(LinuxParameters { capabilities, ..LinuxParameters::default() })
    }

    #[test]
    fn capabilities_lose_their_prefix() {
        let expected = capabilities(&["SYS_ADMIN", "ALL"], &["NET_RAW"]);
        check(EC2, "{cap_add: [cap_sys_admin, all], cap_drop: [NET_RAW]}", expected, &[]);
    }

    #[test]
    fn fargate_gives_one_capability_and_takes_any() {
        let text = "{cap_add: [SYS_PTRACE], cap_drop: [ALL]}";
        check(FARGATE, text, capabilities(&["SYS_PTRACE"], &["ALL"]), &[]);
        reported(
            FARGATE,
            "cap_add: [NET_ADMIN]",
            &["NET_ADMIN | error[refused]: Fargate cannot give the capability `NET_ADMIN`"],
        );
    }

    #[test]
    fn a_capability_without_a_name_on_ecs_is_refused_or_lost() {
        reported(EC2, "cap_add: [BPF]", &["BPF | error[refused]: ECS cannot give the capability `BPF`"]);
        reported(
            EC2,
            "cap_drop: [BPF]",
            &["BPF | warning[weaker-isolation]: ECS cannot take away the capability `BPF`"],
        );
    }

    #[test]
    fn devices_stay_on_instances() {
        let device = |container: &str, permissions| Device {
            host_path: "/dev/a".to_owned(),
            container_path: Some(container.to_owned()),
            permissions,
        };
        let devices = vec![device("/dev/a", Vec::new()), device("/b", vec![DevicePermission::Read])];
        let text = "devices: [/dev/a, '/dev/a:/b:r']";
        check(EC2, text, linux(LinuxParameters { devices, ..LinuxParameters::default() }), &[]);
        reported(FARGATE, "devices: [/dev/a]", &["/dev/a | error[refused]: Fargate has no devices"]);
    }

    #[test]
    fn devices_have_paths_and_known_permissions() {
        reported(
            EC2,
            "devices: [nvidia.com/gpu=all]",
            &["nvidia.com/gpu=all | error[refused]: ECS knows devices by their paths only, not by names such as \
               `nvidia.com/gpu=all`"],
        );
        reported(
            EC2,
            "devices: ['/a:/b:rx']",
            &["'/a:/b:rx' | error[refused]: invalid permissions `rx`: there is no `x`"],
        );
    }

    #[test]
    fn privileges_stay_on_instances() {
        let privileged = KernelDefinition { privileged: Some(true), ..KernelDefinition::default() };
        check(EC2, "privileged: true", privileged, &[]);
        check(FARGATE, "privileged: false", KernelDefinition::default(), &[]);
        reported(FARGATE, "privileged: true", &["true | error[refused]: Fargate has no privileged containers"]);
    }

    #[test]
    fn an_init_process_runs_anywhere() {
        let init = linux(LinuxParameters { init_process_enabled: Some(true), ..LinuxParameters::default() });
        check(EC2, "init: true", init.clone(), &[]);
        check(FARGATE, "init: true", init, &[]);
        reported(EC2, "init: false", &[]);
    }

    #[test]
    fn shared_memory_has_whole_mebibytes_on_instances() {
        let size = |size| linux(LinuxParameters { shared_memory_size: Some(MemoryMib(size)), ..Default::default() });
        check(EC2, "shm_size: 64000000", size(62), &[]);
        check(EC2, "shm_size: 1", size(1), &[]);
        reported(EC2, "shm_size: -5", &["-5 | warning[lost]: `shm_size` is left out: a size cannot be negative"]);
        let finding = "64m | warning[lost]: `shm_size` is left out: Fargate does not let `/dev/shm` be sized";
        reported(FARGATE, "shm_size: 64m", &[finding]);
    }

    #[test]
    fn limits_are_numbers_of_32_bits() {
        let limit = |name: &str, soft_limit, hard_limit| KernelDefinition {
            ulimits: vec![UlimitDefinition { name: name.to_owned(), soft_limit, hard_limit }],
            ..KernelDefinition::default()
        };
        check(EC2, "ulimits: {nofile: {soft: 1, hard: 2}}", limit("nofile", 1, 2), &[]);
        check(EC2, "ulimits: {memlock: -1}", limit("memlock", -1, -1), &[]);
        check(
            EC2,
            "ulimits: {core: 4294967296}",
            limit("core", i32::MAX, i32::MAX),
            &[
                "4294967296 | warning[approximated]: the limit `core` becomes 2147483647, the largest number that ECS takes",
            ],
        );
        check(FARGATE, "ulimits: {nofile: 5}", limit("nofile", 5, 5), &[]);
    }

    #[test]
    fn limits_without_a_counterpart_are_lost() {
        let finding = "5 | warning[lost]: `ulimits.nproc` is left out: Fargate keeps its own limits but for `nofile`";
        reported(FARGATE, "ulimits: {nproc: 5}", &[finding]);
        let finding = "5 | warning[lost]: `ulimits.NOFILE` is left out: Linux has no limit of this name";
        reported(EC2, "ulimits: {NOFILE: 5}", &[finding]);
    }

    #[test]
    fn kernel_parameters_go_anywhere() {
        let control = SystemControl { namespace: "net.core.somaxconn".to_owned(), value: "1024".to_owned() };
        let expected = KernelDefinition { system_controls: vec![control], ..KernelDefinition::default() };
        check(EC2, "sysctls: {net.core.somaxconn: 1024}", expected.clone(), &[]);
        check(FARGATE, "sysctls: [net.core.somaxconn=1024]", expected, &[]);
    }

    #[test]
    fn security_options_are_written_with_colons() {
        let options = |options: &[&str]| KernelDefinition {
            docker_security_options: options.iter().map(|option| (*option).to_owned()).collect(),
            ..KernelDefinition::default()
        };
        check(
            EC2,
            "security_opt: ['no-new-privileges:true', 'apparmor=p', 'label=type:t', 'no-new-privileges=false']",
            options(&["no-new-privileges", "apparmor:p", "label:type:t"]),
            &[],
        );
        reported(
            EC2,
            "security_opt: ['seccomp:unconfined']",
            &[
                "'seccomp:unconfined' | warning[weaker-isolation]: `seccomp:unconfined` is left out: ECS has no such security option",
            ],
        );
        reported(
            FARGATE,
            "security_opt: [no-new-privileges]",
            &[
                "no-new-privileges | warning[weaker-isolation]: `no-new-privileges` is left out: Fargate has no security options",
            ],
        );
    }

    #[test]
    fn namespaces_are_the_hosts_or_the_tasks() {
        let (host, task) = (Some(NamespaceMode::Host), Some(NamespaceMode::Task));
        modes(EC2, "{pid: host, ipc: host}", host, host);
        modes(EC2, "{pid: 'service:a', ipc: 'service:a'}", task, task);
        modes(EC2, "{ipc: shareable}", None, None);
        modes(FARGATE, "{pid: 'service:a', ipc: private}", task, None);
    }

    #[test]
    fn namespaces_beyond_reach_are_refused() {
        reported(
            FARGATE,
            "{pid: host, ipc: 'service:a'}",
            &[
                "host | error[refused]: Fargate has no host whose processes a container could see",
                "'service:a' | error[refused]: Fargate has no memory that containers could share",
            ],
        );
        let finding = "'container:a' | error[refused]: `a` is a container outside of the project";
        reported(EC2, "pid: 'container:a'", &[finding]);
        reported(FARGATE, "ipc: 'container:a'", &[finding]);
        reported(EC2, "pid: mine", &["mine | warning[lost]: `pid` is left out: `mine` is no mode that Docker knows"]);
        let finding = "none | warning[approximated]: the container keeps a `/dev/shm` of its own, which ECS gives to every container";
        reported(EC2, "ipc: none", &[finding]);
    }

    #[test]
    fn what_ecs_lacks_is_reported() {
        reported(
            EC2,
            "{device_cgroup_rules: [r], uts: host, userns_mode: keep-id, cgroup: host, cgroup_parent: p,
              oom_kill_disable: true, oom_score_adj: 5, runtime: nvidia, isolation: hyperv, storage_opt: {size: 1G}}",
            &[
                "r | warning[lost]: `device_cgroup_rules` is left out: ECS opens devices one by one, by `devices`",
                "host | warning[lost]: `uts` is left out: a container on ECS has a host name of its own",
                "keep-id | warning[weaker-isolation]: `userns_mode` is left out: ECS leaves users to the instance's Docker",
                "host | warning[lost]: `cgroup` is left out: ECS leaves control groups to the instance's Docker",
                "p | warning[lost]: `cgroup_parent` is left out: ECS puts every task in a control group of its own",
                "true | warning[lost]: `oom_kill_disable` is left out: a container on ECS is killed when it exceeds its memory",
                "5 | warning[lost]: `oom_score_adj` is left out: ECS cannot weigh who is killed first",
                "nvidia | warning[lost]: `runtime` is left out: ECS leaves the runtime to the instance's Docker",
                "hyperv | warning[lost]: `isolation` is left out: ECS has it for no container of Linux",
                "1G | warning[lost]: `storage_opt` is left out: ECS has no options of the storage driver",
            ],
        );
    }

    #[test]
    fn what_ecs_does_anyway_is_not() {
        reported(
            EC2,
            "{userns_mode: host, cgroup: private, oom_kill_disable: false, runtime: runc, isolation: default}",
            &[],
        );
    }
}
