//! How ECS can tell that a service is healthy.

use crate::compose::Project;
use crate::compose::service::Service;
use crate::compose::service::image::reference::ImageReference;
use crate::compose::service::readiness::Test;
use crate::diag::{Code, Diagnostics};
use crate::lower::readiness::probe::{self, Probe};
use crate::source::Spanned;

/// How ECS can tell that a service is healthy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) enum Health {
    /// By its own health check.
    Own,
    /// By the one that its image is known to answer to.
    Probe(Probe),
    /// By the one that `x-ecs` names: `probe` of the service, or `probes` of the project.
    Told(Probe),
    /// It cannot.
    Unknown,
}

/// How ECS can tell that a service is healthy.
pub(in crate::lower) fn health(service: &Service, project: &Project) -> Health {
    let check = service.readiness.healthcheck.as_ref().map(|check| &check.value);
    let test = check.and_then(|check| check.test.as_ref()).map(|test| &test.value);
    if check.is_some_and(|check| check.disable.is_some()) || test.is_some_and(Test::is_none) {
        return Health::Unknown;
    }
    if test.is_some() {
        return Health::Own;
    }
    if let Some(words) = service.extension.own.probe.as_ref().or_else(|| of_image(service, project)) {
        return probe::told(&words.value).map_or(Health::Unknown, Health::Told);
    }
    let image = service.image.image.as_ref().filter(|_| service.image.build.is_none());
    match image.and_then(|image| probe::probe(&image.value, &service.process)) {
        Some(probe) => Health::Probe(probe),
        None => Health::Unknown,
    }
}

/// What the project says of a service's image.
fn of_image<'a>(service: &Service, project: &'a Project) -> Option<&'a Spanned<Vec<String>>> {
    let probes = project.extension.images.probes.as_ref()?;
    let image: ImageReference = service.image.image.as_ref()?.value.parse().ok()?;
    probes.value.of(&image)
}

/// Reports the probes that are none.
pub(super) fn report_probes(project: &Project, diags: &mut Diagnostics) {
    let of_services = project.services.values().filter_map(|service| service.extension.own.probe.as_ref());
    let of_images = project.extension.images.probes.iter().flat_map(|probes| &probes.value.0).map(|probe| &probe.words);
    for Spanned { value: words, span } in of_images.chain(of_services) {
        if !words.is_empty() && probe::told(words).is_none() {
            diags
                .error(Code::InvalidValue, *span, "invalid probe: it is no command of a health check")
                .hint("write `[CMD, word, word]`, or `[CMD-SHELL, line]`");
        }
    }
}
