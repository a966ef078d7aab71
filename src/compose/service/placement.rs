//! How many of a service run, and where.

pub mod constraint;
pub mod update;

use indexmap::IndexMap;

use super::super::resource;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};
use crate::yaml::list::UniqueStrings;
use constraint::{Constraint, Preference, Rules};
use update::{RestartPolicy, UpdateConfig};

/// How many of a service run, and where.
#[derive(Debug, Clone, Default)]
pub struct Placement {
    /// `deploy.mode`.
    pub mode: Option<Spanned<Mode>>,
    /// `deploy.replicas` or `scale`: how many.
    pub replicas: Option<Spanned<u32>>,
    /// `deploy.labels`: of the service.
    pub labels: IndexMap<String, Spanned<String>>,
    /// `deploy.endpoint_mode`: how Swarm answers for the service's name.
    pub endpoint_mode: Option<Spanned<EndpointMode>>,
    /// `deploy.update_config`: how a new revision takes over.
    pub update_config: Option<Spanned<UpdateConfig>>,
    /// `deploy.rollback_config`: how the revision before comes back.
    pub rollback_config: Option<Spanned<UpdateConfig>>,
    /// `deploy.restart_policy`: what happens when a container ends.
    pub restart_policy: Option<Spanned<RestartPolicy>>,
    /// `deploy.placement.constraints`: where containers must run.
    pub constraints: Vec<Spanned<Constraint>>,
    /// `deploy.placement.preferences`: over what containers had better be spread.
    pub preferences: Vec<Spanned<Preference>>,
    /// `deploy.placement.max_replicas_per_node`: how many may share a machine; 0 is any number.
    pub max_replicas_per_node: Option<Spanned<u64>>,
    /// `profiles`: what must be active for the service to be there; the loader has chosen by them.
    pub profiles: Vec<Spanned<String>>,
}

/// `deploy.mode`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `replicated`: as many as `replicas` says.
    #[default]
    Replicated,
    /// `global`: one on every machine.
    Global,
    /// `replicated-job`: as many as `replicas` says, until they end.
    ReplicatedJob,
    /// `global-job`: one on every machine, until it ends.
    GlobalJob,
    /// Anything else, which Docker Compose takes for `replicated`.
    Other(String),
}

/// `deploy.endpoint_mode`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndpointMode {
    /// `vip`: one address that stands for all containers.
    VirtualIp,
    /// `dnsrr`: the addresses of all containers, in turns.
    DnsRoundRobin,
    /// Anything else, which Docker Compose lets pass.
    Other(String),
}

impl Placement {
    /// Takes `scale`, `profiles`, and from `deploy` all but `resources`.
    pub(super) fn take(keys: &mut Keys<'_>, deploy: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let scale = keys.take("scale", diags);
        let replicas = deploy.take("replicas", diags);
        let Rules { constraints, preferences, max_replicas_per_node } =
            deploy.take("placement", diags).unwrap_or_default();
        Self {
            mode: deploy.take("mode", diags),
            replicas: agreed_replicas(scale, replicas, diags),
            labels: resource::labels(deploy, diags),
            endpoint_mode: deploy.take("endpoint_mode", diags),
            update_config: deploy.take("update_config", diags),
            rollback_config: deploy.take("rollback_config", diags),
            restart_policy: deploy.take("restart_policy", diags),
            constraints,
            preferences,
            max_replicas_per_node,
            profiles: keys.take("profiles", diags).map(|UniqueStrings(profiles)| profiles).unwrap_or_default(),
        }
    }

    /// Whether the service runs until it ends, and then is done.
    #[must_use]
    pub fn is_job(&self) -> bool {
        match self.mode.as_ref().map(|mode| &mode.value) {
            Some(Mode::ReplicatedJob | Mode::GlobalJob) => true,
            Some(Mode::Replicated | Mode::Global | Mode::Other(_)) | None => false,
        }
    }
}

/// `scale` and `deploy.replicas` say the same, so both must give the same number.
fn agreed_replicas(
    scale: Option<Spanned<u32>>,
    replicas: Option<Spanned<u32>>,
    diags: &mut Diagnostics,
) -> Option<Spanned<u32>> {
    if let (Some(scale), Some(replicas)) = (scale, replicas) {
        if scale.value != replicas.value {
            let message = format!("`scale: {}` contradicts `deploy.replicas: {}`", scale.value, replicas.value);
            diags.error(Code::Conflict, scale.span, message).label(replicas.span, "the other number");
        }
    }
    replicas.or(scale)
}

impl Decode for Mode {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let text = String::decode(node, diags)?;
        Some(match text.as_str() {
            // Docker Compose reads the empty word as none.
            "replicated" | "" => Self::Replicated,
            "global" => Self::Global,
            "replicated-job" => Self::ReplicatedJob,
            "global-job" => Self::GlobalJob,
            _ => Self::Other(text),
        })
    }
}

impl Decode for EndpointMode {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let text = String::decode(node, diags)?;
        Some(match text.as_str() {
            "vip" | "" => Self::VirtualIp,
            "dnsrr" => Self::DnsRoundRobin,
            _ => Self::Other(text),
        })
    }
}
