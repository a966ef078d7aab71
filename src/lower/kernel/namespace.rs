//! `pid` and `ipc`.

use crate::compose::service::kernel::Namespace;
use crate::diag::{Code, Diagnostics};
use crate::ecs::task::NamespaceMode;
use crate::lower::Target;
use crate::lower::fate::{fate, lost_at};
use crate::options::LaunchType;
use crate::source::Spanned;

/// Whose processes a task sees. `service:` means the containers of one task.
pub(super) fn pid_mode(
    pid: &Spanned<Namespace>,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Option<Spanned<NamespaceMode>> {
    let mode = match (&pid.value, target.launch_type) {
        (Namespace::Host, LaunchType::Ec2) => Some(NamespaceMode::Host),
        (Namespace::Host, LaunchType::Fargate) => {
            fate!("services.*.pid", target.launch_type).report(pid.span, diags);
            None
        }
        (Namespace::Service(_), LaunchType::Ec2 | LaunchType::Fargate) => Some(NamespaceMode::Task),
        (Namespace::Container(container), LaunchType::Ec2 | LaunchType::Fargate) => {
            refuse_container(container, pid, diags);
            None
        }
        (Namespace::Other(mode), LaunchType::Ec2 | LaunchType::Fargate) => {
            lost_at("pid", pid.span, &format!("`{mode}` is no mode that Docker knows"), diags);
            None
        }
    };
    mode.map(|mode| Spanned::new(mode, pid.span))
}

/// Whose shared memory a task sees. `service:` means the containers of one task.
pub(super) fn ipc_mode(
    ipc: &Spanned<Namespace>,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Option<Spanned<NamespaceMode>> {
    let mode = match (&ipc.value, target.launch_type) {
        (Namespace::Host, LaunchType::Ec2) => Some(NamespaceMode::Host),
        (Namespace::Service(_), LaunchType::Ec2) => Some(NamespaceMode::Task),
        (Namespace::Host | Namespace::Service(_), LaunchType::Fargate) => {
            fate!("services.*.ipc", target.launch_type).report(ipc.span, diags);
            None
        }
        (Namespace::Container(container), LaunchType::Ec2 | LaunchType::Fargate) => {
            refuse_container(container, ipc, diags);
            None
        }
        (Namespace::Other(mode), LaunchType::Ec2 | LaunchType::Fargate) => {
            match mode.as_str() {
                // What ECS does anyway: with `shareable`, it is the others that ask for more.
                "private" | "shareable" => {}
                "none" => {
                    let message = "the container keeps a `/dev/shm` of its own, which ECS gives to every container";
                    diags.warn(Code::Approximated, ipc.span, message);
                }
                _ => drop(lost_at("ipc", ipc.span, &format!("`{mode}` is no mode that Docker knows"), diags)),
            }
            None
        }
    };
    mode.map(|mode| Spanned::new(mode, ipc.span))
}

/// Refuses what names a container outside of the project: ECS gives containers other names.
fn refuse_container(container: &str, namespace: &Spanned<Namespace>, diags: &mut Diagnostics) {
    diags
        .error(Code::Refused, namespace.span, format!("`{container}` is a container outside of the project"))
        .hint("name a service of the project: `service:NAME`");
}
