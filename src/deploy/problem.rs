//! What stands in the way of a deployment, found before anything is changed.

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

impl From<CallError> for Problem {
    fn from(err: CallError) -> Self {
        let hint = match &err.trouble {
            Trouble::NoCredentials => {
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with `--aws-profile`, or run \
                 `aws sso login`"
            }
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

/// Which permission is missing, in the words of the message that AWS gives.
///
/// `User: arn:… is not authorized to perform: ecs:UpdateService on resource: arn:… because …`
fn denied(err: &CallError) -> Problem {
    let after = |word: &str| {
        let (_, rest) = err.message.split_once(word)?;
        rest.split_whitespace().next().map(|name| name.trim_end_matches(['.', ',']))
    };
    let operation = format!("{}:{}", err.operation.service(), err.operation.as_str());
    let action = after("to perform: ").unwrap_or(&operation);
    let on = after("on resource: ").map(|resource| format!(" on {resource}")).unwrap_or_default();
    let user = err.message.split_whitespace().find(|word| word.starts_with("arn:"));
    let by = user.map(|user| format!(" for {user}")).unwrap_or_default();
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

    #[test]
    fn a_missing_permission_is_named() {
        check(
            "User: arn:aws:iam::1:user/ci is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:x because no policy",
            "missing permission ecs:UpdateService on arn:aws:ecs:x for arn:aws:iam::1:user/ci",
        );
        check("Access denied", "missing permission ecs:UpdateService");
    }
}
