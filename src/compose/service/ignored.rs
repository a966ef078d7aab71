//! What has no meaning on ECS.

pub mod develop;
pub mod model;
pub mod provider;

use indexmap::IndexMap;

use crate::source::Spanned;
use develop::Develop;
use model::ModelUse;
use provider::Provider;

/// What has no meaning on ECS.
#[derive(Debug, Clone, Default)]
pub struct Ignored {
    /// `annotations`: for the container runtime.
    pub annotations: IndexMap<String, Spanned<String>>,
    /// `attach`: whether `docker compose up` shows its output.
    pub attach: Option<Spanned<bool>>,
    /// `develop`: what `docker compose watch` does.
    pub develop: Option<Spanned<Develop>>,
    /// `models`: AI models that the service speaks to, by their top-level keys.
    pub models: IndexMap<String, Spanned<ModelUse>>,
    /// `provider`: a program that stands in for the service.
    pub provider: Option<Spanned<Provider>>,
    /// `use_api_socket`: whether the container may speak to the Docker engine.
    pub use_api_socket: Option<Spanned<bool>>,
}
