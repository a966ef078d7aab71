//! `models`: AI models that run beside Docker, of which ECS knows none.
//!
//! A service learns from two variables where a model is and what it is called. Where the file sets both, it says itself
//! which model it means on ECS.

use super::fate::fate;
use crate::compose::service::Service;
use crate::compose::service::ignored::model::ModelUse;
use crate::diag::Diagnostics;

/// Reports models whose variables nobody sets.
pub(super) fn report(service: &Service, diags: &mut Diagnostics) {
    for (name, model) in &service.ignored.models {
        let stem = name.to_uppercase().replace('-', "_");
        let (endpoint, called) = match &model.value {
            Some(ModelUse { endpoint_var, model_var }) => (endpoint_var.as_ref(), model_var.as_ref()),
            None => (None, None),
        };
        let endpoint = endpoint.map_or_else(|| format!("{stem}_URL"), |variable| variable.value.clone());
        let called = called.map_or_else(|| format!("{stem}_MODEL"), |variable| variable.value.clone());
        let is_set = |variable: &str| {
            let environment = &service.process.environment;
            environment.get(variable).is_some_and(|variable| variable.value.is_some())
                || service.extension.own.secrets.as_ref().is_some_and(|secrets| secrets.value.contains_key(variable))
        };
        let missing: Vec<String> =
            [endpoint, called].iter().filter(|variable| !is_set(variable)).map(|name| format!("`{name}`")).collect();
        if missing.is_empty() {
            continue;
        }
        let missing = missing.join(" and ");
        fate!("services.*.models").of(name).report(model.span, diags).hint(format!("nobody sets {missing} yet"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{messages, service};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let (service, mut diags) = service(text);
        report(&service, &mut diags);
        let hints = diags.iter().filter_map(|finding| finding.hints.last());
        let shown: Vec<String> = hints.map(|hint| format!("{} ({hint})", messages(&diags))).collect();
        assert_eq!(shown.join("\n"), expected);
    }

    #[test]
    fn a_model_has_two_variables() {
        check(
            "models: [my-llm]",
            "warning[lost]: `my-llm` is left out: ECS runs no models of Docker's (nobody sets `MY_LLM_URL` and \
             `MY_LLM_MODEL` yet)",
        );
        check(
            "{models: {llm: {endpoint_var: E, model_var: M}}, environment: {M: claude}}",
            "warning[lost]: `llm` is left out: ECS runs no models of Docker's (nobody sets `E` yet)",
        );
    }

    #[test]
    fn a_model_may_be_elsewhere() {
        check("{models: [llm], environment: {LLM_URL: 'http://llm', LLM_MODEL: claude}}", "");
        check("{models: {llm: }, environment: {LLM_MODEL: claude}, x-ecs: {secrets: {LLM_URL: /url}}}", "");
    }
}
