//! What has no meaning on ECS.

pub mod develop;
pub mod model;
pub mod provider;

use indexmap::IndexMap;

use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::keys::{Decode, KeyValues, Keys, wrong_type};
use crate::yaml::resolve::Value;
use crate::yaml::{Node, Scalar};
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

impl Ignored {
    /// Takes the keys that have no meaning on ECS.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        let KeyValues(annotations) = keys.take("annotations", diags).unwrap_or_default();
        Self {
            annotations: annotations
                .into_iter()
                .map(|(key, value)| (key, value.map(Option::unwrap_or_default)))
                .collect(),
            attach: keys.take("attach", diags),
            develop: keys.take_nullable("develop", diags),
            models: model::take(keys, diags),
            provider: keys.take("provider", diags),
            use_api_socket: keys.take("use_api_socket", diags).map(|flag: Spanned<Flag>| flag.map(|Flag(flag)| flag)),
        }
    }
}

/// A boolean that Compose takes only as such, not as a word for one.
struct Flag(bool);

impl Decode for Flag {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Some(Value::Bool(flag)) = node.as_scalar().map(Scalar::value) else {
            wrong_type(node, "`true` or `false` without quotes", diags);
            return None;
        };
        Some(Self(flag))
    }
}
