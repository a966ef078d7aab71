//! What a service waits for: commands that block until others answer, health checks, and probes that images lack.
//!
//! A wait is recognised only when every word of it is understood. What is not understood stays byte for byte.

#[cfg(test)]
mod tests;

pub(super) mod change;
pub(super) mod docker_compose_wait;
pub(super) mod health_check;
pub(super) mod host;
pub(super) mod probe;
pub(super) mod wait;

mod argv;
mod cqlsh;
mod curl;
mod dev_tcp;
mod dockerize;
mod flags;
mod idiom;
mod idioms;
mod leading;
mod mongo;
mod mysql;
mod netcat;
mod postgres;
mod process;
mod question;
mod rabbitmq;
mod redis_cli;
mod script;
mod shell;
mod timeout;
mod wait4x;
mod wait_for;
mod wait_for_dependencies;
mod wait_for_it;
mod wait_port;
mod wget;

use crate::compose::service::Service;
use crate::compose::service::image::reference::ImageReference;
use crate::compose::service::process::Process;
use idiom::Match;
use idioms::IDIOMS;
use process::Argv;
use wait::{Place, Reason, Recognised, Shape, Stretch, Wait};

/// Images without an entry point, which run a command as it is written, and nothing of their own beside it.
const BARE_IMAGES: &[&str] = &["alpine", "busybox", "debian", "ubuntu"];

/// Recognises the readiness waits with which a service's process begins. It looks at nothing but the service.
pub(super) fn recognise(service: &Service) -> Option<Recognised> {
    let image = service.image.image.as_ref().filter(|_| service.image.build.is_none());
    recognise_process(image.map(|image| image.value.as_str()), &service.process)
}

/// Recognises the waits of a process that runs in an image, unless the image is built here.
fn recognise_process(image: Option<&str>, process: &Process) -> Option<Recognised> {
    let image = image.and_then(|image| image.parse::<ImageReference>().ok());
    let image = image.as_ref().map(ImageReference::known_name);
    let tool = image.as_deref().and_then(|image| IDIOMS.iter().find(|idiom| idiom.images.contains(&image)));
    let command_only = tool.is_some() || image.as_deref().is_some_and(|image| BARE_IMAGES.contains(&image));
    let argv = |entrypoint| Argv::of(process, entrypoint, command_only);
    // What an image's own entry point does with a command that is not for it is to run it.
    tool.filter(|_| process.entrypoint.is_none())
        .and_then(|tool| argv(Some(tool.name)).recognise())
        .or_else(|| argv(None).recognise())
        .or_else(|| by_variables(process))
}

/// The wait of which only variables tell. Whether it ever runs is for the image to know: it orders, and stays.
fn by_variables(process: &Process) -> Option<Recognised> {
    let Match { targets, timeout, strictness, used: _, keep: _, parts: _ } =
        docker_compose_wait::wait(&process.environment)?;
    let span = process.environment.get(docker_compose_wait::HOSTS)?.span;
    let (idiom, stretch, parts) = (docker_compose_wait::IDIOM.name, Stretch::default(), Vec::new());
    let wait = Wait { idiom, targets, timeout, strictness, span, stretch, parts };
    let (shape, written) = (Shape::KeepOnly(Reason::VariablesAlone), Vec::new());
    Some(Recognised { waits: vec![wait], place: Place::Environment, shape, written })
}
