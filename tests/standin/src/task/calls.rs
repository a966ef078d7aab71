//! Stopping, describing and listing tasks.

use serde_json::{Value, json};

use super::{StopCode, Task};
use crate::aws::Aws;
use crate::cluster::calls::last_part;
use crate::definition::Revision;
use crate::input::Input;
use crate::page::Pages;
use crate::service::ServiceKey;
use crate::wire::{Answer, ApiError};

impl Aws {
    pub(crate) fn stop_task(&mut self, input: Input<'_>) -> Answer {
        let cluster = self.active_cluster(input)?.name.clone();
        let missing = || ApiError::invalid("The referenced task was not found.");
        let number = self.tasks.number(input.text("task").unwrap_or_default()).ok_or_else(missing)?;
        let task = self.tasks.all.get_mut(&number).filter(|task| task.cluster == cluster).ok_or_else(missing)?;
        let reason = input.text("reason").unwrap_or("Task stopped by user");
        task.tell_to_stop(self.now, StopCode::UserInitiated, reason);
        let rendered = task.render(self.now, &self.settings);
        self.timers.set(self.now, crate::timers::Event::Task(number));
        Ok(json!({"task": rendered}))
    }

    pub(crate) fn describe_tasks(&mut self, input: Input<'_>) -> Answer {
        let cluster = self.active_cluster(input)?.name.clone();
        let names = input.texts("tasks");
        if names.is_empty() {
            return Err(ApiError::invalid("Tasks cannot be empty."));
        }
        if names.len() > 100 {
            return Err(ApiError::invalid("Tasks must have at most 100 entries."));
        }
        let with_tags = input.includes("include", "TAGS");
        let (mut found, mut failures) = (Vec::new(), Vec::new());
        for name in names {
            let task = self.tasks.number(name).and_then(|number| self.tasks.all.get(&number));
            if let Some(task) = task.filter(|task| task.cluster == cluster) {
                let mut task = task.render(self.now, &self.settings);
                if let Some(members) = task.as_object_mut().filter(|_| !with_tags) {
                    members.insert("tags".to_owned(), json!([]));
                }
                found.push(task);
            } else {
                let arn = self.settings.arn(format_args!("task/{cluster}/{}", last_part(name)));
                failures.push(json!({"arn": arn, "reason": "MISSING"}));
            }
        }
        Ok(json!({"tasks": found, "failures": failures}))
    }

    pub(crate) fn list_tasks(&mut self, input: Input<'_>) -> Answer {
        let cluster = self.active_cluster(input)?.name.clone();
        let others = ["family", "serviceName", "containerInstance"];
        if input.has("startedBy") && others.iter().any(|name| input.has(name)) {
            return Err(ApiError::invalid("When startedBy is specified, it must be the only filter that you use."));
        }
        let service = match input.text("serviceName") {
            None => None,
            Some(name) => {
                let key = ServiceKey { cluster: cluster.clone(), name: last_part(name).to_owned() };
                if !self.services.contains_key(&key) {
                    return Err(ApiError::new("ServiceNotFoundException", "Service not found."));
                }
                Some(key)
            }
        };
        let wanted = input.text("desiredStatus").unwrap_or("RUNNING");
        let fits = |task: &&Task| {
            let status = if task.is_wanted() { "RUNNING" } else { "STOPPED" };
            // ECS never reports the desired status PENDING.
            task.cluster == cluster
                && status == wanted
                && service.as_ref().is_none_or(|key| task.owner.as_ref().is_some_and(|owner| &owner.service == key))
                && input.text("startedBy").is_none_or(|by| task.started_by.as_deref() == Some(by))
                && input.text("family").is_none_or(|family| task.revision.family == family)
                && input.text("launchType").is_none_or(|launch| task.launch.name() == launch)
        };
        let arns = self.tasks.all.values().filter(fits).map(|task| json!(task.arn(&self.settings)));
        let arns: Vec<Value> = arns.collect();
        self.page(arns, input, Pages::of("taskArns"))
    }

    /// The revisions that tasks use that are not over, for the invariants of tests.
    pub fn revisions_in_use(&self) -> impl Iterator<Item = &Revision> {
        self.tasks.all.values().filter(|task| task.stopped_at.is_none()).map(|task| &task.revision)
    }
}

impl super::Launch {
    fn name(&self) -> &'static str {
        match self {
            Self::Fargate { .. } => "FARGATE",
            Self::Instance { .. } => "EC2",
        }
    }
}
