//! Takes a project away: its services and running one-off tasks, by their tags, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;

use super::api::cluster::DescribeClusters;
use super::api::service::{DeleteService, Service, ServiceStatus};
use super::api::task::{StopTask, Task};
use super::error::CallError;
use super::observe::{STARTED_BY, is_ours, service_names, services, tasks};
use super::release::SERVICE;
use super::sdk::{Reader, Writer};

/// What there is of a project.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Remains {
    /// Its services, those that are on their way out with them.
    pub services: Vec<Service>,
    /// Its one-off tasks that still run.
    pub tasks: Vec<Task>,
}

impl Remains {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.services.is_empty() && self.tasks.is_empty()
    }
}

/// Finds what there is of a project in a cluster, whatever the files say now.
///
/// # Errors
///
/// When AWS does not answer, or not allow to look.
pub async fn remains(reader: &Reader, cluster: &str, project: &str) -> Result<Remains, CallError> {
    let clusters = reader.read(&DescribeClusters { clusters: vec![cluster] }).await?;
    if !clusters.clusters.iter().any(|cluster| cluster.status == "ACTIVE") {
        return Ok(Remains::default());
    }
    let names = service_names(reader, cluster).await?;
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    let mut services = services(reader, cluster, &names).await?;
    services.retain(|service| service.status != ServiceStatus::Inactive && is_ours(service, project));
    let started_by = format!("{STARTED_BY}{project}");
    let mut tasks = tasks(reader, cluster, (None, None), "RUNNING").await?;
    tasks.retain(|task| task.started_by.as_deref() == Some(&started_by) && !task.is_stopped());
    Ok(Remains { services, tasks })
}

/// The services of a project in the order in which they go: the last wave first, and what no file names at the end.
#[must_use]
pub fn order(remains: &Remains, waves: &BTreeMap<String, usize>) -> Vec<Vec<Service>> {
    let mut layers: BTreeMap<Option<usize>, Vec<Service>> = BTreeMap::new();
    for service in &remains.services {
        let wave = service.tag(SERVICE).and_then(|unit| waves.get(unit)).copied();
        layers.entry(wave).or_default().push(service.clone());
    }
    layers.into_values().rev().collect()
}

/// Hears what is done.
pub type Told<'t> = dyn FnMut(&str) + 't;

/// Takes services and tasks away, layer by layer, and waits until each layer is gone, if at all then this long. Gives
/// back the services that are not gone by then.
///
/// # Errors
///
/// When AWS refuses, or cannot be reached.
pub async fn take_away(
    writer: &Writer,
    cluster: &str,
    (layers, tasks): (&[Vec<Service>], &[Task]),
    (wait, told): (Option<Duration>, &mut Told<'_>),
) -> Result<BTreeSet<String>, CallError> {
    for task in tasks {
        let call = StopTask { cluster, task: &task.task_arn, reason: "compose2ecs down" };
        writer.write(&call).await?;
        told(&format!("task {}: told to end", task.id()));
    }
    let mut still = BTreeSet::new();
    for layer in layers {
        for service in layer.iter().filter(|service| service.status == ServiceStatus::Active) {
            delete(writer, cluster, &service.service_name).await?;
            told(&format!("{}: deleted, its tasks are being stopped", service.service_name));
        }
        let Some(limit) = wait else { continue };
        still.extend(gone(writer.reader(), cluster, (layer, limit), told).await?);
    }
    Ok(still)
}

/// Deletes a service. One that is gone already is gone.
async fn delete(writer: &Writer, cluster: &str, service: &str) -> Result<(), CallError> {
    let began = Instant::now();
    loop {
        let Err(err) = writer.write(&DeleteService { cluster, service, force: true }).await else { return Ok(()) };
        if err.is("ServiceNotFoundException") || err.is("ServiceNotActiveException") {
            return Ok(());
        }
        let busy = err.message.contains("cannot be stopped while deployments are active");
        if !(busy || err.is_passing()) || began.elapsed() >= Duration::from_mins(2) {
            return Err(err);
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
}

/// Waits until services are gone; gives back those that are not when the time is over.
async fn gone(
    reader: &Reader,
    cluster: &str,
    (layer, limit): (&[Service], Duration),
    told: &mut Told<'_>,
) -> Result<Vec<String>, CallError> {
    let began = Instant::now();
    let mut left: Vec<&str> = layer.iter().map(|service| &*service.service_name).collect();
    while !left.is_empty() {
        let there = services(reader, cluster, &left).await?;
        let draining = |name: &&str| {
            there.iter().any(|service| service.service_name == **name && service.status != ServiceStatus::Inactive)
        };
        let (still, done): (Vec<&str>, Vec<&str>) = left.into_iter().partition(draining);
        for name in done {
            told(&format!("{name}: gone"));
        }
        left = still;
        if left.is_empty() || began.elapsed() >= limit {
            break;
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    Ok(left.into_iter().map(str::to_owned).collect())
}
