//! Amazon EC2: the default subnets, in the words of a protocol that is older than JSON.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html>

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::aws::Aws;
use crate::input::Input;
use crate::wire::{Answer, ApiError, Outcome, Reply};

/// The only release of the API that there is.
const VERSION: &str = "2016-11-15";

impl Aws {
    pub(crate) fn ec2(&self, operation: &str, input: Input<'_>) -> Answer {
        if input.text("Version") != Some(VERSION) {
            return Err(ApiError::new("NoSuchVersion", "The requested version is not valid for this web service."));
        }
        match operation {
            "DescribeSubnets" => self.describe_subnets(input),
            other => {
                let message = format!("The action {other} is not valid for this web service.");
                Err(ApiError::new("InvalidAction", message))
            }
        }
    }

    /// The default subnets are all that there are.
    fn describe_subnets(&self, input: Input<'_>) -> Answer {
        let fields = input.0.as_object().cloned().unwrap_or_default();
        let known = ["Action", "Version", "Filter.1.Name", "Filter.1.Value.1"];
        if let Some(other) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            let message = format!("The parameter {other} is not recognized");
            return Err(ApiError::new("UnknownParameter", message));
        }
        let wanted = match (input.text("Filter.1.Name"), input.text("Filter.1.Value.1")) {
            (None, None) | (Some("default-for-az"), Some("true")) => true,
            (Some("default-for-az"), Some("false")) => false,
            (name, _) => {
                let message = format!("The filter '{}' is invalid", name.unwrap_or("null"));
                return Err(ApiError::new("InvalidParameterValue", message));
            }
        };
        let subnets = self.settings.default_subnets.iter().filter(|_| wanted);
        let subnets: Vec<Value> = subnets
            .map(|id| json!({"subnetId": id, "state": "available", "vpcId": "vpc-0a1b2c3d", "tagSet": []}))
            .collect();
        Ok(json!({"subnetSet": subnets}))
    }
}

/// The fields of a form.
pub(crate) fn fields(form: &[u8]) -> Map<String, Value> {
    let text = String::from_utf8_lossy(form);
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (plain(name), Value::String(plain(value)))).collect()
}

/// A text that stands in a form.
fn plain(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().replace('+', " ").into_bytes();
    for part in parts {
        let code = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.extend(code);
        bytes.extend(part.get(2..).unwrap_or_default().replace('+', " ").into_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The same outcome in XML.
pub(crate) fn in_xml(operation: &str, outcome: Outcome) -> Outcome {
    let Reply::Respond(mut response) = outcome.reply else { return outcome };
    let answer = response.json();
    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut body = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    match text("__type") {
        "" => {
            let name = format!("{operation}Response");
            element(&mut body, &name, &answer);
        }
        code => {
            let code = if code == "AccessDeniedException" { "UnauthorizedOperation" } else { code };
            let error = json!({"Code": code, "Message": text("message")});
            element(&mut body, "Response", &json!({"Errors": {"Error": error}, "RequestID": "0a1b2c3d"}));
        }
    }
    response.headers.retain(|(name, _)| *name != "content-type" && *name != "x-amzn-errortype");
    response.headers.push(("content-type", "text/xml;charset=UTF-8".to_owned()));
    response.body = body.into_bytes();
    Outcome { reply: Reply::Respond(response), ..outcome }
}

/// Writes a value as an element; the items of a list are elements of their own.
fn element(body: &mut String, name: &str, value: &Value) {
    // Writing to a text does not fail.
    write!(body, "<{name}>").unwrap_or_default();
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| element(body, name, value)),
        Value::Array(items) => items.iter().for_each(|item| element(body, "item", item)),
        Value::String(text) => {
            body.push_str(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => body.push_str(&value.to_string()),
    }
    write!(body, "</{name}>").unwrap_or_default();
}
