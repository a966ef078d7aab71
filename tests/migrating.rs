//! What `docs/migrating.md` shows is what the program does: its files are translated as its commands say, and what is
//! shown of the outcome is held against it.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads what is there, and fails loudly")]

#[path = "support/binary.rs"]
mod binary;
#[path = "support/json.rs"]
mod json;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use binary::{Run, compose2ecs, folder, run};
use json::holds;
use serde_json::{Value, json};

/// The page.
const PAGE: &str = include_str!("../docs/migrating.md");

/// The page of the keys of `x-ecs`.
const KEYS: &str = include_str!("../docs/x-ecs.md");

/// The words that an example of ecs-cli, Docker or ecs-compose-x begins and ends with.
const BOTH_TRANSLATE: &[&str] = &["ecs-cli", "Docker's integration with ECS", "ecs-compose-x"];

/// A block of the page: its language, the name behind it, and its text.
#[derive(Debug, Clone, Copy)]
struct Block {
    language: &'static str,
    name: &'static str,
    text: &'static str,
}

/// The part of the page, or of a part of it, below a heading.
#[track_caller]
fn below(part: &'static str, level: &str, heading: &str) -> &'static str {
    let start = format!("\n{level} {heading}\n");
    let rest = part.split_once(start.as_str()).unwrap_or_else(|| panic!("a heading `{heading}`")).1;
    rest.split(format!("\n{level} ").as_str()).next().unwrap()
}

/// The blocks of a part.
fn blocks(part: &'static str) -> Vec<Block> {
    let mut pieces = part.split("```");
    let mut blocks = Vec::new();
    while let (Some(_), Some(block)) = (pieces.next(), pieces.next()) {
        let (first, text) = block.split_once('\n').unwrap();
        let (language, name) = first.split_once(' ').unwrap_or((first, ""));
        blocks.push(Block { language, name, text });
    }
    blocks
}

/// The part of a section that shows how it was, or how it is.
#[track_caller]
fn example(section: &str, when: &str) -> &'static str {
    below(below(PAGE, "##", section), "###", when)
}

/// Carries out a part: writes its files, runs its command, and holds what it shows against what comes out.
#[track_caller]
fn carry_out(part: &'static str) -> Option<Run> {
    let blocks = blocks(part);
    let files: Vec<(&str, &str)> =
        blocks.iter().filter(|block| block.language == "yaml").map(|block| (block.name, block.text)).collect();
    let folder = folder(&files);
    let mut result = None;
    for Block { language, name, text } in blocks {
        match (language, &result) {
            ("yaml", _) => assert!(!name.is_empty(), "a file has a name: {text}"),
            ("sh", _) => result = Some(convert(folder.path(), text)),
            ("text", Some(Run { stderr, .. })) => assert!(stderr.contains(text.trim_end()), "{text}\n{stderr}"),
            ("json", Some(Run { stdout, .. })) => {
                let (whole, part): (Value, Value) =
                    (serde_json::from_str(stdout).unwrap(), serde_json::from_str(text).unwrap());
                assert!(holds(&whole, &part), "{part:#}\n{whole:#}");
            }
            _ => panic!("nothing to hold a block of `{language}` against: {text}"),
        }
    }
    result
}

/// Runs the one command of a block.
#[track_caller]
fn convert(folder: &Path, command: &str) -> Run {
    let words: Vec<&str> = command.split_whitespace().collect();
    let (program, args) = words.split_first().unwrap();
    assert_eq!(*program, "compose2ecs");
    let run = run(&mut compose2ecs(folder, args));
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

/// The cells of the rows of all tables in a part, without headings.
fn rows(part: &'static str) -> Vec<Vec<&'static str>> {
    let lines = part.lines().filter(|line| line.starts_with("| "));
    let cells = |line: &'static str| line.trim_matches('|').split('|').map(str::trim).collect();
    lines.map(cells).collect()
}

#[test]
fn after_is_what_before_is_without_a_note() {
    for section in BOTH_TRANSLATE {
        let before = carry_out(example(section, "Before")).unwrap();
        let after = carry_out(example(section, "After")).unwrap();
        assert!(before.stderr.contains("note[inferred]"), "{section}: what is taken over is told");
        assert_eq!(after.stdout, before.stdout, "{section}");
        for told in ["is taken for", "is left out", "ecs-compose-x", "x-aws"] {
            assert!(!after.stderr.contains(told), "{section}: {}", after.stderr);
        }
    }
}

#[test]
fn every_block_is_part_of_an_example() {
    let carried_out = |section: &str| {
        let parts = ["Before", "After"].map(|when| blocks(example(section, when)).len());
        parts.into_iter().sum::<usize>()
    };
    let sections = BOTH_TRANSLATE.iter().copied().chain(["Copilot"]);
    assert_eq!(blocks(PAGE).len(), sections.map(carried_out).sum::<usize>());
}

#[test]
fn what_the_manifest_says_is_in_the_translation() {
    let [manifest] = blocks(example("Copilot", "Before"))[..] else { panic!("a manifest") };
    let manifest: Value = serde_yaml::from_str(manifest.text).unwrap();
    let run = carry_out(example("Copilot", "After")).unwrap();
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let text = |value: &Value| json!(value.to_string());
    let pairs = |of: &Value, value: &str| {
        let pairs = of.as_object().unwrap().iter();
        Value::Array(pairs.map(|(name, text)| json!({"name": name, value: text})).collect())
    };
    let sidecar = &manifest["sidecars"]["migrate"];
    let (least, most) = manifest["count"]["range"].as_str().unwrap().split_once('-').unwrap();
    let number = |text: &str| json!(text.parse::<u32>().unwrap());
    let expected = json!({
        "taskDefinitions": [{
            "family": format!("shop-{}", manifest["name"].as_str().unwrap()),
            "cpu": text(&manifest["cpu"]),
            "memory": text(&manifest["memory"]),
            "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
            "containerDefinitions": [
                {
                    "image": manifest["image"]["location"],
                    "portMappings": [{"containerPort": manifest["image"]["port"]}],
                    "environment": pairs(&manifest["variables"], "value"),
                    "secrets": pairs(&manifest["secrets"], "valueFrom"),
                    "dependsOn": [{"containerName": "migrate", "condition": "SUCCESS"}],
                },
                {"image": sidecar["image"], "essential": sidecar["essential"]},
            ],
        }],
        "services": [{
            "enableExecuteCommand": manifest["exec"],
            "deploymentConfiguration": {"minimumHealthyPercent": 0, "maximumPercent": 100},
        }],
    });
    assert_eq!(manifest["image"]["depends_on"], json!({"migrate": "success"}));
    assert_eq!(
        (&manifest["platform"], &manifest["deployment"]["rolling"]),
        (&json!("linux/arm64"), &json!("recreate"))
    );
    assert!(holds(&document, &expected), "{expected:#}\n{document:#}");
    let scaling = document["scaling"].to_string();
    for (key, value) in [("MinCapacity", number(least)), ("MaxCapacity", number(most))] {
        assert!(scaling.contains(&format!("\"{key}\":{value}")), "{scaling}");
    }
    assert!(scaling.contains(&format!("\"TargetValue\":{}", manifest["count"]["cpu_percentage"])), "{scaling}");
}

#[test]
fn every_key_of_ecs_cli_has_the_row_that_its_note_gives_it() {
    let rows = rows(below(below(PAGE, "##", "ecs-cli"), "###", "Key by key"));
    let row = |cells: Vec<&'static str>| {
        let key = cells[0].trim_matches('`').rsplit('.').next().unwrap();
        format!("`{key}` is taken for {}", cells[1])
    };
    let mut rows: BTreeSet<String> = rows.into_iter().skip(1).map(row).collect();
    // These are called by the names of volumes.
    assert!(rows.remove("`docker_volumes[]` is taken for a volume of the Compose file"));
    assert!(rows.remove("`efs_volumes[]` is taken for `x-ecs.efs`"));
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/ecs-params");
    let mut found = BTreeSet::new();
    for case in fs::read_dir(cases).unwrap() {
        let snapshot = fs::read_to_string(case.unwrap().path().join("expected.snap")).unwrap();
        let notes = snapshot.lines().filter_map(|line| line.strip_prefix("note[inferred]: "));
        let by_key = |note: &&str| note.starts_with('`') && note.contains(" is taken for ");
        found.extend(notes.filter(by_key).map(ToOwned::to_owned));
    }
    found.retain(|note| !note.ends_with("a volume of the Compose file") && !note.ends_with("`x-ecs.efs`"));
    assert_eq!(found, rows);
}

#[test]
fn every_key_of_x_ecs_that_is_named_exists() {
    let mut count = 0;
    for part in PAGE.split("`x-ecs: {").skip(1) {
        let form = part.split('`').next().unwrap();
        let key = form.split(':').next().unwrap();
        assert!(KEYS.contains(&format!("\n| `{key}` |")), "{form}");
        count += 1;
    }
    assert!(count > 20, "{count}");
}

#[test]
fn every_command_exists() {
    let commands = rows(PAGE.split("Which command does what").nth(1).unwrap().split("\n## ").next().unwrap());
    assert!(commands.len() > 2);
    for row in commands.iter().skip(1) {
        let command = row.last().unwrap().trim_matches('`');
        let is_deploying = !matches!(command, "convert" | "config" | "graph");
        if cfg!(feature = "deploy") || !is_deploying {
            let run = run(&mut compose2ecs(Path::new("."), &[command, "--help"]));
            assert_eq!(run.code, 0, "{command}: {}", run.stderr);
        }
    }
}
