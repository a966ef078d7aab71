//! `credential_spec`: the account under which a container speaks to Active Directory.
//!
//! ECS reads the description of the account from S3 or the Parameter Store:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/linux-gmsa.html>.

use super::Target;
use super::fate::{fate, lost_at};
use crate::compose::service::secrets::{CredentialSpec, Secrets};
use crate::diag::Diagnostics;
use crate::options::LaunchType;
use crate::source::Spanned;

/// Where the account is described: the ARN that is the name of an external config.
pub(super) fn credential_specs(secrets: &Secrets, target: Target<'_>, diags: &mut Diagnostics) -> Vec<String> {
    // Secrets and configs have passes of their own.
    let Secrets { secrets: _, configs: _, credential_spec } = secrets;
    let Some(Spanned { value: CredentialSpec { config, file, registry }, span }) = credential_spec else {
        return Vec::new();
    };
    if let Some(config) = config {
        return of_config(config, target, diags).into_iter().collect();
    }
    let place = file.as_ref().or(registry.as_ref()).map_or(*span, |place| place.span);
    fate!("services.*.credential_spec.file").of("credential_spec").report(place, diags);
    Vec::new()
}

/// The account that a config describes.
fn of_config(config: &Spanned<String>, target: Target<'_>, diags: &mut Diagnostics) -> Option<String> {
    let resource = target.project.configs.get(&config.value).filter(|config| config.is_external());
    let arn = resource.and_then(|resource| resource.name.as_ref()).filter(|name| is_arn(&name.value));
    let Some(arn) = arn else {
        lost_at("credential_spec", config.span, "the config is not one of S3 or the Parameter Store", diags)
            .hint(format!("make it external: `{}: {{external: true, name: arn:aws:s3:::BUCKET/KEY}}`", config.value));
        return None;
    };
    // An instance has joined the domain; no machine of Fargate's has, so the description must say with which account.
    let kind = match target.launch_type {
        LaunchType::Ec2 => "credentialspec",
        LaunchType::Fargate => "credentialspecdomainless",
    };
    Some(format!("{kind}:{}", arn.value))
}

/// Whether a text is an ARN of S3 or of the Parameter Store.
fn is_arn(text: &str) -> bool {
    let mut parts = text.split(':');
    parts.next() == Some("arn") && matches!(parts.nth(1), Some("s3" | "ssm"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::lower;

    /// Where ECS finds the account of a service, and what is found.
    #[track_caller]
    fn check(launch_type: LaunchType, spec: &str, expected: &[&str], findings: &str) {
        let text = format!(
            "{{services: {{web: {{image: x, credential_spec: {{{spec}}}}}}}, configs: {{text: {{content: '{{}}'}}, \
             s3: {{external: true, name: 'arn:aws:s3:::b/web.json'}}, swarm: {{external: true}}}}}}"
        );
        let (specs, found) =
            lower(launch_type, &text, |service, target, diags| credential_specs(&service.secrets, target, diags));
        assert_eq!((specs, found.as_str()), (expected.iter().map(|spec| (*spec).to_owned()).collect(), findings));
    }

    #[test]
    fn ecs_reads_it_from_s3() {
        check(LaunchType::Ec2, "config: s3", &["credentialspec:arn:aws:s3:::b/web.json"], "");
        check(LaunchType::Fargate, "config: s3", &["credentialspecdomainless:arn:aws:s3:::b/web.json"], "");
    }

    #[test]
    fn from_elsewhere_it_is_lost() {
        let elsewhere =
            "warning[lost]: `credential_spec` is left out: ECS reads it from S3 or the Parameter Store only";
        check(LaunchType::Ec2, "file: web.json", &[], &format!("web.json | {elsewhere}"));
        check(LaunchType::Ec2, "registry: web", &[], &format!("web | {elsewhere}"));
        let other = "warning[lost]: `credential_spec` is left out: the config is not one of S3 or the Parameter Store";
        check(LaunchType::Ec2, "config: text", &[], &format!("text | {other}"));
        check(LaunchType::Ec2, "config: swarm", &[], &format!("swarm | {other}"));
    }
}
