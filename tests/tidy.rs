//! Rules about the source itself.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads what is there, and fails loudly")]

use std::fs;
use std::path::{Path, PathBuf};

/// Foreign crates, and the only files that name them.
const HOMES: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["src/diag/render.rs"]),
    ("anstream", &["src/cli/run.rs"]),
    ("clap", &["src/cli.rs", "src/main.rs"]),
    ("granit_parser", &["src/yaml/events.rs"]),
    ("serde_json", &["src/backend/task_json.rs"]),
    ("thiserror", &["src/cli/output.rs"]),
];

/// Files beyond 500 lines, each a list.
const LONG: &[&str] = &[];

/// Every Rust file below `src`, with its path from the root of the project.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    files.sort();
    assert!(!files.is_empty());
    let name = |path: &Path| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The part of a file that is the product: what comes before its tests.
fn product(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap()
}

#[test]
fn each_foreign_crate_has_one_home() {
    for (file, text) in sources() {
        for (name, homes) in HOMES {
            let named = product(&text).contains(&format!("{name}::"));
            assert!(!named || homes.contains(&file.as_str()), "{file} names `{name}`, whose home is {homes:?}");
        }
    }
}

#[test]
fn every_home_names_its_crate() {
    let sources = sources();
    for (name, homes) in HOMES {
        for home in *homes {
            let text = sources.iter().find(|(file, _)| file == home).map(|(_, text)| product(text));
            assert!(text.is_some_and(|text| text.contains(&format!("{name}::"))), "{home} no longer names `{name}`");
        }
    }
}

#[test]
fn passes_and_backends_leave_no_field_out_of_a_pattern() {
    for (file, text) in sources() {
        if !file.starts_with("src/lower/") && !file.starts_with("src/backend/") {
            continue;
        }
        for (line, number) in product(&text).lines().zip(1..) {
            let pattern = [", .. }", "{ .. }", "(..)"].iter().any(|rest| line.contains(rest));
            assert!(!pattern, "{file}:{number} leaves fields out of a pattern: {line}");
        }
    }
}

#[test]
fn a_long_file_is_two_ideas() {
    for (file, text) in sources() {
        let lines = product(&text).lines().count();
        assert!(lines <= 500 || LONG.contains(&file.as_str()), "{file} has {lines} lines before its tests");
    }
}

#[test]
fn every_case_says_what_it_shows_and_has_a_snapshot() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut cases = 0;
    for topic in fs::read_dir(&root).unwrap() {
        for case in fs::read_dir(topic.unwrap().path()).into_iter().flatten() {
            let case = case.unwrap().path();
            let compose = fs::read_to_string(case.join("compose.yml")).unwrap_or_else(|err| panic!("{case:?}: {err}"));
            let first = compose.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
            assert!(first.starts_with("# "), "{case:?}: the first line of compose.yml says what it shows");
            assert!(case.join("expected.snap").is_file(), "{case:?}: no snapshot");
            cases += 1;
        }
    }
    assert!(cases > 0);
}
