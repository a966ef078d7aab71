//! Bind mounts of source code: for developing, not for running.

use camino::{Utf8Path, Utf8PathBuf};

use crate::compose::service::Service;
use crate::compose::service::image::build::{Build, is_remote};
use crate::compose::service::storage::mount::{Mount, Source};
use crate::diag::{Code, Diagnostics};
use crate::lower::Target;

/// A bind mount of source code, which is left out, by its target.
pub(super) struct DevelopmentMount(Utf8PathBuf);

impl DevelopmentMount {
    /// Whether another mount goes with it: itself, and anonymous volumes below it. These only keep what the image
    /// has there, such as `node_modules`, from being hidden.
    pub(super) fn covers(&self, mount: &Mount) -> bool {
        let target = Utf8Path::new(&mount.target);
        target == self.0 || (mount.source == Source::Anonymous && target.starts_with(&self.0))
    }
}

/// Finds the bind mounts that put the sources of an image over what was built from them.
pub(super) fn development_mounts(
    service: &Service,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Vec<DevelopmentMount> {
    let Some(context) = service.image.build.as_ref().and_then(|build| context(&build.value, target)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for mount in &service.storage.volumes {
        let Source::Bind(source) = &mount.value.source else { continue };
        if is_source_code(source, &context, target) {
            let message = format!(
                "`{source}` holds the sources of this image: mounting it is for development, so it is left out"
            );
            diags
                .note(Code::DevelopmentMount, mount.span, message)
                .hint("to keep data here, use a named volume, or a directory outside the build context");
            found.push(DevelopmentMount(Utf8PathBuf::from(&mount.value.target)));
        }
    }
    found
}

/// The directory that a build sees, unless it lies elsewhere.
fn context(build: &Build, target: Target<'_>) -> Option<Utf8PathBuf> {
    let context = build.context.as_str();
    (!is_remote(context)).then(|| target.project.resolve(context))
}

/// Whether a path is the build's directory, lies in it, or holds it. An absolute path that holds it, such as `/`,
/// was not written for its sake.
fn is_source_code(source: &str, context: &Utf8Path, target: Target<'_>) -> bool {
    let path = target.project.resolve(source);
    path.starts_with(context) || (!source.starts_with('/') && context.starts_with(&path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LaunchType;
    use crate::testing::lower;

    /// Which mounts of a service with some keys are left out, by their targets, and what is found.
    #[track_caller]
    fn check(keys: &str, expected: &str, expected_findings: &str) {
        let text = format!("{{services: {{web: {{image: x, {keys}}}}}}}");
        let (targets, findings) = lower(LaunchType::Fargate, &text, |service, target, diags| {
            let left_out = development_mounts(service, target, diags);
            let mounts = service.storage.volumes.iter().map(|mount| &mount.value);
            let mounts = mounts.filter(|mount| left_out.iter().any(|left_out| left_out.covers(mount)));
            mounts.map(|mount| mount.target.clone()).collect::<Vec<_>>().join(" ")
        });
        assert_eq!((targets.as_str(), findings.as_str()), (expected, expected_findings));
    }

    /// What is said of a mount.
    fn finding(mount: &str, source: &str) -> String {
        format!(
            "{mount} | note[development-mount]: `{source}` holds the sources of this image: \
             mounting it is for development, so it is left out"
        )
    }

    #[test]
    fn sources_of_the_image_are_left_out() {
        check("build: ., volumes: ['.:/app']", "/app", &finding("'.:/app'", "."));
        check("build: ., volumes: ['./src:/app']", "/app", &finding("'./src:/app'", "./src"));
        check("build: ./web, volumes: ['.:/app']", "/app", &finding("'.:/app'", "."));
        check("build: ., volumes: [/srv/shop:/app]", "/app", &finding("/srv/shop:/app", "/srv/shop"));
    }

    #[test]
    fn what_shields_the_image_from_them_goes_too() {
        let keys = "build: ., volumes: ['.:/app', /app/node_modules, /data]";
        check(keys, "/app /app/node_modules", &finding("'.:/app'", "."));
    }

    #[test]
    fn other_mounts_stay() {
        check("build: ., volumes: ['/proc:/p']", "", "");
        check("build: ., volumes: ['/:/p']", "", "");
        check("build: ./web, volumes: ['./data:/data']", "", "");
        check("build: 'https://example.com/x.git', volumes: ['.:/p']", "", "");
        check("volumes: ['.:/p']", "", "");
    }
}
