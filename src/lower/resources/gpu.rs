//! GPUs, from `gpus`, `deploy.resources.reservations.devices`, and generic resources that are called so.

use crate::compose::service::resources::device_request::{
    DeviceRequest, DeviceSelection, DiscreteResource, GenericResource,
};
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::{ResourceRequirement, ResourceType};
use crate::lower::Target;
use crate::lower::fate::{fate, lost_at};
use crate::options::LaunchType;
use crate::source::Spanned;

/// What a GPU of NVIDIA may be asked to do:
/// <https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html>.
const ABILITIES: &[&str] = &["compute", "compat32", "graphics", "utility", "video", "display", "ngx"];

/// ECS's requirement of GPUs: the sum of all requests, those under `gpus` and those under `devices`.
pub(super) fn requirements(
    (gpus, devices): (&[Spanned<DeviceRequest>], &[Spanned<DeviceRequest>]),
    generic: &[Spanned<GenericResource>],
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Vec<ResourceRequirement> {
    let under = |key| move |request| (key, request);
    let requests = gpus.iter().map(under("gpus")).chain(devices.iter().map(under("devices")));
    let count =
        requests.fold(0_i64, |count, (key, request)| count.saturating_add(requested(key, request, target, diags)));
    let count =
        generic.iter().fold(count, |count, resource| count.saturating_add(called_gpus(resource, target, diags)));
    let requirement = || ResourceRequirement { value: count.to_string(), kind: ResourceType::Gpu };
    (count > 0).then(requirement).into_iter().collect()
}

/// How many GPUs a generic resource stands for, by the names that nodes of a swarm give them.
fn called_gpus(resource: &Spanned<GenericResource>, target: Target<'_>, diags: &mut Diagnostics) -> i64 {
    let GenericResource { discrete } = &resource.value;
    let Some(DiscreteResource { kind, value }) = discrete else { return 0 };
    if !matches!(kind.to_ascii_lowercase().as_str(), "gpu" | "gpus" | "nvidia-gpu" | "nvidia_gpu") {
        fate!("services.*.deploy.resources.reservations.generic_resources").report(resource.span, diags);
        return 0;
    }
    if target.launch_type == LaunchType::Fargate {
        fate!("services.*.gpus", target.launch_type).report(resource.span, diags);
        return 0;
    }
    (*value).max(0)
}

/// How many GPUs a request under a key asks for.
fn requested(key: &str, request: &Spanned<DeviceRequest>, target: Target<'_>, diags: &mut Diagnostics) -> i64 {
    // The options are the driver's, which ECS chooses; the further capabilities are those of a GPU anyway.
    let DeviceRequest { capabilities, selection, driver, options: _ } = &request.value;
    let other_driver = driver.as_ref().filter(|driver| !matches!(driver.value.as_str(), "" | "nvidia"));
    if let Some(driver) = other_driver {
        lost_at(key, driver.span, "ECS knows GPUs of NVIDIA only", diags);
        return 0;
    }
    let is_gpu = capabilities.iter().any(|capability| matches!(capability.value.as_str(), "gpu" | "nvidia"));
    // Under `gpus`, that it is one need not be said.
    let is_other = |capability: &&Spanned<String>| key != "gpus" || !ABILITIES.contains(&capability.value.as_str());
    if let Some(other) = capabilities.iter().find(is_other).filter(|_| !is_gpu) {
        let why = format!("ECS reserves GPUs, and no device with the capability `{}`", other.value);
        lost_at(key, other.span, &why, diags);
        return 0;
    }
    if target.launch_type == LaunchType::Fargate {
        fate!("services.*.gpus", target.launch_type).report(request.span, diags);
        return 0;
    }
    match selection {
        DeviceSelection::Count(count) => (*count).max(0),
        DeviceSelection::All => {
            lost_at(key, request.span, "ECS must know how many GPUs a container gets", diags)
                .hint("write how many, such as `count: 1`");
            0
        }
        DeviceSelection::Ids(ids) => {
            let message = format!("ECS reserves {} of the GPUs, but does not let them be chosen", ids.len());
            diags.warn(Code::Approximated, request.span, message);
            i64::try_from(ids.len()).unwrap_or(i64::MAX)
        }
    }
}
