//! What of the kernel a service sees and may use.

pub mod device;
pub mod ulimit;

use indexmap::IndexMap;

use super::super::name::ServiceName;
use super::super::size::ByteSize;
use crate::source::Spanned;
use device::Device;
use ulimit::Ulimit;

/// What of the kernel a service sees and may use.
#[derive(Debug, Clone, Default)]
pub struct Kernel {
    /// `init`: whether an init process runs first.
    pub init: Option<Spanned<bool>>,
    /// `privileged`: whether it rules over the machine.
    pub privileged: Option<Spanned<bool>>,
    /// `cap_add`: Linux capabilities beyond Docker's default.
    pub cap_add: Vec<Spanned<String>>,
    /// `cap_drop`: Linux capabilities that are taken away.
    pub cap_drop: Vec<Spanned<String>>,
    /// `security_opt`: options of SELinux, AppArmor and seccomp.
    pub security_opt: Vec<Spanned<String>>,
    /// `sysctls`: kernel parameters.
    pub sysctls: IndexMap<String, Spanned<String>>,
    /// `ulimits`: resource limits, by their names.
    pub ulimits: IndexMap<String, Spanned<Ulimit>>,
    /// `devices`: devices of the machine.
    pub devices: Vec<Spanned<Device>>,
    /// `device_cgroup_rules`: which devices may be used.
    pub device_cgroup_rules: Vec<Spanned<String>>,
    /// `shm_size`: the size of `/dev/shm`.
    pub shm_size: Option<Spanned<ByteSize>>,
    /// `pid`: whose processes it sees.
    pub pid: Option<Spanned<Namespace>>,
    /// `ipc`: whose shared memory it sees.
    pub ipc: Option<Spanned<Namespace>>,
    /// `uts`: whose host name it sees.
    pub uts: Option<Spanned<String>>,
    /// `userns_mode`: whose user numbers it sees.
    pub userns_mode: Option<Spanned<String>>,
    /// `cgroup`: whose control groups it sees.
    pub cgroup: Option<Spanned<Cgroup>>,
    /// `cgroup_parent`: the control group that its own is put in.
    pub cgroup_parent: Option<Spanned<String>>,
    /// `oom_kill_disable`: whether it survives a lack of memory.
    pub oom_kill_disable: Option<Spanned<bool>>,
    /// `oom_score_adj`: how readily it is killed for a lack of memory.
    pub oom_score_adj: Option<Spanned<i64>>,
    /// `runtime`: the container runtime.
    pub runtime: Option<Spanned<String>>,
    /// `isolation`: how it is kept apart on Windows.
    pub isolation: Option<Spanned<String>>,
    /// `storage_opt`: options of the storage driver, by their names.
    pub storage_opt: IndexMap<String, Spanned<String>>,
}

/// Whose namespace a service shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Namespace {
    /// `host`: the host's.
    Host,
    /// `service:NAME`: another service's.
    Service(ServiceName),
    /// `container:NAME`: that of a container outside the project.
    Container(String),
    /// Anything else: `private`, `shareable`, `none`.
    Other(String),
}

/// `cgroup`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cgroup {
    /// `host`: the machine's.
    Host,
    /// `private`: its own.
    Private,
}
