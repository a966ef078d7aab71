//! What has no meaning on ECS.

use super::fate::fate;
use crate::compose::service::ignored::Ignored;
use crate::diag::Diagnostics;
use crate::options::LaunchType;

/// Says what becomes of every key that has no meaning on ECS.
pub(super) fn report(ignored: &Ignored, launch_type: LaunchType, diags: &mut Diagnostics) {
    // `attach` speaks to the terminal of `docker compose up`, `develop` to `docker compose watch`. What is left of
    // `extends` brought nothing. Models have a pass of their own.
    let Ignored { annotations, attach: _, develop: _, extends: _, models: _, provider, use_api_socket } = ignored;
    for (name, value) in annotations {
        fate!("services.*.annotations").of(name).report(value.span, diags);
    }
    if let Some(provider) = provider {
        fate!("services.*.provider").report(provider.span, diags);
    }
    // The engine's socket gives power over the whole instance, so nothing but the file's own word mounts it.
    let uses_socket = use_api_socket.filter(|uses| uses.value);
    fate!("services.*.use_api_socket", launch_type).report_if(uses_socket.as_ref(), diags);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{messages, service};

    #[track_caller]
    fn check(text: &str, launch_type: LaunchType, expected: &str) {
        let (service, mut diags) = service(text);
        report(&service.ignored, launch_type, &mut diags);
        assert_eq!(messages(&diags), expected);
    }

    #[test]
    fn what_concerns_docker_compose_alone_is_silent() {
        let text = "attach: false\ndevelop: {watch: [{path: ., action: rebuild}]}\nuse_api_socket: false";
        check(text, LaunchType::Ec2, "");
    }

    #[test]
    fn annotations_are_lost() {
        check(
            "annotations: {a: b}",
            LaunchType::Ec2,
            "warning[lost]: `a` is left out: ECS passes no annotations to the container runtime",
        );
    }

    #[test]
    fn a_provider_is_refused() {
        check(
            "provider: {type: cloud}",
            LaunchType::Ec2,
            "error[refused]: ECS runs containers, not a program that stands in for a service",
        );
    }

    #[test]
    fn docker_itself_is_out_of_reach() {
        check(
            "use_api_socket: true",
            LaunchType::Ec2,
            "warning[lost]: `use_api_socket` is left out: ECS does not hand Docker's socket and credentials to a container",
        );
        check(
            "use_api_socket: true",
            LaunchType::Fargate,
            "error[refused]: Fargate has no Docker engine that a container could speak to",
        );
    }
}
