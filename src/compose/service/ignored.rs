//! What has no meaning on ECS.

pub mod develop;
pub mod extends;
pub mod model;
pub mod provider;

use indexmap::IndexMap;

use crate::compose::value::{PlainBool, take_texts};
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::keys::Keys;
use develop::Develop;
use extends::Extends;
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
    /// `extends`: a service to start from that says nothing.
    pub extends: Option<Extends>,
    /// `models`: AI models that the service speaks to, by their top-level keys, and what is said of them.
    pub models: IndexMap<String, Spanned<Option<ModelUse>>>,
    /// `provider`: a program that stands in for the service.
    pub provider: Option<Spanned<Provider>>,
    /// `use_api_socket`: whether the container may speak to the Docker engine.
    pub use_api_socket: Option<Spanned<bool>>,
}

impl Ignored {
    /// Takes the keys that have no meaning on ECS.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        Self {
            annotations: take_texts(keys, "annotations", diags),
            attach: keys.take("attach", diags),
            develop: keys.take_nullable("develop", diags),
            extends: keys.take("extends", diags),
            models: model::take(keys, diags),
            provider: keys.take("provider", diags),
            use_api_socket: keys
                .take("use_api_socket", diags)
                .map(|flag: Spanned<PlainBool>| flag.map(|PlainBool(flag)| flag)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{messages, service};

    /// What is found in a service.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(messages(&service(text).1), expected);
    }

    #[test]
    fn attach_may_be_a_word_but_use_api_socket_may_not() {
        check("attach: 'no'\nuse_api_socket: true", "");
        check("attach: 1", "error[wrong-type]: expected `true` or `false`, found a number");
        check("use_api_socket: 'true'", "error[wrong-type]: expected `true` or `false` without quotes, found a string");
    }

    #[test]
    fn annotations_are_a_mapping_or_a_list() {
        check("annotations: {a: 1, b: , c: true}", "");
        check("annotations: [a=1, b, a=3]", "");
        check("annotations: a", "error[wrong-type]: expected a mapping or a list of `KEY=VALUE`, found a string");
    }

    #[test]
    fn a_provider_has_a_type() {
        check("provider: {type: t, options: {a: 1, b: [1.50, true, x], c: false, d: []}}", "");
        check("provider: {}", "error[missing-key]: `type` is missing");
        check(
            "provider: {type: t, options: {a: }}",
            "error[wrong-type]: expected a string, a number or a boolean, found nothing",
        );
    }

    #[test]
    fn models_are_a_list_or_a_mapping() {
        check("models: [m, n]", "");
        check("models: {m: , n: {}, o: {endpoint_var: E, model_var: M}}", "");
        check("models: [m, m]", "error[invalid-value]: `m` stands twice in the list");
        check("models: {m: {foo: E}}", "error[unknown-key]: unknown key `foo`: a model of a service has no such key");
        check("models: ", "error[wrong-type]: expected a list or a mapping of models, found nothing");
    }
}
