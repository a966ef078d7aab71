//! The commands of `testdata/readiness-commands.txt`, each with its decision.

use std::fmt::Write;

use super::draw;
use crate::compose::service::process::Process;
use crate::compose::words::split;
use crate::lower::readiness::recognise_process;
use crate::testing::{environment, words};

/// The table.
const COMMANDS: &str = include_str!("../../../../testdata/readiness-commands.txt");

/// The decision about a case.
fn decision(case: &str) -> String {
    let (mut image, mut process, mut variables) = (None, Process::default(), Vec::new());
    // A line break stands in the table as a sign.
    let read = |text: &str| words(&split(&text.replace('⏎', "\n")).unwrap_or_else(|_| panic!("no words: {text}")));
    for line in case.lines() {
        let (key, value) = line.split_once(": ").unwrap_or((line, ""));
        match key {
            "image" => image = Some(value),
            "entrypoint" => process.entrypoint = Some(read(value)),
            "command" => process.command = Some(read(value)),
            "environment" => variables.extend(value.split_once('=')),
            _ => assert!(line.starts_with("# ") || line.starts_with("=> "), "an odd line: {line}"),
        }
    }
    process.environment = environment(&variables);
    draw(recognise_process(image, &process)).replace('\n', "⏎")
}

#[test]
fn every_command_has_its_decision() {
    let (mut seen, mut text) = (0, String::new());
    for block in COMMANDS.trim_end().split("\n\n") {
        match block.split_once("\n=> ") {
            Some((case, _)) => {
                seen += 1;
                write!(text, "{case}\n=> {}\n\n", decision(case)).unwrap();
            }
            None => write!(text, "{block}\n\n").unwrap(),
        }
    }
    assert!(seen >= 150, "{seen} commands are not enough");
    let text = text.trim_end();
    let differs = text.lines().zip(COMMANDS.lines()).find(|(found, expected)| found != expected);
    assert!(text == COMMANDS.trim_end(), "{differs:?}\nthe table as it would be right:\n{text}");
}
