//! Tasks: their phases, their containers and why they stop.

use serde_json::{Value, json};

use crate::testing::{Bed, check_story, seconds};
use crate::{Behaviour, Health, Of, Pull};

/// Runs a task of the containers `app` and `db`, where `app` waits for `db`, for ten minutes.
fn together(db: Value, condition: &str, behaviours: Vec<(&str, Behaviour)>) -> String {
    let mut bed = Bed::new();
    let base = json!({"name": "db", "image": "db", "essential": false});
    let db = crate::testing::with(base, db);
    let app = json!({"name": "app", "image": "app", "dependsOn": [{"containerName": "db", "condition": condition}]});
    for (name, behaviour) in behaviours {
        bed.aws.behave(Of::Container(format!("shop/{name}")), [behaviour]);
    }
    let definition = json!({
        "family": "shop",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [app, db],
    });
    bed.ok("RegisterTaskDefinition", definition);
    let network = json!({"awsvpcConfiguration": {"subnets": ["subnet-1"]}});
    let run = json!({
        "cluster": "prod",
        "taskDefinition": "shop",
        "launchType": "FARGATE",
        "networkConfiguration": network,
    });
    bed.ok("RunTask", run);
    bed.watch_task(seconds(600))
}

fn check() -> Value {
    json!({"healthCheck": {"command": ["CMD", "true"], "interval": 10, "retries": 2}})
}

#[test]
fn a_container_waits_for_the_start_of_another() {
    let app = Behaviour::exits(seconds(20), 0);
    check_story(&together(json!({}), "START", vec![("app", app)]), "
            0 PROVISIONING app pending, db pending
            9 PENDING app pending, db pending
            19 ACTIVATING app pending, db pending
            21 RUNNING app running, db running
            39 STOPPING app stopped 0, db running (EssentialContainerExited: Essential container in task exited)
            40 DEPROVISIONING app stopped 0, db stopped 143 (EssentialContainerExited: Essential container in task exited)
            50 STOPPED app stopped 0, db stopped 143 (EssentialContainerExited: Essential container in task exited)
        ");
}

#[test]
fn a_container_waits_for_the_success_of_another() {
    check_story(
        &together(json!({}), "SUCCESS", vec![]),
        "
            0 PROVISIONING app pending, db pending
            9 PENDING app pending, db pending
            23 PENDING app pending, db stopped 0
            24 ACTIVATING app pending, db stopped 0
            26 RUNNING app running, db stopped 0
            29 DEPROVISIONING app stopped 0, db stopped 0 (EssentialContainerExited: Essential container in task exited)
            39 STOPPED app stopped 0, db stopped 0 (EssentialContainerExited: Essential container in task exited)
        ",
    );
}

#[test]
fn a_container_never_starts_when_what_it_waits_for_failed() {
    check_story(
        &together(json!({}), "SUCCESS", vec![("db", Behaviour::exits(seconds(1), 7))]),
        "
            0 PROVISIONING app pending, db pending
            9 PENDING app pending, db pending
            19 DEPROVISIONING app stopped, db stopped 7 (TaskFailedToStart: Task failed to start)
            29 STOPPED app stopped, db stopped 7 (TaskFailedToStart: Task failed to start)
        ",
    );
}

#[test]
fn complete_asks_for_the_end_alone() {
    check_story(
        &together(json!({}), "COMPLETE", vec![("db", Behaviour::exits(seconds(1), 7))]),
        "
            0 PROVISIONING app pending, db pending
            9 PENDING app pending, db pending
            19 PENDING app pending, db stopped 7
            20 ACTIVATING app pending, db stopped 7
            22 RUNNING app running, db stopped 7
            25 DEPROVISIONING app stopped 0, db stopped 7 (EssentialContainerExited: Essential container in task exited)
            35 STOPPED app stopped 0, db stopped 7 (EssentialContainerExited: Essential container in task exited)
        ",
    );
}

#[test]
fn a_container_waits_until_another_is_healthy() {
    check_story(&together(check(), "HEALTHY", vec![]), "
            0 PROVISIONING app pending, db pending
            9 PENDING app pending, db pending
            28 PENDING app pending, db pending healthy
            29 ACTIVATING app pending, db pending healthy
            31 RUNNING app running, db running healthy
            34 STOPPING app stopped 0, db running healthy (EssentialContainerExited: Essential container in task exited)
            35 DEPROVISIONING app stopped 0, db stopped healthy 143 (EssentialContainerExited: Essential container in task exited)
            45 STOPPED app stopped 0, db stopped healthy 143 (EssentialContainerExited: Essential container in task exited)
        ");
}

#[test]
fn the_start_timeout_of_what_is_waited_for_ends_the_wait() {
    let db = crate::testing::with(check(), json!({"startTimeout": 60}));
    check_story(
        &together(db, "HEALTHY", vec![("db", Behaviour::health(Health::Never))]),
        "
            0 PROVISIONING app pending, db pending
            9 PENDING app pending, db pending
            38 PENDING app pending, db pending unhealthy
            78 STOPPING app stopped, db running unhealthy (TaskFailedToStart: Task failed to start)
            79 DEPROVISIONING app stopped, db stopped unhealthy 143 (TaskFailedToStart: Task failed to start)
            89 STOPPED app stopped, db stopped unhealthy 143 (TaskFailedToStart: Task failed to start)
        ",
    );
}

#[test]
fn without_a_start_timeout_a_task_stays_pending() {
    check_story(
        &together(check(), "HEALTHY", vec![("db", Behaviour::health(Health::Never))]),
        "
            0 PROVISIONING app pending, db pending
            9 PENDING app pending, db pending
            38 PENDING app pending, db pending unhealthy
        ",
    );
}

#[test]
fn an_image_that_cannot_be_pulled_stops_the_task() {
    check_story(&together(json!({}), "START", vec![("app", Behaviour::pulls(Pull::NotFound))]), "
            0 PROVISIONING app pending, db pending
            9 PENDING app pending, db pending
            17 DEPROVISIONING app stopped, db stopped (TaskFailedToStart: CannotPullContainerError: ref pull has been retried 5 time(s): failed to resolve reference \"app\": app: not found)
            27 STOPPED app stopped, db stopped (TaskFailedToStart: CannotPullContainerError: ref pull has been retried 5 time(s): failed to resolve reference \"app\": app: not found)
        ");
}

#[test]
fn a_task_that_cannot_be_initialised_never_pulls() {
    let reason = "unable to pull secrets or registry auth: execution resource retrieval failed: AccessDeniedException";
    check_story(&together(json!({}), "START", vec![("db", Behaviour::uninitialized(reason))]), "
            0 PROVISIONING app pending, db pending
            9 DEPROVISIONING app pending, db pending (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: AccessDeniedException)
            19 STOPPED app stopped, db stopped (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: AccessDeniedException)
        ");
}

#[test]
fn a_container_that_cannot_start_stops_the_task() {
    let reason = "CannotStartContainerError: Error response from daemon: exec: \"serve\": executable file not found";
    check_story(&together(json!({}), "START", vec![("app", Behaviour::unstartable(reason))]), "
            0 PROVISIONING app pending, db pending
            9 PENDING app pending, db pending
            19 STOPPING app stopped, db running (TaskFailedToStart: CannotStartContainerError: Error response from daemon: exec: \"serve\": executable file not found)
            20 DEPROVISIONING app stopped, db stopped 143 (TaskFailedToStart: CannotStartContainerError: Error response from daemon: exec: \"serve\": executable file not found)
            30 STOPPED app stopped, db stopped 143 (TaskFailedToStart: CannotStartContainerError: Error response from daemon: exec: \"serve\": executable file not found)
        ");
}

#[test]
fn a_container_that_does_not_listen_is_killed() {
    let db = Behaviour::default().stops(seconds(90), 0);
    check_story(&together(json!({"stopTimeout": 10}), "START", vec![("db", db)]), "
            0 PROVISIONING app pending, db pending
            9 PENDING app pending, db pending
            19 ACTIVATING app pending, db pending
            21 RUNNING app running, db running
            24 STOPPING app stopped 0, db running (EssentialContainerExited: Essential container in task exited)
            34 DEPROVISIONING app stopped 0, db stopped 137 (EssentialContainerExited: Essential container in task exited)
            44 STOPPED app stopped 0, db stopped 137 (EssentialContainerExited: Essential container in task exited)
        ");
}
