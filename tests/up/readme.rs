//! What the README shows of deployments is what happens.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use compose2ecs_standin::{Aws, Clock, LogGroups, Machine, Request, Settings, serve};
use serde_json::json;

use crate::binary::{compose2ecs, run};
use crate::without_times;

const README: &str = include_str!("../../README.md");

/// The block of the README that has some words, without times.
#[track_caller]
fn block(words: &str) -> String {
    let mut blocks = README.split("```text\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    without_times(blocks.find(|block| block.contains(words)).unwrap())
}

#[test]
fn the_session_that_is_shown_is_what_happens() {
    let mut aws = Aws::new(Settings { log_groups: LogGroups::Made, ..Settings::default() });
    aws.call(&Request::ecs("CreateCluster", &json!({"clusterName": "rehearsal"})));
    aws.add_instance("rehearsal", Machine::default());
    aws.add_instance("rehearsal", Machine::default());
    let server = serve(Arc::new(Mutex::new(aws)), Clock::Step(Duration::from_secs(2))).unwrap();
    let session = block("$ compose2ecs up");
    let commands = session.split("$ compose2ecs ").skip(1);
    assert_eq!(commands.clone().count(), 3);
    for command in commands {
        let (typed, shown) = command.split_once('\n').unwrap();
        let args: Vec<&str> = typed.split(' ').collect();
        let mut command = compose2ecs(env!("CARGO_MANIFEST_DIR").as_ref(), &args);
        command
            .args(["--cluster", "rehearsal", "--region", "eu-west-1", "--registry", "registry.example.com"])
            .args(["--endpoint-url", &server.url])
            .args(args.first().filter(|name| **name == "up").map(|_| "--poll-interval=20ms"))
            .env("AWS_ACCESS_KEY_ID", "AKIDTESTED")
            .env("AWS_SECRET_ACCESS_KEY", "secret");
        let ended = run(&mut command);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        // What ECS itself says and how many tasks run when is left out of the README.
        let said = without_times(&ended.stderr);
        let mut lines = said.lines();
        for line in shown.lines() {
            assert!(lines.any(|said| said == line), "{typed} does not say {line:?}:\n{said}");
        }
    }
}

#[test]
fn the_failure_that_is_shown_is_what_is_said() {
    let said = include_str!("snapshots/up__exits.snap");
    let shown = block("✘ web");
    assert!(said.contains(&*shown), "{shown}\nis not in\n{said}");
}
