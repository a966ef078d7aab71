//! What the tests of passes share.

use indexmap::IndexMap;

use super::{Target, lower};
use crate::compose::extension::ProjectExtension;
use crate::compose::service::testing::findings;
use crate::compose::{Places, Project};
use crate::diag::{Code, Diagnostics, Reported};
use crate::ecs::container::{ContainerDefinition, Protocol};
use crate::ecs::task::TaskDefinition;
use crate::options::{LaunchType, LowerOptions};
use crate::source::Sources;
use crate::testing;
use crate::yaml::parse::parse;

/// Runs a pass in a project named `shop`; gives what it makes and what it finds in `text`, a line each.
pub(super) fn lowered<T>(
    launch_type: LaunchType,
    text: &str,
    pass: impl FnOnce(Target<'_>, &mut Diagnostics) -> T,
) -> (T, Vec<String>) {
    lowered_with(&LowerOptions { launch_type: Some(launch_type), ..LowerOptions::default() }, text, pass)
}

/// Runs a pass with options.
pub(super) fn lowered_with<T>(
    options: &LowerOptions,
    text: &str,
    pass: impl FnOnce(Target<'_>, &mut Diagnostics) -> T,
) -> (T, Vec<String>) {
    let project = project();
    let launch_type = options.launch_type.unwrap_or_default();
    let mut diags = Diagnostics::default();
    let product = pass(Target { launch_type, options, project: &project }, &mut diags);
    (product, findings(text, &diags))
}

/// Translates a file; shows what the decisions about tasks, order and names come to, and what is found, a line each.
///
/// A task is `NAME [MODE]: CONTAINER …`, with `once` where it is no service. A container is its name, `!` if the task
/// does without it, and in brackets what it needs to start, its links and its ports. The lines behind it are what it
/// offers through Service Connect. The last lines are the waves and the findings, without those of every file.
#[track_caller]
pub(super) fn translated(options: &LowerOptions, text: &str) -> String {
    let (project, diags) = testing::load(text);
    let project = project.unwrap_or_else(|| panic!("a project: {}", testing::findings(text, &diags)));
    let Reported { product, mut diagnostics } = lower(&project, options);
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
    lines.extend(Some(testing::findings(text, &diagnostics)).filter(|findings| !findings.is_empty()));
    lines.join("\n")
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

/// Lines as a pass's findings are.
pub(super) fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

/// A project without services.
fn project() -> Project {
    let (text, mut diags) = ("services: {}", Diagnostics::default());
    let file = Sources::default().add("compose.yml", text);
    let root = parse(file, text, &mut diags).and_then(|documents| documents.into_iter().next());
    Project {
        name: "shop".parse().expect("a name"),
        directory: "/srv/shop".into(),
        home: None,
        services: IndexMap::new(),
        networks: IndexMap::new(),
        volumes: IndexMap::new(),
        secrets: IndexMap::new(),
        configs: IndexMap::new(),
        models: IndexMap::new(),
        extension: ProjectExtension::default(),
        places: Places::new(root.expect("a document")),
    }
}
