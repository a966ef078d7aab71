//! What runs of a project, and how it is changed without the documents of its file.
//!
//! A change of what runs is a plan like any other: it is shown, carried out and watched as that of `up`.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::api::definition::Revision;
use super::api::service::{Service, ServiceStatus};
use super::down::remains;
use super::plan::{Plan, RevisionStep, Step, UnitPlan, Update};
use super::problem::Problem;
use super::release::{Release, Runner, SERVICE, Unit};
use super::sdk::Reader;

/// Where a project is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The cluster's name.
    pub cluster: &'a str,
    /// The project's name.
    pub project: &'a str,
}

/// What is to become of a service that runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The service.
    pub service: Service,
    /// In which wave.
    pub wave: usize,
    /// The revision that it is to run.
    pub revision: Revision,
    /// What is done.
    pub step: Step,
}

/// The unit that a service is.
#[must_use]
pub fn unit(service: &Service) -> &str {
    service.tag(SERVICE).unwrap_or(&service.service_name)
}

/// The services of a project that run: those of these names, or all.
///
/// # Errors
///
/// When there is none, or none of a name; when AWS does not answer, or not allow to look.
pub async fn standing(reader: &Reader, place: Place<'_>, names: &[String]) -> Result<Vec<Service>, Vec<Problem>> {
    let Place { cluster, project } = place;
    let found = remains(reader, cluster, project).await.map_err(|err| vec![err.into()])?;
    let mut services = found.services;
    services.retain(|service| service.status == ServiceStatus::Active);
    let known: BTreeSet<&str> = services.iter().map(unit).collect();
    let all = known.iter().copied().collect::<Vec<_>>().join(", ");
    if known.is_empty() {
        let message = format!("project `{project}` has no services in cluster `{cluster}`");
        return Err(vec![Problem::new(message).hint("deploy it with `compose2ecs up`")]);
    }
    let missing = names.iter().filter(|name| !known.contains(&***name)).map(|name| {
        Problem::new(format!("project `{project}` has no service `{name}` in cluster `{cluster}`"))
            .hint(format!("there are: {all}"))
    });
    let missing: Vec<Problem> = missing.collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    services.retain(|service| names.is_empty() || names.iter().any(|name| name == unit(service)));
    Ok(services)
}

/// The waves of services when what was started last is changed first; what no file names comes at the end.
#[must_use]
pub fn from_the_last(services: &[Service], waves: &BTreeMap<String, usize>) -> Vec<usize> {
    let wave = |service: &Service| waves.get(unit(service)).copied();
    let known: BTreeSet<Option<usize>> = services.iter().map(wave).collect();
    let place = |service: &Service| known.iter().rev().position(|other| *other == wave(service)).unwrap_or_default();
    services.iter().map(place).collect()
}

/// The release and the plan that changes come to.
#[must_use]
pub fn prepared(place: Place<'_>, changes: Vec<Change>) -> (Release, Plan) {
    let mut units = IndexMap::new();
    let mut plans = Vec::new();
    for Change { service, wave, revision, step } in changes {
        let name = unit(&service).to_owned();
        let family = revision.family().to_owned();
        let keep = RevisionStep::Keep(revision.arn().to_owned());
        plans.push(UnitPlan {
            name: name.clone(),
            wave,
            revision: keep,
            step,
            previous: Some(service.task_definition.clone()),
        });
        let runner = Runner::Service { name: service.service_name, create: Map::new(), update: Map::new() };
        let definition = Value::Object(revision.task_definition);
        let (needs, replicas) = (IndexMap::new(), None);
        units.insert(
            name.clone(),
            Unit { name, wave, family, definition, runner, needs, replicas, origins: Vec::new() },
        );
    }
    let release = Release {
        project: place.project.to_owned(),
        cluster: place.cluster.to_owned(),
        cluster_document: Value::Null,
        units,
        registry: None,
        pinned: BTreeSet::new(),
    };
    (release, Plan { creates_cluster: false, units: plans, orphans: Vec::new() })
}

/// A change of a service to another revision, or to another number of tasks.
#[must_use]
pub fn update(service: &Service, deploys: bool, count: Option<u32>) -> Step {
    Step::Update(Update {
        differences: Vec::new(),
        settings: Map::new(),
        deploys,
        count: count.map(|count| (service.desired_count, count)),
        tags: Vec::new(),
        arn: service.service_arn.clone(),
        deployment: service.primary().map(|primary| primary.id.clone()),
    })
}
