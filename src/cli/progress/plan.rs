//! A plan as it is shown before it is carried out.

use compose2ecs::deploy::api::definition::short;
use compose2ecs::deploy::compare::Difference;
use compose2ecs::deploy::plan::{Plan, RevisionStep, Step, UnitPlan};
use compose2ecs::deploy::release::Release;

/// How many differences of a unit are named.
const NAMED: usize = 4;

/// Draws a plan: a line for each unit, and the waves.
pub(crate) fn shown(plan: &Plan, release: &Release) -> String {
    let mut lines = vec![format!("plan: cluster {}, project {}", release.cluster, release.project)];
    if plan.creates_cluster {
        lines.push(format!("  + cluster {}", release.cluster));
    }
    let width = plan.units.iter().map(|unit| unit.name.chars().count()).max().unwrap_or_default();
    lines.extend(plan.units.iter().map(|unit| {
        let (mark, what) = unit_line(unit, release);
        format!("  {mark} {:width$}  {what}", unit.name)
    }));
    for orphan in &plan.orphans {
        let (mark, what) = if orphan.removed {
            ("-", "is no longer in the file: it is deleted")
        } else {
            ("?", "is no longer in the file: delete it with `--remove-orphans`")
        };
        lines.push(format!("  {mark} {}  {what}", orphan.service));
    }
    let waves = (0..plan.waves()).map(|wave| {
        let names = plan.units.iter().filter(|unit| unit.wave == wave).map(|unit| &*unit.name);
        format!("{} {}", wave + 1, names.collect::<Vec<_>>().join(" "))
    });
    lines.push(format!("waves: {}", waves.collect::<Vec<_>>().join("  ")));
    lines.join("\n")
}

/// The mark of a unit, and what is done about it.
pub(crate) fn unit_line(unit: &UnitPlan, release: &Release) -> (&'static str, String) {
    let family = release.units.get(&unit.name).map(|unit| &*unit.family).unwrap_or_default();
    let revision = match &unit.revision {
        RevisionStep::Keep(arn) => short(arn).to_owned(),
        RevisionStep::Register(_) => format!("{family}:new"),
    };
    match &unit.step {
        Step::Nothing => ("=", format!("no change  {revision}")),
        Step::Wait => ("=", format!("is on its way already  {revision}")),
        Step::Create { after_draining: false } => ("+", format!("create service  {revision}")),
        Step::Create { after_draining: true } => {
            ("+", format!("create service, once the old one has drained  {revision}"))
        }
        Step::Update(update) => {
            let from = unit.previous.as_deref().map(short).unwrap_or_default();
            let mut parts = Vec::new();
            if let RevisionStep::Register(differences) = &unit.revision {
                parts.push(format!("new revision of {from}: {}", named(differences)));
            } else if from != revision {
                parts.push(format!("{from} -> {revision}"));
            }
            if !update.differences.is_empty() {
                parts.push(named(&update.differences));
            }
            parts.extend(update.count.map(|(from, to)| format!("desired count {from} -> {to}")));
            if !update.tags.is_empty() {
                parts.push("tags".to_owned());
            }
            if parts.is_empty() {
                parts.push("new tasks".to_owned());
            }
            let how = if update.deploys { "(new deployment)" } else { "(in place)" };
            ("~", format!("{}  {how}", parts.join(", ")))
        }
        Step::TakeBack { service_deployment: _, deployment: _ } => {
            let from = unit.previous.as_deref().map(short).unwrap_or_default();
            ("~", format!("{from} -> {revision}  (the deployment under way is taken back)"))
        }
        Step::Run => (">", format!("run once  {revision}")),
        Step::Attach(tasks) => {
            let tasks = tasks.iter().map(|task| short(task)).collect::<Vec<_>>().join(", ");
            (">", format!("runs already, as task {tasks}  {revision}"))
        }
        Step::Skip => ("=", format!("has run  {revision}")),
    }
}

/// The names of what differs; values stay out.
fn named(differences: &[Difference]) -> String {
    let mut names: Vec<&str> = differences.iter().map(Difference::short_path).collect();
    names.dedup();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", names.join(", "))
}
