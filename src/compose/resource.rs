//! What services share: networks, volumes, secrets, configs, models.

/// A network.
#[derive(Debug, Clone, Default)]
pub struct Network {}

/// A volume.
#[derive(Debug, Clone, Default)]
pub struct Volume {}

/// A secret.
#[derive(Debug, Clone, Default)]
pub struct Secret {}

/// A config.
#[derive(Debug, Clone, Default)]
pub struct Config {}

/// A model.
#[derive(Debug, Clone, Default)]
pub struct Model {}
