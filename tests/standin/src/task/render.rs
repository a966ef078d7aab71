//! A task as `DescribeTasks` gives it.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Container, ContainerState, Launch, Phase, Task};
use crate::settings::Settings;
use crate::tags;

impl Settings {
    /// An ARN of Amazon ECS.
    pub(crate) fn arn(&self, rest: impl std::fmt::Display) -> String {
        format!("arn:aws:ecs:{}:{}:{rest}", self.region, self.account)
    }

    /// A point in time as AWS writes it: seconds since 1970, to the millisecond.
    pub(crate) fn time(&self, at: Duration) -> Value {
        let at = self.epoch + at;
        let millis = f64::from(at.subsec_millis()) / 1000.0;
        let seconds = u32::try_from(at.as_secs()).unwrap_or(u32::MAX);
        json!(f64::from(seconds) + millis)
    }
}

impl Task {
    /// Its ARN.
    #[must_use]
    pub fn arn(&self, settings: &Settings) -> String {
        settings.arn(format_args!("task/{}/{}", self.cluster, self.id))
    }

    /// The structure `Task`.
    pub(crate) fn render(&self, now: Duration, settings: &Settings) -> Value {
        let mut task = json!({
            "taskArn": self.arn(settings),
            "clusterArn": settings.arn(format_args!("cluster/{}", self.cluster)),
            "taskDefinitionArn": settings.arn(format_args!("task-definition/{}", self.revision)),
            "lastStatus": self.phase.as_str(),
            "desiredStatus": if self.is_wanted() { "RUNNING" } else { "STOPPED" },
            "healthStatus": self.health(now).as_str(),
            "group": self.group,
            "cpu": self.cpu.to_string(),
            "memory": self.memory.to_string(),
            "createdAt": settings.time(self.created_at),
            "connectivity": "CONNECTED",
            "enableExecuteCommand": false,
            "version": 1,
            "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
            "availabilityZone": format!("{}a", settings.region),
            "overrides": self.overrides,
            "attachments": self.attachments(),
            "containers": self.containers.iter().map(|one| self.container(one, now, settings)).collect::<Value>(),
            "tags": tags::list(&self.tags),
        });
        let Some(members) = task.as_object_mut() else { return task };
        self.launch.render(members, &self.cluster, settings);
        if let Some(started_by) = &self.started_by {
            members.insert("startedBy".to_owned(), json!(started_by));
        }
        if let Some(stop) = &self.stop {
            members.insert("stopCode".to_owned(), json!(stop.code.as_str()));
            members.insert("stoppedReason".to_owned(), json!(stop.reason));
        }
        let times = [
            ("pullStartedAt", self.pull_started),
            ("startedAt", self.started_at),
            ("stoppingAt", self.stopping_at),
            ("executionStoppedAt", self.execution_stopped_at),
            ("stoppedAt", self.stopped_at),
        ];
        for (name, at) in times {
            if let Some(at) = at {
                members.insert(name.to_owned(), settings.time(at));
            }
        }
        task
    }

    fn ip(&self) -> String {
        format!("10.0.{}.{}", (self.address / 250) % 250, self.address % 250 + 4)
    }

    fn attachments(&self) -> Value {
        if !self.attached {
            return json!([]);
        }
        let status = match self.phase {
            Phase::Provisioning => "ATTACHING",
            Phase::Stopped => "DELETED",
            Phase::Pending
            | Phase::Activating
            | Phase::Running
            | Phase::Deactivating
            | Phase::Stopping
            | Phase::Deprovisioning => "ATTACHED",
        };
        json!([{
            "id": format!("{:036x}", self.address),
            "type": "ElasticNetworkInterface",
            "status": status,
            "details": [
                {"name": "networkInterfaceId", "value": format!("eni-{:017x}", self.address)},
                {"name": "privateIPv4Address", "value": self.ip()},
            ],
        }])
    }

    fn container(&self, container: &Container, now: Duration, settings: &Settings) -> Value {
        let id = format!("{}/{}/{}", self.cluster, self.id, container.name());
        let interfaces = if self.attached && self.phase > Phase::Provisioning {
            json!([{"attachmentId": format!("{:036x}", self.address), "privateIpv4Address": self.ip()}])
        } else {
            json!([])
        };
        let mut members = Map::new();
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        add("containerArn", json!(settings.arn(format_args!("container/{id}"))));
        add("taskArn", json!(self.arn(settings)));
        add("name", json!(container.name()));
        add("image", json!(container.spec.image));
        add("networkInterfaces", interfaces);
        add("networkBindings", json!([]));
        add("cpu", json!(container.spec.cpu.to_string()));
        add("lastStatus", json!(container.status(self.phase)));
        add("healthStatus", json!(container.health(now).map_or("UNKNOWN", super::container::HealthStatus::as_str)));
        if container.started().is_some() {
            add("runtimeId", json!(format!("{}-{:010}", self.id, self.address)));
        }
        if let ContainerState::Stopped { code, reason, .. } = &container.state {
            if let Some(code) = code {
                add("exitCode", json!(code));
            }
            if let Some(reason) = reason {
                add("reason", json!(reason));
            }
        }
        Value::Object(members)
    }
}

impl Container {
    fn status(&self, phase: Phase) -> &'static str {
        match self.state {
            ContainerState::Stopped { .. } => "STOPPED",
            // The agent reports the containers of a task with the task.
            ContainerState::Running(_) if phase >= Phase::Running => "RUNNING",
            ContainerState::Waiting | ContainerState::Starting(_) | ContainerState::Running(_) => "PENDING",
        }
    }
}

impl Launch {
    fn render(&self, members: &mut Map<String, Value>, cluster: &str, settings: &Settings) {
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        let provider = match self {
            Self::Fargate { provider } => {
                add("launchType", json!("FARGATE"));
                add("platformVersion", json!("1.4.0"));
                add("platformFamily", json!("Linux"));
                provider
            }
            Self::Instance { instance, provider } => {
                add("launchType", json!("EC2"));
                let arn = settings.arn(format_args!("container-instance/{cluster}/{instance}"));
                add("containerInstanceArn", json!(arn));
                provider
            }
        };
        if let Some(provider) = provider {
            add("capacityProviderName", json!(provider));
        }
    }
}
