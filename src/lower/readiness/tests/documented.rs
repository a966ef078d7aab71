//! `docs/readiness.md` names what there is, and nothing else.

use crate::lower::readiness::idioms::{IDIOMS, PROBERS};

/// The document.
const DOCUMENT: &str = include_str!("../../../../docs/readiness.md");

/// The first column of the table below a heading, without its quotes.
fn rows(heading: &str) -> Vec<&'static str> {
    let section = DOCUMENT.split(&format!("\n## {heading}\n")).nth(1).unwrap().split("\n## ").next().unwrap();
    section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

#[test]
fn every_idiom_has_a_row() {
    let idioms: Vec<&str> = IDIOMS.iter().map(|idiom| idiom.name).collect();
    assert_eq!(rows("Tools"), idioms);
    let probers: Vec<&str> = PROBERS.iter().map(|prober| prober.name).collect();
    assert_eq!(rows("Loops"), probers);
}

#[test]
fn every_image_of_a_tool_is_named() {
    for image in IDIOMS.iter().flat_map(|idiom| idiom.images).filter(|image| !image.starts_with("ghcr.io/")) {
        assert!(DOCUMENT.contains(&format!("`{image}`")), "{image}");
    }
}
