//! How names keep resolving.
//!
//! In one task and bridge networking, names are links. Between tasks they are aliases of Service Connect, which needs
//! a named port: from `ports`, `expose`, a readiness wait, another service's environment or command, or the table of
//! well-known images. <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html>

mod offer;

use indexmap::IndexMap;

use super::grouping::Units;
use super::uses::{Use, UseKind, Uses};
use super::{name, ordering};
use crate::compose::duration::Duration;
use crate::compose::extension::TaskExtension;
use crate::compose::extension::connect::{Connect, ConnectKeys};
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::LogConfiguration;
use crate::ecs::service::{ServiceConnectConfiguration, ServiceConnectService, TimeoutConfiguration};
use crate::ecs::task::NetworkMode;
use crate::ecs::unit::Seconds;
use crate::source::Spanned;

pub(super) use offer::{Offer, published_as};

/// How the tasks of a project take part in the network.
#[derive(Debug)]
pub(super) struct Networking<'a> {
    /// The tasks.
    pub(super) units: &'a Units<'a>,
    /// The names that services use for each other.
    pub(super) uses: &'a Uses<'a>,
    /// The namespace, when tasks reach each other through Service Connect.
    pub(super) namespace: Option<&'a str>,
    /// What is known of each task.
    tasks: Tasks,
    /// What the names of a service's ports begin with.
    pub(super) port_stems: IndexMap<&'a ServiceName, String>,
}

/// What is known of each task.
#[derive(Debug)]
pub(super) struct Tasks {
    /// Its network mode.
    pub(super) modes: Vec<NetworkMode>,
    /// Whether it runs once and is no service, which shuts it out from Service Connect.
    pub(super) once: Vec<bool>,
    /// Whether the user keeps it out of Service Connect.
    pub(super) alone: Vec<bool>,
}

/// Whether the user keeps each task out of Service Connect.
pub(super) fn alone(settings: &[TaskExtension]) -> Vec<bool> {
    let enabled = |settings: &TaskExtension| {
        let Connect { service_connect } = &settings.connect;
        service_connect.as_ref().and_then(|connect| connect.value.0.enabled).is_none_or(|enabled| enabled.value)
    };
    settings.iter().map(|settings| !enabled(settings)).collect()
}

impl<'a> Networking<'a> {
    /// What there is to know of the network before containers are made.
    pub(super) fn new(units: &'a Units<'a>, uses: &'a Uses<'a>, namespace: Option<&'a str>, tasks: Tasks) -> Self {
        Self { units, uses, namespace, tasks, port_stems: name::port_stems(units.services()) }
    }

    /// Whether a task is part of Service Connect.
    pub(super) fn is_connected(&self, unit: usize) -> bool {
        self.namespace.is_some()
            && !self.is_once(unit)
            && !self.is_alone(unit)
            && matches!(self.mode(unit), NetworkMode::Bridge | NetworkMode::Awsvpc)
    }

    /// Whether a task runs once and is no service.
    pub(super) fn is_once(&self, unit: usize) -> bool {
        self.tasks.once.get(unit) == Some(&true)
    }

    /// Whether the user keeps a task out of Service Connect.
    fn is_alone(&self, unit: usize) -> bool {
        self.tasks.alone.get(unit) == Some(&true)
    }

    /// The network mode of a task.
    pub(super) fn mode(&self, unit: usize) -> NetworkMode {
        self.tasks.modes.get(unit).copied().unwrap_or(NetworkMode::Bridge)
    }

    /// The task that uses a name and the task that it means, if they are two, and Service Connect is between them.
    fn tasks(&self, name: &Use<'_>) -> Option<(usize, usize)> {
        let tasks = self.units.apart(name.user, name.mention.service);
        tasks.filter(|(from, to)| self.is_connected(*from) && self.is_connected(*to))
    }

    /// The uses of a service's name by services in other tasks.
    fn uses_from_afar(&self, service: &ServiceName) -> impl Iterator<Item = &Use<'a>> {
        self.uses.of(service).filter(move |name| !self.units.share(name.user, service))
    }

    /// The uses of a service's name by services in other tasks that go through Service Connect.
    fn connected_uses(&self, service: &ServiceName) -> impl Iterator<Item = &Use<'a>> {
        // Who only waits has no task of its own: it may run in several.
        let is_connected = |user| self.units.of(user).is_none_or(|unit| self.is_connected(unit));
        let uses = self.uses_from_afar(service).filter(|name| name.kind != UseKind::RemovedWait);
        uses.filter(move |name| is_connected(name.user))
    }

    /// What Service Connect is told of a task. `log` is where its containers' output goes.
    pub(super) fn configuration(
        &self,
        unit: usize,
        services: Vec<ServiceConnectService>,
        settings: &Connect,
        log: Option<LogConfiguration>,
    ) -> Option<ServiceConnectConfiguration> {
        let Connect { service_connect } = settings;
        let settings = service_connect.as_ref().map(|connect| connect.value.0.clone()).unwrap_or_default();
        // `alone` has looked whether the task takes part.
        let ConnectKeys { enabled: _, idle_timeout, request_timeout, log: logs } = settings;
        let seconds =
            |timeout: Option<Spanned<Duration>>| timeout.map(|timeout| Seconds(timeout.value.whole_seconds()));
        let timeout = TimeoutConfiguration {
            idle_timeout_seconds: seconds(idle_timeout),
            per_request_timeout_seconds: seconds(request_timeout),
        };
        let timeout = (timeout != TimeoutConfiguration::default()).then_some(timeout);
        let with_timeout = |service: ServiceConnectService| ServiceConnectService { timeout, ..service };
        self.is_connected(unit).then(|| ServiceConnectConfiguration {
            enabled: true,
            namespace: self.namespace.map(str::to_owned),
            services: services.into_iter().map(with_timeout).collect(),
            log_configuration: log.filter(|_| logs.is_some_and(|logs| logs.value)),
        })
    }

    /// Reports the names that do not resolve in what starts before the service that they mean: a task knows those names
    /// only that were there when it started.
    pub(super) fn report_late(&self, waves: &[Vec<usize>], diags: &mut Diagnostics) {
        let place = ordering::places(waves);
        for name in self.uses.iter() {
            let Use { user, mention, kind } = name;
            if *kind == UseKind::Wait {
                // Order by waits is the business of `ordering`.
                continue;
            }
            let late = self.tasks(name).filter(|(from, to)| place.get(to) >= place.get(from));
            if late.is_some() && !waves.is_empty() {
                let host = &mention.host;
                let message =
                    format!("`{host}` does not resolve in `{user}` at first: `{}` starts after it", mention.service);
                let finding = diags.warn(Code::UnresolvedName, mention.span, message);
                finding.hint(format!("deploy `{user}` again once `{}` is there", mention.service));
            }
        }
    }

    /// Reports the names that a service uses and that do not resolve in the task `unit` in which it runs.
    ///
    /// `names` says whether its readiness wait still names a host.
    pub(super) fn report_unresolved(
        &self,
        service: &Service,
        unit: usize,
        names: &dyn Fn(&str) -> bool,
        diags: &mut Diagnostics,
    ) {
        let name = &service.name.value;
        for Use { user: _, mention, kind } in self.uses.by(name) {
            let Some(other) = self.units.of(mention.service) else { continue };
            if *kind == UseKind::Wait && !names(&mention.host) {
                continue;
            }
            let obstacle = self.obstacle(unit, other);
            let Some((reason, hint)) = obstacle else { continue };
            let message = format!("`{}` does not resolve in `{name}`: {reason}", mention.host);
            diags.warn(Code::UnresolvedName, mention.span, message).hint(hint);
        }
    }

    /// Why names of one task do not resolve in another, or in itself, and what to do.
    fn obstacle(&self, unit: usize, other: usize) -> Option<(&'static str, &'static str)> {
        if unit == other {
            return match self.mode(unit) {
                NetworkMode::Bridge => None,
                NetworkMode::Awsvpc | NetworkMode::Host => Some((
                    "containers of one task share `localhost`",
                    "write `localhost`, or put the services in tasks of their own",
                )),
                NetworkMode::None => Some(("the task has no network", "remove `network_mode: none`")),
            };
        }
        if self.mode(unit) == NetworkMode::None {
            return Some(("the task has no network", "remove `network_mode: none`"));
        }
        if self.is_connected(unit) && self.is_connected(other) {
            return None;
        }
        Some(if self.is_once(unit) || self.is_once(other) {
            ("a one-off task is not part of Service Connect", "put both services in one task with `x-ecs.task`")
        } else if self.is_alone(unit) || self.is_alone(other) {
            ("`x-ecs.service_connect` keeps it out of Service Connect", "take `service_connect: false` out")
        } else {
            ("Service Connect needs `bridge` or `awsvpc` networking", "remove `network_mode`")
        })
    }
}

/// The names that the networks of a service know it by, beside its own.
pub(super) fn network_aliases(service: &Service) -> impl Iterator<Item = &Spanned<String>> {
    service.network.attachment.aliases().filter(|alias| alias.value != service.name.value.as_str())
}
