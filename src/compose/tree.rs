//! What the files of a project say together, before anything has a type.

use std::collections::BTreeMap;
use std::rc::Rc;

use camino::Utf8PathBuf;

use super::interpolate::inventory;
use super::name::ProjectName;
use super::paths;
use super::rebase::rebase;
use crate::yaml::Node;

pub use super::interpolate::Variable;

/// What the files of a project say together: extended, with what they include, and merged.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The project's name.
    pub name: ProjectName,
    /// `name`, as it is written, if that is what the project's name was made of.
    pub written_name: Option<String>,
    /// The absolute directory from which relative paths start.
    pub directory: Utf8PathBuf,
    /// The user's home directory, for which `~` stands.
    pub home: Option<Utf8PathBuf>,
    /// The root.
    pub(crate) root: Rc<Node>,
}

impl Tree {
    /// The absolute path that a path in the files stands for.
    #[must_use]
    pub fn resolve(&self, path: &str) -> Utf8PathBuf {
        paths::resolve(&self.directory, self.home.as_deref(), path)
    }

    /// The same with its paths written from the root of the file system.
    #[must_use]
    pub(crate) fn with_absolute_paths(&self) -> Self {
        Self { root: rebase(&self.root, &self.directory, self.home.as_deref()), ..self.clone() }
    }

    /// The variables that stand in it, by their names. The project's name has its value already.
    #[must_use]
    pub fn variables(&self) -> BTreeMap<String, Variable> {
        let mut variables = BTreeMap::new();
        let mut entries: Vec<_> = self.root.entries().iter().filter(|entry| &*entry.key != "name").collect();
        entries.sort_by_key(|entry| Rc::clone(&entry.key));
        for entry in entries {
            inventory(&entry.value, &mut variables);
        }
        variables
    }
}
