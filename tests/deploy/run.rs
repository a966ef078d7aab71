//! What `run` asks of ECS, and how it ends.

use std::time::Duration;

use compose2ecs::deploy::api::task::{Container, Task};
use compose2ecs::deploy::problem::Problem;
use compose2ecs::deploy::release::Release;
use compose2ecs::deploy::run::{Ended, RunOptions, Subject, document, ended, find, remarks, start};
use compose2ecs::deploy::sdk::Writer;
use compose2ecs_standin::{Applied, Aws, Fault, Request};
use serde_json::{Map, Value, json};

use crate::bed::{Bed, release};

const SHOP: &str = "  web: {image: 'nginx:1', environment: {A: a}}\n";

/// An account in which `web` runs, and its release.
async fn running() -> (Bed, Release) {
    let bed = Bed::new();
    bed.up_well(SHOP).await;
    bed.aws(Aws::forget_calls);
    (bed, release(SHOP))
}

/// The input of `RunTask`.
fn input(release: &Release, options: &RunOptions) -> Result<Map<String, Value>, Problem> {
    let (unit, container) = find(release, "web").unwrap();
    document(release, Subject { unit, container, revision: "shop-web:1" }, options, "1")
}

/// Starts a task; its number of tasks, and what was told.
async fn run(bed: &Bed, release: &Release, room: Option<Duration>) -> (Result<Vec<Task>, Problem>, Vec<String>) {
    let writer = Writer::new(bed.reader.clone());
    let mut told = Vec::new();
    let options = RunOptions { count: 1, ..RunOptions::default() };
    let document = input(release, &options).unwrap();
    let started = start(&writer, document, room, &mut |text| told.push(text.to_owned())).await;
    (started, told)
}

/// How many one-off tasks there are.
fn one_offs(bed: &Bed) -> usize {
    bed.aws(|aws| aws.tasks().filter(|task| task.owner.is_none()).count())
}

#[test]
fn a_task_runs_in_the_place_of_its_service() {
    let release = release(SHOP);
    let options = RunOptions {
        command: ["rake", "db:migrate"].map(str::to_owned).to_vec(),
        environment: vec![("B".to_owned(), "b".to_owned())],
        cpu: Some(512),
        memory: Some(1024),
        count: 2,
        name: Some("migration".to_owned()),
    };
    let mut document = input(&release, &options).unwrap();
    let token = document.remove("clientToken").unwrap();
    assert_eq!(token.as_str().unwrap().len(), 32);
    let expected = json!({
        "cluster": "shop",
        "taskDefinition": "shop-web:1",
        "count": 2,
        "launchType": "FARGATE",
        "enableECSManagedTags": true,
        "propagateTags": "TASK_DEFINITION",
        "startedBy": "compose2ecs/shop",
        "group": "run:shop-web",
        "networkConfiguration": {
            "awsvpcConfiguration": {"subnets": ["subnet-0a1b2c3d"], "assignPublicIp": "DISABLED"},
        },
        "overrides": {
            "cpu": "512",
            "memory": "1024",
            "containerOverrides": [
                {"name": "web", "command": ["rake", "db:migrate"], "environment": [{"name": "B", "value": "b"}]},
            ],
        },
        "tags": [
            {"key": "compose2ecs:project", "value": "shop"},
            {"key": "compose2ecs:service", "value": "web"},
            {"key": "compose2ecs:oneoff", "value": "true"},
            {"key": "Name", "value": "migration"},
        ],
    });
    assert_eq!(Value::Object(document), expected);
}

#[test]
fn what_is_too_long_for_ecs_is_said_before_it_is_asked() {
    let release = release(SHOP);
    let options = RunOptions { command: vec!["x".repeat(8192)], count: 1, ..RunOptions::default() };
    let message = "the command and the variables have 8246 characters, and ECS takes 8192";
    assert_eq!(input(&release, &options).unwrap_err().message, message);
}

#[tokio::test(start_paused = true)]
async fn f34_a_task_whose_start_was_not_answered_is_started_once() {
    let (bed, release) = running().await;
    bed.aws(|aws| aws.faults().on("RunTask").nth(1).then(Fault::Reset { applied: Applied::Yes }));
    let (started, _) = run(&bed, &release, None).await;
    assert_eq!((started.unwrap().len(), one_offs(&bed)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn f34_a_task_that_was_started_with_the_token_is_found() {
    let (bed, release) = running().await;
    bed.aws(|aws| {
        let mut other = input(&release, &RunOptions { count: 2, ..RunOptions::default() }).unwrap();
        let token = format!("{}0", other["clientToken"].as_str().unwrap());
        other.insert("clientToken".to_owned(), token.into());
        aws.call(&Request::ecs("RunTask", &Value::Object(other)));
    });
    let (started, _) = run(&bed, &release, None).await;
    assert_eq!((started.unwrap().len(), one_offs(&bed)), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn f33_what_keeps_a_task_from_starting_is_a_sentence() {
    let failure = |reason: &str| json!({"tasks": [], "failures": [{"arn": "arn:aws:ecs:x", "reason": reason}]});
    for (answer, expected, hint) in [
        (failure("RESOURCE:MEMORY"), "no instance has enough memory left: RESOURCE:MEMORY", true),
        (failure("RESOURCE:CPU"), "no instance has enough CPU left: RESOURCE:CPU", true),
        (failure("RESOURCE:PORTS"), "the host port is taken on every instance: RESOURCE:PORTS", true),
        (failure("RESOURCE:GPU"), "no instance has enough GPUs left: RESOURCE:GPU", true),
        (failure("RESOURCE:ENI"), "no instance has a network interface left: RESOURCE:ENI", true),
        (failure("AGENT"), "the agent of the instance is not connected: AGENT", true),
        (failure("ATTRIBUTE"), "no instance has what the task asks of it: ATTRIBUTE", false),
        (failure("INACTIVE"), "the cluster or the instance is not active: INACTIVE", false),
        (failure("MISSING"), "the cluster or the instance is gone: MISSING", false),
        (json!({"tasks": [], "failures": []}), "ECS took the call, and started no task", false),
    ] {
        let (bed, release) = running().await;
        bed.aws(|aws| aws.faults().on("RunTask").then(Fault::Answer(answer)));
        let problem = run(&bed, &release, None).await.0.unwrap_err();
        assert_eq!((&*problem.message, problem.hint.is_some()), (expected, hint));
    }
}

#[tokio::test(start_paused = true)]
async fn room_is_waited_for_where_the_user_wants_to() {
    let (bed, release) = running().await;
    let full = json!({"tasks": [], "failures": [{"arn": "arn:aws:ecs:x", "reason": "RESOURCE:CPU"}]});
    bed.aws(|aws| aws.faults().on("RunTask").first(3).then(Fault::Answer(full)));
    let (started, told) = run(&bed, &release, Some(Duration::from_mins(1))).await;
    assert_eq!((started.unwrap().len(), one_offs(&bed)), (1, 1));
    assert_eq!(told, ["waiting for room: no instance has enough CPU left: RESOURCE:CPU"]);
}

#[test]
fn f35_the_code_is_that_of_the_container() {
    let container = |name: &str, exit_code, reason: Option<&str>| Container {
        name: name.to_owned(),
        exit_code,
        reason: reason.map(str::to_owned),
        ..Container::default()
    };
    let check = |containers: Vec<Container>, expected: Ended, remarked: &[&str]| {
        let stopped_reason = Some("Task failed to start".to_owned());
        let task = Task { containers, stopped_reason, ..Task::default() };
        assert_eq!(
            (ended(&task, "web"), &*remarks(&task, "web")),
            (expected, &*remarked.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
        );
    };
    check(vec![container("web", Some(7), None)], Ended::Code(7), &[]);
    let memory = "container `web` used more memory than it may: give it more with `--memory`";
    let killed = Some("OutOfMemoryError: Container killed due to memory usage");
    check(vec![container("web", Some(137), killed)], Ended::Code(137), &[memory]);
    check(vec![container("web", None, None)], Ended::Never("Task failed to start".to_owned()), &[]);
    let pull = "CannotPullContainerError: not found";
    check(vec![container("web", None, Some(pull))], Ended::Never(pull.to_owned()), &[]);
    let beside = "container `proxy` ended with exit code 1";
    check(vec![container("proxy", Some(1), None), container("web", Some(0), None)], Ended::Code(0), &[beside]);
    check(vec![container("proxy", Some(143), None), container("web", Some(0), None)], Ended::Code(0), &[]);
}

#[tokio::test(start_paused = true)]
async fn up_does_not_take_it_for_a_job_of_its_own() {
    let job = "  migrate: {image: 'app:1', command: migrate}\n  web: {image: 'nginx:1', depends_on: {migrate: \
               {condition: service_completed_successfully}}}\n";
    let bed = Bed::new();
    bed.up_well(job).await;
    let release = release(job);
    let (unit, container) = find(&release, "migrate").unwrap();
    let options = RunOptions { command: vec!["other".to_owned()], count: 1, ..RunOptions::default() };
    let subject = Subject { unit, container, revision: "shop-migrate:1" };
    let document = document(&release, subject, &options, "1").unwrap();
    let writer = Writer::new(bed.reader.clone());
    assert_eq!(start(&writer, document, None, &mut |_| {}).await.unwrap().len(), 1);
    let again = bed.up(&job.replace("nginx:1", "nginx:2"), &compose2ecs::deploy::options::UpOptions::default()).await;
    assert_eq!((again.exit, again.changes().contains(&"RunTask")), (0, true), "{:#?}", again.lines);
}
