//! A service.

use super::Context;
use super::value::{Fields, Value};
use super::{ignored, image, kernel, logging, network, placement, process, readiness, resources, secrets, storage};
use crate::compose::service::Service;

/// The keys of a service, in the order in which Docker Compose prints them.
const ORDER: &[&str] = &["profiles"];

/// What is printed of a service.
pub(super) fn value<'p>(service: &'p Service, context: &Context<'p>) -> Value<'p> {
    let mut fields = Fields::default();
    fields.extend(image::fields(service, context));
    fields.extend(process::fields(service, context));
    fields.extend(readiness::fields(service, context));
    fields.extend(network::fields(service, context));
    fields.extend(storage::fields(service, context));
    fields.extend(logging::fields(service, context));
    fields.extend(secrets::fields(service, context));
    fields.extend(kernel::fields(service, context));
    fields.extend(resources::fields(service, context));
    fields.extend(placement::fields(service, context));
    fields.extend(ignored::fields(service, context));
    fields.in_order(ORDER).into()
}
