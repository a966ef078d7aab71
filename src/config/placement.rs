//! How many run, and where.

use super::Context;
use super::value::Fields;
use crate::compose::service::Service;

/// The keys of the facet `placement`.
pub(super) fn fields<'p>(_service: &'p Service, _context: &Context<'p>) -> Fields<'p> {
    Fields::default()
}

/// The keys of the facet that stand in `deploy`.
pub(super) fn deploy_fields<'p>(_service: &'p Service, _context: &Context<'p>) -> Fields<'p> {
    Fields::default()
}
