//! `x-ecs` of a volume at the top of a file.

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings, whole, words};
use super::value::PortNumber;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::choice::choice;
use crate::yaml::keys::{Decode, Keys};

settings! {
    /// `x-ecs` of a volume at the top of a file.
    VolumeExtension as "`x-ecs` of a volume" {
        /// `efs`: the file system on EFS that is the volume, on instances and on Fargate.
        efs: FileSystem,
        /// `scope`: whether what is in it stays on the instance and is `shared` by its tasks, as in Compose, or every `task` has one of its own, which goes with it.
        scope: VolumeScope,
    }
}

/// Whose a volume is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VolumeScope {
    /// `shared`: the instance's.
    Shared,
    /// `task`: its task's.
    Task,
}

words!(VolumeScope: "shared" => Self::Shared, "task" => Self::Task);

settings! {
    /// A file system on EFS.
    FileSystem as "`x-ecs.efs`" {
        /// `file_system`: its id: `fs-0123456789abcdef0`.
        file_system: String,
        /// `access_point`: the id of an access point: `fsap-0123456789abcdef0`. It needs encryption in transit.
        access_point: String,
        /// `root_directory`: the directory in it that becomes the volume; without an access point only.
        root_directory: String,
        /// `transit_encryption`: whether what travels is encrypted; always with an access point, or `iam`.
        transit_encryption: bool,
        /// `transit_encryption_port`: the port on the instance through which what is encrypted travels.
        transit_encryption_port: PortNumber,
        /// `iam`: whether the task role decides what may be done. It needs encryption in transit.
        iam: bool,
    }
}

impl VolumeExtension {
    /// Takes `x-ecs` of a volume.
    pub(crate) fn take_from(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let Some(node) = keys.node("x-ecs").filter(|node| !node.is_null()) else { return Self::default() };
        let Some(extension) = Self::decode(node, diags) else { return Self::default() };
        if let Some(efs) = extension.efs.as_ref().filter(|efs| efs.value.file_system.is_none())
            && node.get("efs").is_some_and(|efs| efs.get("file_system").is_none())
        {
            diags.error(Code::MissingKey, efs.span, "`file_system` is missing");
        }
        extension
    }
}
