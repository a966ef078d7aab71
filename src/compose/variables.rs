//! The variables that files may name: those of the process, and those of `.env`.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use indexmap::IndexMap;

use super::dotenv::{self, DotenvError};
use crate::world::World;

/// The variables that files may name.
#[derive(Clone)]
pub(super) struct Variables<'w> {
    world: &'w dyn World,
    /// What the program itself says, over all else.
    own: IndexMap<&'static str, String>,
    /// What `.env` or `--env-file` says.
    files: IndexMap<String, String>,
}

impl<'w> Variables<'w> {
    /// The variables of the process.
    pub(super) fn new(world: &'w dyn World) -> Self {
        let own = IndexMap::from([("PWD", world.current_dir().into_string())]);
        Self { world, own, files: IndexMap::new() }
    }

    /// The value of a variable. One of the process wins over one of a file, even if it is empty.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.own.get(name).cloned().or_else(|| self.world.variable(name)).or_else(|| self.files.get(name).cloned())
    }

    /// The value of a variable that the process gives.
    pub(super) fn of_process(&self, name: &str) -> Option<String> {
        self.world.variable(name)
    }

    /// The user's home directory.
    pub(super) fn home(&self) -> Option<Utf8PathBuf> {
        self.of_process("HOME").filter(|home| !home.is_empty()).map(Utf8PathBuf::from)
    }

    /// All variables, as files see them.
    pub(super) fn all(&self) -> BTreeMap<String, String> {
        let mut all: BTreeMap<String, String> = self.files.clone().into_iter().collect();
        all.extend(self.world.variables());
        all.extend(self.own.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        all
    }

    /// Sets a variable over whatever gives it a value.
    pub(super) fn set(&mut self, name: &'static str, value: String) {
        self.own.insert(name, value);
    }

    /// Reads a file of variables. Its lines see those of the process first, then its own, then those of earlier files.
    pub(super) fn read(&self, text: &str) -> Result<dotenv::Variables, DotenvError> {
        dotenv::parse_after(text, &|name| self.of_process(name), &|name| self.files.get(name).cloned())
    }

    /// Reads a file of variables of an included project. Its lines see all of these first, then what `earlier` files say.
    pub(super) fn read_after(
        &self,
        text: &str,
        earlier: &IndexMap<String, Option<String>>,
    ) -> Result<dotenv::Variables, DotenvError> {
        dotenv::parse_after(text, &|name| self.get(name), &|name| earlier.get(name).cloned().flatten())
    }

    /// These variables, and those of an included project where they say nothing.
    pub(super) fn with(&self, more: impl IntoIterator<Item = (String, Option<String>)>) -> Self {
        let mut variables = self.clone();
        variables.add(more);
        variables
    }

    /// Adds what a file says, over what earlier files say.
    pub(super) fn put(&mut self, variables: dotenv::Variables) {
        self.files.extend(variables.into_iter().filter_map(|(name, value)| Some((name, value?))));
    }

    /// Adds what a file says, where earlier files say nothing.
    pub(super) fn add(&mut self, variables: impl IntoIterator<Item = (String, Option<String>)>) {
        for (name, value) in variables.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            self.files.entry(name).or_insert(value);
        }
    }
}
