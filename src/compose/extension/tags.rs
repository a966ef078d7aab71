//! By which tags things are known, and who may look in.

use indexmap::IndexMap;

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings, words};
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::choice::choice;
use crate::yaml::keys::{Decode, Keys};

settings! {
    /// By which tags things are known, and who may look in.
    Tagging {
        /// `tags`: tags of the task definition, the service and its tasks.
        tags: Tags,
        /// `propagate_tags`: whose tags a task gets: those of the `service`, of the `task_definition`, or `none`.
        propagate_tags: Propagation,
        /// `exec`: whether `aws ecs execute-command` may open a shell in the containers; the task role must allow it.
        exec: bool,
    }
}

/// Whose tags a task gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Propagation {
    /// `service`: the service's.
    Service,
    /// `task_definition`: the task definition's.
    TaskDefinition,
    /// `none`: none.
    None,
}

words!(Propagation: "service" => Self::Service, "task_definition" => Self::TaskDefinition, "none" => Self::None);

/// Tags by their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(pub IndexMap<String, Spanned<String>>);

impl Decode for Tags {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        IndexMap::decode(node, diags).map(Self)
    }
}

impl Setting for Tags {
    fn takes() -> Takes {
        Takes::Map(Box::new(Takes::Text))
    }

    /// Every tag by itself.
    fn joined(
        this: Spanned<Self>,
        other: &Spanned<Self>,
        key: &'static str,
        disagree: &mut Disagree<'_>,
    ) -> Spanned<Self> {
        let Spanned { value: Self(mut tags), span } = this;
        for (name, value) in &other.value.0 {
            if let Some(before) = tags.get(name).filter(|before| before.value != value.value) {
                disagree(key, before.span, value.span);
            }
            tags.entry(name.clone()).or_insert_with(|| value.clone());
        }
        Spanned::new(Self(tags), span)
    }

    fn before(self, other: &Self) -> Self {
        let mut tags = other.0.clone();
        tags.extend(self.0);
        Self(tags)
    }
}
