//! YAML as Go writes it.

use super::value::Value;

/// A document with two spaces a level, in which every `$` stands twice, as the model is one that could be read again.
pub(super) fn document(value: &Value<'_>) -> String {
    super::json::document(value)
}
