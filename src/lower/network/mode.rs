//! `network_mode`: which network a task has.

use crate::compose::extension::network::TaskNetwork;
use crate::compose::service::Service;
use crate::compose::service::network::{Attachment, NetworkMode as ComposeMode};
use crate::diag::{Code, Diagnostics};
use crate::ecs::task::NetworkMode;
use crate::lower::Target;
use crate::lower::fate::lost_at;
use crate::options::LaunchType;
use crate::source::{Span, Spanned};

/// The network that the tasks of some services have unless one of them asks for another.
///
/// On instances that is what `x-ecs` says. Else it is a bridge, unless a service shares another's network: that works in
/// `awsvpc` only, which needs subnets.
pub(in crate::lower) fn usual_mode<'a>(
    services: impl IntoIterator<Item = &'a Service, IntoIter: Clone>,
    target: Target<'_>,
) -> NetworkMode {
    let mut services = services.into_iter();
    match target.launch_type {
        LaunchType::Fargate => return NetworkMode::Awsvpc,
        LaunchType::Ec2 => {}
    }
    let of_service = services.clone().find_map(|service| service.extension.task.network.network_mode);
    if let Some(written) = of_service.or(target.project.extension.task.network.network_mode) {
        return in_ecs(written.value);
    }
    let is_shared = !target.options.subnets.is_empty() && services.any(|service| shares_network(service, target));
    if is_shared { NetworkMode::Awsvpc } else { NetworkMode::Bridge }
}

/// ECS's word for the network that `x-ecs` names.
const fn in_ecs(network: TaskNetwork) -> NetworkMode {
    match network {
        TaskNetwork::Bridge => NetworkMode::Bridge,
        TaskNetwork::Host => NetworkMode::Host,
        TaskNetwork::Awsvpc => NetworkMode::Awsvpc,
        TaskNetwork::None => NetworkMode::None,
    }
}

/// Reports a network that `x-ecs` names and that there is not.
pub(in crate::lower) fn report_mode(written: &Spanned<TaskNetwork>, target: Target<'_>, diags: &mut Diagnostics) {
    let mode = in_ecs(written.value);
    if mode != NetworkMode::Awsvpc {
        on_instances(mode, written.span, target, diags);
    }
}

/// Whether a service shares the network of another that has one of its own.
fn shares_network(service: &Service, target: Target<'_>) -> bool {
    match &service.network.attachment {
        Attachment::Mode(Spanned { value: ComposeMode::Service(name), span: _ }) => {
            !matches!(root_mode(name.as_str(), target), Some(ComposeMode::Host | ComposeMode::None))
        }
        Attachment::Networks(_) | Attachment::Mode(_) => false,
    }
}

/// Reports what a file for ecs-cli says of network interfaces that no task has, or of addresses that they do not get.
pub(in crate::lower) fn report_unused(target: Target<'_>, modes: &[NetworkMode], diags: &mut Diagnostics) {
    const PATH: [&str; 3] = ["run_params", "network_configuration", "awsvpc_configuration"];
    let Target { launch_type, options: _, project } = target;
    let Some(span) = project.ecs_params.as_ref().and_then(|places| places.exact(&PATH)) else { return };
    if !modes.contains(&NetworkMode::Awsvpc) {
        lost_at("awsvpc_configuration", span, "no task has a network interface of its own", diags)
            .hint("write `ecs_network_mode: awsvpc`, or translate with `--launch-type fargate`");
        return;
    }
    let public = project.extension.task.network.assign_public_ip;
    if let Some(public) = public.filter(|public| public.value && public.span.file == span.file)
        && launch_type == LaunchType::Ec2
    {
        lost_at("assign_public_ip", public.span, "ECS gives no public addresses to tasks on instances", diags);
    }
}

/// The network that a service asks of its task, which usually has the network `usual`.
///
/// Services that share a task for another reason must agree; the caller sees to that.
pub(in crate::lower) fn task_network_mode(
    service: &Service,
    usual: NetworkMode,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> NetworkMode {
    let Spanned { value: mode, span } = match &service.network.attachment {
        Attachment::Networks(_) => return usual,
        Attachment::Mode(mode) => mode,
    };
    match mode {
        ComposeMode::Bridge => usual,
        ComposeMode::None => on_instances(NetworkMode::None, *span, target, diags),
        ComposeMode::Host => on_instances(NetworkMode::Host, *span, target, diags),
        ComposeMode::Service(name) => of_service(Spanned::new(name.as_str(), *span), usual, target, diags),
        ComposeMode::Container(name) => {
            let message = format!("a task cannot join the network of `{name}`, a container outside the project");
            diags
                .error(Code::Refused, *span, message)
                .hint("make it a service, and write `network_mode: service:NAME`");
            usual
        }
        // Docker calls its bridge by this name too.
        ComposeMode::Other(name) if name == "default" => usual,
        ComposeMode::Other(name) => {
            let message = format!("ECS knows no network `{name}`, so the service is on the usual one");
            diags.warn(Code::Lost, *span, message);
            usual
        }
    }
}

/// A mode that only instances have.
fn on_instances(mode: NetworkMode, span: Span, target: Target<'_>, diags: &mut Diagnostics) -> NetworkMode {
    match target.launch_type {
        LaunchType::Ec2 => mode,
        LaunchType::Fargate => {
            let message = format!("a task on Fargate has a network of its own, never `{}`", mode.as_str());
            diags.error(Code::Refused, span, message).hint("leave it out, or translate with `--launch-type ec2`");
            NetworkMode::Awsvpc
        }
    }
}

/// The network of another service, which shares the task.
///
/// Containers of a task are on one network in `awsvpc` and `host` only: in `bridge`, each has its own, and traffic
/// that must go through the other would leave directly. That is worse than no translation.
fn of_service(name: Spanned<&str>, usual: NetworkMode, target: Target<'_>, diags: &mut Diagnostics) -> NetworkMode {
    let Spanned { value: name, span } = name;
    let mode = match (target.launch_type, root_mode(name, target)) {
        (LaunchType::Ec2, Some(ComposeMode::Host)) => NetworkMode::Host,
        (LaunchType::Ec2, Some(ComposeMode::None)) => NetworkMode::None,
        (
            LaunchType::Ec2 | LaunchType::Fargate,
            None
            | Some(
                ComposeMode::Host
                | ComposeMode::None
                | ComposeMode::Bridge
                | ComposeMode::Service(_)
                | ComposeMode::Container(_)
                | ComposeMode::Other(_),
            ),
        ) => usual,
    };
    if mode == NetworkMode::Bridge {
        let message = format!("in `bridge`, containers of a task do not share a network: not that of `{name}` either");
        diags
            .error(Code::Refused, span, message)
            .hint("give `--subnets subnet-…`, and the task gets a network interface that they share")
            .hint(format!("or give `{name}` the instance's own network: `network_mode: host`"));
    }
    mode
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
    use crate::options::LowerOptions;
    use crate::testing::lower;

    /// The mode of a service's task, and what is found. There are services `app`, `own`, `chained` beside it.
    #[track_caller]
    fn check(launch_type: LaunchType, mode: &str, expected: NetworkMode, expected_findings: &str) {
        check_in(&[], launch_type, mode, (expected, expected_findings));
    }

    /// The same, where there are subnets.
    #[track_caller]
    fn check_in(subnets: &[&str], launch_type: LaunchType, mode: &str, expected: (NetworkMode, &str)) {
        let text = format!(
            "{{services: {{web: {{image: x, {mode}}}, app: {{image: x}}, own: {{image: x, network_mode: host}}, \
             chained: {{image: x, network_mode: 'service:own'}}}}}}"
        );
        let (found, findings) = lower(launch_type, &text, |service, target, diags| {
            let subnets = subnets.iter().map(|subnet| (*subnet).to_owned()).collect();
            let options = LowerOptions { subnets, ..target.options.clone() };
            let target = Target { options: &options, ..target };
            task_network_mode(service, usual_mode([service], target), target, diags)
        });
        assert_eq!((found, findings.as_str()), expected);
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
    fn with_subnets_containers_share_a_network_on_instances_too() {
        check_in(&["subnet-1"], EC2, "network_mode: 'service:app'", (NetworkMode::Awsvpc, ""));
        check_in(&["subnet-1"], EC2, "network_mode: 'service:own'", (NetworkMode::Host, ""));
        check_in(&["subnet-1"], EC2, "hostname: a", (NetworkMode::Bridge, ""));
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
