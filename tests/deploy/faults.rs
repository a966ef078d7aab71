//! What goes wrong, by the numbers of the catalogue of faults.

use std::time::Duration;

use compose2ecs::deploy::options::{Adoption, MissingCluster, UpOptions};
use compose2ecs::deploy::outcome::UnitOutcome;
use compose2ecs::deploy::watch::Failure;
use compose2ecs_standin::{Applied, Aws, Behaviour, Deed, EmptyPages, Fault, Health, Of, Pull, Request, Settings};
use serde_json::json;

use crate::bed::{Bed, Run};

const WEB: &str = "  web: {image: 'nginx:1'}\n";
const WEB_2: &str = "  web: {image: 'nginx:2'}\n";
const WITH_JOB: &str = "
  migrate: {image: 'app:1', command: migrate}
  web: {image: 'app:1', depends_on: {migrate: {condition: service_completed_successfully}}}
";

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// An account in which `web` runs revision 1.
async fn running() -> Bed {
    let mut bed = Bed::new();
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((run.exit, run.problems), (0, vec![]), "{:#?}", run.lines);
    bed
}

/// Runs `up` in a new account with this fault.
async fn first(fault: impl FnOnce(&mut Aws)) -> (Bed, Run) {
    let mut bed = Bed::new();
    bed.aws(fault);
    let run = bed.up(WEB, &UpOptions::default()).await;
    (bed, run)
}

/// Deploys a second revision with this fault.
async fn second(fault: impl FnOnce(&mut Aws)) -> (Bed, Run) {
    let mut bed = running().await;
    bed.aws(fault);
    let run = bed.up(WEB_2, &UpOptions::default()).await;
    (bed, run)
}

/// What holds after every fault: `up` without it converges, and the next one changes nothing.
async fn check_converges(bed: &mut Bed, services: &str) {
    bed.aws(|aws| {
        aws.faults().clear();
        aws.behave(Of::Image("nginx:1".to_owned()), [Behaviour::default()]);
        aws.behave(Of::Image("nginx:2".to_owned()), [Behaviour::default()]);
        aws.behave(Of::Image("app:1".to_owned()), [Behaviour::default()]);
    });
    let run = bed.up(services, &UpOptions::default()).await;
    assert_eq!((run.exit, &run.problems), (0, &vec![]), "{:#?}", run.lines);
    let run = bed.up(services, &UpOptions::default()).await;
    assert_eq!((run.exit, run.changes), (0, vec![]));
}

/// The verdict on `web`.
fn verdict(run: &Run) -> Option<Failure> {
    let UnitOutcome::Failed(failure) = run.unit("web") else { panic!("{:?} {:#?}", run.unit("web"), run.lines) };
    failure.verdict.clone()
}

fn services(bed: &Bed) -> Vec<String> {
    bed.aws(|aws| aws.services().map(|service| service.key.name.clone()).collect())
}

fn revisions(bed: &Bed, family: &str) -> usize {
    bed.aws(|aws| aws.definitions().filter(|definition| definition.revision.family == family).count())
}

#[tokio::test(start_paused = true)]
async fn f01_throttled_looks_are_invisible() {
    let (mut bed, run) = first(|aws| aws.faults().on("DescribeServices").every(2).then(Fault::Throttle)).await;
    assert_eq!((run.exit, run.changes.len()), (0, 2), "{:#?}", run.lines);
    assert!(!run.lines.iter().any(|line| line.contains("warning")), "{:#?}", run.lines);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f02_throttled_changes_are_made_once() {
    let (mut bed, run) = first(|aws| {
        aws.faults().on("CreateService").first(4).then(Fault::Throttle);
        aws.faults().on("RegisterTaskDefinition").first(4).then(Fault::Throttle);
    })
    .await;
    assert_eq!((run.exit, revisions(&bed, "shop-web")), (0, 1), "{:#?}", run.lines);
    let tokens = bed.aws(|aws| {
        let creates = aws.calls().iter().filter(|call| call.operation == "CreateService");
        creates.map(|call| call.input["clientToken"].to_string()).collect::<std::collections::BTreeSet<_>>().len()
    });
    assert_eq!(tokens, 1);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f03_a_service_whose_making_was_not_answered_is_made_once() {
    let (mut bed, run) =
        first(|aws| aws.faults().on("CreateService").nth(1).then(Fault::Timeout { applied: Applied::Yes })).await;
    assert_eq!((run.exit, services(&bed).len()), (0, 1), "{:#?}", run.lines);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f04_a_service_that_was_not_made_is_made() {
    let (mut bed, run) =
        first(|aws| aws.faults().on("CreateService").nth(1).then(Fault::Timeout { applied: Applied::No })).await;
    assert_eq!((run.exit, services(&bed).len()), (0, 1), "{:#?}", run.lines);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f05_a_revision_whose_registration_was_not_answered_is_found() {
    let (mut bed, run) =
        first(|aws| aws.faults().on("RegisterTaskDefinition").nth(1).then(Fault::Reset { applied: Applied::Yes }))
            .await;
    assert_eq!((run.exit, revisions(&bed, "shop-web")), (0, 1), "{:#?}", run.lines);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f06_a_change_that_was_not_answered_is_made_once() {
    let (mut bed, run) =
        second(|aws| aws.faults().on("UpdateService").nth(1).then(Fault::Reset { applied: Applied::Yes })).await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    let updates = run.changes.iter().filter(|change| *change == "UpdateService").count();
    assert_eq!(updates, 1);
    check_converges(&mut bed, WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f07_the_same_once_more_changes_nothing() {
    let mut bed = running().await;
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((run.exit, run.changes), (0, vec![]));
}

#[tokio::test(start_paused = true)]
async fn f09_who_is_overtaken_says_so() {
    let (mut bed, run) = second(|aws| {
        let other = json!({"family": "shop-web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
            "cpu": "256", "memory": "512", "containerDefinitions": [{"name": "web", "image": "nginx:3"}]});
        let deed = Deed::new(move |aws: &mut Aws| {
            aws.call(&Request::ecs("RegisterTaskDefinition", &other));
            let update = json!({"cluster": "shop", "service": "shop-web", "taskDefinition": "shop-web:3"});
            aws.call(&Request::ecs("UpdateService", &update));
        });
        let soon = aws.now() + seconds(15);
        aws.at(soon, deed);
    })
    .await;
    assert_eq!(run.exit, 3, "{:#?}", run.lines);
    assert!(matches!(verdict(&run), Some(Failure::Superseded { by }) if by.ends_with("shop-web:3")));
    check_converges(&mut bed, WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f10_a_name_that_was_used_before_can_be_used_again() {
    let mut bed = running().await;
    bed.aws(|aws| {
        aws.call(&Request::ecs("DeleteService", &json!({"cluster": "shop", "service": "shop-web", "force": true})));
    });
    tokio::time::sleep(seconds(300)).await;
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((run.exit, run.changes), (0, vec!["CreateService".to_owned()]), "{:#?}", run.lines);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f11_what_is_draining_is_waited_for() {
    let mut bed = running().await;
    bed.aws(|aws| {
        aws.call(&Request::ecs("DeleteService", &json!({"cluster": "shop", "service": "shop-web", "force": true})));
    });
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    assert!(run.lines.contains(&"web waiting for the old shop-web to finish draining".to_owned()), "{:#?}", run.lines);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f12_what_is_not_ours_is_not_touched() {
    let mut bed = Bed::new();
    bed.aws(|aws| {
        let definition = json!({"family": "other", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
            "cpu": "256", "memory": "512", "containerDefinitions": [{"name": "web", "image": "nginx:3"}]});
        aws.call(&Request::ecs("RegisterTaskDefinition", &definition));
        let service = json!({"cluster": "shop", "serviceName": "shop-web", "taskDefinition": "other:1",
            "desiredCount": 1, "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-0a1b2c3d"]}}});
        aws.call(&Request::ecs("CreateService", &service));
    });
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((run.exit, run.changes), (1, vec![]));
    assert!(run.problems[0].message.contains("nothing says that it belongs to this project"), "{:?}", run.problems);
    let adopt = UpOptions { adoption: Adoption::Allowed, ..UpOptions::default() };
    let run = bed.up(WEB, &adopt).await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f13_a_new_service_may_be_unknown_for_a_while() {
    let mut bed = Bed::with(Settings {
        describe_lag: seconds(20),
        list_lag: seconds(20),
        log_groups: compose2ecs_standin::LogGroups::Made,
        ..Settings::default()
    });
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((run.exit, services(&bed).len()), (0, 1), "{:#?}", run.lines);
}

#[tokio::test(start_paused = true)]
async fn f14_roles_that_were_made_just_now_are_waited_for() {
    let (mut bed, run) = first(|aws| {
        let message =
            "Unable to assume the service linked role. Please verify that the ECS service linked role exists.";
        aws.faults().on("CreateService").first(3).then(Fault::error("InvalidParameterException", message));
    })
    .await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f16_a_role_that_may_not_be_passed_stops_before_services() {
    let (mut bed, run) = first(|aws| {
        let message = "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:PassRole on resource: \
                       arn:aws:iam::123456789012:role/execution";
        aws.faults().on("RegisterTaskDefinition").then(Fault::error("AccessDeniedException", message));
    })
    .await;
    assert_eq!((run.exit, services(&bed).len()), (1, 0));
    let error = run.outcome.as_ref().unwrap().error.clone().unwrap();
    assert!(error.contains("iam:PassRole"), "{error}");
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f17_credentials_that_expire_end_the_watch_and_nothing_else() {
    let mut bed = Bed::new();
    bed.aws(|aws| aws.faults().on("DescribeServices").from(3).then(Fault::ExpiredToken));
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!(run.exit, 1, "{:#?}", run.lines);
    assert!(matches!(run.unit("web"), UnitOutcome::Error(_)));
    assert_eq!(run.changes, ["RegisterTaskDefinition", "CreateService"]);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f19_a_network_that_is_gone_for_a_while_is_waited_for() {
    let (mut bed, run) =
        first(|aws| aws.faults().on("*").during(seconds(10)..seconds(100)).then(Fault::Unreachable)).await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    let told = |words: &str| run.lines.iter().filter(|line| line.contains(words)).count();
    assert_eq!((told("lost contact"), told("back in contact")), (1, 1), "{:#?}", run.lines);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f20_who_stops_waiting_stops_nothing_else() {
    let mut bed = Bed::new();
    let services = format!("{WEB}  api: {{image: 'app:1', depends_on: [web]}}\n");
    let run = bed.up_until(&services, &UpOptions::default(), Some(seconds(8))).await;
    assert_eq!(run.exit, 130, "{:#?}", run.lines);
    assert_eq!(run.changes, ["RegisterTaskDefinition", "RegisterTaskDefinition", "CreateService"]);
    check_converges(&mut bed, &services).await;
}

#[tokio::test(start_paused = true)]
async fn f22_a_rollback_is_no_success() {
    let (mut bed, run) = second(|aws| {
        aws.behave(
            Of::Image("nginx:2".to_owned()),
            [Behaviour::exits(seconds(1), 1).says(seconds(0), "no such table")],
        );
    })
    .await;
    assert_eq!(run.exit, 3, "{:#?}", run.lines);
    let Some(Failure::RolledBack { to, .. }) = verdict(&run) else { panic!("{:?}", verdict(&run)) };
    assert!(to.ends_with("shop-web:1"), "{to}");
    let UnitOutcome::Failed(failure) = run.unit("web") else { unreachable!() };
    assert_eq!(failure.lines, ["no such table"]);
    assert_eq!(failure.reasons[0].0.exit_code, Some(1));
    assert!(!run.changes.iter().any(|change| change.starts_with("De")), "{:?}", run.changes);
    check_converges(&mut bed, WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f23_a_first_deployment_that_fails_has_nothing_to_go_back_to() {
    let (mut bed, run) =
        first(|aws| aws.behave(Of::Image("nginx:1".to_owned()), [Behaviour::exits(seconds(1), 1)])).await;
    assert_eq!(run.exit, 3, "{:#?}", run.lines);
    assert!(matches!(verdict(&run), Some(Failure::Stalled { .. } | Failure::CrashLoop { .. })), "{:?}", verdict(&run));
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f24_tasks_that_die_again_and_again_are_a_failure_without_the_breaker_too() {
    let services = "  web: {image: 'nginx:1', deploy: {update_config: {failure_action: continue}}}\n";
    let mut bed = Bed::new();
    bed.aws(|aws| aws.behave(Of::Image("nginx:1".to_owned()), [Behaviour::exits(seconds(5), 1)]));
    let run = bed.up(services, &UpOptions::default()).await;
    assert_eq!(run.exit, 3, "{:#?}", run.lines);
    assert!(matches!(verdict(&run), Some(Failure::CrashLoop { tasks }) if tasks >= 3), "{:?}", verdict(&run));
}

#[tokio::test(start_paused = true)]
async fn f25_a_task_that_dies_once_is_forgiven() {
    let (mut bed, run) = first(|aws| {
        let behaviours = [Behaviour::exits(seconds(5), 1), Behaviour::default()];
        aws.behave(Of::Image("nginx:1".to_owned()), behaviours);
    })
    .await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f26_what_needs_a_failure_is_not_started() {
    let services = "
  db: {image: 'redis:7'}
  bad: {image: 'nginx:1', depends_on: [db]}
  good: {image: 'app:1', depends_on: [db]}
  web: {image: 'app:1', depends_on: [bad, good]}
";
    let mut bed = Bed::new();
    bed.aws(|aws| aws.behave(Of::Image("nginx:1".to_owned()), [Behaviour::exits(seconds(1), 1)]));
    let run = bed.up(services, &UpOptions::default()).await;
    assert_eq!(run.exit, 3, "{:#?}", run.lines);
    assert_eq!(*run.unit("good"), UnitOutcome::Deployed);
    assert_eq!(*run.unit("web"), UnitOutcome::NotStarted("bad".to_owned()));
    check_converges(&mut bed, services).await;
}

#[tokio::test(start_paused = true)]
async fn f27_a_cluster_that_is_not_there_is_made_when_asked_for() {
    let mut bed = Bed::new();
    bed.aws(|aws| {
        aws.call(&Request::ecs("DeleteCluster", &json!({"cluster": "shop"})));
    });
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((run.exit, run.changes), (1, vec![]));
    assert!(run.problems[0].message.contains("there is no cluster `shop`"), "{:?}", run.problems);
    let create = UpOptions { missing_cluster: MissingCluster::Created, ..UpOptions::default() };
    let run = bed.up(WEB, &create).await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f28_a_service_that_somebody_deletes_is_not_made_again() {
    let (mut bed, run) = second(|aws| {
        let soon = aws.now() + seconds(15);
        aws.at(soon, Request::ecs("DeleteService", &json!({"cluster": "shop", "service": "shop-web", "force": true})));
    })
    .await;
    assert_eq!((run.exit, verdict(&run)), (3, Some(Failure::Deleted)), "{:#?}", run.lines);
    assert!(!run.changes.contains(&"CreateService".to_owned()));
    check_converges(&mut bed, WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f29_an_image_that_is_not_there_is_a_failure_after_two_tasks() {
    let (mut bed, run) =
        second(|aws| aws.behave(Of::Image("nginx:2".to_owned()), [Behaviour::pulls(Pull::NotFound)])).await;
    assert_eq!(run.exit, 3, "{:#?}", run.lines);
    let UnitOutcome::Failed(failure) = run.unit("web") else { panic!("{:?}", run.unit("web")) };
    assert!(failure.reasons[0].0.message.contains("not found"), "{failure:?}");
    check_converges(&mut bed, WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f30_secrets_that_cannot_be_read_are_a_failure() {
    let (mut bed, run) = second(|aws| {
        let reason = "unable to pull secrets or registry auth: AccessDeniedException: not authorized to perform: \
                      secretsmanager:GetSecretValue";
        aws.behave(Of::Image("nginx:2".to_owned()), [Behaviour::uninitialized(reason)]);
    })
    .await;
    assert_eq!(run.exit, 3, "{:#?}", run.lines);
    check_converges(&mut bed, WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f31_capacity_that_does_not_come_is_a_time_out() {
    let mut bed = Bed::new();
    bed.aws(|aws| aws.settings_mut().fargate_cpu = Some(0));
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!(run.exit, 4, "{:#?}", run.lines);
    bed.aws(|aws| aws.settings_mut().fargate_cpu = None);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f32_a_health_check_that_never_succeeds_is_a_failure() {
    let services = "  web: {image: 'nginx:1', healthcheck: {test: 'true', interval: 5s, retries: 2}}\n";
    let mut bed = Bed::new();
    bed.aws(|aws| aws.behave(Of::Image("nginx:1".to_owned()), [Behaviour::health(Health::Never)]));
    let run = bed.up(services, &UpOptions::default()).await;
    assert!(matches!(run.exit, 3 | 4), "{} {:#?}", run.exit, run.lines);
    check_converges(&mut bed, services).await;
}

#[tokio::test(start_paused = true)]
async fn f36_a_migration_that_fails_holds_the_rest_back() {
    let mut bed = Bed::new();
    let behaviour = Behaviour::exits(seconds(2), 7).says(seconds(1), "relation does not exist");
    bed.aws(|aws| aws.behave(Of::Container("shop-migrate/migrate".to_owned()), [behaviour]));
    let run = bed.up(WITH_JOB, &UpOptions::default()).await;
    assert_eq!(run.exit, 3, "{:#?}", run.lines);
    let UnitOutcome::Failed(failure) = run.unit("migrate") else { panic!("{:?}", run.unit("migrate")) };
    assert_eq!((failure.exit_code, &*failure.lines), (Some(7), &["relation does not exist".to_owned()][..]));
    assert_eq!(*run.unit("web"), UnitOutcome::NotStarted("migrate".to_owned()));
    assert!(!run.changes.contains(&"CreateService".to_owned()));
    bed.aws(|aws| aws.behave(Of::Container("shop-migrate/migrate".to_owned()), [Behaviour::default()]));
    check_converges(&mut bed, WITH_JOB).await;
}

#[tokio::test(start_paused = true)]
async fn f37_what_we_may_not_see_is_said_once_and_changes_nothing() {
    let mut bed = running().await;
    bed.aws(|aws| {
        for operation in ["ListTasks", "DescribeServiceDeployments", "FilterLogEvents"] {
            aws.faults().on(operation).then(Fault::AccessDenied);
        }
        aws.behave(Of::Image("nginx:2".to_owned()), [Behaviour::exits(seconds(1), 1)]);
    });
    let run = bed.up(WEB_2, &UpOptions::default()).await;
    assert_eq!(run.exit, 3, "{:#?}", run.lines);
    let warnings: Vec<_> = run.lines.iter().filter(|line| line.contains("warning")).collect();
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    check_converges(&mut bed, WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f38_two_registrations_at_once_are_made_one_after_the_other() {
    let (mut bed, run) = first(|aws| {
        let message = "Too many concurrent attempts to create a new revision of the specified family.";
        aws.faults().on("RegisterTaskDefinition").first(2).then(Fault::error("ClientException", message));
    })
    .await;
    assert_eq!((run.exit, revisions(&bed, "shop-web")), (0, 1), "{:#?}", run.lines);
    check_converges(&mut bed, WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f39_a_quota_is_not_asked_twice() {
    let (bed, run) = first(|aws| {
        let fault = Fault::error("LimitExceededException", "The limit for the resource was exceeded.");
        aws.faults().on("RegisterTaskDefinition").then(fault);
    })
    .await;
    assert_eq!((run.exit, run.changes.len(), services(&bed).len()), (1, 1, 0), "{:#?}", run.lines);
}

#[tokio::test(start_paused = true)]
async fn f44_all_pages_are_read() {
    let mut bed = Bed::with(Settings {
        empty_pages: EmptyPages::First,
        log_groups: compose2ecs_standin::LogGroups::Made,
        ..Settings::default()
    });
    let many: Vec<String> = (0..23).map(|number| format!("  s{number}: {{image: 'app:1'}}\n")).collect();
    let many = many.concat();
    let run = bed.up(&many, &UpOptions::default()).await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    let observed = bed.orphans("  s1: {image: 'app:1'}\n").await;
    assert_eq!(observed.len(), 22);
}

#[tokio::test(start_paused = true)]
async fn f45_troubles_of_aws_pass() {
    for fault in [Fault::server(), Fault::Status { status: 503, body: "<html>".to_owned() }, Fault::Truncated] {
        let (mut bed, run) = first(|aws| {
            for operation in ["DescribeClusters", "DescribeServices", "RegisterTaskDefinition", "CreateService"] {
                aws.faults().on(operation).first(2).then(fault.clone());
            }
        })
        .await;
        assert_eq!((run.exit, services(&bed).len()), (0, 1), "{fault:?} {:#?} {:?}", run.lines, run.problems);
        check_converges(&mut bed, WEB).await;
    }
}

#[tokio::test(start_paused = true)]
async fn f49_a_service_that_went_away_before_it_was_changed_is_made_again() {
    let mut bed = running().await;
    bed.aws(|aws| {
        let gone = Deed::new(|aws: &mut Aws| {
            let delete = json!({"cluster": "shop", "service": "shop-web", "force": true});
            aws.call(&Request::ecs("DeleteService", &delete));
            let later = aws.now() + Duration::from_mins(5);
            aws.set_time(later);
        });
        aws.faults().on("RegisterTaskDefinition").nth(1).then(Fault::Meanwhile(gone));
    });
    let run = bed.up(WEB_2, &UpOptions::default()).await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    check_converges(&mut bed, WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f29_an_image_that_ecr_does_not_have_is_found_before_anything_is_changed() {
    let mut bed = Bed::new();
    let services = "  web: {image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1.9'}\n";
    let run = bed.up(services, &UpOptions::default()).await;
    assert_eq!((run.exit, run.changes), (1, vec![]));
    assert!(run.problems[0].message.ends_with("is missing: the repository does not exist"), "{:?}", run.problems);
}
