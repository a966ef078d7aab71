//! What goes over the wire: a request, and what becomes of it.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::dispatch::EC2;
use crate::ec2;

/// A call as it comes in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// `X-Amz-Target`: the service and the operation.
    pub target: String,
    /// The JSON of the input.
    pub body: Vec<u8>,
    /// The access key id of the `Authorization` header, if the call was signed.
    pub access_key: Option<String>,
}

impl Request {
    /// A call of Amazon ECS, signed by nobody in particular.
    #[must_use]
    pub fn ecs(operation: &str, input: &Value) -> Self {
        Self::new("AmazonEC2ContainerServiceV20141113", operation, input)
    }

    /// A call of Amazon ECR.
    #[must_use]
    pub fn ecr(operation: &str, input: &Value) -> Self {
        Self::new("AmazonEC2ContainerRegistry_V20150921", operation, input)
    }

    /// A call of Amazon `CloudWatch` Logs.
    #[must_use]
    pub fn logs(operation: &str, input: &Value) -> Self {
        Self::new("Logs_20140328", operation, input)
    }

    /// A call of Amazon EC2, as a form.
    pub(crate) fn form(form: &[u8], access_key: Option<String>) -> Self {
        let fields = ec2::fields(form);
        let action = fields.get("Action").and_then(Value::as_str).unwrap_or_default();
        Self { target: format!("{EC2}.{action}"), body: Value::Object(fields).to_string().into_bytes(), access_key }
    }

    fn new(prefix: &str, operation: &str, input: &Value) -> Self {
        Self {
            target: format!("{prefix}.{operation}"),
            body: input.to_string().into_bytes(),
            access_key: Some("AKIDSTANDIN".to_owned()),
        }
    }
}

/// What becomes of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How long the caller waits for it.
    pub delay: Duration,
    /// What the caller then gets.
    pub reply: Reply,
}

/// What the caller of a call gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// An answer.
    Respond(Response),
    /// The connection breaks after the request was sent.
    Reset,
    /// No connection comes about.
    Unreachable,
    /// Nothing, ever.
    Silence,
}

/// An answer over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The body as JSON, or null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// An error that AWS answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// Its name, such as `ClusterNotFoundException`.
    pub code: String,
    /// Its sentence.
    pub message: String,
    /// The status code.
    pub status: u16,
    /// Members beside the sentence, such as `resourceIds`.
    pub members: Box<Map<String, Value>>,
}

impl ApiError {
    /// An error of the caller.
    #[must_use]
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), status: 400, members: Box::default() }
    }

    pub(crate) fn client(message: impl Into<String>) -> Self {
        Self::new("ClientException", message)
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub(crate) fn body(&self) -> Value {
        let mut body = (*self.members).clone();
        body.insert("__type".to_owned(), json!(self.code));
        body.insert("message".to_owned(), json!(self.message));
        Value::Object(body)
    }
}

/// What an operation answers.
pub(crate) type Answer = Result<Value, ApiError>;
