//! A Compose project as its files mean it: typed, with every short form written out and every key accounted for.
//!
//! The words are Compose's: <https://github.com/compose-spec/compose-spec/blob/main/spec.md>.

use std::rc::Rc;

use camino::Utf8PathBuf;
use indexmap::IndexMap;

use crate::source::Span;
use crate::yaml::Node;

pub mod duration;
pub mod environment;
pub mod extension;
pub mod load;
pub mod name;
pub mod nano_cpus;
pub mod resource;
pub mod service;
pub mod size;
pub mod tree;

mod check;
pub(crate) mod conceal;
mod decode;
mod discover;
mod dotenv;
mod env_file;
mod extends;
pub(crate) mod foreign;
mod form;
mod include;
mod interpolate;
mod merge;
mod paths;
mod rebase;
mod select;
mod value;
mod variables;
pub(crate) mod words;

use name::{ProjectName, ServiceName};
use resource::{Config, Model, Network, Secret, Volume};
use service::Service;

/// A project: what `docker compose config` would print.
#[derive(Debug, Clone)]
pub struct Project {
    /// The project's name.
    pub name: ProjectName,
    /// `name`, as it is written, if the project is named by it.
    pub written_name: Option<String>,
    /// The absolute directory from which relative paths start.
    pub directory: Utf8PathBuf,
    /// The user's home directory, for which `~` stands.
    pub home: Option<Utf8PathBuf>,
    /// `services`: those that are active, in the order of the files.
    pub services: IndexMap<ServiceName, Service>,
    /// The profiles of the services that are not.
    pub inactive: IndexMap<ServiceName, Vec<String>>,
    /// `networks`, by their keys.
    pub networks: IndexMap<String, Network>,
    /// `volumes`, by their keys.
    pub volumes: IndexMap<String, Volume>,
    /// `secrets`, by their keys.
    pub secrets: IndexMap<String, Secret>,
    /// `configs`, by their keys.
    pub configs: IndexMap<String, Config>,
    /// `models`, by their keys.
    pub models: IndexMap<String, Model>,
    /// `x-ecs`: what Compose cannot say.
    pub extension: extension::ProjectExtension,
    /// Where every key was written.
    pub places: Places,
    /// What was written for ecs-cli, and where.
    pub ecs_params: Option<Places>,
}

impl Project {
    /// The absolute path that a path in the file stands for: from the project's directory, or from `~`.
    #[must_use]
    pub fn resolve(&self, path: &str) -> Utf8PathBuf {
        paths::resolve(&self.directory, self.home.as_deref(), path)
    }
}

/// Where the keys of a project were written.
#[derive(Debug, Clone)]
pub struct Places {
    /// The merged tree that the project was read from.
    root: Rc<Node>,
}

impl Places {
    /// The places in a tree.
    #[must_use]
    pub(crate) const fn new(root: Rc<Node>) -> Self {
        Self { root }
    }

    /// The merged tree that the project was read from.
    #[must_use]
    pub(crate) fn root(&self) -> Rc<Node> {
        Rc::clone(&self.root)
    }

    /// Where a path was written, or the longest part of it that was: the place of the last key that is there.
    #[must_use]
    pub fn find(&self, path: &[&str]) -> Span {
        self.follow(path).0
    }

    /// Where a path was written, if all of it was: the place of its last key.
    #[must_use]
    pub fn exact(&self, path: &[&str]) -> Option<Span> {
        let (span, length) = self.follow(path);
        (length == path.len()).then_some(span)
    }

    /// What was written under a path.
    #[must_use]
    pub(crate) fn node(&self, path: &[&str]) -> Option<&Node> {
        let mut node = &self.root;
        for key in path {
            node = node.get(key)?;
        }
        Some(node)
    }

    /// What was written at a place, as an item of the list under a path.
    #[must_use]
    pub(crate) fn item(&self, path: &[&str], place: Span) -> Option<&Node> {
        let items = self.node(path)?.as_sequence()?;
        items.iter().find(|item| item.span == place).map(|item| &**item)
    }

    /// Follows a path as far as it was written.
    fn follow(&self, path: &[&str]) -> (Span, usize) {
        let (mut node, mut span, mut length) = (&self.root, self.root.span, 0);
        for key in path {
            let Some(entry) = node.as_mapping().and_then(|mapping| mapping.get(key)) else { break };
            (node, span, length) = (&entry.value, entry.key_span, length + 1);
        }
        (span, length)
    }
}
