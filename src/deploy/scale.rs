//! Changes how many tasks services have, and nothing else.

use serde_json::Value;

use super::api::definition::Revision;
use super::api::service::Service;
use super::plan::Step;
use super::problem::Problem;
use super::standing::{Change, unit, update};

/// What is to become of a service that is to have so many tasks.
///
/// # Errors
///
/// When ECS itself decides how many it has.
pub fn change(service: Service, revision: Revision, count: u32) -> Result<Change, Problem> {
    if service.settings.get("schedulingStrategy").and_then(Value::as_str) == Some("DAEMON") {
        let message = format!("`{}` has one task on each instance: how many is not for us to say", unit(&service));
        return Err(Problem::new(message).hint("leave `mode: global` out to choose a number of tasks"));
    }
    let step = if service.desired_count == count { Step::Nothing } else { update(&service, false, Some(count)) };
    Ok(Change { service, wave: 0, revision, step })
}
