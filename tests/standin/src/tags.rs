//! Tags of resources.

use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::input::Input;
use crate::wire::ApiError;

/// A resource's tags, in the order they were set.
pub type Tags = IndexMap<String, String>;

/// How many tags a resource has at most.
const MOST: usize = 50;

/// The tags that an input gives.
pub(crate) fn given(input: Input<'_>) -> Result<Tags, ApiError> {
    let mut tags = Tags::new();
    add(&mut tags, input, ["key", "value"])?;
    Ok(tags)
}

/// Adds the tags of an input, whose items have such names for key and value.
pub(crate) fn add(tags: &mut Tags, input: Input<'_>, [key, value]: [&str; 2]) -> Result<(), ApiError> {
    let mut seen = Vec::new();
    for tag in input.items("tags") {
        let (Some(key), value) = (tag.text(key), tag.text(value).unwrap_or_default()) else {
            return Err(ApiError::invalid("Tag key can not be null or empty."));
        };
        if key.to_lowercase().starts_with("aws:") {
            return Err(ApiError::invalid("Tags with keys beginning with \"aws:\" are reserved for system use."));
        }
        if !key.chars().chain(value.chars()).all(is_allowed) {
            return Err(ApiError::invalid(format!("Tag '{key}' contains invalid characters.")));
        }
        if seen.contains(&key) {
            return Err(ApiError::invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive."));
        }
        seen.push(key);
        tags.insert(key.to_owned(), value.to_owned());
    }
    if tags.len() > MOST {
        return Err(ApiError::invalid(format!("Too many tags: a resource has {MOST} at most.")));
    }
    Ok(())
}

fn is_allowed(letter: char) -> bool {
    letter.is_alphanumeric() || letter.is_whitespace() || "_.:/=+-@".contains(letter)
}

/// The tags as an answer gives them.
pub(crate) fn list(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
}
