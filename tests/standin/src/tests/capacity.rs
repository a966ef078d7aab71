//! Places for tasks.

use serde_json::{Value, json};

use crate::testing::{Bed, check_story, seconds};
use crate::{Machine, Settings};

/// A task definition for EC2 with a host port.
fn on_host(family: &str, host: u64, memory: u64) -> Value {
    json!({
        "family": family,
        "containerDefinitions": [{
            "name": family,
            "image": family,
            "memory": memory,
            "portMappings": [{"containerPort": 80, "hostPort": host}],
        }],
    })
}

fn on_ec2(name: &str, more: Value) -> Value {
    crate::testing::with(json!({"cluster": "prod", "serviceName": name, "taskDefinition": name}), more)
}

#[test]
fn a_fixed_host_port_keeps_a_second_task_away() {
    let mut bed = Bed::new();
    bed.aws.add_instance("prod", Machine::default());
    bed.ok("RegisterTaskDefinition", on_host("web", 8080, 128));
    bed.ok("CreateService", on_ec2("web", json!({"desiredCount": 2, "launchType": "EC2"})));
    check_story(
        &bed.watch("web", seconds(60)),
        "
            0 ACTIVE web:1 IN_PROGRESS 0+0 failed 0
            1 ACTIVE web:1 IN_PROGRESS 0+1 failed 0
            12 ACTIVE web:1 IN_PROGRESS 1+0 failed 0
        ",
    );
    check_story(&bed.events("web").join("\n"), "
            1 (service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance …) is already using a port required by your task.
            1 (service web) has started 1 tasks: (task …).
        ");
    bed.aws.add_instance("prod", Machine::default());
    check_story(
        &bed.watch("web", seconds(100)),
        "
            60 ACTIVE web:1 IN_PROGRESS 1+0 failed 0
            61 ACTIVE web:1 IN_PROGRESS 1+1 failed 0
            72 ACTIVE web:1 IN_PROGRESS 2+0 failed 0
            113 ACTIVE web:1 COMPLETED 2+0 failed 0
        ",
    );
}

#[test]
fn a_task_that_is_over_leaves_its_place() {
    let mut bed = Bed::new();
    bed.aws.add_instance("prod", Machine { memory: 128, ..Machine::default() });
    bed.ok("RegisterTaskDefinition", on_host("job", 8080, 128));
    let run = json!({"cluster": "prod", "taskDefinition": "job"});
    assert_eq!(bed.ok("RunTask", run.clone())["tasks"].as_array().unwrap().len(), 1);
    let failed = bed.ok("RunTask", run.clone());
    assert_eq!((&failed["tasks"], &failed["failures"][0]["reason"]), (&json!([]), &json!("RESOURCE:MEMORY")));
    bed.aws.advance(seconds(60));
    assert_eq!(bed.ok("RunTask", run)["tasks"].as_array().unwrap().len(), 1);
}

#[test]
fn run_task_says_what_is_missing() {
    let mut bed = Bed::new();
    bed.ok("RegisterTaskDefinition", on_host("job", 8080, 128));
    let run = json!({"cluster": "prod", "taskDefinition": "job"});
    let error = bed.ecs("RunTask", run.clone()).unwrap_err();
    assert_eq!(error, "InvalidParameterException: No Container Instances were found in your cluster.");
    bed.aws.add_instance("prod", Machine { agent_connected: false, ..Machine::default() });
    assert_eq!(bed.ok("RunTask", run)["failures"][0]["reason"], "AGENT");
}

#[test]
fn fargate_has_a_quota() {
    let mut bed = Bed::with(Settings { fargate_cpu: Some(512), ..Settings::default() });
    bed.create("web", 3, json!({}));
    check_story(
        &bed.watch("web", seconds(60)),
        "
            0 ACTIVE web:1 IN_PROGRESS 0+0 failed 0
            1 ACTIVE web:1 IN_PROGRESS 0+2 failed 0
            21 ACTIVE web:1 IN_PROGRESS 2+0 failed 0
        ",
    );
    check_story(&bed.events("web").join("\n"), "
            1 (service web) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently.
            1 (service web) has started 2 tasks: (task …) (task …).
        ");
}

#[test]
fn a_daemon_runs_on_each_instance() {
    let mut bed = Bed::new();
    bed.aws.add_instance("prod", Machine::default());
    bed.aws.add_instance("prod", Machine::default());
    bed.ok("RegisterTaskDefinition", on_host("agent", 8125, 128));
    bed.ok("CreateService", on_ec2("agent", json!({"schedulingStrategy": "DAEMON"})));
    check_story(
        &bed.watch("agent", seconds(100)),
        "
            0 ACTIVE agent:1 IN_PROGRESS 0+0 failed 0
            1 ACTIVE agent:1 IN_PROGRESS 0+2 failed 0
            12 ACTIVE agent:1 IN_PROGRESS 2+0 failed 0
            53 ACTIVE agent:1 COMPLETED 2+0 failed 0
        ",
    );
    bed.ok("RegisterTaskDefinition", on_host("agent", 8125, 256));
    bed.ok("UpdateService", json!({"cluster": "prod", "service": "agent", "taskDefinition": "agent"}));
    check_story(
        &bed.watch("agent", seconds(100)),
        "
            100 ACTIVE agent:2 IN_PROGRESS 0+0 failed 0, agent:1 COMPLETED 2+0 failed 0
            101 ACTIVE agent:2 IN_PROGRESS 0+0 failed 0, agent:1 COMPLETED 0+0 failed 0
            104 ACTIVE agent:2 IN_PROGRESS 0+1 failed 0
            105 ACTIVE agent:2 IN_PROGRESS 0+2 failed 0
            115 ACTIVE agent:2 IN_PROGRESS 1+1 failed 0
            116 ACTIVE agent:2 IN_PROGRESS 2+0 failed 0
            156 ACTIVE agent:2 COMPLETED 2+0 failed 0
        ",
    );
}

#[test]
fn no_task_starts_before_its_role_can_be_assumed() {
    let mut bed = Bed::with(Settings { roles_ready_at: seconds(40), ..Settings::default() });
    bed.create("web", 1, json!({}));
    check_story(
        &bed.watch("web", seconds(100)),
        "
            0 ACTIVE web:1 IN_PROGRESS 0+0 failed 0
            40 ACTIVE web:1 IN_PROGRESS 0+1 failed 0
            60 ACTIVE web:1 IN_PROGRESS 1+0 failed 0
        ",
    );
    check_story(&bed.events("web").join("\n"), "
            1 (service web) failed to launch a task with (error ECS was unable to assume the role 'none' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.).
            31 (service web) failed to launch a task with (error ECS was unable to assume the role 'none' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.).
            40 (service web) has started 1 tasks: (task …).
        ");
}
