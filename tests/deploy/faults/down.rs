//! Taking a project away.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use compose2ecs::deploy::down::{order, remains, take_away};
use compose2ecs::deploy::error::CallError;
use compose2ecs::deploy::options::{UpOptions, Waiting};
use compose2ecs::deploy::sdk::Writer;
use compose2ecs_standin::{Fault, ServiceStatus};
use serde_json::json;

use super::{WEB, WITH_JOB, running, seconds};
use crate::bed::Bed;

/// Takes the project away; what is still there after a while.
async fn down(bed: &Bed) -> Result<BTreeSet<String>, CallError> {
    let found = remains(&bed.reader, "shop", "shop").await?;
    let layers = order(&found, &BTreeMap::from([("web".to_owned(), 0)]));
    let writer = Writer::new(bed.reader.clone());
    let mut told = |_: &str| {};
    take_away(&writer, "shop", (&layers, &found.tasks), (Some(Duration::from_mins(10)), &mut told)).await
}

/// The services that are not gone.
fn left(bed: &Bed) -> Vec<String> {
    bed.aws(|aws| {
        let left = aws.services().filter(|service| service.status != ServiceStatus::Inactive);
        left.map(|service| service.key.name.clone()).collect()
    })
}

#[tokio::test(start_paused = true)]
async fn f47_two_that_take_it_away_at_once_both_succeed() {
    let bed = running().await;
    let colleague = bed.colleague();
    let (one, other) = tokio::join!(down(&bed), down(&colleague));
    assert_eq!((one, other, left(&bed)), (Ok(BTreeSet::new()), Ok(BTreeSet::new()), vec![]));
}

#[tokio::test(start_paused = true)]
async fn f47_what_was_taken_away_can_be_taken_away_again() {
    let bed = running().await;
    assert_eq!(down(&bed).await, Ok(BTreeSet::new()));
    let calls = bed.aws(|aws| aws.mutations().count());
    assert_eq!(down(&bed).await, Ok(BTreeSet::new()));
    assert_eq!(bed.aws(|aws| aws.mutations().count()), calls);
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f47_what_is_being_deployed_is_taken_away_too() {
    let bed = running().await;
    let detached = UpOptions { waiting: Waiting::Disabled, ..UpOptions::default() };
    assert_eq!(bed.up("  web: {image: 'nginx:2'}\n", &detached).await.exit, 0);
    bed.aws(|aws| aws.faults().on("DeleteService").first(3).then(Fault::deployments_active()));
    assert_eq!(down(&bed).await, Ok(BTreeSet::new()));
    assert_eq!(left(&bed), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn f47_what_others_have_stays() {
    let bed = running().await;
    for (name, tags) in
        [("shop-other", json!([])), ("desk-web", json!([{"key": "compose2ecs:project", "value": "desk"}]))]
    {
        let service = json!({"cluster": "shop", "serviceName": name, "taskDefinition": "shop-web", "desiredCount": 1,
            "launchType": "FARGATE", "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
            "tags": tags});
        bed.somebody("CreateService", &service);
    }
    assert_eq!(down(&bed).await, Ok(BTreeSet::new()));
    assert_eq!(left(&bed), ["desk-web", "shop-other"]);
}

#[tokio::test(start_paused = true)]
async fn f47_a_task_that_runs_is_told_to_end() {
    let bed = Bed::new();
    let detached = UpOptions { waiting: Waiting::Disabled, ..UpOptions::default() };
    let only_job = WITH_JOB
        .lines()
        .take(2)
        .collect::<Vec<_>>()
        .join("\n")
        .replace("command: migrate", "deploy: {mode: replicated-job}");
    assert_eq!(bed.up(&format!("{only_job}\n"), &detached).await.exit, 0);
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(down(&bed).await, Ok(BTreeSet::new()));
    let told = bed.aws(|aws| aws.tasks().filter(|task| task.stop.is_some()).count());
    assert_eq!((told, left(&bed).len()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn f47_answers_that_are_lost_do_not_keep_it() {
    for operation in ["DeleteService", "DescribeServices", "ListServices", "ListTasks"] {
        let bed = running().await;
        bed.aws(|aws| {
            let applied = compose2ecs_standin::Applied::Yes;
            aws.faults().on(operation).first(2).then(Fault::Reset { applied });
        });
        assert_eq!((down(&bed).await, left(&bed)), (Ok(BTreeSet::new()), vec![]), "{operation}");
    }
}
