//! What the flags of `up` change.

use compose2ecs::deploy::options::{
    Adoption, Dependencies, Jobs, OnFailure, Orphans, Recreation, Rollback, UpOptions, Waiting,
};
use compose2ecs::deploy::outcome::UnitOutcome;
use compose2ecs_standin::{Behaviour, Of, Pull};
use serde_json::{Value, json};

use crate::bed::{Bed, Run};

const WEB: &str = "  web: {image: 'nginx:1'}\n";
const WEB_2: &str = "  web: {image: 'nginx:2'}\n";
const CHAIN: &str = "
  db: {image: 'redis:7'}
  api: {image: 'api:1', depends_on: [db]}
  web: {image: 'nginx:1', depends_on: [api]}
";
const WITH_JOB: &str = "
  migrate: {image: 'app:1', command: migrate}
  web: {image: 'app:1', depends_on: {migrate: {condition: service_completed_successfully}}}
";

/// A container that never starts.
fn cannot_start() -> Behaviour {
    Behaviour { pull: Pull::NotFound, ..Behaviour::default() }
}

/// What the calls of an operation say of a place in their inputs.
fn said(run: &Run, operation: &str, pointer: &str) -> Vec<Value> {
    run.calls_of(operation).map(|call| call.input.pointer(pointer).cloned().unwrap_or_default()).collect()
}

#[tokio::test(start_paused = true)]
async fn named_services_come_with_what_they_need_unless_alone() {
    let named = |dependencies| UpOptions { units: vec!["api".to_owned()], dependencies, ..UpOptions::default() };
    let run = Bed::new().up(CHAIN, &named(Dependencies::Included)).await;
    assert_eq!(said(&run, "CreateService", "/serviceName"), ["shop-db", "shop-api"], "{run:#?}");
    let run = Bed::new().up(CHAIN, &named(Dependencies::Excluded)).await;
    assert_eq!((run.exit, said(&run, "CreateService", "/serviceName")), (0, vec![json!("shop-api")]), "{run:#?}");
}

#[tokio::test(start_paused = true)]
async fn new_tasks_start_without_a_change_when_they_are_to() {
    let bed = Bed::new();
    bed.up(WEB, &UpOptions::default()).await;
    let run = bed.up(WEB, &UpOptions { recreation: Recreation::Always, ..UpOptions::default() }).await;
    assert_eq!((run.exit, run.changes()), (0, vec!["UpdateService"]), "{run:#?}");
    assert_eq!(said(&run, "UpdateService", "/forceNewDeployment"), [true]);
    assert_eq!(*run.unit("web"), UnitOutcome::Deployed);
}

#[tokio::test(start_paused = true)]
async fn the_last_wave_is_not_waited_for_when_nobody_wants_to() {
    let bed = Bed::new();
    let run = bed.up(CHAIN, &UpOptions { waiting: Waiting::Disabled, ..UpOptions::default() }).await;
    assert_eq!(run.exit, 0, "{run:#?}");
    let (good, ongoing) = (&UnitOutcome::Deployed, &UnitOutcome::Ongoing);
    assert_eq!((run.unit("db"), run.unit("api"), run.unit("web")), (good, good, ongoing));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_need_a_failure_goes_on_when_it_is_to() {
    let services = "
  db: {image: 'redis:7'}
  bad: {image: 'bad:1'}
  api: {image: 'api:1', depends_on: [db]}
  web: {image: 'nginx:1', depends_on: [bad]}
";
    for (failure, api) in
        [(OnFailure::Stop, UnitOutcome::NotStarted("bad".to_owned())), (OnFailure::GoOn, UnitOutcome::Deployed)]
    {
        let bed = Bed::new();
        bed.aws(|aws| aws.behave(Of::Image("bad:1".to_owned()), [cannot_start()]));
        let run = bed.up(services, &UpOptions { failure, ..UpOptions::default() }).await;
        assert_eq!((run.exit, run.unit("api")), (3, &api), "{run:#?}");
        assert_eq!(*run.unit("web"), UnitOutcome::NotStarted("bad".to_owned()));
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_stays_when_nothing_is_to_be_taken_back() {
    let options = UpOptions { rollback: Rollback::Disabled, ..UpOptions::default() };
    let rollback = "/deploymentConfiguration/deploymentCircuitBreaker/rollback";
    let bed = Bed::new();
    let made = bed.up(WEB, &options).await;
    assert_eq!((made.exit, said(&made, "CreateService", rollback)), (0, vec![json!(false)]), "{made:#?}");
    let again = bed.up(WEB, &options).await;
    assert_eq!((again.exit, again.changes()), (0, vec![]), "{again:#?}");

    bed.aws(|aws| aws.behave(Of::Image("nginx:2".to_owned()), [cannot_start()]));
    let failed = bed.up(WEB_2, &options).await;
    assert_eq!((failed.exit, failed.calls_of("StopServiceDeployment").count()), (3, 0), "{failed:#?}");
    let primary = bed.aws(|aws| aws.services().next().unwrap().deployments.first().unwrap().revision.to_string());
    assert_eq!(primary, "shop-web:2");

    // Without the flag, ECS is told to go back again.
    bed.aws(|aws| aws.behave(Of::Image("nginx:2".to_owned()), [Behaviour::default()]));
    let usual = bed.up(WEB_2, &UpOptions::default()).await;
    assert_eq!((usual.exit, said(&usual, "UpdateService", rollback)), (0, vec![json!(true)]), "{usual:#?}");
    bed.check_converges(WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn what_the_file_no_longer_has_goes_when_it_is_to() {
    let bed = Bed::new();
    bed.up(CHAIN, &UpOptions::default()).await;
    let (rest, _) = CHAIN.split_once("  web:").unwrap();
    let kept = bed.up(rest, &UpOptions::default()).await;
    assert_eq!((kept.exit, kept.changes()), (0, vec![]), "{kept:#?}");
    let options = UpOptions { orphans: Orphans::Removed, ..UpOptions::default() };
    let removed = bed.up(rest, &options).await;
    assert_eq!((removed.exit, removed.changes()), (0, vec!["DeleteService"]), "{removed:#?}");
    assert_eq!(said(&removed, "DeleteService", "/service"), ["shop-web"]);
    let again = bed.up(rest, &options).await;
    assert_eq!((again.exit, again.changes()), (0, vec![]), "{again:#?}");
}

#[tokio::test(start_paused = true)]
async fn tasks_that_end_run_as_often_as_they_are_to() {
    let jobs = |jobs| UpOptions { jobs, ..UpOptions::default() };
    let bed = Bed::new();
    let never = bed.up(WITH_JOB, &jobs(Jobs::Never)).await;
    assert_eq!((never.exit, never.calls_of("RunTask").count()), (0, 0), "{never:#?}");
    assert_eq!(*never.unit("web"), UnitOutcome::Deployed);
    for (options, runs) in [(Jobs::WhenDue, 1), (Jobs::WhenDue, 0), (Jobs::Always, 1), (Jobs::Always, 1)] {
        let run = bed.up(WITH_JOB, &jobs(options)).await;
        assert_eq!((run.exit, run.calls_of("RunTask").count()), (0, runs), "{options:?} {run:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_of_nobodys_is_taken_over_and_tagged() {
    let bed = Bed::new();
    bed.up(WEB, &UpOptions::default()).await;
    let arn = "arn:aws:ecs:eu-west-1:123456789012:service/shop/shop-web";
    bed.somebody("UntagResource", &json!({"resourceArn": arn, "tagKeys": ["compose2ecs:project"]}));
    let refused = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((refused.exit, refused.changes()), (1, vec![]), "{refused:#?}");
    let adopted = bed.up(WEB, &UpOptions { adoption: Adoption::Allowed, ..UpOptions::default() }).await;
    assert_eq!((adopted.exit, adopted.changes()), (0, vec!["TagResource"]), "{adopted:#?}");
    let again = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((again.exit, again.changes()), (0, vec![]), "{again:#?}");
}
