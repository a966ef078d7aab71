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

mod template;

pub(super) use template::{InterpolationError, Lookup, Problem, substitute};

/// Replaces the variables in all values below a node. What holds none is shared with the tree that came in.
pub(super) fn interpolate(node: &Rc<Node>, variables: Lookup<'_>, diags: &mut Diagnostics) -> Rc<Node> {
    let warned = diags.iter().filter(|finding| finding.code == Code::UnsetVariable);
    let warned = warned.map(|finding| finding.message.clone()).collect();
    Interpolation { variables, warned, shared: BTreeMap::new(), diags }.node(node)
}

/// What stays the same while a tree is walked.
struct Interpolation<'i> {
    variables: Lookup<'i>,
    /// The warnings that were given, each of which is given once.
    warned: BTreeSet<String>,
    /// What became of nodes that several places share, by their address.
    shared: BTreeMap<*const Node, Rc<Node>>,
    diags: &'i mut Diagnostics,
}

impl Interpolation<'_> {
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
            Kind::Sequence(items) => Kind::Sequence(self.values(items.iter())?),
            Kind::Mapping(mapping) => {
                let values = self.values(mapping.entries().iter().map(|entry| &entry.value))?;
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
    fn values<'n>(&mut self, values: impl Iterator<Item = &'n Rc<Node>> + Clone) -> Option<Vec<Rc<Node>>> {
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
        if !scalar.text.contains('$') || !matches!(scalar.value(), Value::String(_)) {
            return None;
        }
        let (diags, warned) = (&mut *self.diags, &mut self.warned);
        let mut unset = |name: &str, range: Range<usize>| {
            let message = format!("the variable `{name}` is not set: it is taken to be empty");
            if warned.insert(message.clone()) {
                diags.warn(Code::UnsetVariable, place(scalar, span, range), message);
            }
        };
        match substitute(&scalar.text, self.variables, &mut unset) {
            Ok(Cow::Borrowed(_)) => None,
            Ok(Cow::Owned(text)) => Some(Scalar { text: text.into(), form: Form::Substituted }),
            Err(InterpolationError { range, problem }) => {
                let place = place(scalar, span, range);
                let finding = self.diags.error(Code::Interpolation, place, problem.to_string());
                match problem {
                    Problem::Required { name, .. } => {
                        finding.hint(format!("set `{name}` in the environment or in `.env`"));
                    }
                    Problem::NoName | Problem::Operator { .. } | Problem::Unclosed { .. } | Problem::Depth => {
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
