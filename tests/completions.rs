//! `completions`: what a shell is told.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

#[path = "support/binary.rs"]
mod binary;

use std::process::Command;

use binary::{compose2ecs, folder, run};

/// The script for a shell, made where there is no Compose file.
#[track_caller]
fn script(shell: &str) -> String {
    let folder = folder(&[]);
    let run = run(&mut compose2ecs(folder.path(), &["completions", shell]));
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    run.stdout
}

/// What bash offers when the last of these words is being typed.
#[track_caller]
fn check_bash(words: &[&str], expected: &[&str]) {
    let [.., previous, last] = words else { panic!("a command and a word") };
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let ask = format!(
        "COMP_WORDS=({})\nCOMP_CWORD={}\n_compose2ecs compose2ecs '{last}' '{previous}'\n",
        quoted.join(" "),
        words.len() - 1,
    );
    let ask = ask + "printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    let output = Command::new("bash").args(["--norc", "-c", &(script("bash") + &ask)]).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().collect::<Vec<_>>(), expected);
}

#[test]
fn bash_takes_its_script() {
    let folder = folder(&[("completions.bash", &script("bash"))]);
    let output = Command::new("bash").arg("-n").arg(folder.path().join("completions.bash")).output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn bash_completes_commands_flags_and_values() {
    check_bash(&["compose2ecs", "conv"], &["convert"]);
    check_bash(&["compose2ecs", "convert", "--launch"], &["--launch-type"]);
    check_bash(&["compose2ecs", "convert", "--launch-type", "f"], &["fargate"]);
    check_bash(&["compose2ecs", "completions", "z"], &["zsh"]);
}

#[test]
fn every_shell_knows_every_command_and_flag() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = script(shell);
        for word in ["convert", "config", "launch-type", "check", "fargate"] {
            assert!(
                script.contains(word) || word == "fargate" && ["powershell", "elvish"].contains(&shell),
                "{shell}: {word}"
            );
        }
    }
}

#[test]
fn a_shell_that_nobody_knows_is_a_matter_of_usage() {
    let folder = folder(&[]);
    let run = run(&mut compose2ecs(folder.path(), &["completions", "tcl"]));
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("powershell"), "{}", run.stderr);
}
