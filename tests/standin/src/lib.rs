//! A fake Amazon ECS, with the parts of Amazon ECR and `CloudWatch` Logs that a deployment needs.
//!
//! [`Aws`] is a value: a call goes in, an answer comes out, and time passes when a test says so. Nothing in it asks the
//! clock of the machine, draws lots or waits, so that two runs are equal. Services roll out, tasks live and die, the
//! circuit breaker trips and deleted services drain at exactly their times, however seldom one asks.
//!
//! - [`Settings`] choose the account and how long things take.
//! - [`Aws::behave`] scripts containers, [`Aws::faults`] scripts what goes wrong with calls, and [`Aws::at`] what somebody
//!   else does meanwhile.
//! - [`Aws::calls`] and the views beside it are what tests look at afterwards.
//! - [`serve`] puts it on a port of the loopback interface.
//!
//! ```
//! use std::time::Duration;
//!
//! use compose2ecs_standin::{Applied, Aws, Behaviour, Fault, Of, Reply, Request, Settings};
//! use serde_json::json;
//!
//! let mut aws = Aws::new(Settings::default());
//! // The second revision of `shop-api` dies a second after its start.
//! let dies = Behaviour::exits(Duration::from_secs(1), 1).says(Duration::ZERO, "no database");
//! aws.behave(Of::Revision("shop-api:2/api".to_owned()), [dies]);
//! // The answer to the first creation of a service is lost.
//! aws.faults().on("CreateService").nth(1).then(Fault::Reset { applied: Applied::Yes });
//! // Somebody else takes the cluster away after ten minutes.
//! aws.at(Duration::from_mins(10), Request::ecs("DeleteCluster", &json!({"cluster": "prod"})));
//!
//! let outcome = aws.call(&Request::ecs("CreateCluster", &json!({"clusterName": "prod"})));
//! let Reply::Respond(response) = outcome.reply else { panic!("no answer") };
//! assert_eq!(response.json()["cluster"]["status"], "ACTIVE");
//! aws.advance(Duration::from_mins(11));
//! assert_eq!(aws.cluster("prod").map(|cluster| cluster.status.as_str()), Some("INACTIVE"));
//! assert_eq!(aws.mutations().count(), 1);
//! ```

mod aws;
mod behaviour;
mod call_log;
mod cluster;
mod deed;
mod definition;
mod deployment;
mod dispatch;
mod ec2;
mod ecr;
mod faults;
mod http;
mod ids;
mod input;
mod logs;
mod model;
mod page;
mod scheduler;
mod service;
mod settings;
mod tagging;
mod tags;
mod task;
mod timers;
mod wire;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use aws::Aws;
pub use behaviour::{Behaviour, Health, Life, Of, Pull, Stop, Target};
pub use call_log::{Call, Caller, Effect};
pub use cluster::{Cluster, ClusterStatus, Machine};
pub use deed::Deed;
pub use definition::{Definition, DefinitionStatus, Revision};
pub use deployment::{Deployment, Rollout, ServiceDeployment, ServiceDeploymentStatus, ServiceRevision};
pub use ecr::{Image, PASSWORD, Repository};
pub use faults::{Applied, Fault, Faults, On};
pub use http::{Clock, Server, serve};
pub use logs::{LogEvent, LogGroup};
pub use service::{Counts, Service, ServiceEvent, ServiceKey, ServiceStatus};
pub use settings::{EmptyPages, LogGroups, Settings, Timings};
pub use tags::Tags;
pub use task::{Container, ContainerState, Owner, Phase, StopCode, Task, TaskStop};
pub use wire::{ApiError, Outcome, Reply, Request, Response};
