//! What the README shows is what the program does.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads what is there, and fails loudly")]

#[path = "support/json.rs"]
mod json;

use std::fs;
use std::path::Path;
use std::process::Command;

use json::holds;
use serde_json::Value;

/// The README.
const README: &str = include_str!("../README.md");

/// The blocks of the README in a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let start = format!("```{language}\n");
    README.split(start.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// The arguments of the README's commands that run the program.
fn commands() -> Vec<&'static str> {
    let lines = blocks("sh").into_iter().flat_map(str::lines);
    lines.filter_map(|line| line.strip_prefix("cargo run -q --no-default-features -- ")).collect()
}

/// Runs a command with the binary that is there, from the root of the project.
#[track_caller]
fn run(args: &str) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_compose2ecs"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(args.split_whitespace())
        .output()
        .unwrap();
    assert!(output.status.success());
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_example_is_the_file_that_the_first_command_converts() {
    let file = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/apps/rails/compose.yml")).unwrap();
    let example = blocks("yaml").into_iter().next().unwrap();
    assert_eq!(file.split_once('\n').unwrap().1, example, "the file is the example below a comment");
}

#[test]
fn every_command_runs() {
    assert_eq!(commands().len(), 5);
    for args in commands() {
        assert_ne!(run(args).0, "");
    }
}

#[test]
fn the_first_command_prints_what_the_example_shows() {
    let (stdout, _) = run(commands()[0]);
    let document: Value = serde_json::from_str(&stdout).unwrap();
    let shown: Value = serde_json::from_str(blocks("json").into_iter().next().unwrap()).unwrap();
    assert!(holds(&document, &shown), "{document:#}");
}

#[test]
fn the_drawing_is_what_its_command_prints() {
    let command = commands().into_iter().find(|command| command.starts_with("graph ")).unwrap();
    assert_eq!([run(command).0.as_str()], *blocks("mermaid"));
}

#[test]
fn the_first_command_finds_what_the_example_shows() {
    let (_, stderr) = run(commands()[0]);
    let shown = blocks("text").into_iter().next().unwrap();
    assert!(stderr.contains(shown.trim_end()), "{stderr}");
}

#[test]
fn links_of_the_pages_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let pages =
        docs.filter(|path| path.extension().is_some_and(|ending| ending == "md")).chain([root.join("README.md")]);
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        let links = text.split("](").skip(1).map(|rest| rest.split([')', '#']).next().unwrap());
        for link in links.filter(|link| !link.is_empty() && !link.contains("://")) {
            let target = page.parent().unwrap().join(link);
            assert!(target.exists(), "{} leads to {link}, which is not there", page.display());
        }
    }
}
