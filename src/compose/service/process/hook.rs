//! `post_start` and `pre_stop`: commands run in a container at the turns of its life.

use indexmap::IndexMap;

use super::{Words, take_words};
use crate::compose::value::take_variables;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};
use crate::yaml::list::report_repeated;

/// A command run in a container at a turn of its life.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hook {
    /// `command`: its words; `~` is none.
    pub command: Option<Words>,
    /// `user`: who runs it.
    pub user: Option<Spanned<String>>,
    /// `privileged`: whether it rules over the machine.
    pub privileged: bool,
    /// `working_dir`: the directory in which it runs.
    pub working_dir: Option<Spanned<String>>,
    /// `environment`: its variables.
    pub environment: IndexMap<String, Spanned<Option<String>>>,
}

impl Decode for Hook {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        if node.get("command").is_none() {
            diags.error(Code::MissingKey, node.span, "`command` is missing");
        }
        // Elsewhere Compose takes variables that stand twice in a list for one, but it forgets hooks.
        node.get("environment").inspect(|list| report_repeated(list, diags));
        let hook = Self {
            command: take_words(&mut keys, "command", diags),
            user: keys.take("user", diags),
            privileged: keys.take("privileged", diags).unwrap_or_default(),
            working_dir: keys.take("working_dir", diags),
            environment: take_variables(&mut keys, "environment", diags),
        };
        keys.finish("a hook", diags);
        Some(hook)
    }
}
