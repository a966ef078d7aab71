//! Repositories and images.

use serde_json::{Value, json};

use crate::testing::{Bed, seconds};
use crate::{Request, StopCode};

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "calls read better without a reference")]
fn ecr(bed: &mut Bed, operation: &str, input: Value) -> Value {
    bed.request(&Request::ecr(operation, &input)).unwrap_or_else(|error| json!(error))
}

#[test]
fn images_are_pushed_and_found() {
    let mut bed = Bed::new();
    let name = json!({"repositoryName": "shop/api"});
    let missing = "RepositoryNotFoundException: The repository with name 'shop/api' does not exist in the registry with \
                   id '123456789012'";
    assert_eq!(ecr(&mut bed, "DescribeImages", name.clone()), missing);
    let made = ecr(
        &mut bed,
        "CreateRepository",
        json!({
            "repositoryName": "shop/api",
            "imageTagMutability": "IMMUTABLE",
            "tags": [{"Key": "a", "Value": "b"}],
        }),
    );
    let uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api";
    assert_eq!(made["repository"]["repositoryUri"], uri);
    let again = "RepositoryAlreadyExistsException: The repository with name 'shop/api' already exists in the registry \
                 with id '123456789012'";
    assert_eq!(ecr(&mut bed, "CreateRepository", name), again);
    let digest = bed.aws.push_image(("shop/api", "1.9"), None, &["linux/amd64", "linux/arm64"]).unwrap();
    let taken = bed.aws.push_image(("shop/api", "1.9"), None, &["linux/amd64"]).unwrap_err();
    assert_eq!(taken.code, "ImageTagAlreadyExistsException");
    let ids = |tag: &str| json!({"repositoryName": "shop/api", "imageIds": [{"imageTag": tag}]});
    assert_eq!(ecr(&mut bed, "DescribeImages", ids("1.9"))["imageDetails"][0]["imageDigest"], digest.as_str());
    let missing = "ImageNotFoundException: The image with imageId {imageDigest:'null', imageTag:'2.0'} does not exist \
                   within the repository with name 'shop/api' in the registry with id '123456789012'";
    assert_eq!(ecr(&mut bed, "DescribeImages", ids("2.0")), missing);
    let image = ecr(&mut bed, "BatchGetImage", ids("1.9"))["images"][0].clone();
    let manifest: Value = serde_json::from_str(image["imageManifest"].as_str().unwrap()).unwrap();
    assert_eq!(manifest["manifests"][1]["platform"], json!({"os": "linux", "architecture": "arm64"}));
    assert_eq!(ecr(&mut bed, "BatchGetImage", ids("2.0"))["failures"][0]["failureCode"], "ImageNotFound");
    let login = ecr(&mut bed, "GetAuthorizationToken", json!({}))["authorizationData"][0].clone();
    assert_eq!(login["authorizationToken"], "QVdTOnN0YW5kaW4=");
}

#[test]
fn a_task_needs_its_image_in_the_registry() {
    let mut bed = Bed::new();
    let image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1.9";
    let mut definition = crate::testing::definition("api");
    definition["containerDefinitions"][0]["image"] = json!(image);
    bed.ok("RegisterTaskDefinition", definition);
    bed.ok("CreateService", crate::testing::creation("api", 1));
    bed.aws.advance(seconds(20));
    let stop = bed.aws.tasks().next().unwrap().stop.clone().unwrap();
    let reason = format!(
        "CannotPullContainerError: ref pull has been retried 5 time(s): failed to resolve reference \"{image}\": {image}: \
         not found"
    );
    assert_eq!((stop.code, stop.reason), (StopCode::TaskFailedToStart, reason));
    bed.aws.add_repository("shop/api");
    bed.aws.push_image(("shop/api", "1.9"), None, &["linux/amd64"]).unwrap();
    bed.aws.advance(seconds(120));
    assert_eq!(bed.service("api").deployments.first().unwrap().rollout.as_str(), "COMPLETED");
}
