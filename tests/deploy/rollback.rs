//! What `rollback` goes back to, and how.

use std::collections::BTreeMap;
use std::time::Duration;

use compose2ecs::deploy::api::definition::short;
use compose2ecs::deploy::options::{Rollback, UpOptions, Waiting};
use compose2ecs::deploy::rollback::{Method, way};
use compose2ecs::deploy::standing::{Place, from_the_last, prepared, standing, unit};
use compose2ecs_standin::{Applied, Aws, Behaviour, Deed, DefinitionStatus, Fault, Of, Request};
use serde_json::json;

use crate::bed::{Bed, Run};

const PLACE: Place<'static> = Place { cluster: "shop", project: "shop" };

/// A file with this image.
fn web(tag: u32) -> String {
    format!("  web: {{image: 'nginx:{tag}'}}\n")
}

/// An account in which `web` ran these images, one after the other.
async fn after(tags: impl IntoIterator<Item = u32>) -> Bed {
    let bed = Bed::new();
    for tag in tags {
        let run = bed.up(&web(tag), &UpOptions::default()).await;
        assert_eq!((run.exit, &run.problems), (0, &vec![]), "{:#?}", run.lines);
    }
    bed
}

/// Takes services back, the last wave first; the ways beside how it ended.
async fn roll_back(bed: &Bed, names: &[&str], to: Option<&str>) -> (Vec<String>, Run) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let waves = BTreeMap::from([("db".to_owned(), 0), ("web".to_owned(), 1)]);
    let options = UpOptions { rollback: Rollback::Disabled, ..UpOptions::default() };
    let (mut ways, mut changes) = (Vec::new(), Vec::new());
    let planned = match standing(&bed.reader, PLACE, &names).await {
        Err(problems) => Err(problems),
        Ok(services) => {
            let waves = from_the_last(&services, &waves);
            for (service, wave) in services.into_iter().zip(waves) {
                let way = way(&bed.reader, PLACE, &service, to).await.unwrap();
                let name = unit(&service).to_owned();
                ways.push(way.as_ref().map_or_else(
                    || format!("{name} stays"),
                    |way| {
                        let method = match &way.method {
                            Method::Named => "named".to_owned(),
                            Method::UnderWay(_) => "under way".to_owned(),
                            Method::GoingBack => "going back".to_owned(),
                            Method::Succeeded(_) => "succeeded".to_owned(),
                            Method::Lower(why) => format!("lower: {why}"),
                        };
                        format!("{name} {} {method}", short(way.revision.arn()))
                    },
                ));
                changes.extend(way.map(|way| way.change(service, wave)));
            }
            Ok(())
        }
    };
    changes.sort_by_key(|change| change.wave);
    let (release, plan) = prepared(PLACE, changes);
    let run = bed.carry_out((&release, &options), planned.map(|()| plan)).await;
    (ways, run)
}

/// Which revision `web` runs, and how many revisions of it can be used.
fn runs(bed: &Bed) -> (u64, usize) {
    bed.aws(|aws| {
        let active = aws
            .definitions()
            .filter(|one| one.revision.family == "shop-web" && one.status == DefinitionStatus::Active)
            .count();
        (aws.service("shop", "shop-web").unwrap().revision.number, active)
    })
}

#[tokio::test(start_paused = true)]
async fn it_goes_back_to_the_last_revision_that_succeeded_and_nothing_is_deregistered() {
    let bed = after([1, 2]).await;
    let (ways, run) = roll_back(&bed, &[], None).await;
    assert_eq!((run.exit, run.changes()), (0, vec!["UpdateService"]), "{:#?}", run.lines);
    assert_eq!(ways, ["web shop-web:1 succeeded"]);
    assert_eq!(run.lines, ["wave 0", "web updating", "web deployed"]);
    assert_eq!(runs(&bed), (1, 2));
    // The file still says what it said.
    let again = bed.up(&web(2), &UpOptions::default()).await;
    assert_eq!((again.exit, again.changes()), (0, vec!["UpdateService"]), "{:#?}", again.lines);
    assert_eq!(runs(&bed), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_revision_that_failed_is_passed_over() {
    let bed = after([1, 2]).await;
    bed.aws(|aws| {
        aws.behave(Of::Image("nginx:3".to_owned()), [Behaviour::exits(Duration::from_secs(1), 1)]);
    });
    assert_eq!(bed.up(&web(3), &UpOptions::default()).await.exit, 3);
    assert_eq!(runs(&bed), (2, 3));
    let (ways, run) = roll_back(&bed, &["web"], None).await;
    assert_eq!((run.exit, &*ways), (0, &["web shop-web:1 succeeded".to_owned()][..]), "{:#?}", run.lines);
    assert_eq!(runs(&bed).0, 1);
}

#[tokio::test(start_paused = true)]
async fn what_never_ran_anything_else_has_no_way_back() {
    let bed = after([1]).await;
    let (ways, run) = roll_back(&bed, &[], None).await;
    assert_eq!((ways, run.changes()), (vec!["web stays".to_owned()], vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_deployment_under_way_is_taken_back_by_ecs() {
    let bed = after([1]).await;
    let detached = UpOptions { waiting: Waiting::Disabled, ..UpOptions::default() };
    assert_eq!(bed.up(&web(2), &detached).await.exit, 0);
    let (ways, run) = roll_back(&bed, &["web"], None).await;
    assert_eq!((run.exit, run.changes()), (0, vec!["StopServiceDeployment"]), "{:#?}", run.lines);
    assert_eq!(ways, ["web shop-web:1 under way"]);
    assert_eq!(runs(&bed).0, 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_taken_back_already_is_watched() {
    let bed = after([1]).await;
    let detached = UpOptions { waiting: Waiting::Disabled, ..UpOptions::default() };
    bed.up(&web(2), &detached).await;
    bed.aws(|aws| {
        let arn = aws.service("shop", "shop-web").unwrap().history.last().unwrap().arn.clone();
        aws.call(&Request::ecs("StopServiceDeployment", &json!({"serviceDeploymentArn": arn, "stopType": "ROLLBACK"})));
    });
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (ways, run) = roll_back(&bed, &["web"], None).await;
    assert_eq!((run.exit, run.changes()), (0, vec![]), "{:#?}", run.lines);
    assert_eq!(ways, ["web shop-web:1 going back"]);
    assert_eq!(runs(&bed).0, 1);
}

#[tokio::test(start_paused = true)]
async fn a_first_deployment_cannot_be_taken_back() {
    let bed = Bed::new();
    let detached = UpOptions { waiting: Waiting::Disabled, ..UpOptions::default() };
    bed.up(&web(1), &detached).await;
    let (ways, run) = roll_back(&bed, &["web"], None).await;
    assert_eq!((ways, run.changes()), (vec!["web stays".to_owned()], vec![]));
}

#[tokio::test(start_paused = true)]
async fn without_the_past_the_next_lower_revision_of_the_project_is_taken() {
    let bed = after([1]).await;
    // A revision that somebody else registered is not the project's.
    bed.aws(|aws| {
        let definition = json!({"family": "shop-web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
            "cpu": "256", "memory": "512", "containerDefinitions": [{"name": "web", "image": "nginx:9"}]});
        aws.call(&Request::ecs("RegisterTaskDefinition", &definition));
    });
    assert_eq!(bed.up(&web(3), &UpOptions::default()).await.exit, 0);
    bed.aws(|aws| aws.faults().on("ListServiceDeployments").then(Fault::AccessDenied));
    let (ways, run) = roll_back(&bed, &["web"], None).await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    assert!(ways[0].starts_with("web shop-web:1 lower: ListServiceDeployments: "), "{ways:?}");
    assert_eq!(runs(&bed).0, 1);
}

#[tokio::test(start_paused = true)]
async fn a_revision_is_named_by_its_number() {
    let bed = after([1, 2, 3]).await;
    let (ways, run) = roll_back(&bed, &["web"], Some("1")).await;
    assert_eq!((run.exit, &*ways), (0, &["web shop-web:1 named".to_owned()][..]), "{:#?}", run.lines);
    assert_eq!(runs(&bed).0, 1);
    let (_, run) = roll_back(&bed, &["web"], Some("shop-web:1")).await;
    assert_eq!((run.exit, run.changes()), (0, vec![]));
    bed.aws(|aws| {
        aws.call(&Request::ecs("DeregisterTaskDefinition", &json!({"taskDefinition": "shop-web:2"})));
    });
    let services = standing(&bed.reader, PLACE, &[]).await.unwrap();
    for (to, expected) in [
        ("9", "there is no revision `shop-web:9`"),
        ("2", "revision `shop-web:2` is deregistered: ECS does not deploy it any more"),
    ] {
        assert_eq!(way(&bed.reader, PLACE, &services[0], Some(to)).await.unwrap_err().message, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_started_last_goes_back_first() {
    let both = |tag: u32| {
        format!("  db: {{image: 'redis:{tag}'}}\n  web: {{image: 'nginx:{tag}', depends_on: [db], ports: [80]}}\n")
    };
    let bed = Bed::new();
    for tag in [1, 2] {
        let run = bed.up(&both(tag), &UpOptions::default()).await;
        assert_eq!(run.exit, 0, "{:#?}", run.lines);
    }
    let (_, run) = roll_back(&bed, &[], None).await;
    let lines = ["wave 0", "web updating", "web deployed", "wave 1", "db updating", "db deployed"];
    assert_eq!((run.exit, &*run.lines), (0, &lines.map(str::to_owned)[..]));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_not_there_is_named() {
    let bed = after([1]).await;
    let (_, run) = roll_back(&bed, &["wep"], None).await;
    assert_eq!((run.exit, run.changes()), (1, vec![]));
    assert_eq!(run.problems[0].message, "project `shop` has no service `wep` in cluster `shop`");
    assert_eq!(run.problems[0].hint.as_deref(), Some("there are: web"));
}

#[tokio::test(start_paused = true)]
async fn a_way_back_that_was_not_answered_is_taken_once() {
    let bed = after([1, 2]).await;
    bed.aws(|aws| aws.faults().on("UpdateService").nth(1).then(Fault::Reset { applied: Applied::Yes }));
    let (_, run) = roll_back(&bed, &[], None).await;
    assert_eq!((run.exit, run.changes()), (0, vec!["UpdateService"]), "{:#?}", run.lines);
    assert_eq!(runs(&bed).0, 1);
}

#[tokio::test(start_paused = true)]
async fn that_ecs_takes_back_is_asked_for_until_it_is_heard() {
    for fault in [
        Fault::Throttle,
        Fault::Timeout { applied: Applied::No },
        Fault::Reset { applied: Applied::Yes },
        Fault::Truncated,
    ] {
        let bed = after([1]).await;
        let detached = UpOptions { waiting: Waiting::Disabled, ..UpOptions::default() };
        bed.up(&web(2), &detached).await;
        bed.aws(|aws| aws.faults().on("StopServiceDeployment").nth(1).then(fault));
        let (_, run) = roll_back(&bed, &["web"], None).await;
        assert_eq!(run.exit, 0, "{:#?}", run.lines);
        assert_eq!(runs(&bed).0, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_may_not_be_looked_at_is_taken_back_all_the_same() {
    let bed = after([1]).await;
    let detached = UpOptions { waiting: Waiting::Disabled, ..UpOptions::default() };
    bed.up(&web(2), &detached).await;
    bed.aws(|aws| {
        for operation in ["DescribeServiceDeployments", "ListServiceDeployments"] {
            aws.faults().on(operation).then(Fault::AccessDenied);
        }
    });
    let (ways, run) = roll_back(&bed, &["web"], None).await;
    assert_eq!((run.exit, run.changes()), (0, vec!["StopServiceDeployment"]), "{:#?}", run.lines);
    assert_eq!(ways, ["web shop-web:1 under way"]);
}

#[tokio::test(start_paused = true)]
async fn a_revision_that_no_longer_works_is_a_failure() {
    let bed = after([1, 2]).await;
    bed.aws(|aws| {
        aws.behave(Of::Image("nginx:1".to_owned()), [Behaviour::exits(Duration::from_secs(1), 1)]);
    });
    let (_, run) = roll_back(&bed, &[], None).await;
    assert_eq!(run.exit, 3, "{:#?}", run.lines);
    // The circuit breaker of the service does what it does with every deployment.
    assert_eq!(runs(&bed), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn what_somebody_changes_meanwhile_is_not_overwritten() {
    let bed = after([1, 2, 3]).await;
    bed.aws(|aws| {
        let deed = Deed::new(|aws: &mut Aws| {
            let update = json!({"cluster": "shop", "service": "shop-web", "taskDefinition": "shop-web:1"});
            aws.somebody(&Request::ecs("UpdateService", &update)).unwrap();
        });
        // The first look is that which finds what there is, the second is that before the change.
        aws.faults().on("DescribeServices").nth(2).then(Fault::Meanwhile(deed));
    });
    let (_, run) = roll_back(&bed, &[], None).await;
    assert_eq!((run.exit, run.changes().len()), (1, 0), "{:#?}", run.lines);
    assert_eq!(runs(&bed).0, 1);
}
