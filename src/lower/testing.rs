//! What the tests of passes share.

use indexmap::IndexMap;

use super::Target;
use crate::compose::extension::ProjectExtension;
use crate::compose::service::testing::findings;
use crate::compose::{Places, Project};
use crate::diag::Diagnostics;
use crate::options::{LaunchType, LowerOptions};
use crate::source::Sources;
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
