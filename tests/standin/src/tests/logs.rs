//! What containers write.

use serde_json::{Value, json};

use crate::testing::{Bed, creation, definition, seconds};
use crate::{Behaviour, Of, Request};

fn logged(family: &str, create: &str) -> Value {
    let mut definition = definition(family);
    definition["containerDefinitions"][0]["logConfiguration"] = json!({
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "/shop",
            "awslogs-region": "eu-west-1",
            "awslogs-stream-prefix": family,
            "awslogs-create-group": create,
        },
    });
    definition
}

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "calls read better without a reference")]
fn logs(bed: &mut Bed, operation: &str, input: Value) -> Value {
    bed.request(&Request::logs(operation, &input)).unwrap_or_else(|error| json!(error))
}

fn messages(answer: &Value) -> Vec<&str> {
    answer["events"].as_array().unwrap().iter().map(|event| event["message"].as_str().unwrap()).collect()
}

#[test]
fn lines_are_read_as_they_come_in() {
    let mut bed = Bed::new();
    let behaviour = Behaviour::exits(seconds(60), 1)
        .says(seconds(0), "starting")
        .says(seconds(10), "ready")
        .says(seconds(90), "never said");
    bed.aws.behave(Of::Image("web".to_owned()), [behaviour, Behaviour::default()]);
    bed.ok("RegisterTaskDefinition", logged("web", "true"));
    let missing = "ResourceNotFoundException: The specified log group does not exist.";
    assert_eq!(logs(&mut bed, "FilterLogEvents", json!({"logGroupName": "/shop"})), missing);
    bed.ok("CreateService", creation("web", 1));
    let filter = json!({"logGroupName": "/shop", "logStreamNamePrefix": "web/web/"});
    bed.aws.advance(seconds(21));
    assert_eq!(messages(&logs(&mut bed, "FilterLogEvents", filter.clone())), ["starting"]);
    bed.aws.advance(seconds(100));
    let answer = logs(&mut bed, "FilterLogEvents", filter.clone());
    assert_eq!(messages(&answer), ["starting", "ready"]);
    let second = answer["events"][1]["timestamp"].clone();
    let since = crate::testing::with(filter.clone(), json!({"startTime": second}));
    assert_eq!(messages(&logs(&mut bed, "FilterLogEvents", since)), ["ready"]);
    let page = logs(&mut bed, "FilterLogEvents", crate::testing::with(filter.clone(), json!({"limit": 1})));
    assert_eq!(messages(&page), ["starting"]);
    let next = crate::testing::with(filter, json!({"limit": 1, "nextToken": page["nextToken"]}));
    let page = logs(&mut bed, "FilterLogEvents", next);
    assert_eq!((messages(&page), page.get("nextToken")), (vec!["ready"], None));
    let stream = answer["events"][0]["logStreamName"].clone();
    let get = json!({"logGroupName": "/shop", "logStreamName": stream, "limit": 1});
    assert_eq!(messages(&logs(&mut bed, "GetLogEvents", get)), ["ready"]);
    let streams = logs(&mut bed, "DescribeLogStreams", json!({"logGroupName": "/shop"}));
    assert_eq!(streams["logStreams"].as_array().unwrap().len(), 2);
}

#[test]
fn a_group_that_is_not_there_keeps_a_task_from_starting() {
    let mut bed = Bed::new();
    bed.ok("RegisterTaskDefinition", logged("web", "false"));
    bed.ok("CreateService", creation("web", 1));
    bed.aws.advance(seconds(15));
    let reason = bed.aws.tasks().next().unwrap().stop.clone().unwrap().reason;
    assert!(reason.starts_with("ResourceInitializationError: failed to validate logger args:"), "{reason}");
    logs(&mut bed, "CreateLogGroup", json!({"logGroupName": "/shop", "tags": {"a": "b"}}));
    let again = "ResourceAlreadyExistsException: The specified log group already exists";
    assert_eq!(logs(&mut bed, "CreateLogGroup", json!({"logGroupName": "/shop"})), again);
    logs(&mut bed, "PutRetentionPolicy", json!({"logGroupName": "/shop", "retentionInDays": 14}));
    let refused = logs(&mut bed, "PutRetentionPolicy", json!({"logGroupName": "/shop", "retentionInDays": 13}));
    assert!(refused.as_str().unwrap().starts_with("InvalidParameterException: retentionInDays must be one of 1, 3"));
    let groups = logs(&mut bed, "DescribeLogGroups", json!({"logGroupNamePrefix": "/sh"}));
    assert_eq!(groups["logGroups"][0]["retentionInDays"], 14);
    bed.aws.advance(seconds(120));
    assert_eq!(bed.service("web").deployments.first().unwrap().rollout.as_str(), "COMPLETED");
}
