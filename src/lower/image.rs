//! What a container is an instance of.

use super::Target;
use super::fate::fate;
use crate::compose::Project;
use crate::compose::name::ServiceName;
use crate::compose::service::image::build::Build;
use crate::compose::service::image::{Image, PullPolicy};
use crate::diag::{Code, Diagnostics};
use crate::ecs::task::{CpuArchitecture, OperatingSystemFamily, RuntimePlatform};
use crate::options::{LaunchType, LowerOptions};
use crate::source::{Span, Spanned};

/// An image that is built here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltImage<'p> {
    /// The service whose image it is.
    pub service: &'p ServiceName,
    /// How it is built.
    pub build: &'p Build,
    /// What ECS is told that it is called.
    pub name: String,
    /// Its repository in the account's own registry, where nothing says where it is pushed to.
    pub repository: Option<String>,
}

/// The images of a project that are built here.
pub(super) fn built_images<'p>(
    project: &'p Project,
    (launch_type, options): (LaunchType, &LowerOptions),
) -> Vec<BuiltImage<'p>> {
    let target = Target { launch_type, options, project };
    let services = project.services.values();
    let built = services.filter_map(|service| Some((service, &service.image.build.as_ref()?.value)));
    let images = built.map(|(service, build)| {
        let name = &service.name.value;
        let is_placed = service.image.image.is_some() || target.options.registry.is_some();
        let repository = (!is_placed).then(|| repository(name, target));
        // What there is to say about names is said when the project is translated.
        let definition = image(&service.image, name, target, &mut Diagnostics::default());
        BuiltImage { service: name, build, name: definition.image, repository }
    });
    images.collect()
}

/// Where the images of a service are, behind a registry. An image's name is in lower case, whatever the service's is.
fn repository(service: &ServiceName, target: Target<'_>) -> String {
    format!("{}/{}", target.project.name, service.as_str().to_lowercase())
}

/// What ECS is told of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ImageDefinition {
    /// The image's reference.
    pub(super) image: String,
    /// What the image is made for; belongs to the task, so that its containers must agree.
    pub(super) runtime_platform: Option<Spanned<RuntimePlatform>>,
}

/// Names the image of a service. How it is built does not concern ECS, which pulls what was pushed.
pub(super) fn image(
    image: &Image,
    service: &ServiceName,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> ImageDefinition {
    let Image { image: reference, build, platform, pull_policy, pull_refresh_after } = image;
    report_pulling(pull_policy.as_ref(), pull_refresh_after.as_ref(), diags);
    let image = match (reference, build) {
        (Some(reference), build) => {
            if build.is_some() {
                report_official_name(reference, diags);
            }
            reference.value.clone()
        }
        (None, build) => built_image(service, build.as_ref().map(|build| build.span), target, diags),
    };
    let runtime_platform = platform.as_ref().and_then(|platform| runtime_platform(platform, diags));
    ImageDefinition { image, runtime_platform }
}

/// The name of an image that is built here: `<registry>/<project>/<service>:<tag>`, or Docker's own name for it.
fn built_image(service: &ServiceName, build: Option<Span>, target: Target<'_>, diags: &mut Diagnostics) -> String {
    let project = &target.project.name;
    let (registry, tag) = (target.options.registry.as_ref(), target.options.tag.as_deref());
    if let Some(registry) = registry {
        let tag = tag.unwrap_or("latest");
        return format!("{}/{}:{tag}", registry.trim_end_matches('/'), repository(service, target));
    }
    let service = service.as_str().to_lowercase();
    let name = match tag {
        Some(tag) => format!("{project}-{service}:{tag}"),
        None => format!("{project}-{service}"),
    };
    if let Some(build) = build {
        diags
            .warn(Code::UnpullableImage, build, format!("ECS cannot pull `{name}`, which is on this machine only"))
            .hint("say with `--registry` or `x-ecs.registry` where it is pushed to, or name it with `image`");
    }
    name
}

/// Reports an image that is built here under a name that only Docker's official images have.
fn report_official_name(reference: &Spanned<String>, diags: &mut Diagnostics) {
    let name = &reference.value;
    if !name.contains('/') {
        diags
            .warn(
                Code::UnpullableImage,
                reference.span,
                format!("ECS looks for `{name}` among the official images of Docker Hub"),
            )
            .hint(format!("name the registry that it is pushed to: `image: REGISTRY/{name}`"))
            .hint("or leave `image` out, and say it with `--registry` or `x-ecs.registry`");
    }
}

/// Reports when ECS pulls an image at other times than Compose.
///
/// ECS pulls whenever a task starts, which is what `always` asks for and never less fresh than `missing`, Compose's
/// default. `build` is about building.
fn report_pulling(policy: Option<&Spanned<PullPolicy>>, age: Option<&Spanned<String>>, diags: &mut Diagnostics) {
    let age = age.map(|age| age.span);
    let aged = match policy.map(|policy| (&policy.value, policy.span)) {
        None | Some((PullPolicy::Always | PullPolicy::Missing | PullPolicy::IfNotPresent | PullPolicy::Build, _)) => {
            age
        }
        Some((PullPolicy::Never, span)) => {
            diags
                .warn(Code::Lost, span, "ECS pulls the image all the same: it looks for it in a registry")
                .hint("push the image to a registry");
            age
        }
        Some((PullPolicy::Refresh(_), span)) => Some(span),
        Some((PullPolicy::Other(policy), span)) => {
            diags.warn(Code::Lost, span, format!("`{policy}` is no pull policy: ECS pulls whenever a task starts"));
            age
        }
    };
    if let Some(span) = aged {
        fate!("services.*.pull_refresh_after").report(span, diags);
    }
}

/// The platform of a task. What ECS has no machines for is refused, as the image could not start.
fn runtime_platform(platform: &Spanned<String>, diags: &mut Diagnostics) -> Option<Spanned<RuntimePlatform>> {
    let text = platform.value.to_ascii_lowercase();
    let parts: Vec<&str> = text.split('/').collect();
    // The last part, such as `v8`, is a variant of the processor, which ECS does not choose by.
    let cpu_architecture = match parts.as_slice() {
        // Any processor: there is nothing to ask for.
        ["linux"] => return None,
        ["linux", "amd64" | "x86_64" | "x86-64"] | ["linux", "amd64", _] | ["amd64" | "x86_64" | "x86-64"] => {
            CpuArchitecture::X86_64
        }
        ["linux", "arm64" | "aarch64"] | ["linux", "arm64", _] | ["arm64" | "aarch64"] => CpuArchitecture::Arm64,
        _ => {
            diags
                .error(Code::Refused, platform.span, format!("ECS cannot run an image for `{}` here", platform.value))
                .hint("there are `linux/amd64` and `linux/arm64`");
            return None;
        }
    };
    let runtime_platform = RuntimePlatform { cpu_architecture, operating_system_family: OperatingSystemFamily::Linux };
    Some(Spanned::new(runtime_platform, platform.span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::lower_service;

    #[track_caller]
    fn check(options: &LowerOptions, text: &str, expected: &str, findings: &[&str]) {
        let (definition, found) = lower_service(options, text, |service, target, diags| {
            image(&service.image, &ServiceName::new("Web"), target, diags)
        });
        assert_eq!(definition.image, expected);
        assert_eq!(found, findings.join("\n"));
    }

    #[track_caller]
    fn platform(platform: &str, expected: Option<CpuArchitecture>, findings: &[&str]) {
        let text = format!("{{image: a, platform: {platform}}}");
        let (definition, found) = lower_service(&LowerOptions::default(), &text, |service, target, diags| {
            image(&service.image, &service.name.value, target, diags)
        });
        assert_eq!(definition.runtime_platform.map(|platform| platform.value.cpu_architecture), expected);
        assert_eq!(found, findings.join("\n"));
    }

    fn registry(registry: &str, tag: Option<&str>) -> LowerOptions {
        let tag = tag.map(str::to_owned);
        LowerOptions { registry: Some(registry.to_owned()), tag, ..LowerOptions::default() }
    }

    #[test]
    fn an_image_keeps_its_name() {
        let image = "db.example.com:5000/a/b@sha256:0";
        check(&registry("r", None), &format!("{{image: '{image}', build: .}}"), image, &[]);
    }

    #[test]
    fn what_is_built_goes_behind_the_registry() {
        check(&registry("r.example.com/team/", None), "build: .", "r.example.com/team/shop/web:latest", &[]);
        check(&registry("r", Some("v1")), "build: {tags: [t], platforms: [linux/arm64]}", "r/shop/web:v1", &[]);
    }

    #[test]
    fn what_is_built_without_a_registry_has_dockers_name() {
        let finding = ". | warning[unpullable-image]: ECS cannot pull `shop-web`, which is on this machine only";
        check(&LowerOptions::default(), "build: .", "shop-web", &[finding]);
        let tagged = LowerOptions { tag: Some("v1".to_owned()), ..LowerOptions::default() };
        let finding = ". | warning[unpullable-image]: ECS cannot pull `shop-web:v1`, which is on this machine only";
        check(&tagged, "build: .", "shop-web:v1", &[finding]);
    }

    #[test]
    fn ecs_pulls_when_it_pulls() {
        let none = LowerOptions::default();
        for policy in ["always", "missing", "if_not_present", "build"] {
            check(&none, &format!("{{image: a, pull_policy: {policy}}}"), "a", &[]);
        }
        let aged = "ECS pulls the image whenever a task starts, however old the last one is";
        check(&none, "{image: a, pull_policy: daily}", "a", &[&format!("daily | warning[approximated]: {aged}")]);
        check(&none, "{image: a, pull_refresh_after: 1d}", "a", &[&format!("1d | warning[approximated]: {aged}")]);
        let never = "never | warning[lost]: ECS pulls the image all the same: it looks for it in a registry";
        check(&none, "{image: a, pull_policy: never}", "a", &[never]);
        let other = "alwaysx | warning[lost]: `alwaysx` is no pull policy: ECS pulls whenever a task starts";
        check(&none, "{image: a, pull_policy: alwaysx}", "a", &[other]);
    }

    #[test]
    fn there_are_two_processors() {
        platform("linux/amd64", Some(CpuArchitecture::X86_64), &[]);
        platform("LINUX/X86_64", Some(CpuArchitecture::X86_64), &[]);
        platform("linux/arm64", Some(CpuArchitecture::Arm64), &[]);
        platform("linux/arm64/v8", Some(CpuArchitecture::Arm64), &[]);
        platform("aarch64", Some(CpuArchitecture::Arm64), &[]);
        platform("linux", None, &[]);
    }

    #[test]
    fn other_platforms_are_refused() {
        for other in ["linux/386", "linux/arm/v7", "windows/amd64", "wasi/wasm", "amd64/linux"] {
            platform(other, None, &[&format!("{other} | error[refused]: ECS cannot run an image for `{other}` here")]);
        }
    }
}
