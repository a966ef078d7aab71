//! What a service and a family of task definitions were before.

use serde::{Deserialize, Serialize};

use super::{Call, Operation, Read};

/// How many service revisions one call describes.
pub const MOST_REVISIONS: usize = 20;

/// Asks for a page of a service's deployments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListServiceDeployments<'a> {
    /// The cluster in which it runs.
    pub cluster: &'a str,
    /// The service's name.
    pub service: &'a str,
    /// Where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A page of a service's deployments.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PastDeployments {
    /// The deployments.
    #[serde(default)]
    pub service_deployments: Vec<PastDeployment>,
    /// Where this page ends, unless it is the last.
    #[serde(default)]
    pub next_token: Option<String>,
}

/// A deployment of a service, in short.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PastDeployment {
    /// How far it got: `SUCCESSFUL`, `STOPPED` …
    #[serde(default)]
    pub status: String,
    /// When it was made, in seconds since 1970 by the server's clock.
    #[serde(default)]
    pub created_at: f64,
    /// The full name of the service revision that it deployed.
    #[serde(default)]
    pub target_service_revision_arn: String,
}

impl Call for ListServiceDeployments<'_> {
    const OPERATION: Operation = Operation::ListServiceDeployments;
    type Answer = PastDeployments;
}

impl Read for ListServiceDeployments<'_> {}

/// Asks for service revisions by their full names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeServiceRevisions<'a> {
    /// Their full names, at most [`MOST_REVISIONS`].
    pub service_revision_arns: Vec<&'a str>,
}

/// What is known of service revisions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceRevisions {
    /// Those that there are.
    #[serde(default)]
    pub service_revisions: Vec<ServiceRevision>,
}

/// What a deployment of a service deployed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceRevision {
    /// Its full name.
    pub service_revision_arn: String,
    /// The full name of the revision of the task definition.
    #[serde(default)]
    pub task_definition: String,
}

impl Call for DescribeServiceRevisions<'_> {
    const OPERATION: Operation = Operation::DescribeServiceRevisions;
    type Answer = ServiceRevisions;
}

impl Read for DescribeServiceRevisions<'_> {}

/// Asks for a page of the revisions of a family that can be used, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTaskDefinitions<'a> {
    /// The family: its whole name.
    pub family_prefix: &'a str,
    /// Which revisions.
    pub status: &'static str,
    /// In which order.
    pub sort: &'static str,
    /// Where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl<'a> ListTaskDefinitions<'a> {
    /// Asks for the first page.
    #[must_use]
    pub const fn newest_first(family: &'a str) -> Self {
        Self { family_prefix: family, status: "ACTIVE", sort: "DESC", next_token: None }
    }
}

/// A page of the names of revisions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DefinitionArns {
    /// The full names.
    #[serde(default)]
    pub task_definition_arns: Vec<String>,
    /// Where this page ends, unless it is the last.
    #[serde(default)]
    pub next_token: Option<String>,
}

impl Call for ListTaskDefinitions<'_> {
    const OPERATION: Operation = Operation::ListTaskDefinitions;
    type Answer = DefinitionArns;
}

impl Read for ListTaskDefinitions<'_> {}
