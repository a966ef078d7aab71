//! The references of a project: every name is defined, nothing depends on itself, and no two things are one.

use indexmap::IndexMap;

use super::Project;
use super::name::ServiceName;
use super::service::Service;
use super::service::edge::Edge;
use super::service::network::Attachment;
use super::service::storage::mount::Source;
use crate::diag::nearest::nearest;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::options::Normalization;
use crate::source::{Span, Spanned};

mod cycle;

/// Checks the references of a project.
pub(super) fn check(project: &Project, normalization: Normalization, diags: &mut Diagnostics) {
    let names = Names { active: &project.services, inactive: &project.inactive };
    let mut container_names: IndexMap<&str, Span> = IndexMap::new();
    for service in project.services.values() {
        check_origin(service, diags);
        for edge in service.edges() {
            check_edge(service, &edge, &names, diags);
        }
        check_networks(service, project, normalization, diags);
        check_resources(service, project, diags);
        check_platform(service, diags);
        check_container_name(service, &mut container_names, diags);
    }
    cycle::check(project, diags);
}

/// The services that a file defines.
struct Names<'p> {
    active: &'p IndexMap<ServiceName, Service>,
    /// Those that are left out, with their profiles.
    inactive: &'p IndexMap<ServiceName, Vec<String>>,
}

/// A service must say where its image comes from.
fn check_origin(service: &Service, diags: &mut Diagnostics) {
    if service.image.image.is_none() && service.image.build.is_none() && service.ignored.provider.is_none() {
        let message = format!("service `{}` has neither `image` nor `build`", service.name.value);
        diags.error(Code::MissingKey, service.name.span, message);
    }
}

/// What a service needs must be there.
fn check_edge(service: &Service, edge: &Edge<'_>, names: &Names<'_>, diags: &mut Diagnostics) {
    let Edge { target, key, span, dependency } = *edge;
    let Names { active, inactive } = names;
    if active.contains_key(target) {
        return;
    }
    let Some(profiles) = inactive.get(target) else {
        let names = active.keys().chain(inactive.keys()).map(ServiceName::as_str);
        let what = format!("service `{target}`, which `{}` needs by `{key}`,", service.name.value);
        undefined(&what, Spanned::new(target.as_str(), span), names, diags);
        return;
    };
    if dependency.required {
        let message = format!("service `{target}`, which `{}` needs by `{key}`, is not active", service.name.value);
        let profile = profiles.first().map_or("", String::as_str);
        let finding = diags.error(Code::UndefinedName, span, message);
        finding.hint(format!("it is active with `--profile {profile}`"));
        if key == "depends_on" {
            finding.hint("it may be missing with `required: false`");
        }
    }
}

/// Reports a name that nothing defines, and what it might have meant.
fn undefined<'d, 'p>(
    what: &str,
    name: Spanned<&str>,
    names: impl IntoIterator<Item = &'p str>,
    diags: &'d mut Diagnostics,
) -> &'d mut Diagnostic {
    let finding = diags.error(Code::UndefinedName, name.span, format!("{what} is not defined"));
    if let Some(name) = nearest(name.value, names) {
        finding.hint(format!("did you mean `{name}`?"));
    }
    finding
}

/// The networks of a service must be defined at the top, but for the one that normalisation defines.
fn check_networks(service: &Service, project: &Project, normalization: Normalization, diags: &mut Diagnostics) {
    let Attachment::Networks(networks) = &service.network.attachment else { return };
    // Whoever names no network stands, as a whole, for being in `default`.
    let is_implied = |span| {
        project.places.node(&["services", service.name.value.as_str()]).is_some_and(|service| service.span == span)
    };
    for (name, attachment) in networks {
        if name.starts_with("x-") {
            let message = format!(
                "service `{}` cannot be in the network `{name}`: below `networks` of a service, what starts with `x-` is a key of the user's own",
                service.name.value
            );
            diags.error(Code::InvalidValue, attachment.span, message).hint("give the network another name");
        } else if name != "default" || normalization == Normalization::Disabled && !is_implied(attachment.span) {
            check_resource("network", Spanned::new(name, attachment.span), &project.networks, diags);
        }
    }
}

/// What services share must be defined at the top.
fn check_resources(service: &Service, project: &Project, diags: &mut Diagnostics) {
    for mount in &service.storage.volumes {
        if let Source::Volume(name) = &mount.value.source {
            check_resource("volume", Spanned::new(name, mount.span), &project.volumes, diags);
        }
    }
    for grant in &service.secrets.secrets {
        check_resource("secret", grant.value.source.as_ref().map(String::as_str), &project.secrets, diags);
    }
    for grant in &service.secrets.configs {
        check_resource("config", grant.value.source.as_ref().map(String::as_str), &project.configs, diags);
    }
    for (name, model) in &service.ignored.models {
        check_resource("model", Spanned::new(name, model.span), &project.models, diags);
    }
    let Some(build) = service.image.build.as_ref().map(|build| &build.value) else { return };
    for secret in &build.secrets {
        check_resource("secret", Spanned::new(&secret.value.source, secret.span), &project.secrets, diags);
    }
    for context in build.additional_contexts.values() {
        if let Some(target) = context.value.strip_prefix("service:") {
            check_context(Spanned::new(target, context.span), project, diags);
        }
    }
}

/// A service whose image is a context of another's build must be there, and be built.
fn check_context(target: Spanned<&str>, project: &Project, diags: &mut Diagnostics) {
    let Some(service) = project.services.get(target.value) else {
        let names = project.services.keys().map(ServiceName::as_str);
        undefined(&format!("service `{}`", target.value), target, names, diags);
        return;
    };
    if service.image.build.is_none() {
        let message = format!("service `{}` has no `build`, so it cannot be a context of one", target.value);
        let finding = diags.error(Code::MissingKey, target.span, message);
        finding.label(service.name.span, "it is defined here").hint("to use its image, write `docker-image://IMAGE`");
    }
}

/// One thing that services share must be defined at the top.
fn check_resource<T>(what: &str, name: Spanned<&str>, defined: &IndexMap<String, T>, diags: &mut Diagnostics) {
    if !defined.contains_key(name.value) {
        let named = format!("{what} `{}`", name.value);
        let finding = undefined(&named, name, defined.keys().map(String::as_str), diags);
        if finding.hints.is_empty() {
            finding.hint(format!("define it under `{what}s` at the top of the file"));
            if what == "volume" {
                finding.hint("a directory starts with `./`, `../`, `~` or `/`");
            }
        }
    }
}

/// The platform that runs must be among those that are built.
fn check_platform(service: &Service, diags: &mut Diagnostics) {
    let (Some(platform), Some(build)) = (&service.image.platform, &service.image.build) else { return };
    let platforms = &build.value.platforms;
    if let Some(first) = platforms.first().filter(|_| platforms.iter().all(|built| built.value != platform.value)) {
        let message = format!("the platform `{}` is not among those that are built", platform.value);
        diags.error(Code::Conflict, platform.span, message).label(first.span, "the platforms that are built");
    }
}

/// The name of a container can be given once only.
fn check_container_name<'p>(service: &'p Service, seen: &mut IndexMap<&'p str, Span>, diags: &mut Diagnostics) {
    let Some(name) = &service.process.container_name else { return };
    if let Some(first) = seen.insert(&name.value, name.span) {
        let message = format!("the container name `{}` is taken", name.value);
        diags.error(Code::Conflict, name.span, message).label(first, "another service takes it here");
    }
    if let Some(replicas) = service.placement.count().filter(|replicas| replicas.value > 1) {
        let (name, count) = (name.as_ref(), replicas.value);
        let message = format!("`container_name: {}` cannot be the name of all {count} replicas", name.value);
        let finding = diags.error(Code::Conflict, name.span, message);
        finding.label(replicas.span, "`scale`, or `deploy.replicas`").hint("leave `container_name` out");
    }
}
