//! The variables of a container: plain ones, and those whose values ECS reads from a secret store.

use indexmap::IndexMap;
use indexmap::map::Entry;

use super::Target;
use super::env_files::{self, KeptFiles};
use super::secrets::{self, Granted, Origins, SecretVariable};
use crate::compose::conceal::told_name;
use crate::compose::service::Service;
use crate::diag::{Code, Diagnostics};
use crate::ecs::KeyValue;
use crate::ecs::container::{EnvironmentFile, Secret};
use crate::source::Spanned;

/// The variables of a container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct VariablesDefinition {
    /// Those whose values are known, in the order of the file.
    pub(super) environment: Vec<KeyValue>,
    /// Files with more of them.
    pub(super) environment_files: Vec<EnvironmentFile>,
    /// Those whose values ECS reads from a secret store.
    pub(super) secrets: Vec<Secret>,
}

/// The variables of a service, as the file writes them.
type Written = IndexMap<String, Spanned<Option<String>>>;

/// Says which variables a container gets.
pub(super) fn variables(
    service: &Service,
    origins: &Origins<'_>,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> VariablesDefinition {
    let written = &service.process.environment;
    let Granted { variables, replaced } = secrets::granted(service, origins, diags);
    let KeptFiles { files, spans } = env_files::kept_files(&service.process, target, diags);
    let is_elsewhere =
        |name: &str, variable: &Spanned<Option<String>>| replaced.contains(&name) || spans.contains(&variable.span);
    VariablesDefinition {
        environment: environment(written, &is_elsewhere, diags),
        environment_files: files,
        secrets: unique(&variables, written, diags),
    }
}

/// The variables that have a value here. As in Compose, one that is named but set nowhere is not set in the container.
fn environment(
    written: &Written,
    is_elsewhere: &dyn Fn(&str, &Spanned<Option<String>>) -> bool,
    diags: &mut Diagnostics,
) -> Vec<KeyValue> {
    let mut environment = Vec::with_capacity(written.len());
    for (name, variable) in written.iter().filter(|(name, variable)| !is_elsewhere(name, variable)) {
        if let Some(value) = &variable.value {
            environment.push(KeyValue { name: name.clone(), value: value.clone() });
        } else {
            let message = format!("the variable `{}` is left out: it is set nowhere", told_name(name));
            diags.note(Code::UnsetVariable, variable.span, message);
        }
    }
    environment
}

/// Secret variables, each once. ECS takes no variable that is a secret and plain, or two secrets.
fn unique(variables: &[SecretVariable], written: &Written, diags: &mut Diagnostics) -> Vec<Secret> {
    let mut found: IndexMap<&str, &SecretVariable> = IndexMap::new();
    for variable in variables {
        let name = variable.name.as_str();
        if let Some(plain) = written.get(name).filter(|plain| plain.value.is_some()) {
            diags
                .error(Code::Conflict, variable.span, format!("`{name}` is both a secret and a plain variable"))
                .label(plain.span, "its value stands here")
                .hint(format!("take `{name}` out of the environment, or give the secret another name"));
        }
        match found.entry(name) {
            Entry::Vacant(entry) => drop(entry.insert(variable)),
            Entry::Occupied(entry) if entry.get().value_from == variable.value_from => {}
            Entry::Occupied(entry) => {
                diags
                    .error(Code::Conflict, variable.span, format!("two secrets want to be the variable `{name}`"))
                    .label(entry.get().span, "the first is here")
                    .hint("name another with `x-ecs: {variable: NAME}` of the secret");
            }
        }
    }
    let secret = |(name, variable): (&str, &SecretVariable)| Secret {
        name: name.to_owned(),
        value_from: variable.value_from.clone(),
    };
    found.into_iter().map(secret).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LaunchType;
    use crate::testing::lower;

    /// The variables of a service with some keys, secret ones behind `<`, and what is found.
    #[track_caller]
    fn check(keys: &str, expected: &str, findings: &str) {
        let text = format!(
            "{{services: {{web: {{image: x, {keys}}}}}, secrets: {{a: {{external: true, name: /a}}, b: {{external: \
             true, name: /b}}}}}}"
        );
        let (shown, found) = lower(LaunchType::Ec2, &text, |service, target, diags| {
            let origins = Origins::find(target, diags);
            let VariablesDefinition { environment, environment_files: _, secrets } =
                variables(service, &origins, target, diags);
            let plain = environment.into_iter().map(|variable| format!("{}={}", variable.name, variable.value));
            let secret = secrets.into_iter().map(|secret| format!("{}<{}", secret.name, secret.value_from));
            plain.chain(secret).collect::<Vec<_>>().join(" ")
        });
        assert_eq!((shown.as_str(), found.as_str()), (expected, findings));
    }

    #[test]
    fn a_variable_without_a_value_is_left_out() {
        check("environment: {B: 1, A: ''}", "B=1 A=", "");
        let note = "A | note[unset-variable]: the variable `A` is left out: it is set nowhere";
        check("environment: [A]", "", note);
    }

    #[test]
    fn a_secret_takes_the_place_of_the_variable_that_names_its_file() {
        check(
            "environment: {X: 1, A_FILE: /run/secrets/a}, secrets: [a]",
            "X=1 A</a",
            "/run/secrets/a | warning[approximated]: `A` holds the secret `a`, in place of `A_FILE`: ECS makes no file \
             of it",
        );
    }

    #[test]
    fn a_variable_has_one_value() {
        check(
            "environment: {A: 1}, x-ecs: {secrets: {A: /a}}",
            "A=1 A</a",
            "/a | error[conflict]: `A` is both a secret and a plain variable",
        );
        check(
            "environment: [A], x-ecs: {secrets: {A: /a}}",
            "A</a",
            "A | note[unset-variable]: the variable `A` is left out: it is set nowhere",
        );
        check(
            "environment: {A_FILE: /run/secrets/a}, secrets: [a], x-ecs: {secrets: {A: /a}}",
            "A</a",
            "/run/secrets/a | warning[approximated]: `A` holds the secret `a`, in place of `A_FILE`: ECS makes no file \
             of it",
        );
        check(
            "environment: {A_FILE: /run/secrets/a}, secrets: [a], x-ecs: {secrets: {A: /b}}",
            "A</a",
            "/run/secrets/a | warning[approximated]: `A` holds the secret `a`, in place of `A_FILE`: ECS makes no file \
             of it\n/b | error[conflict]: two secrets want to be the variable `A`",
        );
    }
}
