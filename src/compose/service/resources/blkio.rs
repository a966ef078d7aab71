//! `blkio_config`: how a service shares block devices.

use crate::compose::size::{ByteSize, WholeSize};
use crate::diag::{Code, Diagnostics};
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys, Room, wrong_type};
use crate::yaml::resolve::Value;

/// How a service shares block devices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlkioConfig {
    /// `weight`: its weight among the others.
    pub weight: Option<i64>,
    /// `weight_device`: its weight on single devices.
    pub weight_device: Vec<DeviceWeight>,
    /// `device_read_bps`: how many bytes it may read per second.
    pub device_read_bps: Vec<DeviceRate>,
    /// `device_read_iops`: how many reads it may do per second.
    pub device_read_iops: Vec<DeviceRate>,
    /// `device_write_bps`: how many bytes it may write per second.
    pub device_write_bps: Vec<DeviceRate>,
    /// `device_write_iops`: how many writes it may do per second.
    pub device_write_iops: Vec<DeviceRate>,
}

/// A weight on one device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceWeight {
    /// `path`: the device.
    pub path: String,
    /// `weight`: the weight.
    pub weight: i64,
}

/// A rate on one device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceRate {
    /// `path`: the device.
    pub path: String,
    /// `rate`: how much per second; what is counted may also be written as a size.
    pub rate: ByteSize,
}

impl Decode for BlkioConfig {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let config = Self {
            weight: keys.node("weight").and_then(|node| weight(node, diags)),
            weight_device: keys.take("weight_device", diags).unwrap_or_default(),
            device_read_bps: keys.take("device_read_bps", diags).unwrap_or_default(),
            device_read_iops: keys.take("device_read_iops", diags).unwrap_or_default(),
            device_write_bps: keys.take("device_write_bps", diags).unwrap_or_default(),
            device_write_iops: keys.take("device_write_iops", diags).unwrap_or_default(),
        };
        keys.finish_with(Room::Nothing, "`blkio_config`", diags);
        Some(config)
    }
}

impl Decode for DeviceWeight {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let path = keys.take("path", diags).unwrap_or_default();
        let weight = keys.node("weight").and_then(|node| weight(node, diags)).unwrap_or_default();
        keys.finish_with(Room::Nothing, "a device's weight", diags);
        Some(Self { path, weight })
    }
}

impl Decode for DeviceRate {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let path = keys.take("path", diags).unwrap_or_default();
        let rate = keys.take("rate", diags).map(|WholeSize(rate)| rate).unwrap_or_default();
        keys.finish_with(Room::Nothing, "a device's rate", diags);
        Some(Self { path, rate })
    }
}

/// Reads a weight, which unlike other numbers Compose does not take as a string. It has 16 bits; Docker Compose drops
/// the others.
fn weight(node: &Node, diags: &mut Diagnostics) -> Option<i64> {
    const BITS: i64 = 1 << 16;
    if let Some(Value::String(_)) = node.value() {
        wrong_type(node, "a whole number without quotes", diags);
        return None;
    }
    let number = i64::decode(node, diags)?;
    if number < 0 && !matches!(node.value(), Some(Value::Float(float)) if float > 0.0) {
        diags.error(Code::InvalidValue, node.span, format!("invalid value `{number}`: it must be at least 0"));
        return None;
    }
    let weight = number.rem_euclid(BITS);
    if weight != number {
        let message = format!("Docker Compose takes this weight for {weight}: it has more than 16 bits");
        diags.warn(Code::InvalidValue, node.span, message);
    }
    Some(weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::service::resources::Resources;
    use crate::testing::{findings, service, sound_service};

    #[track_caller]
    fn resources(text: &str) -> Resources {
        sound_service(text).resources
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        let text = format!("blkio_config: {text}");
        assert_eq!(findings(&text, &service(&text).1), expected);
    }

    #[test]
    fn rates_are_sizes_and_weights_are_numbers() {
        let config = resources(
            "blkio_config: {weight: 300, weight_device: [{path: /a, weight: 400}],
                            device_read_bps: [{path: /a, rate: 12mb}], device_write_iops: [{rate: 120}]}",
        );
        let rate = |path: &str, rate| DeviceRate { path: path.to_owned(), rate: ByteSize(rate) };
        let expected = BlkioConfig {
            weight: Some(300),
            weight_device: vec![DeviceWeight { path: "/a".to_owned(), weight: 400 }],
            device_read_bps: vec![rate("/a", 12 * 1024 * 1024)],
            device_write_iops: vec![rate("", 120)],
            ..BlkioConfig::default()
        };
        assert_eq!(config.blkio_config.map(|config| config.value), Some(expected));
    }

    #[test]
    fn weights_are_whole_numbers_without_quotes() {
        refused("{weight: '300'}", "'300' | error[wrong-type]: expected a whole number without quotes, found a string");
        refused("{weight: -1}", "-1 | error[invalid-value]: invalid value `-1`: it must be at least 0");
        refused("{weight: 1.5}", "1.5 | error[wrong-type]: expected a whole number, found a number");
        refused(
            "{weight: -1e30}",
            "-1e30 | error[invalid-value]: invalid value `-9223372036854775808`: it must be at least 0",
        );
    }

    #[test]
    fn weights_have_16_bits() {
        let weight = |text: &str| {
            let (service, diags) = service(&format!("blkio_config: {{weight: {text}}}"));
            (service.resources.blkio_config.and_then(|config| config.value.weight), diags.iter().count())
        };
        assert_eq!(weight("1e3"), (Some(1000), 0));
        assert_eq!(weight("70000"), (Some(4464), 1));
        assert_eq!(weight("1e30"), (Some(0), 1));
    }

    #[test]
    fn there_is_no_room_for_the_users_own_keys() {
        let unknown = |what: &str| format!("x-a | error[unknown-key]: unknown key `x-a`: {what} has no such key");
        refused("{x-a: 1}", &unknown("`blkio_config`"));
        refused("{weight_device: [{x-a: 1}]}", &unknown("a device's weight"));
        refused("{device_read_bps: [{x-a: 1}]}", &unknown("a device's rate"));
    }
}
