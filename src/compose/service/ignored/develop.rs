//! `develop`: what `docker compose watch` does.

use super::super::process::hook::Hook;
use crate::source::Spanned;

/// What `docker compose watch` does.
#[derive(Debug, Clone, Default)]
pub struct Develop {
    /// `watch`: what happens when files change.
    pub watch: Vec<Spanned<Watch>>,
}

/// What happens when files change.
#[derive(Debug, Clone)]
pub struct Watch {
    /// `path`: the files.
    pub path: Spanned<String>,
    /// `action`: what happens.
    pub action: Spanned<WatchAction>,
    /// `target`: where the files go in the container.
    pub target: Option<Spanned<String>>,
    /// `ignore`: files that do not count.
    pub ignore: Vec<Spanned<String>>,
    /// `include`: files that alone count.
    pub include: Vec<Spanned<String>>,
    /// `exec`: the command that runs with `sync+exec`.
    pub exec: Option<Spanned<Hook>>,
    /// `initial_sync`: whether files are copied at first.
    pub initial_sync: bool,
}

/// What happens when files change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WatchAction {
    /// `rebuild`: the image is built again.
    Rebuild,
    /// `sync`: the files are copied.
    Sync,
    /// `restart`: the container restarts.
    Restart,
    /// `sync+restart`: both.
    SyncRestart,
    /// `sync+exec`: the files are copied, and a command runs.
    SyncExec,
}
