//! The variables that stand in a tree.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::problem::MAX_DEPTH;
use super::reference::{Action, Reference};
use crate::yaml::resolve::Value;
use crate::yaml::{Kind, Node};

/// A variable as a file names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variable {
    /// Whether it must have a value: `${A:?}`.
    pub required: bool,
    /// What stands in for a missing value: `${A:-default}`.
    pub default: String,
    /// What stands in for a value: `${A:+alternate}`.
    pub alternate: String,
}

/// Adds the variables below a node. Of several places that name one, the last is kept, the keys being sorted.
pub(in crate::compose) fn inventory(node: &Node, variables: &mut BTreeMap<String, Variable>) {
    match &node.kind {
        Kind::Scalar(scalar) => {
            if let Value::String(text) = scalar.value() {
                add(text, 0, variables);
            }
        }
        Kind::Sequence(items) => items.iter().for_each(|item| inventory(item, variables)),
        Kind::Mapping(mapping) => {
            let mut entries: Vec<_> = mapping.entries().iter().collect();
            entries.sort_by_key(|entry| Rc::clone(&entry.key));
            for entry in entries {
                inventory(&entry.value, variables);
            }
        }
    }
}

/// Adds the variables of a text. What explains why one is required is no place for others.
fn add(text: &str, depth: usize, variables: &mut BTreeMap<String, Variable>) {
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once('$').filter(|_| depth <= MAX_DEPTH) {
        // What is wrong with a reference is for those to say who look at its value.
        let Ok(Some((reference, length))) = Reference::parse(behind) else {
            rest = behind;
            continue;
        };
        rest = behind.get(length..).unwrap_or_default();
        let (name, variable) = match reference {
            Reference::Dollar => continue,
            Reference::Variable(name) => (name, Variable::default()),
            Reference::Operation { name, operator, operand } => match operator.action {
                Action::Default => (name, Variable { default: operand.to_owned(), ..Variable::default() }),
                Action::Replace => (name, Variable { alternate: operand.to_owned(), ..Variable::default() }),
                Action::Require => (name, Variable { required: true, ..Variable::default() }),
            },
        };
        add(&variable.default, depth + 1, variables);
        add(&variable.alternate, depth + 1, variables);
        variables.insert(name.to_owned(), variable);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    /// Checks the variables of a text: `NAME!` is required, `NAME-x` has a default, `NAME+x` an alternate.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut variables = BTreeMap::new();
        inventory(&testing::node(text), &mut variables);
        let shown = |(name, variable): (&String, &Variable)| {
            let Variable { required, default, alternate } = variable;
            let part = |sign: &str, text: &str| if text.is_empty() { String::new() } else { format!("{sign}{text}") };
            let required = if *required { "!" } else { "" };
            format!("{name}{required}{}{}", part("-", default), part("+", alternate))
        };
        assert_eq!(variables.iter().map(shown).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn operators_say_what_a_variable_is_good_for() {
        check(
            "[$A, '${B}', '${C:-c}', '${D-d}', '${E:+e}', '${F+f}', '${G:?m}', '${H?m}']",
            &["A", "B", "C-c", "D-d", "E+e", "F+f", "G!", "H!"],
        );
        check(
            "['${A:-x}:${B:-y}', '${R:-{\"a\": 1}}', '$$J', '$1 $(x)', '${A.B} $K']",
            &["A-x", "B-y", "K", "R-{\"a\": 1}"],
        );
    }

    #[test]
    fn operands_name_variables_too() {
        check("['${A:-${B:-b}}', '${C:+${D}}', '${M:?${N}}']", &["A-${B:-b}", "B-b", "C+${D}", "D", "M!"]);
    }

    #[test]
    fn the_last_place_counts() {
        check("'$A${A:-later}'", &["A-later"]);
        check("{b: $A, a: '${A:-first}'}", &["A"]);
    }
}
