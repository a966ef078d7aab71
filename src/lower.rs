//! From Compose to ECS: decides which services share a task and in what order things start, runs one pass per facet,
//! and puts the results together.

mod balancing;
mod blame;
mod capacity;
mod configs;
mod connect;
mod credentials;
mod deploying;
mod env_files;
pub mod fate;
mod graph;
mod grouping;
mod hatch;
mod ignored;
mod image;
mod kernel;
mod logging;
mod mention;
mod models;
mod name;
mod network;
mod ordering;
mod placement;
mod plaintext;
mod process;
mod readiness;
mod resources;
mod restart;
mod retention;
mod scaling;
mod secrets;
mod storage;
mod tagging;
mod task;
mod uses;
mod variables;
mod waits;

use indexmap::IndexSet;

use crate::compose::Project;
use crate::compose::extension::network::Network;
use crate::compose::extension::project::Place;
use crate::compose::extension::role::Roles;
use crate::compose::extension::{ProjectExtension, TaskExtension};
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::compose::service::readiness::Condition;
use crate::diag::{Code, Diagnostics, Reported, Severity};
use crate::ecs::service::{Cluster, ServiceConnectDefaults};
use crate::ecs::task::NetworkMode;
use crate::ecs::{Stack, Wave, check};
use crate::graph::Graph;
use crate::options::{AssignPublicIp, LaunchType, LowerOptions};
use crate::source::Spanned;
use connect::{Networking, Tasks};
use grouping::Units;
use ordering::Edges;
use readiness::host::HostIndex;
use secrets::Origins;
use uses::{Use, UseKind, Uses};
use waits::Waits;

pub use image::BuiltImage;

/// What every pass may need to know beyond its facet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// Where tasks run.
    pub(crate) launch_type: LaunchType,
    /// What the user chose.
    pub(crate) options: &'a LowerOptions,
    /// The project.
    pub(crate) project: &'a Project,
}

/// What was decided about the project as a whole.
struct Plan<'a> {
    target: Target<'a>,
    waits: Waits<'a>,
    edges: Edges<'a>,
    units: &'a Units<'a>,
    networking: Networking<'a>,
    /// Where ECS finds secrets.
    secrets: Origins<'a>,
    /// What `x-ecs` says of each task.
    settings: Vec<TaskExtension>,
    /// The services that end: one-off tasks and what runs before others in a task.
    ends: IndexSet<&'a ServiceName>,
}

impl Plan<'_> {
    /// Whether a service's container ends by itself.
    fn is_one_off(&self, service: &ServiceName) -> bool {
        self.ends.contains(service) || self.waits.is_attached(service)
    }
}

/// How long a container, or a task, is meant to live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Lifetime {
    /// For good: an ECS service starts it again when it ends.
    Service,
    /// Until it ends.
    Task,
}

/// Translates a project.
#[must_use]
pub fn lower(project: &Project, options: &LowerOptions) -> Reported<Stack> {
    lower_and(project, options, |_, _| ()).map(|(stack, ())| stack)
}

/// Translates a project, and draws its order.
#[must_use]
pub fn lower_and_draw(project: &Project, options: &LowerOptions) -> Reported<(Stack, Graph)> {
    lower_and(project, options, graph::graph)
}

/// Translates a project, and makes something more of what was decided: of the plan, and of the waves.
fn lower_and<T>(
    project: &Project,
    options: &LowerOptions,
    further: impl FnOnce(&Plan<'_>, &[Vec<usize>]) -> T,
) -> Reported<(Stack, T)> {
    let mut diags = Diagnostics::default();
    let given = options;
    let options = &settled(given, &project.extension);
    let target = Target { launch_type: options.launch_type.unwrap_or_default(), options, project };
    report_other_region(given, target, &mut diags);
    report_missing_options(target, &mut diags);
    network::networks(target, &mut diags);
    storage::note_instances(target, &mut diags);

    let hosts = HostIndex::new(project);
    let mut uses = Uses::default();
    let waits = Waits::find(target, &hosts, &mut uses, &mut diags);
    add_mentions(project, &hosts, &waits, &mut uses);
    let edges = waits.edges(target, &mut diags);
    let units = grouping::units(target, |service| waits.has_task(service), &mut diags);
    storage::report_shared(&units, target, &mut diags);
    let waves = ordering::waves(&units, &edges, &uses, &mut diags);
    let ends = ends(target, &waits, &edges);
    let once: Vec<bool> =
        units.list.iter().map(|unit| unit.services.iter().all(|service| ends.contains(&service.name.value))).collect();
    ordering::report_unawaited(&units, &edges, &once, &mut diags);
    ordering::report_restarts(&units, &mut diags);
    let settings: Vec<TaskExtension> = units.list.iter().map(|unit| task::settings(unit, target, &mut diags)).collect();
    let tasks = units.list.iter().zip(&settings);
    let modes: Vec<NetworkMode> =
        tasks.map(|(unit, settings)| task::network_mode(unit, settings, target, &mut diags)).collect();
    network::report_unused(target, &modes, &mut diags);
    let alone = connect::alone(&settings);
    let connected = units.list.len() > 1 && once.contains(&false) && alone.contains(&false);
    let namespace = connected.then(|| project.name.as_str());
    let networking = Networking::new(&units, &uses, namespace, Tasks { modes, once, alone });
    networking.report_late(&waves, &mut diags);
    let secrets = Origins::find(target, &mut diags);
    let plan = Plan { target, waits, edges, units: &units, networking, secrets, settings, ends };

    let mut stack = Stack {
        cluster: cluster_input(target, namespace),
        task_definitions: Vec::new(),
        services: Vec::new(),
        tasks: Vec::new(),
        scaling: Vec::new(),
        log_groups: Vec::new(),
        waves: waves.iter().map(|wave| wave_of(wave, &units)).collect(),
    };
    task::add_all(&plan, &mut stack, &mut diags);
    network::report_clashes(&plan, &stack, &waves, &mut diags);
    stack.cluster.capacity_providers = capacity::of_cluster(&stack.services, &stack.tasks);
    if !diags.has_errors() {
        blame::report(check::check(&stack), &plan, &mut diags);
    }
    let further = further(&plan, &waves);
    Reported::new((stack, further), diags)
}

/// What the user chose, by flags first, then by `x-ecs`. For the bucket there is no flag.
fn settled(options: &LowerOptions, extension: &ProjectExtension) -> LowerOptions {
    // `task::settings` looks at all else that tasks may say for themselves, `waits` at images; what is said of findings
    // holds at the end.
    let ProjectExtension { place, findings: _, images: _, task, containers: _ } = extension;
    let TaskExtension {
        roles,
        network,
        size: _,
        capacity: _,
        deploying: _,
        scaling: _,
        connect: _,
        logs: _,
        tagging: _,
        hatches: _,
    } = task;
    let Place { launch_type, task_per, cluster, region, registry, tag, env_file_bucket: _ } = place;
    let Roles { execution_role, task_role } = roles;
    let Network { network_mode: _, subnets, security_groups, assign_public_ip } = network;
    let text = |flag: &Option<String>, key: &Option<Spanned<String>>| {
        flag.clone().or_else(|| key.as_ref().map(|key| key.value.clone()))
    };
    let list = |flag: &[String], key: &Option<Spanned<Vec<String>>>| {
        if flag.is_empty() { key.iter().flat_map(|key| key.value.clone()).collect() } else { flag.to_vec() }
    };
    let public = assign_public_ip.is_some_and(|public| public.value);
    LowerOptions {
        launch_type: options.launch_type.or(launch_type.map(|launch_type| launch_type.value)),
        grouping: options.grouping.or(task_per.map(|grouping| grouping.value)),
        cluster: text(&options.cluster, cluster).map(|cluster| cluster_of(&cluster).0.to_owned()),
        region: text(&options.region, region),
        registry: text(&options.registry, registry),
        tag: text(&options.tag, tag),
        subnets: list(&options.subnets, subnets),
        security_groups: list(&options.security_groups, security_groups),
        public_address: if public { AssignPublicIp::Enabled } else { options.public_address },
        execution_role: text(&options.execution_role, execution_role),
        task_role: text(&options.task_role, task_role),
        waits: options.waits,
    }
}

/// The name of a cluster, which may be given as an ARN, and the region that the ARN names.
fn cluster_of(text: &str) -> (&str, Option<&str>) {
    let name = text.strip_prefix("arn:").and_then(|arn| arn.split_once(":cluster/")).map(|(_, name)| name);
    name.map_or((text, None), |name| (name, text.split(':').nth(3)))
}

/// Reports a cluster whose ARN names another region than the one that everything else is made for.
fn report_other_region(given: &LowerOptions, target: Target<'_>, diags: &mut Diagnostics) {
    let written = target.project.extension.place.cluster.as_ref();
    let cluster = given.cluster.as_deref().or(written.map(|cluster| cluster.value.as_str()));
    let span = written.filter(|_| given.cluster.is_none()).map(|cluster| cluster.span);
    if let Some((_, Some(there))) = cluster.map(cluster_of)
        && let Some(here) = target.options.region.as_deref().filter(|here| *here != there)
    {
        let message = format!("the cluster is in the region `{there}`, and the project is for `{here}`");
        diags.push(Severity::Error, Code::Conflict, span, message).hint("give the same region with `--region`");
    }
}

/// Where tasks run: as the user says, else as the file does.
#[must_use]
pub fn launch_type(project: &Project, options: &LowerOptions) -> LaunchType {
    settled(options, &project.extension).launch_type.unwrap_or_default()
}

/// The cluster's name: as the user says, else as the file does, else the project's.
#[must_use]
pub fn cluster(project: &Project, options: &LowerOptions) -> String {
    let cluster = settled(options, &project.extension).cluster;
    cluster.unwrap_or_else(|| project.name.as_str().to_owned())
}

/// The subnets of the project as a whole: as the user says, else as the file does.
#[must_use]
pub fn subnets(project: &Project, options: &LowerOptions) -> Vec<String> {
    settled(options, &project.extension).subnets
}

/// The images that are built here, by the names that ECS is told.
#[must_use]
pub fn built_images<'p>(project: &'p Project, options: &LowerOptions) -> Vec<BuiltImage<'p>> {
    let options = settled(options, &project.extension);
    let launch_type = options.launch_type.unwrap_or_default();
    image::built_images(project, (launch_type, &options))
}

/// Adds the names that services use for each other, beside those of readiness waits.
fn add_mentions<'a>(project: &'a Project, hosts: &HostIndex<'a>, waits: &Waits<'a>, uses: &mut Uses<'a>) {
    let stay = |service: &&Service| !waits.is_removed(&service.name.value);
    for service in project.services.values().filter(stay) {
        for mention in mention::mentions(service, hosts, waits.recognised(&service.name.value)) {
            uses.push(Use { user: &service.name.value, mention, kind: UseKind::Mention });
        }
        for mention in mention::links(service) {
            uses.push(Use { user: &service.name.value, mention, kind: UseKind::Link });
        }
    }
}

/// The services that end: others wait for their end, `deploy.mode` says so, or they only wait.
fn ends<'a>(target: Target<'a>, waits: &Waits<'a>, edges: &Edges<'a>) -> IndexSet<&'a ServiceName> {
    let waited_for = edges.iter().filter(|edge| edge.condition == Condition::CompletedSuccessfully).map(|edge| edge.to);
    let services = target.project.services.values();
    let jobs = services.filter(|service| service.placement.is_job()).map(|service| &service.name.value);
    waited_for.chain(jobs).chain(waits.waiters()).collect()
}

/// The cluster that everything runs in.
fn cluster_input(target: Target<'_>, namespace: Option<&str>) -> Cluster {
    Cluster {
        cluster_name: cluster_name(target).to_owned(),
        // They follow from the services.
        capacity_providers: Vec::new(),
        service_connect_defaults: namespace.map(|namespace| ServiceConnectDefaults { namespace: namespace.to_owned() }),
        tags: vec![task::project_tag(target)],
    }
}

/// The cluster's name: what the user says, else the project's.
fn cluster_name(target: Target<'_>) -> &str {
    target.options.cluster.as_deref().unwrap_or(target.project.name.as_str())
}

/// A wave, by the names of its units.
fn wave_of(wave: &[usize], units: &Units<'_>) -> Wave {
    Wave { units: wave.iter().map(|unit| units.get(*unit).name.clone()).collect() }
}

/// Reports what AWS needs to know and nobody said.
fn report_missing_options(target: Target<'_>, diags: &mut Diagnostics) {
    let Target { launch_type, options, project } = target;
    if options.region.is_none() {
        let message = "the AWS region is not known: containers get no log configuration of their own";
        diags.push(Severity::Note, Code::MissingOption, None, message).hint("give `--region`, or set AWS_REGION");
    }
    let all = |says: fn(&TaskExtension) -> bool| {
        !project.services.is_empty() && project.services.values().all(|service| says(&service.extension.task))
    };
    if launch_type == LaunchType::Fargate && options.subnets.is_empty() && !all(|task| task.network.subnets.is_some()) {
        let message = "tasks on Fargate need subnets";
        let span = project.extension.place.launch_type.as_ref().map(|launch_type| launch_type.span);
        diags
            .push(Severity::Error, Code::MissingOption, span, message)
            .hint("give `--subnets subnet-…,subnet-…`, or `x-ecs: {subnets: […]}` in the file");
    }
    if launch_type == LaunchType::Fargate
        && options.region.is_some()
        && options.execution_role.is_none()
        && !all(|task| task.roles.execution_role.is_some())
    {
        let message = "tasks on Fargate need an execution role, with which ECS pulls images and writes logs";
        diags
            .push(Severity::Error, Code::MissingOption, None, message)
            .hint("give `--execution-role ARN`, or `x-ecs: {execution_role: ARN}` in the file");
    }
}
