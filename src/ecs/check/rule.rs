//! The rules, by their names.

use std::fmt;

/// Declares [`Rule`] and its texts, so that a rule stands in one place.
macro_rules! rules {
    ($($(#[$doc:meta])+ $name:ident = $text:literal,)+) => {
        /// A rule of ECS. Its text never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[$doc])+ $name,)+ }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable text by which users name the rule.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

rules! {
    /// A number fits in 32 bits.
    ShapeRange = "SHAPE-RANGE",
    /// A word is one of those that ECS knows.
    ShapeEnum = "SHAPE-ENUM",
    /// A name is 1 to 255 letters, digits, `-` and `_`.
    Name = "NAME",
    /// A name is given once.
    NameDup = "NAME-DUP",
    /// Tags are few, short, unique and not AWS's own.
    Tags = "TAGS",
    /// A role is an ARN or a name.
    RoleArn = "ROLE-ARN",
    /// The CPU of a task lies in the range of instances.
    TaskSize = "TASK-SIZE",
    /// The CPU and memory of a Fargate task are a pair that Fargate offers.
    FargateSize = "FARGATE-SIZE",
    /// The disk of a task has 21 to 200 GiB, on Fargate.
    Ephemeral = "EPHEMERAL",
    /// The containers' CPU fits in the task's.
    CpuSum = "CPU-SUM",
    /// The containers' reserved memory fits in the task's.
    MemSum = "MEM-SUM",
    /// A container's memory fits in the task's.
    MemOverTask = "MEM-OVER-TASK",
    /// A container's memory is at least what is reserved for it.
    MemReservation = "MEM-RESERVATION",
    /// There is a memory figure.
    MemRequired = "MEM-REQUIRED",
    /// A memory figure is not too small for Docker.
    MemMin = "MEM-MIN",
    /// A task has 1 to 10 containers.
    ContainersCount = "CONTAINERS-COUNT",
    /// A task definition is at most 64 KiB of JSON.
    TdSize = "TD-SIZE",
    /// At least one container is essential.
    Essential = "ESSENTIAL",
    /// An image has a name.
    Image = "IMAGE",
    /// A variable has a name.
    EnvName = "ENV-NAME",
    /// A variable is given once.
    EnvDup = "ENV-DUP",
    /// A secret is given once.
    SecretDup = "SECRET-DUP",
    /// A variable is not both plain and secret.
    EnvClash = "ENV-CLASH",
    /// A secret comes from Secrets Manager or the Parameter Store.
    SecretRef = "SECRET-REF",
    /// Files with variables are few, and in S3.
    Envfile = "ENVFILE",
    /// ECS has a role for what it does on the task's behalf.
    ExecRole = "EXEC-ROLE",
    /// A working directory is absolute.
    Workdir = "WORKDIR",
    /// A container may be started again after 60 to 1800 seconds.
    Restart = "RESTART",
    /// A user is a name or a number, with a group or without.
    User = "USER",
    /// A container's timeout lies in its range.
    Timeout = "TIMEOUT",
    /// A resource limit is given once and does not contradict itself.
    Ulimit = "ULIMIT",
    /// A security option is one of Docker's that ECS passes on.
    SecurityOpt = "SECURITY-OPT",
    /// A kernel parameter belongs to the container alone.
    Sysctl = "SYSCTL",
    /// GPUs are counted, and not on Fargate.
    Gpu = "GPU",
    /// Fargate supports the field.
    FargateParam = "FARGATE-PARAM",
    /// No container rules over a machine that AWS looks after.
    Privileged = "PRIVILEGED",
    /// A health check is `CMD` and words, or `CMD-SHELL` and one line.
    HcForm = "HC-FORM",
    /// A health check's numbers lie in their ranges.
    HcRange = "HC-RANGE",
    /// What a container depends on exists.
    DepTarget = "DEP-TARGET",
    /// A dependency is listed once.
    DepDup = "DEP-DUP",
    /// No container depends on itself.
    DepCycle = "DEP-CYCLE",
    /// What must be healthy has a health check.
    DepHealth = "DEP-HEALTH",
    /// What must end is not essential.
    DepEssential = "DEP-ESSENTIAL",
    /// Fargate tasks have a network interface of their own.
    Netmode = "NETMODE",
    /// Without a network there are no ports.
    PortNone = "PORT-NONE",
    /// A port is given, and lies in its range.
    PortRange = "PORT-RANGE",
    /// Where containers share a network, a host port is the container's port.
    PortHost = "PORT-HOST",
    /// A port is taken once.
    PortDup = "PORT-DUP",
    /// A port of a container speaks one protocol. The API reference says so; AWS announced in 2020 that it may speak two.
    PortProto = "PORT-PROTO",
    /// A host port is not one that the instance needs for itself.
    PortReserved = "PORT-RESERVED",
    /// A port's name is 1 to 64 lowercase letters, digits, `-` and `_`.
    PortName = "PORT-NAME",
    /// A port's name is given once in a task.
    PortNameDup = "PORT-NAME-DUP",
    /// A link leads to another container of the task, in bridge mode.
    Links = "LINKS",
    /// A host name is one, and the task does not have an interface of its own.
    Hostname = "HOSTNAME",
    /// A further host has a name and an address.
    Hosts = "HOSTS",
    /// Name servers are addresses, search domains are names.
    Dns = "DNS",
    /// Fargate supports the Linux parameter.
    LinuxFargate = "LINUX-FARGATE",
    /// A capability is one that ECS knows.
    LinuxCap = "LINUX-CAP",
    /// Swappiness is a percentage and comes with a limit.
    LinuxSwap = "LINUX-SWAP",
    /// Shared memory has a size.
    LinuxShm = "LINUX-SHM",
    /// A file system in memory has a size and options of `mount`.
    LinuxTmpfs = "LINUX-TMPFS",
    /// A device has absolute paths.
    LinuxDevice = "LINUX-DEVICE",
    /// A volume has a name of its own.
    VolName = "VOL-NAME",
    /// A directory of the instance is absolute, and not on Fargate.
    VolHost = "VOL-HOST",
    /// A volume of Docker's is not on Fargate, and made by ECS only if it is shared.
    VolDocker = "VOL-DOCKER",
    /// A file system on EFS has an id.
    VolEfs = "VOL-EFS",
    /// What is mounted is a volume of the task.
    MountVol = "MOUNT-VOL",
    /// A mount has an absolute path below the root.
    MountPath = "MOUNT-PATH",
    /// A path is mounted once.
    MountDup = "MOUNT-DUP",
    /// Mounts are shared with another container of the task.
    Volfrom = "VOLFROM",
    /// Fargate has the logging driver.
    LogDriver = "LOG-DRIVER",
    /// The `awslogs` driver knows where to write.
    LogAwslogs = "LOG-AWSLOGS",
    /// A logging driver takes the option.
    LogOption = "LOG-OPTION",
    /// A log router is there.
    LogFirelens = "LOG-FIRELENS",
    /// There is one log router, which knows where its configuration is.
    Firelens = "FIRELENS",
    /// What runs is a task definition of the stack.
    SvcRef = "SVC-REF",
    /// A service is there once.
    SvcDup = "SVC-DUP",
    /// There is a count, in its range.
    SvcCount = "SVC-COUNT",
    /// What runs on every instance has no count.
    SvcDaemon = "SVC-DAEMON",
    /// There is a launch type, or capacity providers.
    SvcLaunch = "SVC-LAUNCH",
    /// Capacity providers are few, of one kind, one of them first, and one of them with weight.
    SvcCps = "SVC-CPS",
    /// A version of the platform is one of Fargate's.
    SvcPlatform = "SVC-PLATFORM",
    /// Zones are balanced where tasks are spread over them first, at up to 200 percent, without a classic load balancer.
    SvcAz = "SVC-AZ",
    /// A target group leads to a port of a container.
    SvcLb = "SVC-LB",
    /// Who opens a shell in a container needs the task to have a role.
    SvcExec = "SVC-EXEC",
    /// Tasks in `awsvpc` have subnets, and no others do.
    SvcNet = "SVC-NET",
    /// A grace period belongs to a load balancer. Older texts say so; the API reference names health checks of containers
    /// beside it.
    SvcGrace = "SVC-GRACE",
    /// Placement rules are few, complete, and not on Fargate.
    SvcPlacement = "SVC-PLACEMENT",
    /// The percentages of a deployment lie in their ranges.
    DeployRange = "DEPLOY-RANGE",
    /// A deployment can stop an old task or start a new one.
    DeployStuck = "DEPLOY-STUCK",
    /// Service Connect needs a network that it can serve.
    ScNet = "SC-NET",
    /// What Service Connect offers is a named TCP port.
    ScPort = "SC-PORT",
    /// A name of Service Connect's is one.
    ScName = "SC-NAME",
    /// A name of Service Connect's is taken once.
    ScDup = "SC-DUP",
    /// Answers are timed on ports of which ECS knows what is spoken there.
    ScTimeout = "SC-TIMEOUT",
    /// A port that is offered has one alias.
    ScAlias = "SC-ALIAS",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
