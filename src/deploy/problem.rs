//! What stands in the way of a deployment, found before anything is changed.

use std::fmt;

use super::error::{CallError, Trouble};

/// Something that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it is.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Problem {
    /// Something without a remedy that we know of.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, hint } = self;
        f.write_str(message)?;
        hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}

impl From<CallError> for Problem {
    fn from(err: CallError) -> Self {
        let hint = match &err.trouble {
            Trouble::NoCredentials => return no_credentials(&err.message),
            Trouble::Expired => {
                "get new credentials, with `aws sso login` or otherwise; if they are new, the clock of this machine is off"
            }
            Trouble::Denied => return denied(&err),
            Trouble::Lost | Trouble::Garbled => "look at the network, at `--region` and at `--endpoint-url`",
            Trouble::Throttled | Trouble::Server => "run the same command again in a while",
            Trouble::Refused(_) => return Self::new(err.to_string()),
        };
        Self::new(err.to_string()).hint(hint)
    }
}

/// Why there are no credentials, by what those say that were asked for some.
fn no_credentials(message: &str) -> Problem {
    let lower = message.to_lowercase();
    let has = |words: &str| lower.contains(words);
    if has("was not enabled") {
        let places = "the environment, the profile, SSO, web identity, the container, the instance";
        Problem::new(format!("no AWS credentials found: {places} have none"))
            .hint("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with `--aws-profile`")
    } else if has("sso") {
        Problem::new("no AWS credentials: the session of AWS SSO is missing or over")
            .hint("run `aws sso login`, with `--profile` and the profile that is used here")
    } else if has("ttl header") || has("imds") || has("metadata") || has("timed out") || has("timeout") {
        Problem::new(format!("no AWS credentials: the metadata service of the instance did not answer ({message})"))
            .hint("on no instance of EC2, set AWS_EC2_METADATA_DISABLED=true, and name a profile with `--aws-profile`")
    } else {
        Problem::new(format!("no AWS credentials: {message}"))
            .hint("look at the profile that is used, and at where it takes its credentials from")
    }
}

/// A permission that is missing, as far as a message of AWS tells.
///
/// `User: arn:… is not authorized to perform: ecs:UpdateService on resource: arn:… because …`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Permission<'a> {
    /// What is not allowed.
    pub action: Option<&'a str>,
    /// On what.
    pub resource: Option<&'a str>,
    /// To whom.
    pub principal: Option<&'a str>,
}

impl<'a> Permission<'a> {
    /// What a message tells.
    #[must_use]
    pub fn of(message: &'a str) -> Self {
        let after = |word: &str| {
            let (_, rest) = message.split_once(word)?;
            rest.split_whitespace().next().map(|name| name.trim_end_matches(['.', ',']))
        };
        let principal = message.split_whitespace().find(|word| word.starts_with("arn:"));
        Self { action: after("to perform: "), resource: after("on resource: "), principal }
    }
}

/// Which permission is missing.
fn denied(err: &CallError) -> Problem {
    let Permission { action, resource, principal } = Permission::of(&err.message);
    let operation = format!("{}:{}", err.operation.service(), err.operation.as_str());
    let action = action.unwrap_or(&operation);
    let on = resource.map(|resource| format!(" on {resource}")).unwrap_or_default();
    let by = principal.map(|user| format!(" for {user}")).unwrap_or_default();
    let problem = Problem::new(format!("missing permission {action}{on}{by}"));
    if action == "iam:PassRole" {
        problem.hint("who deploys must be allowed to pass the role to ECS: allow `iam:PassRole` on it")
    } else {
        problem.hint(format!("allow `{action}`; `compose2ecs iam-policy` prints all that a deployment needs"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::api::Operation;

    #[track_caller]
    fn check(message: &str, expected: &str) {
        let err = CallError {
            operation: Operation::UpdateService,
            trouble: Trouble::Denied,
            message: message.to_owned(),
            request_id: None,
            resources: Vec::new(),
        };
        assert_eq!(Problem::from(err).message, expected);
    }

    #[track_caller]
    fn check_credentials(message: &str, expected: &str) {
        assert_eq!(no_credentials(message).message, expected);
    }

    #[test]
    fn where_credentials_were_looked_for_is_told() {
        check_credentials(
            "the credential provider was not enabled: no providers in chain provided credentials\n  Ec2InstanceMetadata: …",
            "no AWS credentials found: the environment, the profile, SSO, web identity, the container, the instance have none",
        );
        check_credentials(
            "failed to load the cached SSO token",
            "no AWS credentials: the session of AWS SSO is missing or over",
        );
        check_credentials(
            "token response did not contain a TTL header",
            "no AWS credentials: the metadata service of the instance did not answer (token response did not contain a TTL \
             header)",
        );
        check_credentials("exit code 1", "no AWS credentials: exit code 1");
    }

    #[test]
    fn a_missing_permission_is_named() {
        check(
            "User: arn:aws:iam::1:user/ci is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:x because no policy",
            "missing permission ecs:UpdateService on arn:aws:ecs:x for arn:aws:iam::1:user/ci",
        );
        check("Access denied", "missing permission ecs:UpdateService");
    }
}
