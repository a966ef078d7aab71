//! What becomes of every key of the Compose specification: the registry against the specification's own list of keys,
//! against the real binary, and against what the documentation says.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads what is there, and fails loudly")]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{self, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use compose2ecs::diag::Code;
use compose2ecs::diag::code::Nature;
use compose2ecs::explain;
use compose2ecs::lower::fate::example::{Example, FILES};
use compose2ecs::lower::fate::lookup::entries;
use compose2ecs::lower::fate::{Exception, Fate, Outcome, Row, rows};
use compose2ecs::options::LaunchType;
use serde_json::Value;
use tempfile::TempDir;

#[path = "fates/table.rs"]
mod table;

const LAUNCH_TYPES: [LaunchType; 2] = [LaunchType::Ec2, LaunchType::Fargate];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The keys of the specification, and the types that their values can have.
fn specification() -> BTreeMap<String, String> {
    let text = fs::read_to_string(root().join("testdata/specification/keys.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').unwrap()).map(|(key, types)| (key.to_owned(), types.to_owned())).collect()
}

/// Whether a key lies below another one.
fn is_below(key: &str, above: &str) -> bool {
    key.strip_prefix(above).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// Fails with all that is wrong.
#[track_caller]
fn check(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} mistakes:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_key_has_a_fate() {
    let specification = specification();
    let known: Vec<String> = entries().map(|entry| entry.key).collect();
    let has_fate = |key: &String| {
        // A mapping whose keys have fates needs none of its own.
        let holds_keys = specification.keys().any(|other| is_below(other, key));
        known.contains(key) || key.ends_with("x-*") || holds_keys && !specification[key].contains("string")
    };
    let wrong: Vec<String> = specification.keys().filter(|key| !has_fate(key)).cloned().collect();
    check(&wrong);
}

#[test]
fn every_row_is_about_a_key() {
    let specification = specification();
    let mut seen = Vec::new();
    let mut wrong = Vec::new();
    for entry in entries() {
        if !specification.contains_key(&entry.key) {
            wrong.push(format!("{}: the specification has no such key", entry.key));
        }
        if seen.contains(&entry.key) {
            wrong.push(format!("{}: it stands here twice", entry.key));
        }
        seen.push(entry.key);
    }
    check(&wrong);
}

#[test]
fn every_row_says_all_that_it_must() {
    let mut wrong = Vec::new();
    for row in rows() {
        for outcome in [row.ec2, row.fargate] {
            if (outcome.fate == Fate::Exact) != outcome.reason.is_empty() {
                wrong.push(format!("{}: what is not exact has a reason", row.key));
            }
        }
        if row.ec2.fate == Fate::Exact && row.remark.is_empty() {
            wrong.push(format!("{}: how it is translated is a remark", row.key));
        }
        let Example { with, without } = row.sample.example(row.key);
        if with == without {
            wrong.push(format!("{}: the example is no different without the key", row.key));
        }
        for key in row.keys() {
            let name = key.rsplit(['.', ']']).next().unwrap().replace("x-*", "x-team");
            if !name.is_empty() && !with.contains(&format!("{name}:")) {
                wrong.push(format!("{key}: the example does not show it"));
            }
        }
    }
    check(&wrong);
}

/// A folder with the files that examples name.
struct Bench {
    folder: TempDir,
    /// What came of files already, by launch type.
    runs: Mutex<BTreeMap<(LaunchType, String), Arc<Run>>>,
    /// How many documents were kept for the check of what is emitted.
    emitted: AtomicUsize,
}

/// What came of a run.
struct Run {
    succeeded: bool,
    document: Value,
    stdout: String,
    findings: Vec<Finding>,
    stderr: String,
}

/// A finding as it was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    severity: String,
    code: String,
    path: String,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in FILES {
            let path = folder.path().join("shop").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self { folder, runs: Mutex::default(), emitted: AtomicUsize::default() }
    }

    /// Converts a text, unless it was converted before.
    fn convert(&self, launch_type: LaunchType, text: &str) -> Arc<Run> {
        let key = (launch_type, text.to_owned());
        if let Some(run) = self.runs.lock().unwrap().get(&key) {
            return Arc::clone(run);
        }
        let run = Arc::new(self.run(launch_type, text, &[]));
        self.runs.lock().unwrap().insert(key, Arc::clone(&run));
        run
    }

    fn run(&self, launch_type: LaunchType, text: &str, args: &[&str]) -> Run {
        let launch_type = match launch_type {
            LaunchType::Ec2 => "ec2",
            LaunchType::Fargate => "fargate",
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_compose2ecs"));
        command.current_dir(self.folder.path().join("shop")).env_clear();
        let role = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole";
        command.args(["convert", "-f", "-", "--region", "eu-west-1", "--launch-type", launch_type]);
        command.args(["--execution-role", role]).args(args);
        if launch_type == "fargate" {
            command.args(["--subnets", "subnet-0a1b2c3d"]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
        assert!(matches!(status.code(), Some(0 | 1)), "{text}\n{stderr}");
        if let Some(folder) = env::var_os("COMPOSE2ECS_EMIT_TO").filter(|_| !stdout.is_empty()) {
            let folder = Path::new(&folder).join("fates");
            fs::create_dir_all(&folder).unwrap();
            let number = self.emitted.fetch_add(1, Ordering::Relaxed);
            fs::write(folder.join(format!("{}-{number}.json", process::id())), &stdout).unwrap();
        }
        let document = serde_json::from_str(&stdout).unwrap_or_default();
        Run { succeeded: status.success(), document, findings: findings(&stderr), stdout, stderr }
    }
}

/// The findings in what was drawn.
fn findings(stderr: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for line in stderr.lines() {
        let head = line.split_once("]: ").and_then(|(head, _)| head.split_once('['));
        if let Some((severity @ ("error" | "warning" | "note"), code)) = head {
            findings.push(Finding { severity: severity.to_owned(), code: code.to_owned(), path: String::new() });
        } else if let Some((_, path)) = line.split_once("= note: at ")
            && let Some(finding) = findings.last_mut()
        {
            path.clone_into(&mut finding.path);
        }
    }
    findings
}

/// Whether a place is that of a key, below it, or that of the key that holds it.
fn is_at(place: &str, key: &str) -> bool {
    let segments = |path: &str| -> Vec<String> {
        path.split('.').map(|segment| segment.split('[').next().unwrap().to_owned()).collect()
    };
    let (place, key) = (segments(place), segments(key));
    place.len().min(key.len()) >= key.len().min(3)
        && place.iter().zip(&key).all(|(name, pattern)| pattern == "*" || pattern == name || pattern == "x-*")
}

/// The values at a field of the document, which are those of task definitions unless its path says otherwise.
fn values<'v>(document: &'v Value, field: &str) -> Vec<&'v Value> {
    let is_whole = ["services[]", "tasks[]", "cluster", "waves"].iter().any(|start| field.starts_with(start));
    let field = if is_whole { field.to_owned() } else { format!("taskDefinitions[].{field}") };
    let mut values = vec![document];
    for segment in field.split('.') {
        let (name, is_list) = segment.strip_suffix("[]").map_or((segment, false), |name| (name, true));
        values = values.into_iter().filter_map(|value| value.get(name)).collect();
        if is_list {
            values = values.into_iter().filter_map(Value::as_array).flatten().collect();
        }
    }
    values
}

/// What is wrong with what becomes of an example.
fn mistake(row: &Row, fate: Fate, (with, without): (&Run, &Run), field: Option<&str>) -> Option<String> {
    let new = |finding: &&Finding| !without.findings.contains(finding);
    let serious = |finding: &&Finding| finding.severity != "note";
    let new: Vec<&Finding> = with.findings.iter().filter(new).filter(serious).collect();
    match fate {
        Fate::Exact | Fate::Irrelevant => {
            if !new.is_empty() {
                return Some(format!("it is reported:\n{}", with.stderr));
            }
            if !with.succeeded {
                return Some(format!("it fails:\n{}", with.stderr));
            }
            match field {
                Some("") if with.stdout != without.stdout => Some("it makes a difference".to_owned()),
                Some("") | None => None,
                Some(field) if values(&with.document, field) == values(&without.document, field) => {
                    Some(format!("`{field}` is the same with and without it:\n{}", with.stdout))
                }
                Some(_) => None,
            }
        }
        Fate::Approximated | Fate::Lost | Fate::Refused => {
            let (severity, code) = fate.finding().unwrap();
            // What is said of another key is said without this one, too.
            let mut all = with.findings.iter();
            let is_reported = all.any(|finding| {
                let at = if row.at.is_empty() {
                    new.contains(&finding) && is_at(&finding.path, row.key)
                } else {
                    is_at(&finding.path, row.at)
                };
                let found: Code = finding.code.parse().unwrap();
                let code = found == code || (code.nature() == Nature::Loss && found.nature() == Nature::Loss);
                finding.severity == severity.as_str() && code && at
            });
            if !is_reported {
                return Some(format!("it is not reported:\n{}", with.stderr));
            }
            (with.succeeded != (fate != Fate::Refused)).then(|| "the exit code tells otherwise".to_owned())
        }
    }
}

/// What is wrong with a row, on one launch type.
fn mistakes(row: &Row, launch_type: LaunchType, bench: &Bench) -> Vec<String> {
    let is_ec2 = launch_type == LaunchType::Ec2;
    let run = |sample: compose2ecs::lower::fate::Sample| {
        let Example { with, without } = sample.example(row.key);
        (bench.convert(launch_type, &with), bench.convert(launch_type, &without), with)
    };
    let mut wrong = Vec::new();
    let mut add = |what: &str, fate: Fate, text: &str, mistake: Option<String>| {
        if let Some(mistake) = mistake {
            let fate = fate.as_str();
            wrong.push(format!("=== {} {what} on {launch_type:?}: {fate}, but {mistake}\n---\n{text}", row.key));
        }
    };
    let Outcome { fate, reason: _, field } = row.outcome(launch_type);
    let (with, without, text) = run(row.sample);
    add("", fate, &text, mistake(row, fate, (&with, &without), Some(field)));
    if fate == Fate::Irrelevant {
        let verbose = bench.run(launch_type, &text, &["--verbose"]);
        let is_listed = |finding: &Finding| finding.code == "irrelevant" && is_at(&finding.path, row.key);
        let missing = || format!("`--verbose` does not list it:\n{}", verbose.stderr);
        add("", fate, &text, (!verbose.findings.iter().any(is_listed)).then(missing));
    }
    for Exception { condition, ec2, fargate, sample } in row.exceptions {
        let fate = if is_ec2 { *ec2 } else { *fargate };
        let (with, without, text) = run(*sample);
        add(condition, fate, &text, mistake(row, fate, (&with, &without), None));
    }
    wrong
}

#[test]
fn what_the_table_says_happens() {
    let bench = Bench::new();
    let rows: Vec<&Row> = rows().collect();
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for chunk in rows.chunks(rows.len().div_ceil(4)) {
            let (bench, wrong) = (&bench, &wrong);
            scope.spawn(move || {
                let found =
                    chunk.iter().flat_map(|row| LAUNCH_TYPES.map(|launch_type| mistakes(row, launch_type, bench)));
                wrong.lock().unwrap().extend(found.flatten());
            });
        }
    });
    check(&wrong.into_inner().unwrap());
}

/// A file with an extension wherever the specification takes one.
const EXTENSIONS: &str = include_str!("fates/extensions.yml");

#[test]
fn extensions_have_no_effect_wherever_they_stand() {
    let bench = Bench::new();
    // A list takes none, whatever the schema says.
    let takes = |key: &String| key.ends_with("x-*") && key != "services.*.gpus.x-*";
    for launch_type in LAUNCH_TYPES {
        let usual = bench.run(launch_type, EXTENSIONS, &[]);
        assert!(!usual.findings.iter().any(|finding| finding.path.contains("x-")), "{}", usual.stderr);
        let verbose = bench.run(launch_type, EXTENSIONS, &["--verbose"]);
        let is_listed = |key: &String| {
            let is_it = |finding: &Finding| finding.code == "irrelevant" && is_at(&finding.path, key);
            verbose.findings.iter().any(is_it)
        };
        let wrong: Vec<String> = specification().into_keys().filter(takes).filter(|key| !is_listed(key)).collect();
        check(&wrong);
    }
}

#[test]
fn every_key_is_explained_by_what_becomes_of_its_example() {
    let mut wrong = Vec::new();
    for row in rows() {
        let text = explain::key(row.key).unwrap();
        // Below another key, one may show no more than the other does.
        let shows = |launch_type: LaunchType| {
            let Outcome { fate, reason: _, field } = row.outcome(launch_type);
            match fate {
                Fate::Exact if field.is_empty() => text.contains("the same as without it"),
                Fate::Exact => text.contains("    {") || text.contains("    nothing: "),
                Fate::Irrelevant => text.contains("the same as without it"),
                Fate::Approximated | Fate::Lost => !row.at.is_empty() || text.contains("    warning["),
                Fate::Refused => !row.at.is_empty() || text.contains("    error["),
            }
        };
        if !LAUNCH_TYPES.into_iter().all(shows) || !text.starts_with(row.short_key()) {
            wrong.push(text);
        }
    }
    check(&wrong);
}

#[test]
fn the_documentation_is_the_registry() {
    let path = root().join("docs/compose-support.md");
    let expected = table::table();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == expected,
        "docs/compose-support.md is not what the registry says: `UPDATE_DOCS=1 cargo test --test fates` writes it"
    );
}
