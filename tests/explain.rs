//! `explain`: every code has an example, and it is what the program finds.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads what is there, and fails loudly")]

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use compose2ecs::diag::Code;

/// What stands in a fence of a text.
#[track_caller]
fn fenced<'t>(text: &'t str, language: &str) -> &'t str {
    let start = format!("```{language}\n");
    let (_, rest) = text.split_once(&start).unwrap_or_else(|| panic!("there is an example in {language}: {text}"));
    rest.split_once("```").unwrap().0
}

/// The binary, without variables of this machine.
fn compose2ecs(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compose2ecs"));
    command.current_dir(folder).env_clear().args(args);
    command
}

/// What a command says of a file under a code, as it is drawn.
fn findings(compose: &str, command: &str, code: Code) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("compose.yml"), compose).unwrap();
    let words: Vec<&str> = command.split_whitespace().collect();
    let args = words.strip_prefix(&["$", "compose2ecs"]).unwrap_or_else(|| panic!("a command of ours: {command}"));
    // The folder gives the project its name.
    let mut command = compose2ecs(folder.path(), args);
    let stderr = String::from_utf8(command.env("COMPOSE_PROJECT_NAME", "shop").output().unwrap().stderr).unwrap();
    let title = format!("[{}]: ", code.as_str());
    let is_of_code = |finding: &&str| finding.lines().next().is_some_and(|line| line.contains(&title));
    stderr.split("\n\n").filter(is_of_code).flat_map(|finding| [finding.trim_end(), "\n"]).collect()
}

#[test]
fn every_example_finds_what_it_shows() {
    let updates = env::var("INSTA_UPDATE").is_ok_and(|update| update == "always");
    let mut wrong = Vec::new();
    for code in Code::ALL {
        let text = code.explanation().text;
        let (command, shown) = fenced(text, "console").split_once('\n').unwrap();
        let found = findings(fenced(text, "yaml"), command, *code);
        if found.is_empty() || found != shown {
            wrong.push(format!("{}: shown\n{shown}\nfound\n{found}", code.as_str()));
            if updates {
                let file = format!("{}/src/diag/explain/{}.md", env!("CARGO_MANIFEST_DIR"), code.as_str());
                let (before, after) = (format!("{command}\n{shown}"), format!("{command}\n{found}"));
                fs::write(&file, fs::read_to_string(&file).unwrap().replace(&before, &after)).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "examples that show something else; `INSTA_UPDATE=always` writes them: {wrong:#?}");
}

/// What is printed and written to standard error, and how it ends.
fn run(args: &[&str]) -> (String, String, Option<i32>) {
    let output = compose2ecs(Path::new("/"), args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[test]
fn a_code_is_explained() {
    let (stdout, stderr, code) = run(&["explain", "lost"]);
    assert_eq!((stderr.as_str(), code), ("", Some(0)));
    insta::assert_snapshot!(stdout);
}

#[test]
fn without_a_code_all_are_listed() {
    let (stdout, stderr, code) = run(&["explain"]);
    assert_eq!((stderr.as_str(), code), ("", Some(0)));
    insta::assert_snapshot!(stdout);
}

#[test]
fn a_key_is_explained() {
    let (stdout, stderr, code) = run(&["explain", "deploy.update_config"]);
    assert_eq!((stderr.as_str(), code), ("", Some(0)));
    assert!(stdout.starts_with("deploy.update_config.parallelism\n"), "{stdout}");
}

#[test]
fn no_code_is_called_like_a_key() {
    for code in Code::ALL {
        assert_eq!(compose2ecs::explain::key(code.as_str()), None, "{}", code.as_str());
    }
}

#[test]
fn an_unknown_code_is_a_matter_of_usage() {
    let (stdout, stderr, code) = run(&["explain", "losst"]);
    assert_eq!((stdout.as_str(), code), ("", Some(2)));
    assert_eq!(
        stderr,
        "error: `losst` is no code of a finding and no key of Compose: did you mean `lost`?; `compose2ecs explain` lists \
         the codes\n"
    );
}
