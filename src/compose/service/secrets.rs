//! What a service is told in confidence, and what it is configured with.

use crate::source::Spanned;

/// What a service is told in confidence, and what it is configured with.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// `secrets`: top-level secrets that appear as files.
    pub secrets: Vec<Spanned<FileGrant>>,
    /// `configs`: top-level configs that appear as files.
    pub configs: Vec<Spanned<FileGrant>>,
    /// `credential_spec`: the account under which a Windows container runs.
    pub credential_spec: Option<Spanned<CredentialSpec>>,
}

/// A secret or config that appears as a file in the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileGrant {
    /// `source`: the key of the top-level secret or config; always there but for an empty long form.
    pub source: Spanned<String>,
    /// `target`: the file's path; a secret's default is `/run/secrets/SOURCE`, a config's `/SOURCE`.
    pub target: String,
    /// `uid`: whose file it is.
    pub uid: Option<Spanned<String>>,
    /// `gid`: whose group's file it is.
    pub gid: Option<Spanned<String>>,
    /// `mode`: its permissions.
    pub mode: Option<Spanned<FileMode>>,
}

/// Permissions of a file, as the number behind `0440`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileMode(pub i64);

/// The account under which a Windows container runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CredentialSpec {
    /// `config`: a top-level config that holds it.
    pub config: Option<Spanned<String>>,
    /// `file`: a file that holds it.
    pub file: Option<Spanned<String>>,
    /// `registry`: a value in the host's registry that holds it.
    pub registry: Option<Spanned<String>>,
}
