//! What is to be deployed: the documents that `convert` prints, unit by unit.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::api::image::EcrImage;
use super::compare::definition;
use super::origin::{Origin, origins};
use crate::backend::{self, Artifact, Format};
use crate::compose::service::readiness::Condition;
use crate::ecs::Stack;
use crate::graph::{Cause, Graph, NodeId};
use crate::source::Sources;

/// The tag that says to which project a resource belongs.
pub const PROJECT: &str = "compose2ecs:project";

/// The tag that says to which unit of its project a resource belongs.
pub const SERVICE: &str = "compose2ecs:service";

/// The tag that says from what a revision was made.
pub const HASH: &str = "compose2ecs:hash";

/// The tag that says by which release of this program a revision was made.
pub const VERSION: &str = "compose2ecs:version";

/// How tags begin that say what the image of a container is called, where it is named by its digest.
pub const IMAGE: &str = "compose2ecs:image/";

/// The tag that says when the one-off task of a revision last succeeded.
pub const SUCCEEDED: &str = "compose2ecs:job-succeeded";

/// A project as it is to be on ECS.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    /// The project's name.
    pub project: String,
    /// The cluster's name.
    pub cluster: String,
    /// The input of `CreateCluster`.
    pub cluster_document: Value,
    /// The units, wave by wave.
    pub units: IndexMap<String, Unit>,
    /// The host of the account's own registry, where images are pulled from it.
    pub registry: Option<String>,
    /// The images that were found just now, and are named by their digests.
    pub pinned: BTreeSet<String>,
}

/// A service or a one-off task.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Its name within the project.
    pub name: String,
    /// In which wave it starts, counted from 0.
    pub wave: usize,
    /// The family of its task definition.
    pub family: String,
    /// The input of `RegisterTaskDefinition`, with the tags by which a revision is known.
    pub definition: Value,
    /// What runs it.
    pub runner: Runner,
    /// The units that it needs, and what it needs of them.
    pub needs: IndexMap<String, Needed>,
    /// How many tasks its service is to have, where somebody says so.
    pub replicas: Option<u32>,
    /// Where its containers are written.
    pub origins: Vec<Origin>,
}

/// What a unit needs of another one before it starts, and whether it can do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Needed {
    /// What it needs.
    pub what: Need,
    /// Whether it cannot do without.
    pub required: bool,
}

/// What a unit needs of another one before it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// That its tasks run.
    Started,
    /// That its tasks are healthy.
    Healthy,
    /// That it ended well.
    Succeeded,
}

impl Need {
    /// What it is, in a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Healthy => "healthy",
            Self::Succeeded => "done",
        }
    }
}

/// What runs a task definition.
#[derive(Debug, Clone, PartialEq)]
pub enum Runner {
    /// A service.
    Service {
        /// Its name.
        name: String,
        /// The input of `CreateService`.
        create: Map<String, Value>,
        /// The input of `UpdateService`.
        update: Map<String, Value>,
    },
    /// A task that ends.
    Job {
        /// The input of `RunTask`.
        run: Map<String, Value>,
    },
}

impl Unit {
    /// The name of its service, unless it is a task that ends.
    #[must_use]
    pub fn service(&self) -> Option<&str> {
        match &self.runner {
            Runner::Service { name, create: _, update: _ } => Some(name),
            Runner::Job { run: _ } => None,
        }
    }

    /// How many tasks run at once, if it is a task that ends.
    #[must_use]
    pub fn tasks(&self) -> usize {
        let count = self.document().get("count").and_then(Value::as_u64);
        count.and_then(|count| usize::try_from(count).ok()).unwrap_or(1)
    }

    /// Whether it ends by itself.
    #[must_use]
    pub fn is_job(&self) -> bool {
        self.service().is_none()
    }

    /// The document with which it is made, or run.
    #[must_use]
    pub const fn document(&self) -> &Map<String, Value> {
        match &self.runner {
            Runner::Service { name: _, create, update: _ } => create,
            Runner::Job { run } => run,
        }
    }

    /// The containers of its task definition.
    #[must_use]
    pub fn containers(&self) -> &[Value] {
        self.definition.get("containerDefinitions").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Where a container is written, or the first one, if no container is named or none of that name is written.
    #[must_use]
    pub fn origin(&self, container: Option<&str>) -> Option<&Origin> {
        self.origins.iter().find(|origin| Some(&*origin.container) == container).or_else(|| self.origins.first())
    }

    /// Whether one of its containers runs an image.
    #[must_use]
    pub fn runs(&self, image: &str) -> bool {
        self.containers().iter().any(|container| text(container, "image") == image)
    }

    /// Whether the health of its tasks is known: whether an essential container has a health check.
    #[must_use]
    pub fn has_health(&self) -> bool {
        let checked = |container: &Value| {
            container.get("healthCheck").is_some() && container.get("essential") != Some(&Value::Bool(false))
        };
        self.containers().iter().any(checked)
    }
}

impl Release {
    /// What a stack comes to, in the order that its graph tells, from files that are among these.
    ///
    /// # Panics
    ///
    /// Never: what the backend writes is JSON, and it writes every document of every unit.
    #[must_use]
    pub fn of(stack: &Stack, graph: &Graph, sources: &Sources) -> Self {
        let documents: IndexMap<String, Value> =
            backend::emit(stack, Format::TaskJson).into_iter().map(document).collect();
        let object = |path: &str| match documents.get(path) {
            Some(Value::Object(object)) => object.clone(),
            _ => panic!("the backend writes `{path}`"),
        };
        let cluster_document = Value::Object(object("cluster.json"));
        let cluster = text(&cluster_document, "clusterName");
        let project = tag(&cluster_document, PROJECT);
        let mut units = Vec::new();
        for service in &stack.services {
            let name = service.service_name.to_string();
            let create = object(&format!("services/{name}.json"));
            let update = object(&format!("services/{name}.update.json"));
            let unit = tag(&Value::Object(create.clone()), SERVICE);
            let family = service.task_definition.to_string();
            units.push((unit, family, Runner::Service { name, create, update }));
        }
        for task in &stack.tasks {
            let run = object(&format!("tasks/{}.json", task.unit));
            units.push((task.unit.clone(), task.task_definition.to_string(), Runner::Job { run }));
        }
        let waves = stack.waves.iter().enumerate();
        let wave_of: BTreeMap<&str, usize> =
            waves.flat_map(|(index, wave)| wave.units.iter().map(move |unit| (&**unit, index))).collect();
        let wave = |unit: &str| wave_of.get(unit).copied().unwrap_or_default();
        let units = units.into_iter().map(|(name, family, runner)| {
            let definition = marked(object(&format!("task-definitions/{family}.json")));
            let replicas = replicas(&runner);
            let (wave, needs, origins) = (wave(&name), IndexMap::new(), Vec::new());
            let unit = Unit { name: name.clone(), wave, family, definition, runner, needs, replicas, origins };
            (name, unit)
        });
        let mut units: IndexMap<String, Unit> = units.collect();
        units.sort_by(|_, one, _, other| one.wave.cmp(&other.wave));
        add_needs(&mut units, graph);
        for task in graph.waves.iter().flatten() {
            if let Some(unit) = units.get_mut(&task.name) {
                unit.origins = origins(task, sources);
            }
        }
        Self { project, cluster, cluster_document, units, registry: None, pinned: BTreeSet::new() }
    }

    /// For what an image must be built to run in this release: as its task says, and otherwise as most machines of AWS are,
    /// whatever this machine is. Nothing if the image is not part of it.
    #[must_use]
    pub fn platform(&self, image: &str) -> Option<&'static str> {
        let unit = self.units.values().find(|unit| unit.runs(image))?;
        let processor = unit.definition.pointer("/runtimePlatform/cpuArchitecture").and_then(Value::as_str);
        Some(if processor == Some("ARM64") { "linux/arm64" } else { "linux/amd64" })
    }

    /// Names images by their digests, and keeps in tags what they are called.
    pub fn pin(&mut self, digests: &BTreeMap<String, String>, region: &str) {
        let names: BTreeMap<&String, String> = digests
            .iter()
            .filter_map(|(image, digest)| {
                let untagged = self.ecr_image(image, region)?.untagged();
                Some((image, format!("{untagged}@{digest}")))
            })
            .collect();
        for unit in self.units.values_mut() {
            let Value::Object(definition) = &mut unit.definition else { continue };
            let mut tags: Vec<Value> = Vec::new();
            let containers = definition.get_mut("containerDefinitions").and_then(Value::as_array_mut);
            for container in containers.into_iter().flatten() {
                let written = text(container, "image");
                let Some(name) = names.get(&written) else { continue };
                tags.push(json!({"key": format!("{IMAGE}{}", text(container, "name")), "value": written}));
                if let Some(container) = container.as_object_mut() {
                    container.insert("image".to_owned(), name.clone().into());
                }
            }
            if tags.is_empty() {
                continue;
            }
            let hash = definition::hash(definition);
            if let Some(Value::Array(all)) = definition.get_mut("tags") {
                all.retain(|tag| text(tag, "key") != HASH);
                all.push(json!({"key": HASH, "value": hash}));
                all.extend(tags);
            }
        }
        self.pinned.extend(names.into_values());
    }

    /// An image's name, if it is in ECR of a region.
    #[must_use]
    pub fn ecr_image<'t>(&self, text: &'t str, region: &str) -> Option<EcrImage<'t>> {
        let own = self.registry.as_ref().and_then(|host| EcrImage::behind(host, text));
        own.or_else(|| EcrImage::parse(text).filter(|image| image.home.is_some_and(|home| home.region == region)))
    }
}

/// How many tasks a service is to have, where the update of it says so.
fn replicas(runner: &Runner) -> Option<u32> {
    match runner {
        Runner::Service { name: _, create: _, update } => {
            update.get("desiredCount").and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok())
        }
        Runner::Job { run: _ } => None,
    }
}

/// Adds what every unit needs of others, as the graph of the project tells it.
fn add_needs(units: &mut IndexMap<String, Unit>, graph: &Graph) {
    let tasks = graph.waves.iter().flatten();
    let nodes = tasks.flat_map(|task| task.containers.iter().map(|node| (node.id, &*task.name)));
    let unit_of: BTreeMap<NodeId, &str> = nodes.collect();
    for edge in &graph.edges {
        let (Some(from), Some(to)) = (unit_of.get(&edge.from), unit_of.get(&edge.to)) else { continue };
        if from == to {
            continue;
        }
        let Some(unit) = units.get_mut(*from) else { continue };
        for needed in edge.reasons.iter().filter_map(|reason| needed(&reason.cause)) {
            let entry = unit.needs.entry((*to).to_owned()).or_insert(needed);
            entry.what = entry.what.max(needed.what);
            entry.required |= needed.required;
        }
    }
}

/// What a reason asks of the other. A name in the environment asks for nothing but to come later.
const fn needed(cause: &Cause) -> Option<Needed> {
    match cause {
        Cause::DependsOn { condition, required } => {
            let what = match condition {
                Condition::Started => Need::Started,
                Condition::Healthy => Need::Healthy,
                Condition::CompletedSuccessfully => Need::Succeeded,
            };
            Some(Needed { what, required: *required })
        }
        Cause::Key(_) => Some(Needed { what: Need::Started, required: true }),
        Cause::Wait { target: _, idiom: _ } => Some(Needed { what: Need::Healthy, required: true }),
        Cause::Mention { variable: _ } => None,
    }
}

/// The path and the contents of a file.
fn document(artifact: Artifact) -> (String, Value) {
    let Artifact { path, contents } = artifact;
    (path.into_string(), serde_json::from_str(&contents).expect("the backend writes JSON"))
}

/// A task definition with the tags that say from what and by whom it was made.
fn marked(mut definition: Map<String, Value>) -> Value {
    let hash = definition::hash(&definition);
    let tags = definition.entry("tags").or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(tags) = tags {
        for (key, value) in [(HASH, &*hash), (VERSION, env!("CARGO_PKG_VERSION"))] {
            tags.push(serde_json::json!({"key": key, "value": value}));
        }
    }
    Value::Object(definition)
}

/// A text in a document.
fn text(document: &Value, key: &str) -> String {
    document.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The value of a tag in a document.
fn tag(document: &Value, key: &str) -> String {
    let tags = document.get("tags").and_then(Value::as_array).into_iter().flatten();
    let mut values = tags.filter(|tag| text(tag, "key") == key).map(|tag| text(tag, "value"));
    values.next().unwrap_or_default()
}
