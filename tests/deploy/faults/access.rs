//! Rights, roles, credentials, the network and the clock.

use std::sync::atomic::{AtomicBool, Ordering};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use compose2ecs::deploy::options::UpOptions;
use compose2ecs::deploy::outcome::UnitOutcome;
use compose2ecs_standin::{Behaviour, Fault, Of, Settings};
use tokio::time::Instant;

use super::{WEB, WEB_2, first, running, seconds};
use crate::bed::Bed;

#[tokio::test(start_paused = true)]
async fn f14_roles_that_were_made_just_now_are_waited_for() {
    let (bed, run) = first(|aws| aws.faults().on("CreateService").first(3).then(Fault::no_service_linked_role())).await;
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!((run.told("web waiting for AWS to know"), run.told("warning")), (1, 0), "{run:#?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f14_roles_that_never_come_are_not_waited_for_for_ever() {
    let began = Instant::now();
    let (_, run) = first(|aws| aws.faults().on("CreateService").then(Fault::no_service_linked_role())).await;
    assert_eq!(run.exit, 1, "{run:#?}");
    assert!(began.elapsed() < seconds(180), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn f15_a_role_that_cannot_be_assumed_yet_is_explained_and_waited_for() {
    let bed = Bed::with(Settings { roles_ready_at: seconds(40), ..Settings::default() });
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((run.exit, run.told("ECS was unable to assume the role")), (0, 2), "{run:#?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f16_a_role_that_may_not_be_passed_stops_before_services() {
    let role = "arn:aws:iam::123456789012:role/execution";
    let (bed, run) = first(|aws| aws.faults().on("RegisterTaskDefinition").then(Fault::pass_role(role))).await;
    assert_eq!((run.exit, bed.services().len()), (1, 0));
    let error = run.outcome.as_ref().unwrap().error.clone().unwrap();
    assert!(error.contains("iam:PassRole") && error.contains(role), "{error}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f17_credentials_that_expire_end_the_watch_and_nothing_else() {
    let (bed, run) = first(|aws| aws.faults().on("DescribeServices").from(3).then(Fault::ExpiredToken)).await;
    assert_eq!(run.exit, 1, "{run:#?}");
    assert!(matches!(run.unit("web"), UnitOutcome::Error(_)));
    assert_eq!(run.changes(), ["RegisterTaskDefinition", "CreateService"]);
    bed.check_converges(WEB).await;
}

/// Gives an old key first, and a new one from then on.
#[derive(Debug, Default)]
struct Renewed(AtomicBool);

impl ProvideCredentials for Renewed {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let key = if self.0.swap(true, Ordering::Relaxed) { "NEW" } else { "OLD" };
        future::ProvideCredentials::ready(Ok(Credentials::new(key, "secret", None, None, "test")))
    }
}

#[tokio::test(start_paused = true)]
async fn f17_new_credentials_are_taken_without_a_word() {
    let bed = Bed::new();
    let reader = bed.line.reader_with(SharedCredentialsProvider::new(Renewed::default()));
    let bed = bed.signing(reader, "NEW");
    bed.aws(|aws| aws.faults().on("*").signed_by("OLD").from(12).then(Fault::ExpiredToken));
    let run = bed.up(WEB, &UpOptions::default()).await;
    assert_eq!((run.exit, run.told("warning")), (0, 0), "{run:#?}");
    assert!(run.calls.len() > 5, "{run:#?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f19_a_network_that_is_gone_for_a_while_is_waited_for() {
    let (bed, run) = first(|aws| aws.faults().on("*").during(seconds(10)..seconds(100)).then(Fault::Unreachable)).await;
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!((run.told("lost contact"), run.told("back in contact")), (1, 1), "{run:#?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f19_the_time_out_holds_without_a_network_too() {
    let bed = Bed::new();
    bed.aws(|aws| aws.faults().on("*").during(seconds(10)..seconds(900)).then(Fault::Unreachable));
    let run = bed.up(WEB, &UpOptions { timeout: Some(seconds(120)), ..UpOptions::default() }).await;
    assert_eq!(run.exit, 4, "{run:#?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f37_what_we_may_not_see_is_said_once_and_changes_nothing() {
    let bed = running().await;
    bed.aws(|aws| {
        for operation in ["ListTasks", "DescribeServiceDeployments", "FilterLogEvents", "DescribeImages"] {
            aws.faults().on(operation).then(Fault::AccessDenied);
        }
        aws.behave(Of::Image("nginx:2".to_owned()), [Behaviour::exits(seconds(1), 1)]);
    });
    let run = bed.up(WEB_2, &UpOptions::default()).await;
    assert_eq!((run.exit, run.told("warning")), (3, 1), "{run:#?}");
    bed.check_converges(WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f37_tags_that_may_not_be_added_are_said_once_and_change_nothing() {
    let bed = running().await;
    bed.aws(|aws| aws.faults().on("TagResource").then(Fault::AccessDenied));
    let tagged = "  web: {image: 'nginx:2', deploy: {labels: {team: shop}}}\n";
    let run = bed.up(tagged, &UpOptions::default()).await;
    assert_eq!((run.exit, run.told("web warning: its tags stay as they are")), (0, 1), "{run:#?}");
    bed.check_converges(tagged).await;
}

#[tokio::test(start_paused = true)]
async fn f37_images_that_may_not_be_looked_for_are_left_to_ecs() {
    let bed = Bed::new();
    bed.aws(|aws| aws.faults().on("DescribeImages").then(Fault::AccessDenied));
    let services = "  web: {image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1.9'}\n";
    let run = bed.up(services, &UpOptions { timeout: Some(seconds(120)), ..UpOptions::default() }).await;
    assert!(run.problems.is_empty() && run.calls_of("CreateService").count() == 1, "{run:#?}");
}

#[tokio::test(start_paused = true)]
async fn f43_a_clock_that_is_wrong_is_said_with_both_times() {
    let fault = Fault::signature_expired("20260101T001500Z", "20260101T000000Z");
    let (bed, run) = first(|aws| aws.faults().on("*").then(fault)).await;
    assert_eq!((run.exit, run.changes()), (1, vec![]), "{run:#?}");
    let [problem] = &*run.problems else { panic!("{run:#?}") };
    assert!(problem.message.contains("20260101T001500Z is now earlier than 20260101T000000Z"), "{problem:?}");
    assert!(problem.hint.as_ref().unwrap().contains("clock"), "{problem:?}");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f43_events_are_told_from_older_ones_by_the_clock_of_the_server() {
    // The server lives in 2031; a local clock would take all of its events for new, or for old.
    let bed = Bed::with(Settings { epoch: std::time::Duration::from_hours(24 * 365 * 61), ..Settings::default() });
    bed.up_well(WEB).await;
    let run = bed.up_well(WEB_2).await;
    assert_eq!(run.told("(service shop-web) has reached a steady state."), 1, "{run:#?}");
}
