//! `volumes` of a service.

pub mod short;

use indexmap::IndexMap;

use crate::compose::size::{ByteSize, WholeSize};
use crate::compose::value::{PlainNumber, take_distinct_texts};
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::choice::choice;
use crate::yaml::keys::{Decode, Keys, wrong_type};
use crate::yaml::resolve::Value;
use crate::yaml::{Kind, Node};

/// An entry of `volumes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// `type` and `source`: what is mounted.
    pub source: Source,
    /// `source` of a directory in memory, where it says nothing.
    pub idle_source: Option<String>,
    /// `target`: where it appears in the container.
    pub target: String,
    /// `target` as it was written, which can have parts that lead nowhere.
    pub written_target: String,
    /// `read_only`: whether it cannot be written.
    pub read_only: bool,
    /// `consistency`: how soon writes are seen on the other side, on a Mac.
    pub consistency: Option<Spanned<String>>,
    /// `bind`: of a directory. The short form's `z` and `Z` put it at volumes also.
    pub bind: Option<BindOptions>,
    /// `volume`: of a volume; the short form has it wherever a volume is mounted.
    pub volume: Option<VolumeOptions>,
    /// `tmpfs`: of a directory in memory.
    pub tmpfs: Option<TmpfsOptions>,
    /// `image`: of an image.
    pub image: Option<ImageOptions>,
}

/// What is mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `volume` with a source: the volume of that key.
    Volume(String),
    /// `volume` without a source: a volume of this container only.
    Anonymous,
    /// `bind`: a path of the host, as written: `./data`, `~/data`, `/data`, `C:\data`; an empty one leads to the
    /// project's directory.
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

impl Source {
    /// The key of a volume of the project.
    #[must_use]
    pub fn volume(&self) -> Option<&str> {
        match self {
            Self::Volume(key) => Some(key),
            Self::Anonymous | Self::Bind(_) | Self::Tmpfs | Self::Npipe(_) | Self::Cluster(_) | Self::Image(_) => None,
        }
    }
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

/// All of `volumes`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mounts(pub(super) Vec<Spanned<Mount>>);

impl Mount {
    /// A mount without options.
    #[must_use]
    pub fn new(source: Source, target: &str) -> Self {
        Self {
            source,
            idle_source: None,
            target: clean(target),
            written_target: clean(target),
            read_only: false,
            consistency: None,
            bind: None,
            volume: None,
            tmpfs: None,
            image: None,
        }
    }
}

impl Selinux {
    /// The letter that stands for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "z",
            Self::Private => "Z",
        }
    }
}

impl Recursive {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Writable => "writable",
            Self::Readonly => "readonly",
        }
    }
}

impl Decode for Mounts {
    /// As in Compose, of two mounts that are written with one target the last stays, in the place of the first.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Kind::Sequence(items) = &node.kind else {
            wrong_type(node, "a list of mounts", diags);
            return None;
        };
        let mut mounts: IndexMap<String, Spanned<Mount>> = IndexMap::new();
        for item in items {
            let Some((written, mount)) = entry(item, diags) else { continue };
            mounts.insert(written, Spanned::new(mount, item.span));
        }
        let mut targets: IndexMap<&str, Span> = IndexMap::new();
        for mount in mounts.values() {
            if let Some(first) = targets.insert(&mount.value.target, mount.span) {
                let message = format!("something is mounted at `{}` already", mount.value.target);
                diags.error(Code::Conflict, mount.span, message).label(first, "it is mounted here");
            }
        }
        Some(Self(mounts.into_values().collect()))
    }
}

/// Reports what is wrong with an entry of `volumes`.
pub(in crate::compose) fn check(node: &Node, diags: &mut Diagnostics) {
    drop(entry(node, diags));
}

/// Reads one entry of `volumes`, and its target as it was written.
fn entry(node: &Node, diags: &mut Diagnostics) -> Option<(String, Mount)> {
    if node.as_mapping().is_some() {
        return long(node, diags);
    }
    let Some(Value::String(text)) = node.value() else {
        wrong_type(node, "a mount such as `data:/data`, or a mapping", diags);
        return None;
    };
    match Mount::short(text, node.span) {
        Ok(mount) => Some((mount.target.clone(), mount)),
        Err(err) => {
            diags.error(Code::InvalidValue, node.span, format!("invalid value `{text}`: {err}"));
            None
        }
    }
}

/// Reads the long form, and its target as it was written.
fn long(node: &Node, diags: &mut Diagnostics) -> Option<(String, Mount)> {
    let mut keys = Keys::of(node, diags)?;
    let kind: Option<Spanned<Type>> = keys.require("type", diags);
    let source: Option<Spanned<String>> = keys.take("source", diags);
    let target: Option<String> = keys.require("target", diags);
    let read_only = keys.take("read_only", diags).unwrap_or_default();
    let consistency =
        keys.take("consistency", diags).filter(|consistency: &Spanned<String>| !consistency.value.is_empty());
    let (bind, volume) = (keys.take("bind", diags), keys.take("volume", diags));
    let (tmpfs, image) = (keys.take("tmpfs", diags), keys.take("image", diags));
    keys.finish("a mount", diags);
    let (kind, written_target) = (kind?, target?);
    let idle_source = source.as_ref().filter(|_| kind.value == Type::Tmpfs).map(|source| source.value.clone());
    let source = kind.value.source(source, kind.span, diags)?;
    let target = clean(&written_target);
    let written = written_target.clone();
    let mount =
        Mount { source, idle_source, target, written_target, read_only, consistency, bind, volume, tmpfs, image };
    Some((written, mount))
}

/// `type` of a mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Bind,
    Volume,
    Tmpfs,
    Cluster,
    Npipe,
    Image,
}

impl Type {
    /// Puts the type and the source together. `span` is the type's place.
    fn source(self, source: Option<Spanned<String>>, span: Span, diags: &mut Diagnostics) -> Option<Source> {
        let text = |source: Option<Spanned<String>>| source.map(|source| source.value).unwrap_or_default();
        Some(match self {
            Self::Volume => match text(source) {
                key if key.is_empty() => Source::Anonymous,
                key => Source::Volume(key),
            },
            Self::Bind => {
                let Some(source) = source else {
                    diags.error(Code::MissingKey, span, "`source` is missing: what should be mounted?");
                    return None;
                };
                Source::Bind(source.value)
            }
            Self::Tmpfs => {
                if let Some(source) = source {
                    diags.warn(Code::Conflict, source.span, "`source` says nothing: memory has no source");
                }
                Source::Tmpfs
            }
            Self::Cluster => Source::Cluster(text(source)),
            Self::Npipe => Source::Npipe(text(source)),
            Self::Image => Source::Image(text(source)),
        })
    }
}

impl Decode for Type {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let types = [
            ("bind", Self::Bind),
            ("volume", Self::Volume),
            ("tmpfs", Self::Tmpfs),
            ("cluster", Self::Cluster),
            ("npipe", Self::Npipe),
            ("image", Self::Image),
        ];
        choice(node, &types, diags)
    }
}

impl Decode for Recursive {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let all = [Self::Enabled, Self::Disabled, Self::Writable, Self::Readonly];
        choice(node, &all.map(|recursive| (recursive.as_str(), recursive)), diags)
    }
}

impl Decode for Selinux {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        choice(node, &[Self::Shared, Self::Private].map(|label| (label.as_str(), label)), diags)
    }
}

impl Decode for BindOptions {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let options = Self {
            propagation: keys.take("propagation", diags),
            create_host_path: keys.take("create_host_path", diags),
            recursive: keys.take("recursive", diags),
            selinux: keys.take("selinux", diags),
        };
        keys.finish("`bind`", diags);
        Some(options)
    }
}

impl Decode for VolumeOptions {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let options = Self {
            nocopy: keys.take("nocopy", diags),
            subpath: keys.take("subpath", diags),
            labels: take_distinct_texts(&mut keys, "labels", diags),
        };
        keys.finish("`volume`", diags);
        Some(options)
    }
}

impl Decode for TmpfsOptions {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let size = keys.take("size", diags).map(|size: Spanned<WholeSize>| size.map(|WholeSize(size)| size));
        if let Some(size) = size.filter(|size| size.value.bytes() < 0) {
            diags.error(Code::InvalidValue, size.span, "invalid size: it is negative");
        }
        let mode = keys.take("mode", diags).map(|mode: Spanned<FileMode>| mode.map(|FileMode(mode)| mode));
        keys.finish("`tmpfs`", diags);
        Some(Self { size, mode })
    }
}

/// Permissions, as a number that is not in quotes.
struct FileMode(u32);

impl Decode for FileMode {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let PlainNumber(number) = PlainNumber::decode(node, diags)?;
        let mode = u32::try_from(number).ok();
        if mode.is_none() {
            diags.error(Code::InvalidValue, node.span, format!("invalid value `{number}`: it is not a file mode"));
        }
        mode.map(Self)
    }
}

impl Decode for ImageOptions {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let options = Self { subpath: keys.take("subpath", diags) };
        keys.finish("`image`", diags);
        Some(options)
    }
}

/// The shortest path that says the same, as Go's `path.Clean` finds it.
fn clean(path: &str) -> String {
    let root = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." if root => {}
            _ => parts.push(part),
        }
    }
    match (root, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}
