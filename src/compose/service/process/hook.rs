//! `post_start` and `pre_stop`: commands run in a container at the turns of its life.

use indexmap::IndexMap;

use crate::source::Spanned;

/// A command run in a container at a turn of its life.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hook {
    /// `command`: its words.
    pub command: Option<Spanned<Vec<Spanned<String>>>>,
    /// `user`: who runs it.
    pub user: Option<Spanned<String>>,
    /// `privileged`: whether it rules over the machine.
    pub privileged: bool,
    /// `working_dir`: the directory in which it runs.
    pub working_dir: Option<Spanned<String>>,
    /// `environment`: its variables.
    pub environment: IndexMap<String, Spanned<Option<String>>>,
}
