//! `x-ecs` of a secret at the top of a file: where ECS finds it, and which variables it becomes.

use super::setting::{self, Disagree, Key, Setting, Settings, Texts, before, join, settings};
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

/// `x-ecs` of a secret at the top of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecretExtension {
    /// `arn` or `parameter`: where ECS finds it, whatever `file` or `environment` say to Docker Compose.
    pub origin: Option<SecretOrigin>,
    /// `variable` or `variables`: what it becomes.
    pub variables: SecretVariables,
}

/// Where ECS finds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretOrigin {
    /// `arn`: of a secret in Secrets Manager, or of a parameter.
    Arn(Spanned<String>),
    /// `parameter`: the name of a parameter in the Region of the task.
    Parameter(Spanned<String>),
}

/// The variables that a secret becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretVariables {
    /// `variable` and `json_key`: one variable, named here or else by the service, with the whole or one value.
    One {
        /// `variable`: its name.
        name: Option<Spanned<String>>,
        /// `json_key`: the value of this key, where the secret is a JSON object.
        json_key: Option<Spanned<String>>,
    },
    /// `variables`: keys of the JSON object that the secret is, by the names of variables.
    ByKey(Texts),
}

impl Default for SecretVariables {
    fn default() -> Self {
        Self::One { name: None, json_key: None }
    }
}

settings! {
    /// The keys of `x-ecs` of a secret.
    SecretKeys {
        /// `arn`: of a secret in Secrets Manager, or of a parameter: where ECS finds it, whatever `file` or
        /// `environment` say to Docker Compose.
        arn: String,
        /// `parameter`: the name of a parameter of the Parameter Store, in the Region of the task; in place of `arn`.
        parameter: String,
        /// `variable`: the variable that it becomes. Without it, a variable `NAME_FILE` that names its file gives the
        /// name, or else the file does.
        variable: String,
        /// `json_key`: the key whose value is meant, where the secret is a JSON object.
        json_key: String,
        /// `variables`: keys of the JSON object that the secret is, by the names of the variables that get their values.
        variables: Texts,
    }
}

impl Decode for SecretExtension {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let SecretKeys { arn, parameter, variable, json_key, variables } =
            setting::whole(node, "`x-ecs` of a secret", diags)?;
        exclude(("arn", arn.as_ref()), ("parameter", parameter.as_ref()), diags);
        exclude(("variables", variables.as_ref()), ("variable", variable.as_ref()), diags);
        exclude(("variables", variables.as_ref()), ("json_key", json_key.as_ref()), diags);
        let origin = arn.map(SecretOrigin::Arn).or(parameter.map(SecretOrigin::Parameter));
        let variables = match variables {
            Some(variables) => SecretVariables::ByKey(variables.value),
            None => SecretVariables::One { name: variable, json_key },
        };
        Some(Self { origin, variables })
    }
}

/// Reports two keys of which only one may stand.
fn exclude<T, U>(
    (one, first): (&str, Option<&Spanned<T>>),
    (other, second): (&str, Option<&Spanned<U>>),
    diags: &mut Diagnostics,
) {
    if let (Some(first), Some(second)) = (first, second) {
        diags
            .error(Code::Conflict, second.span, format!("`{one}` and `{other}` exclude each other"))
            .label(first.span, "the first is here");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{decode, messages};

    /// What is found in `x-ecs` of a secret.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(messages(&decode::<SecretExtension>(text).1), expected);
    }

    #[test]
    fn a_secret_is_in_one_place() {
        check("{arn: a, variable: A, json_key: k}", "");
        check("{parameter: /p}", "");
        check("{arn: a, parameter: /p}", "error[conflict]: `arn` and `parameter` exclude each other");
        check("{arm: a}", "error[unknown-key]: unknown key `arm`: `x-ecs` of a secret has no such key");
    }

    #[test]
    fn a_secret_becomes_one_variable_or_several() {
        check("{arn: a, variables: {USER: username, PASSWORD: password}}", "");
        check(
            "{arn: a, variables: {USER: username}, variable: A, json_key: k}",
            "error[conflict]: `variables` and `variable` exclude each other\n\
             error[conflict]: `variables` and `json_key` exclude each other",
        );
    }
}
