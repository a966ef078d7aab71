//! What of the kernel a service sees and may use.

pub mod device;
pub mod ulimit;

use indexmap::IndexMap;

use crate::compose::name::ServiceName;
use crate::compose::size::ByteSize;
use crate::compose::value::{take_non_zero, take_texts};
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::choice::choice;
use crate::yaml::keys::{Decode, Keys, wrong_type};
use crate::yaml::list::{DistinctStrings, UniqueStrings};
use crate::yaml::resolve::Value;
use device::Device;
use ulimit::Ulimit;

/// What of the kernel a service sees and may use.
#[derive(Debug, Clone, Default)]
pub struct Kernel {
    /// `init`: whether an init process runs first.
    pub init: Option<Spanned<bool>>,
    /// `privileged`: whether it rules over the machine.
    pub privileged: Option<Spanned<bool>>,
    /// `cap_add`: Linux capabilities beyond Docker's default.
    pub cap_add: Vec<Spanned<String>>,
    /// `cap_drop`: Linux capabilities that are taken away.
    pub cap_drop: Vec<Spanned<String>>,
    /// `security_opt`: what the kernel's security modules are told.
    pub security_opt: Vec<Spanned<String>>,
    /// `sysctls`: kernel parameters.
    pub sysctls: IndexMap<String, Spanned<String>>,
    /// `ulimits`: resource limits, by their names.
    pub ulimits: IndexMap<String, Spanned<Ulimit>>,
    /// `devices`: devices of the machine.
    pub devices: Vec<Spanned<Device>>,
    /// `device_cgroup_rules`: which devices may be used.
    pub device_cgroup_rules: Vec<Spanned<String>>,
    /// `shm_size`: the size of `/dev/shm`.
    pub shm_size: Option<Spanned<ByteSize>>,
    /// `pid`: whose processes it sees.
    pub pid: Option<Spanned<Namespace>>,
    /// `ipc`: whose shared memory it sees.
    pub ipc: Option<Spanned<Namespace>>,
    /// `uts`: whose host name it sees.
    pub uts: Option<Spanned<Namespace>>,
    /// `userns_mode`: whose user numbers it sees.
    pub userns_mode: Option<Spanned<String>>,
    /// `cgroup`: whose control groups it sees.
    pub cgroup: Option<Spanned<Cgroup>>,
    /// `cgroup_parent`: the control group that its own is put in.
    pub cgroup_parent: Option<Spanned<String>>,
    /// `oom_kill_disable`: whether it survives a lack of memory.
    pub oom_kill_disable: Option<Spanned<bool>>,
    /// `oom_score_adj`: how readily it is killed for a lack of memory.
    pub oom_score_adj: Option<Spanned<i64>>,
    /// `runtime`: the container runtime.
    pub runtime: Option<Spanned<String>>,
    /// `isolation`: how it is kept apart on Windows.
    pub isolation: Option<Spanned<String>>,
    /// `storage_opt`: options of the storage driver, by their names.
    pub storage_opt: IndexMap<String, Spanned<String>>,
}

/// Whose namespace a service shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Namespace {
    /// `host`: the host's.
    Host,
    /// `service:NAME`: another service's.
    Service(ServiceName),
    /// `container:NAME`: that of a container outside the project.
    Container(String),
    /// Anything else: `private`, `shareable`, `none`.
    Other(String),
}

/// `cgroup`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cgroup {
    /// `host`: the machine's.
    Host,
    /// `private`: its own.
    Private,
}

impl Kernel {
    /// Takes the keys of the facet.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        Self {
            init: keys.take("init", diags),
            privileged: keys.take("privileged", diags),
            cap_add: UniqueStrings::take(keys, "cap_add", diags),
            cap_drop: UniqueStrings::take(keys, "cap_drop", diags),
            security_opt: DistinctStrings::take(keys, "security_opt", diags),
            sysctls: take_texts(keys, "sysctls", diags),
            ulimits: keys.take("ulimits", diags).unwrap_or_default(),
            devices: keys.take("devices", diags).unwrap_or_default(),
            device_cgroup_rules: DistinctStrings::take(keys, "device_cgroup_rules", diags),
            shm_size: take_non_zero(keys, "shm_size", diags),
            pid: take_namespace(keys, "pid", diags),
            ipc: take_namespace(keys, "ipc", diags),
            uts: take_namespace(keys, "uts", diags),
            userns_mode: take_non_zero(keys, "userns_mode", diags),
            cgroup: keys.take("cgroup", diags),
            cgroup_parent: take_non_zero(keys, "cgroup_parent", diags),
            oom_kill_disable: keys.take("oom_kill_disable", diags),
            oom_score_adj: take_score(keys, diags),
            runtime: take_non_zero(keys, "runtime", diags),
            isolation: take_non_zero(keys, "isolation", diags),
            storage_opt: take_storage_options(keys, diags),
        }
    }
}

/// Takes `pid`, `ipc` or `uts`; no text is none.
fn take_namespace(keys: &mut Keys<'_>, key: &'static str, diags: &mut Diagnostics) -> Option<Spanned<Namespace>> {
    take_non_zero::<String>(keys, key, diags).map(|text| text.map(|text| Namespace::parse(&text)))
}

impl Namespace {
    /// Reads what Compose takes for any text.
    fn parse(text: &str) -> Self {
        if let Some(service) = text.strip_prefix("service:") {
            Self::Service(ServiceName::new(service))
        } else if let Some(container) = text.strip_prefix("container:") {
            Self::Container(container.to_owned())
        } else if text == "host" {
            Self::Host
        } else {
            Self::Other(text.to_owned())
        }
    }
}

impl Decode for Cgroup {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        choice(node, &[("host", Self::Host), ("private", Self::Private)], diags)
    }
}

/// Takes `oom_score_adj`, within the kernel's bounds.
fn take_score(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Option<Spanned<i64>> {
    let score = take_non_zero::<i64>(keys, "oom_score_adj", diags)?;
    let valid = (-1000..=1000).contains(&score.value);
    if !valid {
        let message = format!("invalid value `{}`: it must be from -1000 to 1000", score.value);
        diags.error(Code::InvalidValue, score.span, message);
    }
    valid.then_some(score)
}

/// Takes `storage_opt`, whose values are strings, whole numbers or nothing.
fn take_storage_options(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> IndexMap<String, Spanned<String>> {
    let Some(mut options) = keys.mapping("storage_opt", diags) else { return IndexMap::new() };
    let mut texts = IndexMap::new();
    for entry in options.entries() {
        if entry.key.starts_with("x-") {
            let message = format!("invalid option `{}`: Compose has no room for keys with `x-` here", entry.key);
            diags.error(Code::InvalidValue, entry.key_span, message);
        }
        if let Some(text) = storage_option(&entry.value, diags) {
            texts.insert(entry.key.to_string(), Spanned::new(text, entry.value.span));
        }
    }
    texts
}

/// Reads one of `storage_opt`'s values as text.
fn storage_option(node: &Node, diags: &mut Diagnostics) -> Option<String> {
    match node.value() {
        Some(value @ (Value::Null | Value::Integer(_) | Value::String(_))) => {
            Some(if value == Value::Null { String::new() } else { value.to_go_string().into_owned() })
        }
        Some(Value::Bool(_) | Value::Float(_) | Value::Timestamp(_)) | None => {
            wrong_type(node, "a string", diags);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, service, sound_service, values};

    #[track_caller]
    fn kernel(text: &str) -> Kernel {
        sound_service(text).kernel
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(findings(text, &service(text).1), expected);
    }

    #[track_caller]
    fn namespace(text: &str, expected: Option<&Namespace>) {
        let pid = kernel(&format!("pid: {text}")).pid;
        assert_eq!(pid.as_ref().map(|pid| &pid.value), expected);
    }

    #[test]
    fn a_namespace_is_the_hosts_or_a_peers() {
        namespace("host", Some(&Namespace::Host));
        namespace("service:db", Some(&Namespace::Service(ServiceName::new("db"))));
        namespace("container:db", Some(&Namespace::Container("db".to_owned())));
        namespace("shareable", Some(&Namespace::Other("shareable".to_owned())));
        namespace("''", None);
    }

    #[test]
    fn some_lists_drop_what_stands_twice_and_others_refuse_it() {
        assert_eq!(values(&kernel("cap_add: [A, B, A]").cap_add), ["A", "B"]);
        refused("security_opt: [a, a]", "a | error[invalid-value]: `a` stands twice in the list");
        refused("device_cgroup_rules: [a, a]", "a | error[invalid-value]: `a` stands twice in the list");
    }

    #[test]
    fn kernel_parameters_are_a_mapping_or_a_list() {
        let expected = [("net.core.somaxconn", "1024"), ("b", "")];
        for text in ["{net.core.somaxconn: 1024, b: }", "[net.core.somaxconn=1024, b]"] {
            let kernel = kernel(&format!("sysctls: {text}"));
            let sysctls: Vec<_> =
                kernel.sysctls.iter().map(|(name, value)| (name.as_str(), value.value.as_str())).collect();
            assert_eq!(sysctls, expected);
        }
    }

    #[test]
    fn a_control_group_is_one_of_two() {
        assert_eq!(kernel("cgroup: host").cgroup.map(|cgroup| cgroup.value), Some(Cgroup::Host));
        refused("cgroup: other", "other | error[invalid-value]: invalid value `other`: it must be `host` or `private`");
    }

    #[test]
    fn a_score_stays_within_the_kernels_bounds() {
        assert_eq!(kernel("oom_score_adj: '-1000'").oom_score_adj.map(|score| score.value), Some(-1000));
        assert_eq!(kernel("oom_score_adj: 0").oom_score_adj, None);
        refused(
            "oom_score_adj: 1001",
            "1001 | error[invalid-value]: invalid value `1001`: it must be from -1000 to 1000",
        );
    }

    #[test]
    fn options_of_the_storage_driver_are_texts() {
        let kernel = kernel("storage_opt: {size: 1G, a: 1, b: }");
        let options: Vec<_> = kernel.storage_opt.values().map(|option| option.value.as_str()).collect();
        assert_eq!(options, ["1G", "1", ""]);
        refused("storage_opt: {a: true}", "true | error[wrong-type]: expected a string, found the boolean `true`");
        refused("storage_opt: {a: 1.5}", "1.5 | error[wrong-type]: expected a string, found a number");
        refused(
            "storage_opt: {x-a: b}",
            "x-a | error[invalid-value]: invalid option `x-a`: Compose has no room for keys with `x-` here",
        );
        refused("storage_opt: [a]", "[a] | error[wrong-type]: expected a mapping, found a list");
    }

    #[test]
    fn the_size_of_shared_memory_is_a_number_or_a_text() {
        let size = |text: &str| kernel(&format!("shm_size: {text}")).shm_size.map(|size| size.value);
        assert_eq!(size("64m"), Some(ByteSize(64 * 1024 * 1024)));
        assert_eq!(size("64000000"), Some(ByteSize(64_000_000)));
        assert_eq!(size("'0'"), None);
    }

    #[test]
    fn switches_take_words() {
        let kernel = kernel("{privileged: 'YES', init: off, oom_kill_disable: on}");
        assert_eq!(kernel.privileged.map(|it| it.value), Some(true));
        assert_eq!(kernel.init.map(|it| it.value), Some(false));
        assert_eq!(kernel.oom_kill_disable.map(|it| it.value), Some(true));
    }
}
