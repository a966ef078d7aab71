//! What of the files has no effect on a deployed service.

use super::lookup::entries;
use super::row::Row;
use super::{Fate, fate};
use crate::compose::Project;
use crate::compose::name::ServiceName;
use crate::diag::Diagnostics;
use crate::options::LaunchType;
use crate::yaml::{Kind, Node};

/// How extensions begin that do have an effect: our own, and those of Docker's retired integration.
const HEEDED: &[&str] = &["x-ecs", "x-aws-"];

/// A key that may lie ahead, and the rest of the path that leads to it.
#[derive(Debug, Clone, Copy)]
struct Ahead<'a> {
    row: &'static Row,
    path: &'a [&'a str],
}

/// Reports, at their places, the keys of files that have no effect. Services whose profiles are not active are no part
/// of what is deployed, and so nothing to report of.
pub(crate) fn report_irrelevant<'n>(
    roots: impl Iterator<Item = &'n Node>,
    (project, launch_type): (&Project, LaunchType),
    diags: &mut Diagnostics,
) {
    let entries: Vec<_> = entries().collect();
    let paths: Vec<Vec<&str>> = entries.iter().map(|entry| super::lookup::segments(&entry.key)).collect();
    let ahead: Vec<Ahead<'_>> =
        entries.iter().zip(&paths).map(|(entry, path)| Ahead { row: entry.row, path }).collect();
    let services: Vec<Ahead<'_>> = ahead.iter().filter_map(|ahead| ahead.step("services")).collect();
    let rest: Vec<Ahead<'_>> = ahead.iter().filter(|ahead| ahead.path.first() != Some(&"services")).copied().collect();
    for root in roots {
        report_below(root, &rest, launch_type, diags);
        let named = root.get("services").and_then(|services| services.as_mapping());
        for entry in named.iter().flat_map(|named| named.entries()) {
            if !project.inactive.contains_key(&ServiceName::new(&*entry.key)) {
                let next: Vec<Ahead<'_>> = services.iter().filter_map(|ahead| ahead.step(&entry.key)).collect();
                report_below(&entry.value, &next, launch_type, diags);
            }
        }
    }
}

/// Reports the keys below a node. The items of a list are at the place of the list.
fn report_below(node: &Node, ahead: &[Ahead<'_>], launch_type: LaunchType, diags: &mut Diagnostics) {
    let mapping = match &node.kind {
        Kind::Scalar(_) => return,
        Kind::Sequence(items) => {
            for item in items {
                report_below(item, ahead, launch_type, diags);
            }
            return;
        }
        Kind::Mapping(mapping) => mapping,
    };
    // Where users choose the names, `x-` is the beginning of one.
    let takes_extensions = ahead.iter().any(|ahead| ahead.path.first().is_some_and(|first| *first != "*"));
    for entry in mapping.entries() {
        if takes_extensions && entry.key.starts_with("x-") {
            if !HEEDED.iter().any(|start| entry.key.starts_with(start)) {
                fate!("x-*").of(&entry.key).report(entry.key_span, diags);
            }
            continue;
        }
        let next: Vec<Ahead<'_>> = ahead.iter().filter_map(|ahead| ahead.step(&entry.key)).collect();
        let here = next.iter().find(|ahead| ahead.path.is_empty()).map(|ahead| ahead.row.on(launch_type));
        match here.filter(|verdict| verdict.fate() == Fate::Irrelevant) {
            Some(verdict) => drop(verdict.report(entry.key_span, diags)),
            None if next.is_empty() => {}
            None => report_below(&entry.value, &next, launch_type, diags),
        }
    }
}

impl<'a> Ahead<'a> {
    /// What is still ahead below a key.
    fn step(&self, key: &str) -> Option<Ahead<'a>> {
        let (head, path) = self.path.split_first()?;
        (*head == "*" || *head == key).then_some(Ahead { row: self.row, path })
    }
}
