//! The reference page of `x-ecs`.

use std::fmt::Write as _;

use crate::compose::extension::finding::Findings;
use crate::compose::extension::probe::Images;
use crate::compose::extension::project::Place;
use crate::compose::extension::setting::{Key, Settings, Takes};
use crate::compose::extension::volume::VolumeExtension;
use crate::compose::extension::{OwnExtension, SecretKeys, TaskExtension};

/// What the page starts with.
const HEAD: &str = include_str!("head.md");

/// The reference page, as Markdown.
#[must_use]
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for (title, keys) in [
        ("`x-ecs` at the top of a file only", [Place::keys(), Findings::keys(), Images::keys()].concat()),
        ("`x-ecs` at a service only", OwnExtension::keys()),
        ("`x-ecs` at the top of a file, or at a service", TaskExtension::keys()),
        ("`x-ecs` at a volume", VolumeExtension::keys()),
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
        let (inner, step) = inner(takes);
        rows(&format!("{path}{name}{step}"), inner, page);
    }
}

/// The keys within what a key takes, and how a path goes on to them.
fn inner(takes: &Takes) -> (&[Key], &'static str) {
    match takes {
        Takes::Keys(keys) => (keys, "."),
        Takes::List(item) => (inner(item).0, "[]."),
        Takes::Either(forms) => forms.iter().map(inner).find(|(keys, _)| !keys.is_empty()).unwrap_or_default(),
        Takes::Text
        | Takes::Flag
        | Takes::Number { first: _, last: _ }
        | Takes::Numbers(_)
        | Takes::Cpus
        | Takes::Duration
        | Takes::Size
        | Takes::Word(_)
        | Takes::Input(_)
        | Takes::Map(_) => (&[], ""),
    }
}

/// What a key takes, in words.
fn form(takes: &Takes) -> String {
    match takes {
        Takes::Text => "text".to_owned(),
        Takes::Flag => "`true` or `false`".to_owned(),
        Takes::Number { first, last } => format!("number from {first} to {last}"),
        Takes::Numbers(numbers) => numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", "),
        Takes::Cpus => "number of CPUs: `0.5`".to_owned(),
        Takes::Duration => "duration: `1m30s`".to_owned(),
        Takes::Size => "size: `512m`".to_owned(),
        Takes::Word(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Takes::List(item) => format!("list of {}", form(item)),
        Takes::Map(value) => format!("mapping to {}", form(value)),
        Takes::Keys(_) => "mapping".to_owned(),
        Takes::Input(structure) => format!("fields of ECS's `{}`", structure.trim_end_matches("Request")),
        Takes::Either(forms) => forms.iter().map(form).collect::<Vec<_>>().join(", or "),
    }
}
