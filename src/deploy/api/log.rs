//! What containers wrote.

use serde::{Deserialize, Serialize};

use super::{Call, Operation, Read};

/// Asks for a page of what was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FilterLogEvents<'a> {
    /// The log group.
    pub log_group_name: &'a str,
    /// How the names of the log streams start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_stream_name_prefix: Option<String>,
    /// From when on, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<i64>,
    /// Until when, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<i64>,
    /// Where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A page of what was written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEvents {
    /// The lines.
    #[serde(default)]
    pub events: Vec<LogEvent>,
    /// Where this page ends, unless it is the last.
    #[serde(default)]
    pub next_token: Option<String>,
}

/// A line that was written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEvent {
    /// Its name.
    #[serde(default)]
    pub event_id: String,
    /// The log stream.
    #[serde(default)]
    pub log_stream_name: String,
    /// When, in milliseconds since 1970.
    #[serde(default)]
    pub timestamp: i64,
    /// The line.
    #[serde(default)]
    pub message: String,
}

impl Call for FilterLogEvents<'_> {
    const OPERATION: Operation = Operation::FilterLogEvents;
    type Answer = LogEvents;
}

impl Read for FilterLogEvents<'_> {}
