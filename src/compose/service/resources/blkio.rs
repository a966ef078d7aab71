//! `blkio_config`: how a service shares block devices.

use super::super::super::size::ByteSize;

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
    pub path: Option<String>,
    /// `weight`: the weight.
    pub weight: Option<i64>,
}

/// A rate on one device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceRate {
    /// `path`: the device.
    pub path: Option<String>,
    /// `rate`: how much per second.
    pub rate: Option<ByteSize>,
}
