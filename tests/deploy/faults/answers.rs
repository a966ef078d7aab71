//! Calls that AWS throttles, refuses, or does not answer.

use compose2ecs::deploy::options::{Rollback, UpOptions, Waiting};
use compose2ecs_standin::{Applied, EmptyPages, Fault, Request, Settings};
use serde_json::json;
use tokio::time::Instant;

use super::{WEB, WEB_2, WITH_JOB, first, running, second, seconds};
use crate::bed::Bed;

#[tokio::test(start_paused = true)]
async fn f01_throttled_looks_are_invisible() {
    let (_, calm) = first(|_| ()).await;
    let (bed, run) =
        first(|aws| aws.faults().on("DescribeServices").during(seconds(0)..seconds(60)).every(2).then(Fault::Throttle))
            .await;
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.changes(), ["RegisterTaskDefinition", "CreateService"]);
    assert_eq!(run.told("warning"), 0, "{run:#?}");
    let answered = |run: &crate::bed::Run| run.calls_of("DescribeServices").filter(|call| call.applied).count();
    assert!(answered(&run) < answered(&calm), "{} < {}", answered(&run), answered(&calm));
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f01_looks_are_further_apart_while_all_are_throttled() {
    let throttled = seconds(20)..seconds(320);
    let (bed, run) =
        first(|aws| aws.faults().on("DescribeServices").during(throttled.clone()).then(Fault::Throttle)).await;
    assert_eq!((run.exit, run.told("warning")), (0, 0), "{run:#?}");
    // Each look is tried five times by the SDK; a look every 5 seconds would make 300.
    let calls = run.calls_of("DescribeServices").filter(|call| throttled.contains(&call.at)).count();
    assert!(calls <= 60, "{calls}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f02_throttled_changes_are_made_once() {
    let (bed, run) = first(|aws| {
        aws.faults().on("CreateService").first(4).then(Fault::Throttle);
        aws.faults().on("RegisterTaskDefinition").first(4).then(Fault::Throttle);
    })
    .await;
    assert_eq!((run.exit, bed.revisions("shop-web")), (0, 1), "{run:#?}");
    assert_eq!((run.calls_of("CreateService").count(), run.different("CreateService", "clientToken")), (5, 1));
    bed.check_converges(WEB).await;
    let (bed, run) = second(|aws| aws.faults().on("UpdateService").first(4).then(Fault::Throttle)).await;
    assert_eq!((run.exit, run.calls_of("UpdateService").filter(|call| call.applied).count()), (0, 1), "{run:#?}");
    bed.check_converges(WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f03_a_service_whose_making_was_not_answered_is_made_once() {
    let (bed, run) =
        first(|aws| aws.faults().on("CreateService").nth(1).then(Fault::Timeout { applied: Applied::Yes })).await;
    assert_eq!((run.exit, bed.services().len()), (0, 1), "{run:#?}");
    assert_eq!((run.calls_of("CreateService").count(), run.different("CreateService", "clientToken")), (2, 1));
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f04_a_service_that_was_not_made_is_made() {
    let (bed, run) =
        first(|aws| aws.faults().on("CreateService").nth(1).then(Fault::Timeout { applied: Applied::No })).await;
    assert_eq!((run.exit, bed.services().len()), (0, 1), "{run:#?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f05_a_revision_whose_registration_was_not_answered_is_found() {
    let (bed, run) =
        first(|aws| aws.faults().on("RegisterTaskDefinition").nth(1).then(Fault::Reset { applied: Applied::Yes }))
            .await;
    assert_eq!((run.exit, bed.revisions("shop-web")), (0, 1), "{run:#?}");
    bed.check_converges(WEB).await;
}

/// ECS has one error for many refusals: only its sentence says that there is no revision.
#[tokio::test(start_paused = true)]
async fn f05_a_revision_that_cannot_be_looked_at_is_not_taken_for_none() {
    let bed = running().await;
    let refused = Fault::error("ClientException", "The request could not be handled.");
    bed.aws(|aws| aws.faults().on("DescribeTaskDefinition").first(2).then(refused));
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((run.exit, run.changes()), (1, vec![]), "{run:#?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f06_a_change_that_was_not_answered_is_made_once() {
    let (bed, run) =
        second(|aws| aws.faults().on("UpdateService").nth(1).then(Fault::Reset { applied: Applied::Yes })).await;
    assert_eq!((run.exit, run.calls_of("UpdateService").count()), (0, 1), "{run:#?}");
    assert_eq!(bed.aws(|aws| aws.service("shop", "shop-web").unwrap().history.len()), 2);
    bed.check_converges(WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f05_what_was_made_just_now_gets_what_else_is_wanted() {
    let bed = Bed::with(Settings { describe_lag: seconds(20), list_lag: seconds(20), ..Settings::default() });
    let hasty = UpOptions { waiting: Waiting::Disabled, rollback: Rollback::Disabled, ..UpOptions::default() };
    assert_eq!(bed.up(WEB, &hasty).await.exit, 0);
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.changes().last(), Some(&"UpdateService"), "{run:#?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f13_a_new_service_may_be_unknown_for_a_while() {
    let bed = Bed::with(Settings { describe_lag: seconds(20), list_lag: seconds(20), ..Settings::default() });
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((run.exit, run.calls_of("CreateService").count()), (0, 1), "{run:#?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f13_a_service_that_the_run_before_made_may_be_unknown_too() {
    let bed = Bed::with(Settings { describe_lag: seconds(20), list_lag: seconds(20), ..Settings::default() });
    let made = crate::bed::Interruption::AskAfter(seconds(3));
    let run = bed.up_until(&crate::bed::release(WEB), &UpOptions::default(), made).await;
    assert_eq!((run.exit, run.changes()), (130, vec!["RegisterTaskDefinition", "CreateService"]), "{run:#?}");
    bed.up_well(WEB).await;
    assert_eq!(bed.services(), ["shop-web"]);
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f38_two_registrations_at_once_are_made_one_after_the_other() {
    let (bed, run) =
        first(|aws| aws.faults().on("RegisterTaskDefinition").first(2).then(Fault::concurrent_revisions())).await;
    assert_eq!((run.exit, bed.revisions("shop-web")), (0, 1), "{run:#?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f39_a_quota_is_not_asked_twice() {
    let began = Instant::now();
    let (bed, run) = first(|aws| aws.faults().on("RegisterTaskDefinition").then(Fault::limit())).await;
    assert_eq!((run.exit, run.changes(), bed.services().len()), (1, vec!["RegisterTaskDefinition"], 0));
    let error = run.outcome.as_ref().unwrap().error.clone().unwrap();
    assert!(error.contains("LimitExceededException: The limit for the resource was exceeded."), "{error}");
    assert!(began.elapsed() < seconds(10));
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f44_all_pages_are_read() {
    let bed = Bed::with(Settings { empty_pages: EmptyPages::First, ..Settings::default() });
    bed.up_well("  s0: {image: 'app:1'}\n").await;
    // The others of the project are like it.
    let service = |number: u32| {
        json!({"cluster": "shop", "serviceName": format!("shop-s{number}"), "taskDefinition": "shop-s0", "desiredCount": 1,
            "launchType": "FARGATE", "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
            "tags": [{"key": "compose2ecs:project", "value": "shop"}]})
    };
    for number in 1..230 {
        bed.somebody("CreateService", &service(number));
    }
    let release = crate::bed::release("  s0: {image: 'app:1'}\n");
    let orphans = compose2ecs::deploy::observe::observe(&bed.reader, &release).await.unwrap().orphans;
    let names: std::collections::BTreeSet<_> = orphans.iter().map(|orphan| &orphan.service_name).collect();
    assert_eq!((orphans.len(), names.len()), (229, 229));
}

#[tokio::test(start_paused = true)]
async fn f44_all_tasks_that_ended_are_looked_at() {
    let bed = Bed::with(Settings { empty_pages: EmptyPages::First, ..Settings::default() });
    bed.up_well(WEB).await;
    let stopped = "STOPPED";
    bed.aws(|aws| {
        for _ in 0..120 {
            let run = json!({"cluster": "shop", "taskDefinition": "shop-web", "launchType": "FARGATE", "count": 10,
                "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}});
            aws.somebody(&Request::ecs("RunTask", &run)).unwrap();
        }
    });
    tokio::time::sleep(seconds(600)).await;
    let family = (None, Some("shop-web"));
    let tasks = compose2ecs::deploy::observe::tasks(&bed.reader, "shop", family, stopped).await.unwrap();
    let arns: std::collections::BTreeSet<_> = tasks.iter().map(|task| &task.task_arn).collect();
    assert_eq!((tasks.len(), arns.len()), (1200, 1200));
}

#[tokio::test(start_paused = true)]
async fn f45_troubles_of_aws_pass() {
    let operations = [
        "DescribeClusters",
        "DescribeServices",
        "DescribeTaskDefinition",
        "ListServices",
        "ListTasks",
        "DescribeTasks",
        "RegisterTaskDefinition",
        "CreateService",
        "UpdateService",
        "RunTask",
        "TagResource",
    ];
    for fault in [Fault::server(), Fault::Status { status: 503, body: "<html>".to_owned() }, Fault::Truncated] {
        let bed = running().await;
        bed.aws(|aws| {
            for operation in operations {
                aws.faults().on(operation).first(2).then(fault.clone());
            }
        });
        let run = bed.up(WITH_JOB, &UpOptions::default()).await;
        assert_eq!((run.exit, bed.services().len()), (0, 1), "{fault:?} {run:#?}");
        assert_eq!((bed.revisions("shop-web"), bed.revisions("shop-migrate")), (2, 1), "{fault:?} {run:#?}");
        assert_eq!(run.told("html"), 0, "{run:#?}");
        bed.check_converges(WITH_JOB).await;
    }
}
