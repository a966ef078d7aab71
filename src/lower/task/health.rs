//! How ECS can tell that a container is healthy, and what becomes of those who wait for it.

use super::Task;
use crate::compose::service::Service;
use crate::compose::service::readiness::Condition;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::HealthCheck;
use crate::ecs::unit::Seconds;
use crate::lower::ordering::{Edge, Origin};
use crate::lower::readiness::health_check::{self, StartTimeout};
use crate::lower::readiness::probe;
use crate::lower::waits::{self, Health};

/// What ECS is told of a container's health.
pub(super) struct HealthDefinition {
    /// How to tell that it is healthy.
    pub(super) health_check: Option<HealthCheck>,
    /// How long those who wait for it to be healthy do so.
    pub(super) start_timeout: Option<Seconds>,
}

impl Task<'_, '_> {
    /// Says how to tell that a service is healthy, and how long others wait for that.
    pub(super) fn health(&self, service: &Service, diags: &mut Diagnostics) -> HealthDefinition {
        let health_check = self.health_check(service, diags);
        self.report_unhealthy(service, health_check.is_some(), diags);
        let start_timeout = self.start_timeout(service, health_check.as_ref(), diags);
        HealthDefinition { health_check, start_timeout }
    }

    /// The health check of a service: its own, or that of its image where a readiness wait needs one.
    fn health_check(&self, service: &Service, diags: &mut Diagnostics) -> Option<HealthCheck> {
        let name = &service.name.value;
        let own = service.readiness.healthcheck.as_ref().and_then(|check| health_check::health_check(check, diags));
        if own.is_some() {
            return own;
        }
        let wait = self.plan.edges.to(name).find(|edge| edge.origin == Origin::Wait)?;
        let probe = match waits::health(service, self.plan.target.project) {
            Health::Probe(probe) => probe,
            Health::Told(probe) => return Some(probe.into()),
            Health::Own | Health::Unknown => return None,
        };
        let image = service.image.image.as_ref()?;
        let message = format!("`{name}` gets the health check that its image is known to answer to");
        diags
            .note(Code::Inferred, image.span, message)
            .label(wait.span, "this wait needs it")
            .hint("write a `healthcheck` to choose another");
        Some(probe.into())
    }

    /// Reports `service_healthy` of a service of which ECS cannot tell whether it is healthy.
    fn report_unhealthy(&self, service: &Service, has_check: bool, diags: &mut Diagnostics) {
        let name = &service.name.value;
        // Who only waits is asked for its end, in every task that it is part of.
        if has_check || self.plan.waits.is_attached(name) {
            return;
        }
        let edges = self.plan.edges.to(name);
        for edge in edges.filter(|edge| edge.condition == Condition::Healthy && edge.required) {
            let message = format!("`{}` waits for `{name}` to be healthy, and `{name}` has no health check", edge.from);
            let finding = diags.error(Code::MissingKey, edge.span, message);
            finding.label(service.name.span, "has no `healthcheck`");
            let image = service.image.image.as_ref();
            match image.and_then(|image| probe::probe(&image.value, &service.process)) {
                Some(probe) => {
                    // In Compose text a `$` is written twice.
                    let test = format!("{:?}", probe.command).replace('$', "$$");
                    finding.hint(format!("add `healthcheck: {{test: {test}}}` to `{name}`"))
                }
                None => finding.hint("ECS does not see the HEALTHCHECK of an image: copy it into `healthcheck`"),
            };
        }
    }

    /// How long those who wait for a container to be healthy do so.
    fn start_timeout(
        &self,
        service: &Service,
        check: Option<&HealthCheck>,
        diags: &mut Diagnostics,
    ) -> Option<Seconds> {
        let check = check?;
        let name = &service.name.value;
        let inner = |edge: &&Edge<'_>| self.members.iter().any(|member| member.name.value == *edge.from);
        let waits: Vec<&Edge<'_>> = self
            .plan
            .edges
            .to(name)
            .filter(inner)
            .filter(|edge| edge.condition == Condition::Healthy && edge.required)
            .collect();
        let first = waits.first()?;
        let timeout = waits.iter().filter_map(|edge| edge.timeout).max();
        match health_check::start_timeout(check, timeout, self.plan.target.launch_type) {
            StartTimeout::Fits(seconds) => Some(seconds),
            StartTimeout::TooLong(Seconds(seconds)) => {
                let message = format!(
                    "`{name}` may take {seconds} s to become healthy: Fargate takes no `startTimeout` above 120 s, and gets none"
                );
                diags
                    .warn(Code::HealthCheck, first.span, message)
                    .hint("shorten `interval`, `retries` or `start_period` of its `healthcheck`");
                None
            }
        }
    }
}
