//! What is to be done, decided before anything is: pure, and the same for a run and for a rehearsal.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::api::definition::{Revision, short};
use super::api::service::{DeploymentStatus, RolloutState, Service, ServiceStatus};
use super::compare::{Difference, definition, service};
use super::observe::{Observed, Revisions, is_ours};
use super::options::{Adoption, Dependencies, Jobs, MissingCluster, Orphans, Recreation, Rollback, UpOptions};
use super::problem::Problem;
use super::release::{PROJECT, Release, Runner, SERVICE, SUCCEEDED, Unit};

/// Everything that is to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Whether the cluster is to be made.
    pub creates_cluster: bool,
    /// The units, wave by wave.
    pub units: Vec<UnitPlan>,
    /// Services of the project that the release no longer has.
    pub orphans: Vec<Orphan>,
}

/// What is to be done about a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitPlan {
    /// Its name.
    pub name: String,
    /// In which wave.
    pub wave: usize,
    /// Its revision.
    pub revision: RevisionStep,
    /// What runs it.
    pub step: Step,
    /// The revision that its service runs now.
    pub previous: Option<String>,
}

/// What is to be done about a task definition.
#[derive(Debug, Clone, PartialEq)]
pub enum RevisionStep {
    /// The revision of this full name is what is wanted.
    Keep(String),
    /// A new revision is registered, as these things differ from the one before; all of it where there is none.
    Register(Vec<Difference>),
}

/// What is to be done about what runs a unit.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Nothing: it is as it is wanted.
    Nothing,
    /// Nothing but to wait: it is on its way to what is wanted.
    Wait,
    /// A service is made; if need be, once its predecessor of the same name is gone.
    Create {
        /// Whether the predecessor is still being stopped.
        after_draining: bool,
    },
    /// A service is changed.
    Update(Update),
    /// A deployment that is under way is taken back, by ECS itself.
    TakeBack {
        /// The full name of the service deployment.
        service_deployment: String,
        /// The deployment's name, as the service tells of it.
        deployment: String,
    },
    /// A one-off task is run.
    Run,
    /// A one-off task runs already, as these tasks; their outcome counts.
    Attach(Vec<String>),
    /// A one-off task is not due.
    Skip,
}

impl Step {
    /// A word for it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Wait => "wait",
            Self::Create { after_draining: _ } => "create",
            Self::Update(_) => "update",
            Self::TakeBack { service_deployment: _, deployment: _ } => "take_back",
            Self::Run => "run",
            Self::Attach(_) => "attach",
            Self::Skip => "skip",
        }
    }
}

/// A change of a service.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// What differs, beside the revision.
    pub differences: Vec<Difference>,
    /// The settings that are sent, without the revision.
    pub settings: Map<String, Value>,
    /// Whether new tasks start.
    pub deploys: bool,
    /// The number of tasks that there is and the one that there is to be, where it changes.
    pub count: Option<(u32, u32)>,
    /// The tags that are added first.
    pub tags: Vec<(String, String)>,
    /// The full name of the service.
    pub arn: String,
    /// The deployment that was primary when this was decided.
    pub deployment: Option<String>,
}

/// A service of the project that the release no longer has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// Its name.
    pub service: String,
    /// Whether it is deleted.
    pub removed: bool,
}

impl Plan {
    /// How many waves there are.
    #[must_use]
    pub fn waves(&self) -> usize {
        self.units.iter().map(|unit| unit.wave + 1).max().unwrap_or_default()
    }
}

impl UnitPlan {
    /// Whether nothing is changed about it.
    #[must_use]
    pub const fn is_unchanged(&self) -> bool {
        matches!(self.revision, RevisionStep::Keep(_)) && matches!(self.step, Step::Nothing | Step::Wait | Step::Skip)
    }
}

/// Decides what is to be done, or says all that stands in the way.
///
/// # Errors
///
/// When anything stands in the way: then nothing is to be done at all.
pub fn plan(release: &Release, observed: &Observed, options: &UpOptions) -> Result<Plan, Vec<Problem>> {
    let mut problems = Vec::new();
    let creates_cluster = observed.cluster.is_none();
    report_cluster(release, observed, options, &mut problems);
    problems.extend(observed.missing_images.iter().cloned());
    let chosen = chosen(release, options, &mut problems);
    let mut units: Vec<UnitPlan> = Vec::new();
    for unit in release.units.values().filter(|unit| chosen.contains(&*unit.name)) {
        let revisions = observed.revisions.get(&unit.name);
        let there = observed.services.get(&unit.name);
        let revision = revision_step(unit, revisions);
        let previous = there.filter(|service| service.status == ServiceStatus::Active);
        let previous = previous.map(|service| service.task_definition.clone());
        let step = match &unit.runner {
            Runner::Service { name: _, create: _, update } => {
                let wanted = Wanted { unit, update, revision: &revision };
                service_step(wanted, there, (release, options), &mut problems)
            }
            // Which one-off tasks are due depends on the others.
            Runner::Job { run: _ } => Step::Skip,
        };
        units.push(UnitPlan { name: unit.name.clone(), wave: unit.wave, revision, step, previous });
    }
    decide_jobs(&mut units, release, observed, options);
    let orphans = orphans(observed, options);
    if problems.is_empty() { Ok(Plan { creates_cluster, units, orphans }) } else { Err(problems) }
}

/// Reports a cluster that cannot run the release.
fn report_cluster(release: &Release, observed: &Observed, options: &UpOptions, problems: &mut Vec<Problem>) {
    let Some(cluster) = &observed.cluster else {
        if options.missing_cluster == MissingCluster::Refused {
            let others = match &*observed.other_clusters {
                [] => String::new(),
                others => format!(", or name one of these with `--cluster`: {}", others.join(", ")),
            };
            problems.push(
                Problem::new(format!("there is no cluster `{}`", release.cluster))
                    .hint(format!("have it made with `--create-cluster`{others}")),
            );
        }
        return;
    };
    let launch_type = |unit: &Unit| unit.document().get("launchType").and_then(Value::as_str).map(str::to_owned);
    let types: BTreeSet<String> = release.units.values().filter_map(launch_type).collect();
    if types.contains("EC2") && cluster.registered_container_instances_count == 0 {
        problems.push(
            Problem::new(format!("cluster `{}` has no instances that tasks could run on", release.cluster))
                .hint("add instances to it, or use `--launch-type fargate`"),
        );
    }
}

/// The units that are deployed: those that are named, and what they need. Names of nothing are problems.
pub fn chosen<'r>(release: &'r Release, options: &UpOptions, problems: &mut Vec<Problem>) -> BTreeSet<&'r str> {
    if options.units.is_empty() {
        return release.units.keys().map(String::as_str).collect();
    }
    let mut chosen = BTreeSet::new();
    let mut open: Vec<&str> = Vec::new();
    for name in &options.units {
        match release.units.get_key_value(name) {
            Some((name, _)) => open.push(name),
            None => problems.push(Problem::new(format!("there is no service `{name}` in this project"))),
        }
    }
    while let Some(name) = open.pop() {
        if chosen.insert(name) && options.dependencies == Dependencies::Included {
            open.extend(release.units.get(name).into_iter().flat_map(|unit| unit.needs.keys().map(String::as_str)));
        }
    }
    chosen
}

/// What is to be done about a unit's task definition.
fn revision_step(unit: &Unit, revisions: Option<&Revisions>) -> RevisionStep {
    let Some(revisions) = revisions else { return RevisionStep::Register(Vec::new()) };
    if let Some(revision) = revisions.wanted(&unit.definition) {
        return RevisionStep::Keep(revision.arn().to_owned());
    }
    let before = revisions.current.as_ref().or(revisions.newest.as_ref());
    let differences = before
        .zip(unit.definition.as_object())
        .map(|(before, wanted)| definition::compare(&before.task_definition, wanted));
    RevisionStep::Register(differences.unwrap_or_default())
}

/// A service as it is to be.
#[derive(Clone, Copy)]
struct Wanted<'r> {
    unit: &'r Unit,
    /// The input of `UpdateService`.
    update: &'r Map<String, Value>,
    revision: &'r RevisionStep,
}

/// What is to be done about a service.
fn service_step(
    Wanted { unit, update, revision }: Wanted<'_>,
    there: Option<&Service>,
    (release, options): (&Release, &UpOptions),
    problems: &mut Vec<Problem>,
) -> Step {
    let there = match there {
        None => return Step::Create { after_draining: false },
        Some(service) => match service.status {
            ServiceStatus::Inactive => return Step::Create { after_draining: false },
            ServiceStatus::Draining => return Step::Create { after_draining: true },
            ServiceStatus::Active => service,
        },
    };
    let owned = is_ours(there, &release.project) && there.tag(SERVICE) == Some(&*unit.name);
    if !owned && options.adoption == Adoption::Refused {
        problems.push(foreign(unit, there, release));
        return Step::Nothing;
    }
    let (document, update) = match options.rollback {
        Rollback::Enabled => (Cow::Borrowed(unit.document()), Cow::Borrowed(update)),
        Rollback::Disabled => (Cow::Owned(without_rollback(unit.document())), Cow::Owned(without_rollback(update))),
    };
    let (for_life, differences): (Vec<_>, Vec<_>) =
        service::compare(there, &document).into_iter().partition(service::is_for_life);
    for difference in &for_life {
        let name = &there.service_name;
        problems.push(
            Problem::new(format!("`{}` of service `{name}` cannot be changed while it exists", difference.path))
                .hint(format!("run `compose2ecs down {0}`, then `compose2ecs up {0}`", unit.name)),
        );
    }
    let count = count(unit, there, options);
    let is_new_revision = match revision {
        RevisionStep::Register(_) => true,
        RevisionStep::Keep(arn) => *arn != there.task_definition,
    };
    // What ECS gave up stays as it is until somebody asks for it anew.
    let given_up = there.primary().is_some_and(|primary| primary.rollout_state == Some(RolloutState::Failed));
    let forced = options.recreation == Recreation::Always || given_up;
    let deploys = is_new_revision || forced || differences.iter().any(service::is_deploying);
    let tags = missing_tags(unit, there, release);
    if !deploys && differences.is_empty() && count.is_none() && tags.is_empty() {
        return if is_settled(there) { Step::Nothing } else { Step::Wait };
    }
    let mut settings = changed_settings(&differences, &update);
    if forced {
        settings.insert("forceNewDeployment".to_owned(), Value::Bool(true));
    }
    let deployment = there.primary().map(|primary| primary.id.clone());
    Step::Update(Update { differences, settings, deploys, count, tags, arn: there.service_arn.clone(), deployment })
}

/// What differs from what is wanted in a service that was made since the plan was, and runs the revision that is wanted.
pub(super) fn late_update(
    unit: &Unit,
    there: &Service,
    (release, options): (&Release, &UpOptions),
) -> Result<Option<Update>, Problem> {
    let Runner::Service { name: _, create: _, update } = &unit.runner else { return Ok(None) };
    let revision = RevisionStep::Keep(there.task_definition.clone());
    let mut problems = Vec::new();
    let step =
        service_step(Wanted { unit, update, revision: &revision }, Some(there), (release, options), &mut problems);
    match (problems.into_iter().next(), step) {
        (Some(problem), _) => Err(problem),
        (None, Step::Update(update)) => Ok(Some(update)),
        (None, _) => Ok(None),
    }
}

/// Says that a service is not the project's.
fn foreign(unit: &Unit, there: &Service, release: &Release) -> Problem {
    let owner = match (there.tag(PROJECT), there.tag(SERVICE)) {
        (Some(project), _) if project != release.project => format!("it belongs to project `{project}`"),
        (Some(_), Some(other)) => format!("it belongs to service `{other}` of this project"),
        (Some(_) | None, _) => "nothing says that it belongs to this project".to_owned(),
    };
    Problem::new(format!(
        "service `{}` is there already in cluster `{}`, and {owner}",
        there.service_name, release.cluster
    ))
    .hint(format!("take it over with `--adopt {}`, or give this project another name with `-p`", unit.name))
}

/// The number of tasks that there is and the one that there is to be, where the user says one and it changes.
///
/// Where nobody says how many, the number stays what it is: auto scaling or a human may have chosen it.
fn count(unit: &Unit, there: &Service, options: &UpOptions) -> Option<(u32, u32)> {
    let wanted = options.scale.get(&unit.name).copied().or(unit.replicas)?;
    (wanted != there.desired_count).then_some((there.desired_count, wanted))
}

/// The tags that a service of ours lacks.
fn missing_tags(unit: &Unit, there: &Service, release: &Release) -> Vec<(String, String)> {
    let own = [(PROJECT, &release.project), (SERVICE, &unit.name)];
    let tags = unit.document().get("tags").and_then(Value::as_array).into_iter().flatten();
    let text = |tag: &Value, key: &str| tag.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let own = own.into_iter().map(|(key, value)| (key.to_owned(), value.clone()));
    let all: BTreeMap<String, String> = own.chain(tags.map(|tag| (text(tag, "key"), text(tag, "value")))).collect();
    all.into_iter().filter(|(key, value)| there.tag(key) != Some(value)).collect()
}

/// Whether a service has what it was told to have.
fn is_settled(there: &Service) -> bool {
    let completed = there.primary().is_some_and(|primary| {
        primary.rollout_state.is_none_or(|state| state == RolloutState::Completed)
            && primary.running_count >= primary.desired_count
    });
    let alone = !there.deployments.iter().any(|deployment| deployment.status == DeploymentStatus::Active);
    completed && alone && there.pending_count == 0
}

/// The settings that differ, as they are to be. What is to go away is sent empty.
fn changed_settings(differences: &[Difference], wanted: &Map<String, Value>) -> Map<String, Value> {
    let names: BTreeSet<&str> = differences.iter().map(service::setting).collect();
    let value = |name: &str| match wanted.get(name) {
        Some(value) => value.clone(),
        None if matches!(
            name,
            "placementConstraints" | "placementStrategy" | "loadBalancers" | "serviceRegistries"
        ) =>
        {
            Value::Array(Vec::new())
        }
        None if name == "healthCheckGracePeriodSeconds" => Value::from(0),
        None if matches!(name, "enableExecuteCommand" | "enableECSManagedTags") => Value::Bool(false),
        None if name == "propagateTags" => Value::from("NONE"),
        None if name == "serviceConnectConfiguration" => serde_json::json!({"enabled": false}),
        None => Value::Object(Map::new()),
    };
    names.into_iter().map(|name| (name.to_owned(), value(name))).collect()
}

/// The same service, whose deployments ECS leaves as they are when they fail.
#[must_use]
pub fn without_rollback(document: &Map<String, Value>) -> Map<String, Value> {
    let mut document = document.clone();
    let configuration = document.get_mut("deploymentConfiguration");
    let breaker = configuration.and_then(|configuration| configuration.get_mut("deploymentCircuitBreaker"));
    if let Some(breaker) = breaker.and_then(Value::as_object_mut) {
        breaker.insert("rollback".to_owned(), Value::Bool(false));
    }
    document
}

/// Decides which one-off tasks run: those that changed, those that never succeeded, and those that a changed unit needs.
fn decide_jobs(units: &mut [UnitPlan], release: &Release, observed: &Observed, options: &UpOptions) {
    // Jobs that something needs that is changed or run.
    let mut needed: BTreeSet<&str> = BTreeSet::new();
    // Waves are gone through from the last to the first, so that a job before a job that is due is due too.
    for index in (0..units.len()).rev() {
        let Some((unit, plan)) = units.get(index).and_then(|plan| Some((release.units.get(&plan.name)?, plan))) else {
            continue;
        };
        if !unit.is_job() {
            if !plan.is_unchanged() {
                needed.extend(unit.needs.keys().map(String::as_str));
            }
            continue;
        }
        let succeeded = || match &plan.revision {
            RevisionStep::Register(_) => false,
            RevisionStep::Keep(arn) => has_succeeded(observed.revisions.get(&plan.name), arn),
        };
        let running: Vec<String> = observed
            .running
            .get(&plan.name)
            .into_iter()
            .flatten()
            .filter(|task| is_same(&task.task_definition_arn, &plan.revision))
            .map(|task| task.task_arn.clone())
            .collect();
        // How those ended that run no longer cannot be told: fewer than wanted are as good as none.
        let all_run = !running.is_empty() && running.len() >= unit.tasks();
        let step = match options.jobs {
            Jobs::Never => Step::Skip,
            _ if unit.tasks() == 0 => Step::Skip,
            Jobs::Always | Jobs::WhenDue if all_run => Step::Attach(running),
            Jobs::Always => Step::Run,
            Jobs::WhenDue if !succeeded() || needed.contains(&*plan.name) => Step::Run,
            Jobs::WhenDue => Step::Skip,
        };
        if !plan.is_unchanged() || matches!(step, Step::Run | Step::Attach(_)) {
            needed.extend(unit.needs.keys().map(String::as_str));
        }
        if let Some(plan) = units.get_mut(index) {
            plan.step = step;
        }
    }
}

/// Whether a task runs the revision that is wanted.
fn is_same(running: &str, revision: &RevisionStep) -> bool {
    matches!(revision, RevisionStep::Keep(arn) if short(arn) == short(running))
}

/// Whether the one-off task of a revision succeeded once.
fn has_succeeded(revisions: Option<&Revisions>, arn: &str) -> bool {
    let revisions = revisions.into_iter().flat_map(|revisions| revisions.current.iter().chain(&revisions.newest));
    let tagged = |revision: &Revision| revision.tags.iter().any(|tag| tag.key == SUCCEEDED);
    revisions.filter(|revision| revision.arn() == arn).any(tagged)
}

/// Services of the project that the release no longer has.
fn orphans(observed: &Observed, options: &UpOptions) -> Vec<Orphan> {
    let removed = options.orphans == Orphans::Removed;
    observed.orphans.iter().map(|orphan| Orphan { service: orphan.service_name.clone(), removed }).collect()
}
