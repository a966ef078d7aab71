//! Why ECS does not start a task.

use super::api::Failure;

/// Whether what stands in the way of a task may go away.
#[must_use]
pub fn is_passing(failure: &Failure) -> bool {
    failure.reason.as_deref().is_some_and(|reason| reason.starts_with("RESOURCE:") || reason == "AGENT")
}

/// Why a task did not start, in a sentence.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html>
#[must_use]
pub fn why_not(failure: Option<&Failure>) -> String {
    let Some(reason) = failure.and_then(|failure| failure.reason.as_deref()) else {
        return "ECS took the call, and started no task".to_owned();
    };
    let detail = failure.and_then(|failure| failure.detail.as_deref());
    let detail = detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
    let why = match reason {
        "RESOURCE:CPU" => "no instance has enough CPU left",
        "RESOURCE:MEMORY" => "no instance has enough memory left",
        "RESOURCE:GPU" => "no instance has enough GPUs left",
        "RESOURCE:ENI" => "no instance has a network interface left",
        "AGENT" => "the agent of the instance is not connected",
        "MISSING" => "the cluster or the instance is gone",
        "INACTIVE" => "the cluster or the instance is not active",
        "ATTRIBUTE" => "no instance has what the task asks of it",
        "LOCATION" => "no instance is in the right place",
        _ if reason.starts_with("RESOURCE:PORTS") => "the host port is taken on every instance",
        _ => "ECS did not start the task",
    };
    format!("{why}: {reason}{detail}")
}
