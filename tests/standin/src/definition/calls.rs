//! The calls about task definitions.

use serde_json::{Value, json};

use super::{ContainerSpec, Definition, DefinitionStatus, Revision, fill, refuse};
use crate::aws::Aws;
use crate::cluster::calls::last_part;
use crate::input::Input;
use crate::page::Pages;
use crate::tags;
use crate::wire::{Answer, ApiError};

impl Aws {
    /// The revision that a name means: `family`, which is its newest that can be used, `family:revision`, or an ARN.
    pub(crate) fn resolve(&self, name: &str) -> Option<&Definition> {
        let name = last_part(name);
        if let Some((family, number)) = name.split_once(':') {
            let revision = Revision { family: family.to_owned(), number: number.parse().ok()? };
            self.definitions.revisions.get(&revision)
        } else {
            let first = Revision { family: name.to_owned(), number: 0 };
            let last = Revision { family: name.to_owned(), number: u64::MAX };
            let mut newest = self.definitions.revisions.range(first..=last).rev().map(|(_, one)| one);
            newest.find(|definition| definition.status == DefinitionStatus::Active)
        }
    }

    /// The revision for a service or a task, which has to be in use.
    pub(crate) fn usable(&self, name: &str) -> Result<Definition, ApiError> {
        let definition = self.resolve(name).ok_or_else(|| ApiError::client("TaskDefinition not found."))?;
        match definition.status {
            DefinitionStatus::Active => Ok(definition.clone()),
            DefinitionStatus::Inactive | DefinitionStatus::DeleteInProgress => {
                Err(ApiError::client("TaskDefinition is inactive"))
            }
        }
    }

    pub(crate) fn register_task_definition(&mut self, input: Input<'_>) -> Answer {
        let members = fill::members(input);
        let filled = Value::Object(members.clone());
        let containers: Vec<_> = Input(&filled).items("containerDefinitions").map(ContainerSpec::of).collect();
        refuse::check_length(input)?;
        refuse::check(Input(&filled), &containers)?;
        let tags = tags::given(input)?;
        let family = input.text("family").unwrap_or_default().to_owned();
        let newest = self.definitions.newest.entry(family.clone()).or_insert(0);
        *newest += 1;
        let definition = Definition {
            revision: Revision { family, number: *newest },
            status: DefinitionStatus::Active,
            tags,
            members,
            registered_at: self.now,
            registered_by: self.principal(),
            deregistered_at: None,
            containers,
        };
        let answer = json!({
            "taskDefinition": self.render_definition(&definition),
            "tags": tags::list(&definition.tags),
        });
        self.definitions.revisions.insert(definition.revision.clone(), definition);
        Ok(answer)
    }

    pub(crate) fn describe_task_definition(&mut self, input: Input<'_>) -> Answer {
        let name = input.text("taskDefinition").unwrap_or_default();
        let definition = self.resolve(name).ok_or_else(|| ApiError::client("Unable to describe task definition."))?;
        let mut answer = json!({"taskDefinition": self.render_definition(definition)});
        if input.includes("include", "TAGS")
            && let Some(members) = answer.as_object_mut()
        {
            members.insert("tags".to_owned(), tags::list(&definition.tags));
        }
        Ok(answer)
    }

    pub(crate) fn list_task_definitions(&mut self, input: Input<'_>) -> Answer {
        let status = input.text("status").unwrap_or("ACTIVE");
        let prefix = input.text("familyPrefix");
        let chosen = self.definitions.revisions.values().filter(|definition| {
            definition.status.as_str() == status && prefix.is_none_or(|family| definition.revision.family == family)
        });
        let mut arns: Vec<Value> = chosen.map(|definition| json!(self.definition_arn(&definition.revision))).collect();
        if input.text("sort") == Some("DESC") {
            arns.reverse();
        }
        self.page(arns, input, Pages::of("taskDefinitionArns"))
    }

    pub(crate) fn list_task_definition_families(&mut self, input: Input<'_>) -> Answer {
        let prefix = input.text("familyPrefix").unwrap_or_default();
        let status = input.text("status").unwrap_or("ALL");
        let fits = |family: &&String| {
            let active = self.resolve(family).is_some();
            family.starts_with(prefix) && (status == "ALL" || active == (status == "ACTIVE"))
        };
        let families = self.definitions.newest.keys().filter(fits).map(|family| json!(family)).collect();
        self.page(families, input, Pages::of("families"))
    }

    pub(crate) fn deregister_task_definition(&mut self, input: Input<'_>) -> Answer {
        let name = last_part(input.text("taskDefinition").unwrap_or_default());
        if !name.contains(':') {
            return Err(ApiError::invalid("Invalid revision number. Number: null"));
        }
        let revision = self.resolve(name).map(|definition| definition.revision.clone());
        let missing = || ApiError::client("The specified task definition does not exist.");
        let revision = revision.ok_or_else(missing)?;
        let now = self.now;
        let definition = self.definitions.revisions.get_mut(&revision).ok_or_else(missing)?;
        if definition.status == DefinitionStatus::Active {
            definition.status = DefinitionStatus::Inactive;
            definition.deregistered_at = Some(now);
        }
        let definition = definition.clone();
        Ok(json!({"taskDefinition": self.render_definition(&definition)}))
    }

    pub(crate) fn delete_task_definitions(&mut self, input: Input<'_>) -> Answer {
        let names = input.texts("taskDefinitions");
        if names.is_empty() || names.len() > 10 {
            return Err(ApiError::invalid("Specify between 1 and 10 task definitions."));
        }
        let (mut done, mut failures) = (Vec::new(), Vec::new());
        for name in names {
            let found = self.resolve(name).map(|definition| (definition.revision.clone(), definition.status));
            let failure = match &found {
                None => Some("The specified task definition does not exist."),
                Some((_, DefinitionStatus::Active)) => Some("The specified task definition is still in ACTIVE status."),
                Some((_, DefinitionStatus::Inactive | DefinitionStatus::DeleteInProgress)) => None,
            };
            let arn = self.settings.arn(format_args!("task-definition/{}", last_part(name)));
            if let Some(reason) = failure {
                failures.push(json!({"arn": arn, "reason": reason}));
            } else if let Some((revision, _)) = found
                && let Some(definition) = self.definitions.revisions.get_mut(&revision)
            {
                definition.status = DefinitionStatus::DeleteInProgress;
                let definition = definition.clone();
                done.push(self.render_definition(&definition));
            }
        }
        Ok(json!({"taskDefinitions": done, "failures": failures}))
    }

    pub(crate) fn definition_arn(&self, revision: &Revision) -> String {
        self.settings.arn(format_args!("task-definition/{revision}"))
    }

    fn render_definition(&self, definition: &Definition) -> Value {
        let mut members = definition.members.clone();
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        add("taskDefinitionArn", json!(self.definition_arn(&definition.revision)));
        add("revision", json!(definition.revision.number));
        add("status", json!(definition.status.as_str()));
        add("requiresAttributes", json!([{"name": "com.amazonaws.ecs.capability.docker-remote-api.1.18"}]));
        add("registeredAt", self.settings.time(definition.registered_at));
        add("registeredBy", json!(definition.registered_by));
        if let Some(at) = definition.deregistered_at {
            add("deregisteredAt", self.settings.time(at));
        }
        Value::Object(members)
    }
}
