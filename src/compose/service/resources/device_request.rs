//! `gpus` and `deploy.resources.reservations`: devices that a service asks for by what they can do.

use indexmap::IndexMap;

use crate::source::Spanned;

/// Devices that a service asks for by what they can do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceRequest {
    /// `capabilities`: what they can do: `gpu`.
    pub capabilities: Vec<String>,
    /// `count`: how many.
    pub count: Option<Spanned<DeviceCount>>,
    /// `device_ids`: which.
    pub device_ids: Vec<String>,
    /// `driver`: whose they are: `nvidia`.
    pub driver: Option<String>,
    /// `options`: of the driver.
    pub options: IndexMap<String, String>,
}

/// How many devices are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceCount {
    /// `all` or -1.
    All,
    /// That many.
    Number(i64),
}

/// A number of something that the user has a word for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GenericResource {
    /// `discrete_resource_spec.kind`: what.
    pub kind: Option<String>,
    /// `discrete_resource_spec.value`: how many.
    pub value: Option<i64>,
}
