//! Repositories of ECR, and the way into them.

use serde::{Deserialize, Serialize};

use super::{Call, Operation, Read, Write};

/// Asks for a password with which container engines push and pull, and where the registry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GetAuthorizationToken {}

/// The ways in.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorizations {
    /// One, for one's own registry.
    #[serde(default)]
    pub authorization_data: Vec<Authorization>,
}

/// A way in.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorization {
    /// A user, a colon and a password, in base 64.
    #[serde(default)]
    pub authorization_token: String,
    /// Where the registry is, as an address.
    #[serde(default)]
    pub proxy_endpoint: String,
}

impl Call for GetAuthorizationToken {
    const OPERATION: Operation = Operation::GetAuthorizationToken;
    type Answer = Authorizations;
}

impl Read for GetAuthorizationToken {}

/// Asks for repositories by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeRepositories<'a> {
    /// Their names.
    pub repository_names: Vec<&'a str>,
}

/// The repositories.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Repositories {
    /// Those of these names.
    #[serde(default)]
    pub repositories: Vec<Repository>,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Repository {
    /// Whether a tag stays with its image: `IMMUTABLE`, `MUTABLE` …
    #[serde(default)]
    pub image_tag_mutability: String,
}

impl Call for DescribeRepositories<'_> {
    const OPERATION: Operation = Operation::DescribeRepositories;
    type Answer = Repositories;
}

impl Read for DescribeRepositories<'_> {}

/// Makes a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateRepository<'a> {
    /// Its name.
    pub repository_name: &'a str,
    /// Its tags.
    pub tags: Vec<RepositoryTag<'a>>,
    /// What is looked for in its images.
    pub image_scanning_configuration: Scanning,
}

/// A tag of a repository, whose members ECR writes with capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RepositoryTag<'a> {
    /// Its name.
    pub key: &'a str,
    /// Its value.
    pub value: &'a str,
}

/// What is looked for in images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scanning {
    /// Whether known weaknesses are, at every push.
    pub scan_on_push: bool,
}

/// The repository that was made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CreatedRepository {
    /// The repository.
    pub repository: Repository,
}

impl Call for CreateRepository<'_> {
    const OPERATION: Operation = Operation::CreateRepository;
    type Answer = CreatedRepository;
}

impl Write for CreateRepository<'_> {}
