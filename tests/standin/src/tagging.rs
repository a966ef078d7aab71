//! The calls about tags.

use serde_json::{Value, json};

use crate::aws::Aws;
use crate::cluster::ClusterStatus;
use crate::definition::Revision;
use crate::input::Input;
use crate::service::{ServiceKey, ServiceStatus};
use crate::tags::{self, Tags};
use crate::wire::{Answer, ApiError};

impl Aws {
    pub(crate) fn tag_resource(&mut self, input: Input<'_>) -> Answer {
        let tags = self.tags_of(input)?;
        let mut changed = tags.clone();
        tags::add(&mut changed, input, ["key", "value"])?;
        *tags = changed;
        Ok(json!({}))
    }

    pub(crate) fn untag_resource(&mut self, input: Input<'_>) -> Answer {
        let tags = self.tags_of(input)?;
        for key in input.texts("tagKeys") {
            tags.shift_remove(key);
        }
        Ok(json!({}))
    }

    pub(crate) fn list_tags_for_resource(&mut self, input: Input<'_>) -> Answer {
        Ok(json!({"tags": tags::list(self.tags_of(input)?)}))
    }

    /// The tags of the resource that a call names by its ARN.
    fn tags_of(&mut self, input: Input<'_>) -> Result<&mut Tags, ApiError> {
        let arn = input.text("resourceArn").unwrap_or_default();
        let prefix = self.settings.arn("");
        let Some(rest) = arn.strip_prefix(&prefix) else {
            return Err(ApiError::invalid("Invalid identifier: Identifier is for another resource or account."));
        };
        let parts: Vec<&str> = rest.split('/').collect();
        let tags = match parts.as_slice() {
            ["cluster", name] => {
                let cluster = self.clusters.get_mut(*name);
                cluster.filter(|cluster| cluster.status == ClusterStatus::Active).map(|cluster| &mut cluster.tags)
            }
            ["service", cluster, name] => {
                let key = ServiceKey { cluster: (*cluster).to_owned(), name: (*name).to_owned() };
                let service = self.services.get_mut(&key);
                service.filter(|service| service.status != ServiceStatus::Inactive).map(|service| &mut service.tags)
            }
            ["task-definition", name] => {
                let revision = name.split_once(':').and_then(|(family, number)| {
                    Some(Revision { family: family.to_owned(), number: number.parse().ok()? })
                });
                let definition = revision.and_then(|revision| self.definitions.revisions.get_mut(&revision));
                definition.map(|definition| &mut definition.tags)
            }
            ["task", _, id] => {
                let number = self.tasks.number(id);
                number.and_then(|number| self.tasks.all.get_mut(&number)).map(|task| &mut task.tags)
            }
            _ => return Err(ApiError::invalid("Invalid identifier: Unexpected resource type.")),
        };
        tags.ok_or_else(|| ApiError::new("ResourceNotFoundException", "The specified resource was not found."))
    }
}

/// The tags of a resource as a test reads them.
impl Aws {
    /// The tags of a cluster, a service, a revision or a task, by its ARN, as JSON.
    pub fn tags(&mut self, arn: &str) -> Option<Tags> {
        let input = json!({"resourceArn": arn});
        let input: &Value = &input;
        self.tags_of(Input(input)).ok().map(|tags| tags.clone())
    }
}
