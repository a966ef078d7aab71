//! `docs/compose-support.md`, written from the registry.

use std::fmt::Write as _;

use compose2ecs::lower::fate::lookup::{Entry, entries};
use compose2ecs::lower::fate::{Exception, FACETS, Facet, Fate, Outcome, Row};

/// The whole page.
pub(crate) fn table() -> String {
    let mut page = String::from(INTRODUCTION);
    legend(&mut page);
    for facet in FACETS {
        section(facet, &mut page);
    }
    page
}

const INTRODUCTION: &str = "\
# What becomes of every Compose key

Every key and sub-key of the Compose specification, as Docker Compose 2.40.3 has it, and what becomes of it on ECS.
This page is written by `UPDATE_DOCS=1 cargo test --test fates` from the tables in `src/lower/fate`, and a test runs the
translation of an example of every row. `compose2ecs explain KEY` shows a row with its example and what that becomes.

Keys without a beginning are those of a service. `*` stands for a name of your own, `[]` for the items of a list. A key
that only holds other keys, such as `deploy`, has the fates of its keys. ECS fields are those of a task definition, as
RegisterTaskDefinition has them, unless they begin with `services` (CreateService), `tasks` (RunTask), `cluster`
(CreateCluster) or `waves` (the order of deployment).

";

/// What the fates are, and how many keys have each.
fn legend(page: &mut String) {
    page.push_str("| fate | meaning | keys on EC2 | keys on Fargate |\n|---|---|---:|---:|\n");
    let count =
        |fate: Fate, outcome: fn(&Row) -> Outcome| entries().filter(|entry| outcome(entry.row).fate == fate).count();
    for fate in Fate::ALL {
        let (name, meaning) = (fate.as_str(), fate.meaning());
        let (ec2, fargate) = (count(*fate, |row| row.ec2), count(*fate, |row| row.fargate));
        let _ = writeln!(page, "| {name} | {meaning} | {ec2} | {fargate} |");
    }
    let _ = writeln!(page, "| | | {0} | {0} |", entries().count());
}

/// The keys of one facet.
fn section(facet: &Facet, page: &mut String) {
    let (first, rest) = facet.title.split_at(1);
    let _ = writeln!(page, "\n## {}{rest}\n", first.to_uppercase());
    page.push_str("| key | EC2 | Fargate | ECS field | remark |\n|---|---|---|---|---|\n");
    for row in facet.rows {
        for (index, key) in row.keys().enumerate() {
            let entry = Entry { key, row };
            let remark = if index == 0 { remark(row) } else { format!("as `{}`", short(row.key)) };
            let (ec2, fargate) = (row.ec2.fate.as_str(), row.fargate.fate.as_str());
            let _ = writeln!(page, "| `{}` | {ec2} | {fargate} | {} | {remark} |", short(&entry.key), field(row));
        }
    }
}

/// A key as it is written within a service.
fn short(key: &str) -> &str {
    key.strip_prefix("services.*.").unwrap_or(key)
}

/// What a row is in ECS.
fn field(row: &Row) -> String {
    let name = |outcome: Outcome| match outcome.field {
        "" if outcome.fate == Fate::Exact => "what ECS does anyway".to_owned(),
        "" => "none".to_owned(),
        field => format!("`{field}`"),
    };
    let (ec2, fargate) = (name(row.ec2), name(row.fargate));
    match (row.ec2.field, row.fargate.field) {
        _ if ec2 == fargate => ec2,
        (_, "") if row.fargate.fate != Fate::Exact => ec2,
        ("", _) if row.ec2.fate != Fate::Exact => fargate,
        _ => format!("EC2: {ec2}; Fargate: {fargate}"),
    }
}

/// All that is said of a row: how it is translated, why it is not, and which values have another fate.
fn remark(row: &Row) -> String {
    let mut parts = Vec::new();
    let how = Some(row.remark).filter(|remark| !remark.is_empty()).map(str::to_owned);
    // Where it is not translated as it stands, that comes first.
    let (first, last) = if row.ec2.fate == Fate::Exact { (how, None) } else { (None, how) };
    parts.extend(first);
    if row.ec2.reason == row.fargate.reason {
        parts.extend(Some(row.ec2.reason).filter(|reason| !reason.is_empty()).map(str::to_owned));
    } else {
        for (launch_type, outcome) in [("EC2", row.ec2), ("Fargate", row.fargate)] {
            if !outcome.reason.is_empty() {
                parts.push(format!("{launch_type}: {}", outcome.reason));
            }
        }
    }
    parts.extend(last);
    parts.extend(row.exceptions.iter().map(Exception::told));
    parts.join("; ").replace('|', "\\|")
}
