//! `gpus` and `deploy.resources.reservations`: devices that a service asks for by what they can do.

use indexmap::IndexMap;

use crate::compose::value::{integer, take_distinct_texts};
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys, Room, Truncated};
use crate::yaml::list::DistinctStrings;
use crate::yaml::resolve::Value;

/// Devices that a service asks for by what they can do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceRequest {
    /// `capabilities`: what they can do: `gpu`.
    pub capabilities: Vec<Spanned<String>>,
    /// `count` or `device_ids`: how many, or which.
    pub selection: DeviceSelection,
    /// `driver`: whose they are: `nvidia`.
    pub driver: Option<Spanned<String>>,
    /// `options`: of the driver.
    pub options: IndexMap<String, Spanned<String>>,
}

/// Which of the machine's devices are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum DeviceSelection {
    /// `count: all`, in either case, or -1, or neither key: all of them.
    #[default]
    All,
    /// `count`: that many. Docker Compose accepts negative numbers.
    Count(i64),
    /// `device_ids`: these, of which there may be none.
    Ids(Vec<Spanned<String>>),
}

/// A number of something that the user has a word for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GenericResource {
    /// `discrete_resource_spec`: what, and how many.
    pub discrete: Option<DiscreteResource>,
}

/// `discrete_resource_spec`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiscreteResource {
    /// `kind`: what.
    pub kind: String,
    /// `value`: how many.
    pub value: i64,
}

/// Takes `gpus`: `all`, or a list of requests.
pub(super) fn take_gpus(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Vec<Spanned<DeviceRequest>> {
    let Some(node) = keys.node("gpus") else { return Vec::new() };
    match node.value() {
        Some(Value::String("all")) => vec![Spanned::new(DeviceRequest::default(), node.span)],
        Some(Value::String(text)) => {
            let message = format!("invalid value `{text}`: expected `all` or a list of requests");
            diags.error(Code::InvalidValue, node.span, message);
            Vec::new()
        }
        _ => {
            let requests: Vec<Spanned<GpuRequest>> = Vec::decode(node, diags).unwrap_or_default();
            requests.into_iter().map(|request| request.map(|GpuRequest(request)| request)).collect()
        }
    }
}

/// Takes `devices` of `deploy`, each of which must name capabilities.
pub(super) fn take_devices(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Vec<Spanned<DeviceRequest>> {
    let Some(node) = keys.node("devices") else { return Vec::new() };
    for request in node.as_sequence().unwrap_or_default() {
        if request.as_mapping().is_some() && request.get("capabilities").is_none() {
            diags
                .error(Code::MissingKey, request.span, "`capabilities` is missing")
                .hint("a GPU is asked for by `capabilities: [gpu]`");
        }
    }
    Vec::decode(node, diags).unwrap_or_default()
}

impl DeviceRequest {
    /// Takes the keys of a request.
    fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        Self {
            capabilities: DistinctStrings::take(keys, "capabilities", diags),
            selection: DeviceSelection::take(keys, diags),
            driver: keys.take("driver", diags),
            options: take_distinct_texts(keys, "options", diags),
        }
    }
}

impl Decode for DeviceRequest {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let request = Self::take(&mut keys, diags);
        keys.finish("a request for devices", diags);
        Some(request)
    }
}

/// An entry of `gpus`, in which Compose lets unknown keys pass.
struct GpuRequest(DeviceRequest);

impl Decode for GpuRequest {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let request = DeviceRequest::take(&mut keys, diags);
        keys.finish_with(Room::Anything, "a request for devices", diags);
        Some(Self(request))
    }
}

impl DeviceSelection {
    /// Takes `count` and `device_ids`, of which a request may have one.
    fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let count = keys.node("count");
        let ids: Option<Spanned<DistinctStrings>> = keys.take("device_ids", diags);
        let Some(ids) = ids else {
            return count.and_then(|count| Self::count(count, diags)).unwrap_or_default();
        };
        if let Some(count) = count {
            diags
                .error(Code::Conflict, count.span, "`count` and `device_ids` exclude each other")
                .label(ids.span, "`device_ids` stands here");
        }
        Self::Ids(ids.value.0)
    }

    /// Reads `count`.
    fn count(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if matches!(node.value(), Some(Value::String(text)) if text.eq_ignore_ascii_case("all")) {
            return Some(Self::All);
        }
        Some(match integer(node, diags)? {
            -1 => Self::All,
            count => Self::Count(count),
        })
    }
}

impl Decode for GenericResource {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let specification = keys.mapping("discrete_resource_spec", diags);
        keys.finish("a generic resource", diags);
        let Some(mut keys) = specification else { return Some(Self::default()) };
        let kind = keys.take("kind", diags).unwrap_or_default();
        let value = keys.take("value", diags).map(|Truncated(value)| value).unwrap_or_default();
        keys.finish("`discrete_resource_spec`", diags);
        Some(Self { discrete: Some(DiscreteResource { kind, value }) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::service::resources::Resources;
    use crate::testing::{findings, service, sound_service, values};

    #[track_caller]
    fn resources(text: &str) -> Resources {
        sound_service(text).resources
    }

    #[track_caller]
    fn selection(text: &str, expected: DeviceSelection) {
        let request = resources(&format!("gpus: {text}")).gpus.first().map(|request| request.value.selection.clone());
        assert_eq!(request, Some(expected));
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(findings(text, &service(text).1), expected);
    }

    #[test]
    fn all_devices_are_meant_unless_a_number_is_given() {
        selection("all", DeviceSelection::All);
        selection("[{}]", DeviceSelection::All);
        selection("[{count: all}]", DeviceSelection::All);
        selection("[{count: -1}]", DeviceSelection::All);
        selection("[{count: '2'}]", DeviceSelection::Count(2));
        selection("[{count: 0}]", DeviceSelection::Count(0));
    }

    #[test]
    fn a_number_excludes_names() {
        let request = resources("gpus: [{device_ids: [a, b]}]").gpus.first().map(|it| it.value.selection.clone());
        let Some(DeviceSelection::Ids(ids)) = request else { panic!("{request:?}") };
        assert_eq!(values(&ids), ["a", "b"]);
        refused(
            "gpus: [{device_ids: [a], count: 1}]",
            "1 | error[conflict]: `count` and `device_ids` exclude each other",
        );
        refused("gpus: [{device_ids: [a, a]}]", "a | error[invalid-value]: `a` stands twice in the list");
    }

    #[test]
    fn other_values_are_refused() {
        refused(
            "gpus: none",
            "none | error[invalid-value]: invalid value `none`: expected `all` or a list of requests",
        );
        refused("gpus: [{count: x}]", "x | error[wrong-type]: expected a whole number, found a string");
        refused("gpus: [{count: 1.0}]", "1.0 | error[wrong-type]: expected a whole number, found a number");
        refused("gpus:", "gpus | error[wrong-type]: expected a list, found nothing");
    }

    #[test]
    fn unknown_keys_of_gpus_only_draw_a_warning() {
        refused(
            "gpus: [{capability: [gpu]}]",
            "capability | warning[unknown-key]: unknown key `capability`: a request for devices has no such key",
        );
        refused("gpus: [{options: [a, a]}]", "a | error[invalid-value]: this stands twice in the list");
    }

    #[test]
    fn devices_of_deploy_name_capabilities() {
        let text = "{deploy: {resources: {reservations: {devices: [{count: 1}]}}}}";
        refused(text, "{count: 1} | error[missing-key]: `capabilities` is missing");
        let resources = resources(
            "{deploy: {resources: {reservations: {devices: [{capabilities: [gpu], driver: nvidia, options: {a: 1}}]}}}}",
        );
        let reservations = resources.reservations.expect("there are some");
        let request = &reservations.devices.first().expect("a request").value;
        assert_eq!(values(&request.capabilities), ["gpu"]);
        assert_eq!(request.options.get("a").map(|option| option.value.as_str()), Some("1"));
    }

    #[test]
    fn generic_resources_are_counted() {
        let resources = resources(
            "{deploy: {resources: {reservations: {generic_resources:
              [{discrete_resource_spec: {kind: gpu, value: '2', x-note: 1}}, {}]}}}}",
        );
        let discrete = Some(DiscreteResource { kind: "gpu".to_owned(), value: 2 });
        let expected = [GenericResource { discrete }, GenericResource::default()];
        let reservations = resources.reservations.expect("there are some");
        assert_eq!(values(&reservations.generic_resources), expected);
    }
}
