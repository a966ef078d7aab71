//! `--default-vpc`: subnets that nobody names.

use compose2ecs_standin::Fault;
use serde_json::{Value, json};

use super::Bed;
use crate::binary::Run;

const SHOP: &str = "name: shop\nservices: {web: {image: 'nginx:1', mem_limit: 512m}}";

#[track_caller]
fn up(bed: &Bed, args: &[&str]) -> Run {
    let role = "arn:aws:iam::123456789012:role/execution";
    bed.up(&[&["--launch-type", "fargate", "--execution-role", role], args].concat())
}

/// The network of the service that was made.
fn network(bed: &Bed) -> Value {
    let aws = bed.aws.lock().unwrap();
    let made = aws.calls().iter().find(|call| call.operation == "CreateService").unwrap();
    made.input.pointer("/networkConfiguration/awsvpcConfiguration").unwrap().clone()
}

#[test]
fn subnets_that_nobody_names_are_those_of_the_default_vpc() {
    let bed = Bed::new(SHOP);
    let without = up(&bed, &[]);
    assert!(without.code == 1 && without.stderr.contains("tasks on Fargate need subnets"), "{}", without.stderr);
    let with = up(&bed, &["--default-vpc"]);
    assert_eq!(with.code, 0, "{}", with.stderr);
    // Its subnets have no other way out than public addresses.
    let expected = json!({"subnets": ["subnet-0a1b2c3d", "subnet-1a2b3c4d"], "assignPublicIp": "ENABLED"});
    assert_eq!(network(&bed), expected);
    bed.changes();
    let again = up(&bed, &["--default-vpc"]);
    assert_eq!((again.code, bed.changes()), (0, vec![]), "{}", again.stderr);
}

#[test]
fn subnets_that_somebody_names_are_not_looked_up() {
    let bed = Bed::new(SHOP);
    let named = up(&bed, &["--default-vpc", "--subnets", "subnet-99999999"]);
    assert_eq!(named.code, 0, "{}", named.stderr);
    let looked = bed.aws.lock().unwrap().calls().iter().any(|call| call.operation == "DescribeSubnets");
    assert_eq!((looked, network(&bed)), (false, json!({"subnets": ["subnet-99999999"], "assignPublicIp": "DISABLED"})));
}

#[test]
fn what_is_in_the_way_of_subnets_is_said() {
    let bed = Bed::new(SHOP);
    bed.aws.lock().unwrap().settings_mut().default_subnets.clear();
    let none = up(&bed, &["--default-vpc"]);
    let expected = "error: there is no default VPC in eu-west-1, or it has no default subnets\n";
    assert!(none.code == 1 && none.stderr.starts_with(expected), "{}", none.stderr);
    bed.aws.lock().unwrap().faults().on("DescribeSubnets").then(Fault::AccessDenied);
    let denied = up(&bed, &["--default-vpc"]);
    let expected = "error: missing permission ec2:DescribeSubnets on * for arn:aws:iam::123456789012:user/ci\n";
    assert!(denied.stderr.starts_with(expected), "{}", denied.stderr);
}

#[test]
fn what_passes_is_asked_again() {
    let bed = Bed::new(SHOP);
    bed.aws.lock().unwrap().faults().on("DescribeSubnets").first(1).then(Fault::Throttle);
    let throttled = up(&bed, &["--default-vpc"]);
    assert_eq!(throttled.code, 0, "{}", throttled.stderr);
}
