//! The keys that say where the content of a secret or config is.

use crate::diag::{Code, Diagnostics};
use crate::yaml::Entry;
use crate::yaml::keys::Keys;

/// Takes the one that is there of keys that exclude each other.
pub(super) fn only_one<'n>(keys: &mut Keys<'n>, names: &[&'static str], diags: &mut Diagnostics) -> Option<&'n Entry> {
    let mut found: Vec<&Entry> = names.iter().filter_map(|name| keys.entry(name)).collect();
    found.sort_by_key(|entry| entry.key_span);
    let (first, others) = found.split_first()?;
    for other in others {
        let message = format!("`{}` and `{}` exclude each other", first.key, other.key);
        diags.error(Code::Conflict, other.key_span, message).label(first.key_span, "the first is here");
    }
    Some(first)
}
