//! What the drawings of a graph have in common: words for reasons and places.

use crate::graph::{Cause, Edge, Graph, Reason};
use crate::source::{FileId, Sources, Span};

/// Writes reasons with their places.
pub(super) struct Words<'a> {
    sources: &'a Sources,
    /// The one file that all places are in, which need not be named.
    only: Option<FileId>,
}

impl<'a> Words<'a> {
    /// The words for a graph.
    pub(super) fn new(graph: &Graph, sources: &'a Sources) -> Self {
        let mut files = graph.spans().map(|span| span.file);
        let first = files.next();
        Self { sources, only: first.filter(|first| files.all(|file| file == *first)) }
    }

    /// The reasons of an edge, a line each.
    pub(super) fn lines(&self, edge: &Edge) -> Vec<String> {
        edge.reasons.iter().map(|reason| self.line(reason)).collect()
    }

    /// A reason and its place.
    fn line(&self, reason: &Reason) -> String {
        let Reason { cause, by, span } = reason;
        let place = self.place(*span);
        let said = match cause {
            Cause::DependsOn { condition, required } => {
                let optional = if *required { "" } else { ", not required" };
                format!("depends_on: {}{optional}, {place}", condition.as_str())
            }
            Cause::Key(key) => format!("{key}, {place}"),
            Cause::Wait { target, idiom } => format!("waits for {target} ({idiom}, {place})"),
            Cause::Mention { variable: Some(variable) } => format!("names it in {variable}, {place}"),
            Cause::Mention { variable: None } => format!("names it in its command, {place}"),
        };
        by.as_ref().map_or_else(|| said.clone(), |by| format!("{by}: {said}"))
    }

    /// A place, as people say it.
    fn place(&self, span: Span) -> String {
        let line = self.sources.position(span).line;
        if self.only == Some(span.file) {
            return format!("line {line}");
        }
        format!("{}:{line}", self.sources.get(span.file).name())
    }
}
