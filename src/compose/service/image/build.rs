//! `build`: how an image is made.

use indexmap::IndexMap;

use super::super::super::size::ByteSize;
use super::super::kernel::ulimit::Ulimit;
use crate::source::Spanned;

/// How an image is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Build {
    /// `context`: the absolute directory, or the URL, that the build sees.
    pub context: String,
    /// `dockerfile`: the file with the build's steps, within the context.
    pub dockerfile: Option<String>,
    /// `dockerfile_inline`: the build's steps themselves.
    pub dockerfile_inline: Option<String>,
    /// `args`: values of the build's `ARG`s; `None` is one that is taken from the surroundings.
    pub args: IndexMap<String, Option<String>>,
    /// `target`: the stage at which the build ends.
    pub target: Option<String>,
    /// `additional_contexts`: further directories or images that the build sees.
    pub additional_contexts: IndexMap<String, String>,
    /// `labels`: of the image.
    pub labels: IndexMap<String, String>,
    /// `tags`: further names of the image.
    pub tags: Vec<Spanned<String>>,
    /// `platforms`: what the image is made for.
    pub platforms: Vec<Spanned<String>>,
    /// `network`: the network of the build's steps.
    pub network: Option<String>,
    /// `extra_hosts`: host names that the build's steps know, each with its addresses.
    pub extra_hosts: IndexMap<String, Vec<String>>,
    /// `ssh`: agents or keys that the build's steps may use.
    pub ssh: IndexMap<String, Option<String>>,
    /// `secrets`: files that the build's steps may read.
    pub secrets: Vec<Spanned<BuildSecret>>,
    /// `ulimits`: resource limits of the build's steps.
    pub ulimits: IndexMap<String, Ulimit>,
    /// `shm_size`: the size of `/dev/shm` in the build's steps.
    pub shm_size: Option<ByteSize>,
    /// `cache_from`: where the build finds steps that were done before.
    pub cache_from: Vec<String>,
    /// `cache_to`: where the build leaves its steps for the next one.
    pub cache_to: Vec<String>,
    /// `no_cache`: every step is done anew.
    pub no_cache: bool,
    /// `pull`: the images that the build starts from are fetched anew.
    pub pull: bool,
    /// `privileged`: the build's steps rule over the machine.
    pub privileged: bool,
    /// `entitlements`: what else the build's steps may do.
    pub entitlements: Vec<String>,
    /// `isolation`: how the build's steps are kept apart on Windows.
    pub isolation: Option<String>,
    /// `provenance`: the attestation of how the image was made.
    pub provenance: Option<String>,
    /// `sbom`: the attestation of what the image holds.
    pub sbom: Option<String>,
}

/// An entry of `build.secrets`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildSecret {
    /// `source`: the key of the secret.
    pub source: String,
    /// `target`: the file's name.
    pub target: Option<String>,
    /// `uid`: the file's owner.
    pub uid: Option<String>,
    /// `gid`: the file's group.
    pub gid: Option<String>,
    /// `mode`: the file's permissions.
    pub mode: Option<String>,
}
