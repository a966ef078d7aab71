//! The variables that stand in a project, in place of the model.

use super::value::{Fields, Value};
use super::{Format, json, yaml};
use crate::compose::tree::{Tree, Variable};

/// The columns of the table.
const HEADER: [&str; 4] = ["NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE"];

/// How wide a column is at least.
const NARROWEST: usize = 20;

/// How many spaces part two columns at least.
const GAP: usize = 3;

/// The variables, sorted by name; a table without a format.
pub(super) fn document(tree: &Tree, format: Option<Format>) -> String {
    let variables = tree.variables();
    match format {
        None => table(variables.iter().map(|(name, variable)| row(name, variable))),
        Some(Format::Json) => {
            let names = ["Name", "DefaultValue", "PresenceValue", "Required"];
            let entries = variables.iter().map(|(name, variable)| (name.as_str(), fields(name, variable, names)));
            json::plain(&Value::sorted(entries)) + "\n\n"
        }
        Some(Format::Yaml) => {
            let names = ["name", "defaultvalue", "presencevalue", "required"];
            let entries = variables.iter().map(|(name, variable)| (name.as_str(), fields(name, variable, names)));
            yaml::plain(&Value::sorted(entries))
        }
    }
}

/// What is said of a variable.
fn fields<'p>(name: &'p str, variable: &'p Variable, names: [&'static str; 4]) -> Fields<'p> {
    let Variable { required, default, alternate } = variable;
    let values = [name.into(), default.as_str().into(), alternate.as_str().into(), Value::Bool(*required)];
    let mut fields = Fields::default();
    names.into_iter().zip(values).for_each(|(name, value)| fields.put(name, value));
    fields
}

/// A row of the table.
fn row(name: &str, variable: &Variable) -> [String; 4] {
    let Variable { required, default, alternate } = variable;
    [name.to_owned(), required.to_string(), default.clone(), alternate.clone()]
}

/// A table whose columns are as wide as they must be. The last has no end.
fn table(rows: impl Iterator<Item = [String; 4]>) -> String {
    let mut all = vec![HEADER.map(str::to_owned)];
    all.extend(rows);
    let mut widths = [0; HEADER.len()];
    for row in &all {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = NARROWEST.max(cell.chars().count() + GAP).max(*width);
        }
    }
    if let Some(last) = widths.last_mut() {
        *last = 0;
    }
    let line = |row: &[String; 4]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.chain(["\n".to_owned()]).collect::<String>()
    };
    all.iter().map(line).collect()
}
