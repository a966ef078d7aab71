//! Which services are active: profiles.
//!
//! A service without profiles always is, one with profiles when one of them is asked for.
//! <https://docs.docker.com/compose/how-tos/profiles/>

use indexmap::{IndexMap, IndexSet};

use super::Project;
use super::name::ServiceName;
use super::service::Service;
use super::variables::Variables;
use crate::diag::{Code, Diagnostics, Severity};
use crate::options::LoadOptions;
use crate::yaml::keys::nearest;

/// The services of a project, by whether they are active.
pub(super) struct Selection {
    /// Those that are.
    pub(super) active: IndexMap<ServiceName, Service>,
    /// The profiles of those that are not.
    pub(super) inactive: IndexMap<ServiceName, Vec<String>>,
}

/// Picks the services that are active, and of what was found what matters.
pub(super) fn select(services: Vec<(Service, Diagnostics)>, profiles: &[String], diags: &mut Diagnostics) -> Selection {
    let mut selection = Selection { active: IndexMap::new(), inactive: IndexMap::new() };
    for (service, found) in services {
        let name = service.name.value.clone();
        let own: Vec<String> = service.placement.profiles.iter().map(|profile| profile.value.clone()).collect();
        if own.is_empty() || profiles.iter().any(|profile| profile == "*" || own.contains(profile)) {
            diags.extend(found);
            selection.active.insert(name, service);
        } else {
            diags.extend(form_errors(found));
            selection.inactive.insert(name, own);
        }
    }
    selection
}

/// The profiles that are asked for: those of the command line, or else those of `COMPOSE_PROFILES`; and all of a service
/// that is named.
pub(super) fn profiles(
    options: &LoadOptions,
    variables: &Variables<'_>,
    services: &[(Service, Diagnostics)],
) -> Vec<String> {
    let mut profiles = options.profiles.clone();
    if profiles.is_empty() {
        // No text is one name, which is empty, as in Docker Compose.
        let list = variables.get("COMPOSE_PROFILES").unwrap_or_default();
        profiles.extend(list.split(',').map(|profile| profile.trim().to_owned()));
    }
    let named = services.iter().filter(|(service, _)| options.services.contains(&service.name.value.to_string()));
    profiles.extend(named.flat_map(|(service, _)| &service.placement.profiles).map(|profile| profile.value.clone()));
    profiles
}

/// Leaves of a project the services that are named and what they need; all if none is named.
pub(super) fn narrow(project: &mut Project, names: &[String], diags: &mut Diagnostics) {
    if names.is_empty() {
        return;
    }
    let mut wanted: IndexSet<ServiceName> = IndexSet::new();
    for name in names {
        match project.services.keys().find(|service| service.as_str() == name) {
            Some(service) => drop(wanted.insert(service.clone())),
            None => check_named(name, project, diags),
        }
    }
    let mut next = 0;
    while let Some(service) = wanted.get_index(next).and_then(|name| project.services.get(name)) {
        let needed = service.edges().map(|edge| edge.target).filter(|target| project.services.contains_key(*target));
        wanted.extend(needed.cloned());
        next += 1;
    }
    project.services.retain(|name, _| wanted.contains(name));
    for service in project.services.values_mut() {
        service.readiness.depends_on.retain(|target, _| wanted.contains(target));
    }
}

/// Reports the name of a service that there is not.
fn check_named(name: &str, project: &Project, diags: &mut Diagnostics) {
    let message = format!("service `{name}`, which is asked for, is not defined");
    let finding = diags.push(Severity::Error, Code::UndefinedName, None, message);
    if let Some(name) = nearest(name, project.services.keys().chain(project.inactive.keys()).map(ServiceName::as_str)) {
        finding.hint(format!("did you mean `{name}`?"));
    }
}

/// What is wrong with a value by itself: that is a mistake even where nothing comes of the value.
///
/// Keys that contradict each other are looked for only in what takes effect.
pub(super) fn form_errors(mut found: Diagnostics) -> Diagnostics {
    found.retain(|finding| finding.severity == Severity::Error && finding.code != Code::Conflict);
    found
}
