//! Rules of Service Connect. Its names are shared by the whole stack.

use std::collections::BTreeMap;

use crate::ecs::check::{Place, Report, Rule, Task, text};
use crate::ecs::container::{PortMapping, Protocol};
use crate::ecs::name::ServiceName;
use crate::ecs::service::{ClientAlias, Cluster, Service, ServiceConnectConfiguration, ServiceConnectService};
use crate::ecs::task::NetworkMode;

/// A name that a service takes in a namespace.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Name<'a> {
    /// Under which ECS knows a port.
    Discovery(&'a str),
    /// By which others reach it.
    Alias(&'a str, u16),
}

/// Who has which name, by namespace.
type Taken<'a> = BTreeMap<(Option<&'a str>, Name<'a>), &'a ServiceName>;

/// A namespace's name or ARN.
pub(super) fn namespace(namespace: &str, place: &Place, report: &mut Report) {
    let is_name = !namespace.contains(['<', '>', '"', '/']) || namespace.starts_with("arn:");
    if !(1..=1024).contains(&namespace.chars().count()) || !is_name {
        let message = format!("`{namespace}` is not the name of a namespace");
        report.add(place.clone(), Rule::ScName, message).hint("use up to 1024 characters, and none of `<>\"/`");
    }
}

/// Checks what every service offers to others.
pub(super) fn check<'a>(
    cluster: &'a Cluster,
    services: &'a [Service],
    families: &BTreeMap<&str, &Task<'_>>,
    report: &mut Report,
) {
    let default = cluster.service_connect_defaults.as_ref().map(|defaults| defaults.namespace.as_str());
    let mut taken = Taken::new();
    for service in services {
        let Some(configuration) = &service.service_connect_configuration else { continue };
        // The log driver is one of a container's.
        let ServiceConnectConfiguration { enabled, namespace: own, services: offers, log_configuration: _ } =
            configuration;
        let place = Place::Service { service: service.service_name.clone(), field: "serviceConnectConfiguration" };
        let task = families.get(service.task_definition.as_str()).copied();
        let mode = task.map(|task| task.definition.network_mode);
        if *enabled && matches!(mode, Some(NetworkMode::Host | NetworkMode::None)) {
            let message = "Service Connect needs bridge or awsvpc networking";
            report.add(place.clone(), Rule::ScNet, message);
        }
        if let Some(own) = own {
            namespace(own, &place, report);
        }
        let uses = task.map(uses).unwrap_or_default();
        for offer in offers {
            let scope = own.as_deref().or(default);
            let mut add = |rule: Rule, message: String| {
                let violation = report.add(place.clone(), rule, message);
                if rule == Rule::ScTimeout {
                    violation.hint("write the port in its long form, with `app_protocol: http`");
                }
            };
            if let Some(task) = task {
                port(offer, task, &uses, &mut add);
            }
            names(offer, &mut add);
            // Any number of seconds will do.
            let ServiceConnectService { port_name, client_aliases, timeout: _ } = offer;
            let aliases = client_aliases.iter().map(|ClientAlias { port, dns_name }| Name::Alias(dns_name, *port));
            for name in std::iter::once(Name::Discovery(port_name)).chain(aliases) {
                let text = match &name {
                    Name::Discovery(name) => format!("the name `{name}`"),
                    Name::Alias(name, port) => format!("the alias `{name}:{port}`"),
                };
                if let Some(holder) = taken.insert((scope, name), &service.service_name) {
                    add(Rule::ScDup, format!("{text} of Service Connect is already taken by service `{holder}`"));
                }
            }
        }
    }
}

/// A container's port, by its container's name.
type Port<'a> = (&'a str, Option<u16>, Option<&'a str>);

/// How often each container port is mapped.
fn uses<'a>(task: &Task<'a>) -> BTreeMap<Port<'a>, u32> {
    let mut uses = BTreeMap::new();
    for container in &task.definition.container_definitions {
        for mapping in &container.port_mappings {
            *uses.entry(port_of(container.name.as_str(), mapping)).or_default() += 1;
        }
    }
    uses
}

/// A port, in terms that can be compared.
fn port_of<'a>(container: &'a str, mapping: &'a PortMapping) -> Port<'a> {
    (container, mapping.container_port, mapping.container_port_range.as_deref())
}

/// What is offered is a named TCP port that is mapped once.
fn port(
    offer: &ServiceConnectService,
    task: &Task<'_>,
    uses: &BTreeMap<Port<'_>, u32>,
    add: &mut impl FnMut(Rule, String),
) {
    let name = &offer.port_name;
    let Some((container, mapping)) = task.ports.get(name.as_str()).copied() else {
        add(Rule::ScPort, format!("the task `{}` has no port called `{name}`", task.definition.family));
        return;
    };
    match mapping.protocol {
        Protocol::Tcp => {}
        Protocol::Udp => add(Rule::ScPort, format!("the port `{name}` is udp, which Service Connect does not serve")),
    }
    let request_timeout = offer.timeout.and_then(|timeout| timeout.per_request_timeout_seconds);
    if request_timeout.is_some() && mapping.app_protocol.is_none() {
        let message = format!("answers on the port `{name}` are only timed if ECS knows what is spoken there");
        add(Rule::ScTimeout, message);
    }
    if uses.get(&port_of(container.name.as_str(), mapping)).is_some_and(|count| *count > 1) {
        add(Rule::ScPort, format!("the port `{name}` of container `{}` is mapped more than once", container.name));
    }
}

/// There is one alias, with a port and a name.
fn names(offer: &ServiceConnectService, add: &mut impl FnMut(Rule, String)) {
    // Any number of seconds will do.
    let ServiceConnectService { port_name, client_aliases, timeout: _ } = offer;
    if client_aliases.len() != 1 {
        let count = client_aliases.len();
        add(Rule::ScAlias, format!("the port `{port_name}` has {count} aliases, where ECS takes one"));
    }
    for ClientAlias { port, dns_name } in client_aliases {
        if *port == 0 {
            add(Rule::ScAlias, format!("the port of the alias `{dns_name}` is 1 to 65535, not 0"));
        }
        if !text::is_dns_name(dns_name) {
            add(Rule::ScName, format!("`{dns_name}` is not an alias: it takes lowercase letters, digits and `-_.`"));
        }
    }
}
