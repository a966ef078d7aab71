//! What runs in a service.

use super::Context;
use super::value::Fields;
use crate::compose::service::Service;

/// The keys of the facet `process`.
pub(super) fn fields<'p>(_service: &'p Service, _context: &Context<'p>) -> Fields<'p> {
    Fields::default()
}
