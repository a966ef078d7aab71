//! How long output is kept.

use super::{Target, task};
use crate::compose::extension::logging::Logs;
use crate::diag::{Code, Diagnostics};
use crate::ecs::Stack;
use crate::ecs::log_group::{CreateLogGroup, LogGroup, RetentionPolicy};
use crate::ecs::task::TaskDefinition;

/// Adds the log groups of a task's containers, if anything is said of how long they are kept.
pub(super) fn add(
    definition: &TaskDefinition,
    written: &Logs,
    stack: &mut Stack,
    (target, diags): (Target<'_>, &mut Diagnostics),
) {
    // `logging` looks at the group.
    let Logs { log_group: _, log_retention } = written;
    let Some(retention) = log_retention else { return };
    let days = retention.value.get();
    let logs = definition.container_definitions.iter().filter_map(|container| container.log_configuration.as_ref());
    for group in logs.filter_map(|log| log.options.get("awslogs-group")) {
        let earlier = stack.log_groups.iter().find(|earlier| earlier.create_log_group.log_group_name == *group);
        match earlier.map(|earlier| earlier.put_retention_policy.retention_in_days) {
            Some(other) if other != days => {
                let message =
                    format!("the log group `{group}` is kept for {days} days, and for {other} by another task");
                diags
                    .error(Code::Conflict, retention.span, message)
                    .hint("give the task a group of its own with `log_group`");
                return;
            }
            Some(_) => {}
            None => stack.log_groups.push(log_group(group, days, target)),
        }
    }
}

/// A log group with a number of days.
fn log_group(name: &str, days: u32, target: Target<'_>) -> LogGroup {
    let tag = task::project_tag(target);
    LogGroup {
        create_log_group: CreateLogGroup { log_group_name: name.to_owned(), tags: [(tag.key, tag.value)].into() },
        put_retention_policy: RetentionPolicy { log_group_name: name.to_owned(), retention_in_days: days },
    }
}
