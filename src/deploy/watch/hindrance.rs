//! What keeps ECS from starting tasks, told from the events of a service.

/// What keeps ECS from starting tasks. All of it may go away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hindrance {
    /// The cluster has no instances.
    NoInstances,
    /// A host port is taken.
    Ports,
    /// There is too little CPU.
    Cpu,
    /// There is too little memory.
    Memory,
    /// There are too few GPUs.
    Gpu,
    /// There are too few network interfaces.
    Interfaces,
    /// No instance is of the kind that is asked for.
    Attributes,
    /// The agent of the instance does not answer.
    Agent,
    /// The account runs as much on Fargate as it may.
    Quota,
    /// Fargate has nothing left.
    Fargate,
    /// A role cannot be assumed.
    Role,
    /// Something else.
    Other,
}

/// What keeps ECS from starting tasks, by what it says.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>
#[must_use]
pub fn hindrance(event: &str) -> Option<Hindrance> {
    let event = event.to_lowercase();
    let has = |words: &str| event.contains(words);
    if has("unable to assume the role") {
        return Some(Hindrance::Role);
    }
    if has("capacity is unavailable at this time") {
        return Some(Hindrance::Fargate);
    }
    if !has("unable to place a task") {
        return None;
    }
    Some(if has("no container instances were found") {
        Hindrance::NoInstances
    } else if has("number of vcpus") {
        Hindrance::Quota
    } else if has("already using a port") {
        Hindrance::Ports
    } else if has("enough cpu") || has("insufficient cpu") {
        Hindrance::Cpu
    } else if has("enough memory") || has("insufficient memory") {
        Hindrance::Memory
    } else if has("gpu") {
        Hindrance::Gpu
    } else if has("network interface") || has("resource:eni") {
        Hindrance::Interfaces
    } else if has("attribute") || has("memberof") || has("distinctinstance") {
        Hindrance::Attributes
    } else if has("\"agent\"") || has("agent is not connected") {
        Hindrance::Agent
    } else {
        Hindrance::Other
    })
}

impl Hindrance {
    /// What it is, in a sentence.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoInstances => "the cluster has no instances",
            Self::Ports => "a host port of the task is taken on every instance that could run it",
            Self::Cpu => "no instance has enough CPU left",
            Self::Memory => "no instance has enough memory left",
            Self::Gpu => "no instance has enough GPUs left",
            Self::Interfaces => "no instance has a network interface left",
            Self::Attributes => "no instance is of the kind that the task asks for",
            Self::Agent => "the agent of the instance does not answer",
            Self::Quota => "the account runs as many vCPUs on Fargate as it may",
            Self::Fargate => "Fargate has no capacity in these zones at this time",
            Self::Role => "a role of the task cannot be assumed",
            Self::Other => "no instance can take the task",
        }
    }

    /// What can be done.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::NoInstances => "add an instance to the cluster, or use `--launch-type fargate`",
            Self::Ports => {
                "publish the container's port alone, so that ECS chooses the host's, or add an instance, or let tasks \
                 stop before their successors start: `deploy: {update_config: {order: stop-first}}`"
            }
            Self::Cpu => "ask for less under `deploy.resources`, or add an instance",
            Self::Memory => "ask for less under `deploy.resources` or with `mem_limit`, or add an instance",
            Self::Gpu | Self::Interfaces | Self::Other => "add an instance",
            Self::Attributes => "look at `deploy.placement` and `platform`, or add an instance of that kind",
            Self::Agent => "look at the instance, or replace it",
            Self::Quota => {
                "have the quota `Fargate On-Demand vCPU resource count` raised in Service Quotas, or stop other tasks"
            }
            Self::Fargate => "wait, or name subnets in more zones",
            Self::Role => {
                "a new role takes a minute; its trust policy must let `ecs-tasks.amazonaws.com` assume it, and who \
                 deploys must be allowed to pass it"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(event: &str, expected: Option<Hindrance>) {
        assert_eq!(hindrance(event), expected);
    }

    #[test]
    fn what_keeps_tasks_from_starting_is_told_from_events() {
        let unmet =
            "(service web) was unable to place a task because no container instance met all of its requirements.";
        let closest = format!("{unmet} The closest matching (container-instance 3f2a)");
        check(&format!("{closest} is already using a port required by your task."), Some(Hindrance::Ports));
        check(&format!("{closest} has insufficient CPU units available."), Some(Hindrance::Cpu));
        check(&format!("{closest} doesn't have enough memory."), Some(Hindrance::Memory));
        check(&format!("{closest} is missing an attribute required by your task."), Some(Hindrance::Attributes));
        check(&format!("{closest} encountered error \"AGENT\"."), Some(Hindrance::Agent));
        check(
            &format!("{unmet} Reason: No Container Instances were found in your cluster."),
            Some(Hindrance::NoInstances),
        );
        check(
            "(service web) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently.",
            Some(Hindrance::Quota),
        );
        check(
            "(service web) was unable to place a task. Reason: Capacity is unavailable at this time.",
            Some(Hindrance::Fargate),
        );
        check(
            "(service web) failed to launch a task with (error ECS was unable to assume the role 'arn:aws:iam::1:role/x' that was provided for this task.",
            Some(Hindrance::Role),
        );
        check("(service web) was unable to place a task.", Some(Hindrance::Other));
        check("(service web) has started 1 tasks: (task 5f3c).", None);
        check("(service web) has reached a steady state.", None);
    }
}
