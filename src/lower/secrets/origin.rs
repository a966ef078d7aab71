//! Where ECS finds the secrets at the top of the file.
//!
//! A name that begins with `arn:` is an ARN, any other that a parameter can have is that of a parameter in the Region of
//! the task, as ECS reads it: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html>.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::compose::extension::{SecretExtension, SecretOrigin, SecretVariables};
use crate::compose::resource::{Secret, SecretContent};
use crate::diag::{Code, Diagnostics};
use crate::ecs::check::is_secret_reference;
use crate::lower::Target;
use crate::source::Spanned;

/// Where ECS finds the secrets of a project that services use.
#[derive(Debug, Clone, Default)]
pub(in crate::lower) struct Origins<'a>(IndexMap<&'a str, Origin<'a>>);

/// Where ECS finds a secret, and what becomes of it.
#[derive(Debug, Clone, Copy)]
pub(in crate::lower) struct Origin<'a> {
    /// The ARN, or the name of a parameter.
    reference: &'a str,
    /// The variables that it becomes.
    pub(super) variables: &'a SecretVariables,
}

impl<'a> Origins<'a> {
    /// Looks for the secrets that services use, and reports those that ECS cannot read.
    pub(in crate::lower) fn find(target: Target<'a>, diags: &mut Diagnostics) -> Self {
        let services = target.project.services.values();
        let used: BTreeSet<&str> = services
            .flat_map(|service| &service.secrets.secrets)
            .map(|grant| grant.value.source.value.as_str())
            .collect();
        let secrets = target.project.secrets.iter().filter(|(key, _)| used.contains(key.as_str()));
        Self(secrets.filter_map(|(key, secret)| Some((key.as_str(), find(key, secret, target, diags)?))).collect())
    }

    /// The origin of a secret; none if that was reported.
    pub(super) fn get(&self, key: &str) -> Option<Origin<'a>> {
        self.0.get(key).copied()
    }
}

impl Origin<'_> {
    /// What ECS is told: the reference, and the key of the object that is meant.
    pub(super) fn value_from(self, json_key: Option<&str>) -> String {
        match json_key {
            Some(key) => format!("{}:{key}::", self.reference),
            None => self.reference.to_owned(),
        }
    }
}

/// Where ECS finds a secret; `None` if that was reported.
fn find<'a>(key: &'a str, secret: &'a Secret, target: Target<'a>, diags: &mut Diagnostics) -> Option<Origin<'a>> {
    // Docker Compose ignores the drivers itself, and labels are for secrets that it makes.
    let Secret { content, name, external: _, driver: _, driver_opts: _, template_driver: _, labels: _, extension } =
        secret;
    let SecretExtension { origin, variables } = extension;
    let reference = match (origin, content) {
        (Some(SecretOrigin::Arn(arn)), _) => checked(arn, diags)?,
        (Some(SecretOrigin::Parameter(name)), _) => checked(name, diags)?,
        (None, Some(content)) if !secret.is_external() => {
            report_content(key, content, target, diags);
            return None;
        }
        (None, _) => {
            let span = target.project.places.find(&["secrets", key]);
            let name = name.as_ref().map_or(Spanned::new(key, span), |name| name.as_ref().map(String::as_str));
            named(name, diags)?
        }
    };
    report_keys(reference, variables, diags);
    Some(Origin { reference: reference.value, variables })
}

/// The ARN or name that `external` and `name` give.
fn named<'a>(name: Spanned<&'a str>, diags: &mut Diagnostics) -> Option<Spanned<&'a str>> {
    let Spanned { value, span } = name;
    if value.starts_with("arn:") || value.starts_with('/') {
        return valid(name, diags);
    }
    let describe = format!("`aws secretsmanager describe-secret --secret-id {} --query ARN`", word(value));
    if value.contains('/') || !is_secret_reference(value) {
        diags
            .error(Code::Refused, span, format!("ECS does not find a secret by the name `{value}`"))
            .hint(format!("for one of Secrets Manager, write its ARN, which {describe} says"))
            .hint("for a parameter of the Parameter Store, write its name as it is there: `/path/name`");
        return None;
    }
    diags
        .note(Code::Inferred, span, format!("the secret `{value}` is taken for the parameter of this name"))
        .hint(format!("for one of Secrets Manager, write its ARN, which {describe} says"));
    Some(name)
}

/// A reference that `x-ecs` gives; `None` if it is none, which is reported.
pub(in crate::lower) fn checked<'a>(
    reference: &'a Spanned<String>,
    diags: &mut Diagnostics,
) -> Option<Spanned<&'a str>> {
    valid(reference.as_ref().map(String::as_str), diags)
}

/// A reference, if it is one; else that is reported.
fn valid<'a>(reference: Spanned<&'a str>, diags: &mut Diagnostics) -> Option<Spanned<&'a str>> {
    let Spanned { value, span } = reference;
    // A name with a `/` inside has one in front, too.
    let is_path = value.starts_with("arn:") || value.starts_with('/') || !value.contains('/');
    if is_path && is_secret_reference(value) {
        return Some(reference);
    }
    diags
        .error(Code::InvalidValue, span, format!("`{value}` is neither an ARN nor the name of a parameter"))
        .hint("write an ARN such as `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-AbCdEf`")
        .hint("or the name of a parameter of the Parameter Store, such as `/shop/token`");
    None
}

/// Reports keys of an object, where the secret is not one of Secrets Manager's, or is said to be a part of one.
fn report_keys(reference: Spanned<&str>, variables: &SecretVariables, diags: &mut Diagnostics) {
    let first = match variables {
        SecretVariables::One { name: _, json_key } => json_key.as_ref(),
        SecretVariables::ByKey(keys) => keys.values().next(),
    };
    let Some(first) = first else { return };
    let mut parts = reference.value.split(':');
    if parts.nth(2) != Some("secretsmanager") {
        diags
            .error(Code::InvalidValue, first.span, "only secrets of Secrets Manager have keys")
            .label(reference.span, "this is a parameter");
    } else if parts.count() != 4 {
        diags
            .error(Code::Conflict, first.span, "the ARN says already which part of the secret is meant")
            .label(reference.span, "it is here");
    }
}

/// Reports a secret whose value is on this machine, with the command that takes it to AWS.
fn report_content(key: &str, content: &SecretContent, target: Target<'_>, diags: &mut Diagnostics) {
    let name = format!("{}/{key}", target.project.name);
    let region = target.options.region.as_ref().map(|region| format!(" --region {region}")).unwrap_or_default();
    let (span, message, value) = match content {
        SecretContent::File(file) => {
            let path = file.value.strip_prefix("./").unwrap_or(&file.value);
            let message = format!("the secret `{key}` is in a file, which ECS cannot read");
            (file.span, message, word(&format!("file://{path}")))
        }
        SecretContent::Environment(variable) => {
            let message = format!("the secret `{key}` is in a variable of this machine, and must not be in the output");
            (variable.span, message, format!("\"${}\"", variable.value))
        }
    };
    diags
        .error(Code::Refused, span, message)
        .hint(format!(
            "keep it in the Parameter Store, `aws ssm put-parameter{region} --name /{name} --type SecureString --value \
             {value}`, and write `{key}: {{external: true, name: /{name}}}`"
        ))
        .hint(format!(
            "or in Secrets Manager, `aws secretsmanager create-secret{region} --name {name} --secret-string {value}`, \
             with its ARN as the `name`"
        ))
        .hint(
            "to keep it as it is for Docker Compose, write `x-ecs: {parameter: NAME}` or `x-ecs: {arn: ARN}` beside it",
        );
}

/// A word of a command as a shell reads it.
fn word(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./:~@%+=,".contains(letter);
    if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LaunchType;
    use crate::testing::lower;

    /// Where ECS finds the secret `s`, and what is found.
    #[track_caller]
    fn check(secret: &str, expected: Option<&str>, findings: &str) {
        let text = format!("{{services: {{web: {{image: x, secrets: [s]}}}}, secrets: {{s: {secret}}}}}");
        let (reference, found) = lower(LaunchType::Ec2, &text, |_, target, diags| {
            let json_key = |variables: &SecretVariables| match variables {
                SecretVariables::One { name: _, json_key } => json_key.as_ref().map(|key| key.value.clone()),
                SecretVariables::ByKey(_) => None,
            };
            let origin = Origins::find(target, diags).get("s");
            origin.map(|origin| origin.value_from(json_key(origin.variables).as_deref()))
        });
        assert_eq!((reference.as_deref(), found.as_str()), (expected, findings));
    }

    const ARN: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/s-AbCdEf";
    const PARAMETER: &str = "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/s";

    #[test]
    fn arns_and_names_of_parameters_are_what_ecs_takes() {
        check(&format!("{{external: true, name: '{ARN}'}}"), Some(ARN), "");
        check(&format!("{{external: true, name: '{PARAMETER}'}}"), Some(PARAMETER), "");
        check(&format!("{{external: {{name: '{ARN}:key::'}}}}"), Some(&format!("{ARN}:key::")), "");
        check("{external: true, name: /shop/s}", Some("/shop/s"), "");
    }

    #[test]
    fn a_plain_name_is_a_parameters() {
        let note = "shop.s | note[inferred]: the secret `shop.s` is taken for the parameter of this name";
        check("{external: true, name: shop.s}", Some("shop.s"), note);
        check(
            "{external: true}",
            Some("s"),
            "s | note[inferred]: the secret `s` is taken for the parameter of this name",
        );
    }

    #[test]
    fn a_name_that_no_parameter_can_have_is_refused() {
        for name in ["shop/s", "a b", "a+b"] {
            let error = format!("{name} | error[refused]: ECS does not find a secret by the name `{name}`");
            check(&format!("{{external: true, name: {name}}}"), None, &error);
        }
        let error =
            "arn:aws:s3:::s | error[invalid-value]: `arn:aws:s3:::s` is neither an ARN nor the name of a parameter";
        check("{external: true, name: arn:aws:s3:::s}", None, error);
    }

    #[test]
    fn what_is_on_this_machine_is_refused() {
        let error = "./s.txt | error[refused]: the secret `s` is in a file, which ECS cannot read";
        check("{file: ./s.txt}", None, error);
        let error =
            "TOKEN | error[refused]: the secret `s` is in a variable of this machine, and must not be in the output";
        check("{environment: TOKEN}", None, error);
    }

    #[test]
    fn our_own_key_wins_over_what_docker_compose_reads() {
        check("{file: ./s.txt, x-ecs: {parameter: s}}", Some("s"), "");
        check(&format!("{{environment: S, x-ecs: {{arn: '{ARN}'}}}}"), Some(ARN), "");
        let error = "a/b | error[invalid-value]: `a/b` is neither an ARN nor the name of a parameter";
        check("{file: ./s.txt, x-ecs: {parameter: a/b}}", None, error);
    }

    #[test]
    fn an_object_has_keys() {
        let with_key = |reference: &str| format!("{{file: f, x-ecs: {{arn: '{reference}', json_key: k}}}}");
        check(&with_key(ARN), Some(&format!("{ARN}:k::")), "");
        let error = "k | error[invalid-value]: only secrets of Secrets Manager have keys";
        check(&with_key(PARAMETER), Some(&format!("{PARAMETER}:k::")), error);
        let error = "k | error[conflict]: the ARN says already which part of the secret is meant";
        let whole = format!("{ARN}:j::");
        check(&with_key(&whole), Some(&format!("{whole}:k::")), error);
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(word("file://a b's"), r"'file://a b'\''s'");
    }
}
