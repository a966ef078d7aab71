//! The reference page of `x-ecs`.

use std::fmt::Write as _;

use crate::compose::extension::project::Place;
use crate::compose::extension::setting::{Key, Settings, Takes};
use crate::compose::extension::{OwnExtension, SecretKeys, TaskExtension};

/// What the page starts with.
const HEAD: &str = include_str!("head.md");

/// The reference page, as Markdown.
#[must_use]
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for (title, keys) in [
        ("`x-ecs` at the top of a file only", Place::keys()),
        ("`x-ecs` at a service only", OwnExtension::keys()),
        ("`x-ecs` at the top of a file, or at a service", TaskExtension::keys()),
        ("`x-ecs` of a secret at the top of a file", SecretKeys::keys()),
    ] {
        let _ = write!(page, "\n## {title}\n\n| key | takes | what it is |\n|---|---|---|\n");
        rows("", &keys, &mut page);
    }
    page
}

/// A row for each key, and for the keys within.
fn rows(path: &str, keys: &[Key], page: &mut String) {
    for Key { name, about, takes } in keys {
        let about = about.split_once(": ").map_or(about.as_str(), |(_, about)| about).replace('|', "\\|");
        let _ = writeln!(page, "| `{path}{name}` | {} | {about} |", form(takes));
        if let Takes::Keys(inner) = takes {
            rows(&format!("{path}{name}."), inner, page);
        }
    }
}

/// What a key takes, in words.
fn form(takes: &Takes) -> String {
    match takes {
        Takes::Text => "text".to_owned(),
        Takes::Flag => "`true` or `false`".to_owned(),
        Takes::Word(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Takes::List(item) => format!("list of {}", form(item)),
        Takes::Texts => "texts by names".to_owned(),
        Takes::Keys(_) => "a mapping".to_owned(),
    }
}
