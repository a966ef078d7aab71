//! `${VARIABLE}` in values.
//!
//! Values only, never keys: <https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md>.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use crate::diag::{Code, Diagnostics};
use crate::source::Span;
use crate::yaml::resolve::Value;
use crate::yaml::{Entry, Form, Kind, Mapping, Node, Scalar};

mod budget;
mod inventory;
mod problem;
mod reference;
mod template;
mod written;

use template::{Piece, substitute_pieces};

pub(super) use budget::Budget;
pub use inventory::Variable;
pub(super) use inventory::inventory;
pub(super) use problem::{InterpolationError, Problem};
pub(super) use reference::names;
pub(super) use template::{Lookup, substitute};
pub(super) use written::Written;

/// Replaces the variables in all values below a node. What holds none is shared with the tree that came in. `written`
/// remembers what was replaced.
pub(super) fn interpolate(
    node: &Rc<Node>,
    variables: Lookup<'_>,
    written: &mut Written,
    diags: &mut Diagnostics,
) -> Rc<Node> {
    let warned = diags.iter().filter(|finding| finding.code == Code::UnsetVariable);
    let warned = warned.map(|finding| finding.message.clone()).collect();
    let (shared, budget) = (BTreeMap::new(), Budget::new());
    Interpolation { variables, budget, warned, shared, written, diags }.node(node)
}

/// The value of a variable at a place where only its name stands; `before` is what may be told of it instead.
pub(super) fn supplied(span: Span, before: &str, value: &str, written: &mut Written) -> Rc<Node> {
    let scalar = |text: Cow<'_, str>| Scalar { text: text.into(), form: Form::Substituted };
    let piece = Piece { value: 0..value.len(), written: 0..before.len() };
    written.remember(span, &scalar(before.into()), value, vec![piece]);
    Rc::new(Node::new(span, Kind::Scalar(scalar(value.into()))))
}

/// What stays the same while a tree is walked.
struct Interpolation<'i> {
    variables: Lookup<'i>,
    budget: Budget,
    /// The warnings that were given, each of which is given once.
    warned: BTreeSet<String>,
    /// What became of nodes that several places share, by their address.
    shared: BTreeMap<*const Node, Rc<Node>>,
    written: &'i mut Written,
    diags: &'i mut Diagnostics,
}

impl Interpolation<'_> {
    /// What becomes of a node; one that several places share is worked through once.
    fn node(&mut self, node: &Rc<Node>) -> Rc<Node> {
        if Rc::strong_count(node) == 1 {
            return self.changed(node).map_or_else(|| Rc::clone(node), Rc::new);
        }
        if let Some(known) = self.shared.get(&Rc::as_ptr(node)) {
            return Rc::clone(known);
        }
        let result = self.changed(node).map_or_else(|| Rc::clone(node), Rc::new);
        self.shared.insert(Rc::as_ptr(node), Rc::clone(&result));
        result
    }

    /// What a node becomes, if it does not stay as it is.
    fn changed(&mut self, node: &Node) -> Option<Node> {
        let kind = match &node.kind {
            Kind::Scalar(scalar) => Kind::Scalar(self.scalar(scalar, node.span)?),
            Kind::Sequence(items) => Kind::Sequence(self.values(&items.iter())?),
            Kind::Mapping(mapping) => {
                let values = self.values(&mapping.entries().iter().map(|entry| &entry.value))?;
                let mut entries = mapping.entries().iter().zip(values).map(|(entry, value)| Entry {
                    key: Rc::clone(&entry.key),
                    key_span: entry.key_span,
                    value,
                });
                let own = entries.by_ref().take(mapping.own().len()).collect();
                Kind::Mapping(Mapping::new(own, entries))
            }
        };
        Some(Node { span: node.span, tag: node.tag, kind })
    }

    /// What values become, unless all of them stay as they are.
    fn values<'n>(&mut self, values: &(impl Iterator<Item = &'n Rc<Node>> + Clone)) -> Option<Vec<Rc<Node>>> {
        let mut result = Vec::new();
        for (index, value) in values.clone().enumerate() {
            let new = self.node(value);
            if result.is_empty() && Rc::ptr_eq(&new, value) {
                continue;
            }
            if result.is_empty() {
                result.extend(values.clone().take(index).map(Rc::clone));
            }
            result.push(new);
        }
        (!result.is_empty()).then_some(result)
    }

    /// What a scalar becomes, if it does not stay as it is.
    fn scalar(&mut self, scalar: &Scalar, span: Span) -> Option<Scalar> {
        let may_change = scalar.text.contains('$') && matches!(scalar.value(), Value::String(_));
        if !may_change || self.budget.is_exhausted() {
            return None;
        }
        let (diags, warned) = (&mut *self.diags, &mut self.warned);
        let mut unset = |name: &str, range: Range<usize>| {
            let message = format!("the variable `{name}` is not set: it is taken to be empty");
            if warned.insert(message.clone()) {
                diags.warn(Code::UnsetVariable, place(scalar, span, range), message);
            }
        };
        let counted = |name: &str| self.budget.count((self.variables)(name));
        let result = substitute_pieces(&scalar.text, &counted, &mut unset);
        if self.budget.is_exhausted() {
            self.diags.error(Code::Limit, span, Problem::Size.to_string());
            return None;
        }
        match result {
            Ok((Cow::Borrowed(_), _)) => None,
            Ok((Cow::Owned(text), pieces)) => {
                self.written.remember(span, scalar, &text, pieces);
                Some(Scalar { text: text.into(), form: Form::Substituted })
            }
            Err(InterpolationError { range, problem }) => {
                let place = place(scalar, span, range);
                let finding = self.diags.error(Code::Interpolation, place, problem.to_string());
                match problem {
                    Problem::Required { name, .. } => {
                        finding.hint(format!("set `{name}` in the environment or in `.env`"));
                    }
                    Problem::NoName | Problem::Operator | Problem::Unclosed | Problem::Depth | Problem::Size => {
                        finding.hint("a `$` that stands for itself is written `$$`");
                    }
                }
                None
            }
        }
    }
}

/// Where a part of a scalar was written, if its text stands in the file as it is; else where the scalar was.
fn place(scalar: &Scalar, span: Span, range: Range<usize>) -> Span {
    let quotes = match scalar.form {
        Form::Plain => 0,
        Form::Quoted => 1,
        Form::Substituted => return span,
    };
    // Escapes and folded lines are longer than what they stand for, but for `\L` and `\P`.
    let as_written =
        span.range().len() == scalar.text.len() + 2 * quotes && !scalar.text.contains(['\n', '\u{2028}', '\u{2029}']);
    let offset = |index: usize| u32::try_from(quotes + index).ok().map(|offset| span.start.saturating_add(offset));
    match (offset(range.start), offset(range.end)) {
        (Some(start), Some(end)) if as_written => Span { start, end, ..span },
        _ => span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    /// A scalar that was written as `source`.
    fn scalar(source: &str, text: &str, form: Form, start: usize) -> Rc<Node> {
        let span = testing::span(start, start + source.len());
        Rc::new(Node::new(span, Kind::Scalar(Scalar { text: text.into(), form })))
    }

    fn plain(text: &str) -> Rc<Node> {
        scalar(text, text, Form::Plain, 0)
    }

    fn mapping(entries: Vec<(&str, Rc<Node>)>, own: usize) -> Rc<Node> {
        let span = plain("").span;
        let mut entries = entries
            .into_iter()
            .map(|(key, value)| Entry { key: key.into(), key_span: span, value })
            .collect::<Vec<_>>();
        let merged = entries.split_off(own);
        Rc::new(Node::new(span, Kind::Mapping(Mapping::new(entries, merged))))
    }

    fn sequence(items: Vec<Rc<Node>>) -> Rc<Node> {
        Rc::new(Node::new(plain("").span, Kind::Sequence(items)))
    }

    fn variables(name: &str) -> Option<String> {
        (name == "A").then(|| "s3cret".to_owned())
    }

    fn run(node: &Rc<Node>) -> (Rc<Node>, Diagnostics) {
        let mut diags = Diagnostics::default();
        let result = interpolate(node, &variables, &mut Written::default(), &mut diags);
        (result, diags)
    }

    /// Checks the text that a scalar becomes, and where in it a finding lies.
    #[track_caller]
    fn check_place(source: &str, text: &str, form: Form, expected: &str) {
        let (_, diags) = run(&scalar(source, text, form, 100));
        let finding = diags.iter().next().unwrap();
        let range = finding.span.unwrap().range();
        assert_eq!(source.get(range.start - 100..range.end - 100), Some(expected));
        assert!(!finding.message.contains("s3cret"));
    }

    #[test]
    fn values_change_and_keys_do_not() {
        let tree = mapping(vec![("$A", sequence(vec![plain("x"), plain("$A"), plain("y")])), ("k", plain("v"))], 2);
        let (result, diags) = run(&tree);
        let items = result.get("$A").unwrap().as_sequence().unwrap();
        let texts: Vec<&str> = items.iter().map(|item| &*item.as_scalar().unwrap().text).collect();
        assert_eq!(texts, ["x", "s3cret", "y"]);
        assert_eq!(items[1].as_scalar().unwrap().form, Form::Substituted);
        assert_eq!(diags.iter().count(), 0);
    }

    #[test]
    fn what_does_not_change_is_shared() {
        let unchanged = sequence(vec![plain("x"), plain("$1")]);
        let tree = mapping(vec![("a", Rc::clone(&unchanged)), ("b", plain("$A"))], 2);
        let (result, _) = run(&tree);
        assert!(Rc::ptr_eq(result.get("a").unwrap(), &unchanged));
        assert!(Rc::ptr_eq(&run(&unchanged).0, &unchanged));
    }

    #[test]
    fn an_anchor_is_worked_through_once() {
        let mut shared = plain("$A");
        for _ in 0..64 {
            shared = sequence(vec![Rc::clone(&shared), shared]);
        }
        let (result, _) = run(&shared);
        let items = result.as_sequence().unwrap();
        assert!(Rc::ptr_eq(&items[0], &items[1]));
    }

    #[test]
    fn what_was_merged_stays_behind_what_was_written() {
        let tree = mapping(vec![("a", plain("$A")), ("b", plain("x")), ("c", plain("$A"))], 1);
        let (result, _) = run(&tree);
        let mapping = result.as_mapping().unwrap();
        assert_eq!((mapping.own().len(), mapping.entries().len()), (1, 3));
    }

    #[test]
    fn a_missing_variable_is_warned_of_once_in_all_files() {
        let tree = sequence(vec![plain("$U"), plain("${U}"), plain("$V")]);
        let mut diags = Diagnostics::default();
        interpolate(&tree, &variables, &mut Written::default(), &mut diags);
        interpolate(&tree, &variables, &mut Written::default(), &mut diags);
        let messages: Vec<&str> = diags.iter().map(|finding| finding.message.as_str()).collect();
        let expected = [
            "the variable `U` is not set: it is taken to be empty",
            "the variable `V` is not set: it is taken to be empty",
        ];
        assert_eq!(messages, expected);
    }

    #[test]
    fn a_finding_lies_at_the_variable() {
        check_place("x $A ${U} y", "x $A ${U} y", Form::Plain, "${U}");
        check_place("\"ü ${A:-${U:?m}}\"", "ü ${A:-${U:?m}}", Form::Quoted, "${U:?m}");
        check_place("'${A.b}'", "${A.b}", Form::Quoted, "${A.b}");
    }

    #[test]
    fn a_finding_lies_at_the_scalar_when_the_text_was_written_otherwise() {
        check_place("'it''s $U'", "it's $U", Form::Quoted, "'it''s $U'");
        check_place("\"a\\n$U\"", "a\n$U", Form::Quoted, "\"a\\n$U\"");
        check_place("|\n $U\n", "$U\n", Form::Quoted, "|\n $U\n");
        check_place("|\n $U", "$U\n", Form::Quoted, "|\n $U");
    }

    #[test]
    fn a_mistake_leaves_the_text_and_is_an_error() {
        let tree = plain("${A.b}");
        let (result, diags) = run(&tree);
        assert!(Rc::ptr_eq(&result, &tree) && diags.has_errors());
    }
}
