//! What a service waits for, and how others know that it is ready.

use super::Context;
use super::value::Fields;
use crate::compose::service::Service;

/// The keys of the facet `readiness`.
pub(super) fn fields<'p>(_service: &'p Service, _context: &Context<'p>) -> Fields<'p> {
    Fields::default()
}
