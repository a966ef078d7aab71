//! `RegisterTaskDefinition`.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::Switch;
use super::container::ContainerDefinition;
use super::name::{Family, VolumeName};
use super::overlay::Overlay;
use super::unit::{CpuUnits, MemoryMib, as_text, from_text};
use crate::options::LaunchType;

/// The input of `RegisterTaskDefinition`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskDefinition {
    /// The family that this becomes a revision of.
    pub family: Family,
    /// The role that the containers' own AWS calls use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_role_arn: Option<String>,
    /// The role with which ECS pulls images, reads secrets and writes logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_role_arn: Option<String>,
    /// How containers reach the network.
    pub network_mode: NetworkMode,
    /// What it is valid for.
    pub requires_compatibilities: Vec<LaunchType>,
    /// The CPU of the whole task.
    #[serde(
        default,
        serialize_with = "as_text",
        deserialize_with = "from_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub cpu: Option<CpuUnits>,
    /// The memory of the whole task.
    #[serde(
        default,
        serialize_with = "as_text",
        deserialize_with = "from_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub memory: Option<MemoryMib>,
    /// Whose processes the containers see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid_mode: Option<NamespaceMode>,
    /// Whose shared memory the containers see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipc_mode: Option<NamespaceMode>,
    /// The disk of the whole task, on Fargate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<EphemeralStorage>,
    /// The operating system and processor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime_platform: Option<RuntimePlatform>,
    /// The containers.
    pub container_definitions: Vec<ContainerDefinition>,
    /// The volumes that containers mount.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Volume>,
    /// Tags of the revision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// What is laid over all of it.
    #[serde(skip)]
    pub overlay: Overlay,
}

/// The disk of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EphemeralStorage {
    /// Its size.
    #[serde(rename = "sizeInGiB")]
    pub size_in_gib: u32,
}

/// How containers reach the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkMode {
    /// Docker's bridge on the instance.
    Bridge,
    /// The instance's own network.
    Host,
    /// A network interface of the task's own.
    Awsvpc,
    /// No network.
    None,
}

impl NetworkMode {
    /// ECS's word, which is also Docker's where both have one.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::Host => "host",
            Self::Awsvpc => "awsvpc",
            Self::None => "none",
        }
    }
}

/// Whose namespace containers share.
///
/// `pidMode` knows no [`NamespaceMode::None`]: without a mode every container has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NamespaceMode {
    /// The instance's.
    Host,
    /// One for all containers of the task.
    Task,
    /// Nobody's: every container has its own; only for `ipcMode`.
    None,
}

/// The operating system and processor of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuntimePlatform {
    /// The processor.
    pub cpu_architecture: CpuArchitecture,
    /// The operating system.
    pub operating_system_family: OperatingSystemFamily,
}

/// A processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CpuArchitecture {
    /// 64-bit x86.
    #[serde(rename = "X86_64")]
    X86_64,
    /// 64-bit ARM.
    #[serde(rename = "ARM64")]
    Arm64,
}

/// An operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum OperatingSystemFamily {
    /// Linux.
    Linux,
}

/// A volume that containers of a task can mount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// Its name.
    pub name: VolumeName,
    /// What is behind it.
    #[serde(flatten)]
    pub kind: VolumeKind,
}

/// What is behind a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum VolumeKind {
    /// A directory of the instance.
    Host(HostVolume),
    /// A volume of the instance's Docker.
    DockerVolumeConfiguration(DockerVolume),
    /// A file system on EFS.
    EfsVolumeConfiguration(EfsVolume),
    /// A place that lives as long as the task.
    #[serde(untagged)]
    Task {},
}

/// A directory of the instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostVolume {
    /// Its absolute path.
    pub source_path: String,
}

/// A volume of the instance's Docker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DockerVolume {
    /// How long it lives.
    pub scope: VolumeScope,
    /// Whether it is made when it is missing; only for shared volumes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autoprovision: Option<bool>,
    /// Docker's volume driver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// The driver's options.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub driver_opts: IndexMap<String, String>,
    /// Labels of the volume.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub labels: IndexMap<String, String>,
}

/// How long a Docker volume lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VolumeScope {
    /// As long as the task.
    Task,
    /// Until somebody removes it.
    Shared,
}

/// A file system on EFS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EfsVolume {
    /// The file system.
    pub file_system_id: String,
    /// The directory in it that becomes the volume's root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_directory: Option<String>,
    /// Whether what travels is encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_encryption: Option<Switch>,
    /// The port on the instance through which what is encrypted travels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_encryption_port: Option<u16>,
    /// Who decides what may be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_config: Option<EfsAuthorization>,
}

/// Who decides what may be done with a file system on EFS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EfsAuthorization {
    /// The access point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_point_id: Option<String>,
    /// Whether the task role does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iam: Option<Switch>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}
