//! How long output is kept: `CreateLogGroup` and `PutRetentionPolicy` of CloudWatch Logs.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>

use std::collections::BTreeMap;

use serde::Serialize;

/// A group of logs, and how long they are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogGroup {
    /// What makes the group.
    pub create_log_group: CreateLogGroup,
    /// What says how long.
    pub put_retention_policy: RetentionPolicy,
}

/// The input of `CreateLogGroup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateLogGroup {
    /// The group's name.
    pub log_group_name: String,
    /// Its tags.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// The input of `PutRetentionPolicy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RetentionPolicy {
    /// The group's name.
    pub log_group_name: String,
    /// After how many days its logs are forgotten.
    pub retention_in_days: u32,
}
