//! What services share: networks, volumes, secrets, configs, models.

mod config;
mod content;
mod model;
mod network;
mod secret;
mod volume;

pub use config::{Config, ConfigContent};
pub use model::Model;
pub use network::{AddressPool, Ipam, Network};
pub use secret::{Secret, SecretContent};
pub use volume::Volume;
