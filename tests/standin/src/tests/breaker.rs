//! The circuit breaker, and the way back.

use serde_json::{Value, json};

use crate::testing::{Bed, check_story, checked, creation, definition, seconds, with};
use crate::{Behaviour, Health, Of};

fn breaker() -> Value {
    json!({"deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": true, "rollback": true}}})
}

/// A service whose first revision runs, and whose second is being deployed and behaves so.
fn updated(second: Behaviour) -> Bed {
    let mut bed = Bed::new();
    bed.create("web", 2, breaker());
    bed.aws.behave(Of::Revision("web:2/web".to_owned()), [second]);
    bed.aws.advance(seconds(100));
    bed.ok("RegisterTaskDefinition", definition("web"));
    bed.ok("UpdateService", json!({"cluster": "prod", "service": "web", "taskDefinition": "web:2"}));
    bed
}

#[test]
fn a_deployment_whose_tasks_die_is_rolled_back() {
    let mut bed = updated(Behaviour::exits(seconds(1), 1));
    check_story(
        &bed.watch("web", seconds(300)),
        "
            100 ACTIVE web:2 IN_PROGRESS 0+0 failed 0, web:1 COMPLETED 2+0 failed 0
            101 ACTIVE web:2 IN_PROGRESS 0+2 failed 0, web:1 COMPLETED 2+0 failed 0
            120 ACTIVE web:2 IN_PROGRESS 0+0 failed 2, web:1 COMPLETED 2+0 failed 0
            125 ACTIVE web:2 IN_PROGRESS 0+2 failed 2, web:1 COMPLETED 2+0 failed 0
            144 ACTIVE web:1 IN_PROGRESS 2+0 failed 0, web:2 FAILED 0+0 failed 4
            174 ACTIVE web:1 COMPLETED 2+0 failed 0
        ",
    );
    check_story(
        &bed.events("web").join("\n"),
        "
            1 (service web) has started 2 tasks: (task …) (task …).
            62 (service web) (deployment ecs-svc/…) deployment completed.
            62 (service web) has reached a steady state.
            101 (service web) has started 2 tasks: (task …) (task …).
            125 (service web) has started 2 tasks: (task …) (task …).
            144 (service web) is unable to consistently start tasks successfully.
            144 (service web) (deployment ecs-svc/…) deployment failed: tasks failed to start.
            144 (service web) rolling back to deployment ecs-svc/….
            174 (service web) (deployment ecs-svc/…) deployment completed.
            174 (service web) has reached a steady state.
        ",
    );
    let current = bed.service("web").history.last().unwrap();
    assert_eq!(current.status.as_str(), "ROLLBACK_SUCCESSFUL");
    assert_eq!(current.rollback.as_ref().map(|(_, at, _)| *at), Some(seconds(144)));
    let answer = bed.ok("DescribeServices", json!({"cluster": "prod", "services": ["web"]}));
    assert_eq!(answer["services"][0]["taskDefinition"], "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1");
}

#[test]
fn without_a_revision_to_go_back_to_a_deployment_stalls() {
    let mut bed = Bed::new();
    bed.aws.behave(Of::Image("web".to_owned()), [Behaviour::exits(seconds(1), 1)]);
    bed.create("web", 1, breaker());
    check_story(
        &bed.watch("web", seconds(300)),
        "
            0 ACTIVE web:1 IN_PROGRESS 0+0 failed 0
            1 ACTIVE web:1 IN_PROGRESS 0+1 failed 0
            20 ACTIVE web:1 IN_PROGRESS 0+0 failed 0
            21 ACTIVE web:1 IN_PROGRESS 0+0 failed 1
            26 ACTIVE web:1 IN_PROGRESS 0+1 failed 1
            45 ACTIVE web:1 IN_PROGRESS 0+0 failed 1
            46 ACTIVE web:1 IN_PROGRESS 0+0 failed 2
            51 ACTIVE web:1 IN_PROGRESS 0+1 failed 2
            70 ACTIVE web:1 IN_PROGRESS 0+0 failed 2
            71 ACTIVE web:1 FAILED 0+0 failed 3
        ",
    );
    assert_eq!(bed.service("web").history.last().unwrap().status.as_str(), "STOPPED");
}

#[test]
fn tasks_that_last_a_while_escape_the_breaker() {
    let mut bed = Bed::new();
    bed.aws.behave(Of::Image("web".to_owned()), [Behaviour::exits(seconds(5), 1)]);
    bed.create("web", 1, breaker());
    bed.aws.advance(seconds(400));
    let service = bed.service("web");
    let primary = service.deployments.first().unwrap();
    assert_eq!((primary.rollout.as_str(), primary.failed_tasks <= 1), ("IN_PROGRESS", true));
    assert_eq!(bed.aws.tasks().filter(|task| task.stop.is_some()).count(), 9);
}

#[test]
fn one_death_is_forgiven() {
    let mut bed = Bed::new();
    bed.aws.behave(Of::Container("web/web".to_owned()), [Behaviour::exits(seconds(1), 1), Behaviour::default()]);
    bed.create("web", 1, breaker());
    check_story(
        &bed.watch("web", seconds(200)),
        "
            0 ACTIVE web:1 IN_PROGRESS 0+0 failed 0
            1 ACTIVE web:1 IN_PROGRESS 0+1 failed 0
            20 ACTIVE web:1 IN_PROGRESS 0+0 failed 0
            21 ACTIVE web:1 IN_PROGRESS 0+0 failed 1
            26 ACTIVE web:1 IN_PROGRESS 0+1 failed 1
            46 ACTIVE web:1 IN_PROGRESS 1+0 failed 1
            50 ACTIVE web:1 IN_PROGRESS 1+0 failed 0
            87 ACTIVE web:1 COMPLETED 1+0 failed 0
        ",
    );
}

#[test]
fn health_checks_trip_the_breaker_too() {
    let mut bed = Bed::new();
    bed.aws.behave(Of::Image("web".to_owned()), [Behaviour::health(Health::Never)]);
    bed.ok("RegisterTaskDefinition", checked("web"));
    bed.ok("CreateService", with(creation("web", 1), breaker()));
    check_story(
        &bed.watch("web", seconds(400)),
        "
            0 ACTIVE web:1 IN_PROGRESS 0+0 failed 0
            1 ACTIVE web:1 IN_PROGRESS 0+1 failed 0
            21 ACTIVE web:1 IN_PROGRESS 1+0 failed 0
            55 ACTIVE web:1 IN_PROGRESS 0+0 failed 1
            60 ACTIVE web:1 IN_PROGRESS 0+1 failed 1
            80 ACTIVE web:1 IN_PROGRESS 1+0 failed 1
            114 ACTIVE web:1 IN_PROGRESS 0+0 failed 2
            119 ACTIVE web:1 IN_PROGRESS 0+1 failed 2
            139 ACTIVE web:1 IN_PROGRESS 1+0 failed 2
            173 ACTIVE web:1 FAILED 0+0 failed 3
        ",
    );
}

#[test]
fn somebody_can_ask_for_the_way_back() {
    let mut bed = updated(Behaviour::health(Health::Unknown));
    bed.aws.advance(seconds(10));
    let listed = bed.ok("ListServiceDeployments", json!({"cluster": "prod", "service": "web"}));
    let arn = listed["serviceDeployments"][0]["serviceDeploymentArn"].clone();
    bed.ok("StopServiceDeployment", json!({"serviceDeploymentArn": arn, "stopType": "ROLLBACK"}));
    check_story(
        &bed.watch("web", seconds(100)),
        "
            110 ACTIVE web:2 IN_PROGRESS 0+2 failed 0, web:1 COMPLETED 2+0 failed 0
            111 ACTIVE web:1 IN_PROGRESS 2+0 failed 0, web:2 FAILED 0+0 failed 0
            141 ACTIVE web:1 COMPLETED 2+0 failed 0
        ",
    );
    let input = json!({"serviceDeploymentArns": [arn]});
    let answer = bed.ok("DescribeServiceDeployments", input);
    let deployment = &answer["serviceDeployments"][0];
    assert_eq!(deployment["status"], "ROLLBACK_SUCCESSFUL");
    let revision = deployment["rollback"]["serviceRevisionArn"].clone();
    let answer = bed.ok("DescribeServiceRevisions", json!({"serviceRevisionArns": [revision]}));
    let definition = &answer["serviceRevisions"][0]["taskDefinition"];
    assert_eq!(*definition, "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1");
    let again = bed.ecs("StopServiceDeployment", json!({"serviceDeploymentArn": arn}));
    assert!(again.unwrap_err().starts_with("ConflictException"));
}
