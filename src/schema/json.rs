//! The JSON schema of Compose files with `x-ecs`.

use serde_json::{Map, Value, json};

use crate::compose::extension::setting::{Key, Settings, Takes};
use crate::compose::extension::volume::VolumeExtension;
use crate::compose::extension::{ProjectExtension, SecretKeys, ServiceExtension};
use crate::ecs::shape::{self, Call, Field, Kind};

/// The schema of Compose files, which this one goes beyond.
const COMPOSE: &str = "https://raw.githubusercontent.com/compose-spec/compose-spec/main/schema/compose-spec.json";

/// A duration, as Compose writes it. A variable may stand in its place.
const DURATION: &str = r"^(-?([0-9.]+(ns|us|µs|ms|s|m|h|d|w))+|0|.*\$.*)$";

/// The JSON schema of Compose files with `x-ecs`, as text.
#[must_use]
pub fn schema() -> String {
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Docker Compose files with x-ecs",
        "description": "what compose2ecs reads: the Compose specification, and its own extension x-ecs",
        "allOf": [{ "$ref": COMPOSE }],
        "type": "object",
        "properties": {
            "x-ecs": { "oneOf": [{ "type": "null" }, { "$ref": "#/definitions/project" }] },
            "services": every("service"),
            "secrets": every("secret"),
            "volumes": every("volume"),
        },
        "definitions": {
            "project": keys(&ProjectExtension::keys()),
            "service": keys(&ServiceExtension::keys()),
            "secret": keys(&SecretKeys::keys()),
            "volume": keys(&VolumeExtension::keys()),
        },
    });
    if let Some(definitions) = schema.get_mut("definitions").and_then(Value::as_object_mut) {
        definitions.extend(inputs());
    }
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
            "type": ["object", "null"],
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

/// The structures of ECS that may be laid over, and all that is in them.
fn inputs() -> Map<String, Value> {
    let calls = [Call::RegisterTaskDefinition, Call::CreateService, Call::RunTask];
    let mut next: Vec<&'static str> = calls.map(Call::structure).into();
    let mut definitions = Map::new();
    while let Some(structure) = next.pop() {
        let name = definition(structure);
        if definitions.contains_key(&name) {
            continue;
        }
        let mut property = |field: &Field| {
            let schema = json!({ "anyOf": [input(&field.kind, &mut next), { "type": "null" }] });
            (field.name.to_owned(), schema)
        };
        let properties: Map<String, Value> = shape::fields(structure).iter().map(&mut property).collect();
        let schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        definitions.insert(name, schema);
    }
    definitions
}

/// The name of ECS's structure among the definitions.
fn definition(structure: &str) -> String {
    format!("ecs.{structure}")
}

/// What a field of ECS takes. Structures in it are put on a list.
fn input(kind: &Kind, next: &mut Vec<&'static str>) -> Value {
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Integer { first, last } => json!({ "type": "integer", "minimum": first, "maximum": last }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::List(item) => json!({ "type": "array", "items": input(item, next) }),
        Kind::Map(value) => json!({ "type": "object", "additionalProperties": input(value, next) }),
        Kind::Structure(structure) => {
            next.push(structure);
            json!({ "$ref": format!("#/definitions/{}", definition(structure)) })
        }
        Kind::Any => json!({}),
    }
}

/// What a key takes.
fn takes(value: &Takes) -> Value {
    match value {
        Takes::Text => json!({ "type": "string" }),
        Takes::Flag => json!({ "type": "boolean" }),
        Takes::Number { first, last } => json!({ "type": "integer", "minimum": first, "maximum": last }),
        Takes::Numbers(numbers) => json!({ "enum": numbers }),
        Takes::Cpus => json!({ "type": ["number", "string"] }),
        Takes::Duration => json!({ "type": "string", "pattern": DURATION }),
        Takes::Size => json!({ "type": ["integer", "string"] }),
        Takes::Word(words) => json!({ "enum": words }),
        Takes::List(item) => json!({ "type": "array", "items": takes(item) }),
        Takes::Map(value) => json!({ "type": "object", "additionalProperties": takes(value) }),
        Takes::Keys(inner) => keys(inner),
        Takes::Input(structure) => json!({ "$ref": format!("#/definitions/{}", definition(structure)) }),
        Takes::Either(forms) => json!({ "anyOf": forms.iter().map(takes).collect::<Vec<_>>() }),
    }
}
