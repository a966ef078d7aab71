//! Old revisions: `prune-revisions` and `up --keep-revisions`.

use std::time::Duration;

use compose2ecs_standin::{Behaviour, DefinitionStatus, Fault, Of, Request};
use serde_json::json;

use super::Bed;

const SHOP: &str = "name: shop\nservices: {web: {image: 'nginx:N', mem_limit: 64m}}";

/// An account in which `web` ran these revisions, one after the other.
#[track_caller]
fn bed(revisions: usize) -> Bed {
    let bed = Bed::new(SHOP);
    for number in 1..=revisions {
        deploy(&bed, number, &[]);
    }
    bed.changes();
    bed
}

#[track_caller]
fn deploy(bed: &Bed, number: usize, args: &[&str]) -> String {
    let text = SHOP.replace("nginx:N", &format!("nginx:{number}"));
    std::fs::write(bed.folder.path().join("compose.yml"), text).unwrap();
    let up = bed.up(args);
    assert_eq!(up.code, 0, "{}", up.stderr);
    up.stderr
}

/// The numbers of the revisions that can be deployed.
fn active(bed: &Bed) -> Vec<u64> {
    let aws = bed.aws.lock().unwrap();
    let active = aws.definitions().filter(|definition| definition.status == DefinitionStatus::Active);
    active.map(|definition| definition.revision.number).collect()
}

#[test]
fn the_newest_and_those_in_use_stay() {
    let bed = bed(5);
    let pruned = bed.run(&["prune-revisions", "--keep", "2", "--dry-run"]);
    assert_eq!((pruned.code, &*pruned.stdout), (0, "shop-web:3\nshop-web:2\nshop-web:1\n"), "{}", pruned.stderr);
    assert_eq!((bed.changes(), active(&bed)), (vec![], vec![1, 2, 3, 4, 5]));

    // A task of somebody's runs revision 1; revision 3 of the family is not ours.
    {
        let mut aws = bed.aws.lock().unwrap();
        let lasts = Behaviour::exits(Duration::from_hours(1), 0);
        aws.behave(Of::Image("nginx:1".to_owned()), [lasts]);
        let run = json!({"cluster": "shop", "taskDefinition": "shop-web:1", "launchType": "EC2"});
        aws.somebody(&Request::ecs("RunTask", &run)).unwrap();
        let arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-web:3";
        let untag = json!({"resourceArn": arn, "tagKeys": ["compose2ecs:project"]});
        aws.somebody(&Request::ecs("UntagResource", &untag)).unwrap();
    }
    bed.changes();
    let pruned = bed.run(&["prune-revisions", "--keep", "2"]);
    assert_eq!((pruned.code, &*pruned.stdout, &*pruned.stderr), (0, "shop-web:2\n", ""));
    assert_eq!((bed.changes(), active(&bed)), (vec!["DeregisterTaskDefinition".to_owned()], vec![1, 3, 4, 5]));
}

#[test]
fn what_a_rollback_needs_stays() {
    let bed = bed(2);
    // Revisions 3 to 5 never ran.
    for number in 3..=5 {
        let mut aws = bed.aws.lock().unwrap();
        let tags = json!([{"key": "compose2ecs:project", "value": "shop"}]);
        let containers = json!([{"name": "web", "image": format!("x:{number}"), "memory": 64}]);
        let input = json!({"family": "shop-web", "containerDefinitions": containers, "tags": tags});
        aws.somebody(&Request::ecs("RegisterTaskDefinition", &input)).unwrap();
    }
    let pruned = bed.run(&["prune-revisions", "--keep", "2"]);
    assert_eq!((&*pruned.stdout, active(&bed)), ("shop-web:3\n", vec![1, 2, 4, 5]), "{}", pruned.stderr);
}

#[test]
fn revisions_are_deleted_too() {
    let bed = bed(5);
    assert_eq!(bed.run(&["prune-revisions", "--keep", "4"]).stdout, "shop-web:1\n");
    bed.changes();
    let pruned = bed.run(&["prune-revisions", "--keep", "3", "--delete"]);
    assert_eq!((pruned.code, &*pruned.stdout), (0, "shop-web:2\nshop-web:1\n"), "{}", pruned.stderr);
    assert_eq!(bed.changes(), ["DeregisterTaskDefinition", "DeleteTaskDefinitions"]);
    let aws = bed.aws.lock().unwrap();
    let statuses: Vec<DefinitionStatus> = aws.definitions().map(|definition| definition.status).collect();
    let (gone, there) = (DefinitionStatus::DeleteInProgress, DefinitionStatus::Active);
    assert_eq!(statuses, [gone, gone, there, there, there]);
}

#[test]
fn up_keeps_some_and_fails_of_nothing_that_stays() {
    let bed = bed(3);
    let told = deploy(&bed, 4, &["--keep-revisions", "2"]);
    assert_eq!(active(&bed), [3, 4], "{told}");
    assert!(told.ends_with("shop-web:2: deregistered\nshop-web:1: deregistered\n"), "{told}");
    bed.aws.lock().unwrap().faults().on("DeregisterTaskDefinition").then(Fault::AccessDenied);
    let told = deploy(&bed, 5, &["--keep-revisions", "2"]);
    assert!(told.contains("\nwarning: shop-web:3 stays: DeregisterTaskDefinition: User: "), "{told}");
    let few = bed.up(&["--keep-revisions", "1"]);
    assert_eq!(few.code, 2, "{}", few.stderr);
}
