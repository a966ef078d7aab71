//! Services that come up and change.

use serde_json::json;

use crate::testing::{Bed, check_story, checked, creation, definition, seconds, with};
use crate::{Behaviour, Health, Of};

#[test]
fn a_service_comes_up() {
    let mut bed = Bed::new();
    bed.create("web", 2, json!({}));
    check_story(
        &bed.watch("web", seconds(120)),
        "
         0 ACTIVE web:1 IN_PROGRESS 0+0 failed 0
         1 ACTIVE web:1 IN_PROGRESS 0+2 failed 0
        21 ACTIVE web:1 IN_PROGRESS 2+0 failed 0
        62 ACTIVE web:1 COMPLETED 2+0 failed 0
        ",
    );
    check_story(
        &bed.events("web").join("\n"),
        "
         1 (service web) has started 2 tasks: (task …) (task …).
        62 (service web) (deployment ecs-svc/…) deployment completed.
        62 (service web) has reached a steady state.
        ",
    );
}

#[test]
fn a_new_revision_takes_the_place_of_the_old() {
    let mut bed = Bed::new();
    bed.create("web", 2, json!({}));
    bed.aws.advance(seconds(100));
    bed.ok("RegisterTaskDefinition", definition("web"));
    bed.ok("UpdateService", json!({"cluster": "prod", "service": "web", "taskDefinition": "web"}));
    check_story(
        &bed.watch("web", seconds(120)),
        "
        100 ACTIVE web:2 IN_PROGRESS 0+0 failed 0, web:1 COMPLETED 2+0 failed 0
        101 ACTIVE web:2 IN_PROGRESS 0+2 failed 0, web:1 COMPLETED 2+0 failed 0
        121 ACTIVE web:2 IN_PROGRESS 2+0 failed 0, web:1 COMPLETED 2+0 failed 0
        162 ACTIVE web:2 IN_PROGRESS 2+0 failed 0, web:1 COMPLETED 0+0 failed 0
        165 ACTIVE web:2 COMPLETED 2+0 failed 0
        ",
    );
}

#[test]
fn with_little_room_tasks_are_replaced_one_by_one() {
    let mut bed = Bed::new();
    let configuration = json!({"maximumPercent": 100, "minimumHealthyPercent": 50});
    bed.create("web", 2, json!({"deploymentConfiguration": configuration}));
    bed.aws.advance(seconds(100));
    bed.ok("RegisterTaskDefinition", definition("web"));
    bed.ok("UpdateService", json!({"cluster": "prod", "service": "web", "taskDefinition": "web"}));
    check_story(
        &bed.watch("web", seconds(240)),
        "
            100 ACTIVE web:2 IN_PROGRESS 0+0 failed 0, web:1 COMPLETED 2+0 failed 0
            101 ACTIVE web:2 IN_PROGRESS 0+1 failed 0, web:1 COMPLETED 1+0 failed 0
            121 ACTIVE web:2 IN_PROGRESS 1+0 failed 0, web:1 COMPLETED 1+0 failed 0
            162 ACTIVE web:2 IN_PROGRESS 1+1 failed 0, web:1 COMPLETED 0+0 failed 0
            165 ACTIVE web:2 IN_PROGRESS 1+1 failed 0
            182 ACTIVE web:2 IN_PROGRESS 2+0 failed 0
            223 ACTIVE web:2 COMPLETED 2+0 failed 0
        ",
    );
}

#[test]
fn a_health_check_has_to_agree() {
    let mut bed = Bed::new();
    bed.ok("RegisterTaskDefinition", checked("web"));
    bed.ok("CreateService", creation("web", 1));
    check_story(
        &bed.watch("web", seconds(120)),
        "
            0 ACTIVE web:1 IN_PROGRESS 0+0 failed 0
            1 ACTIVE web:1 IN_PROGRESS 0+1 failed 0
            21 ACTIVE web:1 IN_PROGRESS 1+0 failed 0
            30 ACTIVE web:1 COMPLETED 1+0 failed 0
        ",
    );
}

#[test]
fn a_task_whose_health_check_is_against_it_is_replaced() {
    let mut bed = Bed::new();
    bed.aws.behave(Of::Image("web".to_owned()), [Behaviour::health(Health::Never), Behaviour::default()]);
    bed.ok("RegisterTaskDefinition", checked("web"));
    bed.ok("CreateService", creation("web", 1));
    check_story(
        &bed.watch("web", seconds(240)),
        "
            0 ACTIVE web:1 IN_PROGRESS 0+0 failed 0
            1 ACTIVE web:1 IN_PROGRESS 0+1 failed 0
            21 ACTIVE web:1 IN_PROGRESS 1+0 failed 0
            55 ACTIVE web:1 IN_PROGRESS 0+0 failed 1
            60 ACTIVE web:1 IN_PROGRESS 0+1 failed 1
            80 ACTIVE web:1 IN_PROGRESS 1+0 failed 1
            89 ACTIVE web:1 COMPLETED 1+0 failed 0
        ",
    );
    check_story(
        &bed.events("web").join("\n"),
        "
            1 (service web) has started 1 tasks: (task …).
            55 (service web) (task …) failed container health checks.
            60 (service web) has started 1 tasks: (task …).
            89 (service web) (deployment ecs-svc/…) deployment completed.
            89 (service web) has reached a steady state.
        ",
    );
}

#[test]
fn a_target_group_has_to_agree() {
    let mut bed = Bed::new();
    let group = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1";
    let balancer = json!({"targetGroupArn": group, "containerName": "web", "containerPort": 80});
    bed.aws.behave(Of::Image("web".to_owned()), [Behaviour::unhealthy_target(), Behaviour::default()]);
    bed.create("web", 1, json!({"loadBalancers": [balancer]}));
    check_story(
        &bed.watch("web", seconds(120)),
        "
            0 ACTIVE web:1 IN_PROGRESS 0+0 failed 0
            1 ACTIVE web:1 IN_PROGRESS 0+1 failed 0
            21 ACTIVE web:1 IN_PROGRESS 1+0 failed 0
            37 ACTIVE web:1 IN_PROGRESS 0+0 failed 1
            42 ACTIVE web:1 IN_PROGRESS 0+1 failed 1
            62 ACTIVE web:1 IN_PROGRESS 1+0 failed 1
            78 ACTIVE web:1 COMPLETED 1+0 failed 0
        ",
    );
    let reasons: Vec<_> = bed.aws.tasks().filter_map(|task| task.stop.as_ref()).map(|stop| &stop.reason).collect();
    assert_eq!(reasons, [&format!("Task failed ELB health checks in (target-group {group})")]);
}

#[test]
fn a_classic_load_balancer_leaves_no_rollout_state() {
    let mut bed = Bed::new();
    let balancer = json!({"loadBalancerName": "web", "containerName": "web", "containerPort": 80});
    bed.create("web", 1, json!({"loadBalancers": [balancer]}));
    let answer = bed.ok("DescribeServices", json!({"cluster": "prod", "services": ["web"]}));
    let deployment = &answer["services"][0]["deployments"][0];
    assert_eq!((&deployment["status"], deployment.get("rolloutState")), (&json!("PRIMARY"), None));
}

#[test]
fn the_desired_count_changes_in_place() {
    let mut bed = Bed::new();
    bed.create("web", 1, json!({}));
    bed.aws.advance(seconds(100));
    bed.ok("UpdateService", json!({"cluster": "prod", "service": "web", "desiredCount": 3}));
    check_story(
        &bed.watch("web", seconds(100)),
        "
            100 ACTIVE web:1 COMPLETED 1+0 failed 0
            101 ACTIVE web:1 COMPLETED 1+2 failed 0
            121 ACTIVE web:1 COMPLETED 3+0 failed 0
        ",
    );
    bed.ok("UpdateService", json!({"cluster": "prod", "service": "web", "desiredCount": 0}));
    check_story(
        &bed.watch("web", seconds(100)),
        "
            200 ACTIVE web:1 COMPLETED 3+0 failed 0
            201 ACTIVE web:1 COMPLETED 0+0 failed 0
        ",
    );
}

#[test]
fn only_some_changes_begin_a_deployment() {
    let mut bed = Bed::new();
    bed.create("web", 1, json!({}));
    let mut check = |change: serde_json::Value, expected: usize| {
        let input = with(json!({"cluster": "prod", "service": "web"}), change.clone());
        let answer = bed.ok("UpdateService", input);
        let deployments = answer["service"]["deployments"].as_array().unwrap().len();
        assert_eq!(deployments, expected, "{change}");
    };
    check(json!({}), 1);
    check(json!({"desiredCount": 2, "enableExecuteCommand": true, "healthCheckGracePeriodSeconds": 60}), 1);
    check(json!({"deploymentConfiguration": {"maximumPercent": 150}, "propagateTags": "SERVICE"}), 1);
    check(json!({"taskDefinition": "web:1", "platformVersion": "LATEST"}), 1);
    check(json!({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}}), 1);
    check(json!({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-2"]}}}), 2);
    check(json!({"platformVersion": "1.4.0"}), 3);
    check(json!({"forceNewDeployment": true}), 4);
}

#[test]
fn a_newer_deployment_takes_the_place_of_one_under_way() {
    let mut bed = Bed::new();
    bed.create("web", 1, json!({}));
    bed.aws.advance(seconds(100));
    for pause in [5, 0] {
        bed.ok("RegisterTaskDefinition", definition("web"));
        bed.ok("UpdateService", json!({"cluster": "prod", "service": "web", "taskDefinition": "web"}));
        bed.aws.advance(seconds(pause));
    }
    check_story(
        &bed.watch("web", seconds(100)),
        "
            105 ACTIVE web:3 IN_PROGRESS 0+0 failed 0, web:2 IN_PROGRESS 0+1 failed 0, web:1 COMPLETED 1+0 failed 0
            106 ACTIVE web:3 IN_PROGRESS 0+1 failed 0, web:1 COMPLETED 1+0 failed 0
            126 ACTIVE web:3 IN_PROGRESS 1+0 failed 0, web:1 COMPLETED 1+0 failed 0
            167 ACTIVE web:3 IN_PROGRESS 1+0 failed 0, web:1 COMPLETED 0+0 failed 0
            170 ACTIVE web:3 COMPLETED 1+0 failed 0
        ",
    );
    let statuses: Vec<_> = bed.service("web").history.iter().map(|one| one.status.as_str()).collect();
    assert_eq!(statuses, ["SUCCESSFUL", "STOPPED", "SUCCESSFUL"]);
}
