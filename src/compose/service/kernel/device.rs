//! `devices`: devices of the machine.

use crate::diag::{Code, Diagnostics};
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

/// A device of the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// `source`: its path on the machine, or its name with the Container Device Interface.
    pub source: String,
    /// `target`: its path in the container; the same where none is given.
    pub target: String,
    /// `permissions`: what may be done with it, of `r`, `w` and `m`; the long form may leave it empty.
    pub permissions: String,
}

impl Device {
    /// Reads `SOURCE[:TARGET[:PERMISSIONS]]`. `None` when there are more parts.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let source = parts.next().unwrap_or_default();
        let target = parts.next().filter(|target| !target.is_empty()).unwrap_or(source);
        let permissions = parts.next().unwrap_or("rwm");
        let device = Self { source: source.to_owned(), target: target.to_owned(), permissions: permissions.to_owned() };
        parts.next().is_none().then_some(device)
    }
}

impl Decode for Device {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if node.as_scalar().is_some() {
            let text = String::decode(node, diags)?;
            let device = Self::parse(&text);
            if device.is_none() {
                diags
                    .error(
                        Code::InvalidValue,
                        node.span,
                        format!("invalid device `{text}`: it has more than three parts"),
                    )
                    .hint("write `source`, `target` and `permissions`, each on its own line");
            }
            return device;
        }
        let mut keys = Keys::of(node, diags)?;
        let source = keys.require("source", diags);
        let target = keys.require("target", diags);
        let permissions = keys.take("permissions", diags).unwrap_or_default();
        keys.finish("a device", diags);
        Some(Self { source: source?, target: target?, permissions })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::compose::service::kernel::Kernel;
    use crate::testing::{findings, service, sound_service};

    #[track_caller]
    fn kernel(text: &str) -> Kernel {
        sound_service(text).kernel
    }

    #[track_caller]
    fn check(text: &str, source: &str, target: &str, permissions: &str) {
        let [source, target, permissions] = [source, target, permissions].map(str::to_owned);
        let kernel = kernel(&format!("devices: [{text}]"));
        assert_eq!(
            kernel.devices.first().map(|device| device.value.clone()),
            Some(Device { source, target, permissions })
        );
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        let text = format!("devices: [{text}]");
        assert_eq!(findings(&text, &service(&text).1), expected);
    }

    #[test]
    fn parts_follow_one_another() {
        check("/dev/a", "/dev/a", "/dev/a", "rwm");
        check("'/dev/a:/dev/b'", "/dev/a", "/dev/b", "rwm");
        check("'/dev/a:/dev/b:rw'", "/dev/a", "/dev/b", "rw");
        check("'/dev/a::r'", "/dev/a", "/dev/a", "r");
        check("'/dev/a:rwm'", "/dev/a", "rwm", "rwm");
        check("'/dev/a:/dev/b:'", "/dev/a", "/dev/b", "");
        check("vendor.com/class=name", "vendor.com/class=name", "vendor.com/class=name", "rwm");
    }

    #[test]
    fn the_long_form_names_its_parts() {
        check("{source: /dev/a, target: /b, permissions: r}", "/dev/a", "/b", "r");
        check("{source: /dev/a, target: /b}", "/dev/a", "/b", "");
        refused("{source: /dev/a}", "{source: /dev/a} | error[missing-key]: `target` is missing");
        refused("{target: /dev/a}", "{target: /dev/a} | error[missing-key]: `source` is missing");
    }

    #[test]
    fn there_are_three_parts_at_most() {
        refused(
            "'a:b:c:d'",
            "'a:b:c:d' | error[invalid-value]: invalid device `a:b:c:d`: it has more than three parts",
        );
    }

    proptest! {
        #[test]
        fn reading_a_device_never_panics(text in ".*") {
            let _ = Device::parse(&text);
        }

        #[test]
        fn a_device_reads_back(source in "/[a-z]{1,8}", target in "/[a-z]{1,8}", permissions in "[rwm]{1,3}") {
            let text = format!("{source}:{target}:{permissions}");
            prop_assert_eq!(Device::parse(&text), Some(Device { source, target, permissions }));
        }
    }
}
