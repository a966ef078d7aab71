//! `convert --check`: what is committed is held against the translation.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads what is there, and fails loudly")]

#[path = "support/binary.rs"]
mod binary;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use binary::{Run, compose2ecs, folder, run};
use tempfile::TempDir;

/// What the user typed before the arguments of a test.
const CONVERT: &[&str] = &["convert", "--region", "eu-west-1"];

/// A small project that translates without a word.
const SHOP: &str =
    "name: shop\nservices:\n  web: {image: nginx, mem_limit: 256m}\n  api: {image: api, mem_limit: 64m}\n";

/// The same project, some time later.
const LATER: &str =
    "name: shop\nservices:\n  web: {image: nginx, mem_limit: 512m}\n  db: {image: db, mem_limit: 64m}\n";

/// Converts the project in a folder.
#[track_caller]
fn convert(folder: &Path, args: &[&str]) -> Run {
    run(compose2ecs(folder, CONVERT).args(args))
}

/// A folder in which the translation of the project is committed as `ecs.json` and `ecs/`, and the project has changed
/// since.
#[track_caller]
fn changed() -> TempDir {
    let folder = committed();
    fs::write(folder.path().join("compose.yml"), LATER).unwrap();
    folder
}

/// A folder in which the translation of the project is committed as `ecs.json` and `ecs/`.
#[track_caller]
fn committed() -> TempDir {
    let folder = folder(&[("compose.yml", SHOP)]);
    for path in ["ecs.json", "ecs"] {
        assert_eq!(convert(folder.path(), &["--check", path, "--update"]).code, 0);
    }
    folder
}

/// The files below a folder, with what they say.
fn files(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    files
}

#[test]
fn what_is_equal_passes_without_a_word() {
    let folder = committed();
    for args in [["--check", "ecs.json"], ["--check", "ecs"], ["--check", "./ecs/"]] {
        let run = convert(folder.path(), &args);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{args:?}");
    }
}

#[test]
fn a_snapshot_is_what_convert_gives() {
    let folder = committed();
    assert_eq!(fs::read_to_string(folder.path().join("ecs.json")).unwrap(), convert(folder.path(), &[]).stdout);
    assert_eq!(convert(folder.path(), &["-o", "out"]).code, 0);
    assert_eq!(files(&folder.path().join("ecs")), files(&folder.path().join("out")));
}

#[test]
fn a_difference_is_shown_with_the_command_that_updates() {
    let folder = changed();
    let before = files(folder.path());
    let file = convert(folder.path(), &["--check", "ecs.json"]);
    assert_eq!(file.code, 1);
    insta::assert_snapshot!("file", format!("{}\n{}", file.stderr, file.stdout));
    let directory = convert(folder.path(), &["--check", "ecs"]);
    assert_eq!(directory.code, 1);
    let names: Vec<&str> =
        directory.stdout.lines().filter(|line| ["--- ", "+++ "].iter().any(|head| line.starts_with(head))).collect();
    insta::assert_snapshot!("directory", format!("{}\n{}", directory.stderr, names.join("\n")));
    assert_eq!(files(folder.path()), before, "to check changes nothing");
}

#[test]
fn the_difference_is_a_patch() {
    for (tool, args) in [("git", &["apply", "-"][..]), ("patch", &["-p1", "-s"])] {
        for path in ["ecs.json", "ecs"] {
            let folder = changed();
            let diff = convert(folder.path(), &["--check", path]).stdout;
            let spawned = Command::new(tool).args(args).current_dir(folder.path()).stdin(Stdio::piped()).spawn();
            // Not every machine has `patch`.
            let Ok(mut child) = spawned else {
                assert_eq!(tool, "patch");
                continue;
            };
            child.stdin.take().unwrap().write_all(diff.as_bytes()).unwrap();
            assert!(child.wait().unwrap().success(), "{tool} refuses {diff}");
            let run = convert(folder.path(), &["--check", path]);
            assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{tool}");
        }
    }
}

#[test]
fn the_command_that_is_named_updates() {
    for path in ["ecs.json", "ecs", "new.json", "new/deep"] {
        let folder = changed();
        let run = convert(folder.path(), &["--check", path, "-f", "compose.yml"]);
        let command = format!("`compose2ecs convert --region eu-west-1 --check {path} -f compose.yml --update`");
        assert!(run.stderr.contains(&command), "{}", run.stderr);
        let update = convert(folder.path(), &["--check", path, "-f", "compose.yml", "--update"]);
        assert_eq!((update.code, update.stderr.as_str()), (0, ""));
        assert_eq!(convert(folder.path(), &["--check", path]).code, 0);
    }
}

#[test]
fn an_update_says_what_it_did_and_touches_nothing_else() {
    let folder = changed();
    let ecs = folder.path().join("ecs");
    fs::write(ecs.join("services/README.md"), "of the user's").unwrap();
    fs::write(ecs.join("services/package.json"), "{}").unwrap();
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    for name in files(&ecs).keys() {
        fs::File::options().write(true).open(ecs.join(name)).unwrap().set_modified(old).unwrap();
    }
    let run = convert(folder.path(), &["--check", "ecs", "--update"]);
    let expected = "removed ecs/services/shop-api.json
removed ecs/services/shop-api.update.json
created ecs/services/shop-db.json
created ecs/services/shop-db.update.json
removed ecs/task-definitions/shop-api.json
created ecs/task-definitions/shop-db.json
updated ecs/task-definitions/shop-web.json
updated ecs/waves.json
";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, expected, ""));
    let untouched: Vec<String> = files(&ecs)
        .into_keys()
        .filter(|name| fs::metadata(ecs.join(name)).unwrap().modified().unwrap() == old)
        .collect();
    assert_eq!(
        untouched,
        [
            "cluster.json",
            "services/README.md",
            "services/package.json",
            "services/shop-web.json",
            "services/shop-web.update.json"
        ]
    );
    let again = convert(folder.path(), &["--check", "ecs", "--update"]);
    assert_eq!((again.code, again.stdout.as_str(), again.stderr.as_str()), (0, "", ""));
}

#[test]
fn a_folder_that_holds_nothing_more_goes() {
    let job = "name: shop\nservices:\n  web: {image: x, mem_limit: 6m}\n  job: {image: x, mem_limit: 6m, deploy: {mode: replicated-job}}\n";
    let folder = folder(&[("compose.yml", job)]);
    convert(folder.path(), &["--check", "ecs", "--update"]);
    assert!(folder.path().join("ecs/tasks/job.json").is_file());
    fs::write(folder.path().join("compose.yml"), SHOP).unwrap();
    let run = convert(folder.path(), &["--check", "ecs", "--update"]);
    assert!(run.stdout.contains("removed ecs/tasks/job.json\n"), "{}", run.stdout);
    assert!(!folder.path().join("ecs/tasks").exists());
}

#[test]
fn line_ends_of_the_system_are_no_difference() {
    let folder = committed();
    let file = folder.path().join("ecs.json");
    let text = fs::read_to_string(&file).unwrap().replace('\n', "\r\n");
    fs::write(&file, &text).unwrap();
    assert_eq!(convert(folder.path(), &["--check", "ecs.json"]).code, 0);
    assert_eq!(convert(folder.path(), &["--check", "ecs.json", "--update"]).stdout, "");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_mistake_in_the_project_writes_nothing() {
    let folder = committed();
    fs::write(folder.path().join("compose.yml"), "services: {web: {imagee: x}}\n").unwrap();
    let before = files(folder.path());
    for args in [&["--check", "ecs"][..], &["--check", "ecs", "--update"], &["--check", "new", "--update"]] {
        let run = convert(folder.path(), args);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{args:?}");
        assert!(run.stderr.contains("error[unknown-key]") && !run.stderr.contains("out-of-date"), "{}", run.stderr);
        assert_eq!(files(folder.path()), before);
    }
}

#[test]
fn findings_stand_beside_the_difference() {
    let lossy = "name: shop\nservices:\n  web: {image: nginx, mem_limit: 256m, mac_address: 02:42:ac:11:65:43}\n";
    let folder = folder(&[("compose.yml", lossy), ("ecs.json", "")]);
    let run = convert(folder.path(), &["--check", "ecs.json"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("warning[lost]") && run.stderr.contains("error[out-of-date]"), "{}", run.stderr);
    let update = convert(folder.path(), &["--check", "ecs.json", "--update"]);
    assert_eq!((update.code, update.stdout.as_str()), (0, "updated ecs.json\n"));
    assert!(update.stderr.contains("warning[lost]"), "{}", update.stderr);
    assert_eq!(convert(folder.path(), &["--check", "ecs.json", "--strict"]).code, 1);
}

#[test]
fn what_cannot_be_read_or_written_is_named() {
    let folder = changed();
    fs::remove_file(folder.path().join("ecs/waves.json")).unwrap();
    fs::create_dir(folder.path().join("ecs/waves.json")).unwrap();
    for args in [&["--check", "ecs"][..], &["--check", "ecs", "--update"]] {
        let run = convert(folder.path(), args);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""));
        assert!(run.stderr.starts_with("error: cannot read `ecs/waves.json`"), "{}", run.stderr);
    }
    let run = convert(folder.path(), &["--check", "compose.yml/ecs", "--update"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.starts_with("error: cannot "), "{}", run.stderr);
}

#[test]
fn the_difference_has_colour_where_it_is_wanted() {
    let folder = changed();
    let colored = |args: &[&str]| {
        let mut command = compose2ecs(folder.path(), CONVERT);
        run(command.args(["--check", "ecs"]).args(args)).stdout.contains("\u{1b}[31m-")
    };
    assert!(!colored(&[]) && !colored(&["--color", "never"]) && colored(&["--color", "always"]));
}

#[test]
fn flags_that_exclude_each_other_are_a_matter_of_usage() {
    let folder = committed();
    for args in [&["--check", "ecs", "-o", "out"][..], &["--update"], &["--update", "-o", "out"], &["--check"]] {
        let run = convert(folder.path(), args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
    }
}

#[test]
fn what_ecs_cli_is_told_is_part_of_what_is_compared() {
    let params = "version: 1\ntask_definition: {services: {web: {cpu_shares: 128}}}\n";
    let folder = folder(&[("compose.yml", SHOP), ("ecs-params.yml", params)]);
    let args = ["--ecs-params", "ecs-params.yml", "--check", "ecs.json"];
    assert_eq!(convert(folder.path(), &[&args[..], &["--update"]].concat()).code, 0);
    assert_eq!(convert(folder.path(), &args).code, 0);
    fs::write(folder.path().join("ecs-params.yml"), params.replace("128", "256")).unwrap();
    let Run { code, stdout, stderr } = convert(folder.path(), &args);
    assert_eq!(code, 1);
    assert!(stdout.contains("-          \"cpu\": 128,\n+          \"cpu\": 256,\n"), "{stdout}");
    let update = "compose2ecs convert --region eu-west-1 --ecs-params ecs-params.yml --check ecs.json --update";
    assert!(stderr.contains(update), "{stderr}");
}
