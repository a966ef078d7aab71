//! `devices`.

use crate::compose::service::kernel::device::Device;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::{Device as DeviceDefinition, DevicePermission};
use crate::lower::Target;
use crate::lower::fate::fate;
use crate::options::LaunchType;
use crate::source::Spanned;

/// ECS's devices. Fargate has none.
pub(super) fn devices(
    devices: &[Spanned<Device>],
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Vec<DeviceDefinition> {
    match target.launch_type {
        LaunchType::Ec2 => devices.iter().filter_map(|device| definition(device, diags)).collect(),
        LaunchType::Fargate => {
            for device in devices {
                fate!("services.*.devices", target.launch_type).report(device.span, diags);
            }
            Vec::new()
        }
    }
}

/// One device, if ECS can hand it on.
fn definition(device: &Spanned<Device>, diags: &mut Diagnostics) -> Option<DeviceDefinition> {
    let Device { source, target, permissions } = &device.value;
    // The Container Device Interface's names: `vendor.com/class=name`.
    if source.contains('=') && !source.starts_with('/') {
        let message = format!("ECS knows devices by their paths only, not by names such as `{source}`");
        diags.error(Code::Refused, device.span, message).hint("ask for GPUs with `gpus`");
        return None;
    }
    let permissions = permissions_of(permissions, device, diags)?;
    Some(DeviceDefinition { host_path: source.clone(), container_path: Some(target.clone()), permissions })
}

/// What may be done with a device. All of it is ECS's default, and is left out.
fn permissions_of(letters: &str, device: &Spanned<Device>, diags: &mut Diagnostics) -> Option<Vec<DevicePermission>> {
    const ALL: [(char, DevicePermission); 3] =
        [('r', DevicePermission::Read), ('w', DevicePermission::Write), ('m', DevicePermission::Mknod)];
    if let Some(letter) = letters.chars().find(|letter| ALL.iter().all(|(known, _)| known != letter)) {
        let message = format!("invalid permissions `{letters}`: there is no `{letter}`");
        diags.error(Code::Refused, device.span, message).hint("there are `r`, `w` and `m`");
        return None;
    }
    let given = ALL.iter().filter(|(letter, _)| letters.contains(*letter));
    let permissions: Vec<DevicePermission> = given.map(|(_, permission)| *permission).collect();
    Some(if permissions.len() == ALL.len() { Vec::new() } else { permissions })
}
