//! `compose2ecs diff`.

use compose2ecs::deploy::api::definition::short;
use compose2ecs::deploy::compare::{Difference, definition};
use compose2ecs::deploy::mask::masked;
use compose2ecs::deploy::observe::{Observed, observe};
use compose2ecs::deploy::options::{MissingCluster, UpOptions};
use compose2ecs::deploy::plan::{Plan, RevisionStep, Step, UnitPlan, plan};
use compose2ecs::deploy::release::Release;
use compose2ecs::world::World;
use serde_json::{Map, Value, json};

use super::project::deployed;
use super::{connect, refuse};
use crate::cli::GlobalArguments;
use crate::cli::deploy::{DiffArguments, DiffFormat};
use crate::cli::progress::unit_line;
use crate::cli::run::{Outcome, finish, print};

/// What would become of a unit.
struct Changed<'a> {
    plan: &'a UnitPlan,
    /// What differs in its task definition.
    definition: Vec<Difference>,
    /// What differs in its service.
    service: Vec<Difference>,
}

/// Prints what `up` would change, field by field. There is nothing here that could change anything.
pub(in crate::cli::run) async fn diff(global: GlobalArguments, arguments: DiffArguments, world: &dyn World) -> Outcome {
    let DiffArguments { services, format, exit_code, show_values, pin, aws, target } = arguments;
    let trouble = |outcome: Outcome| if exit_code { Outcome::Trouble } else { outcome };
    let (reader, lower) = match connect(aws, target, world).await {
        Ok(connected) => connected,
        Err(problem) => return trouble(refuse(&[problem])),
    };
    let release = match deployed(&reader, (global, lower), pin, world).await {
        Ok(release) => release,
        Err(outcome) => return trouble(outcome),
    };
    let observed = match observe(&reader, &release).await {
        Ok(observed) => observed,
        Err(problem) => return trouble(refuse(&[problem])),
    };
    // A cluster that is missing is one more thing that differs.
    let options = UpOptions { units: services, missing_cluster: MissingCluster::Created, ..UpOptions::default() };
    let plan = match plan(&release, &observed, &options) {
        Ok(plan) => plan,
        Err(problems) => return trouble(refuse(&problems)),
    };
    let shown = |differences: Vec<Difference>| -> Vec<Difference> {
        if show_values { differences } else { differences.iter().map(masked).collect() }
    };
    let units = plan.units.iter().filter(|unit| !unit.is_unchanged());
    let changed = units.map(|unit| {
        let Changed { plan, definition, service } = changed(unit, &release);
        Changed { plan, definition: shown(definition), service: shown(service) }
    });
    let changed: Vec<Changed<'_>> = changed.collect();
    let differs = plan.creates_cluster || !changed.is_empty();
    let text = match format {
        DiffFormat::Text => text(&plan, &changed, (&release, &observed)),
        DiffFormat::Json => json_document(&plan, &changed, &release),
    };
    let printed = finish(print(&text));
    // It ends with 1, which says here that things differ.
    if printed == Outcome::Done && exit_code && differs { Outcome::Refused } else { printed }
}

/// What differs about a unit. A revision that nobody registered yet differs in everything.
fn changed<'a>(plan: &'a UnitPlan, release: &Release) -> Changed<'a> {
    let wanted = release.units.get(&plan.name).and_then(|unit| unit.definition.as_object());
    let definition = match &plan.revision {
        RevisionStep::Keep(_) => Vec::new(),
        RevisionStep::Register(differences) if !differences.is_empty() => differences.clone(),
        RevisionStep::Register(_) => {
            wanted.map(|wanted| definition::compare(&bare(wanted), wanted)).unwrap_or_default()
        }
    };
    let service = match &plan.step {
        Step::Update(update) => {
            let count = update.count.map(|(from, to)| difference("desiredCount", Some(from.into()), Some(to.into())));
            let tags = update
                .tags
                .iter()
                .map(|(key, value)| difference(&format!("tags[{key}]"), None, Some(value.as_str().into())));
            update.differences.iter().cloned().chain(count).chain(tags).collect()
        }
        Step::Nothing
        | Step::Wait
        | Step::Create { .. }
        | Step::TakeBack { .. }
        | Step::Run
        | Step::Attach(_)
        | Step::Skip => Vec::new(),
    };
    Changed { plan, definition, service }
}

/// A definition whose containers have nothing but their names, so that what they have beside that is told one by one.
fn bare(definition: &Map<String, Value>) -> Map<String, Value> {
    let containers = definition.get("containerDefinitions").and_then(Value::as_array).into_iter().flatten();
    let bare = containers.map(|container| json!({"name": container.get("name")}));
    Map::from_iter([("containerDefinitions".to_owned(), bare.collect())])
}

fn difference(path: &str, from: Option<Value>, to: Option<Value>) -> Difference {
    Difference { path: path.to_owned(), from, to }
}

/// The differences as lines, unit by unit.
fn text(plan: &Plan, changed: &[Changed<'_>], (release, observed): (&Release, &Observed)) -> String {
    let mut lines = Vec::new();
    if plan.creates_cluster {
        lines.push(format!("+ cluster {}", release.cluster));
    }
    for Changed { plan, definition, service } in changed {
        let (mark, what) = unit_line(plan, release);
        lines.push(format!("{mark} {}  {what}", plan.name));
        lines.extend(definition.iter().chain(service).map(|difference| format!("    {}", line(difference))));
    }
    let orphans = plan.orphans.iter().map(|orphan| &orphan.service);
    lines.extend(
        orphans.map(|name| format!("? {name}  is no longer in the file: delete it with `up --remove-orphans`")),
    );
    if lines.is_empty() {
        let units = observed.services.len();
        return format!("{} -> {}: no changes ({units} services up to date)\n", release.project, release.cluster);
    }
    format!("{}\n", lines.join("\n"))
}

/// A difference as a line.
fn line(difference: &Difference) -> String {
    let Difference { path, from, to } = difference;
    match (from, to) {
        (Some(from), Some(to)) => format!("~ {path}: {from} -> {to}"),
        (None, Some(to)) => format!("+ {path}: {to}"),
        (Some(from), None) => format!("- {path}: {from}"),
        (None, None) => path.clone(),
    }
}

/// The differences as one document.
fn json_document(plan: &Plan, changed: &[Changed<'_>], release: &Release) -> String {
    let listed = |differences: &[Difference]| -> Value {
        let object = |Difference { path, from, to }: &Difference| json!({"path": path, "from": from, "to": to});
        differences.iter().map(object).collect()
    };
    let units = changed.iter().map(|Changed { plan, definition, service }| {
        json!({
            "unit": plan.name,
            "wave": plan.wave,
            "step": plan.step.as_str(),
            "registers": matches!(plan.revision, RevisionStep::Register(_)),
            "previous": plan.previous.as_deref().map(short),
            "definition": listed(definition),
            "service": listed(service),
        })
    });
    let document = json!({
        "cluster": release.cluster,
        "project": release.project,
        "creates_cluster": plan.creates_cluster,
        "units": units.collect::<Vec<_>>(),
        "orphans": plan.orphans.iter().map(|orphan| &orphan.service).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}
