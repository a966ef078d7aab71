//! The real binary, from outside: what it prints where, and how it ends.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads what is there, and fails loudly")]

#[path = "support/binary.rs"]
mod binary;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use binary::{Run, compose2ecs, folder, run};
use serde_json::Value;

/// A small project that translates without a word.
const QUIET: &str = "name: shop\nservices:\n  web:\n    image: nginx:1.27\n    mem_limit: 256m\n    ports: [\"80\"]\n";

/// Converts one file with arguments.
#[track_caller]
fn convert(text: &str, args: &[&str]) -> Run {
    let folder = folder(&[("compose.yml", text)]);
    run(compose2ecs(folder.path(), &["convert", "--region", "eu-west-1"]).args(args))
}

#[test]
fn a_project_without_findings_prints_its_document_and_nothing_else() {
    let run = convert(QUIET, &[]);
    assert_eq!(run.stderr, "");
    assert_eq!(run.code, 0);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(convert(QUIET, &[]).stdout, convert(QUIET, &[]).stdout);
}

/// The lists of a document in which everything has a name: the names, and everything by its name.
#[track_caller]
fn named(text: &str) -> (Vec<String>, BTreeMap<String, Value>) {
    let Run { code, stdout, stderr } = convert(text, &[]);
    assert_eq!(code, 0, "{stderr}");
    let document: Value = serde_json::from_str(&stdout).unwrap();
    let entries = [("taskDefinitions", "family"), ("services", "serviceName")].into_iter().flat_map(|(list, name)| {
        let items = document.get(list).and_then(Value::as_array).unwrap();
        items
            .iter()
            .map(move |item| (format!("{list} {}", item.get(name).and_then(Value::as_str).unwrap()), item.clone()))
    });
    let waves = document.get("waves").and_then(Value::as_array).unwrap().iter().enumerate();
    let waves = waves.flat_map(|(wave, names)| {
        let names = names.as_array().unwrap().iter();
        names.map(move |name| (format!("wave {wave} {}", name.as_str().unwrap()), Value::Null))
    });
    let entries: Vec<(String, Value)> = entries.chain(waves).collect();
    (entries.iter().map(|(name, _)| name.clone()).collect(), entries.into_iter().collect())
}

#[test]
fn services_stand_in_the_order_of_the_file_and_are_the_same_in_any() {
    const WEB: &str =
        "  web: {image: 'nginx:1', mem_limit: 64m, depends_on: [db, cache], environment: {DB: 'db:5432'}}\n";
    const DB: &str = "  db: {image: 'postgres:16', mem_limit: 64m}\n";
    const CACHE: &str = "  cache: {image: 'redis:7', mem_limit: 64m}\n";
    let file = |services: [&str; 3]| format!("name: shop\nservices:\n{}", services.concat());
    let (names, all) = named(&file([WEB, DB, CACHE]));
    let in_order = |names: &[&str]| {
        let definitions = names.iter().map(|name| format!("taskDefinitions shop-{name}"));
        definitions.chain(names.iter().map(|name| format!("services shop-{name}"))).collect::<Vec<_>>()
    };
    let waves =
        |first: [&str; 2]| first.map(|name| format!("wave 0 {name}")).into_iter().chain(["wave 1 web".to_owned()]);
    assert_eq!(names, in_order(&["web", "db", "cache"]).into_iter().chain(waves(["db", "cache"])).collect::<Vec<_>>());
    let (other_names, other) = named(&file([CACHE, WEB, DB]));
    let expected = in_order(&["cache", "web", "db"]).into_iter().chain(waves(["cache", "db"])).collect::<Vec<_>>();
    assert_eq!(other_names, expected);
    assert_eq!(other, all);
}

#[test]
fn standard_input_is_a_file_called_dash() {
    let folder = folder(&[]);
    let mut child = compose2ecs(folder.path(), &["convert", "--region", "eu-west-1", "-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(QUIET.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), convert(QUIET, &[]).stdout);
}

#[test]
fn mistakes_are_reported_all_at_once_and_print_nothing_on_stdout() {
    let run = convert("services:\n  web:\n    imagee: nginx\n    ports: [\"90-80:80\"]\n  db: {image: 5}\n", &[]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn a_flag_that_does_not_exist_is_a_matter_of_usage() {
    let run = convert(QUIET, &["--lunch-type", "ec2"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("--launch-type"), "{}", run.stderr);
}

#[test]
fn a_missing_file_is_named() {
    let folder = folder(&[]);
    let run = run(&mut compose2ecs(folder.path(), &["convert", "-f", "nowhere.yml"]));
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("nowhere.yml"), "{}", run.stderr);
}

#[test]
fn a_folder_without_compose_files_says_which_are_looked_for() {
    let folder = folder(&[]);
    let run = run(&mut compose2ecs(folder.path(), &["convert"]));
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("compose.yaml"), "{}", run.stderr);
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let broken = "services: 5\n";
    assert!(!convert(broken, &[]).stderr.contains('\u{1b}'));
    assert!(!convert(broken, &["--color", "never"]).stderr.contains('\u{1b}'));
    assert!(convert(broken, &["--color", "always"]).stderr.contains('\u{1b}'));
}

#[test]
fn strict_makes_errors_of_losses() {
    let lossy = "name: shop\nservices:\n  web: {image: nginx, mem_limit: 256m, mac_address: 02:42:ac:11:65:43}\n";
    let lenient = convert(lossy, &[]);
    assert_eq!(lenient.code, 0, "{}", lenient.stderr);
    assert!(lenient.stderr.contains("warning[lost]"), "{}", lenient.stderr);
    let strict = convert(lossy, &["--strict"]);
    assert_eq!((strict.code, strict.stdout.as_str()), (1, ""));
    assert!(strict.stderr.contains("error[lost]"), "{}", strict.stderr);
}

/// A project that loses two things, of which one has a note as well.
const LOSSY: &str = "name: shop\nservices:\n  web:\n    image: nginx\n    mac_address: 02:42:ac:11:65:43\n    \
                     restart: on-failure\n";

/// The titles of what is found in a project, and how it ends.
#[track_caller]
fn check_findings(text: &str, args: &[&str], expected: &[&str], code: i32) {
    let run = convert(text, args);
    let titles: Vec<&str> = run
        .stderr
        .lines()
        .filter_map(|line| line.split_once("]: ").filter(|(title, _)| title.contains('[')))
        .map(|(title, _)| title)
        .collect();
    assert_eq!((titles.as_slice(), run.code), (expected, code), "{}", run.stderr);
    assert_eq!(run.stdout.is_empty(), code != 0);
}

#[test]
fn users_choose_what_passes_and_what_does_not() {
    check_findings(LOSSY, &[], &["note[defaulted", "warning[lost", "warning[restart-policy"], 0);
    check_findings(LOSSY, &["--strict"], &["note[defaulted", "error[lost", "error[restart-policy"], 1);
    check_findings(LOSSY, &["--strict", "--allow", "lost,restart-policy"], &["note[defaulted"], 0);
    check_findings(
        LOSSY,
        &["--deny", "defaulted", "--allow", "lost", "--allow", "restart-policy"],
        &["error[defaulted"],
        1,
    );
}

#[test]
fn an_error_is_not_let_pass() {
    let broken = "services: {web: {image: nginx, prots: [80]}}";
    check_findings(broken, &["--allow", "unknown-key"], &["error[unknown-key"], 1);
}

/// What a run says that the arguments do not allow.
#[track_caller]
fn check_usage(args: &[&str], expected: &str) {
    let run = convert(QUIET, args);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr.split("\n\n").next(), Some(expected));
}

#[test]
fn codes_that_make_no_sense_are_a_matter_of_usage() {
    check_usage(
        &["--allow", "losst"],
        "error: invalid value 'losst' for '--allow <CODE>': there is no such code: did you mean `lost`?; \
         `compose2ecs explain` lists them all",
    );
    check_usage(
        &["--allow", "cycle"],
        "error: invalid value 'cycle' for '--allow <CODE>': it is always an error: there is nothing to let pass",
    );
    check_usage(&["--allow", "lost", "--deny", "lost"], "error: `lost` is both allowed and denied\n");
}

#[test]
fn what_ecs_cli_is_told_is_no_part_of_the_compose_model() {
    let folder = folder(&[("compose.yml", QUIET), ("ecs-params.yml", "version: 1")]);
    let run = run(&mut compose2ecs(folder.path(), &["config", "--ecs-params", "ecs-params.yml"]));
    let expected = "error: `config` prints what the Compose files say: `--ecs-params` is for translating them\n";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (2, "", expected));
}

#[test]
fn findings_are_written_for_programs() {
    let quiet = |format| convert(QUIET, &["--diagnostics", format]).stderr;
    assert_eq!((quiet("json").as_str(), quiet("github").as_str()), ("", ""));
    let found = |format| convert(LOSSY, &["--diagnostics", format, "--allow", "defaulted,restart-policy"]).stderr;
    assert_eq!(
        found("json"),
        concat!(
            r#"{"severity":"warning","code":"lost","message":"`mac_address` is left out: it cannot be chosen on ECS","#,
            r#""path":"services.web.mac_address","file":"compose.yml","line":5,"column":18,"end_line":5,"end_column":35,"#,
            r#""labels":[],"hints":[]}"#,
            "\n"
        )
    );
    assert_eq!(
        found("github"),
        "::warning file=compose.yml,line=5,endLine=5,col=18,endColumn=35,title=compose2ecs (lost)\
         ::`mac_address` is left out: it cannot be chosen on ECS%0Aat services.web.mac_address\n"
    );
    for document in [quiet("sarif"), found("sarif")] {
        let document: serde_json::Value = serde_json::from_str(&document).unwrap();
        assert_eq!(document["version"], "2.1.0");
    }
}

#[test]
fn what_fails_outside_of_the_files_is_said_in_the_same_form() {
    let folder = folder(&[("compose.yml", QUIET), ("out", "a file")]);
    let args = ["convert", "--region", "eu-west-1", "-o", "out", "--diagnostics", "json"];
    let run = run(&mut compose2ecs(folder.path(), &args));
    assert_eq!(run.code, 1);
    assert!(run.stderr.starts_with("{\"severity\":\"error\",\"message\":\"cannot write `out"), "{}", run.stderr);
}

#[test]
fn mistakes_in_the_model_are_written_for_programs_too() {
    let folder = folder(&[("compose.yml", "services: {web: {imagee: nginx}}\n")]);
    let run = run(&mut compose2ecs(folder.path(), &["config", "--diagnostics", "github"]));
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.starts_with("::error file=compose.yml,line=1,"), "{}", run.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = folder(&[("compose.yml", QUIET)]);
    let mut child = compose2ecs(folder.path(), &["convert", "--region", "eu-west-1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn a_directory_gets_a_file_for_every_call() {
    let folder = folder(&[("compose.yml", QUIET)]);
    let run = run(&mut compose2ecs(folder.path(), &["convert", "--region", "eu-west-1", "-o", "out/ecs"]));
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    for file in [
        "cluster.json",
        "task-definitions/shop-web.json",
        "services/shop-web.json",
        "services/shop-web.update.json",
        "waves.json",
    ] {
        let text = fs::read_to_string(folder.path().join("out/ecs").join(file)).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
    }
}

#[test]
fn a_refused_project_leaves_the_directory_as_it_was() {
    let folder = folder(&[("compose.yml", "services: {web: {imagee: nginx}}\n"), ("out/waves.json", "[]\n")]);
    let run = run(&mut compose2ecs(folder.path(), &["convert", "-o", "out"]));
    assert_eq!(run.code, 1);
    let left: Vec<_> =
        fs::read_dir(folder.path().join("out")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["waves.json"]);
    assert_eq!(fs::read_to_string(folder.path().join("out/waves.json")).unwrap(), "[]\n");
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let folder = folder(&[("compose.yml", QUIET), ("out", "a file")]);
    let run = run(&mut compose2ecs(folder.path(), &["convert", "--region", "eu-west-1", "-o", "out"]));
    assert_eq!(run.code, 1);
    assert!(run.stderr.starts_with("error: cannot write `out"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("out")).unwrap(), "a file");
}

#[test]
fn flags_of_docker_compose_choose_files_names_profiles_and_variables() {
    let folder = folder(&[
        ("compose.yml", "services:\n  web: {image: \"nginx:${TAG}\", mem_limit: 64m}\n"),
        ("compose.override.yml", "services:\n  web: {mem_limit: 128m}\n"),
        ("debug.yml", "services:\n  debug: {image: busybox, mem_limit: 6m, profiles: [debug]}\n"),
        (".env", "TAG=from-dotenv\n"),
        ("other.env", "TAG=from-other\n"),
    ]);
    let convert =
        |args: &[&str]| run(compose2ecs(folder.path(), &["convert", "--region", "eu-west-1"]).args(args)).stdout;
    let plain = convert(&["-p", "shop"]);
    assert!(plain.contains("\"nginx:from-dotenv\"") && plain.contains("\"memory\": 128"), "{plain}");
    assert!(plain.contains("\"family\": \"shop-web\""), "{plain}");
    let other = convert(&["-p", "shop", "-f", "compose.yml", "-f", "debug.yml", "--env-file", "other.env"]);
    assert!(other.contains("\"nginx:from-other\"") && other.contains("\"memory\": 64"), "{other}");
    assert!(!other.contains("busybox"), "{other}");
    let debug = convert(&["-p", "shop", "-f", "compose.yml", "-f", "debug.yml", "--profile", "debug"]);
    assert!(debug.contains("busybox"), "{debug}");
}

#[test]
fn values_of_variables_never_reach_a_message() {
    let text = "services:
  web:
    image: 'nginx:$TAG $TOKEN'
    mem_limit: 5x
    env_file: web.env
    environment:
      - PASSWORD=hunter2
      - PASSWORD =hunter2
      - KEY: hunter2
    labels: {a: $TOKEN, b: [$TOKEN]}
    ports: ['$TOKEN:80']
    volumes: ['./$TOKEN:/x:$TAG']
";
    let folder = folder(&[("compose.yml", text), (".env", "TAG=hunter2\n"), ("web.env", "A B=hunter2\n")]);
    let forms = [["--color", "never"], ["--color", "always"]].into_iter();
    for form in forms.chain(["json", "github", "sarif"].map(|format| ["--diagnostics", format])) {
        let run = run(compose2ecs(folder.path(), &["convert"]).args(form).env("TOKEN", "hunter2"));
        assert_eq!((run.code, run.stdout.as_str()), (1, ""));
        assert!(run.stderr.contains("$TOKEN") && !run.stderr.contains("hunter2"), "{}", run.stderr);
    }
}

#[test]
fn what_is_repeated_is_told_once() {
    let service = |index: usize| format!("  s{index}: {{image: x, mem_limit: 6m, container_name: c{index}, foo: 1}}\n");
    let text = format!("services:\n{}", (0..5000).map(service).collect::<String>());
    let run = convert(&text, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn of_many_findings_the_first_hundred_are_drawn() {
    let service = |index: usize| format!("  s{index}: {{image: x, mem_limit: 6m, foo{index}: 1}}\n");
    let text = format!("services:\n{}", (0..5000).map(service).collect::<String>());
    let run = convert(&text, &[]);
    assert_eq!(run.stderr.matches("error[").count(), 100);
    assert!(run.stderr.ends_with("\n\n… and 4900 more\n\n5000 errors\n"), "{}", run.stderr);
}
