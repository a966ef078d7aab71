//! The names that services use for each other, and where they do.

use indexmap::IndexMap;

use super::mention::Mention;
use crate::compose::name::ServiceName;

/// What one service makes of another's name.
#[derive(Debug, Clone)]
pub(super) struct Use<'a> {
    /// Who uses the name.
    pub(super) user: &'a ServiceName,
    /// What it names.
    pub(super) mention: Mention<'a>,
    /// What kind of place it is.
    pub(super) kind: UseKind,
}

/// Where a name is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum UseKind {
    /// As the target of a readiness wait.
    Wait,
    /// As the target of a readiness wait that disappears with its service.
    RemovedWait,
    /// In the environment or the command.
    Mention,
    /// In `links`.
    Link,
}

/// The names that services use for each other.
#[derive(Debug, Default)]
pub(super) struct Uses<'a> {
    list: Vec<Use<'a>>,
    of: IndexMap<&'a ServiceName, Vec<usize>>,
    by: IndexMap<&'a ServiceName, Vec<usize>>,
}

impl<'a> Uses<'a> {
    /// Adds a use of a name.
    pub(super) fn push(&mut self, name: Use<'a>) {
        self.of.entry(name.mention.service).or_default().push(self.list.len());
        self.by.entry(name.user).or_default().push(self.list.len());
        self.list.push(name);
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Use<'a>> {
        self.list.iter()
    }

    /// The uses of a service's name.
    pub(super) fn of(&self, service: &ServiceName) -> impl Iterator<Item = &Use<'a>> {
        self.of.get(service).into_iter().flatten().filter_map(|place| self.list.get(*place))
    }

    /// The uses of names by a service.
    pub(super) fn by(&self, service: &ServiceName) -> impl Iterator<Item = &Use<'a>> {
        self.by.get(service).into_iter().flatten().filter_map(|place| self.list.get(*place))
    }
}
