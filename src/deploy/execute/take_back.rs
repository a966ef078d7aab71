//! Has ECS take back a deployment that is under way, because the user says so.

use tokio::time::Instant;

use crate::deploy::api::definition::short;
use crate::deploy::api::service::StopServiceDeployment;
use crate::deploy::outcome::UnitOutcome;
use crate::deploy::watch::Watch;

use super::{Execution, Item};

impl Execution<'_> {
    /// Takes back a service deployment, whose deployment is primary until then; what it makes way for is to be watched.
    pub(super) async fn take_back(
        &self,
        item: Item<'_>,
        name: &str,
        (service_deployment, deployment): (&str, &str),
    ) -> Result<Watch, UnitOutcome> {
        let call = StopServiceDeployment { service_deployment_arn: service_deployment, stop_type: "ROLLBACK" };
        let refused = match self.insist(&call).await {
            Ok(_) => {
                self.has_changed();
                None
            }
            // It has ended, or is taken back already: the service tells which.
            Err(err) if err.is("ConflictException") => Some(err),
            Err(err) => return Err(UnitOutcome::Error(err)),
        };
        let began = Instant::now();
        loop {
            let Some(there) = self.look(name).await? else {
                return Err(UnitOutcome::Refused(format!("service `{name}` is gone")));
            };
            if let Some(primary) = there.primary().filter(|primary| primary.id != deployment) {
                if short(&primary.task_definition) != short(item.revision) {
                    let other = short(&primary.task_definition);
                    return Err(UnitOutcome::Refused(format!(
                        "somebody deploys {other} to service `{name}` meanwhile"
                    )));
                }
                return self.watch(item, &there).map(|watch| watch.from_now_on(&there));
            }
            if let Some(err) = refused {
                return Err(UnitOutcome::Error(err));
            }
            if self.options.timeout.is_some_and(|timeout| began.elapsed() >= timeout) {
                return Err(UnitOutcome::TimedOut(Box::default()));
            }
            self.pause(self.options.poll).await?;
        }
    }
}
