//! ECS's own JSON: each file is the input of one call, as the AWS CLI takes it with `--cli-input-json`.

use camino::Utf8Path;
use serde::Serialize;
use serde_json::Value;

use super::Artifact;
use crate::ecs::log_group::LogGroup;
use crate::ecs::name::{Family, ServiceName};
use crate::ecs::overlay::Overlaid;
use crate::ecs::scaling::Scaling;
use crate::ecs::service::{
    CapacityProviderStrategyItem, Count, DeploymentConfiguration, LoadBalancer, NetworkConfiguration,
    PlacementConstraint, PlacementStrategy, PropagateTags, Service, ServiceConnectConfiguration,
};
use crate::ecs::shape::Call;
use crate::ecs::unit::Seconds;
use crate::ecs::{Stack, Switch};

/// The input of `UpdateService`: what a service may change once it is there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceUpdate<'a> {
    cluster: &'a str,
    service: &'a ServiceName,
    task_definition: &'a Family,
    #[serde(skip_serializing_if = "Option::is_none")]
    desired_count: Option<u32>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    capacity_provider_strategy: &'a [CapacityProviderStrategyItem],
    #[serde(skip_serializing_if = "Option::is_none")]
    platform_version: Option<&'a str>,
    deployment_configuration: &'a DeploymentConfiguration,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    placement_constraints: &'a [PlacementConstraint],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    placement_strategy: &'a [PlacementStrategy],
    #[serde(skip_serializing_if = "Option::is_none")]
    availability_zone_rebalancing: Option<Switch>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    load_balancers: &'a [LoadBalancer],
    #[serde(skip_serializing_if = "Option::is_none")]
    network_configuration: Option<&'a NetworkConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_connect_configuration: Option<&'a ServiceConnectConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    health_check_grace_period_seconds: Option<Seconds>,
    #[serde(rename = "enableECSManagedTags")]
    enable_ecs_managed_tags: bool,
    propagate_tags: PropagateTags,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_execute_command: Option<bool>,
}

/// One file per input, and one for the waves.
pub(super) fn emit(stack: &Stack) -> Vec<Artifact> {
    let Stack { cluster, task_definitions, services, tasks, scaling, log_groups, waves } = stack;
    let mut artifacts = vec![artifact("cluster.json", cluster)];
    for definition in task_definitions {
        let file = format!("task-definitions/{}.json", definition.family);
        artifacts.push(artifact(file, &Overlaid::of(definition)));
    }
    for service in services {
        let name = &service.service_name;
        artifacts.push(artifact(format!("services/{name}.json"), &Overlaid::of(service)));
        let scales = scaling.iter().any(|scaling| scaling.service == *name);
        let update = service_update(service, scales);
        let update = Overlaid { input: &update, overlay: &service.overlay, call: Call::UpdateService };
        artifacts.push(artifact(format!("services/{name}.update.json"), &update));
    }
    for task in tasks {
        artifacts.push(artifact(format!("tasks/{}.json", task.unit), &Overlaid::of(task)));
    }
    for Scaling { service, register_scalable_target, put_scaling_policies } in scaling {
        artifacts.push(artifact(format!("scaling/{service}.json"), register_scalable_target));
        for policy in put_scaling_policies {
            artifacts.push(artifact(format!("scaling/{}.json", policy.policy_name), policy));
        }
    }
    for LogGroup { create_log_group, put_retention_policy } in log_groups {
        let name = log_group_file(&create_log_group.log_group_name);
        artifacts.push(artifact(format!("log-groups/{name}.json"), create_log_group));
        artifacts.push(artifact(format!("log-groups/{name}.retention.json"), put_retention_policy));
    }
    artifacts.push(artifact("waves.json", waves));
    artifacts
}

/// The folders of files that come and go with what is in a project.
pub(super) const FOLDERS: &[&str] = &["task-definitions", "services", "tasks", "scaling", "log-groups"];

/// Whether a file is one of those that [`emit`] makes: it is about what its name says.
pub(super) fn is_emitted(path: &Utf8Path, contents: &str) -> bool {
    let Some((folder, Some(name))) = path.parent().map(|folder| (folder.as_str(), path.file_name())) else {
        return false;
    };
    let Some(name) = name.strip_suffix(".json") else { return false };
    let Ok(value) = serde_json::from_str::<Value>(contents) else { return false };
    let says = |key: &str, name: &str| value.get(key).and_then(Value::as_str) == Some(name);
    match (folder, name.strip_suffix(".update")) {
        ("task-definitions", _) => says("family", name),
        ("services", Some(name)) => says("service", name),
        ("services", None) => says("serviceName", name),
        // The input of `RunTask` does not name the task.
        ("tasks", _) => ["cluster", "taskDefinition", "propagateTags"].iter().all(|key| value.get(key).is_some()),
        ("scaling", _) => {
            let resource = value.get("ResourceId").and_then(Value::as_str).unwrap_or_default();
            says("PolicyName", name)
                || (resource.rsplit('/').next() == Some(name) && value.get("MaxCapacity").is_some())
        }
        ("log-groups", _) => {
            let group = value.get("logGroupName").and_then(Value::as_str).unwrap_or_default();
            log_group_file(group) == name.strip_suffix(".retention").unwrap_or(name)
        }
        _ => false,
    }
}

/// The name of the files about a log group, whose own name has slashes.
fn log_group_file(name: &str) -> String {
    name.trim_matches('/').replace('/', "-")
}

/// All inputs in one document.
pub(super) fn document(stack: &Stack) -> String {
    json(stack)
}

/// What `UpdateService` takes of a service.
///
/// It cannot change the launch type and the scheduling strategy; tags have a call of their own, `TagResource`. The
/// number of tasks is not for it to say where the service scales or nobody states a number: it stays what it is.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html>
fn service_update(service: &Service, scales: bool) -> ServiceUpdate<'_> {
    let Service {
        cluster,
        service_name,
        task_definition,
        desired_count,
        count,
        launch_type: _,
        capacity_provider_strategy,
        platform_version,
        scheduling_strategy: _,
        deployment_configuration,
        placement_constraints,
        placement_strategy,
        availability_zone_rebalancing,
        load_balancers,
        network_configuration,
        service_connect_configuration,
        health_check_grace_period_seconds,
        tags: _,
        enable_ecs_managed_tags,
        propagate_tags,
        enable_execute_command,
        // It is laid over the update, too.
        overlay: _,
    } = service;
    ServiceUpdate {
        cluster,
        service: service_name,
        task_definition,
        desired_count: desired_count.filter(|_| *count == Count::Stated && !scales),
        capacity_provider_strategy,
        platform_version: platform_version.as_deref(),
        deployment_configuration,
        placement_constraints,
        placement_strategy,
        availability_zone_rebalancing: *availability_zone_rebalancing,
        load_balancers,
        network_configuration: network_configuration.as_ref(),
        service_connect_configuration: service_connect_configuration.as_ref(),
        health_check_grace_period_seconds: *health_check_grace_period_seconds,
        enable_ecs_managed_tags: *enable_ecs_managed_tags,
        propagate_tags: *propagate_tags,
        enable_execute_command: *enable_execute_command,
    }
}

/// A file that holds one value.
fn artifact(path: impl Into<String>, value: &impl Serialize) -> Artifact {
    Artifact { path: path.into().into(), contents: json(value) }
}

/// A value as people read JSON: two spaces a level, and a line break at the end.
fn json(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("a model without maps of other keys is JSON");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecs::sample;

    /// Every value in a document, the document itself first.
    fn values(root: &Value) -> Vec<&Value> {
        let mut values = vec![root];
        let mut next = 0;
        while let Some(value) = values.get(next).copied() {
            match value {
                Value::Array(list) => values.extend(list),
                Value::Object(object) => values.extend(object.values()),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
            next += 1;
        }
        values
    }

    #[test]
    fn there_is_a_file_for_every_input() {
        let paths: Vec<_> = emit(&sample::stack()).into_iter().map(|artifact| artifact.path.into_string()).collect();
        let expected = [
            "cluster.json",
            "task-definitions/shop-web.json",
            "task-definitions/shop-api.json",
            "task-definitions/shop-migrate.json",
            "services/shop-web.json",
            "services/shop-web.update.json",
            "services/shop-api.json",
            "services/shop-api.update.json",
            "tasks/migrate.json",
            "scaling/shop-web.json",
            "scaling/shop-web-cpu.json",
            "log-groups/ecs-shop.json",
            "log-groups/ecs-shop.retention.json",
            "waves.json",
        ];
        assert_eq!(paths, expected);
    }

    #[test]
    fn what_is_made_is_known_again_under_its_name() {
        for Artifact { path, contents } in emit(&sample::stack()) {
            let in_folder = path.parent() != Some("".into());
            assert_eq!(is_emitted(&path, &contents), in_folder, "{path}");
            assert!(!is_emitted(&path.with_extension("txt"), &contents), "{path}");
            assert!(!is_emitted(&path, "{}") && !is_emitted(&path, "name: web"), "{path}");
            assert!(!is_emitted(&Utf8Path::new("other").join(path.file_name().unwrap()), &contents), "{path}");
        }
        let paths: Vec<_> = emit(&sample::stack()).into_iter().map(|artifact| artifact.path).collect();
        let folders = paths.iter().filter_map(|path| path.parent()).filter(|folder| *folder != "");
        assert!(folders.into_iter().all(|folder| FOLDERS.contains(&folder.as_str())));
    }

    #[test]
    fn nothing_is_null_and_no_list_is_empty() {
        let stack = sample::stack();
        let texts = emit(&stack).into_iter().map(|artifact| artifact.contents).chain([document(&stack)]);
        for text in texts {
            let root: Value = serde_json::from_str(&text).unwrap();
            for value in values(&root) {
                assert!(!value.is_null(), "{text}");
                assert!(!value.as_array().is_some_and(Vec::is_empty), "{text}");
            }
        }
    }

    #[test]
    fn the_document_holds_what_the_files_hold() {
        let stack = sample::stack();
        let whole: Value = serde_json::from_str(&document(&stack)).unwrap();
        let files = emit(&stack);
        let read = |path: &str| -> Value {
            serde_json::from_str(&files.iter().find(|artifact| artifact.path == path).unwrap().contents).unwrap()
        };
        assert_eq!(whole["cluster"], read("cluster.json"));
        assert_eq!(whole["taskDefinitions"][1], read("task-definitions/shop-api.json"));
        assert_eq!(whole["services"][0], read("services/shop-web.json"));
        assert_eq!(whole["tasks"][0], read("tasks/migrate.json"));
        assert_eq!(whole["waves"], read("waves.json"));
    }

    #[test]
    fn what_there_is_none_of_is_left_out() {
        let mut stack = sample::stack();
        (stack.services, stack.tasks, stack.waves) = Default::default();
        (stack.scaling, stack.log_groups) = Default::default();
        stack.cluster.capacity_providers.clear();
        stack.task_definitions.clear();
        stack.cluster.tags.clear();
        stack.cluster.service_connect_defaults = None;
        assert_eq!(document(&stack), "{\n  \"cluster\": {\n    \"clusterName\": \"shop\"\n  }\n}\n");
    }

    #[test]
    fn an_update_changes_what_update_service_can_change() {
        let mut service = sample::service("shop-web");
        service.desired_count = Some(3);
        let expected = r#"{
  "cluster": "shop",
  "service": "shop-web",
  "taskDefinition": "shop-web",
  "desiredCount": 3,
  "deploymentConfiguration": {
    "deploymentCircuitBreaker": {
      "enable": true,
      "rollback": true
    }
  },
  "enableECSManagedTags": true,
  "propagateTags": "SERVICE"
}
"#;
        assert_eq!(json(&service_update(&service, false)), expected);
    }

    #[test]
    fn an_update_leaves_the_number_of_tasks_to_what_scales_it() {
        let mut service = sample::service("shop-web");
        assert!(json(&service_update(&service, false)).contains("desiredCount"));
        assert!(!json(&service_update(&service, true)).contains("desiredCount"));
        service.count = Count::Usual;
        assert!(!json(&service_update(&service, false)).contains("desiredCount"));
    }

    #[test]
    fn sizes_of_tasks_are_text_and_a_volume_without_a_kind_is_a_name() {
        let stack = sample::stack();
        let definition = serde_json::to_value(&stack.task_definitions[1]).unwrap();
        assert_eq!(definition["cpu"], "512");
        assert_eq!(definition["memory"], "1024");
        let volumes = concat!(
            r#"[{"name":"scratch"},"#,
            r#"{"name":"files","efsVolumeConfiguration":{"fileSystemId":"fs-0123abcd","rootDirectory":"/srv","#,
            r#""transitEncryption":"ENABLED","transitEncryptionPort":2999,"authorizationConfig":{"iam":"ENABLED"}}}]"#
        );
        assert_eq!(serde_json::to_string(&stack.task_definitions[1].volumes).unwrap(), volumes);
    }
}
