//! What the containers of a task want of each other: names, and an order.

use indexmap::{IndexMap, IndexSet};

use super::Task;
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::{ContainerCondition, ContainerDependency};
use crate::ecs::task::NetworkMode;
use crate::lower::ordering::{self, Edge};
use crate::lower::{connect, name};
use crate::source::Span;

/// A peer that a container reaches by name.
struct Peer<'a> {
    service: &'a ServiceName,
    /// What says so.
    span: Span,
}

impl<'a> Task<'_, 'a> {
    /// The edges from a member to other members.
    fn inner_edges(&self, service: &ServiceName) -> IndexMap<&'a ServiceName, Vec<Edge<'a>>> {
        let members: IndexSet<&ServiceName> = self.members.iter().map(|member| &member.name.value).collect();
        let mut edges: IndexMap<&ServiceName, Vec<Edge<'_>>> = IndexMap::new();
        for edge in self.plan.edges.from(service).filter(|edge| members.contains(edge.to)) {
            edges.entry(edge.to).or_default().push(*edge);
        }
        edges
    }

    /// Reports containers that need each other, which ECS refuses: by order, by links and by mounts together.
    pub(super) fn report_cycle(&self, diags: &mut Diagnostics) {
        let places: IndexMap<&ServiceName, usize> =
            self.members.iter().enumerate().map(|(index, member)| (&member.name.value, index)).collect();
        let needs = |member: &&'a Service| -> Vec<(usize, Span)> {
            let peers = self.peers(member).into_values().map(|peer| (peer.service, peer.span));
            let edges = self.inner_edges(&member.name.value).into_values().flatten().map(|edge| (edge.to, edge.span));
            peers.chain(edges).filter_map(|(name, span)| Some((*places.get(name)?, span))).collect()
        };
        let needs: Vec<_> = self.members.iter().map(needs).collect();
        let Err(cycle) = ordering::layers(&needs) else { return };
        let name = |index: usize| self.members.get(index).map_or("", |member| member.name.value.as_str());
        let Some(((first, span), rest)) = cycle.split_first() else { return };
        let path: Vec<&str> = cycle.iter().map(|(index, _)| *index).chain([*first]).map(name).collect();
        let message = format!("containers of task `{}` need each other: {}", self.unit.name, path.join(" -> "));
        let finding = diags.error(Code::Cycle, *span, message);
        for (index, span) in rest {
            finding.label(*span, format!("`{}` needs the next one here", name(*index)));
        }
        finding.hint(
            "put them in tasks of their own with `x-ecs.task` or `--task-per service`: names then resolve both ways",
        );
    }

    /// What a container asks of its peers before it starts.
    pub(super) fn depends_on(&self, service: &Service) -> Vec<ContainerDependency> {
        let dependency = |(to, edges): (&ServiceName, Vec<Edge<'_>>)| ContainerDependency {
            container_name: name::container(to),
            condition: ordering::container_condition(&edges),
        };
        self.inner_edges(&service.name.value).into_iter().map(dependency).collect()
    }

    /// Whether the task stops when a container stops: not when others wait for its end, nor when it ends by itself
    /// beside others that go on.
    pub(super) fn is_essential(&self, service: &ServiceName) -> bool {
        let is_waited_for = self.members.iter().any(|member| {
            let ends = |edges: &Vec<Edge<'_>>| {
                matches!(
                    ordering::container_condition(edges),
                    ContainerCondition::Success | ContainerCondition::Complete
                )
            };
            self.inner_edges(&member.name.value).get(service).is_some_and(ends)
        });
        !is_waited_for && (self.is_once() || !self.plan.is_one_off(service))
    }

    /// The peers that a container reaches by name, in ECS's words.
    pub(super) fn links(&self, service: &'a Service, diags: &mut Diagnostics) -> Vec<String> {
        let mut links = Vec::new();
        for (alias, peer) in self.peers(service) {
            let container = name::container(peer.service);
            if alias == container.0 {
                links.push(alias);
            } else if name::is_taken(&alias) {
                links.push(format!("{container}:{alias}"));
            } else {
                let user = &service.name.value;
                let message = format!("`{alias}` does not resolve in `{user}`: ECS takes no such name for a link");
                diags
                    .warn(Code::UnresolvedName, peer.span, message)
                    .hint("use a name of letters, digits, `-` and `_`, or put the services in tasks of their own");
            }
        }
        links
    }

    /// The peers that a container reaches by name, in bridge networking: those it links to, those it waits for, and
    /// those that its environment and command name.
    fn peers(&self, service: &'a Service) -> IndexMap<String, Peer<'a>> {
        let mut peers = IndexMap::new();
        if self.mode() != NetworkMode::Bridge {
            return peers;
        }
        // Docker links only to what runs.
        let members: IndexSet<&ServiceName> = self.members.iter().map(|member| &member.name.value).collect();
        let runs = |name: &ServiceName| members.contains(name) && self.is_essential(name);
        let own = &service.name.value;
        for link in service.network.links.iter().filter(|link| runs(&link.value.service)) {
            peers.insert(link.value.alias.clone(), Peer { service: &link.value.service, span: link.span });
        }
        for edge in self.plan.edges.from(own).filter(|edge| runs(edge.to)) {
            let alias = edge.to.as_str().to_owned();
            peers.entry(alias).or_insert(Peer { service: edge.to, span: edge.span });
        }
        for name in self.plan.networking.uses.by(own).filter(|name| runs(name.mention.service)) {
            let peer = Peer { service: name.mention.service, span: name.mention.span };
            peers.entry(name.mention.host.clone()).or_insert(peer);
        }
        self.add_network_aliases(&mut peers);
        peers
    }

    /// Adds the names that networks give to peers, which are reached by another name already.
    fn add_network_aliases(&self, peers: &mut IndexMap<String, Peer<'a>>) {
        let linked: IndexMap<&ServiceName, Span> = peers.values().map(|peer| (peer.service, peer.span)).collect();
        for (name, span) in linked {
            let Some(member) = self.members.iter().find(|member| member.name.value == *name) else { continue };
            for alias in connect::network_aliases(member) {
                peers.entry(alias.value.clone()).or_insert(Peer { service: &member.name.value, span });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_project, check_services};

    #[test]
    fn names_both_ways_are_a_cycle_of_links() {
        check_project(
            "  a: {image: x, environment: {B: 'http://b:80'}}
  b: {image: x, environment: {A: 'http://a:80'}}",
            "'http://b:80' | error[cycle]: containers of task `shop` need each other: a -> b -> a",
        );
    }

    #[test]
    fn links_have_the_names_that_are_used_and_those_of_networks() {
        check_project(
            "  db: {image: x, networks: {default: {aliases: [store]}}}
  web.a: {image: x, depends_on: [db]}
  api: {image: x, environment: {A: 'http://web.a:80', DB_HOST: db}}",
            "shop [bridge]: db web-a(start db, link db, link db:store) api(link db, link db:store)
waves: shop
'http://web.a:80' | warning[unresolved-name]: `web.a` does not resolve in `api`: ECS takes no such name for a link",
        );
    }

    #[test]
    fn a_link_s_alias_comes_before_a_name() {
        check_services(
            "  db: {image: x, x-ecs: {task: t}}
  cache: {image: x, x-ecs: {task: t}}
  web: {image: x, x-ecs: {task: t}, links: ['db:cache'], depends_on: [cache]}",
            "shop-t [bridge]: db cache web(start cache, start db, link db:cache, link db)
waves: t",
        );
    }

    #[test]
    fn what_ends_is_waited_for_and_not_linked_to() {
        check_project(
            "  db: {image: x}
  migrate: {image: x, depends_on: [db], environment: {DB_HOST: db}}
  web: {image: x, depends_on: {migrate: {condition: service_completed_successfully}}}",
            "shop [bridge]: db migrate!(start db, link db) web(success migrate)
waves: shop",
        );
    }

    #[test]
    fn a_job_is_no_service() {
        check_services(
            "  job: {image: x, deploy: {mode: replicated-job}, ports: ['80:80']}
  web: {image: x}",
            "shop-job [bridge once]: job(80:80)
shop-web [bridge]: web
waves: job web",
        );
    }

    #[test]
    fn what_is_not_required_is_only_started() {
        check_services(
            "  db: {image: x, x-ecs: {task: web}, healthcheck: {test: [CMD, a]}}
  web: {image: x, depends_on: {db: {condition: service_healthy, required: false}}}",
            "shop-web [bridge]: db(check) web(start db, link db)
waves: web",
        );
    }

    #[test]
    fn a_task_of_two_one_offs_ends_with_the_first() {
        check_services(
            "  a: {image: x, x-ecs: {task: t}, deploy: {mode: replicated-job}}
  b: {image: x, x-ecs: {task: t}, deploy: {mode: replicated-job}}",
            "shop-t [bridge once]: a b
waves: t
b | warning[approximated]: task `t` ends when either `a` or `b` does",
        );
    }
}
