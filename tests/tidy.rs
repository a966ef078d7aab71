//! Rules about the source itself.

#![expect(
    clippy::disallowed_methods,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test reads what is there, and fails loudly"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// Foreign crates, and the only places that name them: files, and folders with all that is in them.
const HOMES: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["src/diag/render.rs"]),
    ("anstream", &["src/cli/run.rs"]),
    ("anstyle", &["src/cli/diff.rs", "src/cli/log_lines.rs", "src/cli/progress/paint.rs"]),
    ("aws_config", &["src/deploy/sdk"]),
    ("aws_sdk_cloudwatchlogs", &["src/deploy/sdk.rs"]),
    ("aws_sdk_ecr", &["src/deploy/sdk.rs"]),
    ("aws_sdk_ecs", &["src/deploy/sdk"]),
    ("aws_smithy_xml", &["src/deploy/sdk/query.rs"]),
    ("aws_types", &["src/deploy/sdk/query.rs"]),
    ("clap", &["src/cli", "src/main.rs"]),
    ("clap_complete", &["src/cli/completions.rs"]),
    ("futures_util", &["src/deploy"]),
    ("granit_parser", &["src/yaml/events.rs"]),
    (
        "serde",
        &[
            "src/backend/task_json.rs",
            "src/config/json.rs",
            "src/diag/json.rs",
            "src/diag/place.rs",
            "src/diag/sarif.rs",
            "src/deploy/api",
            "src/ecs",
            "src/lower/hatch.rs",
            "src/options.rs",
        ],
    ),
    ("sha2", &["src/digest.rs"]),
    ("similar", &["src/cli/diff.rs"]),
    ("terminal_size", &["src/cli/progress/screen.rs"]),
    ("tokio", &["src/cli/run/deploy", "src/deploy"]),
    ("unicode_width", &["src/cli/progress/tree.rs"]),
    // The check of how large a definition is counts the bytes of its JSON.
    (
        "serde_json",
        &[
            "src/backend/task_json.rs",
            "src/cli/progress",
            "src/cli/run/deploy/diff.rs",
            "src/cli/run/deploy/ps.rs",
            "src/cli/run/deploy/push.rs",
            "src/config/json.rs",
            "src/deploy",
            "src/diag/json.rs",
            "src/diag/sarif.rs",
            "src/ecs/check/task.rs",
            "src/ecs/overlay.rs",
            "src/lower/hatch",
            "src/explain.rs",
            "src/schema/json.rs",
        ],
    ),
];

/// Foreign crates that are part of the language here: paths, maps in the user's order, and errors.
const EVERYWHERE: &[&str] = &["camino", "indexmap", "thiserror"];

/// Files and folders that only tests use.
const FOR_TESTS: &[&str] = &["/tests", "testing", "/oracle.rs", "/sample.rs"];

/// Names with which a message may start, although they have a capital letter.
const NAMES: &[&str] = &["AWS", "Docker", "ECR", "ECS", "Fargate", "Linux", "Service Connect"];

/// Every Rust file below `src` that is not there for tests alone: its path from the root of the project, and its part
/// before its tests.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    files.sort();
    assert!(!files.is_empty());
    let name = |path: &Path| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    let text =
        |path: &Path| fs::read_to_string(path).unwrap().split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
    let files = files.iter().map(|path| (name(path), text(path)));
    files.filter(|(file, _)| !FOR_TESTS.iter().any(|name| file.contains(name))).collect()
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

/// A text without its comments that have a line of their own.
fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Whether a text names a crate.
fn names(text: &str, name: &str) -> bool {
    let path = format!("{name}::");
    let text = code(text);
    text.match_indices(&path).any(|(start, _)| {
        !text[..start].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':')
    })
}

#[test]
fn each_foreign_crate_has_one_home() {
    for (file, text) in sources() {
        for (name, homes) in HOMES {
            let at_home = homes.iter().any(|home| Path::new(&file).starts_with(home) || file == format!("{home}.rs"));
            assert!(at_home || !names(&text, name), "{file} names `{name}`, whose home is {homes:?}");
        }
    }
}

#[test]
fn every_home_names_its_crate() {
    let sources = sources();
    for (name, homes) in HOMES {
        for home in *homes {
            let mut inhabitants = sources.iter().filter(|(file, _)| Path::new(file).starts_with(home));
            assert!(inhabitants.any(|(_, text)| names(text, name)), "{home} no longer names `{name}`");
        }
    }
}

#[test]
fn every_dependency_has_a_home() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]\n").nth(1).unwrap().split("\n[").next().unwrap();
    for line in dependencies.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let name = line.split([' ', '.']).next().unwrap().replace('-', "_");
        let decided = EVERYWHERE.contains(&name.as_str()) || HOMES.iter().any(|(other, _)| *other == name);
        assert!(decided, "`{name}` has no home: name it in `HOMES`");
    }
}

/// The layers below each folder, which alone it may name.
const LAYERS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("options", &["diag"]),
    ("world", &[]),
    ("diag", &["source"]),
    ("yaml", &["source", "diag"]),
    ("compose", &["source", "diag", "options", "world", "yaml"]),
    ("config", &["source", "diag", "digest", "options", "yaml", "compose"]),
    ("digest", &[]),
    ("deploy", &["source", "digest", "compose", "graph", "ecs", "backend"]),
    ("graph", &["source", "compose"]),
    ("schema", &["compose", "ecs"]),
    ("ecs", &["options"]),
    ("backend", &["source", "graph", "ecs"]),
    ("lower", &["source", "diag", "options", "yaml", "compose", "graph", "ecs"]),
];

#[test]
fn nothing_points_back_up() {
    for (file, text) in sources() {
        let layer = file.trim_start_matches("src/").split(['/', '.']).next().unwrap();
        let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == layer) else { continue };
        for path in code(&text).split("crate::").skip(1) {
            let other = path.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap();
            assert!(other == layer || below.contains(&other), "{file} names `{other}`, which is not below `{layer}`");
        }
    }
}

#[test]
fn a_path_climbs_one_step_at_most() {
    for (file, text) in sources() {
        assert!(!code(&text).contains("super::super"), "{file} climbs by `super::super`: start at `crate`");
    }
}

/// The parameters of every function of a text, by its name; `self` does not count.
fn parameters(text: &str) -> Vec<(String, usize)> {
    let starts = text.match_indices("fn ").filter(|(start, _)| !text[..*start].ends_with(char::is_alphanumeric));
    let function = |(start, _): (usize, &str)| {
        let (name, rest) = text[start + 3..].split_at(text[start + 3..].find(['(', '<'])?);
        let list = &rest[end_of_brackets(rest, '<', '>')..];
        let list = list.get(1..end_of_brackets(list, '(', ')'))?.strip_suffix(')')?;
        let count = split_list(list).into_iter().filter(|parameter| !parameter.ends_with("self")).count();
        Some((name.to_owned(), count))
    };
    starts.filter_map(function).collect()
}

/// Where the brackets end with which a text starts; 0 if it starts with none.
fn end_of_brackets(text: &str, open: char, close: char) -> usize {
    let mut depth = 0_usize;
    for (index, letter) in text.char_indices() {
        let is_arrow = close == '>' && text[..index].ends_with('-');
        if letter == open {
            depth += 1;
        } else if letter == close && !is_arrow {
            depth -= 1;
        }
        if depth == 0 {
            return if index == 0 { 0 } else { index + letter.len_utf8() };
        }
    }
    text.len()
}

/// The items between the commas of a list; brackets of any kind keep theirs together.
fn split_list(list: &str) -> Vec<String> {
    let (mut items, mut depth, mut before) = (vec![String::new()], 0_i32, ' ');
    for letter in list.chars() {
        match letter {
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if before == '-' => {}
            ')' | ']' | '}' | '>' => depth -= 1,
            _ => {}
        }
        before = letter;
        match items.last_mut() {
            Some(item) if letter != ',' || depth > 0 => item.push(letter),
            _ => items.push(String::new()),
        }
    }
    items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

#[test]
fn functions_take_up_to_four_parameters() {
    for (file, text) in sources() {
        for (name, count) in parameters(&code(&text)) {
            assert!(count <= 4, "{file}: `{name}` takes {count} parameters: give some of them a name together");
        }
    }
}

/// The texts in quotes of a file, and the line of each. Comments have none.
fn literals(text: &str) -> Vec<(usize, String)> {
    let mut literals = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(start) = rest.find(['"', '\'', '/', '\n']) {
        let (before, from) = rest.split_at(start);
        let raw = before.ends_with(['r', '#']) && from.starts_with('"');
        let length = match from.as_bytes() {
            [b'/', b'/', ..] => from.find('\n').unwrap_or(from.len()),
            [b'"', ..] if raw => {
                let hashes = before.len() - before.trim_end_matches('#').len();
                let end = format!("\"{}", "#".repeat(hashes));
                from[1..].find(&end).unwrap() + 1 + end.len()
            }
            [b'"', ..] => {
                let mut escaped = false;
                let closes = |letter: char| {
                    let closes = letter == '"' && !escaped;
                    escaped = letter == '\\' && !escaped;
                    closes
                };
                let length = from[1..].find(closes).unwrap() + 2;
                literals.push((line, from[1..length - 1].to_owned()));
                length
            }
            [b'\'', b'\\', ..] => from[3..].find('\'').unwrap() + 4,
            [b'\'', ..] if from.chars().nth(2) == Some('\'') => from.chars().take(3).map(char::len_utf8).sum(),
            _ => 1,
        };
        let (passed, behind) = from.split_at(length);
        line += passed.matches('\n').count();
        rest = behind;
    }
    literals
}

#[test]
fn messages_are_phrases() {
    for (file, text) in sources() {
        for (line, literal) in literals(&text) {
            let is_phrase = literal.contains(' ') && literal.contains(|letter: char| letter.is_lowercase());
            let proper = literal.starts_with('`') || NAMES.iter().any(|name| literal.starts_with(name));
            let starts = literal.starts_with(|letter: char| letter.is_uppercase()) && !proper;
            let stops = literal.ends_with('.') && !literal.ends_with("..");
            assert!(!is_phrase || !(starts || stops), "{file}:{line}: a message is a phrase: {literal:?}");
        }
    }
}

#[test]
fn passes_and_backends_leave_no_field_out_of_a_pattern() {
    for (file, text) in sources() {
        if !file.starts_with("src/lower/") && !file.starts_with("src/backend/") {
            continue;
        }
        for (line, number) in text.lines().zip(1..) {
            let pattern = [", .. }", "{ .. }", "(..)"].iter().any(|rest| line.contains(rest)) || line.trim() == "..";
            assert!(!pattern, "{file}:{number} leaves fields out of a pattern: {line}");
        }
    }
}

#[test]
fn a_long_file_is_two_ideas() {
    for (file, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 500, "{file} has {lines} lines before its tests");
    }
}

#[test]
fn every_case_says_what_it_shows_and_has_a_snapshot() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut cases = 0;
    for topic in fs::read_dir(&root).unwrap() {
        for case in fs::read_dir(topic.unwrap().path()).into_iter().flatten() {
            let case = case.unwrap().path();
            if !case.is_dir() {
                continue;
            }
            let compose = fs::read_to_string(case.join("compose.yml")).unwrap_or_else(|err| panic!("{case:?}: {err}"));
            let first = compose.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
            assert!(first.starts_with("# "), "{case:?}: the first line of compose.yml says what it shows");
            assert!(case.join("expected.snap").is_file(), "{case:?}: no snapshot");
            cases += 1;
        }
    }
    assert!(cases > 0);
}
