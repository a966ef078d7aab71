//! What becomes of services and projects on ECS.

use super::compose::{load, sound_service};
use super::findings;
use crate::compose::Project;
use crate::compose::service::Service;
use crate::diag::{Code, Diagnostics, Reported};
use crate::ecs::Stack;
use crate::ecs::container::{ContainerDefinition, Protocol};
use crate::ecs::task::TaskDefinition;
use crate::lower::{self, Target};
use crate::options::{Grouping, LaunchType, LowerOptions};

/// Runs a pass over the service `web` of a file without mistakes: what it makes, and what it finds.
#[track_caller]
pub(crate) fn lower<T>(
    launch_type: LaunchType,
    text: &str,
    pass: impl FnOnce(&Service, Target<'_>, &mut Diagnostics) -> T,
) -> (T, String) {
    let project = project(text);
    let (options, mut diags) = (LowerOptions::default(), Diagnostics::default());
    let target = Target { launch_type, options: &options, project: &project };
    let product = pass(project.services.get("web").expect("a service `web`"), target, &mut diags);
    (product, findings(text, &diags))
}

/// Runs a pass over a service from its own mapping, in a project without services.
#[track_caller]
pub(crate) fn lower_service<T>(
    options: &LowerOptions,
    text: &str,
    pass: impl FnOnce(&Service, Target<'_>, &mut Diagnostics) -> T,
) -> (T, String) {
    let (service, project, mut diags) = (sound_service(text), project("services: {}"), Diagnostics::default());
    let target = Target { launch_type: options.launch_type.unwrap_or_default(), options, project: &project };
    let product = pass(&service, target, &mut diags);
    (product, findings(text, &diags))
}

/// The stack that a file without mistakes becomes.
#[track_caller]
pub(crate) fn stack(launch_type: LaunchType, text: &str) -> Stack {
    let project = project(text);
    let options = LowerOptions {
        launch_type: Some(launch_type),
        region: Some("eu-west-1".to_owned()),
        subnets: vec!["subnet-1".to_owned()],
        execution_role: Some("arn:aws:iam::123456789012:role/execution".to_owned()),
        ..LowerOptions::default()
    };
    let reported = lower::lower(&project, &options);
    reported.product.unwrap_or_else(|| panic!("a stack: {}", findings(text, &reported.diagnostics)))
}

/// Translates a file; shows what the decisions about tasks, order and names come to, and what is found, a line each.
///
/// A task is `NAME [MODE]: CONTAINER …`, with `once` where it is no service. A container is its name, `!` if the task
/// does without it, and in brackets what it needs to start, its links and its ports. The lines behind it are what it
/// offers through Service Connect. The last lines are the waves and the findings, without those of every file.
#[track_caller]
pub(crate) fn translated(options: &LowerOptions, text: &str) -> String {
    let project = project(text);
    let Reported { product, mut diagnostics } = lower::lower(&project, options);
    diagnostics.retain(|finding| !matches!(finding.code, Code::Defaulted | Code::MissingOption));
    let mut lines: Vec<String> = Vec::new();
    if let Some(stack) = product {
        for definition in &stack.task_definitions {
            let service = stack.services.iter().find(|service| service.task_definition == definition.family);
            lines.push(shown_task(definition, service.is_none()));
            let offers = service.and_then(|service| service.service_connect_configuration.as_ref());
            for offer in offers.into_iter().flat_map(|configuration| &configuration.services) {
                let aliases = offer.client_aliases.iter().map(|alias| format!("{}:{}", alias.dns_name, alias.port));
                lines.push(format!("  {} as {}", offer.port_name, aliases.collect::<Vec<_>>().join(" ")));
            }
        }
        let waves: Vec<String> = stack.waves.iter().map(|wave| wave.units.join(" ")).collect();
        lines.push(format!("waves: {}", waves.join(", ")));
    }
    lines.extend(Some(findings(text, &diagnostics)).filter(|findings| !findings.is_empty()));
    lines.join("\n")
}

/// Compares what the mapping of services becomes, as [`translated`] shows it.
#[track_caller]
pub(crate) fn check_services(services: &str, expected: &str) {
    assert_eq!(translated(&LowerOptions::default(), &format!("services:\n{services}")), expected);
}

/// The same with one task for the project.
#[track_caller]
pub(crate) fn check_project(services: &str, expected: &str) {
    let options = LowerOptions { grouping: Some(Grouping::SingleTask), ..LowerOptions::default() };
    assert_eq!(translated(&options, &format!("services:\n{services}")), expected);
}

/// A task in a line.
fn shown_task(definition: &TaskDefinition, is_once: bool) -> String {
    let mode = format!("{:?}", definition.network_mode).to_lowercase();
    let containers: Vec<String> = definition.container_definitions.iter().map(shown_container).collect();
    let once = if is_once { " once" } else { "" };
    format!("{} [{mode}{once}]: {}", definition.family, containers.join(" "))
}

/// A container and how it hangs together with others.
fn shown_container(container: &ContainerDefinition) -> String {
    let needs = container.depends_on.iter().map(|needed| {
        let condition = format!("{:?}", needed.condition).to_lowercase();
        format!("{condition} {}", needed.container_name)
    });
    let links = container.links.iter().map(|link| format!("link {link}"));
    let ports = container.port_mappings.iter().map(|mapping| {
        let protocol = if mapping.protocol == Protocol::Udp { "/udp" } else { "" };
        let number = |port: Option<u16>| port.map(|port| port.to_string()).unwrap_or_default();
        format!("{}:{}{protocol}", number(mapping.host_port), number(mapping.container_port))
    });
    let check = container.health_check.iter().map(|_| "check".to_owned());
    let mark = if container.essential { "" } else { "!" };
    let about: Vec<String> = needs.chain(links).chain(ports).chain(check).collect();
    let about = if about.is_empty() { String::new() } else { format!("({})", about.join(", ")) };
    format!("{}{mark}{about}", container.name)
}

/// The project of a file without mistakes.
#[track_caller]
fn project(text: &str) -> Project {
    let (project, diags) = load(text);
    project.unwrap_or_else(|| panic!("a project: {}", findings(text, &diags)))
}
