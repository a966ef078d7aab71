//! Clusters.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Call, Failure, Operation, Read, Write};

/// Asks for clusters by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DescribeClusters<'a> {
    /// Their names.
    pub clusters: Vec<&'a str>,
}

/// What is known of clusters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Clusters {
    /// Those that there are.
    #[serde(default)]
    pub clusters: Vec<Cluster>,
    /// Those that there are not.
    #[serde(default)]
    pub failures: Vec<Failure>,
}

/// A cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// Its full name, which tells the region and the account.
    pub cluster_arn: String,
    /// Its name.
    pub cluster_name: String,
    /// `ACTIVE`, or it is of no use.
    #[serde(default)]
    pub status: String,
    /// How many instances tasks of the launch type `EC2` can run on.
    #[serde(default)]
    pub registered_container_instances_count: u32,
    /// From where it gets machines; where there are some, `FARGATE` must be among them for Fargate.
    #[serde(default)]
    pub capacity_providers: Vec<String>,
}

impl Call for DescribeClusters<'_> {
    const OPERATION: Operation = Operation::DescribeClusters;
    type Answer = Clusters;
}

impl Read for DescribeClusters<'_> {}

/// Asks for a page of the clusters' names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListClusters {
    /// Where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A page of clusters' names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterArns {
    /// The full names.
    #[serde(default)]
    pub cluster_arns: Vec<String>,
    /// Where this page ends, unless it is the last.
    #[serde(default)]
    pub next_token: Option<String>,
}

impl Call for ListClusters {
    const OPERATION: Operation = Operation::ListClusters;
    type Answer = ClusterArns;
}

impl Read for ListClusters {}

/// Makes a cluster. The input is the document of the translation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct CreateCluster<'a> {
    /// The document.
    pub document: &'a Value,
}

/// The cluster that was made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CreatedCluster {
    /// The cluster.
    pub cluster: Cluster,
}

impl Call for CreateCluster<'_> {
    const OPERATION: Operation = Operation::CreateCluster;
    type Answer = CreatedCluster;
}

impl Write for CreateCluster<'_> {}
