//! Calls of Amazon EC2, whose protocol is an older one: forms go in, XML comes out.
//!
//! Its own SDK is five times as large as that of ECS, and one call of it is needed here. So the client of ECS makes it, with
//! the credentials, the signature and the time limits of its own calls, in the words of EC2.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html>

use std::fmt::Write as _;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_ecs::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_ecs::config::retry::RetryConfig;
use aws_sdk_ecs::config::{Config, ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ecs::error::BoxError;
use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};
use aws_types::SigningName;
use serde_json::{Map, Value};

use super::{Failed, Plain, READ_ATTEMPTS, failed};
use crate::deploy::api::Operation;
use crate::deploy::error::Trouble;

/// The release of the API whose words these are.
const VERSION: &str = "2016-11-15";

/// Where EC2 is.
#[derive(Debug)]
pub(super) struct Place {
    region: String,
    /// Where AWS is, if not where the region says.
    endpoint_url: Option<String>,
}

impl Place {
    /// As a configuration of the SDK says.
    pub(super) fn of(config: &SdkConfig) -> Self {
        let region = config.region().map(|region| region.as_ref().to_owned()).unwrap_or_default();
        Self { region, endpoint_url: config.endpoint_url().map(str::to_owned) }
    }
}

/// Makes a call that changes nothing; its answer is kept as JSON. What passes is tried again.
pub(super) async fn read(
    client: &aws_sdk_ecs::Client,
    place: &Place,
    operation: Operation,
    plain: &Plain,
) -> Result<(), Failed> {
    let mut attempt = 1;
    loop {
        match read_once(client, place, operation, plain).await {
            Err(failed)
                if matches!(failed.trouble, Trouble::Throttled | Trouble::Lost | Trouble::Server)
                    && attempt < READ_ATTEMPTS =>
            {
                tokio::time::sleep(Duration::from_secs(attempt.into())).await;
                attempt += 1;
            }
            answer => return answer,
        }
    }
}

async fn read_once(
    client: &aws_sdk_ecs::Client,
    place: &Place,
    operation: Operation,
    plain: &Plain,
) -> Result<(), Failed> {
    let Place { region, endpoint_url } = place;
    let input: Value = serde_json::from_slice(&plain.input).unwrap_or_default();
    let mut body = format!("Action={}&Version={VERSION}", operation.as_str());
    add_fields(&mut body, "", &input);
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    let uri = endpoint_url.is_none().then(|| format!("https://ec2.{region}.{domain}/"));
    let once = Config::builder().retry_config(RetryConfig::disabled());
    let sent = client.list_clusters().customize().interceptor(Form { body, uri }).config_override(once).send().await;
    // What EC2 answers is no answer that the client understands, be it good or bad.
    let Err(err) = sent else { return Err(garbled()) };
    let Some(response) = err.raw_response() else { return Err(failed(&err)) };
    let text = response.body().bytes().and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    if response.status().is_success() {
        let answer = xml(text).map_err(|_| garbled())?;
        plain.keep(answer.to_string().into_bytes());
        return Ok(());
    }
    Err(refusal(text, response.status().as_u16()))
}

/// What EC2 says when it refuses.
fn refusal(text: &str, status: u16) -> Failed {
    let answer = xml(text).unwrap_or_default();
    let part = |path: &str| answer.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let code = part("/errors/0/code").unwrap_or_else(|| "an error without a code".to_owned());
    let message = part("/errors/0/message").unwrap_or_else(|| "no reason is given".to_owned());
    let (trouble, request_id) = (Trouble::of_answer(&code, status), part("/requestID"));
    Failed { trouble, message, request_id, resources: Vec::new() }
}

fn garbled() -> Failed {
    let message = "it is no XML of EC2".to_owned();
    Failed { trouble: Trouble::Garbled, message, request_id: None, resources: Vec::new() }
}

/// Puts a form in the place of the client's own input, and signs it for EC2.
#[derive(Debug)]
struct Form {
    body: String,
    /// Where it goes, if not where the client's own calls go.
    uri: Option<String>,
}

impl Intercept for Form {
    fn name(&self) -> &'static str {
        "Form"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(SigningName::from_static("ec2"));
        let request = context.request_mut();
        if let Some(uri) = &self.uri {
            request.set_uri(uri.as_str())?;
        }
        *request.body_mut() = self.body.clone().into();
        let headers = request.headers_mut();
        headers.remove("x-amz-target");
        headers.insert("content-length", self.body.len().to_string());
        headers.insert("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        Ok(())
    }
}

/// Adds the fields of a value to a form: the names of members are joined by dots, and items of lists are counted from 1.
fn add_fields(form: &mut String, name: &str, value: &Value) {
    let below = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
    match value {
        Value::Object(members) => members.iter().for_each(|(part, value)| add_fields(form, &below(part), value)),
        Value::Array(items) => {
            for (value, number) in items.iter().zip(1_u32..) {
                add_fields(form, &below(&number.to_string()), value);
            }
        }
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => add_field(form, name, &value.to_string()),
        Value::String(text) => add_field(form, name, text),
    }
}

fn add_field(form: &mut String, name: &str, value: &str) {
    form.push('&');
    escape(form, name);
    form.push('=');
    escape(form, value);
}

/// Adds a text as forms write it.
fn escape(form: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => form.push(char::from(byte)),
            // Writing to a text does not fail.
            _ => write!(form, "%{byte:02X}").unwrap_or_default(),
        }
    }
}

/// A document of XML as JSON. Names have small first letters there.
fn xml(text: &str) -> Result<Value, XmlDecodeError> {
    let mut document = Document::new(text);
    element(&mut document.root_element()?)
}

fn element(decoder: &mut ScopedDecoder<'_, '_>) -> Result<Value, XmlDecodeError> {
    let (mut members, mut items) = (Map::new(), Vec::new());
    let name = decoder.start_el().local();
    let is_list = name.ends_with("Set") || name == "Errors";
    if LEAVES.contains(&name) {
        return Ok(Value::String(try_data(decoder)?.into_owned()));
    }
    while let Some(mut child) = decoder.next_tag() {
        let name = child.start_el().local().to_owned();
        let value = element(&mut child)?;
        if matches!(&*name, "item" | "Error") {
            items.push(value);
        } else {
            let mut letters = name.chars();
            let first = letters.next().map(|letter| letter.to_ascii_lowercase());
            members.insert(first.into_iter().chain(letters).collect(), value);
        }
    }
    Ok(if is_list { Value::Array(items) } else { Value::Object(members) })
}

/// The elements that hold text and are of use; others are passed over, with what is in them.
const LEAVES: &[&str] = &["Code", "Message", "RequestID", "nextToken", "subnetId"];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_has_names_with_dots() {
        let mut form = String::new();
        add_fields(
            &mut form,
            "",
            &json!({"Filter": [{"Name": "a b", "Value": ["true"]}], "MaxResults": 5, "NextToken": null}),
        );
        assert_eq!(form, "&Filter.1.Name=a%20b&Filter.1.Value.1=true&MaxResults=5");
    }

    #[test]
    fn an_answer_becomes_json() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
            <DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
                <requestId>1</requestId>
                <subnetSet>
                    <item><subnetId>subnet-1</subnetId><tagSet/><state>available</state></item>
                    <item><subnetId>subnet-2</subnetId><tagSet><item><key>a</key></item></tagSet></item>
                </subnetSet>
                <nextToken>a&amp;b</nextToken>
            </DescribeSubnetsResponse>"#;
        let answer = xml(text).unwrap();
        assert_eq!(answer.pointer("/subnetSet/1/subnetId"), Some(&json!("subnet-2")));
        assert_eq!(answer.pointer("/nextToken"), Some(&json!("a&b")));
        assert_eq!(xml("<A><subnetSet/></A>").unwrap(), json!({"subnetSet": []}));
        assert!(xml("{}").is_err());
    }

    #[test]
    fn a_refusal_is_understood() {
        let text = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>not you</Message></Error></Errors>\
                    <RequestID>7</RequestID></Response>";
        let (message, request_id) = ("not you".to_owned(), Some("7".to_owned()));
        let expected = Failed { trouble: Trouble::Denied, message, request_id, resources: Vec::new() };
        assert_eq!(refusal(text, 403), expected);
        assert_eq!(refusal("busy", 503).trouble, Trouble::Server);
    }
}
