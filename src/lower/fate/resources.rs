//! How much a container may use.

use super::Fate;
use super::row::{Row, Sample, approximated, exact, exception, irrelevant, lost};

/// Why a share of CPU time is lost.
const COUNTS: &str = "ECS counts CPUs, not their time";

/// Why what only Windows has is lost.
const WINDOWS: &str = "only Windows has it";

/// Why real-time scheduling is lost.
const REAL_TIME: &str = "ECS has no real-time scheduling";

/// Why the number of processes is not bounded.
const PROCESSES: &str = "ECS does not bound the number of processes";

/// What bounds processes nearly as well.
const NPROC: &str = "`ulimits: {nproc: N}` bounds the processes of the container's user";

/// Why the speed of disks is not bounded.
const DISKS: &str = "ECS does not divide the speed of disks";

/// Why swapping is lost on Fargate.
const NO_SWAP: &str = "tasks on Fargate do not swap";

/// Why GPUs are refused on Fargate.
const NO_GPUS: &str = "Fargate has no GPUs";

/// What to do about GPUs.
const ON_EC2: &str = "translate for EC2 with `--launch-type ec2`, or do without it";

/// How CPUs are counted.
const CPU: &str = "1,024 units are a CPU; the first of limit, reservation and `cpu_shares` counts";

/// What becomes of each key.
pub(super) const ROWS: &[Row] = &[
    exact("services.*.cpus", "containerDefinitions[].cpu", CPU).value("0.5"),
    exact("services.*.deploy.resources.limits.cpus", "containerDefinitions[].cpu", CPU).value("\"0.5\""),
    exact("services.*.deploy.resources.reservations.cpus", "containerDefinitions[].cpu", CPU)
        .value("\"0.25\"")
        .except(&[exception(
            Fate::Approximated,
            "where a limit says something else",
            Sample::Service("cpus: 0.5‹\ndeploy:\n  resources:\n    reservations:\n      cpus: \"0.25\"›"),
        )]),
    exact("services.*.cpu_shares", "containerDefinitions[].cpu", CPU).value("512").except(&[exception(
        Fate::Approximated,
        "where a limit or a reservation says something else",
        Sample::Service("cpus: 0.25‹\ncpu_shares: 512›"),
    )]),
    lost("services.*.cpu_quota", COUNTS).value("50000"),
    lost("services.*.cpu_period", COUNTS).value("100000"),
    lost("services.*.cpu_count", WINDOWS).value("1"),
    lost("services.*.cpu_percent", WINDOWS).value("50"),
    lost("services.*.cpu_rt_period", REAL_TIME).value("1000000"),
    lost("services.*.cpu_rt_runtime", REAL_TIME).value("950000"),
    lost("services.*.cpuset", "ECS does not choose among the CPUs of a machine").value("\"0,1\""),
    exact("services.*.mem_limit", "containerDefinitions[].memory", "in whole MiB, rounded up").value("512m"),
    exact("services.*.deploy.resources.limits.memory", "containerDefinitions[].memory", "in whole MiB, rounded up")
        .value("512M")
        .except(&[exception(Fate::Approximated, "where it is less than 6 MiB", Sample::Value("1M"))]),
    exact(
        "services.*.mem_reservation",
        "containerDefinitions[].memoryReservation",
        "in whole MiB, rounded up; 512 where nothing is said of memory",
    )
    .value("256m"),
    exact(
        "services.*.deploy.resources.reservations.memory",
        "containerDefinitions[].memoryReservation",
        "in whole MiB, rounded up; 512 where nothing is said of memory",
    )
    .value("256M"),
    exact(
        "services.*.memswap_limit",
        "containerDefinitions[].linuxParameters.maxSwap",
        "what goes beyond the limit of memory, in whole MiB",
    )
    .fargate(Fate::Lost, NO_SWAP)
    .service("mem_limit: 512m‹\nmemswap_limit: 1g›")
    .except(&[exception(Fate::Lost, "where no memory is limited", Sample::Value("1g"))]),
    exact(
        "services.*.mem_swappiness",
        "containerDefinitions[].linuxParameters.swappiness",
        "ECS heeds it where swap has a limit",
    )
    .fargate(Fate::Lost, NO_SWAP)
    .service("mem_limit: 512m\nmemswap_limit: 1g‹\nmem_swappiness: 10›")
    .except(&[exception(Fate::Lost, "where swap has no limit", Sample::Value("10"))]),
    lost("services.*.pids_limit", PROCESSES).hint(NPROC).value("100"),
    lost("services.*.deploy.resources.limits.pids", PROCESSES).hint(NPROC).value("100"),
    lost("services.*.blkio_config", DISKS)
        .parts(&[
            ".weight",
            ".weight_device",
            ".weight_device[].path",
            ".weight_device[].weight",
            ".device_read_bps",
            ".device_read_bps[].path",
            ".device_read_bps[].rate",
            ".device_read_iops",
            ".device_read_iops[].path",
            ".device_read_iops[].rate",
            ".device_write_bps",
            ".device_write_bps[].path",
            ".device_write_bps[].rate",
            ".device_write_iops",
            ".device_write_iops[].path",
            ".device_write_iops[].rate",
        ])
        .value(
            "\n  weight: 300\n  weight_device: [{path: /dev/sda, weight: 400}]\n  device_read_bps: [{path: /dev/sda, \
             rate: 12mb}]\n  device_read_iops: [{path: /dev/sda, rate: 120}]\n  device_write_bps: [{path: /dev/sda, \
             rate: 1024k}]\n  device_write_iops: [{path: /dev/sda, rate: 30}]",
        ),
    exact("services.*.gpus", "containerDefinitions[].resourceRequirements[].value", "their number")
        .fargate(Fate::Refused, NO_GPUS)
        .parts(&["[].count"])
        .hint(ON_EC2)
        .value("[{count: 1}]")
        .except(&[exception(Fate::Lost, "where it is `all`", Sample::Value("all")).fargate(Fate::Refused)]),
    exact("services.*.deploy.resources.reservations.devices", "containerDefinitions[].resourceRequirements[].value", "the number of GPUs")
        .fargate(Fate::Refused, NO_GPUS)
        .hint(ON_EC2)
        .value("[{capabilities: [gpu], count: 1}]")
        .except(&[exception(Fate::Lost, "where they are no GPUs", Sample::Value("[{capabilities: [tpu], count: 1}]"))]),
    approximated("services.*.gpus[].device_ids", "containerDefinitions[].resourceRequirements[].value", "ECS reserves as many GPUs, but does not let them be chosen")
        .fargate(Fate::Refused, NO_GPUS)
        .hint(ON_EC2)
        .service("gpus:\n  - capabilities: [gpu]‹\n    device_ids: ['0', '3']›"),
    exact("services.*.gpus[].driver", "", "ECS knows GPUs of NVIDIA only")
        .fargate(Fate::Refused, NO_GPUS)
        .hint(ON_EC2)
        .service("gpus:\n  - count: 2‹\n    driver: nvidia›")
        .except(&[exception(Fate::Lost, "where it is another", Sample::Service("gpus:\n  - count: 2‹\n    driver: amd›"))]),
    exact("services.*.gpus[].capabilities", "", "ECS gives a GPU with all that it can do")
        .fargate(Fate::Refused, NO_GPUS)
        .hint(ON_EC2)
        .service("gpus:\n  - count: 2‹\n    capabilities: [gpu, utility]›"),
    irrelevant("services.*.gpus[].options", "the options are the driver's, which ECS chooses")
        .fargate(Fate::Refused, NO_GPUS)
        .hint(ON_EC2)
        .service("gpus:\n  - count: 2‹\n    options: {virtualization: false}›"),
    exact("services.*.deploy.resources.reservations.devices[].count", "containerDefinitions[].resourceRequirements[].value", "`all` is left out: ECS must know a number")
        .fargate(Fate::Refused, NO_GPUS)
        .hint(ON_EC2)
        .service("deploy:\n  resources:\n    reservations:\n      devices:\n        - capabilities: [gpu]‹\n          count: 2›"),
    approximated("services.*.deploy.resources.reservations.devices[].device_ids", "containerDefinitions[].resourceRequirements[].value", "ECS reserves as many GPUs, but does not let them be chosen")
        .fargate(Fate::Refused, NO_GPUS)
        .hint(ON_EC2)
        .service("deploy:\n  resources:\n    reservations:\n      devices:\n        - capabilities: [gpu]‹\n          device_ids: ['0', '3']›"),
    exact("services.*.deploy.resources.reservations.devices[].driver", "", "ECS knows GPUs of NVIDIA only")
        .fargate(Fate::Refused, NO_GPUS)
        .at("services.*.deploy.resources.reservations.devices")
    .hint(ON_EC2)
        .service("deploy:\n  resources:\n    reservations:\n      devices:\n        - capabilities: [gpu]\n          count: 1‹\n          driver: nvidia›")
        .except(&[exception(Fate::Lost, "where it is another", Sample::Service("deploy:\n  resources:\n    reservations:\n      devices:\n        - capabilities: [gpu]\n          count: 1‹\n          driver: amd›"))]),
    exact("services.*.deploy.resources.reservations.devices[].capabilities", "containerDefinitions[].resourceRequirements[].value", "ECS gives a GPU with all that it can do")
        .fargate(Fate::Refused, NO_GPUS)
        .hint(ON_EC2)
        .service("deploy:\n  resources:\n    reservations:\n      ‹devices:\n        - capabilities: [gpu]\n          count: 1›"),
    irrelevant("services.*.deploy.resources.reservations.devices[].options", "the options are the driver's, which ECS chooses")
        .fargate(Fate::Refused, NO_GPUS)
        .at("services.*.deploy.resources.reservations.devices")
    .hint(ON_EC2)
        .service("deploy:\n  resources:\n    reservations:\n      devices:\n        - capabilities: [gpu]\n          count: 1‹\n          options: {virtualization: false}›"),
    lost("services.*.deploy.resources.reservations.generic_resources", "ECS has no resources of the user's own")
        .parts(&["[].discrete_resource_spec.kind", "[].discrete_resource_spec.value"])
        .value("[{discrete_resource_spec: {kind: ssd, value: 1}}]")
        .except(&[exception(
            Fate::Exact,
            "where they are called `gpu`, `gpus` or `NVIDIA-GPU`",
            Sample::Value("[{discrete_resource_spec: {kind: NVIDIA-GPU, value: 1}}]"),
        )
        .fargate(Fate::Refused)]),
];
