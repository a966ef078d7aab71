//! Services that are deleted, and made again.

use serde_json::{Value, json};

use crate::Request;
use crate::testing::{Bed, check_story, creation, seconds, with};

fn service(more: Value) -> Value {
    with(json!({"cluster": "prod", "service": "web"}), more)
}

#[test]
fn a_deleted_service_drains_before_its_name_is_free() {
    let mut bed = Bed::new();
    bed.create("web", 1, json!({}));
    bed.aws.advance(seconds(100));
    let scaled = bed.ecs("DeleteService", service(json!({}))).unwrap_err();
    assert_eq!(scaled, "InvalidParameterException: The service cannot be stopped while it is scaled above 0.");
    let answer = bed.ok("DeleteService", service(json!({"force": true})));
    assert_eq!(answer["service"]["status"], "DRAINING");
    let create = |bed: &mut Bed| bed.ecs("CreateService", creation("web", 1)).map(|_| ());
    let draining = "InvalidParameterException: Unable to Start a service that is still Draining.";
    assert_eq!(create(&mut bed), Err(draining.to_owned()));
    let update = bed.ecs("UpdateService", service(json!({"desiredCount": 2}))).unwrap_err();
    assert_eq!(update, "ServiceNotActiveException: Service was not ACTIVE.");
    check_story(
        &bed.watch("web", seconds(60)),
        "
            100 DRAINING web:1 COMPLETED 1+0 failed 0
            101 DRAINING web:1 COMPLETED 0+0 failed 0
            115 INACTIVE
        ",
    );
    let answer = bed.ok("DescribeServices", json!({"cluster": "prod", "services": ["web"]}));
    assert_eq!((&answer["services"][0]["status"], &answer["failures"]), (&json!("INACTIVE"), &json!([])));
    assert_eq!(bed.ok("ListServices", json!({"cluster": "prod"}))["serviceArns"], json!([]));
    assert_eq!(create(&mut bed), Ok(()));
    bed.ok("DeleteService", service(json!({"force": true})));
    bed.aws.advance(seconds(60));
    bed.aws.forget_inactive_services();
    let answer = bed.ok("DescribeServices", json!({"cluster": "prod", "services": ["web"]}));
    assert_eq!(answer["failures"][0]["reason"], "MISSING");
}

#[test]
fn a_token_makes_creation_safe_to_repeat() {
    let mut bed = Bed::new();
    bed.create("web", 1, json!({"clientToken": "one"}));
    let same = bed.ok("CreateService", with(creation("web", 1), json!({"clientToken": "one"})));
    assert_eq!(same["service"]["deployments"].as_array().unwrap().len(), 1);
    for more in [json!({}), json!({"clientToken": "two"}), json!({"clientToken": "one", "desiredCount": 2})] {
        let error = bed.ecs("CreateService", with(creation("web", 1), more)).unwrap_err();
        assert_eq!(error, "InvalidParameterException: Creation of service was not idempotent.");
    }
}

#[test]
fn a_cluster_with_services_stays() {
    let mut bed = Bed::new();
    bed.create("web", 0, json!({}));
    let error = bed.ecs("DeleteCluster", json!({"cluster": "prod"})).unwrap_err();
    assert!(error.starts_with("ClusterContainsServicesException"), "{error}");
    bed.aws.destroy_cluster("prod");
    let error = bed.ecs("DescribeServices", json!({"cluster": "prod", "services": ["web"]})).unwrap_err();
    assert_eq!(error, "ClusterNotFoundException: Cluster not found.");
    let answer = bed.ok("DescribeClusters", json!({"clusters": ["prod", "dev"]}));
    assert_eq!(answer["clusters"][0]["status"], "INACTIVE");
    assert_eq!(answer["failures"][0]["reason"], "MISSING");
}

#[test]
fn somebody_else_deletes_it_meanwhile() {
    let mut bed = Bed::new();
    bed.create("web", 1, json!({}));
    bed.aws.at(seconds(40), Request::ecs("DeleteService", &service(json!({"force": true}))));
    check_story(
        &bed.watch("web", seconds(60)),
        "
            0 ACTIVE web:1 IN_PROGRESS 0+0 failed 0
            1 ACTIVE web:1 IN_PROGRESS 0+1 failed 0
            21 ACTIVE web:1 IN_PROGRESS 1+0 failed 0
            40 DRAINING web:1 IN_PROGRESS 1+0 failed 0
            41 DRAINING web:1 IN_PROGRESS 0+0 failed 0
            55 INACTIVE
        ",
    );
}
