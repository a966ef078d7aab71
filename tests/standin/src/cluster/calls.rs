//! The calls about clusters.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Cluster, ClusterStatus};
use crate::aws::Aws;
use crate::input::Input;
use crate::page::Pages;
use crate::service::ServiceStatus;
use crate::tags;
use crate::task::Phase;
use crate::wire::{Answer, ApiError};

/// The members of a cluster's inputs that are kept as they are.
const KEPT: [&str; 5] =
    ["settings", "configuration", "capacityProviders", "defaultCapacityProviderStrategy", "serviceConnectDefaults"];

impl Aws {
    /// The cluster that a call names, or the one called `default`, which has to be in use.
    pub(crate) fn active_cluster(&self, input: Input<'_>) -> Result<&Cluster, ApiError> {
        let cluster = self.clusters.get(cluster_name(input));
        let active = cluster.filter(|cluster| cluster.status == ClusterStatus::Active);
        active.ok_or_else(|| ApiError::new("ClusterNotFoundException", "Cluster not found."))
    }

    pub(crate) fn create_cluster(&mut self, input: Input<'_>) -> Answer {
        let name = input.text("clusterName").unwrap_or("default");
        if name.is_empty() || name.len() > 255 || !name.chars().all(is_in_name) {
            return Err(ApiError::invalid("Invalid cluster name."));
        }
        let tags = tags::given(input)?;
        let is_there = self.clusters.get(name).is_some_and(|cluster| cluster.status == ClusterStatus::Active);
        if !is_there {
            let members = input.pick(&KEPT);
            let cluster = Cluster {
                name: name.to_owned(),
                status: ClusterStatus::Active,
                tags,
                members,
                instances: BTreeMap::new(),
            };
            self.clusters.insert(name.to_owned(), cluster);
        }
        let everything = json!({"include": ["TAGS", "SETTINGS", "CONFIGURATIONS"]});
        let cluster = self.clusters.get(name).map(|cluster| self.render_cluster(cluster, Input(&everything)));
        Ok(json!({"cluster": cluster}))
    }

    pub(crate) fn delete_cluster(&mut self, input: Input<'_>) -> Answer {
        let cluster = self.active_cluster(input)?.name.clone();
        let services = self.services.values().filter(|service| service.key.cluster == cluster);
        if services.clone().any(|service| service.status != ServiceStatus::Inactive) {
            let message = "The Cluster cannot be deleted while Services are active.";
            return Err(ApiError::new("ClusterContainsServicesException", message));
        }
        let mut tasks = self.tasks.all.values().filter(|task| task.cluster == cluster);
        if tasks.any(|task| task.phase != Phase::Stopped) {
            let message = "The Cluster cannot be deleted while Tasks are active.";
            return Err(ApiError::new("ClusterContainsTasksException", message));
        }
        let rendered = self.retire(&cluster);
        Ok(json!({"cluster": rendered}))
    }

    /// Takes a cluster away with all that is in it, as no call can.
    pub fn destroy_cluster(&mut self, name: &str) {
        self.retire(name);
    }

    fn retire(&mut self, name: &str) -> Option<Value> {
        let cluster = self.clusters.get_mut(name)?;
        cluster.status = ClusterStatus::Inactive;
        cluster.instances.clear();
        let cluster = self.clusters.get(name)?;
        Some(self.render_cluster(cluster, Input(&Value::Null)))
    }

    pub(crate) fn describe_clusters(&mut self, input: Input<'_>) -> Value {
        let mut names = input.texts("clusters");
        if names.is_empty() {
            names.push("default");
        }
        let (mut found, mut failures) = (Vec::new(), Vec::new());
        for name in names {
            if let Some(cluster) = self.clusters.get(last_part(name)) {
                found.push(self.render_cluster(cluster, input));
            } else {
                let arn = self.settings.arn(format_args!("cluster/{}", last_part(name)));
                failures.push(json!({"arn": arn, "reason": "MISSING"}));
            }
        }
        json!({"clusters": found, "failures": failures})
    }

    pub(crate) fn list_clusters(&mut self, input: Input<'_>) -> Answer {
        let active = self.clusters.values().filter(|cluster| cluster.status == ClusterStatus::Active);
        let arns = active.map(|cluster| json!(self.settings.arn(format_args!("cluster/{}", cluster.name))));
        self.page(arns.collect(), input, Pages::of("clusterArns"))
    }

    pub(crate) fn put_cluster_capacity_providers(&mut self, input: Input<'_>) -> Answer {
        let name = self.active_cluster(input)?.name.clone();
        let members = input.pick(&["capacityProviders", "defaultCapacityProviderStrategy"]);
        if let Some(cluster) = self.clusters.get_mut(&name) {
            cluster.members.extend(members);
        }
        let cluster = self.clusters.get(&name).map(|cluster| self.render_cluster(cluster, input));
        Ok(json!({"cluster": cluster}))
    }

    pub(crate) fn describe_capacity_providers(&mut self, input: Input<'_>) -> Value {
        let wanted = input.texts("capacityProviders");
        let known = ["FARGATE", "FARGATE_SPOT"];
        let arn = |name: &str| self.settings.arn(format_args!("capacity-provider/{name}"));
        let provider = |name: &str| json!({"capacityProviderArn": arn(name), "name": name, "status": "ACTIVE"});
        let missing = wanted.iter().filter(|name| !known.contains(name));
        let failures: Vec<Value> = missing.map(|name| json!({"arn": arn(name), "reason": "MISSING"})).collect();
        let chosen = known.iter().filter(|name| wanted.is_empty() || wanted.contains(name));
        json!({"capacityProviders": chosen.map(|name| provider(name)).collect::<Value>(), "failures": failures})
    }

    fn render_cluster(&self, cluster: &Cluster, input: Input<'_>) -> Value {
        let services = self.services.values().filter(|service| service.key.cluster == cluster.name);
        let active = services.filter(|service| service.status == ServiceStatus::Active).count();
        let tasks = || self.tasks.all.values().filter(|task| task.cluster == cluster.name);
        let mut members: Map<String, Value> = Map::new();
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        add("clusterArn", json!(self.settings.arn(format_args!("cluster/{}", cluster.name))));
        add("clusterName", json!(cluster.name));
        add("status", json!(cluster.status.as_str()));
        add("registeredContainerInstancesCount", json!(cluster.instances.len()));
        add("runningTasksCount", json!(tasks().filter(|task| task.phase == Phase::Running).count()));
        add("pendingTasksCount", json!(tasks().filter(|task| task.phase < Phase::Running).count()));
        add("activeServicesCount", json!(active));
        add("statistics", json!([]));
        let list = |name: &str| cluster.members.get(name).cloned().unwrap_or(json!([]));
        add("capacityProviders", list("capacityProviders"));
        add("defaultCapacityProviderStrategy", list("defaultCapacityProviderStrategy"));
        if input.includes("include", "SETTINGS") {
            add("settings", list("settings"));
        }
        if let Some(configuration) = cluster.members.get("configuration")
            && input.includes("include", "CONFIGURATIONS")
        {
            add("configuration", configuration.clone());
        }
        add("tags", if input.includes("include", "TAGS") { tags::list(&cluster.tags) } else { json!([]) });
        Value::Object(members)
    }
}

impl ClusterStatus {
    /// The word of the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
        }
    }
}

/// The name of the cluster that a call is about.
pub(crate) fn cluster_name(input: Input<'_>) -> &str {
    input.text("cluster").map_or("default", last_part)
}

/// The last part of an ARN, or a name as it is.
pub(crate) fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Whether names of clusters, services and families may have this letter.
pub(crate) fn is_in_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}
