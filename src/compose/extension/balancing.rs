//! The load balancers that lead to a service.

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings};
use super::value::PortNumber;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

/// A target group that leads to a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancer {
    /// `target_group`: the target group's ARN.
    pub target_group: Spanned<String>,
    /// `container_port`: the port that it leads to; the only one where nothing is said.
    pub container_port: Option<Spanned<PortNumber>>,
}

settings! {
    /// A target group as it is written.
    Written {
        /// `target_group`: the ARN of the target group.
        target_group: String,
        /// `container_port`: the port that it leads to; may be left out where there is but one.
        container_port: PortNumber,
    }
}

impl Decode for LoadBalancer {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let Written { target_group, container_port } = Written::take(&mut keys, diags);
        if keys.node("target_group").is_none() {
            diags.error(Code::MissingKey, node.span, "`target_group` is missing");
        }
        keys.finish("an entry of `x-ecs.load_balancers`", diags);
        Some(Self { target_group: target_group?, container_port })
    }
}

impl Setting for LoadBalancer {
    fn takes() -> Takes {
        Takes::Keys(Written::keys())
    }
}
