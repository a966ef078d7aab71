//! Makes and changes services: one call for each, so that each gets one deployment at most.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::deploy::api::definition::short;
use crate::deploy::api::service::{CreateService, DeploymentStatus, Service, ServiceStatus, UpdateService};
use crate::deploy::api::{Tag, TagResource};
use crate::deploy::error::{CallError, Trouble};
use crate::deploy::event::Event;
use crate::deploy::observe::{is_ours, services};
use crate::deploy::options::Rollback;
use crate::deploy::outcome::UnitOutcome;
use crate::deploy::plan::{Step, Update, late_update, without_rollback};
use crate::deploy::release::Runner;
use crate::deploy::watch::{UNKNOWN, Watch};
use crate::digest;

use super::retry::{ATTEMPTS, pause};
use super::wave::Running;
use super::{Execution, Item};

/// How long roles and namespaces that were made just now may be unknown.
const SETTLING: Duration = Duration::from_mins(2);

/// What ECS says of roles and load balancers that it does not know yet.
const NOT_YET: &[&str] = &[
    "assume the service linked role",
    "verify that the ECS service role being passed has the proper permissions",
    "does not have an associated load balancer",
];

impl Execution<'_> {
    /// Starts what is to be done about a unit: what is to be watched then, or how it ended already.
    pub(super) async fn submit<'i>(&self, item: Item<'i>) -> Result<Running<'i>, UnitOutcome> {
        let started = Instant::now();
        let watch = match (&item.plan.step, &item.unit.runner) {
            (Step::Nothing | Step::Skip, _) => return Err(UnitOutcome::Unchanged),
            (Step::Run, Runner::Job { run }) => return self.run_job(item, run).await,
            (Step::Attach(tasks), _) => return Ok(Running::job(item, tasks.clone(), started)),
            (Step::Wait, Runner::Service { name, create: _, update: _ }) => self.bind(item, name).await?,
            (Step::Create { after_draining }, Runner::Service { name, create, update: _ }) => {
                if *after_draining {
                    self.drained(item, name).await?;
                }
                self.reporter.report(&Event::Creating(&item.unit.name));
                self.create(item, name, create.clone()).await?
            }
            (Step::Update(update), Runner::Service { name, create: _, update: _ }) => {
                self.reporter.report(&Event::Updating(&item.unit.name));
                self.update(item, name, update).await?
            }
            (Step::TakeBack { service_deployment, deployment }, Runner::Service { name, create: _, update: _ }) => {
                self.reporter.report(&Event::Updating(&item.unit.name));
                self.take_back(item, name, (service_deployment, deployment)).await?
            }
            (Step::Run, Runner::Service { .. })
            | (Step::Wait | Step::Create { .. } | Step::Update(_) | Step::TakeBack { .. }, Runner::Job { .. }) => {
                return Err(UnitOutcome::Refused("a plan runs tasks, and makes services".to_owned()));
            }
        };
        Ok(Running::service(item, watch, started))
    }

    /// Makes a service. A token makes the call safe to repeat.
    async fn create(
        &self,
        item: Item<'_>,
        name: &str,
        mut document: serde_json::Map<String, Value>,
    ) -> Result<Watch, UnitOutcome> {
        let token = digest::short(&format!("{}/{name}/{}/{}", self.release.cluster, item.revision, self.run));
        if self.options.rollback == Rollback::Disabled {
            document = without_rollback(&document);
        }
        document.insert("taskDefinition".to_owned(), item.revision.into());
        document.insert("clientToken".to_owned(), token.into());
        if let Some(count) = self.options.scale.get(&item.unit.name) {
            document.insert("desiredCount".to_owned(), (*count).into());
        }
        let document = Value::Object(document);
        let began = Instant::now();
        let mut attempt = 0;
        loop {
            let err = match self.insist(&CreateService { document: &document }).await {
                Ok(created) => {
                    self.has_changed();
                    return self.watch(item, &created.service);
                }
                Err(err) => err,
            };
            if err.message.contains("not idempotent") {
                return self.already_there(item, name, err).await;
            }
            if err.message.contains("still Draining") || err.message.contains("still draining") {
                self.drained(item, name).await?;
                continue;
            }
            let settling =
                NOT_YET.iter().any(|words| err.message.contains(words)) || err.is("ClusterNotFoundException");
            if !settling || began.elapsed() >= SETTLING {
                return Err(UnitOutcome::Error(err));
            }
            if attempt == 0 {
                let what = "AWS to know what was made just now";
                self.reporter.report(&Event::Waiting { unit: &item.unit.name, what });
            }
            self.pause(pause(attempt)).await?;
            attempt += 1;
        }
    }

    /// A service of that name came between the plan and the call: ours, if it is the same.
    async fn already_there(&self, item: Item<'_>, name: &str, err: CallError) -> Result<Watch, UnitOutcome> {
        let began = Instant::now();
        // What was made just now may not be known everywhere yet.
        let there = loop {
            match self.look(name).await? {
                None if began.elapsed() <= UNKNOWN => self.pause(self.options.poll).await?,
                there => break there.ok_or(UnitOutcome::Error(err))?,
            }
        };
        let ours = is_ours(&there, &self.release.project) && there.status == ServiceStatus::Active;
        if ours && short(&there.task_definition) == short(item.revision) {
            return match late_update(item.unit, &there, (self.release, self.options)) {
                Ok(None) => self.watch(item, &there),
                Ok(Some(update)) => Box::pin(self.update(item, name, &update)).await,
                Err(problem) => Err(UnitOutcome::Refused(problem.to_string())),
            };
        }
        let message = format!(
            "service `{name}` was made by somebody else since the plan was made: it runs {}; run the command again",
            short(&there.task_definition)
        );
        Err(UnitOutcome::Refused(message))
    }

    /// Changes a service. Before the call it is looked at again: somebody may have changed it since the plan was made.
    async fn update(&self, item: Item<'_>, name: &str, update: &Update) -> Result<Watch, UnitOutcome> {
        if !update.tags.is_empty() {
            self.tag(item, update).await?;
        }
        let mut document = update.settings.clone();
        document.insert("cluster".to_owned(), self.release.cluster.clone().into());
        document.insert("service".to_owned(), name.into());
        if update.deploys {
            document.insert("taskDefinition".to_owned(), item.revision.into());
        }
        if let Some((_, count)) = update.count {
            document.insert("desiredCount".to_owned(), count.into());
        }
        let nothing_else = !update.deploys && update.settings.is_empty() && update.count.is_none();
        if nothing_else {
            return self.bind(item, name).await;
        }
        let document = Value::Object(document);
        let mut attempt = 0;
        loop {
            if let Some(watch) = self.unchanged_since(item, (name, update), attempt).await? {
                return Ok(watch);
            }
            let err = match self.try_once(&UpdateService { document: &document }).await {
                Ok(updated) => {
                    self.has_changed();
                    let watch = self.watch(item, &updated.service)?;
                    return Ok(if update.deploys { watch } else { watch.from_now_on(&updated.service) });
                }
                Err(err) => err,
            };
            let gone = err.is("ServiceNotActiveException") || err.is("ServiceNotFoundException");
            if gone && let Runner::Service { name: _, create, update: _ } = &item.unit.runner {
                return self.create(item, name, create.clone()).await;
            }
            if !err.is_ambiguous() || attempt + 1 >= ATTEMPTS {
                return Err(UnitOutcome::Error(err));
            }
            self.pause(pause(attempt)).await?;
            attempt += 1;
        }
    }

    /// Looks at a service before it is changed. It may run what is wanted by now, by our own call or by somebody
    /// else's; and if it is not what it was when the plan was made, the plan is void.
    async fn unchanged_since(
        &self,
        item: Item<'_>,
        (name, update): (&str, &Update),
        attempt: u32,
    ) -> Result<Option<Watch>, UnitOutcome> {
        let Some(there) = self.look(name).await?.filter(|there| there.status == ServiceStatus::Active) else {
            return Ok(None);
        };
        let primary = there.primary();
        let moved = primary.map(|primary| &*primary.id) != update.deployment.as_deref();
        if !moved {
            return Ok(None);
        }
        if short(&there.task_definition) == short(item.revision) && (attempt > 0 || update.deploys) {
            self.has_changed();
            return self.watch(item, &there).map(Some);
        }
        let message = format!(
            "service `{name}` was changed since the plan was made: it runs {} now; run the command again",
            short(&there.task_definition)
        );
        Err(UnitOutcome::Refused(message))
    }

    /// Adds the tags that a service lacks. Without the right to, an owned service stays as it is.
    async fn tag(&self, item: Item<'_>, update: &Update) -> Result<(), UnitOutcome> {
        let tags = update.tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect();
        match self.insist(&TagResource { resource_arn: &update.arn, tags }).await {
            Ok(_) => {
                self.has_changed();
                Ok(())
            }
            Err(err) if err.trouble == Trouble::Denied => {
                self.warn(Some(&item.unit.name), &format!("its tags stay as they are: {err}"));
                Ok(())
            }
            Err(err) => Err(UnitOutcome::Error(err)),
        }
    }

    /// Waits until a service that was deleted is gone.
    async fn drained(&self, item: Item<'_>, name: &str) -> Result<(), UnitOutcome> {
        let what = format!("the old {name} to finish draining");
        self.reporter.report(&Event::Waiting { unit: &item.unit.name, what: &what });
        let began = Instant::now();
        loop {
            let there = self.look(name).await?;
            if there.is_none_or(|there| there.status != ServiceStatus::Draining) {
                return Ok(());
            }
            if self.options.timeout.is_some_and(|timeout| began.elapsed() >= timeout) {
                return Err(UnitOutcome::TimedOut(Box::default()));
            }
            self.pause(self.options.poll).await?;
        }
    }

    /// Watches a service that is on its way already.
    async fn bind(&self, item: Item<'_>, name: &str) -> Result<Watch, UnitOutcome> {
        match self.look(name).await? {
            Some(there) => self.watch(item, &there).map(Watch::that_had_begun),
            None => Err(UnitOutcome::Refused(format!("service `{name}` is gone: run the command again"))),
        }
    }

    /// Watches the deployment that is primary in a service.
    pub(super) fn watch(&self, item: Item<'_>, service: &Service) -> Result<Watch, UnitOutcome> {
        let Some(primary) = service.primary() else {
            return Err(UnitOutcome::Refused(format!("service `{}` has no deployment", service.service_name)));
        };
        let active = |id: &str| {
            service.deployments.iter().find(|other| other.id != id && other.status == DeploymentStatus::Active)
        };
        let before = item.plan.previous.clone();
        let previous = before.or_else(|| active(&primary.id).map(|other| other.task_definition.clone()));
        Ok(Watch::new(item.revision.to_owned(), previous, primary, self.gate(item.unit)))
    }

    /// A service as it is now.
    pub(super) async fn look(&self, name: &str) -> Result<Option<Service>, UnitOutcome> {
        let found = services(self.writer.reader(), &self.release.cluster, &[name]).await.map_err(UnitOutcome::Error)?;
        Ok(found.into_iter().next())
    }

    /// Waits, unless somebody asks to stop.
    pub(super) async fn pause(&self, time: Duration) -> Result<(), UnitOutcome> {
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            () = self.stop.raised() => Err(UnitOutcome::Interrupted),
        }
    }
}
