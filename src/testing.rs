//! Projects for tests: loaded from one file, in the directory `/srv/shop` of a user whose home is `/home/ann`.

use crate::compose::service::Service;
use crate::compose::{Project, load};
use crate::diag::{Diagnostic, Diagnostics};
use crate::ecs::Stack;
use crate::lower::Target;
use crate::options::{LaunchType, LoadOptions, LowerOptions};
use crate::world::MemoryWorld;

/// Loads a file. Without mistakes there is a project, named `shop`.
pub(crate) fn load(text: &str) -> (Option<Project>, Diagnostics) {
    let world = MemoryWorld {
        files: [("/srv/shop/compose.yaml".into(), text.into())].into(),
        variables: [("HOME".to_owned(), "/home/ann".to_owned())].into(),
        current_dir: "/srv/shop".into(),
        stdin: Vec::new(),
    };
    let loaded = load::load(&world, &[], &LoadOptions::default());
    (loaded.reported.product, loaded.reported.diagnostics)
}

/// What was found, a line each: what is underlined, the severity with the code, and the message.
pub(crate) fn findings(text: &str, diags: &Diagnostics) -> String {
    let line = |finding: &Diagnostic| {
        let place = finding.span.and_then(|span| text.get(span.range())).unwrap_or_default();
        let (severity, code) = (finding.severity.as_str(), finding.code.as_str());
        format!("{place} | {severity}[{code}]: {}", finding.message)
    };
    diags.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Runs a pass over the service `web` of a file without mistakes: what it makes, and what it finds.
#[track_caller]
pub(crate) fn lower<T>(
    launch_type: LaunchType,
    text: &str,
    pass: impl FnOnce(&Service, Target<'_>, &mut Diagnostics) -> T,
) -> (T, String) {
    let (project, diags) = load(text);
    let project = project.unwrap_or_else(|| panic!("a project: {}", findings(text, &diags)));
    let (options, mut diags) = (LowerOptions::default(), Diagnostics::default());
    let target = Target { launch_type, options: &options, project: &project };
    let product = pass(project.services.get("web").expect("a service `web`"), target, &mut diags);
    (product, findings(text, &diags))
}

/// The stack that a file without mistakes becomes.
#[track_caller]
pub(crate) fn stack(launch_type: LaunchType, text: &str) -> Stack {
    let (project, diags) = load(text);
    let project = project.unwrap_or_else(|| panic!("a project: {}", findings(text, &diags)));
    let options = LowerOptions {
        launch_type: Some(launch_type),
        region: Some("eu-west-1".to_owned()),
        subnets: vec!["subnet-1".to_owned()],
        execution_role: Some("arn:aws:iam::123456789012:role/execution".to_owned()),
        ..LowerOptions::default()
    };
    let reported = crate::lower::lower(&project, &options);
    reported.product.unwrap_or_else(|| panic!("a stack: {}", findings(text, &reported.diagnostics)))
}
