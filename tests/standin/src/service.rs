//! Services: what is kept of them. How they move is in `scheduler.rs`.

mod calls;
mod delete;
mod deployments;
mod render;
mod update;

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::definition::Revision;
use crate::deployment::{Deployment, ServiceDeployment, ServiceRevision};
use crate::tags::Tags;

pub(crate) use calls::check_together;
pub use render::Counts;

/// A cluster and the name of a service in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceKey {
    /// The name of the cluster.
    pub cluster: String,
    /// The name of the service.
    pub name: String,
}

/// A service.
#[derive(Debug, Clone)]
pub struct Service {
    /// Which one it is.
    pub key: ServiceKey,
    /// Where it is in its life.
    pub status: ServiceStatus,
    /// How many tasks it is to have; for a daemon, how many instances there are.
    pub desired: u64,
    /// Its task definition.
    pub revision: Revision,
    /// Its tags.
    pub tags: Tags,
    /// Its deployments; the first is PRIMARY.
    pub deployments: Vec<Deployment>,
    /// Its service deployments, oldest first.
    pub history: Vec<ServiceDeployment>,
    /// Its service revisions, oldest first.
    pub revisions: Vec<ServiceRevision>,
    /// What happened, newest first.
    pub events: VecDeque<ServiceEvent>,
    /// The members of its inputs, with the defaults that ECS adds.
    pub members: Map<String, Value>,
    /// When it was created.
    pub created_at: Duration,
    pub(crate) created_by: String,
    /// When it was told to go.
    pub(crate) deleted_at: Option<Duration>,
    /// The ARN of the revision that was last deployed to its end.
    pub(crate) completed: Option<String>,
    pub(crate) steady: bool,
    /// The next time at which a timer has the scheduler look at it.
    pub(crate) wakes_at: Option<Duration>,
}

/// Where a service is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceStatus {
    /// It runs tasks.
    Active,
    /// It was deleted, and its tasks are being stopped.
    Draining,
    /// It is gone.
    Inactive,
}

/// An event of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceEvent {
    /// Its id.
    pub id: String,
    /// When it happened.
    pub at: Duration,
    /// What happened.
    pub message: String,
}

impl ServiceStatus {
    /// The word of the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
            Self::Inactive => "INACTIVE",
        }
    }
}

/// How many events of a service can be read.
const EVENTS: usize = 100;

impl Service {
    /// Its PRIMARY deployment; none once it is gone.
    #[must_use]
    pub fn primary(&self) -> Option<&Deployment> {
        self.deployments.first()
    }

    pub(crate) fn happens(&mut self, id: String, at: Duration, message: impl std::fmt::Display) {
        let message = format!("(service {}) {message}", self.key.name);
        self.events.push_front(ServiceEvent { id, at, message });
        self.events.truncate(EVENTS);
    }

    pub(crate) fn is_daemon(&self) -> bool {
        self.members.get("schedulingStrategy").is_some_and(|value| value == "DAEMON")
    }

    fn percent(&self, name: &str, default: u64) -> u64 {
        let configuration = self.members.get("deploymentConfiguration");
        configuration.and_then(|value| value.get(name)).and_then(Value::as_u64).unwrap_or(default)
    }

    /// How many tasks have to be healthy while a deployment is under way.
    pub(crate) fn least(&self) -> u64 {
        let percent = self.percent("minimumHealthyPercent", if self.is_daemon() { 0 } else { 100 });
        (self.desired * percent).div_ceil(100)
    }

    /// How many tasks there may be while a deployment is under way.
    pub(crate) fn most(&self) -> u64 {
        self.desired * self.percent("maximumPercent", if self.is_daemon() { 100 } else { 200 }) / 100
    }

    /// The ARN of its first target group.
    pub(crate) fn target_group(&self) -> Option<String> {
        let balancers = self.members.get("loadBalancers")?.as_array()?;
        balancers.iter().find_map(|one| one.get("targetGroupArn")?.as_str()).map(str::to_owned)
    }

    /// Whether a Classic Load Balancer is before it; then its deployments have no rollout state.
    pub(crate) fn is_classic(&self) -> bool {
        let balancers = self.members.get("loadBalancers").and_then(Value::as_array);
        balancers.is_some_and(|list| list.iter().any(|one| one.get("loadBalancerName").is_some()))
    }
}
