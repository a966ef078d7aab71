//! `volumes` of a service.

use indexmap::IndexMap;

use super::super::super::size::ByteSize;
use crate::source::Spanned;

/// An entry of `volumes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// `type` and `source`: what is mounted.
    pub source: Source,
    /// `target`: where it appears in the container.
    pub target: String,
    /// `read_only`: whether it cannot be written.
    pub read_only: bool,
    /// `consistency`: how soon writes are seen on the other side, on a Mac.
    pub consistency: Option<Spanned<String>>,
    /// `bind`: of a directory. The short form's `z` and `Z` put it at volumes also.
    pub bind: BindOptions,
    /// `volume`: of a volume.
    pub volume: VolumeOptions,
    /// `tmpfs`: of a directory in memory.
    pub tmpfs: TmpfsOptions,
    /// `image`: of an image.
    pub image: ImageOptions,
}

/// What is mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `volume` with a source: the volume of that key.
    Volume(String),
    /// `volume` without a source: a volume of this container only.
    Anonymous,
    /// `bind`: a path of the host, as written: `./data`, `~/data`, `/data`, `C:\data`.
    Bind(String),
    /// `tmpfs`: memory.
    Tmpfs,
    /// `npipe`: a named pipe of Windows.
    Npipe(String),
    /// `cluster`: a volume of a swarm.
    Cluster(String),
    /// `image`: the files of an image.
    Image(String),
}

/// `bind` of a mount.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BindOptions {
    /// `propagation`: whether mounts below it are seen on the other side.
    pub propagation: Option<Spanned<String>>,
    /// `create_host_path`: whether a missing directory is made; the short form says so.
    pub create_host_path: Option<Spanned<bool>>,
    /// `recursive`: what becomes of mounts below it.
    pub recursive: Option<Spanned<Recursive>>,
    /// `selinux`: which label its files get.
    pub selinux: Option<Spanned<Selinux>>,
}

/// `bind.recursive`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recursive {
    /// `enabled`: they are mounted too.
    Enabled,
    /// `disabled`: they are not.
    Disabled,
    /// `writable`: they are, and can be written even if the mount cannot.
    Writable,
    /// `readonly`: they are, and cannot be written.
    Readonly,
}

/// `bind.selinux`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selinux {
    /// `z`: shared between containers.
    Shared,
    /// `Z`: for this container only.
    Private,
}

/// `volume` of a mount.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VolumeOptions {
    /// `nocopy`: whether a new volume stays empty, rather than get what the image has there.
    pub nocopy: Option<Spanned<bool>>,
    /// `subpath`: the directory in the volume that is mounted.
    pub subpath: Option<Spanned<String>>,
    /// `labels`: of an anonymous volume.
    pub labels: IndexMap<String, Spanned<String>>,
}

/// `tmpfs` of a mount.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TmpfsOptions {
    /// `size`: how large it may grow.
    pub size: Option<Spanned<ByteSize>>,
    /// `mode`: the permissions of the directory.
    pub mode: Option<Spanned<u32>>,
}

/// `image` of a mount.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageOptions {
    /// `subpath`: the directory in the image that is mounted.
    pub subpath: Option<Spanned<String>>,
}
