//! The variables that the files of a project see, to be shown to the user.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;

use super::discover;
use super::name::ProjectName;
use crate::diag::Diagnostics;
use crate::options::LoadOptions;
use crate::world::World;

/// The variables that the files of a project see, a sorted line each.
#[must_use]
pub fn lines(world: &dyn World, files: &[Utf8PathBuf], options: &LoadOptions, name: &ProjectName) -> Vec<String> {
    // What is wrong was reported when the project was read.
    let Some(discovery) = discover::discover(world, files, options, &mut Diagnostics::default()) else {
        return Vec::new();
    };
    let mut variables = discovery.variables;
    variables.set("COMPOSE_PROJECT_NAME", name.to_string());
    let variables: BTreeMap<String, String> = variables.all();
    let mut lines: Vec<String> = variables.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    lines.sort();
    lines
}
