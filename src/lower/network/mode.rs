//! `network_mode`: which network a task has.

use super::super::Target;
use crate::compose::service::Service;
use crate::compose::service::network::{Attachment, NetworkMode as ComposeMode};
use crate::diag::{Code, Diagnostics};
use crate::ecs::task::NetworkMode;
use crate::options::LaunchType;
use crate::source::{Span, Spanned};

/// The network that a service asks of its task.
///
/// Services that share a task for another reason must agree; the caller sees to that.
pub(in super::super) fn task_network_mode(
    service: &Service,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> NetworkMode {
    let Spanned { value: mode, span } = match &service.network.attachment {
        Attachment::Networks(_) => return usual(target),
        Attachment::Mode(mode) => mode,
    };
    match mode {
        ComposeMode::Bridge => usual(target),
        ComposeMode::None => on_instances(NetworkMode::None, "none", *span, target, diags),
        ComposeMode::Host => on_instances(NetworkMode::Host, "host", *span, target, diags),
        ComposeMode::Service(name) => of_service(name.as_str(), *span, target, diags),
        ComposeMode::Container(name) => {
            let message = format!("a task cannot join the network of `{name}`, a container outside the project");
            diags
                .error(Code::Refused, *span, message)
                .hint("make it a service, and write `network_mode: service:NAME`");
            usual(target)
        }
        // Docker calls its bridge by this name too.
        ComposeMode::Other(name) if name == "default" => usual(target),
        ComposeMode::Other(name) => {
            let message = format!("ECS knows no network `{name}`, so the service is on the usual one");
            diags.warn(Code::Lost, *span, message);
            usual(target)
        }
    }
}

/// The network of tasks that ask for nothing else.
const fn usual(target: Target<'_>) -> NetworkMode {
    match target.launch_type {
        LaunchType::Ec2 => NetworkMode::Bridge,
        LaunchType::Fargate => NetworkMode::Awsvpc,
    }
}

/// A mode that only instances have.
fn on_instances(mode: NetworkMode, word: &str, span: Span, target: Target<'_>, diags: &mut Diagnostics) -> NetworkMode {
    match target.launch_type {
        LaunchType::Ec2 => mode,
        LaunchType::Fargate => {
            let message = format!("a task on Fargate has a network of its own, never `{word}`");
            diags.error(Code::Refused, span, message).hint("leave it out, or translate with `--launch-type ec2`");
            NetworkMode::Awsvpc
        }
    }
}

/// The network of another service, which shares the task.
///
/// Containers of a task are on one network in `awsvpc` and `host` only: in `bridge`, each has its own, and traffic
/// that must go through the other would leave directly. That is worse than no translation.
fn of_service(name: &str, span: Span, target: Target<'_>, diags: &mut Diagnostics) -> NetworkMode {
    match (target.launch_type, root_mode(name, target)) {
        (LaunchType::Fargate, _) => NetworkMode::Awsvpc,
        (LaunchType::Ec2, Some(ComposeMode::Host)) => NetworkMode::Host,
        (LaunchType::Ec2, Some(ComposeMode::None)) => NetworkMode::None,
        (
            LaunchType::Ec2,
            None
            | Some(ComposeMode::Bridge | ComposeMode::Service(_) | ComposeMode::Container(_) | ComposeMode::Other(_)),
        ) => {
            let message =
                format!("in `bridge`, containers of a task do not share a network: not that of `{name}` either");
            diags
                .error(Code::Refused, span, message)
                .hint("translate with `--launch-type fargate`, where they do")
                .hint(format!("or give `{name}` the instance's own network: `network_mode: host`"));
            NetworkMode::Bridge
        }
    }
}

/// The mode of the service at the end of a chain of `service:`, if it has one.
fn root_mode<'a>(name: &str, target: Target<'a>) -> Option<&'a ComposeMode> {
    let mut name = name;
    // Cycles are refused when the project is checked; the bound only makes this certain to end.
    for _ in 0..=target.project.services.len() {
        match &target.project.services.get(name)?.network.attachment {
            Attachment::Networks(_) => return None,
            Attachment::Mode(Spanned { value: ComposeMode::Service(next), span: _ }) => name = next.as_str(),
            Attachment::Mode(mode) => return Some(&mode.value),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::lower;

    /// The mode of a service's task, and what is found. There are services `app`, `own`, `chained` beside it.
    #[track_caller]
    fn check(launch_type: LaunchType, mode: &str, expected: NetworkMode, expected_findings: &str) {
        let text = format!(
            "{{services: {{web: {{image: x, {mode}}}, app: {{image: x}}, own: {{image: x, network_mode: host}}, \
             chained: {{image: x, network_mode: 'service:own'}}}}}}"
        );
        let (found, findings) = lower(launch_type, &text, task_network_mode);
        assert_eq!((found, findings.as_str()), (expected, expected_findings));
    }

    const EC2: LaunchType = LaunchType::Ec2;
    const FARGATE: LaunchType = LaunchType::Fargate;

    #[test]
    fn the_usual_network_follows_from_where_tasks_run() {
        for mode in ["hostname: a", "network_mode: bridge", "network_mode: default", "network_mode: ''"] {
            check(EC2, mode, NetworkMode::Bridge, "");
            check(FARGATE, mode, NetworkMode::Awsvpc, "");
        }
    }

    #[test]
    fn only_instances_have_networks_to_share_or_none() {
        check(EC2, "network_mode: host", NetworkMode::Host, "");
        check(EC2, "network_mode: none", NetworkMode::None, "");
        check(
            FARGATE,
            "network_mode: host",
            NetworkMode::Awsvpc,
            "host | error[refused]: a task on Fargate has a network of its own, never `host`",
        );
        check(
            FARGATE,
            "network_mode: none",
            NetworkMode::Awsvpc,
            "none | error[refused]: a task on Fargate has a network of its own, never `none`",
        );
    }

    #[test]
    fn containers_of_a_task_share_a_network_on_fargate() {
        check(FARGATE, "network_mode: 'service:app'", NetworkMode::Awsvpc, "");
        check(
            EC2,
            "network_mode: 'service:app'",
            NetworkMode::Bridge,
            "'service:app' | error[refused]: \
             in `bridge`, containers of a task do not share a network: not that of `app` either",
        );
    }

    #[test]
    fn who_shares_the_network_of_the_instance_shares_it_with_all() {
        check(EC2, "network_mode: 'service:own'", NetworkMode::Host, "");
        check(EC2, "network_mode: 'service:chained'", NetworkMode::Host, "");
    }

    #[test]
    fn what_is_outside_the_project_cannot_be_joined() {
        check(
            EC2,
            "network_mode: 'container:db'",
            NetworkMode::Bridge,
            "'container:db' | error[refused]: \
             a task cannot join the network of `db`, a container outside the project",
        );
        check(
            EC2,
            "network_mode: office",
            NetworkMode::Bridge,
            "office | warning[lost]: ECS knows no network `office`, so the service is on the usual one",
        );
    }
}
