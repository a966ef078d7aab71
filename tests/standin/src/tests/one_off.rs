//! One-off tasks.

use serde_json::{Value, json};

use crate::testing::{Bed, definition, seconds, with};
use crate::{Behaviour, Of};

fn run(more: Value) -> Value {
    let network = json!({"awsvpcConfiguration": {"subnets": ["subnet-1"]}});
    let input = json!({
        "cluster": "prod",
        "taskDefinition": "job",
        "launchType": "FARGATE",
        "networkConfiguration": network,
    });
    with(input, more)
}

/// How a one-off task ends: its stop code, its reason, and the exit code and reason of its container.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "calls read better without a reference")]
fn check(behaviour: Behaviour, expected: [Value; 4]) {
    let mut bed = Bed::new();
    bed.aws.behave(Of::Image("job".to_owned()), [behaviour]);
    bed.ok("RegisterTaskDefinition", definition("job"));
    let arn = bed.ok("RunTask", run(json!({})))["tasks"][0]["taskArn"].clone();
    bed.aws.advance(seconds(120));
    let answer = bed.ok("DescribeTasks", json!({"cluster": "prod", "tasks": [arn]}));
    let task = &answer["tasks"][0];
    let container = &task["containers"][0];
    let found = [&task["stopCode"], &task["stoppedReason"], &container["exitCode"], &container["reason"]];
    assert_eq!(found.map(Clone::clone), expected);
}

#[test]
fn a_one_off_task_ends_with_its_container() {
    let exited = |code: i64, reason: Value| {
        [json!("EssentialContainerExited"), json!("Essential container in task exited"), json!(code), reason]
    };
    check(Behaviour::default(), exited(0, Value::Null));
    check(Behaviour::exits(seconds(3), 7), exited(7, Value::Null));
    let reason = "OutOfMemoryError: Container killed due to memory usage";
    check(Behaviour::out_of_memory(seconds(3)), exited(137, json!(reason)));
    let reason = "CannotStartContainerError: exec format error";
    let never = [json!("TaskFailedToStart"), json!(reason), Value::Null, json!(reason)];
    check(Behaviour::unstartable(reason), never);
}

#[test]
fn a_token_makes_running_safe_to_repeat() {
    let mut bed = Bed::new();
    bed.ok("RegisterTaskDefinition", definition("job"));
    let first = bed.ok("RunTask", run(json!({"clientToken": "one"})))["tasks"][0]["taskArn"].clone();
    bed.aws.advance(seconds(30));
    let again = bed.ok("RunTask", run(json!({"clientToken": "one"})));
    assert_eq!((&again["tasks"][0]["taskArn"], bed.aws.tasks().count()), (&first, 1));
    let request = crate::Request::ecs("RunTask", &run(json!({"clientToken": "one", "count": 2})));
    let crate::Reply::Respond(response) = bed.aws.call(&request).reply else { panic!("no answer") };
    let error = response.json();
    assert_eq!((&error["__type"], &error["resourceIds"]), (&json!("ConflictException"), &json!([first])));
}

#[test]
fn a_task_can_be_stopped_and_is_forgotten_after_an_hour() {
    let mut bed = Bed::new();
    bed.ok("RegisterTaskDefinition", definition("job"));
    let arn = bed.ok("RunTask", run(json!({"startedBy": "ci"})))["tasks"][0]["taskArn"].clone();
    bed.aws.advance(seconds(20));
    let stop = json!({"cluster": "prod", "task": arn, "reason": "enough"});
    assert_eq!(bed.ok("StopTask", stop.clone())["task"]["stopCode"], "UserInitiated");
    let listed = |bed: &mut Bed, status: &str| {
        bed.ok("ListTasks", json!({"cluster": "prod", "startedBy": "ci", "desiredStatus": status}))["taskArns"].clone()
    };
    assert_eq!((listed(&mut bed, "RUNNING"), listed(&mut bed, "STOPPED")), (json!([]), json!([arn])));
    bed.aws.advance(seconds(3700));
    let answer = bed.ok("DescribeTasks", json!({"cluster": "prod", "tasks": [arn]}));
    assert_eq!((&answer["tasks"], &answer["failures"][0]["reason"]), (&json!([]), &json!("MISSING")));
    let error = bed.ecs("StopTask", stop).unwrap_err();
    assert_eq!(error, "InvalidParameterException: The referenced task was not found.");
}
