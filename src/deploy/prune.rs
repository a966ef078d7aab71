//! Deregisters revisions that nobody needs any more. Nothing else ever does.

use std::collections::BTreeSet;
use std::time::Duration;

use super::api::Write;
use super::api::definition::{DeleteTaskDefinitions, DeregisterTaskDefinition, MOST_DELETIONS, short};
use super::api::history::ListTaskDefinitions;
use super::api::service::ServiceStatus;
use super::down::Told;
use super::error::CallError;
use super::observe::{is_ours, revision, service_names, services, tasks};
use super::problem::Problem;
use super::release::PROJECT;
use super::rollback::way;
use super::sdk::{Reader, Writer};
use super::standing::Place;

/// How long to wait between two revisions: ECS takes about one a second.
const PACE: Duration = Duration::from_secs(1);

/// How often a call is made that gets no good answer.
const ATTEMPTS: u32 = 3;

/// Revisions that nobody needs, by their full names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Old {
    /// Those that can still be deployed.
    pub active: Vec<String>,
    /// Those that were deregistered before.
    pub inactive: Vec<String>,
}

/// What becomes of revisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They are deregistered: what runs them goes on, and nothing new can.
    Deregistered,
    /// They are deregistered, and deleted.
    Deleted,
}

/// Finds the revisions of families that are not among the newest, that nothing in the cluster runs, and to which no service
/// would be rolled back. Revisions without the project's tag stay.
///
/// # Errors
///
/// When AWS does not answer, or not allow to look.
pub async fn old(
    reader: &Reader,
    place: Place<'_>,
    (families, keep): (&[String], usize),
    fate: Fate,
) -> Result<Old, Problem> {
    let mut found = Old::default();
    for family in families {
        let active = revisions(reader, family, "ACTIVE").await?;
        found.active.extend(active.into_iter().skip(keep));
        if fate == Fate::Deleted {
            found.inactive.extend(revisions(reader, family, "INACTIVE").await?);
        }
    }
    if found == Old::default() {
        return Ok(found);
    }
    let needed = needed(reader, place).await?;
    for list in [&mut found.active, &mut found.inactive] {
        let mut own = Vec::with_capacity(list.len());
        for arn in list.drain(..).filter(|arn| !needed.contains(short(arn))) {
            let revision = revision(reader, &arn).await?;
            let tags = revision.iter().flat_map(|revision| &revision.tags);
            if tags.clone().any(|tag| tag.key == PROJECT && tag.value == place.project) {
                own.push(arn);
            }
        }
        *list = own;
    }
    Ok(found)
}

/// The revisions of a family, the newest first.
async fn revisions(reader: &Reader, family: &str, status: &'static str) -> Result<Vec<String>, CallError> {
    let mut call = ListTaskDefinitions { status, ..ListTaskDefinitions::newest_first(family) };
    let mut arns = Vec::new();
    loop {
        let page = reader.read(&call).await?;
        arns.extend(page.task_definition_arns);
        call.next_token = page.next_token;
        if call.next_token.is_none() {
            return Ok(arns);
        }
    }
}

/// The revisions that something in the cluster runs, or would run after a rollback, as `family:revision`.
async fn needed(reader: &Reader, place: Place<'_>) -> Result<BTreeSet<String>, Problem> {
    let names = service_names(reader, place.cluster).await?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut needed = BTreeSet::new();
    let mut add = |arn: &str| {
        needed.insert(short(arn).to_owned());
    };
    for service in services(reader, place.cluster, &names).await? {
        add(&service.task_definition);
        service.deployments.iter().for_each(|deployment| add(&deployment.task_definition));
        if service.status == ServiceStatus::Active
            && is_ours(&service, place.project)
            && let Some(way) = way(reader, place, &service, None).await?
        {
            add(way.revision.arn());
        }
    }
    for task in tasks(reader, place.cluster, (None, None), "RUNNING").await? {
        add(&task.task_definition_arn);
    }
    Ok(needed)
}

/// Deregisters revisions, and deletes them if they are to be. What fails is told, and stays; gives back what is gone, as
/// `family:revision`.
pub async fn prune(writer: &Writer, old: &Old, fate: Fate, told: &mut Told<'_>) -> Vec<String> {
    let mut gone: Vec<&String> = Vec::with_capacity(old.active.len());
    for arn in &old.active {
        if !gone.is_empty() {
            tokio::time::sleep(PACE).await;
        }
        match insist(writer, &DeregisterTaskDefinition { task_definition: arn }).await {
            Ok(_) => gone.push(arn),
            Err(err) => told(&format!("{} stays: {err}", short(arn))),
        }
    }
    if fate == Fate::Deleted {
        let all: Vec<&str> = old.inactive.iter().chain(gone.iter().copied()).map(String::as_str).collect();
        gone.extend(&old.inactive);
        for chunk in all.chunks(MOST_DELETIONS) {
            match insist(writer, &DeleteTaskDefinitions { task_definitions: chunk.to_vec() }).await {
                Ok(answer) => {
                    for failure in answer.failures {
                        let (arn, reason) = (failure.arn.unwrap_or_default(), failure.reason.unwrap_or_default());
                        gone.retain(|other| **other != arn);
                        told(&format!("{} is not deleted: {reason}", short(&arn)));
                    }
                }
                Err(err) => {
                    gone.retain(|other| !chunk.contains(&other.as_str()));
                    told(&format!("{} revisions are not deleted: {err}", chunk.len()));
                }
            }
        }
    }
    gone.into_iter().map(|arn| short(arn).to_owned()).collect()
}

/// Makes a call again that may be made twice without harm.
async fn insist<W: Write>(writer: &Writer, call: &W) -> Result<W::Answer, CallError> {
    let mut attempt = 1;
    loop {
        match writer.write(call).await {
            Err(err) if err.is_passing() && attempt < ATTEMPTS => {
                tokio::time::sleep(PACE * attempt).await;
                attempt += 1;
            }
            answer => return answer,
        }
    }
}
