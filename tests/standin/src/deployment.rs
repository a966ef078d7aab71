//! Deployments, and what the newer API shows of them: service deployments and service revisions.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::definition::Revision;
use crate::task::TaskNumber;

/// A deployment of a service.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// `ecs-svc/` and 19 digits.
    pub id: String,
    /// What it deploys.
    pub revision: Revision,
    /// How far it got.
    pub rollout: Rollout,
    /// Why.
    pub rollout_reason: String,
    /// How many tasks failed one after the other.
    pub failed_tasks: u64,
    /// When it was made.
    pub created_at: Duration,
    /// When it last changed.
    pub updated_at: Duration,
    /// The ARN of its service deployment.
    pub service_deployment: String,
    /// The ARN of its service revision.
    pub service_revision: String,
    /// Its tasks that are not over.
    pub(crate) tasks: BTreeSet<TaskNumber>,
    /// How many of them speak against the deployment: those that did not last, and those found ill.
    pub(crate) strikes: u64,
    /// How long it is listed, or under way, at the least.
    pub(crate) stays_until: Duration,
    /// Whether it was said that tasks keep failing.
    pub(crate) has_complained: bool,
    /// How many tasks failed since one was healthy.
    pub(crate) row: u32,
    /// When it may start the next task.
    pub(crate) not_before: Duration,
    /// The last reason why no task could be placed, and when it was told.
    pub(crate) unplaced: Option<(Duration, String)>,
    /// Whether it is the way back from another.
    pub(crate) is_rollback: bool,
}

/// How far a deployment got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rollout {
    /// It is under way.
    InProgress,
    /// It reached a steady state.
    Completed,
    /// It is given up.
    Failed,
}

impl Rollout {
    /// `rolloutState`
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }
}

/// A service deployment.
#[derive(Debug, Clone)]
pub struct ServiceDeployment {
    /// Its ARN.
    pub arn: String,
    /// How far it got.
    pub status: ServiceDeploymentStatus,
    /// Why.
    pub reason: Option<String>,
    /// The ARN of the service revision that it deploys.
    pub target: String,
    /// The ARNs of the service revisions that ran before.
    pub sources: Vec<String>,
    /// The way back: its reason, when it began, and the ARN of the service revision that it leads to.
    pub rollback: Option<(String, Duration, String)>,
    pub(crate) configuration: Value,
    pub(crate) created_at: Duration,
    pub(crate) started_at: Option<Duration>,
    pub(crate) finished_at: Option<Duration>,
    pub(crate) stopped_at: Option<Duration>,
    pub(crate) updated_at: Duration,
}

/// How far a service deployment got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceDeploymentStatus {
    /// The scheduler has not looked at it yet.
    Pending,
    /// It is under way.
    InProgress,
    /// It reached a steady state.
    Successful,
    /// It was given up, or another took its place.
    Stopped,
    /// Somebody asked to stop it.
    StopRequested,
    /// Somebody asked to go back.
    RollbackRequested,
    /// The way back is under way.
    RollbackInProgress,
    /// The revision before runs again.
    RollbackSuccessful,
    /// The way back failed.
    RollbackFailed,
}

impl ServiceDeploymentStatus {
    /// The word of the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::InProgress => "IN_PROGRESS",
            Self::Successful => "SUCCESSFUL",
            Self::Stopped => "STOPPED",
            Self::StopRequested => "STOP_REQUESTED",
            Self::RollbackRequested => "ROLLBACK_REQUESTED",
            Self::RollbackInProgress => "ROLLBACK_IN_PROGRESS",
            Self::RollbackSuccessful => "ROLLBACK_SUCCESSFUL",
            Self::RollbackFailed => "ROLLBACK_FAILED",
        }
    }

    /// Whether nothing more becomes of it.
    #[must_use]
    pub fn is_final(self) -> bool {
        match self {
            Self::Pending
            | Self::InProgress
            | Self::StopRequested
            | Self::RollbackRequested
            | Self::RollbackInProgress => false,
            Self::Successful | Self::Stopped | Self::RollbackSuccessful | Self::RollbackFailed => true,
        }
    }
}

/// A service revision: all that one deployment deploys.
#[derive(Debug, Clone)]
pub struct ServiceRevision {
    /// Its ARN.
    pub arn: String,
    /// Its task definition.
    pub revision: Revision,
    /// The members of the service that a deployment is about.
    pub members: Map<String, Value>,
    /// When it was made.
    pub created_at: Duration,
}
