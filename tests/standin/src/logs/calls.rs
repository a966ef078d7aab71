//! The calls about log groups and streams.

use std::time::Duration;

use serde_json::{Value, json};

use super::{LogEvent, LogGroup};
use crate::aws::Aws;
use crate::input::Input;
use crate::page::Pages;
use crate::tags::Tags;
use crate::wire::{Answer, ApiError};

/// The days for which events can be kept.
const RETENTION: [i64; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

impl Aws {
    pub(crate) fn logs(&mut self, operation: &str, input: Input<'_>) -> Answer {
        match operation {
            "FilterLogEvents" => self.filter_log_events(input),
            "GetLogEvents" => self.get_log_events(input),
            "DescribeLogStreams" => self.describe_log_streams(input),
            "DescribeLogGroups" => self.describe_log_groups(input),
            "CreateLogGroup" => self.create_log_group(input),
            "DeleteLogGroup" => self.delete_log_group(input),
            "PutRetentionPolicy" => self.put_retention_policy(input),
            other => Err(ApiError::new("UnknownOperationException", format!("no such operation: {other}"))),
        }
    }

    /// The group of a call, which it names by its name or its ARN.
    pub(super) fn log_group_of<'a>(&'a self, input: Input<'a>) -> Result<(&'a str, &'a LogGroup), ApiError> {
        let name = match (input.text("logGroupName"), input.text("logGroupIdentifier")) {
            (Some(name), None) => name,
            (None, Some(arn)) => arn.split_once(":log-group:").map_or(arn, |(_, name)| name.trim_end_matches(":*")),
            _ => return Err(ApiError::invalid("Specify either a log group name or a log group identifier.")),
        };
        let group = self.logs.groups.get(name);
        group.map(|group| (name, group)).ok_or_else(|| missing("group"))
    }

    fn create_log_group(&mut self, input: Input<'_>) -> Answer {
        let name = input.text("logGroupName").unwrap_or_default();
        if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-/#".contains(letter)) {
            return Err(ApiError::invalid(format!("'{name}' is no name of a log group.")));
        }
        if self.logs.groups.contains_key(name) {
            let message = "The specified log group already exists";
            return Err(ApiError::new("ResourceAlreadyExistsException", message));
        }
        let given = input.get("tags").and_then(Value::as_object).into_iter().flatten();
        let tags: Tags =
            given.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect();
        self.logs.group(name, self.now).tags = tags;
        Ok(json!({}))
    }

    fn delete_log_group(&mut self, input: Input<'_>) -> Answer {
        let name = input.text("logGroupName").unwrap_or_default();
        self.logs.groups.remove(name).map(|_| json!({})).ok_or_else(|| missing("group"))
    }

    fn put_retention_policy(&mut self, input: Input<'_>) -> Answer {
        let days = input.whole("retentionInDays").filter(|days| RETENTION.contains(days));
        let Some(days) = days else {
            let allowed = RETENTION.map(|days| days.to_string()).join(", ");
            return Err(ApiError::invalid(format!("retentionInDays must be one of {allowed}.")));
        };
        let name = input.text("logGroupName").unwrap_or_default();
        let group = self.logs.groups.get_mut(name).ok_or_else(|| missing("group"))?;
        group.retention = Some(days);
        Ok(json!({}))
    }

    fn describe_log_groups(&mut self, input: Input<'_>) -> Answer {
        let prefix = input.text("logGroupNamePrefix").unwrap_or_default();
        let pattern = input.text("logGroupNamePattern").unwrap_or_default();
        let chosen = self.logs.groups.iter().filter(|(name, _)| name.starts_with(prefix) && name.contains(pattern));
        let items = chosen.map(|(name, group)| {
            let arn = format!("arn:aws:logs:{}:{}:log-group:{name}", self.settings.region, self.settings.account);
            let mut item = json!({
                "logGroupName": name,
                "arn": format!("{arn}:*"),
                "logGroupArn": arn,
                "creationTime": self.millis(group.created_at),
                "storedBytes": 0,
            });
            if let (Some(members), Some(days)) = (item.as_object_mut(), group.retention) {
                members.insert("retentionInDays".to_owned(), json!(days));
            }
            item
        });
        self.page(items.collect(), input, Pages { member: "logGroups", usual: 50, most: 50, size: "limit" })
    }

    fn describe_log_streams(&mut self, input: Input<'_>) -> Answer {
        let (group_name, group) = self.log_group_of(input)?;
        let prefix = input.text("logStreamNamePrefix").unwrap_or_default();
        let by_time = input.text("orderBy") == Some("LastEventTime");
        if by_time && !prefix.is_empty() {
            return Err(ApiError::invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
        }
        let last = |events: &[LogEvent]| events.iter().rev().find(|event| self.can_read(event)).map(|event| event.at);
        let mut chosen: Vec<_> = group.streams.iter().filter(|(name, _)| name.starts_with(prefix)).collect();
        if by_time {
            chosen.sort_by_key(|(_, events)| last(events));
        }
        if input.flag("descending") == Some(true) {
            chosen.reverse();
        }
        let (region, account) = (&self.settings.region, &self.settings.account);
        let items = chosen.into_iter().map(|(name, events)| {
            let mut item = json!({
                "logStreamName": name,
                "arn": format!("arn:aws:logs:{region}:{account}:log-group:{group_name}:log-stream:{name}"),
                "creationTime": self.millis(group.created_at),
                "storedBytes": 0,
            });
            if let (Some(members), Some(at)) = (item.as_object_mut(), last(events)) {
                members.insert("lastEventTimestamp".to_owned(), json!(self.millis(at)));
            }
            item
        });
        self.page(items.collect(), input, Pages { member: "logStreams", usual: 50, most: 50, size: "limit" })
    }

    /// Whether an event was written and has come in.
    pub(super) fn can_read(&self, event: &LogEvent) -> bool {
        event.at + self.settings.log_lag <= self.now
    }

    /// A time as `CloudWatch` Logs writes it: milliseconds since 1970.
    pub(super) fn millis(&self, at: Duration) -> u64 {
        u64::try_from((self.settings.epoch + at).as_millis()).unwrap_or(u64::MAX)
    }
}

pub(super) fn missing(what: &str) -> ApiError {
    ApiError::new("ResourceNotFoundException", format!("The specified log {what} does not exist."))
}
