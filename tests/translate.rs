//! Every folder `testdata/<topic>/<case>` is a case: its `compose.yml` is converted by the real binary, and what comes
//! out (findings, exit code, the document) is compared with `expected.snap` beside it. Below the topic `config`, it is
//! the model that is printed, as Docker Compose prints it; below `graph`, the order as a drawing.
//!
//! A file `args` in the folder says with which arguments, one run per line. `NAME=value` before them sets a variable,
//! and `-o out` at their end asks for files instead of the document.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads what is there, and fails loudly")]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The runs of a case that does not say otherwise.
const DEFAULT_RUNS: &str = "--region eu-west-1";

/// The runs of a case about the model that does not say otherwise.
const DEFAULT_CONFIG_RUNS: &str = "--format yaml\n--format json";

/// The runs of a case about the order that does not say otherwise.
const DEFAULT_GRAPH_RUNS: &str = "--region eu-west-1\n--region eu-west-1 --format dot";

#[test]
fn every_case_translates_as_its_snapshot_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let cases = cases(&root);
    assert!(!cases.is_empty(), "there are cases below {}", root.display());
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let name = case.strip_prefix(&root).unwrap().display().to_string();
            let check = AssertUnwindSafe(|| check(case, &name));
            panic::catch_unwind(check).err().map(|_| name)
        })
        .collect();
    panic::set_hook(hook);
    assert!(
        failed.is_empty(),
        "{} of {} cases differ from their snapshots: {failed:#?}\nsee them with `cargo insta review`",
        failed.len(),
        cases.len()
    );
}

/// Compares one case with its snapshot.
#[track_caller]
fn check(case: &Path, name: &str) {
    let default = match subcommand(case) {
        "config" => DEFAULT_CONFIG_RUNS,
        "graph" => DEFAULT_GRAPH_RUNS,
        _ => DEFAULT_RUNS,
    };
    let args = fs::read_to_string(case.join("args")).unwrap_or_else(|_| default.to_owned());
    let mut text = String::new();
    for (index, args) in args.lines().enumerate() {
        text.push_str(&run(case, args, &format!("{}-{index}", name.replace('/', "-"))));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(case);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("expected", text));
}

/// Runs the binary in a case's folder, and writes down all that came out.
fn run(case: &Path, line: &str, name: &str) -> String {
    let (line, files_wanted) = match line.strip_suffix("-o out") {
        Some(line) => (line.trim_end(), true),
        None => (line, false),
    };
    let directory = tempfile::tempdir().unwrap();
    let mut command = compose2ecs(case, line);
    if files_wanted {
        command.arg("-o").arg(directory.path());
    }
    let Output { status, stdout, stderr } = command.output().unwrap();
    let stdout = String::from_utf8(stdout).unwrap();
    let mut text = shown(case, line, files_wanted);
    text.push_str(&placeless(&String::from_utf8(stderr).unwrap(), case));
    writeln!(text, "exit code {}", status.code().unwrap()).unwrap();
    if files_wanted {
        assert!(stdout.is_empty(), "files are asked for, so stdout is empty");
    }
    if subcommand(case) == "convert" {
        keep(case, line, name);
    }
    text.push_str(&placeless(&stdout, case));
    for path in files(directory.path()) {
        let relative = path.strip_prefix(directory.path()).unwrap();
        let contents = fs::read_to_string(&path).unwrap();
        writeln!(text, "\n── {}\n{}", relative.display(), placeless(contents.trim_end(), case)).unwrap();
    }
    text.push('\n');
    text
}

/// The subcommand that a case is about.
fn subcommand(case: &Path) -> &'static str {
    match case.parent().unwrap().file_name().unwrap().to_str().unwrap() {
        "config" => "config",
        "graph" => "graph",
        _ => "convert",
    }
}

/// What a user would have typed.
fn shown(case: &Path, line: &str, files_wanted: bool) -> String {
    let (variables, arguments) = variables_and_arguments(line);
    let end = if files_wanted { &["-o", "out"][..] } else { &[] };
    let command = ["compose2ecs", subcommand(case)];
    let words = variables.iter().copied().chain(command).chain(arguments).chain(end.iter().copied());
    format!("$ {}\n", words.collect::<Vec<_>>().join(" "))
}

/// Keeps the document for further checks, where the environment asks for it.
fn keep(case: &Path, line: &str, name: &str) {
    let Some(target) = env::var_os("COMPOSE2ECS_EMIT_TO") else { return };
    let output = compose2ecs(case, line).output().unwrap();
    if output.status.success() {
        fs::create_dir_all(&target).unwrap();
        fs::write(Path::new(&target).join(format!("{name}.json")), output.stdout).unwrap();
    }
}

/// The binary, in a case's folder and without variables of this machine.
fn compose2ecs(case: &Path, line: &str) -> Command {
    let (variables, arguments) = variables_and_arguments(line);
    let mut command = Command::new(env!("CARGO_BIN_EXE_compose2ecs"));
    command.current_dir(case).env_clear().env("HOME", "/home/user");
    command.envs(variables.iter().filter_map(|variable| variable.split_once('=')));
    command.arg(subcommand(case)).args(arguments);
    command
}

/// The words of a line: those that set variables, and the arguments.
fn variables_and_arguments(line: &str) -> (Vec<&str>, Vec<&str>) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let first = words.iter().position(|word| word.starts_with('-') || !word.contains('=')).unwrap_or(words.len());
    let (variables, arguments) = words.split_at(first);
    (variables.to_vec(), arguments.to_vec())
}

/// A text without the folder in which the case happens to lie, and without that folder's parent.
fn placeless(text: &str, case: &Path) -> String {
    text.replace(case.to_str().unwrap(), "/project").replace(case.parent().unwrap().to_str().unwrap(), "")
}

/// The folders of all cases, sorted.
fn cases(root: &Path) -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = children(root)
        .iter()
        .flat_map(|topic| children(topic))
        .filter(|case| case.join("compose.yml").is_file() || case.join("args").is_file())
        .collect();
    cases.sort();
    cases
}

/// The files below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        children(folder).into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

/// What a folder holds.
fn children(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
}
