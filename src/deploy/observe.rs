//! What there is on AWS, before anything is changed. Nothing here can change anything.

mod images;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use super::api::cluster::{Cluster, DescribeClusters, ListClusters};
use super::api::definition::{DescribeTaskDefinition, Revision, short};
use super::api::service::{DescribeServices, ListServices, MOST_SERVICES, Service, ServiceStatus};
use super::api::task::{DescribeTasks, ListTasks, MOST_TASKS, Task};
use super::compare::definition;
use super::error::CallError;
use super::problem::Problem;
use super::release::{PROJECT, Release, Unit};
use super::sdk::Reader;

/// How many reads are made at once.
pub const AT_ONCE: usize = 10;

/// What ECS says of a revision or a family that there is not. It has no error of its own for that.
const NO_REVISION: &str = "describe task definition";

/// By what the tasks that we start are known, before the project's name.
pub const STARTED_BY: &str = "compose2ecs/";

/// What there is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observed {
    /// The cluster, if there is one.
    pub cluster: Option<Cluster>,
    /// The services of the release that there are, by unit.
    pub services: BTreeMap<String, Service>,
    /// The revisions of the release that there are, by unit.
    pub revisions: BTreeMap<String, Revisions>,
    /// One-off tasks of ours that still run, by unit.
    pub running: BTreeMap<String, Vec<Task>>,
    /// Services of the project that the release does not have.
    pub orphans: Vec<Service>,
    /// Names of other clusters, where there is no cluster of that name.
    pub other_clusters: Vec<String>,
    /// Images that are not where they are to be pulled from.
    pub missing_images: Vec<Problem>,
}

/// The revisions of a unit's task definition.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Revisions {
    /// The one that its service runs.
    pub current: Option<Revision>,
    /// The newest one, where the current one is not what is wanted.
    pub newest: Option<Revision>,
}

impl Revisions {
    /// The revision that is what is wanted already, if there is one.
    #[must_use]
    pub fn wanted(&self, wanted: &Value) -> Option<&Revision> {
        self.current.iter().chain(&self.newest).find(|revision| is_wanted(revision, wanted))
    }
}

/// Whether a revision can be used, and means what is wanted.
#[must_use]
pub fn is_wanted(revision: &Revision, wanted: &Value) -> bool {
    let wanted = wanted.as_object();
    revision.is_active()
        && wanted.is_some_and(|wanted| definition::compare(&revision.task_definition, wanted).is_empty())
}

/// Looks at everything that a release is about.
///
/// # Errors
///
/// When AWS does not answer, or not allow to look.
pub async fn observe(reader: &Reader, release: &Release) -> Result<Observed, Problem> {
    let clusters = reader.read(&DescribeClusters { clusters: vec![&release.cluster] }).await?;
    let missing_images = images::missing(reader, release).await;
    let cluster = clusters.clusters.into_iter().find(|cluster| cluster.status == "ACTIVE");
    let Some(cluster) = cluster else {
        let families = revisions(reader, release, &BTreeMap::new()).await?;
        let other_clusters = cluster_names(reader).await;
        return Ok(Observed { revisions: families, other_clusters, missing_images, ..Observed::default() });
    };
    let names: Vec<&str> = release.units.values().filter_map(Unit::service).collect();
    let found = services(reader, &release.cluster, &names).await?;
    let units = release.units.values();
    let unit_of: BTreeMap<&str, &str> = units.filter_map(|unit| Some((unit.service()?, &*unit.name))).collect();
    let services: BTreeMap<String, Service> = found
        .into_iter()
        .filter_map(|service| Some(((*unit_of.get(&*service.service_name)?).to_owned(), service)))
        .collect();
    let revisions = revisions(reader, release, &services).await?;
    let running = running_jobs(reader, release).await?;
    let orphans = orphans(reader, release, &names).await?;
    let (cluster, other_clusters) = (Some(cluster), Vec::new());
    Ok(Observed { cluster, services, revisions, running, orphans, other_clusters, missing_images })
}

/// Describes services, as many as there are of those names.
///
/// # Errors
///
/// When AWS does not answer, or not allow to look.
pub async fn services(reader: &Reader, cluster: &str, names: &[&str]) -> Result<Vec<Service>, CallError> {
    let chunks = names.chunks(MOST_SERVICES).map(|names| async move {
        let call = DescribeServices { cluster, services: names.to_vec(), include: ["TAGS"] };
        reader.read(&call).await
    });
    let answers: Vec<_> = stream::iter(chunks).buffered(AT_ONCE).try_collect().await?;
    Ok(answers.into_iter().flat_map(|answer| answer.services).collect())
}

/// The revisions of every unit.
async fn revisions(
    reader: &Reader,
    release: &Release,
    services: &BTreeMap<String, Service>,
) -> Result<BTreeMap<String, Revisions>, CallError> {
    let units = release.units.values().map(|unit| async move {
        let service = services.get(&unit.name).filter(|service| service.status == ServiceStatus::Active);
        let current = match service {
            Some(service) => revision(reader, &service.task_definition).await?,
            None => None,
        };
        let mut revisions = Revisions { current, newest: None };
        if revisions.wanted(&unit.definition).is_none() {
            revisions.newest = revision(reader, &unit.family).await?;
        }
        Ok((unit.name.clone(), revisions))
    });
    stream::iter(units).buffered(AT_ONCE).try_collect().await
}

/// A revision, or the newest one of a family, if there is one.
///
/// # Errors
///
/// When AWS does not answer, or not allow to look.
pub async fn revision(reader: &Reader, name: &str) -> Result<Option<Revision>, CallError> {
    match reader.read(&DescribeTaskDefinition::with_tags(name)).await {
        Ok(revision) => Ok(Some(revision)),
        Err(err) if err.is("ClientException") && err.message.contains(NO_REVISION) => Ok(None),
        Err(err) => Err(err),
    }
}

/// The one-off tasks of ours that still run, by unit.
async fn running_jobs(reader: &Reader, release: &Release) -> Result<BTreeMap<String, Vec<Task>>, CallError> {
    let mut running = BTreeMap::new();
    for unit in release.units.values().filter(|unit| unit.is_job()) {
        let mut tasks = tasks(reader, &release.cluster, (None, Some(&unit.family)), "RUNNING").await?;
        let ours = format!("{STARTED_BY}{}", release.project);
        // A task of `run` may have another command.
        let is_job = |task: &Task| task.group.as_deref().is_none_or(|group| group.starts_with("family:"));
        tasks.retain(|task| task.started_by.as_deref() == Some(&ours) && !task.is_stopped() && is_job(task));
        running.insert(unit.name.clone(), tasks);
    }
    Ok(running)
}

/// The tasks of a service or a family.
///
/// # Errors
///
/// When AWS does not answer, or not allow to look.
pub async fn tasks(
    reader: &Reader,
    cluster: &str,
    (service_name, family): (Option<&str>, Option<&str>),
    desired_status: &'static str,
) -> Result<Vec<Task>, CallError> {
    let mut arns = Vec::new();
    let mut next_token = None;
    loop {
        let page = reader.read(&ListTasks { cluster, service_name, family, desired_status, next_token }).await?;
        arns.extend(page.task_arns);
        next_token = page.next_token;
        if next_token.is_none() {
            break;
        }
    }
    described(reader, cluster, &arns).await
}

/// Describes tasks, as many as there are of those names.
///
/// # Errors
///
/// When AWS does not answer, or not allow to look.
pub async fn described(reader: &Reader, cluster: &str, arns: &[String]) -> Result<Vec<Task>, CallError> {
    let chunks = arns.chunks(MOST_TASKS).map(|chunk| async move {
        reader.read(&DescribeTasks { cluster, tasks: chunk.iter().map(|arn| &**arn).collect() }).await
    });
    let answers: Vec<_> = stream::iter(chunks).buffered(AT_ONCE).try_collect().await?;
    Ok(answers.into_iter().flat_map(|answer| answer.tasks).collect())
}

/// Services of the project that the release does not have.
async fn orphans(reader: &Reader, release: &Release, names: &[&str]) -> Result<Vec<Service>, CallError> {
    let known: BTreeSet<&str> = names.iter().copied().collect();
    let prefix = format!("{}-", release.project);
    let all = service_names(reader, &release.cluster).await?;
    let others: Vec<&str> =
        all.iter().map(|name| &**name).filter(|name| name.starts_with(&prefix) && !known.contains(name)).collect();
    let mut orphans = services(reader, &release.cluster, &others).await?;
    orphans.retain(|service| service.status == ServiceStatus::Active && is_ours(service, &release.project));
    Ok(orphans)
}

/// The names of all services of a cluster.
///
/// # Errors
///
/// When AWS does not answer, or not allow to look.
pub async fn service_names(reader: &Reader, cluster: &str) -> Result<Vec<String>, CallError> {
    let mut names = Vec::new();
    let mut next_token = None;
    loop {
        let page = reader.read(&ListServices { cluster, max_results: 100, next_token }).await?;
        names.extend(page.service_arns.iter().map(|arn| short(arn).to_owned()));
        next_token = page.next_token;
        if next_token.is_none() {
            return Ok(names);
        }
    }
}

/// Whether a service is a project's, by its tag.
#[must_use]
pub fn is_ours(service: &Service, project: &str) -> bool {
    service.tag(PROJECT) == Some(project)
}

/// The names of the clusters that there are: a help, no more.
async fn cluster_names(reader: &Reader) -> Vec<String> {
    let clusters = reader.read(&ListClusters::default()).await.map(|page| page.cluster_arns).unwrap_or_default();
    clusters.iter().filter_map(|arn| Some(arn.rsplit_once('/')?.1.to_owned())).collect()
}
