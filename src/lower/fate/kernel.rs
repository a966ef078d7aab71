//! What of the kernel a container sees and may use.

use super::Fate;
use super::row::{Row, Sample, exact, exception, lost};
use crate::diag::Code;

/// What to do about what Fargate does not have.
const ON_EC2: &str = "translate for EC2 with `--launch-type ec2`, or do without it";

/// What becomes of each key.
pub(super) const ROWS: &[Row] = &[
    exact("services.*.init", "containerDefinitions[].linuxParameters.initProcessEnabled", "as written").value("true"),
    exact("services.*.privileged", "containerDefinitions[].privileged", "as written")
        .fargate(Fate::Refused, "Fargate has no privileged containers")
        .hint(ON_EC2)
        .value("true"),
    exact(
        "services.*.cap_add",
        "containerDefinitions[].linuxParameters.capabilities.add",
        "without `CAP_`; Fargate gives `SYS_PTRACE` only",
    )
    .fargate(Fate::Refused, "Fargate cannot give this capability")
    .hint("Fargate gives `SYS_PTRACE` only: translate for EC2 with `--launch-type ec2`")
    .value("[NET_ADMIN]")
    .except(&[
        exception(Fate::Exact, "where it is `SYS_PTRACE`", Sample::Value("[SYS_PTRACE]")),
        exception(Fate::Refused, "where ECS has no such capability", Sample::Value("[BPF]")),
    ]),
    exact("services.*.cap_drop", "containerDefinitions[].linuxParameters.capabilities.drop", "without `CAP_`")
        .value("[MKNOD]")
        .except(&[exception(Fate::Lost, "where ECS has no such capability", Sample::Value("[BPF]"))]),
    exact(
        "services.*.security_opt",
        "containerDefinitions[].dockerSecurityOptions",
        "`no-new-privileges`, `apparmor`, `label` and `credentialspec`",
    )
    .code(Code::WeakerIsolation)
    .fargate(Fate::Lost, "Fargate has no security options")
    .value("[\"no-new-privileges:true\"]")
    .except(&[exception(Fate::Lost, "where it is another", Sample::Value("[\"seccomp:unconfined\"]"))]),
    exact("services.*.sysctls", "containerDefinitions[].systemControls[].value", "as written")
        .value("{net.core.somaxconn: 1024}"),
    exact("services.*.ulimits", "containerDefinitions[].ulimits[].softLimit", "one number is both limits")
        .value("{nofile: 20000}")
        .except(&[
            exception(Fate::Exact, "where it is not `nofile`", Sample::Value("{nproc: 100}")).fargate(Fate::Lost)
        ]),
    exact("services.*.ulimits.*.soft", "containerDefinitions[].ulimits[].softLimit", "as written")
        .service("ulimits:\n  nofile:\n    soft: ‹20000|40000›\n    hard: 40000"),
    exact("services.*.ulimits.*.hard", "containerDefinitions[].ulimits[].hardLimit", "as written")
        .service("ulimits:\n  nofile:\n    soft: 20000\n    hard: ‹40000|20000›"),
    exact("services.*.devices", "containerDefinitions[].linuxParameters.devices[].hostPath", "by their paths")
        .fargate(Fate::Refused, "Fargate has no devices")
        .parts(&["[].source"])
        .hint(ON_EC2)
        .service("‹devices:\n  - source: /dev/ttyUSB0\n    target: /dev/ttyUSB0›")
        .except(&[exception(
            Fate::Refused,
            "where it is a name such as `nvidia.com/gpu=all`",
            Sample::Value("[nvidia.com/gpu=all]"),
        )]),
    exact(
        "services.*.devices[].target",
        "containerDefinitions[].linuxParameters.devices[].containerPath",
        "as written",
    )
    .fargate(Fate::Refused, "Fargate has no devices")
    .at("services.*.devices")
    .hint(ON_EC2)
    .service("devices:\n  - source: /dev/ttyUSB0\n    target: ‹/dev/modem|/dev/ttyUSB0›"),
    exact(
        "services.*.devices[].permissions",
        "containerDefinitions[].linuxParameters.devices[].permissions",
        "`r`, `w` and `m`, in words",
    )
    .fargate(Fate::Refused, "Fargate has no devices")
    .at("services.*.devices")
    .hint(ON_EC2)
    .service("devices:\n  - source: /dev/ttyUSB0\n    target: /dev/ttyUSB0‹\n    permissions: r›"),
    lost("services.*.device_cgroup_rules", "ECS opens devices one by one, by `devices`").value("[\"c 1:3 mr\"]"),
    exact("services.*.shm_size", "containerDefinitions[].linuxParameters.sharedMemorySize", "in whole MiB, rounded up")
        .fargate(Fate::Lost, "Fargate does not let `/dev/shm` be sized")
        .hint("translate for EC2 with `--launch-type ec2` if the service needs it")
        .value("64m"),
    exact("services.*.pid", "pidMode", "`host`; `service:NAME` is `task`")
        .fargate(Fate::Refused, "Fargate has no host whose processes a container could see")
        .hint(ON_EC2)
        .value("host")
        .except(&[
            exception(
                Fate::Exact,
                "where it is `service:NAME`",
                Sample::File(
                    "services:\n  web:\n    image: nginx:1\n    x-ecs: {task: shop}‹\n    pid: service:db›\n  db:\n    \
                     image: postgres:16\n    x-ecs: {task: shop}",
                ),
            ),
            exception(Fate::Refused, "where it is `container:NAME`", Sample::Value("\"container:other\"")),
        ]),
    exact("services.*.ipc", "ipcMode", "`host`; `service:NAME` is `task`")
        .fargate(Fate::Refused, "Fargate has no memory that containers could share")
        .hint(ON_EC2)
        .value("host")
        .except(&[
            exception(Fate::Exact, "where it is `shareable` or `private`", Sample::Value("private")),
            exception(Fate::Approximated, "where it is `none`", Sample::Value("none")),
        ]),
    lost("services.*.uts", "a container on ECS has a host name of its own").value("host"),
    lost("services.*.userns_mode", "ECS leaves users to the instance's Docker")
        .code(Code::WeakerIsolation)
        .value("keep-id")
        .except(&[exception(Fate::Exact, "where it is `host`", Sample::Value("host"))]),
    lost("services.*.cgroup", "ECS leaves control groups to the instance's Docker").value("host").except(&[exception(
        Fate::Exact,
        "where it is `private`",
        Sample::Value("private"),
    )]),
    lost("services.*.cgroup_parent", "ECS puts every task in a control group of its own").value("m-executor-abcd"),
    lost("services.*.oom_kill_disable", "a container on ECS is killed when it exceeds its memory")
        .value("true")
        .except(&[exception(Fate::Exact, "where it is `false`", Sample::Value("false"))]),
    lost("services.*.oom_score_adj", "ECS cannot weigh who is killed first").value("500"),
    lost("services.*.runtime", "ECS leaves the runtime to the instance's Docker").value("nvidia").except(&[exception(
        Fate::Exact,
        "where it is `runc`",
        Sample::Value("runc"),
    )]),
    lost("services.*.isolation", "ECS has it for no container of Linux").value("hyperv").except(&[exception(
        Fate::Exact,
        "where it is `default`",
        Sample::Value("default"),
    )]),
    lost("services.*.storage_opt", "ECS has no options of the storage driver").value("{size: 10G}"),
];
