//! The calls that read what was written.

use serde_json::{Value, json};

use super::LogEvent;
use super::calls::missing;
use crate::aws::Aws;
use crate::input::Input;
use crate::page::Pages;
use crate::wire::{Answer, ApiError};

impl Aws {
    pub(super) fn filter_log_events(&mut self, input: Input<'_>) -> Answer {
        let (_, group) = self.log_group_of(input)?;
        let names = input.texts("logStreamNames");
        let prefix = input.text("logStreamNamePrefix");
        if prefix.is_some() && !names.is_empty() {
            return Err(ApiError::invalid("Specify either logStreamNames or logStreamNamePrefix, not both."));
        }
        if names.iter().any(|name| !group.streams.contains_key(*name)) {
            return Err(missing("stream"));
        }
        let chosen = group.streams.iter().filter(|(name, _)| {
            prefix.is_none_or(|prefix| name.starts_with(prefix)) && (names.is_empty() || names.contains(&name.as_str()))
        });
        let mut found: Vec<(&String, &LogEvent)> = Vec::new();
        for (name, events) in chosen {
            found.extend(events.iter().filter(|event| self.fits(event, input)).map(|event| (name, event)));
        }
        found.sort_by_key(|(_, event)| (event.at, &event.id));
        let items = found.into_iter().map(|(name, event)| {
            let mut item = self.render_event(event);
            if let Some(members) = item.as_object_mut() {
                members.insert("logStreamName".to_owned(), json!(name));
                members.insert("eventId".to_owned(), json!(event.id));
            }
            item
        });
        let pages = Pages { member: "events", usual: 10_000, most: 10_000, size: "limit" };
        let mut answer = self.page(items.collect(), input, pages)?;
        if let Some(members) = answer.as_object_mut() {
            members.insert("searchedLogStreams".to_owned(), json!([]));
        }
        Ok(answer)
    }

    /// One page of a stream, from its end unless the caller asks for its head.
    pub(super) fn get_log_events(&mut self, input: Input<'_>) -> Answer {
        let (_, group) = self.log_group_of(input)?;
        let stream = group.streams.get(input.text("logStreamName").unwrap_or_default());
        let events: Vec<&LogEvent> = match stream {
            Some(events) => events.iter().filter(|event| self.fits(event, input)).collect(),
            None => return Err(missing("stream")),
        };
        let limit = input.whole("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(10_000);
        let (start, end) = match input.text("nextToken").map(|token| token.split_once('/')) {
            None if input.flag("startFromHead") == Some(true) => (0, limit),
            None => (events.len().saturating_sub(limit), events.len()),
            Some(Some(("f", place))) => {
                let start: usize = place.parse().unwrap_or(0);
                (start, start.saturating_add(limit))
            }
            Some(Some(("b", place))) => {
                let end: usize = place.parse().unwrap_or(0);
                (end.saturating_sub(limit), end)
            }
            Some(_) => return Err(ApiError::invalid("The specified nextToken is invalid.")),
        };
        let end = end.min(events.len()).max(start);
        let page = events.get(start..end).unwrap_or_default();
        Ok(json!({
            "events": page.iter().map(|event| self.render_event(event)).collect::<Value>(),
            "nextForwardToken": format!("f/{end}"),
            "nextBackwardToken": format!("b/{start}"),
        }))
    }

    /// Whether an event can be read and is one that was asked for: from `startTime` on, before `endTime`, with the terms
    /// of the pattern.
    fn fits(&self, event: &LogEvent, input: Input<'_>) -> bool {
        let at = self.millis(event.at);
        let mut terms = input.text("filterPattern").unwrap_or_default().split_whitespace();
        self.can_read(event)
            && input.count("startTime").is_none_or(|start| at >= start)
            && input.count("endTime").is_none_or(|end| at < end)
            && terms.all(|term| event.text.contains(term.trim_matches('"')))
    }

    fn render_event(&self, event: &LogEvent) -> Value {
        json!({
            "timestamp": self.millis(event.at),
            "ingestionTime": self.millis(event.at + self.settings.log_lag),
            "message": event.text,
        })
    }
}
