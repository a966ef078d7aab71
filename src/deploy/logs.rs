//! What containers write, read from `CloudWatch` Logs as it comes in.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use super::api::definition::Revision;
use super::api::log::FilterLogEvents;
use super::down::remains;
use super::error::CallError;
use super::observe::{AT_ONCE, revision};
use super::problem::Problem;
use super::release::Release;
use super::sdk::Reader;
use super::standing::{Place, unit};

/// How far back what was read already is read again, in milliseconds: lines come in late, and not in their order.
const OVERLAP: i64 = 10_000;

/// Where the containers of one name write.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The unit.
    pub unit: String,
    /// The container's name.
    pub container: String,
    /// The log group.
    pub group: String,
    /// How the names of its log streams start, before a slash and the task.
    pub streams: String,
    /// The region of the group, where the definition names one.
    pub region: Option<String>,
}

/// A container whose lines cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// Its name.
    pub container: String,
    /// Why.
    pub why: String,
}

/// A line that a container wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The unit.
    pub unit: String,
    /// The container.
    pub container: String,
    /// The task.
    pub task: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// What.
    pub text: String,
}

/// Where the containers of units write, and those whose lines cannot be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// Where they write.
    pub sources: BTreeSet<Source>,
    /// Those whose lines cannot be read.
    pub unread: BTreeSet<Unread>,
}

impl Sources {
    /// Adds those of the containers of a unit.
    pub fn add(&mut self, unit: &str, containers: &[Value]) {
        for definition in containers {
            let container = definition.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            match streams(definition) {
                Ok((group, streams)) => {
                    let region = option(definition, "awslogs-region").map(str::to_owned);
                    self.sources.insert(Source { unit: unit.to_owned(), container, group, streams, region });
                }
                Err(why) => {
                    self.unread.insert(Unread { container, why });
                }
            }
        }
    }

    /// Leaves only what is written in a region.
    #[must_use]
    pub fn within(mut self, region: Option<&str>) -> Self {
        let is_here = |source: &Source| source.region.is_none() || source.region.as_deref() == region;
        for source in self.sources.iter().filter(|source| !is_here(source)) {
            let elsewhere = source.region.as_deref().unwrap_or_default();
            let why = format!("it writes to region {elsewhere}: look there with `--region`");
            self.unread.insert(Unread { container: source.container.clone(), why });
        }
        self.sources.retain(is_here);
        self
    }

    /// Leaves only what a user means by these names: units, or containers.
    ///
    /// # Errors
    ///
    /// When there is none of a name.
    pub fn only(&mut self, names: &[String]) -> Result<(), Vec<Problem>> {
        if names.is_empty() {
            return Ok(());
        }
        let units = self.sources.iter().flat_map(|source| [&source.unit, &source.container]);
        let known: BTreeSet<&String> = units.chain(self.unread.iter().map(|unread| &unread.container)).collect();
        let missing = names.iter().filter(|name| !known.contains(name));
        let problems: Vec<Problem> =
            missing.map(|name| Problem::new(format!("no container of `{name}` ran here"))).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        self.sources.retain(|source| names.contains(&source.unit) || names.contains(&source.container));
        self.unread.retain(|unread| names.contains(&unread.container));
        Ok(())
    }
}

/// An option of a container's log driver.
fn option<'d>(definition: &'d Value, key: &str) -> Option<&'d str> {
    definition.get("logConfiguration")?.get("options")?.get(key)?.as_str()
}

/// The log group of a container, and how its log streams start.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html>
///
/// # Errors
///
/// When it writes elsewhere, or nobody knows the names of its streams.
pub fn streams(definition: &Value) -> Result<(String, String), String> {
    let logging = definition.get("logConfiguration").ok_or("what it writes is not kept: it has no `logging`")?;
    let driver = logging.get("logDriver").and_then(Value::as_str).unwrap_or_default();
    if driver != "awslogs" {
        return Err(format!("it writes to `{driver}`: look there"));
    }
    let name = definition.get("name").and_then(Value::as_str).unwrap_or_default();
    let prefix = option(definition, "awslogs-stream-prefix")
        .ok_or("without `awslogs-stream-prefix` its log streams have names that nobody knows")?;
    let group = option(definition, "awslogs-group").ok_or("it has no `awslogs-group`")?;
    Ok((group.to_owned(), format!("{prefix}/{name}")))
}

/// Where the containers of a project write: of its services, and of the units of its files that have none.
///
/// # Errors
///
/// When AWS does not answer, or not allow to look.
pub async fn of_project(reader: &Reader, place: Place<'_>, release: Option<&Release>) -> Result<Sources, CallError> {
    let services = remains(reader, place.cluster, place.project).await?.services;
    let mut definitions: BTreeSet<(String, String)> = BTreeSet::new();
    for service in &services {
        let deployed = service.deployments.iter().map(|deployment| &deployment.task_definition);
        let deployed = deployed.chain([&service.task_definition]);
        definitions.extend(deployed.map(|definition| (unit(service).to_owned(), definition.clone())));
    }
    let known: BTreeSet<&str> = services.iter().map(unit).collect();
    let units = release.into_iter().flat_map(|release| release.units.values());
    let others = units.filter(|unit| !known.contains(&*unit.name));
    definitions.extend(others.map(|unit| (unit.name.clone(), unit.family.clone())));
    let described = definitions.into_iter().map(|(unit, definition)| async move {
        let found = revision(reader, &definition).await?;
        Ok(found.map(|found| (unit, found)))
    });
    let found: Vec<Option<(String, Revision)>> = stream::iter(described).buffered(AT_ONCE).try_collect().await?;
    let mut sources = Sources::default();
    for (unit, revision) in found.into_iter().flatten() {
        let containers = revision.task_definition.get("containerDefinitions").and_then(Value::as_array);
        sources.add(&unit, containers.map_or(&[], Vec::as_slice));
    }
    Ok(sources.within(reader.region()))
}

/// Reads what is written, each line once.
#[derive(Debug)]
pub struct Tail {
    groups: Vec<Group>,
    until: Option<i64>,
    /// The tasks whose lines are read; all if nobody says which.
    tasks: Option<BTreeSet<String>>,
}

/// A log group that is read.
#[derive(Debug)]
struct Group {
    name: String,
    /// How the names of all streams start that are read.
    prefix: String,
    /// The sources, by how their streams start.
    sources: BTreeMap<String, Source>,
    since: i64,
    /// The lines that were read, of the time that is read again.
    seen: BTreeMap<String, i64>,
}

impl Tail {
    /// Reads from a time on, in milliseconds since 1970.
    #[must_use]
    pub fn new(sources: impl IntoIterator<Item = Source>, since: i64, until: Option<i64>) -> Self {
        let mut groups: BTreeMap<String, BTreeMap<String, Source>> = BTreeMap::new();
        for source in sources {
            groups.entry(source.group.clone()).or_default().insert(source.streams.clone(), source);
        }
        let group = |(name, sources): (String, BTreeMap<String, Source>)| {
            let prefix = common(sources.keys());
            Group { name, prefix, sources, since, seen: BTreeMap::new() }
        };
        Self { groups: groups.into_iter().map(group).collect(), until, tasks: None }
    }

    /// Reads the lines of these tasks only.
    #[must_use]
    pub fn of(self, tasks: impl IntoIterator<Item = String>) -> Self {
        Self { tasks: Some(tasks.into_iter().collect()), ..self }
    }

    /// The lines that were not read yet, in the order of their times.
    ///
    /// # Errors
    ///
    /// When AWS does not answer, or not allow to read.
    pub async fn read(&mut self, reader: &Reader) -> Result<Vec<Line>, CallError> {
        let mut lines = Vec::new();
        for group in &mut self.groups {
            lines.extend(group.read(reader, self.until, self.tasks.as_ref()).await?);
        }
        lines.sort_by_key(|line| line.at);
        Ok(lines)
    }
}

impl Group {
    /// The lines of the group that were not read yet.
    async fn read(
        &mut self,
        reader: &Reader,
        until: Option<i64>,
        tasks: Option<&BTreeSet<String>>,
    ) -> Result<Vec<Line>, CallError> {
        let (mut lines, mut next_token) = (Vec::new(), None);
        loop {
            let call = FilterLogEvents {
                log_group_name: &self.name,
                log_stream_name_prefix: Some(self.prefix.clone()).filter(|prefix| !prefix.is_empty()),
                start_time: Some(self.since),
                end_time: until,
                next_token,
            };
            let page = match reader.read(&call).await {
                Ok(page) => page,
                // The first container that writes makes it.
                Err(err) if err.is("ResourceNotFoundException") => return Ok(lines),
                Err(err) => return Err(err),
            };
            for event in page.events {
                let Some((streams, task)) = event.log_stream_name.rsplit_once('/') else { continue };
                let Some(source) = self.sources.get(streams) else { continue };
                let is_meant = tasks.is_none_or(|tasks| tasks.contains(task));
                if is_meant && self.seen.insert(event.event_id, event.timestamp).is_none() {
                    lines.push(Line {
                        unit: source.unit.clone(),
                        container: source.container.clone(),
                        task: task.to_owned(),
                        at: event.timestamp,
                        text: event.message,
                    });
                }
            }
            next_token = page.next_token;
            if next_token.is_none() {
                break;
            }
        }
        let newest = self.seen.values().max().copied().unwrap_or(self.since);
        self.since = self.since.max(newest - OVERLAP);
        let since = self.since;
        self.seen.retain(|_, at| *at >= since);
        Ok(lines)
    }
}

/// With what all texts start.
fn common<'t>(mut texts: impl Iterator<Item = &'t String>) -> String {
    let first = texts.next().cloned().unwrap_or_default();
    texts.fold(first, |common, text| {
        let same = common.chars().zip(text.chars()).take_while(|(one, other)| one == other);
        same.map(|(letter, _)| letter).collect()
    })
}
