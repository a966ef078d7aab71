//! Starting tasks: those of services, and one-off ones by `RunTask`.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Container, ContainerState, Launch, Owner, Phase, Task, TaskNumber};
use crate::aws::{Aws, Made};
use crate::cluster::Unplaced;
use crate::definition::Definition;
use crate::input::Input;
use crate::service::check_together;
use crate::settings::LogGroups;
use crate::tags::{self, Tags};
use crate::wire::{Answer, ApiError};

/// What a task is started with.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) cluster: String,
    pub(crate) group: String,
    pub(crate) owner: Option<Owner>,
    pub(crate) started_by: Option<String>,
    pub(crate) tags: Tags,
    /// Whether the tags of the task definition are its own too.
    pub(crate) propagates_definition: bool,
    pub(crate) launch: Launch,
    pub(crate) overrides: Value,
    pub(crate) target_group: Option<String>,
    pub(crate) grace: Duration,
}

impl Aws {
    /// Starts a task whose place was found.
    pub(crate) fn start_task(&mut self, definition: &Definition, start: Start) -> TaskNumber {
        let mut tags = if start.propagates_definition { definition.tags.clone() } else { Tags::new() };
        tags.extend(start.tags);
        let id = self.ids.hex();
        let one_off = start.owner.is_none();
        let containers: Vec<Container> = self.containers(definition, &id, one_off);
        let attached = definition.network_mode() == "awsvpc";
        let task = Task {
            initialization: self.initialization(&containers),
            id,
            cluster: start.cluster,
            revision: definition.revision.clone(),
            owner: start.owner,
            started_by: start.started_by,
            group: start.group,
            tags,
            containers,
            phase: Phase::Provisioning,
            since: self.now,
            stop: None,
            created_at: self.now,
            pull_started: None,
            started_at: None,
            stopping_at: None,
            execution_stopped_at: None,
            stopped_at: None,
            launch: start.launch,
            attached,
            address: self.tasks.count(),
            cpu: definition.cpu(),
            memory: definition.memory(),
            overrides: start.overrides,
            target_group: start.target_group,
            grace: start.grace,
            accounted: false,
            credited: false,
            wakes_at: None,
            news: Vec::new(),
        };
        let number = self.tasks.add(task);
        // It is PROVISIONING until time passes, however short that takes.
        self.timers.set(self.now, crate::timers::Event::Task(number));
        number
    }

    fn containers(&mut self, definition: &Definition, task: &str, one_off: bool) -> Vec<Container> {
        let specs = &definition.containers;
        let mut containers = Vec::new();
        for spec in specs {
            let named = (spec.name.as_str(), spec.image.as_str());
            let scripted = self.behaviours.next(&definition.revision.family, definition.revision.number, named);
            let behaviour = self.with_registry(scripted, &spec.image);
            let short = spec.is_step(specs) || (one_off && spec.essential);
            let stream = spec.log.as_ref().map(|log| {
                let stream = match &log.prefix {
                    Some(prefix) => format!("{prefix}/{}/{task}", spec.name),
                    // Without a prefix it is the id that Docker gives the container.
                    None => format!("{task}{:032x}", containers.len()),
                };
                (log.group.clone(), stream)
            });
            containers.push(Container {
                spec: spec.clone(),
                lasts: Container::ending(&behaviour, short, &self.settings.timings),
                behaviour: Arc::clone(&behaviour),
                state: ContainerState::Waiting,
                log_stream: stream,
            });
        }
        containers
    }

    /// Why a task with these containers cannot be initialised.
    fn initialization(&self, containers: &[Container]) -> Option<String> {
        let scripted = containers.iter().find_map(|container| container.behaviour.initialization.clone());
        let is_needed = self.settings.log_groups == LogGroups::Needed;
        let lacks_group = |container: &Container| {
            let log = container.spec.log.as_ref();
            log.is_some_and(|log| !log.create && !self.logs.groups.contains_key(&log.group))
        };
        scripted.or_else(|| {
            (is_needed && containers.iter().any(lacks_group)).then(|| {
                "failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log \
                 stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1"
                    .to_owned()
            })
        })
    }

    pub(crate) fn run_task(&mut self, input: Input<'_>) -> Answer {
        let cluster = self.active_cluster(input)?.name.clone();
        let count = input.whole("count").unwrap_or(1);
        if !(1..=10).contains(&count) {
            return Err(ApiError::invalid("Count must be between 1 and 10."));
        }
        if input.text("startedBy").is_some_and(|by| by.len() > 128) {
            return Err(ApiError::invalid("startedBy must have up to 128 characters."));
        }
        if input.get("overrides").is_some_and(|overrides| overrides.to_string().len() > 8192) {
            return Err(ApiError::invalid("Overrides must have up to 8192 characters."));
        }
        if let Some(answer) = self.run_before(input)? {
            return Ok(answer);
        }
        let definition = self.usable(input.text("taskDefinition").unwrap_or_default())?;
        check_overrides(input, &definition)?;
        let launch = self.launch(&cluster, input)?;
        check_together(&input.pick(&["networkConfiguration"]), &definition, &launch)?;
        if input.text("propagateTags") == Some("SERVICE") {
            return Err(ApiError::invalid("propagateTags cannot be SERVICE for a task that no service starts."));
        }
        let start = Start {
            cluster: cluster.clone(),
            group: input.text("group").map_or(format!("family:{}", definition.revision.family), str::to_owned),
            owner: None,
            started_by: input.text("startedBy").map(str::to_owned),
            tags: tags::given(input)?,
            propagates_definition: input.text("propagateTags") == Some("TASK_DEFINITION"),
            launch: launch.clone(),
            overrides: input.get("overrides").cloned().unwrap_or(json!({"containerOverrides": []})),
            target_group: None,
            grace: Duration::ZERO,
        };
        let (mut tasks, mut failures) = (Vec::new(), Vec::new());
        for _ in 0..count {
            match self.place(&cluster, &definition, (&launch, None)) {
                Ok(place) => tasks.push(self.start_task(&definition, Start { launch: place, ..start.clone() })),
                Err(Unplaced::Instance { closest, lacks }) => {
                    let arn = self.settings.arn(format_args!("container-instance/{cluster}/{closest}"));
                    let reason = if lacks == "AGENT" { lacks.to_owned() } else { format!("RESOURCE:{lacks}") };
                    failures.push(json!({"arn": arn, "reason": reason}));
                }
                Err(Unplaced::NoInstances) => {
                    return Err(ApiError::invalid("No Container Instances were found in your cluster."));
                }
                Err(Unplaced::Quota) => {
                    return Err(ApiError::client(
                        "You've reached the limit on the number of vCPUs you can run concurrently",
                    ));
                }
            }
        }
        if let Some(token) = input.text("clientToken") {
            let arn = |number: &TaskNumber| self.tasks.all.get(number).map(|task| task.arn(&self.settings));
            let made = Made { input: input.0.clone(), arns: tasks.iter().filter_map(arn).collect() };
            self.tokens.insert(("RunTask", token.to_owned()), made);
        }
        Ok(json!({"tasks": self.render_tasks(&tasks), "failures": failures}))
    }

    /// What an earlier call with the same token started.
    fn run_before(&self, input: Input<'_>) -> Result<Option<Value>, ApiError> {
        let Some(token) = input.text("clientToken") else { return Ok(None) };
        if token.len() > 64 {
            return Err(ApiError::invalid("clientToken must have up to 64 characters."));
        }
        let Some(made) = self.tokens.get(&("RunTask", token.to_owned())) else { return Ok(None) };
        if made.input != *input.0 {
            let mut error = ApiError::new(
                "ConflictException",
                "The client token was used before, by a call with other parameters.",
            );
            error.members.insert("resourceIds".to_owned(), json!(made.arns));
            return Err(error);
        }
        let numbers: Vec<TaskNumber> = made.arns.iter().filter_map(|arn| self.tasks.number(arn)).collect();
        Ok(Some(json!({"tasks": self.render_tasks(&numbers), "failures": []})))
    }

    fn render_tasks(&self, numbers: &[TaskNumber]) -> Value {
        let tasks = numbers.iter().filter_map(|number| self.tasks.all.get(number));
        tasks.map(|task| task.render(self.now, &self.settings)).collect()
    }
}

fn check_overrides(input: Input<'_>, definition: &Definition) -> Result<(), ApiError> {
    let Some(overrides) = input.below("overrides") else { return Ok(()) };
    for container in overrides.items("containerOverrides") {
        let name = container.text("name").unwrap_or_default();
        if !definition.containers.iter().any(|other| other.name == name) {
            let message = format!("Override for container named {name} is not a container in the TaskDefinition.");
            return Err(ApiError::invalid(message));
        }
    }
    Ok(())
}
