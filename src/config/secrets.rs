//! What a service is told in confidence, and what it is configured with.

use super::Context;
use super::value::Fields;
use crate::compose::service::Service;

/// The keys of the facet `secrets`.
pub(super) fn fields<'p>(_service: &'p Service, _context: &Context<'p>) -> Fields<'p> {
    Fields::default()
}
