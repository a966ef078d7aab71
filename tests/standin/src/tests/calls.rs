//! What calls refuse, and what they add.

use serde_json::{Value, json};

use crate::testing::{Bed, creation, definition, with};

/// What a call is told after a cluster, a definition and a service are there.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "calls read better without a reference")]
fn check(operation: &str, input: Value, expected: &str) {
    let mut bed = Bed::new();
    bed.create("web", 0, json!({}));
    assert_eq!(bed.ecs(operation, input.clone()).map(|_| ()), Err(expected.to_owned()), "{operation} {input}");
}

#[test]
fn services_are_refused_as_ecs_does() {
    let other = |more: Value| with(with(creation("api", 1), json!({"taskDefinition": "web"})), more);
    let invalid = |text: &str| format!("InvalidParameterException: {text}");
    check("CreateService", other(json!({"cluster": "dev"})), "ClusterNotFoundException: Cluster not found.");
    check("CreateService", other(json!({"taskDefinition": "api"})), "ClientException: TaskDefinition not found.");
    check("CreateService", other(json!({"serviceName": "a b"})), &invalid("Invalid service name."));
    let network = "Network Configuration must be provided when networkMode 'awsvpc' is specified.";
    check("CreateService", other(json!({"networkConfiguration": null})), &invalid(network));
    let strategy = json!({"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]});
    let both =
        "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.";
    check("CreateService", other(strategy), &invalid(both));
    let strategy = json!({"launchType": null, "capacityProviderStrategy": [{"capacityProvider": "mine"}]});
    let unknown = "The specified capacity provider strategy cannot contain a capacity provider that is not associated \
                   with the cluster.";
    check("CreateService", other(strategy), &invalid(unknown));
    let daemon = json!({"schedulingStrategy": "DAEMON", "desiredCount": null});
    check("CreateService", other(daemon), &invalid("The daemon scheduling strategy is not supported on Fargate."));
    check(
        "CreateService",
        other(json!({"loadBalancers": [{"containerName": "app", "containerPort": 80}]})),
        &invalid("The container app does not exist in the task definition."),
    );
    let unknown = json!({"cluster": "prod", "service": "web", "launchType": "EC2"});
    check("UpdateService", unknown, "SerializationException: Unknown member 'launchType'");
    let missing = json!({"cluster": "prod", "service": "api"});
    check("UpdateService", missing.clone(), "ServiceNotFoundException: Service not found.");
    check("DeleteService", missing, "ServiceNotFoundException: Service not found.");
    let names: Vec<String> = (0..11).map(|number| format!("s{number}")).collect();
    let eleven = json!({"cluster": "prod", "services": names});
    check("DescribeServices", eleven, &invalid("Services must have at most 10 entries."));
    check(
        "ListServices",
        json!({"cluster": "prod", "maxResults": 101}),
        &invalid("maxResults must be between 1 and 100."),
    );
    let elsewhere = json!({"cluster": "prod", "services": ["arn:aws:ecs:eu-west-1:123456789012:service/dev/web"]});
    check("DescribeServices", elsewhere, &invalid("Identifier is for dev. Your cluster is prod"));
    let filters = json!({"cluster": "prod", "startedBy": "x", "serviceName": "web"});
    let alone = "When startedBy is specified, it must be the only filter that you use.";
    check("ListTasks", filters, &invalid(alone));
    check("CreateGarden", json!({}), "UnknownOperationException: ");
}

#[test]
fn task_definitions_are_refused_as_ecs_does() {
    let client = |text: &str| format!("ClientException: {text}");
    let container = |more: Value| {
        with(definition("web"), json!({"containerDefinitions": [with(json!({"name": "a", "image": "a"}), more)]}))
    };
    let register = "RegisterTaskDefinition";
    check(register, container(json!({"name": "a b"})), &client("Container.name contains invalid characters."));
    check(register, with(definition("web"), json!({"family": "a:b"})), &client("Family contains invalid characters."));
    let sizes = with(definition("web"), json!({"memory": "8192"}));
    check(register, sizes, &client("No Fargate configuration exists for given values: 256 CPU, 8192 memory."));
    let bridge = with(definition("web"), json!({"networkMode": "bridge"}));
    check(register, bridge, &client("Fargate only supports network mode 'awsvpc'."));
    let large = "Invalid setting for container 'a'. The container's memory is larger than the task's.";
    check(register, container(json!({"memory": 1024})), &client(large));
    let ports = json!({"portMappings": [{"containerPort": 80, "hostPort": 8080}]});
    let differ = "When networkMode=awsvpc, the host ports and container ports in port mappings must match.";
    check(register, container(ports), &client(differ));
    let itself = json!({"dependsOn": [{"containerName": "a", "condition": "START"}]});
    let none = "Invalid 'dependsOn' setting for container 'a': there is no other container 'a'.";
    check(register, container(itself), &client(none));
    let long = with(
        definition("web"),
        json!({"family": "w", "containerDefinitions": [{"name": "a", "image": "a", "command": ["x".repeat(65_536)]}]}),
    );
    let mut bed = Bed::new();
    let error = bed.ecs(register, long).unwrap_err();
    assert!(error.ends_with("Max allowed length is '65536' bytes."), "{error}");
    check("DescribeTaskDefinition", json!({"taskDefinition": "api"}), &client("Unable to describe task definition."));
}

#[test]
fn a_registered_definition_has_the_defaults() {
    let mut bed = Bed::new();
    let ports = json!([{"containerPort": 80}]);
    let check = json!({"command": ["CMD", "true"]});
    let container = json!({"name": "web", "image": "web", "portMappings": ports, "healthCheck": check});
    let input =
        with(definition("web"), json!({"cpu": "1 vCPU", "memory": "2 GB", "containerDefinitions": [container]}));
    let answer = bed.ok("RegisterTaskDefinition", with(input, json!({"tags": [{"key": "a", "value": "b"}]})));
    let definition = &answer["taskDefinition"];
    assert_eq!(
        (&definition["revision"], &definition["cpu"], &definition["memory"]),
        (&json!(1), &json!("1024"), &json!("2048"))
    );
    let container = json!({
        "name": "web",
        "image": "web",
        "cpu": 0,
        "essential": true,
        "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
        "environment": [],
        "mountPoints": [],
        "volumesFrom": [],
        "systemControls": [],
        "healthCheck": {"command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3},
    });
    assert_eq!(definition["containerDefinitions"], json!([container]));
    assert_eq!(answer["tags"], json!([{"key": "a", "value": "b"}]));
    assert_eq!(bed.ok("DescribeTaskDefinition", json!({"taskDefinition": "web"})).get("tags"), None);
}

#[test]
fn a_deregistered_revision_is_kept_by_what_runs() {
    let mut bed = Bed::new();
    bed.create("web", 1, json!({}));
    bed.ok("DeregisterTaskDefinition", json!({"taskDefinition": "web:1"}));
    bed.aws.advance(crate::testing::seconds(100));
    bed.ok("UpdateService", json!({"cluster": "prod", "service": "web", "desiredCount": 2}));
    bed.aws.advance(crate::testing::seconds(100));
    assert_eq!(bed.service("web").deployments.first().unwrap().tasks.len(), 2);
    let update = json!({"cluster": "prod", "service": "web", "taskDefinition": "web:1"});
    assert_eq!(bed.ecs("UpdateService", update).unwrap_err(), "ClientException: TaskDefinition is inactive");
    let newest = bed.ecs("DescribeTaskDefinition", json!({"taskDefinition": "web"})).unwrap_err();
    assert_eq!(newest, "ClientException: Unable to describe task definition.");
    let answer = bed.ok("DeleteTaskDefinitions", json!({"taskDefinitions": ["web:1", "web:2"]}));
    assert_eq!(answer["taskDefinitions"][0]["status"], "DELETE_IN_PROGRESS");
    assert_eq!(answer["failures"].as_array().unwrap().len(), 1);
    assert_eq!(bed.ok("RegisterTaskDefinition", definition("web"))["taskDefinition"]["revision"], 2);
}

#[test]
fn resources_have_tags() {
    let mut bed = Bed::new();
    let one = json!([{"key": "team", "value": "shop"}]);
    bed.create("web", 1, json!({"tags": one, "propagateTags": "SERVICE"}));
    bed.aws.advance(crate::testing::seconds(5));
    let task = bed.aws.tasks().next().unwrap().arn(bed.aws.settings());
    let service = "arn:aws:ecs:eu-west-1:123456789012:service/prod/web".to_owned();
    for arn in [service.clone(), task] {
        assert_eq!(bed.ok("ListTagsForResource", json!({"resourceArn": arn}))["tags"], one);
    }
    bed.ok("TagResource", json!({"resourceArn": service, "tags": [{"key": "b", "value": "2"}]}));
    bed.ok("UntagResource", json!({"resourceArn": service, "tagKeys": ["team", "none"]}));
    let answer = bed.ok("DescribeServices", json!({"cluster": "prod", "services": ["web"], "include": ["TAGS"]}));
    assert_eq!(answer["services"][0]["tags"], json!([{"key": "b", "value": "2"}]));
    let reserved = json!({"resourceArn": service, "tags": [{"key": "aws:x", "value": "1"}]});
    assert!(bed.ecs("TagResource", reserved).unwrap_err().contains("reserved for system use"));
    let missing = json!({"resourceArn": service.replace("web", "api")});
    assert!(bed.ecs("ListTagsForResource", missing).unwrap_err().starts_with("ResourceNotFoundException"));
}
