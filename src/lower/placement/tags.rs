//! `deploy.labels`: tags of the service.

use indexmap::IndexMap;
use indexmap::map::Entry;

use crate::compose::foreign::LABELS;
use crate::compose::service::Service;
use crate::diag::{Code, Diagnostics};
use crate::ecs::task::Tag;
use crate::source::Spanned;

/// Tags from the labels of all services of a unit.
pub(super) fn tags(members: &[&Service], diags: &mut Diagnostics) -> Vec<Tag> {
    let mut tags: IndexMap<&str, &Spanned<String>> = IndexMap::new();
    let labels = members.iter().flat_map(|member| &member.placement.labels);
    for (key, value) in labels.filter(|(key, _)| !LABELS.contains(&key.as_str())) {
        if let Some(reason) = reason_against(key, &value.value) {
            diags.warn(Code::Lost, value.span, format!("label `{key}` cannot be a tag: {reason}"));
            continue;
        }
        match tags.entry(key) {
            Entry::Vacant(entry) => drop(entry.insert(value)),
            Entry::Occupied(entry) if entry.get().value == value.value => {}
            Entry::Occupied(entry) => {
                let message = format!("label `{key}` has another value in a service of the same task");
                diags.warn(Code::Lost, value.span, message).label(entry.get().span, "this value is the tag's");
            }
        }
    }
    tags.into_iter().map(|(key, value)| Tag { key: key.to_owned(), value: value.value.clone() }).collect()
}

/// Why AWS would not take a tag. <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html>
fn reason_against(key: &str, value: &str) -> Option<&'static str> {
    let is_text = |text: &str| text.chars().all(|letter| letter.is_alphanumeric() || " _.:/=+-@".contains(letter));
    if !(1..=128).contains(&key.chars().count()) {
        Some("its name must have 1 to 128 characters")
    } else if value.chars().count() > 256 {
        Some("its value has more than 256 characters")
    } else if key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
        Some("names that begin with `aws:` are AWS's own")
    } else if !is_text(key) {
        Some("its name may have letters, digits, spaces and `_.:/=+-@` only")
    } else if !is_text(value) {
        Some("its value may have letters, digits, spaces and `_.:/=+-@` only")
    } else {
        None
    }
}
