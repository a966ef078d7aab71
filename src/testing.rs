//! Projects for tests: loaded from one file, in the directory `/srv/shop` of a user whose home is `/home/ann`.

use crate::compose::Project;
use crate::compose::load;
use crate::diag::Diagnostics;
use crate::options::LoadOptions;
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
    let line = |finding: &crate::diag::Diagnostic| {
        let place = finding.span.and_then(|span| text.get(span.range())).unwrap_or_default();
        let (severity, code) = (finding.severity.as_str(), finding.code.as_str());
        format!("{place} | {severity}[{code}]: {}", finding.message)
    };
    diags.iter().map(line).collect::<Vec<_>>().join("\n")
}
