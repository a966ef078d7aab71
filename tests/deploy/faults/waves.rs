//! Waves, one-off tasks and interruptions.

use compose2ecs::deploy::options::{MissingCluster, UpOptions};
use compose2ecs::deploy::outcome::UnitOutcome;
use compose2ecs_standin::{Applied, Aws, Behaviour, Deed, Fault, Of, Request};
use serde_json::{Value, json};

use super::{WEB, WITH_JOB, running, seconds};
use crate::bed::{Bed, Interruption, release};

#[tokio::test(start_paused = true)]
async fn f20_who_stops_waiting_stops_nothing_else() {
    let bed = Bed::new();
    let services = format!("{WEB}  api: {{image: 'app:1', depends_on: [web]}}\n");
    let stop = Interruption::AskAfter(seconds(8));
    let run = bed.up_until(&release(&services), &UpOptions::default(), stop).await;
    assert_eq!(run.exit, 130, "{run:#?}");
    assert_eq!(run.changes(), ["RegisterTaskDefinition", "RegisterTaskDefinition", "CreateService"]);
    bed.check_converges(&services).await;
}

#[tokio::test(start_paused = true)]
async fn f20_a_call_that_is_on_its_way_comes_to_its_end() {
    let bed = Bed::new();
    bed.aws(|aws| aws.faults().on("CreateService").then(Fault::Delay(seconds(6))));
    let services = format!("{WEB}  api: {{image: 'app:1', depends_on: [web]}}\n");
    // The cluster, the services, two families, all services, two registrations: then the service is made.
    let stop = Interruption::AskAt(8);
    let run = bed.up_until(&release(&services), &UpOptions::default(), stop).await;
    assert_eq!((run.exit, run.unit("web")), (130, &UnitOutcome::Interrupted), "{run:#?}");
    assert_eq!(run.changes(), ["RegisterTaskDefinition", "RegisterTaskDefinition", "CreateService"]);
    assert!(run.outcome.as_ref().unwrap().changed);
    bed.check_converges(&services).await;
}

#[tokio::test(start_paused = true)]
async fn f21_a_revision_that_a_killed_run_left_is_used_by_the_next() {
    let bed = running().await;
    let services = "  web: {image: 'nginx:2'}\n";
    // Cluster, service, two revisions, orphans, and the registration.
    let run = bed.up_until(&release(services), &UpOptions::default(), Interruption::KillAt(6)).await;
    assert_eq!((run.exit, run.changes()), (137, vec!["RegisterTaskDefinition"]), "{run:#?}");
    let run = bed.up_well(services).await;
    assert_eq!((run.changes(), bed.revisions("shop-web")), (vec!["UpdateService"], 2));
    bed.check_converges(services).await;
}

#[tokio::test(start_paused = true)]
async fn f26_what_needs_a_failure_is_not_started() {
    let services = "
  db: {image: 'redis:7'}
  bad: {image: 'nginx:1', depends_on: [db]}
  good: {image: 'app:1', depends_on: [db]}
  web: {image: 'app:1', depends_on: [bad, good]}
  top: {image: 'app:1', depends_on: [web]}
";
    let bed = Bed::new();
    bed.aws(|aws| aws.behave(Of::Image("nginx:1".to_owned()), [Behaviour::exits(seconds(1), 1)]));
    let run = bed.up(services, &UpOptions::default()).await;
    assert_eq!(run.exit, 3, "{run:#?}");
    assert_eq!((run.unit("db"), run.unit("good")), (&UnitOutcome::Deployed, &UnitOutcome::Deployed));
    assert_eq!(*run.unit("web"), UnitOutcome::NotStarted("bad".to_owned()));
    assert_eq!(*run.unit("top"), UnitOutcome::NotStarted("web".to_owned()));
    let made: Vec<_> = run.calls_of("CreateService").map(|call| call.input["serviceName"].clone()).collect();
    assert_eq!(made, ["shop-db", "shop-bad", "shop-good"]);
    bed.check_converges(services).await;
}

#[tokio::test(start_paused = true)]
async fn f27_a_cluster_that_is_not_there_is_made_when_asked_for() {
    let bed = Bed::new();
    bed.somebody("CreateCluster", &json!({"clusterName": "staging"}));
    bed.somebody("DeleteCluster", &json!({"cluster": "shop"}));
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((run.exit, run.changes()), (1, vec![]));
    let [problem] = &*run.problems else { panic!("{run:#?}") };
    assert!(problem.message.contains("there is no cluster `shop`"), "{problem:?}");
    let hint = problem.hint.as_ref().unwrap();
    assert!(hint.contains("--create-cluster") && hint.contains("staging"), "{problem:?}");
    let create = UpOptions { missing_cluster: MissingCluster::Created, ..UpOptions::default() };
    let run = bed.up(WEB, &create).await;
    assert_eq!(run.exit, 0, "{run:#?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f27_a_cluster_that_somebody_deletes_is_said_to_be_gone() {
    let bed = Bed::new();
    bed.aws(|aws| {
        let fault = Fault::error("ClusterNotFoundException", "Cluster not found.");
        aws.faults().on("DescribeServices").from(4).then(fault);
    });
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((run.exit, run.told("cluster `shop` was deleted")), (1, 1), "{run:#?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f33_a_task_that_finds_no_place_is_waited_for_and_then_said_why() {
    let failures = [
        ("RESOURCE:MEMORY", "no instance has enough memory left: RESOURCE:MEMORY"),
        ("AGENT", "the agent of the instance is not connected: AGENT"),
    ];
    for (reason, why) in failures {
        let bed = Bed::new();
        let answer = json!({"tasks": [], "failures": [{"arn": "arn:aws:ecs:instance", "reason": reason}]});
        bed.aws(|aws| aws.faults().on("RunTask").first(3).then(Fault::Answer(answer.clone())));
        let run = bed.up_well(WITH_JOB).await;
        assert_eq!((run.calls_of("RunTask").count(), run.told(why)), (4, 3), "{run:#?}");
        assert_eq!(run.different("RunTask", "clientToken"), 4);

        let bed = Bed::new();
        bed.aws(|aws| aws.faults().on("RunTask").then(Fault::Answer(answer)));
        let run = bed.up(WITH_JOB, &UpOptions { timeout: Some(seconds(60)), ..UpOptions::default() }).await;
        assert_eq!((run.exit, run.unit("migrate")), (1, &UnitOutcome::Refused(why.to_owned())), "{run:#?}");
        assert_eq!(*run.unit("web"), UnitOutcome::NotStarted("migrate".to_owned()));
        bed.check_converges(WITH_JOB).await;
    }
}

#[tokio::test(start_paused = true)]
async fn f33_a_call_that_started_nothing_is_a_failure() {
    let bed = Bed::new();
    bed.aws(|aws| aws.faults().on("RunTask").then(Fault::Answer(json!({"tasks": [], "failures": []}))));
    let run = bed.up(WITH_JOB, &UpOptions::default()).await;
    let why = "ECS took the call, and started no task".to_owned();
    assert_eq!((run.exit, run.unit("migrate")), (1, &UnitOutcome::Refused(why)), "{run:#?}");
    assert_eq!(run.calls_of("RunTask").count(), 1);
    bed.check_converges(WITH_JOB).await;
}

/// How many one-off tasks were started.
fn started(bed: &Bed) -> usize {
    bed.aws(|aws| aws.tasks().filter(|task| task.revision.family == "shop-migrate").count())
}

#[tokio::test(start_paused = true)]
async fn f34_a_task_whose_start_was_not_answered_is_started_once() {
    for fault in [Fault::Reset { applied: Applied::Yes }, Fault::Timeout { applied: Applied::Yes }, Fault::Truncated] {
        let bed = Bed::new();
        bed.aws(|aws| aws.faults().on("RunTask").first(2).then(fault.clone()));
        let run = bed.up(WITH_JOB, &UpOptions::default()).await;
        assert_eq!((run.exit, started(&bed)), (0, 1), "{fault:?} {run:#?}");
        assert_eq!(run.different("RunTask", "clientToken"), 1);
        bed.check_converges(WITH_JOB).await;
    }
}

#[tokio::test(start_paused = true)]
async fn f34_a_task_that_ecs_says_was_started_before_is_the_one() {
    let bed = Bed::new();
    bed.aws(|aws| {
        aws.faults().on("RunTask").nth(1).then(Fault::Reset { applied: Applied::Yes });
        let message = "The client token was used before, by a call with other parameters.";
        aws.faults().on("RunTask").nth(2).then(Fault::error("ConflictException", message));
    });
    let run = bed.up_well(WITH_JOB).await;
    assert_eq!((run.calls_of("RunTask").count(), started(&bed)), (2, 1), "{run:#?}");
    bed.check_converges(WITH_JOB).await;
}

#[tokio::test(start_paused = true)]
async fn f34_a_task_that_a_killed_run_left_running_is_the_one() {
    let bed = Bed::new();
    bed.aws(|aws| aws.faults().on("RunTask").nth(1).then(Fault::Delay(seconds(5))));
    let ran = Interruption::AskAfter(seconds(3));
    let run = bed.up_until(&release(WITH_JOB), &UpOptions::default(), ran).await;
    assert_eq!((run.exit, started(&bed)), (130, 1), "{run:#?}");
    let run = bed.up_well(WITH_JOB).await;
    assert_eq!((run.calls_of("RunTask").count(), started(&bed)), (0, 1), "{run:#?}");
    bed.check_converges(WITH_JOB).await;
}

#[tokio::test(start_paused = true)]
async fn f36_a_migration_that_fails_holds_the_rest_back() {
    let bed = Bed::new();
    let behaviour = Behaviour::exits(seconds(2), 7).says(seconds(1), "relation does not exist");
    bed.aws(|aws| aws.behave(Of::Image("app:1".to_owned()), [behaviour]));
    let run = bed.up(WITH_JOB, &UpOptions::default()).await;
    assert_eq!(run.exit, 3, "{run:#?}");
    let UnitOutcome::Failed(failure) = run.unit("migrate") else { panic!("{run:#?}") };
    assert_eq!((failure.exit_code, &*failure.lines), (Some(7), &["relation does not exist".to_owned()][..]));
    assert_eq!(*run.unit("web"), UnitOutcome::NotStarted("migrate".to_owned()));
    assert_eq!(run.calls_of("CreateService").count(), 0);
    bed.check_converges(WITH_JOB).await;
}

#[tokio::test(start_paused = true)]
async fn f36_a_migration_that_fails_leaves_the_old_version_as_it_is() {
    let bed = Bed::new();
    bed.up_well(WITH_JOB).await;
    let next = WITH_JOB.replace("app:1", "nginx:2");
    bed.aws(|aws| aws.behave(Of::Container("shop-migrate/migrate".to_owned()), [Behaviour::exits(seconds(2), 1)]));
    let run = bed.up(&next, &UpOptions::default()).await;
    assert_eq!(run.exit, 3, "{run:#?}");
    assert_eq!(run.changes(), ["RegisterTaskDefinition", "RegisterTaskDefinition", "RunTask"]);
    assert_eq!(bed.aws(|aws| aws.service("shop", "shop-web").unwrap().revision.number), 1);
    bed.aws(|aws| aws.behave(Of::Container("shop-migrate/migrate".to_owned()), [Behaviour::default()]));
    bed.check_converges(&next).await;
}

#[tokio::test(start_paused = true)]
async fn f36_a_migration_of_which_one_task_fails_has_failed() {
    let services = "
  migrate: {image: 'app:1', command: migrate, deploy: {mode: replicated-job, replicas: 3}}
  web: {image: 'nginx:1', depends_on: {migrate: {condition: service_completed_successfully}}}
";
    let bed = Bed::new();
    let behaviours = [Behaviour::default(), Behaviour::default(), Behaviour::exits(seconds(30), 9)];
    bed.aws(|aws| aws.behave(Of::Image("app:1".to_owned()), behaviours));
    let run = bed.up(services, &UpOptions::default()).await;
    let UnitOutcome::Failed(failure) = run.unit("migrate") else { panic!("{run:#?}") };
    assert_eq!((run.exit, failure.exit_code, started(&bed)), (3, Some(9), 3), "{run:#?}");
    bed.check_converges(services).await;
}

/// What somebody does to the one-off task of the project.
fn once_running(deed: impl Fn(&mut Aws, &Value) + Send + Sync + 'static) -> Deed {
    Deed::new(move |aws: &mut Aws| {
        let list = json!({"cluster": "shop", "family": "shop-migrate"});
        let tasks = aws.somebody(&Request::ecs("ListTasks", &list)).unwrap();
        deed(aws, tasks.pointer("/taskArns/0").unwrap());
    })
}

#[tokio::test(start_paused = true)]
async fn f36_a_migration_that_somebody_stops_has_failed() {
    let bed = Bed::new();
    bed.aws(|aws| {
        aws.behave(Of::Image("app:1".to_owned()), [Behaviour::exits(seconds(60), 0)]);
        let deed = once_running(|aws, arn| {
            aws.somebody(&Request::ecs("StopTask", &json!({"cluster": "shop", "task": arn}))).unwrap();
        });
        aws.at(seconds(40), deed);
    });
    let run = bed.up(WITH_JOB, &UpOptions::default()).await;
    assert_eq!((run.exit, run.calls_of("CreateService").count()), (3, 0), "{run:#?}");
    bed.check_converges(WITH_JOB).await;
}
