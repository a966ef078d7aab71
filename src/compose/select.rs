//! Which services are active: profiles.
//!
//! A service without profiles always is, one with profiles when one of them is asked for.
//! <https://docs.docker.com/compose/how-tos/profiles/>

use indexmap::IndexMap;

use super::name::ServiceName;
use super::service::Service;
use super::variables::Variables;
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

/// The profiles that are asked for: those of the command line, or else those of `COMPOSE_PROFILES`.
pub(super) fn profiles(options: &LoadOptions, variables: &Variables<'_>) -> Vec<String> {
    if !options.profiles.is_empty() {
        return options.profiles.clone();
    }
    let list = variables.get("COMPOSE_PROFILES").unwrap_or_default();
    list.split(',').map(str::trim).filter(|profile| !profile.is_empty()).map(str::to_owned).collect()
}

/// What is wrong with a value by itself: that is a mistake even where nothing comes of the value.
///
/// Keys that contradict each other are looked for only in what takes effect.
pub(super) fn form_errors(mut found: Diagnostics) -> Diagnostics {
    found.retain(|finding| finding.severity == Severity::Error && finding.code != Code::Conflict);
    found
}
