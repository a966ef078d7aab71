//! Errors that AWS is known for, with their sentences.

use super::Fault;

impl Fault {
    /// An error of the caller.
    #[must_use]
    pub fn error(code: &str, message: &str) -> Self {
        Self::Error { code: code.to_owned(), message: message.to_owned(), status: 400 }
    }

    /// `ServerException`, with status 500.
    #[must_use]
    pub fn server() -> Self {
        Self::Error {
            code: "ServerException".to_owned(),
            message: "Service Unavailable. Please try again later.".to_owned(),
            status: 500,
        }
    }

    /// The first service of an account comes before its service linked role.
    #[must_use]
    pub fn no_service_linked_role() -> Self {
        let message =
            "Unable to assume the service linked role. Please verify that the ECS service linked role exists.";
        Self::error("InvalidParameterException", message)
    }

    /// Two revisions of one family are registered at once.
    #[must_use]
    pub fn concurrent_revisions() -> Self {
        let message = "Too many concurrent attempts to create a new revision of the specified family.";
        Self::error("ClientException", message)
    }

    /// The caller may not hand this role to a task.
    #[must_use]
    pub fn pass_role(role: &str) -> Self {
        let message = format!(
            "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:PassRole on resource: {role} \
             because no identity-based policy allows the iam:PassRole action"
        );
        Self::error("AccessDeniedException", &message)
    }

    /// A quota is used up.
    #[must_use]
    pub fn limit() -> Self {
        Self::error("LimitExceededException", "The limit for the resource was exceeded.")
    }

    /// The clock of the caller is wrong by a quarter of an hour; both times are in the sentence.
    #[must_use]
    pub fn signature_expired(signed: &str, server: &str) -> Self {
        let message = format!("Signature expired: {signed} is now earlier than {server} ({server} - 5 min.)");
        Self::error("InvalidSignatureException", &message)
    }

    /// A deployment keeps a service from being deleted.
    #[must_use]
    pub fn deployments_active() -> Self {
        let message = "The service cannot be stopped while deployments are active.";
        Self::error("InvalidParameterException", message)
    }

    /// The credentials are unknown to AWS.
    #[must_use]
    pub fn unrecognized_client() -> Self {
        let message = "The security token included in the request is invalid.";
        Self::error("UnrecognizedClientException", message)
    }
}
