//! Lists in pages.

use serde_json::{Value, json};

use crate::aws::Aws;
use crate::input::Input;
use crate::settings::EmptyPages;
use crate::wire::{Answer, ApiError};

/// How a list is paginated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pages {
    /// The member of the answer that holds the items.
    pub(crate) member: &'static str,
    /// How many items there are on a page when the caller does not say.
    pub(crate) usual: u64,
    /// How many items a caller may ask for.
    pub(crate) most: u64,
    /// The member of the input that asks for a number of items.
    pub(crate) size: &'static str,
}

impl Pages {
    /// A list of Amazon ECS, with a hundred items on a page.
    pub(crate) fn of(member: &'static str) -> Self {
        Self { member, usual: 100, most: 100, size: "maxResults" }
    }
}

impl Aws {
    /// One page of a list. The token is the number of items before the page; one that is an empty first page's ends in
    /// a letter.
    pub(crate) fn page(&self, items: Vec<Value>, input: Input<'_>, pages: Pages) -> Answer {
        let size = input.whole(pages.size).map_or(Ok(pages.usual), u64::try_from).unwrap_or(0);
        if size == 0 || size > pages.most {
            return Err(ApiError::invalid(format!("{} must be between 1 and {}.", pages.size, pages.most)));
        }
        let token = input.text("nextToken");
        if token.is_none() && self.settings.empty_pages == EmptyPages::First && !items.is_empty() {
            return Ok(json!({pages.member: [], "nextToken": token_of(0)}));
        }
        let start = match token {
            None => 0,
            Some(token) => start_of(token).ok_or_else(|| ApiError::invalid("Invalid token."))?,
        };
        let end = start.saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
        let more = end < items.len();
        let page: Vec<Value> = items.into_iter().skip(start).take(end - start).collect();
        let mut answer = json!({pages.member: page});
        if more && let Some(members) = answer.as_object_mut() {
            members.insert("nextToken".to_owned(), json!(token_of(end)));
        }
        Ok(answer)
    }
}

/// Tokens are no numbers to do sums with.
fn token_of(start: usize) -> String {
    format!("t0k3n-{start:x}")
}

fn start_of(token: &str) -> Option<usize> {
    usize::from_str_radix(token.strip_prefix("t0k3n-")?, 16).ok()
}
