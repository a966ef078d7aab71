//! Rules of health checks.

use std::ops::RangeInclusive;

use super::{At, Rule};
use crate::ecs::container::HealthCheck;
use crate::ecs::unit::Seconds;

/// Where violations are.
const FIELD: &str = "healthCheck";

/// Its form, and its numbers.
pub(super) fn check(health_check: &HealthCheck, at: &mut At<'_, '_>) {
    let HealthCheck { command, interval, timeout, retries, start_period } = health_check;
    let is_blank = |word: &String| word.trim().is_empty();
    let mistake = match command.as_slice() {
        [form, first, rest @ ..] if form == "CMD" || form == "CMD-SHELL" => {
            if is_blank(first) {
                Some("it has no command")
            } else if form == "CMD-SHELL" && !rest.is_empty() {
                Some("`CMD-SHELL` takes one text")
            } else {
                None
            }
        }
        [form] if form == "CMD" || form == "CMD-SHELL" => Some("it has no command"),
        _ => Some("it starts with neither `CMD` nor `CMD-SHELL`"),
    };
    if let Some(mistake) = mistake {
        let message = format!("the health check of container `{}` cannot run: {mistake}", at.container.name);
        at.add(FIELD, Rule::HcForm, message).hint("write `test: [CMD, word, word]`, or `disable: true` for none");
    }
    let seconds = |seconds: &Option<Seconds>| seconds.map(|seconds| seconds.0);
    range(at, "interval", seconds(interval), 5..=300);
    range(at, "timeout", seconds(timeout), 2..=60);
    range(at, "retries", *retries, 1..=10);
    range(at, "startPeriod", seconds(start_period), 0..=300);
}

/// Checks a number that may be given.
fn range(at: &mut At<'_, '_>, what: &str, number: Option<u32>, range: RangeInclusive<u32>) {
    if let Some(number) = number.filter(|number| !range.contains(number)) {
        let (first, last) = range.into_inner();
        let message = format!("{what} of the health check is {number}, where ECS takes {first} to {last}");
        at.add(FIELD, Rule::HcRange, message);
    }
}
