//! ECS's own JSON: each file is the input of one call, as the AWS CLI takes it with `--cli-input-json`.

use camino::Utf8Path;
use serde::Serialize;
use serde_json::Value;

use super::Artifact;
use crate::ecs::Stack;
use crate::ecs::name::{Family, ServiceName};
use crate::ecs::service::{
    DeploymentConfiguration, NetworkConfiguration, PlacementConstraint, PlacementStrategy, PropagateTags, Service,
    ServiceConnectConfiguration,
};
use crate::ecs::unit::Seconds;

/// The input of `UpdateService`: what a service may change once it is there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceUpdate<'a> {
    cluster: &'a str,
    service: &'a ServiceName,
    task_definition: &'a Family,
    #[serde(skip_serializing_if = "Option::is_none")]
    desired_count: Option<u32>,
    deployment_configuration: &'a DeploymentConfiguration,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    placement_constraints: &'a [PlacementConstraint],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    placement_strategy: &'a [PlacementStrategy],
    #[serde(skip_serializing_if = "Option::is_none")]
    network_configuration: Option<&'a NetworkConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_connect_configuration: Option<&'a ServiceConnectConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    health_check_grace_period_seconds: Option<Seconds>,
    #[serde(rename = "enableECSManagedTags")]
    enable_ecs_managed_tags: bool,
    propagate_tags: PropagateTags,
}

/// One file per input, and one for the waves.
pub(super) fn emit(stack: &Stack) -> Vec<Artifact> {
    let Stack { cluster, task_definitions, services, tasks, waves } = stack;
    let mut artifacts = vec![artifact("cluster.json", cluster)];
    for definition in task_definitions {
        artifacts.push(artifact(format!("task-definitions/{}.json", definition.family), definition));
    }
    for service in services {
        let name = &service.service_name;
        artifacts.push(artifact(format!("services/{name}.json"), service));
        artifacts.push(artifact(format!("services/{name}.update.json"), &service_update(service)));
    }
    for task in tasks {
        artifacts.push(artifact(format!("tasks/{}.json", task.unit), task));
    }
    artifacts.push(artifact("waves.json", waves));
    artifacts
}

/// The folders of files that come and go with what is in a project.
pub(super) const FOLDERS: &[&str] = &["task-definitions", "services", "tasks"];

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
        _ => false,
    }
}

/// All inputs in one document.
pub(super) fn document(stack: &Stack) -> String {
    json(stack)
}

/// What `UpdateService` takes of a service.
///
/// It cannot change the launch type and the scheduling strategy; tags have a call of their own, `TagResource`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html>
fn service_update(service: &Service) -> ServiceUpdate<'_> {
    let Service {
        cluster,
        service_name,
        task_definition,
        desired_count,
        launch_type: _,
        scheduling_strategy: _,
        deployment_configuration,
        placement_constraints,
        placement_strategy,
        network_configuration,
        service_connect_configuration,
        health_check_grace_period_seconds,
        tags: _,
        enable_ecs_managed_tags,
        propagate_tags,
    } = service;
    ServiceUpdate {
        cluster,
        service: service_name,
        task_definition,
        desired_count: *desired_count,
        deployment_configuration,
        placement_constraints,
        placement_strategy,
        network_configuration: network_configuration.as_ref(),
        service_connect_configuration: service_connect_configuration.as_ref(),
        health_check_grace_period_seconds: *health_check_grace_period_seconds,
        enable_ecs_managed_tags: *enable_ecs_managed_tags,
        propagate_tags: *propagate_tags,
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
        assert_eq!(json(&service_update(&service)), expected);
    }

    #[test]
    fn sizes_of_tasks_are_text_and_a_volume_without_a_kind_is_a_name() {
        let stack = sample::stack();
        let definition = serde_json::to_value(&stack.task_definitions[1]).unwrap();
        assert_eq!(definition["cpu"], "512");
        assert_eq!(definition["memory"], "1024");
        let volumes = concat!(
            r#"[{"name":"scratch"},"#,
            r#"{"name":"files","efsVolumeConfiguration":{"fileSystemId":"fs-0123abcd","rootDirectory":"/srv"}}]"#
        );
        assert_eq!(serde_json::to_string(&stack.task_definitions[1].volumes).unwrap(), volumes);
    }
}
