//! What can go wrong between us and AWS.

use std::fmt;

use super::api::Operation;

/// A call that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    /// What was called.
    pub operation: Operation,
    /// What kind of trouble it is.
    pub trouble: Trouble,
    /// AWS's own sentence, or that of whatever stands between us and AWS.
    pub message: String,
    /// The request's name, by which AWS finds it again.
    pub request_id: Option<String>,
    /// The resources that stand in the way, or that an earlier call made.
    pub resources: Vec<String>,
}

/// A kind of trouble with a call, by what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// There are no credentials.
    NoCredentials,
    /// The credentials are no longer valid, or not valid at this time of day.
    Expired,
    /// The credentials do not allow the call.
    Denied,
    /// AWS wants fewer calls.
    Throttled,
    /// There was no answer: the call may have been carried out.
    Lost,
    /// There was an answer that makes no sense, such as half of one: the call may have been carried out.
    Garbled,
    /// AWS has a problem of its own: the call may have been carried out.
    Server,
    /// AWS refuses, with this code.
    Refused(String),
}

impl Trouble {
    /// The kind of an answer with an error, by its code and its HTTP status.
    #[must_use]
    pub fn of_answer(code: &str, status: u16) -> Self {
        match code {
            "ThrottlingException" | "Throttling" | "TooManyRequestsException" | "RequestLimitExceeded" => {
                Self::Throttled
            }
            "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation" => Self::Denied,
            "ExpiredTokenException"
            | "ExpiredToken"
            | "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "RequestExpired" => Self::Expired,
            _ if status >= 500 => Self::Server,
            code => Self::Refused(code.to_owned()),
        }
    }
}

impl CallError {
    /// Whether AWS refuses with a code.
    #[must_use]
    pub fn is(&self, code: &str) -> bool {
        matches!(&self.trouble, Trouble::Refused(other) if other == code)
    }

    /// Whether the same call may succeed a little later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self.trouble, Trouble::Throttled | Trouble::Lost | Trouble::Garbled | Trouble::Server)
    }

    /// Whether nobody knows if the call was carried out.
    #[must_use]
    pub const fn is_ambiguous(&self) -> bool {
        matches!(self.trouble, Trouble::Lost | Trouble::Garbled | Trouble::Server)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, trouble, message, request_id, resources: _ } = self;
        write!(f, "{}: ", operation.as_str())?;
        match trouble {
            Trouble::NoCredentials => write!(f, "no AWS credentials: {message}")?,
            Trouble::Expired => write!(f, "AWS does not take the credentials: {message}")?,
            Trouble::Denied => f.write_str(message)?,
            Trouble::Throttled => write!(f, "AWS wants fewer calls: {message}")?,
            Trouble::Lost => write!(f, "no answer: {message}")?,
            Trouble::Garbled => write!(f, "the answer makes no sense: {message}")?,
            Trouble::Server => write!(f, "AWS has a problem: {message}")?,
            Trouble::Refused(code) => write!(f, "{code}: {message}")?,
        }
        request_id.as_ref().map_or(Ok(()), |id| write!(f, " (request {id})"))
    }
}

impl std::error::Error for CallError {}
