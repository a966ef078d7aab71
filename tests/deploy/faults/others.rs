//! What others did before, or do meanwhile.

use compose2ecs::deploy::options::{Adoption, UpOptions};
use compose2ecs::deploy::watch::Failure;
use compose2ecs_standin::{Aws, Deed, Fault, Request};
use serde_json::{Value, json};

use super::{WEB, WEB_2, running, second, seconds};
use crate::bed::Bed;

/// The input that deletes `web`.
fn gone() -> Value {
    json!({"cluster": "shop", "service": "shop-web", "force": true})
}

/// A task definition of others.
fn definition(family: &str) -> Value {
    json!({"family": family, "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256",
        "memory": "512", "containerDefinitions": [{"name": "web", "image": "nginx:3"}]})
}

#[tokio::test(start_paused = true)]
async fn f07_the_same_once_more_changes_nothing() {
    let bed = running().await;
    let run = bed.up_well(WEB).await;
    assert_eq!(run.changes(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn f08_of_two_that_deploy_the_same_at_once_one_makes_it_and_both_succeed() {
    let bed = Bed::new();
    let colleague = bed.colleague();
    let options = UpOptions::default();
    let (one, other) = tokio::join!(bed.up(WEB, &options), colleague.up(WEB, &options));
    assert_eq!((one.exit, other.exit), (0, 0), "{one:#?} {other:#?}");
    assert_eq!(bed.services(), ["shop-web"]);
    assert!(bed.revisions("shop-web") <= 2);
    assert_eq!(bed.aws(|aws| aws.service("shop", "shop-web").unwrap().history.len()), 1);
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f08_two_that_change_the_same_at_once_both_succeed() {
    let bed = running().await;
    let colleague = bed.colleague();
    let options = UpOptions::default();
    let (one, other) = tokio::join!(bed.up(WEB_2, &options), colleague.up(WEB_2, &options));
    assert_eq!((one.exit, other.exit), (0, 0), "{one:#?} {other:#?}");
    bed.check_converges(WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f09_of_two_that_deploy_different_things_at_once_one_fails() {
    for delay in [0, 1, 5, 20, 40] {
        let bed = running().await;
        let colleague = bed.colleague();
        let options = UpOptions::default();
        let later = async {
            tokio::time::sleep(seconds(delay)).await;
            colleague.up("  web: {image: 'app:1'}\n", &options).await
        };
        let (one, other) = tokio::join!(bed.up(WEB_2, &options), later);
        let mut exits = [one.exit, other.exit];
        exits.sort_unstable();
        assert!(matches!(exits, [0, 1 | 3]), "{delay}: {one:#?} {other:#?}");
        bed.check_converges(WEB_2).await;
    }
}

#[tokio::test(start_paused = true)]
async fn f09_who_is_overtaken_says_by_what() {
    let (bed, run) = second(|aws| {
        let deed = Deed::new(|aws: &mut Aws| {
            aws.somebody(&Request::ecs("RegisterTaskDefinition", &definition("shop-web"))).unwrap();
            let update = json!({"cluster": "shop", "service": "shop-web", "taskDefinition": "shop-web:3"});
            aws.somebody(&Request::ecs("UpdateService", &update)).unwrap();
        });
        let soon = aws.now() + seconds(15);
        aws.at(soon, deed);
    })
    .await;
    assert_eq!(run.exit, 3, "{run:#?}");
    let Some(Failure::Superseded { by }) = run.verdict() else { panic!("{run:#?}") };
    assert!(by.ends_with("shop-web:3"), "{by}");
    bed.check_converges(WEB_2).await;
}

#[tokio::test(start_paused = true)]
async fn f10_a_name_that_was_used_before_can_be_used_again() {
    let bed = running().await;
    bed.somebody("DeleteService", &gone());
    tokio::time::sleep(seconds(300)).await;
    let run = bed.up_well(WEB).await;
    assert_eq!(run.changes(), ["CreateService"]);
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f11_what_is_draining_is_waited_for() {
    let bed = running().await;
    bed.somebody("DeleteService", &gone());
    let run = bed.up_well(WEB).await;
    assert_eq!(run.told("web waiting for the old shop-web to finish draining"), 1, "{run:#?}");
    assert_eq!(run.changes(), ["CreateService"]);
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f11_what_begins_to_drain_before_it_is_made_is_waited_for() {
    let bed = running().await;
    bed.somebody("DeleteService", &gone());
    tokio::time::sleep(seconds(300)).await;
    bed.aws(|aws| {
        let message = "Unable to Start a service that is still Draining.";
        aws.faults().on("CreateService").first(2).then(Fault::error("InvalidParameterException", message));
    });
    let run = bed.up_well(WEB).await;
    assert_eq!(run.calls_of("CreateService").count(), 3);
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f11_what_drains_for_ever_is_a_time_out() {
    let bed = running().await;
    bed.aws(|aws| aws.settings_mut().timings.deprovision = seconds(900));
    bed.somebody("DeleteService", &gone());
    let run = bed.up(WEB, &UpOptions { timeout: Some(seconds(60)), ..UpOptions::default() }).await;
    assert_eq!((run.exit, run.changes()), (4, vec![]), "{run:#?}");
    tokio::time::sleep(seconds(900)).await;
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f12_what_is_not_ours_is_not_touched() {
    let owners = [
        (json!([]), "nothing says that it belongs to this project"),
        (json!([{"key": "compose2ecs:project", "value": "desk"}]), "it belongs to project `desk`"),
    ];
    for (tags, owner) in owners {
        let bed = Bed::new();
        bed.somebody("RegisterTaskDefinition", &definition("other"));
        let service = json!({"cluster": "shop", "serviceName": "shop-web", "taskDefinition": "other:1", "tags": tags,
            "desiredCount": 1, "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-0a1b2c3d"]}}});
        bed.somebody("CreateService", &service);
        let run = bed.up(WEB, &UpOptions::default()).await;
        assert_eq!((run.exit, run.changes()), (1, vec![]));
        let [problem] = &*run.problems else { panic!("{run:#?}") };
        assert!(problem.message.contains(owner), "{problem:?}");
        assert!(problem.hint.as_ref().unwrap().contains("--adopt web"), "{problem:?}");
        let adopt = UpOptions { adoption: Adoption::Allowed, ..UpOptions::default() };
        let run = bed.up(WEB, &adopt).await;
        assert_eq!(run.exit, 0, "{run:#?}");
        assert_eq!(run.changes(), ["RegisterTaskDefinition", "TagResource", "UpdateService"]);
        bed.check_converges(WEB).await;
    }
}

#[tokio::test(start_paused = true)]
async fn f28_a_service_that_somebody_deletes_is_not_made_again() {
    let (bed, run) = second(|aws| {
        let soon = aws.now() + seconds(15);
        aws.at(soon, Request::ecs("DeleteService", &gone()));
    })
    .await;
    assert_eq!((run.exit, run.verdict()), (3, Some(&Failure::Deleted)), "{run:#?}");
    assert_eq!(run.changes(), ["RegisterTaskDefinition", "UpdateService"]);
    bed.check_converges(WEB_2).await;
}

/// How many tasks `web` is to have, and whether an update of it said so, after somebody else scaled it to 6.
async fn scaled_by_somebody(services: [&str; 2]) -> (Option<u64>, bool) {
    let bed = Bed::new();
    bed.up_well(services[0]).await;
    bed.somebody("UpdateService", &json!({"cluster": "shop", "service": "shop-web", "desiredCount": 6}));
    let run = bed.up_well(services[1]).await;
    let said = run.calls_of("UpdateService").any(|call| call.input.get("desiredCount").is_some());
    (bed.aws(|aws| aws.service("shop", "shop-web").map(|service| service.desired)), said)
}

#[tokio::test(start_paused = true)]
async fn f40_a_number_of_tasks_that_nobody_states_is_left_alone() {
    let with = |keys: &str| format!("  web: {{image: 'nginx:1', {keys}}}\n");
    assert_eq!(scaled_by_somebody([WEB, WEB]).await, (Some(6), false));
    assert_eq!(scaled_by_somebody([WEB, WEB_2]).await, (Some(6), false));
    let stated = with("deploy: {replicas: 2}");
    assert_eq!(scaled_by_somebody([&stated, &stated]).await, (Some(2), true));
    let scales = with("deploy: {replicas: 2}, x-ecs: {scaling: {min: 2, max: 9, cpu: 70}}");
    assert_eq!(scaled_by_somebody([&scales, &scales]).await, (Some(6), false));
    let scales_2 = scales.replace("nginx:1", "nginx:2");
    assert_eq!(scaled_by_somebody([&scales, &scales_2]).await, (Some(6), false));
}

#[tokio::test(start_paused = true)]
async fn f40_a_number_on_the_command_line_is_a_stated_one() {
    let bed = running().await;
    let options = UpOptions { scale: [("web".to_owned(), 3)].into_iter().collect(), ..UpOptions::default() };
    let run = bed.up(WEB, &options).await;
    assert_eq!((run.exit, run.changes()), (0, vec!["UpdateService"]), "{run:#?}");
    let [update] = &*run.calls_of("UpdateService").collect::<Vec<_>>() else { panic!("{run:#?}") };
    assert_eq!(update.input, json!({"cluster": "shop", "service": "shop-web", "desiredCount": 3}));
}

#[tokio::test(start_paused = true)]
async fn f41_a_revision_that_somebody_took_away_is_registered_again() {
    let bed = running().await;
    bed.somebody("DeregisterTaskDefinition", &json!({"taskDefinition": "shop-web:1"}));
    let run = bed.up_well(WEB).await;
    assert_eq!(run.changes(), ["RegisterTaskDefinition", "UpdateService"]);
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f48_what_is_compared_is_what_there_is_and_not_its_checksum() {
    let bed = running().await;
    let arn = |number: u64| format!("arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-web:{number}");
    let wrong = json!([{"key": "compose2ecs:hash", "value": "0000"}]);
    bed.somebody("TagResource", &json!({"resourceArn": arn(1), "tags": wrong}));
    let run = bed.up_well(WEB).await;
    assert_eq!(run.changes(), [""; 0], "the checksum is wrong, and the content is not");
    let hash = bed.aws(|aws| aws.definition("shop-web", 1).unwrap().tags.get("compose2ecs:hash").cloned());
    assert_eq!(hash.as_deref(), Some("0000"));

    let bed = running().await;
    let own = bed.aws(|aws| aws.definition("shop-web", 1).unwrap().tags["compose2ecs:hash"].clone());
    bed.somebody("RegisterTaskDefinition", &definition("shop-web"));
    let right = json!([{"key": "compose2ecs:hash", "value": own}]);
    bed.somebody("TagResource", &json!({"resourceArn": arn(2), "tags": right}));
    bed.somebody("UpdateService", &json!({"cluster": "shop", "service": "shop-web", "taskDefinition": "shop-web:2"}));
    tokio::time::sleep(seconds(120)).await;
    let run = bed.up_well(WEB).await;
    assert_eq!(run.changes(), ["RegisterTaskDefinition", "UpdateService"], "the checksum is right, the content is not");
    bed.check_converges(WEB).await;
}

#[tokio::test(start_paused = true)]
async fn f49_a_service_that_went_away_before_it_was_changed_is_made_again() {
    let bed = running().await;
    bed.aws(|aws| {
        let gone = Deed::new(|aws: &mut Aws| {
            aws.somebody(&Request::ecs("DeleteService", &gone())).unwrap();
            let later = aws.now() + seconds(300);
            aws.set_time(later);
        });
        aws.faults().on("RegisterTaskDefinition").nth(1).then(Fault::Meanwhile(gone));
    });
    bed.up_well(WEB_2).await;
    bed.check_converges(WEB_2).await;
}
