//! What a stack and a graph become: one file per format.

use camino::{Utf8Path, Utf8PathBuf};

use crate::ecs::Stack;
use crate::graph::Graph;
use crate::source::Sources;

mod dot;
mod mermaid;
pub mod task_json;
mod words;

/// What a stack can become.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// The inputs of ECS's API, as the AWS CLI takes them with `--cli-input-json`.
    #[default]
    TaskJson,
}

/// What a graph can be drawn in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Drawing {
    /// A flowchart of Mermaid.
    #[default]
    Mermaid,
    /// Graphviz's language.
    Dot,
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Its path below the directory that the user names.
    pub path: Utf8PathBuf,
    /// Its text.
    pub contents: String,
}

/// The files that a stack becomes.
#[must_use]
pub fn emit(stack: &Stack, format: Format) -> Vec<Artifact> {
    match format {
        Format::TaskJson => task_json::emit(stack),
    }
}

/// The folders in which [`emit`] makes files that come and go with what is in a project.
#[must_use]
pub const fn folders(format: Format) -> &'static [&'static str] {
    match format {
        Format::TaskJson => task_json::FOLDERS,
    }
}

/// Whether a file in one of these folders is the work of [`emit`], by its path below the directory and by its text.
#[must_use]
pub fn is_emitted(path: &Utf8Path, contents: &str, format: Format) -> bool {
    match format {
        Format::TaskJson => task_json::is_emitted(path, contents),
    }
}

/// The one document that a stack becomes.
#[must_use]
pub fn document(stack: &Stack) -> String {
    task_json::document(stack)
}

/// The text that a graph becomes. The sources are those in which its places are.
#[must_use]
pub fn draw(graph: &Graph, sources: &Sources, drawing: Drawing) -> String {
    match drawing {
        Drawing::Mermaid => mermaid::draw(graph, sources),
        Drawing::Dot => dot::draw(graph, sources),
    }
}
