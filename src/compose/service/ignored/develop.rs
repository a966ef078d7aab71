//! `develop`: what `docker compose watch` does.

use crate::compose::service::process::hook::Hook;
use crate::compose::value::PlainBool;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::choice::choice;
use crate::yaml::keys::{Decode, Keys};
use crate::yaml::list::DistinctStrings;
use crate::yaml::{Kind, Node};

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

impl Decode for Develop {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let watch = keys.take("watch", diags).unwrap_or_default();
        keys.finish("`develop`", diags);
        Some(Self { watch })
    }
}

impl Decode for Watch {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let path: Option<Spanned<String>> = keys.require("path", diags);
        let action: Option<Spanned<WatchAction>> = keys.require("action", diags);
        let target: Option<Spanned<String>> = keys.take("target", diags);
        let (ignore, include) = (patterns("ignore", &mut keys, diags), patterns("include", &mut keys, diags));
        let exec = keys.take("exec", diags);
        let initial_sync = keys.take("initial_sync", diags).is_some_and(|PlainBool(flag)| flag);
        keys.finish("an entry of `watch`", diags);

        let (path, action) = (path?, action?);
        if path.value.is_empty() {
            diags.error(Code::InvalidValue, path.span, "the path to watch is empty");
        }
        let has_target = target.as_ref().is_some_and(|target| !target.value.is_empty());
        if action.value.copies() && !has_target {
            diags.error(Code::MissingKey, action.span, "`target` is missing: this action copies files there");
        }
        Some(Self { path, action, target, ignore, include, exec, initial_sync })
    }
}

/// Takes one pattern, or a list of them.
fn patterns(key: &'static str, keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Vec<Spanned<String>> {
    let Some(node) = keys.node(key) else { return Vec::new() };
    match &node.kind {
        Kind::Sequence(_) => DistinctStrings::decode(node, diags).map(|DistinctStrings(list)| list).unwrap_or_default(),
        Kind::Scalar(_) | Kind::Mapping(_) => Spanned::decode(node, diags).into_iter().collect(),
    }
}

impl WatchAction {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rebuild => "rebuild",
            Self::Sync => "sync",
            Self::Restart => "restart",
            Self::SyncRestart => "sync+restart",
            Self::SyncExec => "sync+exec",
        }
    }

    /// Whether files are copied into the container.
    const fn copies(self) -> bool {
        match self {
            Self::Sync | Self::SyncRestart | Self::SyncExec => true,
            Self::Rebuild | Self::Restart => false,
        }
    }
}

impl Decode for WatchAction {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let actions = [Self::Rebuild, Self::Sync, Self::Restart, Self::SyncRestart, Self::SyncExec];
        choice(node, &actions.map(|action| (action.as_str(), action)), diags)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{messages, service};

    /// What is found in `develop`.
    #[track_caller]
    fn check(develop: &str, expected: &str) {
        assert_eq!(messages(&service(&format!("develop: {develop}")).1), expected);
    }

    #[test]
    fn develop_may_be_empty() {
        check("", "");
        check("{}", "");
        check("{watch: []}", "");
        check("{watch: }", "error[wrong-type]: expected a list, found nothing");
    }

    #[test]
    fn only_what_copies_needs_a_target() {
        check("{watch: [{path: ., action: rebuild}, {path: ., action: restart}]}", "");
        check("{watch: [{path: ., action: sync, target: /app, ignore: a/, include: [b, c], initial_sync: true}]}", "");
        check("{watch: [{path: ., action: sync+exec, target: /app, exec: {command: make all}}]}", "");
        check(
            "{watch: [{path: ., action: sync+restart}]}",
            "error[missing-key]: `target` is missing: this action copies files there",
        );
    }

    #[test]
    fn what_must_be_there_is_there() {
        check("{watch: [{action: rebuild}]}", "error[missing-key]: `path` is missing");
        check("{watch: [{path: .}]}", "error[missing-key]: `action` is missing");
        check("{watch: [{path: '', action: rebuild}]}", "error[invalid-value]: the path to watch is empty");
    }

    #[test]
    fn an_action_is_one_of_five() {
        check(
            "{watch: [{path: ., action: synk}]}",
            "error[invalid-value]: invalid value `synk`: it must be `rebuild`, `sync`, `restart`, `sync+restart` or \
             `sync+exec`",
        );
    }

    #[test]
    fn patterns_are_distinct() {
        check(
            "{watch: [{path: ., action: rebuild, ignore: [a, a]}]}",
            "error[invalid-value]: `a` stands twice in the list",
        );
    }
}
