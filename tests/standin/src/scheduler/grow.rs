//! Starting the tasks that a service lacks.

use std::time::Duration;

use serde_json::Value;

use super::{Rollout, Service, TaskNumber};
use crate::aws::Aws;
use crate::deployment::Deployment;
use crate::input::Input;
use crate::service::ServiceKey;
use crate::tags::Tags;
use crate::task::{Launch, Start};

/// After how long a service tries again to place a task.
const PLACE_AGAIN: Duration = Duration::from_secs(15);

/// After how long a service says again why it cannot place a task.
const SAY_AGAIN: Duration = Duration::from_mins(5);

/// After how long a service tries again to assume a role.
const ASSUME_AGAIN: Duration = Duration::from_secs(30);

impl Aws {
    pub(super) fn grow(&mut self, service: &mut Service) {
        let Some(primary) = service.deployments.first() else { return };
        if primary.rollout == Rollout::Failed || self.now < primary.not_before {
            return;
        }
        let live = |deployment: &Deployment| u64::try_from(self.wanted(&deployment.tasks).len()).unwrap_or(u64::MAX);
        let all: u64 = service.deployments.iter().map(live).sum();
        // At least one more than there should be, so that a service of one task can replace it.
        let missing = service.desired.saturating_sub(live(primary)).min(service.most().saturating_sub(all));
        let mut started = Vec::new();
        for _ in 0..missing {
            match self.start_for(service, None) {
                Some(number) => started.push(number),
                None => break,
            }
        }
        self.tell_of_starts(service, &started);
    }

    pub(super) fn tell_of_starts(&mut self, service: &mut Service, started: &[TaskNumber]) {
        if started.is_empty() {
            return;
        }
        service.steady = false;
        let tasks = self.task_list(started);
        let event = self.ids.uuid();
        service.happens(event, self.now, format_args!("has started {} tasks: {tasks}.", started.len()));
    }

    /// Starts a task of the PRIMARY deployment, on an instance if one is named, or says why not and tries again later.
    pub(super) fn start_for(&mut self, service: &mut Service, instance: Option<&str>) -> Option<TaskNumber> {
        let (id, revision) = service.deployments.first().map(|one| (one.id.clone(), one.revision.clone()))?;
        let definition = self.definitions.revisions.get(&revision)?.clone();
        if self.now < self.settings.roles_ready_at {
            self.tell_of_role(service, &definition);
            return None;
        }
        let members = Value::Object(service.members.clone());
        let launch = self.launch(&service.key.cluster, Input(&members)).ok()?;
        let placed = self.place(&service.key.cluster, &definition, (&launch, instance));
        let launch = match placed {
            Ok(launch) => launch,
            Err(unplaced) => {
                self.tell_of_place(service, unplaced.event());
                return None;
            }
        };
        if let Some(primary) = service.deployments.first_mut() {
            primary.unplaced = None;
        }
        let number = self.start_task(&definition, start(service, &id, launch));
        service.deployments.first_mut()?.tasks.insert(number);
        Some(number)
    }

    fn tell_of_place(&mut self, service: &mut Service, message: String) {
        let now = self.now;
        let Some(primary) = service.deployments.first_mut() else { return };
        primary.not_before = now + PLACE_AGAIN;
        if matches!(&primary.unplaced, Some((at, said)) if *said == message && now < *at + SAY_AGAIN) {
            return;
        }
        primary.unplaced = Some((now, message.clone()));
        let event = self.ids.uuid();
        service.happens(event, now, message);
    }

    fn tell_of_role(&mut self, service: &mut Service, definition: &crate::definition::Definition) {
        let role = definition.input("executionRoleArn").or(definition.input("taskRoleArn"));
        let role = role.and_then(Value::as_str).unwrap_or("none");
        let message = format!(
            "failed to launch a task with (error ECS was unable to assume the role '{role}' that was provided for this \
             task. Please verify that the role being passed has the proper trust relationship and permissions and that \
             your IAM user has permissions to pass this role.)."
        );
        if let Some(primary) = service.deployments.first_mut() {
            let ready = self.settings.roles_ready_at.saturating_sub(self.now);
            primary.not_before = self.now + ASSUME_AGAIN.min(ready);
        }
        let event = self.ids.uuid();
        service.happens(event, self.now, message);
    }
}

/// A task of a service.
fn start(service: &Service, deployment: &str, launch: Launch) -> Start {
    let ServiceKey { cluster, name } = &service.key;
    let grace = service.members.get("healthCheckGracePeriodSeconds").and_then(Value::as_u64).unwrap_or(0);
    let is = |member: &str, wanted: Value| service.members.get(member).is_some_and(|value| *value == wanted);
    let mut tags = if is("propagateTags", Value::from("SERVICE")) { service.tags.clone() } else { Tags::new() };
    if is("enableECSManagedTags", Value::from(true)) {
        tags.insert("aws:ecs:clusterName".to_owned(), cluster.clone());
        tags.insert("aws:ecs:serviceName".to_owned(), name.clone());
    }
    Start {
        cluster: cluster.clone(),
        group: format!("service:{name}"),
        owner: Some(crate::task::Owner { service: service.key.clone(), deployment: deployment.to_owned() }),
        started_by: Some(deployment.to_owned()),
        tags,
        propagates_definition: is("propagateTags", Value::from("TASK_DEFINITION")),
        launch,
        overrides: serde_json::json!({"containerOverrides": [], "inferenceAcceleratorOverrides": []}),
        target_group: service.target_group(),
        grace: Duration::from_secs(grace),
    }
}
