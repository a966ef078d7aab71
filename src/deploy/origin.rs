//! Where the containers of a unit are written, as people say it.

use std::collections::BTreeMap;

use crate::graph::{self, Part};
use crate::source::{Sources, Span};

/// Where a container is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The container's name.
    pub container: String,
    /// The name of its service in the Compose file.
    pub service: String,
    /// The file and the line of each part that is written: `compose.yml:14`.
    places: BTreeMap<Part, String>,
}

impl Origin {
    /// The file and the line of a part, if it is written.
    #[must_use]
    pub fn written(&self, part: Part) -> Option<&str> {
        self.places.get(&part).map(String::as_str)
    }

    /// The file and the line of a part, or of the service.
    #[must_use]
    pub fn place(&self, part: Part) -> &str {
        self.written(part).or_else(|| self.written(Part::Whole)).unwrap_or_default()
    }
}

/// Where the containers of a task are written.
#[must_use]
pub fn origins(task: &graph::Task, sources: &Sources) -> Vec<Origin> {
    let origin = |node: &graph::Node| {
        let graph::Origin { container, places } = node.origin.as_ref()?;
        let place = |span: Span| format!("{}:{}", sources.get(span.file).name(), sources.position(span).line);
        let places = places.iter().map(|(part, span)| (*part, place(*span)));
        Some(Origin { container: container.clone(), service: node.name.clone(), places: places.collect() })
    };
    task.containers.iter().filter_map(origin).collect()
}
