//! The JSON schema of Compose files with `x-ecs`.

use serde_json::{Map, Value, json};

use crate::compose::extension::setting::{Key, Settings, Takes};
use crate::compose::extension::{ProjectExtension, SecretKeys, ServiceExtension};

/// The schema of Compose files, which this one goes beyond.
const COMPOSE: &str = "https://raw.githubusercontent.com/compose-spec/compose-spec/main/schema/compose-spec.json";

/// The JSON schema of Compose files with `x-ecs`, as text.
#[must_use]
pub fn schema() -> String {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Docker Compose files with x-ecs",
        "description": "what compose2ecs reads: the Compose specification, and its own extension x-ecs",
        "allOf": [{ "$ref": COMPOSE }],
        "type": "object",
        "properties": {
            "x-ecs": { "oneOf": [{ "type": "null" }, { "$ref": "#/definitions/project" }] },
            "services": every("service"),
            "secrets": every("secret"),
        },
        "definitions": {
            "project": keys(&ProjectExtension::keys()),
            "service": keys(&ServiceExtension::keys()),
            "secret": keys(&SecretKeys::keys()),
        },
    });
    let mut text = serde_json::to_string_pretty(&schema).expect("a value is JSON");
    text.push('\n');
    text
}

/// A mapping of named things with an `x-ecs` each.
fn every(definition: &str) -> Value {
    let reference = format!("#/definitions/{definition}");
    json!({
        "type": "object",
        "additionalProperties": {
            "properties": { "x-ecs": { "oneOf": [{ "type": "null" }, { "$ref": reference }] } },
        },
    })
}

/// A mapping with keys of its own.
fn keys(keys: &[Key]) -> Value {
    let property = |Key { name, about, takes: value }: &Key| {
        let mut schema = takes(value);
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".to_owned(), Value::String(about.clone()));
        }
        ((*name).to_owned(), schema)
    };
    json!({
        "type": "object",
        "properties": keys.iter().map(property).collect::<Map<_, _>>(),
        "patternProperties": { "^x-": {} },
        "additionalProperties": false,
    })
}

/// What a key takes.
fn takes(value: &Takes) -> Value {
    match value {
        Takes::Text => json!({ "type": "string" }),
        Takes::Flag => json!({ "type": "boolean" }),
        Takes::Word(words) => json!({ "enum": words }),
        Takes::List(item) => json!({ "type": "array", "items": takes(item) }),
        Takes::Texts => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Takes::Keys(inner) => keys(inner),
    }
}
