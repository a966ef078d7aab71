//! The tools whose command lines are readiness waits.

use super::idiom::Idiom;
use super::{dockerize, wait_for, wait_for_it};

/// Every idiom. A new one is a file with an `IDIOM`, and a name in this list.
pub(super) const IDIOMS: &[Idiom] = &[dockerize::IDIOM, wait_for_it::IDIOM, wait_for::IDIOM];
