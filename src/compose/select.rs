//! Which services are active: profiles.
//!
//! A service without profiles always is, one with profiles when one of them is asked for.
//! <https://docs.docker.com/compose/how-tos/profiles/>

use indexmap::{IndexMap, IndexSet};

use super::Project;
use super::name::ServiceName;
use super::service::Service;
use super::variables::Variables;
use crate::diag::nearest::nearest;
use crate::diag::{Code, Diagnostics, Severity};
use crate::options::LoadOptions;

/// The services of a project, by whether they are active.
pub(super) struct Selection {
    /// Those that are.
    pub(super) active: IndexMap<ServiceName, Service>,
    /// The profiles of those that are not.
    pub(super) inactive: IndexMap<ServiceName, Vec<String>>,
}

/// Picks the services that are active, and of what was found what matters.
///
/// `names` are the services that the user names. Their profiles are asked for too, but of what only they wake up, the
/// rest stays asleep: Docker Compose neither checks it nor reads its files.
pub(super) fn select(
    services: Vec<(Service, Diagnostics)>,
    profiles: &[String],
    names: &[String],
    diags: &mut Diagnostics,
) -> Selection {
    let asked: IndexSet<&str> = profiles.iter().map(String::as_str).collect();
    let chosen = services.iter().filter(|(service, _)| names.contains(&service.name.value.to_string()));
    let of_chosen = chosen.flat_map(|(service, _)| profiles_of(service));
    let all: IndexSet<&str> = asked.iter().copied().chain(of_chosen).collect();
    let awake = services.iter().map(|(service, _)| service).filter(|service| is_active(service, &all));
    let awake: IndexMap<&ServiceName, &Service> = awake.map(|service| (&service.name.value, service)).collect();
    let wanted = closure(names, |name| awake.get(name).copied());
    let is_active: Vec<bool> = services
        .iter()
        .map(|(service, _)| is_active(service, &asked) || wanted.contains(&service.name.value))
        .collect();
    let mut selection = Selection { active: IndexMap::new(), inactive: IndexMap::new() };
    for ((service, found), is_active) in services.into_iter().zip(is_active) {
        let name = service.name.value.clone();
        if is_active {
            diags.extend(found);
            selection.active.insert(name, service);
        } else {
            diags.extend(form_errors(found));
            selection.inactive.insert(name, profiles_of(&service).map(str::to_owned).collect());
        }
    }
    selection
}

/// The profiles of a service.
fn profiles_of(service: &Service) -> impl Iterator<Item = &str> {
    service.placement.profiles.iter().map(|profile| profile.value.as_str())
}

/// Whether a service is active when `profiles` are.
fn is_active(service: &Service, profiles: &IndexSet<&str>) -> bool {
    profiles_of(service).next().is_none()
        || profiles.contains("*")
        || profiles_of(service).any(|profile| profiles.contains(profile))
}

/// The profiles that are asked for: those of the command line, or else those of `COMPOSE_PROFILES`.
pub(super) fn profiles(options: &LoadOptions, variables: &Variables<'_>) -> Vec<String> {
    if !options.profiles.is_empty() {
        return options.profiles.clone();
    }
    let list = variables.get("COMPOSE_PROFILES").unwrap_or_default();
    // Nothing between commas is a profile without a name, which services can have.
    list.split(',').map(|profile| profile.trim().to_owned()).collect()
}

/// Leaves of a project the services that are named and what they need; all if none is named.
pub(super) fn narrow(project: &mut Project, names: &[String], diags: &mut Diagnostics) {
    if names.is_empty() {
        return;
    }
    for name in names {
        if !project.services.keys().any(|service| service.as_str() == name) {
            check_named(name, project, diags);
        }
    }
    let wanted = closure(names, |name| project.services.get(name));
    project.services.retain(|name, _| wanted.contains(name));
    for service in project.services.values_mut() {
        service.readiness.depends_on.retain(|target, _| wanted.contains(target));
    }
}

/// The services of these names, and all that they need.
fn closure<'s>(names: &[String], service: impl Fn(&ServiceName) -> Option<&'s Service>) -> IndexSet<ServiceName> {
    let names = names.iter().map(ServiceName::new);
    let mut wanted: IndexSet<ServiceName> = names.filter(|name| service(name).is_some()).collect();
    let mut next = 0;
    while let Some(found) = wanted.get_index(next).and_then(&service) {
        let needed = found.edges().map(|edge| edge.target).filter(|target| service(target).is_some());
        wanted.extend(needed.cloned());
        next += 1;
    }
    wanted
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
