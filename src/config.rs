//! The resolved project as `docker compose config` prints it.
//!
//! Keys stand in the order in which Docker Compose prints them, so that the two outputs can be compared byte by byte.
//! <https://docs.docker.com/reference/cli/docker/compose/config/>

use crate::compose::Project;
use crate::compose::tree::Tree;
use crate::options::Normalization;

mod extension;
mod hash;
mod ignored;
mod image;
mod json;
mod kernel;
mod listing;
mod logging;
mod network;
mod path;
mod placement;
mod process;
mod readiness;
mod resource;
mod resources;
mod secrets;
mod service;
mod storage;
#[cfg(test)]
mod testing;
mod untyped;
mod value;
mod variables;
mod yaml;

pub use hash::HashError;
pub use listing::Listing;
use value::{Fields, Value};

/// In which language the model is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// YAML.
    #[default]
    Yaml,
    /// JSON.
    Json,
}

/// Whether paths are written as absolute ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathResolution {
    /// They are.
    #[default]
    Enabled,
    /// `--no-path-resolution`: they are left as they are.
    Disabled,
}

/// What the user says about the model that is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConfigOptions {
    /// `--format`.
    pub format: Format,
    /// `--no-normalize`.
    pub normalization: Normalization,
    /// `--no-path-resolution`.
    pub paths: PathResolution,
}

/// What every part of the model is printed with.
#[derive(Clone, Copy)]
struct Context<'p> {
    /// The project whose model it is.
    project: &'p Project,
    /// How it is printed.
    options: ConfigOptions,
}

/// The model of a project.
#[must_use]
pub fn document(project: &Project, options: ConfigOptions) -> String {
    let model = model(&Context { project, options });
    match options.format {
        Format::Yaml => yaml::document(&model),
        Format::Json => json::document(&model),
    }
}

/// The variables that stand in the files of a project; a table without a format.
#[must_use]
pub fn variables(tree: &Tree, format: Option<Format>) -> String {
    variables::document(tree, format)
}

/// What the files of a project say together, with its variables still in it.
#[must_use]
pub fn untyped(tree: &Tree, options: ConfigOptions) -> String {
    untyped::document(tree, options)
}

/// The names of all services of a project, whatever their profiles are.
#[must_use]
pub fn untyped_services(tree: &Tree) -> Vec<String> {
    untyped::services(tree)
}

/// Names of what is in a project.
#[must_use]
pub fn list(project: &Project, listing: Listing, options: ConfigOptions) -> Vec<String> {
    listing::names(listing, &Context { project, options })
}

/// The services that are named, or all, and a hash of the configuration of each, sorted by name.
///
/// # Errors
///
/// When a name is not that of an active service.
pub fn hashes(project: &Project, names: &[String], options: ConfigOptions) -> Result<Vec<(String, String)>, HashError> {
    hash::hashes(names, &Context { project, options })
}

/// The model, in the order in which it is printed.
fn model<'p>(context: &Context<'p>) -> Value<'p> {
    let mut fields = Fields::default();
    let name = match (&context.project.written_name, context.options.normalization) {
        (Some(name), Normalization::Disabled) => name,
        (Some(_) | None, _) => context.project.name.as_str(),
    };
    fields.put("name", name);
    let services = context.project.services.values();
    fields.put(
        "services",
        Value::sorted(services.map(|service| (service.name.value.as_str(), service::value(service, context)))),
    );
    fields.extend(resource::fields(context));
    fields.extend(extension::project(context));
    match context.options.format {
        Format::Yaml => fields.into(),
        // Here Docker Compose has a map, whose keys have no order of their own.
        Format::Json => Value::sorted(fields),
    }
}

#[cfg(test)]
mod tests;
