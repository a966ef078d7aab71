//! Names of what is in a project, in place of all that is said about it.

use super::value::{Fields, Value};
use super::{ConfigOptions, Context, Format, resource};
use crate::compose::service::Service;

/// Of what the names are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Listing {
    /// `--services`: active services.
    Services,
    /// `--volumes`: volumes that are used.
    Volumes,
    /// `--networks`: networks that are used.
    Networks,
    /// `--models`: what models that are used go by.
    Models,
    /// `--profiles`: profiles, also of services that are not active.
    Profiles,
    /// `--images`: the images of active services.
    Images,
}

/// The names, sorted; images stand in the order of their services.
pub(super) fn names(listing: Listing, context: &Context<'_>) -> Vec<String> {
    let project = context.project;
    let mut names = match listing {
        Listing::Services => project.services.keys().map(ToString::to_string).collect(),
        Listing::Volumes => keys("volumes", context),
        Listing::Networks => keys("networks", context),
        Listing::Models => models(context),
        Listing::Profiles => {
            let of_active = project.services.values().flat_map(|service| &service.placement.profiles);
            let of_inactive = project.inactive.values().flatten().cloned();
            of_active.map(|profile| profile.value.clone()).chain(of_inactive).collect()
        }
        Listing::Images => {
            let mut services: Vec<&Service> = project.services.values().collect();
            services.sort_by_key(|service| service.name.value.as_str());
            return services.into_iter().map(|service| image(service, context)).collect();
        }
    };
    names.sort();
    if listing == Listing::Profiles {
        names.dedup();
    }
    names
}

/// What a model prints under one of its keys.
fn entries<T>(key: &str, context: &Context<'_>, entry: impl Fn(&str, &Value<'_>) -> Option<T>) -> Vec<T> {
    let context = Context { options: ConfigOptions { format: Format::Yaml, ..context.options }, ..*context };
    let sections = resource::fields(&context);
    let section = sections.get(key).and_then(Value::fields);
    section.into_iter().flat_map(Fields::iter).filter_map(|(key, value)| entry(key, value)).collect()
}

/// The names under a key of the model.
fn keys(key: &str, context: &Context<'_>) -> Vec<String> {
    entries(key, context, |name, _| Some(name.to_owned()))
}

/// What models go by outside of the project.
fn models(context: &Context<'_>) -> Vec<String> {
    entries("models", context, |_, model| model.fields()?.get("model")?.as_str().map(str::to_owned))
}

/// The image of a service, by the name that Docker Compose gives it if it is built.
fn image(service: &Service, context: &Context<'_>) -> String {
    let name = || format!("{}-{}", context.project.name, service.name.value);
    service.image.image.as_ref().map_or_else(name, |image| image.value.clone())
}
