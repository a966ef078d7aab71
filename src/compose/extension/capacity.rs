//! On what tasks run.

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings};
use super::value::{Base, Weight};
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::keys::{Decode, Keys};
use crate::yaml::{Kind, Node};

settings! {
    /// On what tasks run.
    Capacity {
        /// `capacity_providers`: what tasks run on: names such as `FARGATE_SPOT`, or `{provider, base, weight}`.
        capacity_providers: Vec<CapacityProvider>,
        /// `spot`: whether tasks on Fargate run on spare capacity, which costs less and may be taken away.
        spot: bool,
        /// `platform_version`: the version of Fargate: `LATEST` where nothing is said.
        platform_version: String,
        /// `availability_zone_rebalancing`: whether ECS moves tasks until zones have equally many.
        availability_zone_rebalancing: bool,
    }
}

/// A capacity provider, and how many tasks it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapacityProvider {
    /// `provider`: its name.
    pub provider: String,
    /// `base`: how many tasks run with it before others get any.
    pub base: Option<Base>,
    /// `weight`: how many of the further tasks run with it, in proportion to the others.
    pub weight: Option<Weight>,
}

settings! {
    /// A capacity provider as it is written with more than its name.
    Written {
        /// `provider`: its name.
        provider: String,
        /// `base`: how many tasks run with it before others get any.
        base: Base,
        /// `weight`: how many of the further tasks run with it, in proportion to the others.
        weight: Weight,
    }
}

impl Decode for CapacityProvider {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if let Kind::Scalar(_) = &node.kind {
            return String::decode(node, diags).map(|provider| Self { provider, base: None, weight: None });
        }
        let mut keys = Keys::of(node, diags)?;
        let Written { provider, base, weight } = Written::take(&mut keys, diags);
        if keys.node("provider").is_none() {
            diags.error(Code::MissingKey, node.span, "`provider` is missing");
        }
        keys.finish("a capacity provider", diags);
        let (base, weight) = (base.map(|base| base.value), weight.map(|weight| weight.value));
        Some(Self { provider: provider?.value, base, weight })
    }
}

impl Setting for CapacityProvider {
    fn takes() -> Takes {
        Takes::Either(vec![Takes::Text, Takes::Keys(Written::keys())])
    }
}

/// A capacity provider in the words of ecs-compose-x, which are those of ECS with capital letters.
pub(super) struct ComposeX(pub(super) CapacityProvider);

impl Decode for ComposeX {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let provider = keys.require("CapacityProvider", diags);
        let (base, weight) = (keys.take("Base", diags), keys.take("Weight", diags));
        keys.finish("a capacity provider", diags);
        Some(Self(CapacityProvider { provider: provider?, base, weight }))
    }
}
