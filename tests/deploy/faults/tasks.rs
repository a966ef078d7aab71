//! Tasks that do not come, do not last, or do not get healthy.

use compose2ecs::deploy::options::UpOptions;
use compose2ecs::deploy::outcome::UnitOutcome;
use compose2ecs::deploy::watch::Failure;
use compose2ecs_standin::{Aws, Behaviour, Deed, Fault, Health, Machine, Of, Pull};
use serde_json::json;

use super::{WEB, WEB_2, first, running, second, seconds};
use crate::bed::Bed;

fn behave(aws: &mut Aws, image: &str, behaviour: Behaviour) {
    aws.behave(Of::Image(image.to_owned()), [behaviour]);
}

#[tokio::test(start_paused = true)]
async fn f22_a_rollback_is_no_success() {
    let (bed, run) =
        second(|aws| behave(aws, "nginx:2", Behaviour::exits(seconds(1), 1).says(seconds(0), "no such table"))).await;
    assert_eq!(run.exit, 3, "{run:#?}");
    let Some(Failure::RolledBack { to, .. }) = run.verdict() else { panic!("{run:#?}") };
    assert!(to.ends_with("shop-web:1"), "{to}");
    let UnitOutcome::Failed(failure) = run.unit("web") else { unreachable!() };
    assert_eq!(failure.lines, ["no such table"]);
    assert_eq!(failure.reasons[0].0.exit_code, Some(1));
    // What a waiter for stable services calls success.
    let service = bed.aws(|aws| aws.service("shop", "shop-web").cloned()).unwrap();
    assert_eq!((service.revision.number, service.deployments.len()), (1, 1));
    assert!(!run.changes().iter().any(|change| change.starts_with("De")), "{run:#?}");
    bed.check_converges(WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f23_a_first_deployment_that_fails_has_nothing_to_go_back_to() {
    let (bed, run) = first(|aws| behave(aws, "nginx:1", Behaviour::exits(seconds(1), 1))).await;
    assert_eq!(run.exit, 3, "{run:#?}");
    assert!(matches!(run.verdict(), Some(Failure::Stalled { .. } | Failure::CrashLoop { .. })), "{run:#?}");
    assert_eq!(run.changes(), ["RegisterTaskDefinition", "CreateService"]);
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f24_tasks_that_die_again_and_again_are_a_failure_without_the_breaker_too() {
    let services = "  web: {image: 'nginx:1', deploy: {update_config: {failure_action: continue}}}\n";
    let bed = Bed::new();
    bed.aws(|aws| behave(aws, "nginx:1", Behaviour::exits(seconds(5), 1)));
    let run = bed.up(services, &UpOptions::default()).await;
    assert_eq!(run.exit, 3, "{run:#?}");
    assert!(matches!(run.verdict(), Some(Failure::CrashLoop { tasks }) if *tasks >= 3), "{run:#?}");
    bed.check_converges(services).await;
}

#[tokio::test(start_paused = true)]
async fn f25_a_task_that_dies_once_is_forgiven() {
    let (bed, run) = first(|aws| {
        let behaviours = [Behaviour::exits(seconds(5), 1), Behaviour::default()];
        aws.behave(Of::Image("nginx:1".to_owned()), behaviours);
    })
    .await;
    assert_eq!(run.exit, 0, "{run:#?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f29_an_image_that_is_not_there_is_a_failure_after_two_tasks() {
    let (bed, run) = second(|aws| behave(aws, "nginx:2", Behaviour::pulls(Pull::NotFound))).await;
    assert_eq!(run.exit, 3, "{run:#?}");
    let UnitOutcome::Failed(failure) = run.unit("web") else { panic!("{run:#?}") };
    assert!(failure.reasons[0].0.message.contains("not found"), "{failure:?}");
    bed.check_converges(WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f29_an_image_that_ecr_does_not_have_is_found_before_anything_is_changed() {
    let services = "  web: {image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1.9'}\n";
    let run = Bed::new().up(services, &UpOptions::default()).await;
    assert_eq!((run.exit, run.changes()), (1, vec![]));
    let [problem] = &*run.problems else { panic!("{run:#?}") };
    assert!(problem.message.ends_with("is missing: the repository does not exist"), "{problem:?}");
}

#[tokio::test(start_paused = true)]
async fn f30_secrets_that_cannot_be_read_are_a_failure() {
    let (bed, run) = second(|aws| {
        let reason = "unable to pull secrets or registry auth: AccessDeniedException: not authorized to perform: \
                      secretsmanager:GetSecretValue";
        behave(aws, "nginx:2", Behaviour::uninitialized(reason));
    })
    .await;
    assert_eq!(run.exit, 3, "{run:#?}");
    let UnitOutcome::Failed(failure) = run.unit("web") else { panic!("{run:#?}") };
    assert!(failure.reasons[0].0.message.contains("secretsmanager:GetSecretValue"), "{failure:?}");
    bed.check_converges(WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f31_capacity_that_does_not_come_is_a_time_out() {
    let (bed, run) = first(|aws| aws.settings_mut().fargate_cpu = Some(0)).await;
    assert_eq!((run.exit, run.told("(service shop-web) was unable to place a task") > 0), (4, true));
    bed.aws(|aws| aws.settings_mut().fargate_cpu = None);
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f32_a_health_check_that_never_succeeds_is_a_failure() {
    let services = "  web: {image: 'nginx:1', healthcheck: {test: 'true', interval: 5s, retries: 2}}\n";
    let bed = Bed::new();
    bed.aws(|aws| behave(aws, "nginx:1", Behaviour::health(Health::Never)));
    let run = bed.up(services, &UpOptions::default()).await;
    assert!(matches!(run.exit, 3 | 4), "{run:#?}");
    bed.check_converges(services).await;
}

#[tokio::test(start_paused = true)]
async fn f42_tasks_that_ecs_forgot_are_no_reason_to_stop() {
    let bed = running().await;
    bed.aws(|aws| {
        behave(aws, "nginx:2", Behaviour::exits(seconds(1), 1));
        let forget = Deed::new(|aws: &mut Aws| aws.forget_stopped_tasks());
        aws.faults().on("ListTasks").then(Fault::Meanwhile(forget));
    });
    let run = bed.up(WEB_2, &UpOptions::default()).await;
    assert_eq!(run.exit, 3, "{run:#?}");
    bed.check_converges(WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f42_tasks_that_cannot_be_described_are_no_reason_to_stop() {
    let bed = running().await;
    bed.aws(|aws| {
        behave(aws, "nginx:2", Behaviour::exits(seconds(1), 1));
        let missing = json!({"tasks": [], "failures": [{"arn": "arn:aws:ecs:task", "reason": "MISSING"}]});
        aws.faults().on("DescribeTasks").then(Fault::Answer(missing));
        let message = "The specified log group does not exist.";
        aws.faults().on("FilterLogEvents").then(Fault::error("ResourceNotFoundException", message));
    });
    let run = bed.up(WEB_2, &UpOptions::default()).await;
    assert_eq!(run.exit, 3, "{run:#?}");
    bed.check_converges(WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f42_lines_that_are_not_there_are_left_out() {
    let bed = running().await;
    bed.aws(|aws| {
        behave(aws, "nginx:2", Behaviour::exits(seconds(1), 1).says(seconds(0), "no such table"));
        let message = "The specified log stream does not exist.";
        aws.faults().on("FilterLogEvents").then(Fault::error("ResourceNotFoundException", message));
    });
    let run = bed.up(WEB_2, &UpOptions::default()).await;
    let UnitOutcome::Failed(failure) = run.unit("web") else { panic!("{run:#?}") };
    assert_eq!((run.exit, failure.lines.len(), failure.reasons[0].0.exit_code), (3, 0, Some(1)), "{run:#?}");
    bed.check_converges(WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f50_a_service_that_tells_no_state_is_watched_by_its_counts() {
    let behind = |image: &str| {
        format!(
            "  web: {{image: '{image}', ports: [80], x-ecs: {{service: {{loadBalancers: \
             [{{loadBalancerName: web, containerName: web, containerPort: 80}}]}}}}}}\n"
        )
    };
    let bed = Bed::new();
    let run = bed.up_well(&behind("nginx:1")).await;
    assert_eq!(run.told("web deployed"), 1, "{run:#?}");
    let state = bed.somebody("DescribeServices", &json!({"cluster": "shop", "services": ["shop-web"]}));
    assert!(state["services"][0]["deployments"][0].get("rolloutState").is_none(), "{state:#}");
    bed.up_well(&behind("nginx:2")).await;
    let service = bed.aws(|aws| aws.service("shop", "shop-web").cloned()).unwrap();
    assert_eq!((service.revision.number, service.deployments.len()), (2, 1));
    bed.check_converges(&behind("nginx:2")).await;
}

#[tokio::test(start_paused = true)]
async fn f50_tasks_that_die_are_a_failure_without_a_state_too() {
    let services = "  web: {image: 'nginx:1', ports: [80], x-ecs: {service: {loadBalancers: \
                    [{loadBalancerName: web, containerName: web, containerPort: 80}]}}}\n";
    let bed = Bed::new();
    bed.aws(|aws| {
        aws.add_instance("shop", Machine::default());
        behave(aws, "nginx:1", Behaviour::exits(seconds(5), 1));
    });
    let run = bed.up(services, &UpOptions::default()).await;
    assert_eq!(run.exit, 3, "{run:#?}");
    bed.check_converges(services).await;
}
