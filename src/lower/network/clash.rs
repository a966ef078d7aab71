//! Ports of an instance that several tasks want at the same time.
//!
//! Docker refuses the second container. ECS looks for another instance, and waits for ever where there is none.
//! Containers of one task that want the same port are against a rule of ECS.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use indexmap::IndexMap;

use crate::compose::service::Service;
use crate::compose::service::network::port::{Mode, Port, PortRange};
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::{PortMapping, Protocol};
use crate::ecs::name::Family;
use crate::ecs::service::{CapacityProviderStrategyItem, PlacementConstraint, PlacementConstraintType};
use crate::ecs::task::{NetworkMode, TaskDefinition};
use crate::ecs::{Stack, service};
use crate::lower::{Lifetime, Plan, name, ordering, task};
use crate::source::Span;

/// Reports the ports that a task wants although another has them at that time.
pub(in crate::lower) fn report(plan: &Plan<'_>, stack: &Stack, waves: &[Vec<usize>], diags: &mut Diagnostics) {
    let places = ordering::places(waves);
    let definitions: IndexMap<&Family, &TaskDefinition> =
        stack.task_definitions.iter().map(|definition| (&definition.family, definition)).collect();
    let runners = runners(stack);
    let mut taken: BTreeMap<(u16, Protocol, Whereabouts<'_>), Holders<'_>> = BTreeMap::new();
    for (unit, wave) in places {
        let family = name::family(&plan.units.get(unit).name, plan.target);
        let (Some(definition), Some(runner)) = (definitions.get(&family), runners.get(&family)) else { continue };
        if runner.tasks == Tasks::Count(0) {
            continue;
        }
        let mut ports = ports(unit, definition, plan);
        report_many(runner, &ports, diags);
        for port in &mut ports {
            port.everywhere = runner.tasks == Tasks::OnEveryInstance;
            let holders = taken.entry((port.number, port.protocol, runner.whereabouts.clone())).or_default();
            if let Some(holder) = holders.at(wave, runner.lifetime).filter(|holder| holder.unit != unit) {
                report_clash(holder, port, diags);
            }
            holders.add(port.clone(), wave, runner.lifetime);
        }
    }
}

/// What runs a task definition.
struct Runner<'s> {
    lifetime: Lifetime,
    tasks: Tasks,
    whereabouts: Whereabouts<'s>,
    /// Whether each of its tasks has an instance for itself anyway.
    distinct: bool,
}

/// How many tasks run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tasks {
    Count(u32),
    OnEveryInstance,
}

/// On which instances tasks may run: tasks of which it differs may be kept apart by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Whereabouts<'s> {
    expressions: Vec<&'s str>,
    providers: Vec<&'s str>,
}

impl<'s> Whereabouts<'s> {
    fn new(constraints: &'s [PlacementConstraint], strategy: &'s [CapacityProviderStrategyItem]) -> Self {
        let mut expressions: Vec<&str> =
            constraints.iter().filter_map(|constraint| constraint.expression.as_deref()).collect();
        let mut providers: Vec<&str> = strategy.iter().map(|item| item.capacity_provider.as_str()).collect();
        expressions.sort_unstable();
        providers.sort_unstable();
        Self { expressions, providers }
    }
}

/// What runs each task definition.
fn runners(stack: &Stack) -> IndexMap<&Family, Runner<'_>> {
    let distinct = |constraints: &[PlacementConstraint]| {
        constraints.iter().any(|constraint| constraint.kind == PlacementConstraintType::DistinctInstance)
    };
    let services = stack.services.iter().map(|service| {
        let runner = Runner {
            lifetime: Lifetime::Service,
            tasks: match service.scheduling_strategy {
                service::SchedulingStrategy::Replica => Tasks::Count(service.desired_count.unwrap_or(1)),
                service::SchedulingStrategy::Daemon => Tasks::OnEveryInstance,
            },
            whereabouts: Whereabouts::new(&service.placement_constraints, &service.capacity_provider_strategy),
            distinct: distinct(&service.placement_constraints),
        };
        (&service.task_definition, runner)
    });
    let tasks = stack.tasks.iter().map(|task| {
        let runner = Runner {
            lifetime: Lifetime::Task,
            tasks: Tasks::Count(task.count),
            whereabouts: Whereabouts::new(&task.placement_constraints, &task.capacity_provider_strategy),
            distinct: distinct(&task.placement_constraints),
        };
        (&task.task_definition, runner)
    });
    services.chain(tasks).collect()
}

/// A port that a container takes from its instance.
#[derive(Debug, Clone)]
struct Taken<'a> {
    /// The place of its task in the list.
    unit: usize,
    number: u16,
    protocol: Protocol,
    service: &'a Service,
    /// Where it says so.
    span: Span,
    /// What Docker would publish for it.
    published: Option<&'a Port>,
    /// Whether it is taken from every instance.
    everywhere: bool,
}

impl Taken<'_> {
    /// The port in words.
    fn shown(&self) -> String {
        format!("{}/{}", self.number, self.protocol.as_str())
    }

    /// Whether only the machine on which the container runs is meant, so that others may have the port on theirs.
    fn is_of_one_machine(&self) -> bool {
        let mode = self.published.map(|port| port.mode.as_ref().map(|mode| &mode.value));
        mode.is_none_or(|mode| mode == Some(&Mode::Host))
    }
}

/// The ports that a task takes from its instance; none where it has a network of its own.
fn ports<'a>(unit: usize, definition: &TaskDefinition, plan: &Plan<'a>) -> Vec<Taken<'a>> {
    match definition.network_mode {
        NetworkMode::Bridge | NetworkMode::Host => {}
        NetworkMode::Awsvpc | NetworkMode::None => return Vec::new(),
    }
    let members = task::members(plan.units.get(unit), plan);
    let services: IndexMap<_, _> =
        members.into_iter().map(|service| (name::container(&service.name.value), service)).collect();
    let mut ports = Vec::new();
    for container in &definition.container_definitions {
        let Some(service) = services.get(&container.name).copied() else { continue };
        for mapping in &container.port_mappings {
            let Some(number) = mapping.host_port.filter(|port| *port != 0) else { continue };
            let entry =
                service.network.ports.iter().find(|port| is_from(&port.value, mapping, definition.network_mode));
            ports.push(Taken {
                unit,
                number,
                protocol: mapping.protocol,
                service,
                span: entry.map_or(service.name.span, |entry| entry.span),
                // On the network of the instance, Docker publishes nothing.
                published: entry.map(|entry| &entry.value).filter(|_| definition.network_mode == NetworkMode::Bridge),
                everywhere: false,
            });
        }
    }
    ports
}

/// Whether a mapping says what an entry of `ports` says. On the network of the instance, what is published says nothing.
fn is_from(port: &Port, mapping: &PortMapping, mode: NetworkMode) -> bool {
    let published = port.published.filter(|range| range.is_single()).map(PortRange::first);
    mapping.container_port == Some(port.target)
        && mapping.protocol.as_str() == port.protocol.as_str()
        && (mode == NetworkMode::Host || published == mapping.host_port)
}

/// Who takes a port of the instances.
#[derive(Default)]
struct Holders<'a> {
    /// Of the services, the one that starts first, and its wave.
    service: Option<(usize, Taken<'a>)>,
    /// Of what runs once, the first of each wave.
    once: BTreeMap<usize, Taken<'a>>,
}

impl<'a> Holders<'a> {
    /// One that has the port while a task runs that starts in a wave.
    fn at(&self, wave: usize, lifetime: Lifetime) -> Option<&Taken<'a>> {
        let service = self.service.as_ref();
        match lifetime {
            // It goes on, as other services do.
            Lifetime::Service => {
                let once = || self.once.range(wave..).next().map(|(_, holder)| holder);
                service.map(|(_, holder)| holder).or_else(once)
            }
            // It is over when the next wave starts.
            Lifetime::Task => {
                let service = service.filter(|(first, _)| *first <= wave).map(|(_, holder)| holder);
                service.or_else(|| self.once.get(&wave))
            }
        }
    }

    /// Adds one that starts in a wave.
    fn add(&mut self, port: Taken<'a>, wave: usize, lifetime: Lifetime) {
        match lifetime {
            Lifetime::Service => {
                if self.service.as_ref().is_none_or(|(first, _)| wave < *first) {
                    self.service = Some((wave, port));
                }
            }
            Lifetime::Task => {
                self.once.entry(wave).or_insert(port);
            }
        }
    }
}

/// Reports a port that two tasks want.
fn report_clash(first: &Taken<'_>, second: &Taken<'_>, diags: &mut Diagnostics) {
    const HINT: &str =
        "publish one of them under another port, or leave the choice to ECS by naming the container's port alone";
    let (port, one, other) = (second.shown(), &first.service.name, &second.service.name);
    let daemon = [first, second].into_iter().find(|taken| taken.everywhere);
    // One list of ports may be that of both, by an anchor.
    let (here, there) = if first.span == second.span { (other.span, one.span) } else { (second.span, first.span) };
    let (one, other) = (&one.value, &other.value);
    let label = format!("`{one}` takes it here");
    if let Some(daemon) = daemon {
        let (whose, rest) = (&daemon.service.name.value, if daemon.unit == first.unit { other } else { one });
        let message = format!("`{whose}` takes port {port} of every instance, so none is left for `{rest}`");
        diags.error(Code::Conflict, here, message).label(there, label).hint(HINT);
    } else if first.published.zip(second.published).is_some_and(|(one, other)| exclude_each_other(one, other)) {
        let message = format!("`{other}` cannot have port {port} of the instance while `{one}` has it");
        let finding = diags.error(Code::Conflict, here, message).label(there, label).hint(HINT);
        finding.hint("if there are several instances, say with `deploy.placement.constraints` which are for whom");
    } else {
        let message = format!("`{one}` and `{other}` take port {port} of their instance, so they need two instances");
        diags.warn(Code::PublishedPort, here, message).label(there, label).hint(HINT);
    }
}

/// Whether Docker refuses to publish a port twice, on one machine as in a swarm.
fn exclude_each_other(one: &Port, other: &Port) -> bool {
    let of_one_machine = |port: &Port| port.mode.as_ref().is_some_and(|mode| mode.value == Mode::Host);
    let meet = |one: IpAddr, other: IpAddr| {
        one.is_ipv4() == other.is_ipv4() && (one == other || one.is_unspecified() || other.is_unspecified())
    };
    let all = [IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)];
    let addresses = |port: &Port| port.host_ip.map_or(all.to_vec(), |address| vec![address]);
    let others = addresses(other);
    !of_one_machine(one)
        && !of_one_machine(other)
        && addresses(one).into_iter().any(|address| others.iter().any(|other| meet(address, *other)))
}

/// Reports tasks of one service that cannot share an instance because each takes the same port of it. In a swarm, one
/// port leads to all of them.
fn report_many(runner: &Runner<'_>, ports: &[Taken<'_>], diags: &mut Diagnostics) {
    let Runner { lifetime: _, tasks, whereabouts: _, distinct } = runner;
    let count = match tasks {
        Tasks::Count(count) if *count > 1 && !distinct => count,
        Tasks::Count(_) | Tasks::OnEveryInstance => return,
    };
    let Some(port) = ports.iter().find(|port| !port.is_of_one_machine()) else { return };
    let (name, shown) = (&port.service.name.value, port.shown());
    let message = format!(
        "each of the {count} tasks of `{name}` takes port {shown} of its instance: they need {count} instances"
    );
    diags
        .warn(Code::PublishedPort, port.span, message)
        .hint("name the container's port alone, and put a load balancer in front with `x-ecs.load_balancers`");
}

#[cfg(test)]
mod tests {
    use crate::options::{LaunchType, LowerOptions};
    use crate::testing::translated;

    /// What is found about ports of instances, of services with these keys.
    #[track_caller]
    fn check(services: &str, expected: &str) {
        check_on(LaunchType::Ec2, services, expected);
    }

    /// The same where tasks run there.
    #[track_caller]
    fn check_on(launch_type: LaunchType, services: &str, expected: &str) {
        let options = LowerOptions {
            launch_type: Some(launch_type),
            subnets: vec!["subnet-0a1b2c3d".to_owned()],
            ..LowerOptions::default()
        };
        let shown = translated(&options, &format!("services:\n{services}"));
        let about_ports = |line: &&str| line.contains("[conflict]") || line.contains("[published-port]");
        let found: Vec<&str> = shown.lines().filter(about_ports).collect();
        assert_eq!(found.join("\n"), expected, "{shown}");
    }

    #[test]
    fn two_services_cannot_have_one_port() {
        let services = "  a: {image: x, ports: ['80:80']}
  b: {image: x, ports: ['80:81', '81:81']}
  c: {image: x, ports: ['79-81:79-81']}";
        let refused = "'80:81' | error[conflict]: `b` cannot have port 80/tcp of the instance while `a` has it
'79-81:79-81' | error[conflict]: `c` cannot have port 80/tcp of the instance while `a` has it
'79-81:79-81' | error[conflict]: `c` cannot have port 81/tcp of the instance while `b` has it";
        check(services, refused);
        check_on(
            LaunchType::Fargate,
            services,
            "'80:81' | warning[published-port]: in `awsvpc`, port 81 is reached as 81, not as 80",
        );
    }

    #[test]
    fn what_is_not_one_port_is_no_clash() {
        check("  a: {image: x, ports: ['80:80']}\n  b: {image: x, ports: ['81:80', '80:82/udp', '83', '0:84']}", "");
        check("  a: {image: x, ports: ['80:80']}\n  b: {image: x, ports: ['80:80'], scale: 0}", "");
        check("  a: {image: x, ports: ['80:80']}\n  b: {image: x, expose: [80]}", "");
    }

    #[test]
    fn a_later_wave_runs_beside_the_earlier_ones() {
        check(
            "  a: {image: x, ports: ['80:80']}\n  b: {image: x, ports: ['80:80'], depends_on: [a]}",
            "'80:80' | error[conflict]: `b` cannot have port 80/tcp of the instance while `a` has it",
        );
    }

    #[test]
    fn what_ended_gives_its_ports_back() {
        let migrate = "  migrate: {image: x, ports: ['80:80']}";
        check(
            &format!(
                "{migrate}\n  web: {{image: x, ports: ['80:80'], \
                 depends_on: {{migrate: {{condition: service_completed_successfully}}}}}}"
            ),
            "",
        );
        check(
            &format!(
                "{migrate}\n  early: {{image: x, ports: ['80:80']}}\n  web: {{image: x, \
                 depends_on: {{migrate: {{condition: service_completed_successfully}}}}}}"
            ),
            "'80:80' | error[conflict]: `early` cannot have port 80/tcp of the instance while `migrate` has it",
        );
        check(
            "  web: {image: x, ports: ['80:80']}
  job: {image: x, ports: ['80:80'], depends_on: [web], deploy: {mode: replicated-job}}",
            "'80:80' | error[conflict]: `job` cannot have port 80/tcp of the instance while `web` has it",
        );
    }

    #[test]
    fn where_docker_knows_a_way_two_instances_are_needed() {
        let two = "`a` and `b` take port 80/tcp of their instance, so they need two instances";
        check(
            "  a: {image: x, ports: ['10.0.0.1:80:80']}\n  b: {image: x, ports: ['10.0.0.2:80:80']}",
            &format!("'10.0.0.2:80:80' | warning[published-port]: {two}"),
        );
        check(
            "  a: {image: x, ports: [{target: 80, published: 80, mode: host}]}
  b: {image: x, ports: ['80:80']}",
            &format!("'80:80' | warning[published-port]: {two}"),
        );
        check(
            "  a: {image: x, network_mode: host, ports: ['80:80']}\n  b: {image: x, ports: ['80:8080']}",
            &format!("'80:8080' | warning[published-port]: {two}"),
        );
        check(
            "  a: {image: x, ports: ['0.0.0.0:80:80']}\n  b: {image: x, ports: ['127.0.0.1:80:80']}",
            "'127.0.0.1:80:80' | error[conflict]: `b` cannot have port 80/tcp of the instance while `a` has it",
        );
        check(
            "  a: {image: x, ports: ['0.0.0.0:80:80']}\n  b: {image: x, ports: ['[::]:80:80']}",
            &format!("'[::]:80:80' | warning[published-port]: {two}"),
        );
    }

    #[test]
    fn constraints_may_keep_tasks_apart() {
        let on = |label: &str| {
            format!(
                "{{image: x, ports: ['80:80'], deploy: {{placement: {{constraints: ['node.labels.tier == {label}']}}}}}}"
            )
        };
        check(&format!("  a: {}\n  b: {}", on("front"), on("back")), "");
        check(
            &format!("  a: {}\n  b: {}", on("front"), on("front")),
            "'80:80' | error[conflict]: `b` cannot have port 80/tcp of the instance while `a` has it",
        );
        check(
            "  a: {image: x, ports: ['80:80'], x-ecs: {capacity_providers: [one]}}
  b: {image: x, ports: ['80:80'], x-ecs: {capacity_providers: [two]}}",
            "",
        );
    }

    #[test]
    fn what_runs_everywhere_leaves_no_instance_to_others() {
        check(
            "  a: {image: x, ports: [{target: 80, published: 80, mode: host}], deploy: {mode: global}}
  b: {image: x, ports: [{target: 80, published: 80, mode: host}]}",
            "{target: 80, published: 80, mode: host} | error[conflict]: \
             `a` takes port 80/tcp of every instance, so none is left for `b`",
        );
    }

    #[test]
    fn as_many_tasks_need_as_many_instances() {
        check(
            "  a: {image: x, ports: ['81', '80:80'], deploy: {replicas: 3}}",
            "'80:80' | warning[published-port]: \
             each of the 3 tasks of `a` takes port 80/tcp of its instance: they need 3 instances",
        );
        check("  a: {image: x, ports: [{target: 80, published: 80, mode: host}], deploy: {replicas: 3}}", "");
        check("  a: {image: x, ports: ['80:80'], deploy: {replicas: 3, placement: {max_replicas_per_node: 1}}}", "");
        check("  a: {image: x, ports: ['80:80'], deploy: {mode: global}}", "");
    }

    #[test]
    fn an_anchor_is_shown_at_the_services() {
        check(
            "  a: &a {image: x, ports: ['80:80']}\n  b: *a",
            "b | error[conflict]: `b` cannot have port 80/tcp of the instance while `a` has it",
        );
    }
}
