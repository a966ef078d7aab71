//! Which services share a task.
//!
//! In this order: (1) services that name the same task, by `x-ecs.task` or the label `ecs.task.family` under
//! `deploy.labels`; (2) services with a key that cannot work across tasks; (3) what `--task-per` says of the rest.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::{Target, name, network};
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::compose::service::kernel::Namespace;
use crate::compose::service::network::{Attachment, NetworkMode as ComposeMode};
use crate::compose::service::storage::VolumesSource;
use crate::diag::{Code, Diagnostics};
use crate::ecs::task::NetworkMode;
use crate::options::Grouping;
use crate::source::{Span, Spanned};

/// The label by which ecs-compose-x groups services.
pub(super) const FAMILY_LABEL: &str = "ecs.task.family";

/// Services that share a task.
#[derive(Debug, Clone)]
pub(super) struct Unit<'a> {
    /// The task's name within the project.
    pub(super) name: String,
    /// The services, in the order of the file.
    pub(super) services: Vec<&'a Service>,
}

/// The tasks of a project, in the order of the first service in each.
#[derive(Debug, Clone)]
pub(super) struct Units<'a> {
    /// The tasks.
    pub(super) list: Vec<Unit<'a>>,
    /// The place of every service's task in the list.
    index: IndexMap<&'a ServiceName, usize>,
}

impl<'a> Units<'a> {
    /// The place of a service's task in the list; none for a service that has no task of its own.
    pub(super) fn of(&self, service: &ServiceName) -> Option<usize> {
        self.index.get(service).copied()
    }

    /// Whether two services share a task.
    pub(super) fn share(&self, one: &ServiceName, other: &ServiceName) -> bool {
        self.of(one).is_some() && self.of(one) == self.of(other)
    }

    /// The places of two services' tasks, unless they share one or one has none.
    pub(super) fn apart(&self, one: &ServiceName, other: &ServiceName) -> Option<(usize, usize)> {
        self.of(one).zip(self.of(other)).filter(|(one, other)| one != other)
    }

    /// The names of all services that have a task of their own, task by task.
    pub(super) fn services(&self) -> impl Iterator<Item = &'a ServiceName> {
        self.list.iter().flat_map(|unit| unit.services.iter().map(|service| &service.name.value))
    }

    /// The task at a place.
    pub(super) fn get(&self, index: usize) -> &Unit<'a> {
        self.list.get(index).expect("an index comes from `of`")
    }
}

/// Groups the services for which `takes_part` holds.
pub(super) fn units<'a>(
    target: Target<'a>,
    takes_part: impl Fn(&ServiceName) -> bool,
    diags: &mut Diagnostics,
) -> Units<'a> {
    let services: Vec<&Service> =
        target.project.services.values().filter(|service| takes_part(&service.name.value)).collect();
    let index: IndexMap<&ServiceName, usize> =
        services.iter().enumerate().map(|(index, service)| (&service.name.value, index)).collect();
    let mut sets = Sets::new(services.len());

    let is_free = |place: usize| {
        services.get(place).is_some_and(|service| task_name(service, &mut Diagnostics::default()).is_none())
    };
    let mut named: IndexMap<&str, usize> = IndexMap::new();
    for (place, service) in services.iter().enumerate() {
        if let Some(name) = task_name(service, diags) {
            let first = *named.entry(name.value).or_insert(place);
            sets.join(first, place);
        }
    }
    // A task that is called like a service is that service's.
    for (name, first) in &named {
        if let Some(place) = index.get(&ServiceName::new(*name)).filter(|place| is_free(**place)) {
            sets.join(*first, *place);
        }
    }
    for (place, service) in services.iter().enumerate() {
        for other in shared_by(service).filter_map(|(_, other)| index.get(other.value)) {
            sets.join(place, *other);
        }
    }
    join_linked(&services, &index, &mut sets, target);
    if target.options.grouping == Some(Grouping::SingleTask) {
        let named: BTreeSet<usize> = named.into_values().map(|place| sets.root(place)).collect();
        let free: Vec<usize> = (0..services.len()).filter(|place| !named.contains(&sets.root(*place))).collect();
        for pair in free.windows(2) {
            if let [one, other] = pair {
                sets.join(*one, *other);
            }
        }
    }
    collect(&services, &mut sets, target, diags)
}

/// Joins services that are linked, where links work: in bridge networking only.
fn join_linked(services: &[&Service], index: &IndexMap<&ServiceName, usize>, sets: &mut Sets, target: Target<'_>) {
    let mut members: BTreeMap<usize, Vec<&Service>> = BTreeMap::new();
    for (place, service) in services.iter().enumerate() {
        members.entry(sets.root(place)).or_default().push(service);
    }
    let on_bridge: BTreeSet<usize> = members
        .into_iter()
        .filter(|(_, members)| network::usual_mode(members.iter().copied(), target) == NetworkMode::Bridge)
        .map(|(root, _)| root)
        .collect();
    let places = |(place, service): (usize, &&Service)| -> Vec<(usize, usize)> {
        let linked = service.network.links.iter().filter_map(|link| index.get(&link.value.service));
        linked.map(|other| (place, *other)).collect()
    };
    let links: Vec<(usize, usize)> = services.iter().enumerate().flat_map(places).collect();
    let roots: Vec<usize> = (0..services.len()).map(|place| sets.root(place)).collect();
    let links_work = |place: usize| roots.get(place).is_some_and(|root| on_bridge.contains(root));
    for (one, other) in links {
        if links_work(one) && links_work(other) {
            sets.join(one, other);
        }
    }
}

/// Makes the units of the sets, and settles their names.
fn collect<'a>(services: &[&'a Service], sets: &mut Sets, target: Target<'a>, diags: &mut Diagnostics) -> Units<'a> {
    let mut members: IndexMap<usize, Vec<&'a Service>> = IndexMap::new();
    for (place, service) in services.iter().enumerate() {
        members.entry(sets.root(place)).or_default().push(service);
    }
    let mut units = Units { list: Vec::new(), index: IndexMap::new() };
    let mut taken: IndexMap<String, Span> = IndexMap::new();
    for services in members.into_values() {
        let Some(first) = services.first() else { continue };
        let name = unit_name(&services, target, diags);
        let span = first.name.span;
        let family = name::family(&name, target).0;
        if let Some(other) = taken.get(&family) {
            diags
                .error(Code::Grouping, span, format!("two tasks would be called `{family}`"))
                .label(*other, "the other one")
                .hint("give one of them another name with `x-ecs.task`");
        }
        taken.insert(family, span);
        let place = units.list.len();
        units.index.extend(services.iter().map(|service| (&service.name.value, place)));
        units.list.push(Unit { name, services });
    }
    units
}

/// The name of a task: the one that its services give it, else the project's or that of its first service.
fn unit_name(services: &[&Service], target: Target<'_>, diags: &mut Diagnostics) -> String {
    let mut names = services.iter().filter_map(|service| task_name(service, &mut Diagnostics::default()));
    let Some(name) = names.next() else {
        let single = target.options.grouping == Some(Grouping::SingleTask);
        let first = services.first().map_or("", |service| service.name.value.as_str());
        return if single { target.project.name.as_str().to_owned() } else { first.to_owned() };
    };
    if let Some(other) = names.find(|other| other.value != name.value) {
        let message = format!("services that must share a task are put in two, `{}` and `{}`", name.value, other.value);
        diags
            .error(Code::Grouping, other.span, message)
            .label(name.span, "the other task is named here")
            .hint("give both the same `x-ecs.task`");
    }
    name.value.to_owned()
}

/// The task that a service names.
fn task_name<'a>(service: &'a Service, diags: &mut Diagnostics) -> Option<Spanned<&'a str>> {
    let label = || service.placement.labels.get(FAMILY_LABEL);
    let name = service.extension.own.task.as_ref().or_else(label)?;
    if name.value.contains(',') {
        diags
            .error(Code::Grouping, name.span, format!("`{}` names several tasks: a service is in one", name.value))
            .hint("write one service per task, with `extends` or an anchor");
    }
    Some(Spanned::new(name.value.as_str(), name.span))
}

/// The services without which a service cannot be: those whose namespaces, mounts or links it uses.
pub(super) fn bound_to(service: &Service) -> impl Iterator<Item = (&'static str, Spanned<&ServiceName>)> {
    let links = service.network.links.iter().map(|link| ("links", Spanned::new(&link.value.service, link.span)));
    shared_by(service).chain(links)
}

/// The services whose namespaces or mounts a service shares.
pub(super) fn shared_by(service: &Service) -> impl Iterator<Item = (&'static str, Spanned<&ServiceName>)> {
    let network = match &service.network.attachment {
        Attachment::Mode(Spanned { value: ComposeMode::Service(name), span }) => {
            Some(("network_mode", Spanned::new(name, *span)))
        }
        Attachment::Networks(_) | Attachment::Mode(_) => None,
    };
    let (pid, ipc) = (service.kernel.pid.iter(), service.kernel.ipc.iter());
    let namespaces = pid.map(|pid| ("pid", pid)).chain(ipc.map(|ipc| ("ipc", ipc)));
    let namespaces = namespaces.filter_map(|(key, namespace)| match namespace {
        Spanned { value: Namespace::Service(name), span } => Some((key, Spanned::new(name, *span))),
        Spanned { value: Namespace::Host | Namespace::Container(_) | Namespace::Other(_), span: _ } => None,
    });
    let mounts = service.storage.volumes_from.iter().filter_map(|from| match &from.value.source {
        VolumesSource::Service(name) => Some(("volumes_from", Spanned::new(name, from.span))),
        VolumesSource::Container(_) => None,
    });
    network.into_iter().chain(namespaces).chain(mounts)
}

/// Disjoint sets of numbers.
struct Sets {
    parents: Vec<usize>,
}

impl Sets {
    /// As many sets as numbers, each with one.
    fn new(count: usize) -> Self {
        Self { parents: (0..count).collect() }
    }

    /// The number that stands for the set; the smallest in it.
    fn root(&mut self, mut place: usize) -> usize {
        loop {
            let parent = self.parents.get(place).copied().unwrap_or(place);
            if parent == place {
                return place;
            }
            let grandparent = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(place) {
                *slot = grandparent;
            }
            place = grandparent;
        }
    }

    /// Makes one set of those that two numbers are in.
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(slot) = self.parents.get_mut(one.max(other)) {
            *slot = one.min(other);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::options::LowerOptions;
    use crate::testing::{check_project, check_services, translated};

    /// Compares what services become where there are subnets.
    #[track_caller]
    fn check_subnets(services: &str, expected: &str) {
        let options = LowerOptions { subnets: vec!["subnet-0a1b2c3d".to_owned()], ..LowerOptions::default() };
        assert_eq!(translated(&options, &format!("services:\n{services}")), expected);
    }

    #[test]
    fn a_task_that_is_called_like_a_service_is_its() {
        check_services(
            "  web: {image: x}
  worker: {image: x, x-ecs: {task: web}}
  other: {image: x}",
            "shop-web [bridge]: web worker
shop-other [bridge]: other
waves: web other",
        );
    }

    #[test]
    fn a_label_names_a_task() {
        check_services(
            "  web: {image: x, deploy: {labels: {ecs.task.family: front}}}
  worker: {image: x, deploy: {labels: [ecs.task.family=front]}}",
            "shop-front [bridge]: web worker
waves: front",
        );
    }

    #[test]
    fn those_who_share_mounts_share_a_task() {
        check_services(
            "  a: {image: x, volumes: [/a]}
  b: {image: x, volumes_from: [a]}
  c: {image: x, volumes_from: [b]}
  d: {image: x}",
            "shop-a [bridge]: a b(start a, link a) c(start b, link b)
shop-d [bridge]: d
waves: a d
/a | note[ephemeral-volume]: what a volume without a name holds is lost with its task",
        );
    }

    #[test]
    fn a_task_has_one_name() {
        check_services(
            "  a: {image: x, x-ecs: {task: one}}
  b: {image: x, x-ecs: {task: two}, volumes_from: [a]}",
            "two | error[grouping]: services that must share a task are put in two, `one` and `two`",
        );
    }

    #[test]
    fn a_service_with_a_task_of_another_name_stays_there() {
        check_services(
            "  web: {image: x, x-ecs: {task: front}}
  worker: {image: x, x-ecs: {task: web}}",
            "shop-front [bridge]: web
shop-web [bridge]: worker
waves: front web",
        );
    }

    #[test]
    fn a_service_brings_its_company_along() {
        check_services(
            "  db: {image: x}
  web: {image: x, links: [db]}
  worker: {image: x, x-ecs: {task: web}}",
            "shop-web [bridge]: db web(start db, link db) worker
waves: web",
        );
    }

    #[test]
    fn a_named_task_stays_apart() {
        check_project(
            "  a: {image: x}
  b: {image: x, x-ecs: {task: t}}
  c: {image: x}",
            "shop [bridge]: a c
shop-t [bridge]: b
waves: shop t",
        );
    }

    #[test]
    fn links_bring_services_into_a_named_task() {
        check_services(
            "  web: {image: x, links: [api]}
  api: {image: x, x-ecs: {task: web2}}
  web2: {image: x, x-ecs: {task: web3}}",
            "shop-web2 [bridge]: web(start api, link api) api
shop-web3 [bridge]: web2
waves: web2 web3",
        );
    }

    #[test]
    fn a_shared_network_is_not_for_links() {
        check_subnets(
            "  vpn: {image: x, ports: ['80:80']}
  web: {image: x, network_mode: 'service:vpn', environment: {A: 'http://vpn:80'}}
  api: {image: x, environment: {A: 'http://vpn:80'}}
  linked: {image: x, links: [vpn]}",
            "shop-vpn [awsvpc]: vpn(80:80) web(start vpn)
  vpn-80 as vpn:80
shop-api [bridge]: api
shop-linked [bridge]: linked
waves: vpn, api linked
'http://vpn:80' | warning[unresolved-name]: `vpn` does not resolve in `web`: containers of one task share `localhost`",
        );
    }
}
