//! How Service Connect treats a task.

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings};
use crate::compose::duration::Duration;
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::keys::{Decode, Keys};
use crate::yaml::{Kind, Node};

settings! {
    /// How Service Connect treats a task.
    Connect {
        /// `service_connect`: `false` keeps the task out of Service Connect: peers do not find it, nor it them.
        service_connect: ServiceConnect,
    }
}

settings! {
    /// How Service Connect treats a task.
    ConnectKeys {
        /// `enabled`: whether the task takes part.
        enabled: bool,
        /// `idle_timeout`: after how long without traffic a connection is closed; `0s` is never.
        idle_timeout: Duration,
        /// `request_timeout`: how long an answer may take; `0s` is for ever.
        request_timeout: Duration,
        /// `log`: whether the proxy's output goes where the containers' output goes.
        log: bool,
    }
}

/// `service_connect`: whether a task takes part, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceConnect(pub ConnectKeys);

impl Decode for ServiceConnect {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Scalar(_) => {
                let enabled = Spanned::decode(node, diags)?;
                Some(Self(ConnectKeys { enabled: Some(enabled), ..ConnectKeys::default() }))
            }
            Kind::Mapping(_) | Kind::Sequence(_) => {
                let mut keys = Keys::of(node, diags)?;
                let settings = ConnectKeys::take(&mut keys, diags);
                keys.finish("`x-ecs.service_connect`", diags);
                Some(Self(settings))
            }
        }
    }
}

impl Setting for ServiceConnect {
    fn takes() -> Takes {
        Takes::Either(vec![Takes::Flag, Takes::Keys(ConnectKeys::keys())])
    }

    fn joined(
        this: Spanned<Self>,
        other: &Spanned<Self>,
        _key: &'static str,
        disagree: &mut Disagree<'_>,
    ) -> Spanned<Self> {
        this.map(|Self(this)| Self(this.joined(&other.value.0, disagree)))
    }

    fn before(self, other: &Self) -> Self {
        Self(self.0.before(&other.0))
    }
}
