//! Task definitions.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Call, Done, Failure, Operation, Read, Tag, Write};

/// Asks for a revision, or for the newest active one of a family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeTaskDefinition<'a> {
    /// The full name of a revision, `family:revision`, or a family.
    pub task_definition: &'a str,
    /// What else is asked for.
    pub include: [&'static str; 1],
}

impl<'a> DescribeTaskDefinition<'a> {
    /// Asks with tags.
    #[must_use]
    pub const fn with_tags(task_definition: &'a str) -> Self {
        Self { task_definition, include: ["TAGS"] }
    }
}

impl Call for DescribeTaskDefinition<'_> {
    const OPERATION: Operation = Operation::DescribeTaskDefinition;
    type Answer = Revision;
}

impl Read for DescribeTaskDefinition<'_> {}

/// A revision of a task definition.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// What was registered, with what ECS adds.
    pub task_definition: Map<String, Value>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<Tag>,
}

impl Revision {
    /// Its full name.
    #[must_use]
    pub fn arn(&self) -> &str {
        self.text("taskDefinitionArn")
    }

    /// Its family.
    #[must_use]
    pub fn family(&self) -> &str {
        self.text("family")
    }

    /// The value of a tag.
    #[must_use]
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags.iter().find(|tag| tag.key == key).map(|tag| &*tag.value)
    }

    /// Whether it can be used for new deployments.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.text("status") == "ACTIVE"
    }

    fn text(&self, key: &str) -> &str {
        self.task_definition.get(key).and_then(Value::as_str).unwrap_or_default()
    }
}

/// `family:revision` of a full name.
#[must_use]
pub fn short(arn: &str) -> &str {
    arn.rsplit_once('/').map_or(arn, |(_, short)| short)
}

/// Registers a revision. The input is the document of the translation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct RegisterTaskDefinition<'a> {
    /// The document.
    pub document: &'a Value,
}

impl Call for RegisterTaskDefinition<'_> {
    const OPERATION: Operation = Operation::RegisterTaskDefinition;
    type Answer = Revision;
}

impl Write for RegisterTaskDefinition<'_> {}

/// Takes a revision out of use: what runs it goes on, and nothing new can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeregisterTaskDefinition<'a> {
    /// Its full name.
    pub task_definition: &'a str,
}

impl Call for DeregisterTaskDefinition<'_> {
    const OPERATION: Operation = Operation::DeregisterTaskDefinition;
    type Answer = Done;
}

impl Write for DeregisterTaskDefinition<'_> {}

/// How many revisions one call deletes.
pub const MOST_DELETIONS: usize = 10;

/// Deletes revisions that are out of use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteTaskDefinitions<'a> {
    /// Their full names, at most [`MOST_DELETIONS`].
    pub task_definitions: Vec<&'a str>,
}

/// What became of revisions that were to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Deletions {
    /// Those that were not.
    #[serde(default)]
    pub failures: Vec<Failure>,
}

impl Call for DeleteTaskDefinitions<'_> {
    const OPERATION: Operation = Operation::DeleteTaskDefinitions;
    type Answer = Deletions;
}

impl Write for DeleteTaskDefinitions<'_> {}
