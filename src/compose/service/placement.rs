//! How many of a service run, and where.

pub mod constraint;
pub mod update;

use indexmap::IndexMap;

use crate::compose::value::{take_non_zero, take_texts};
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::keys::Keys;
use crate::yaml::list::UniqueStrings;
use constraint::{Constraint, Preference, Rules};
use update::{RestartPolicy, UpdateConfig};

/// How many of a service run, and where.
#[derive(Debug, Clone, Default)]
pub struct Placement {
    /// `deploy.mode`.
    pub mode: Option<Spanned<Mode>>,
    /// `scale`: how many.
    pub scale: Option<Spanned<u64>>,
    /// `deploy.replicas`: how many; where both stand, they are equal.
    pub replicas: Option<Spanned<u64>>,
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
        let (scale, replicas) = (take_count(keys, "scale", diags), take_count(deploy, "replicas", diags));
        check_replicas(scale, replicas, diags);
        let Rules { constraints, preferences, max_replicas_per_node } =
            deploy.take("placement", diags).unwrap_or_default();
        Self {
            mode: take_word(deploy, "mode", diags),
            scale,
            replicas,
            labels: take_texts(deploy, "labels", diags),
            endpoint_mode: take_word(deploy, "endpoint_mode", diags),
            update_config: deploy.take("update_config", diags),
            rollback_config: deploy.take("rollback_config", diags),
            restart_policy: deploy.take("restart_policy", diags),
            constraints,
            preferences,
            max_replicas_per_node,
            profiles: UniqueStrings::take(keys, "profiles", diags),
        }
    }

    /// How many run, wherever it is said.
    #[must_use]
    pub fn count(&self) -> Option<Spanned<u64>> {
        self.replicas.or(self.scale)
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
fn check_replicas(scale: Option<Spanned<u64>>, replicas: Option<Spanned<u64>>, diags: &mut Diagnostics) {
    if let (Some(scale), Some(replicas)) = (scale, replicas)
        && scale.value != replicas.value
    {
        let message = format!("`scale: {}` contradicts `deploy.replicas: {}`", scale.value, replicas.value);
        diags.error(Code::Conflict, scale.span, message).label(replicas.span, "the other number");
    }
}

/// Takes a number of containers, for which Compose has 63 bits.
fn take_count(keys: &mut Keys<'_>, key: &'static str, diags: &mut Diagnostics) -> Option<Spanned<u64>> {
    let Spanned { value: count, span } = keys.take::<Spanned<i64>>(key, diags)?;
    let Ok(value) = u64::try_from(count) else {
        diags.error(Code::InvalidValue, span, format!("invalid value `{count}`: it must be at least 0"));
        return None;
    };
    Some(Spanned::new(value, span))
}

/// Takes a word; no text is none.
fn take_word<T: From<String>>(keys: &mut Keys<'_>, key: &'static str, diags: &mut Diagnostics) -> Option<Spanned<T>> {
    take_non_zero::<String>(keys, key, diags).map(|word| word.map(T::from))
}

impl Mode {
    /// Its word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Replicated => "replicated",
            Self::Global => "global",
            Self::ReplicatedJob => "replicated-job",
            Self::GlobalJob => "global-job",
            Self::Other(word) => word,
        }
    }
}

impl From<String> for Mode {
    fn from(word: String) -> Self {
        match word.as_str() {
            "replicated" => Self::Replicated,
            "global" => Self::Global,
            "replicated-job" => Self::ReplicatedJob,
            "global-job" => Self::GlobalJob,
            _ => Self::Other(word),
        }
    }
}

impl EndpointMode {
    /// Its word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::VirtualIp => "vip",
            Self::DnsRoundRobin => "dnsrr",
            Self::Other(word) => word,
        }
    }
}

impl From<String> for EndpointMode {
    fn from(word: String) -> Self {
        match word.as_str() {
            "vip" => Self::VirtualIp,
            "dnsrr" => Self::DnsRoundRobin,
            _ => Self::Other(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{messages, service};

    /// What a service says, or what is found in it.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let (service, diags) = service(text);
        assert_eq!(if diags.iter().next().is_some() { messages(&diags) } else { show(&service.placement) }, expected);
    }

    /// The fields that are there.
    fn show(placement: &Placement) -> String {
        let mut shown = Vec::new();
        shown.extend(placement.mode.as_ref().map(|mode| format!("{:?}", mode.value)));
        shown.extend(placement.count().map(|replicas| replicas.value.to_string()));
        shown.extend(placement.labels.iter().map(|(key, value)| format!("{key}={}", value.value)));
        shown.extend(placement.endpoint_mode.as_ref().map(|mode| format!("{:?}", mode.value)));
        shown.extend(placement.constraints.iter().map(|constraint| constraint.value.to_string()));
        shown.extend(placement.preferences.iter().map(|preference| format!("{:?}", preference.value)));
        shown.extend(placement.max_replicas_per_node.map(|limit| format!("max {}", limit.value)));
        shown.extend(placement.profiles.iter().map(|profile| profile.value.clone()));
        shown.join(", ")
    }

    #[test]
    fn a_mode_is_any_text() {
        check("deploy: {mode: global}", "Global");
        check("deploy: {mode: replicated-job}", "ReplicatedJob");
        check("deploy: {mode: swarm}", "Other(\"swarm\")");
        check("deploy: {mode: ''}", "");
        check("deploy: {mode: }", "error[wrong-type]: expected a string, found nothing");
    }

    #[test]
    fn replicas_may_be_a_string() {
        check("deploy: {replicas: 3}", "3");
        check("deploy: {replicas: '3'}", "3");
        check("deploy: {replicas: 2.0}", "2");
        check("scale: 0", "0");
        check("scale: 1.5", "error[wrong-type]: expected a whole number, found a number");
        check("scale: -1", "error[invalid-value]: invalid value `-1`: it must be at least 0");
        check("scale: 9223372036854775807", "9223372036854775807");
        check("scale: 9223372036854775808", "error[wrong-type]: expected a whole number, found a number");
    }

    #[test]
    fn scale_and_replicas_agree() {
        check("scale: 2\ndeploy: {replicas: 2}", "2");
        check("scale: 2\ndeploy: {replicas: 3}", "error[conflict]: `scale: 2` contradicts `deploy.replicas: 3`");
        check("scale: 1\ndeploy: {replicas: 0}", "error[conflict]: `scale: 1` contradicts `deploy.replicas: 0`");
    }

    #[test]
    fn labels_are_a_mapping_or_a_list() {
        check("deploy: {labels: {a: 1, b: , c: true}}", "a=1, b=, c=true");
        check("deploy: {labels: [a=1, a=2, b, c=]}", "a=2, b=, c=");
    }

    #[test]
    fn placement_is_read_whole() {
        check(
            "deploy:\n  endpoint_mode: dnsrr\n  placement:\n    constraints: [node.role==manager, '']\n    \
             preferences: [{spread: node.labels.zone}, {x-why: y}]\n    max_replicas_per_node: '2'",
            "DnsRoundRobin, node.role == manager, , Spread(NodeLabel(\"zone\"), \"node.labels.zone\"), Empty, max 2",
        );
        check("deploy: {placement: }", "error[wrong-type]: expected a mapping, found nothing");
        check(
            "deploy: {placement: {preference: []}}",
            "error[unknown-key]: unknown key `preference`: `placement` has no such key",
        );
    }

    #[test]
    fn profiles_are_known_and_each_counts_once() {
        check("profiles: [a, b, a]", "a, b");
        check("profiles: a", "error[wrong-type]: expected a list, found a string");
    }
}
