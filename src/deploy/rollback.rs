//! Goes back to what services ran before. Nothing is deregistered, so that the way is open in both directions.

use std::collections::BTreeMap;

use super::api::definition::{Revision, short};
use super::api::history::{
    DescribeServiceRevisions, ListServiceDeployments, ListTaskDefinitions, MOST_REVISIONS, PastDeployment,
};
use super::api::service::{DeploymentStatus, DescribeServiceDeployments, RolloutState, Service};
use super::error::{CallError, Trouble};
use super::observe::revision;
use super::plan::Step;
use super::problem::Problem;
use super::release::{PROJECT, SERVICE};
use super::sdk::Reader;
use super::standing::{Change, Place, unit, update};

/// How a service goes back.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// To which revision.
    pub revision: Revision,
    /// Why to that one.
    pub method: Method,
}

/// How a revision to go back to was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Method {
    /// The user says so.
    Named,
    /// A deployment is under way, which ECS itself takes back: the service deployment of this name.
    UnderWay(String),
    /// ECS takes back a deployment already.
    GoingBack,
    /// It is that of the newest deployment of another revision that succeeded, made at this time, in seconds since 1970.
    Succeeded(f64),
    /// It is the next lower one: what was deployed before cannot be read, for this reason.
    Lower(String),
}

/// Whether a deployment is under way.
enum UnderWay {
    No,
    Yes(String),
    Back,
}

impl Way {
    /// What is to become of a service.
    #[must_use]
    pub fn change(self, service: Service, wave: usize) -> Change {
        let Self { revision, method } = self;
        let is_there = service.task_definition == revision.arn();
        let step = match (method, service.primary()) {
            (Method::UnderWay(service_deployment), Some(primary)) => {
                Step::TakeBack { service_deployment, deployment: primary.id.clone() }
            }
            (Method::GoingBack, _) => Step::Wait,
            (Method::Named, _) if is_there => Step::Nothing,
            (Method::UnderWay(_) | Method::Named | Method::Succeeded(_) | Method::Lower(_), _) => {
                update(&service, true, None)
            }
        };
        Change { service, wave, revision, step }
    }
}

/// Finds the way back of a service; none if it never ran anything else.
///
/// # Errors
///
/// When AWS does not answer, or not allow to look; when there is no such revision as the user names.
pub async fn way(
    reader: &Reader,
    place: Place<'_>,
    service: &Service,
    to: Option<&str>,
) -> Result<Option<Way>, Problem> {
    if let Some(to) = to {
        return named(reader, service, to).await.map(Some);
    }
    let under_way = under_way(reader, service).await?;
    let past = match past(reader, place.cluster, service).await {
        Ok(Some(past)) => Ok(past),
        Ok(None) => Err("ECS no longer lists its deployments".to_owned()),
        Err(err) if matches!(err.trouble, Trouble::Denied | Trouble::Refused(_)) => Err(err.to_string()),
        Err(err) => return Err(err.into()),
    };
    match (under_way, past) {
        (UnderWay::Back, _) => {
            let back = current(reader, &service.task_definition).await?;
            Ok(back.map(|revision| Way { revision, method: Method::GoingBack }))
        }
        (UnderWay::Yes(deployment), Ok(past)) if !past.is_empty() => {
            let first = past.first().map(|(arn, _)| &**arn).unwrap_or_default();
            let back = current(reader, first).await?;
            Ok(back.map(|revision| Way { revision, method: Method::UnderWay(deployment) }))
        }
        (UnderWay::Yes(deployment), Err(_)) => {
            let earlier = service.deployments.iter().find(|other| other.status == DeploymentStatus::Active);
            let Some(earlier) = earlier else { return Ok(None) };
            let back = current(reader, &earlier.task_definition).await?;
            Ok(back.map(|revision| Way { revision, method: Method::UnderWay(deployment) }))
        }
        (UnderWay::Yes(_), Ok(_)) => Ok(None),
        (UnderWay::No, Ok(past)) => {
            for (arn, when) in past.iter().filter(|(arn, _)| *arn != service.task_definition) {
                if let Some(revision) = current(reader, arn).await? {
                    return Ok(Some(Way { revision, method: Method::Succeeded(*when) }));
                }
            }
            Ok(None)
        }
        (UnderWay::No, Err(why)) => {
            let lower = lower(reader, place, service).await?;
            Ok(lower.map(|revision| Way { revision, method: Method::Lower(why) }))
        }
    }
}

/// A revision, if it can still be deployed.
async fn current(reader: &Reader, arn: &str) -> Result<Option<Revision>, CallError> {
    Ok(revision(reader, arn).await?.filter(Revision::is_active))
}

/// The revision that the user names: by its number, or in full.
async fn named(reader: &Reader, service: &Service, to: &str) -> Result<Way, Problem> {
    let (family, _) = family_and_number(&service.task_definition);
    let name = if to.contains(':') { to.to_owned() } else { format!("{family}:{to}") };
    let Some(revision) = revision(reader, &name).await? else {
        return Err(Problem::new(format!("there is no revision `{name}`")));
    };
    if !revision.is_active() {
        return Err(Problem::new(format!("revision `{name}` is deregistered: ECS does not deploy it any more")));
    }
    if revision.family() != family {
        let message = format!("revision `{name}` is not one of `{family}`, which `{}` runs", unit(service));
        return Err(Problem::new(message));
    }
    Ok(Way { revision, method: Method::Named })
}

/// Whether a deployment of a service is under way.
async fn under_way(reader: &Reader, service: &Service) -> Result<UnderWay, CallError> {
    let state = service.primary().and_then(|primary| primary.rollout_state);
    if matches!(state, Some(RolloutState::Completed | RolloutState::Failed)) {
        return Ok(UnderWay::No);
    }
    let Some(arn) = service.current_service_deployment.clone() else { return Ok(UnderWay::No) };
    let answer = reader.read(&DescribeServiceDeployments { service_deployment_arns: vec![&arn] }).await;
    let deployment = match answer {
        Ok(answer) => answer.service_deployments.into_iter().next(),
        // That it may not be looked at says nothing of whether it may be stopped.
        Err(err) if err.trouble == Trouble::Denied => return Ok(UnderWay::Yes(arn)),
        Err(err) => return Err(err),
    };
    Ok(match deployment.as_ref().map(|deployment| &*deployment.status) {
        Some("PENDING" | "IN_PROGRESS") => UnderWay::Yes(arn),
        Some("ROLLBACK_REQUESTED" | "ROLLBACK_IN_PROGRESS") => UnderWay::Back,
        Some(_) | None => UnderWay::No,
    })
}

/// The revisions that a service was successfully deployed with, the newest first, and when; none if no deployment of it
/// is known at all.
async fn past(reader: &Reader, cluster: &str, service: &Service) -> Result<Option<Vec<(String, f64)>>, CallError> {
    let mut all: Vec<PastDeployment> = Vec::new();
    let mut next_token = None;
    loop {
        let call = ListServiceDeployments { cluster, service: &service.service_name, next_token };
        let page = reader.read(&call).await?;
        all.extend(page.service_deployments);
        next_token = page.next_token;
        if next_token.is_none() {
            break;
        }
    }
    if all.is_empty() {
        return Ok(None);
    }
    all.retain(|deployment| deployment.status == "SUCCESSFUL");
    all.sort_by(|one, other| other.created_at.total_cmp(&one.created_at));
    let mut past = Vec::with_capacity(all.len());
    for chunk in all.chunks(MOST_REVISIONS) {
        let arns = chunk.iter().map(|deployment| &*deployment.target_service_revision_arn).collect();
        let answer = reader.read(&DescribeServiceRevisions { service_revision_arns: arns }).await?;
        let definitions: BTreeMap<&str, &str> = answer
            .service_revisions
            .iter()
            .map(|revision| (&*revision.service_revision_arn, &*revision.task_definition))
            .collect();
        past.extend(chunk.iter().filter_map(|deployment| {
            let definition = definitions.get(&*deployment.target_service_revision_arn)?;
            Some(((*definition).to_owned(), deployment.created_at))
        }));
    }
    Ok(Some(past))
}

/// The revision of the project with the next lower number.
async fn lower(reader: &Reader, place: Place<'_>, service: &Service) -> Result<Option<Revision>, CallError> {
    let (family, number) = family_and_number(&service.task_definition);
    let mut call = ListTaskDefinitions::newest_first(family);
    loop {
        let page = reader.read(&call).await?;
        for arn in page.task_definition_arns.iter().filter(|arn| family_and_number(arn).1 < number) {
            let found = current(reader, arn).await?;
            let is_ours = |revision: &Revision| {
                revision.tag(PROJECT) == Some(place.project) && revision.tag(SERVICE) == Some(unit(service))
            };
            if let Some(revision) = found.filter(is_ours) {
                return Ok(Some(revision));
            }
        }
        if page.next_token.is_none() {
            return Ok(None);
        }
        call.next_token = page.next_token;
    }
}

/// The family and the number of a revision.
fn family_and_number(arn: &str) -> (&str, u32) {
    let (family, number) = short(arn).rsplit_once(':').unwrap_or((short(arn), ""));
    (family, number.parse().unwrap_or_default())
}
