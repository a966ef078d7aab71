//! What a user lays over the input of a call, in ECS's own words.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::service::{RunTask, Service};
use super::shape::{self, Call, Kind};
use super::task::TaskDefinition;

/// What is laid over an input: one layer after the other. Each holds fields that the call takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlay(Vec<Value>);

impl Overlay {
    /// Lays one more layer on top.
    pub fn push(&mut self, layer: Value) {
        self.0.push(layer);
    }

    /// Whether nothing is laid over.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The input with all layers. Fields that the call does not take are left out of them.
    #[must_use]
    pub fn apply(&self, input: Value, call: Call) -> Value {
        self.0.iter().fold(input, |input, layer| {
            let structure = call.structure();
            let known = |(name, _): &(&String, &Value)| shape::field(structure, name).is_some();
            let layer = layer.as_object().into_iter().flatten().filter(known);
            let layer = layer.map(|(name, value)| (name.clone(), value.clone())).collect();
            merged(Some(input), &Value::Object(layer), &Kind::Structure(structure))
        })
    }
}

/// The input of a call, over which something may be laid.
pub trait Input {
    /// Whose input it is.
    const CALL: Call;

    /// What is laid over it.
    fn overlay(&self) -> &Overlay;
}

/// Declares the inputs of calls.
macro_rules! inputs {
    ($($input:ty: $call:ident),+) => {$(
        impl Input for $input {
            const CALL: Call = Call::$call;

            fn overlay(&self) -> &Overlay {
                &self.overlay
            }
        }
    )+};
}

inputs!(TaskDefinition: RegisterTaskDefinition, Service: CreateService, RunTask: RunTask);

/// Writes inputs, each with what is laid over it.
pub(super) fn each<T: Input + Serialize, S: Serializer>(inputs: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(inputs.iter().map(Overlaid::of))
}

/// An input with what is laid over it.
#[derive(Debug, Clone, Copy)]
pub struct Overlaid<'a, T> {
    /// The input.
    pub input: &'a T,
    /// What is laid over it.
    pub overlay: &'a Overlay,
    /// Whose input it is.
    pub call: Call,
}

impl<'a, T: Input> Overlaid<'a, T> {
    /// An input with its own overlay.
    #[must_use]
    pub fn of(input: &'a T) -> Self {
        Self { input, overlay: input.overlay(), call: T::CALL }
    }
}

impl<T: Serialize> Serialize for Overlaid<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.overlay.is_empty() {
            return self.input.serialize(serializer);
        }
        let input = serde_json::to_value(self.input).map_err(serde::ser::Error::custom)?;
        self.overlay.apply(input, self.call).serialize(serializer)
    }
}

/// The paths of fields that an input must have and does not.
#[must_use]
pub fn missing(input: &Value, call: Call) -> Vec<String> {
    let mut paths = Vec::new();
    collect_missing(input, &Kind::Structure(call.structure()), "", &mut paths);
    paths
}

/// Collects the paths of fields that a value must have and does not.
fn collect_missing(value: &Value, kind: &Kind, path: &str, paths: &mut Vec<String>) {
    match (kind, value) {
        (Kind::Structure(structure), Value::Object(members)) => {
            for field in shape::fields(structure) {
                let separator = if path.is_empty() { "" } else { "." };
                let path = format!("{path}{separator}{}", field.name);
                match members.get(field.name) {
                    Some(member) => collect_missing(member, &field.kind, &path, paths),
                    None if field.required => paths.push(path),
                    None => {}
                }
            }
        }
        (Kind::List(item), Value::Array(values)) => {
            for (index, value) in values.iter().enumerate() {
                collect_missing(value, item, &format!("{path}[{index}]"), paths);
            }
        }
        // Their values are texts or anything, which have nothing that must be there.
        (
            Kind::Map(_)
            | Kind::Structure(_)
            | Kind::List(_)
            | Kind::Text
            | Kind::Integer { first: _, last: _ }
            | Kind::Number
            | Kind::Flag
            | Kind::Word(_)
            | Kind::Any,
            _,
        ) => {}
    }
}

/// A value with a layer on top: mappings join key by key, a null takes away, lists of named things join by their names,
/// and everything else stands in place of what was.
fn merged(below: Option<Value>, layer: &Value, kind: &Kind) -> Value {
    match (below, layer) {
        (Some(Value::Object(below)), Value::Object(layer)) => Value::Object(members(below, layer, kind)),
        (_, Value::Object(layer)) => Value::Object(members(Map::new(), layer, kind)),
        (Some(Value::Array(below)), Value::Array(layer)) => match identity(kind) {
            Some((identity, item)) => Value::Array(named(below, layer, identity, item)),
            None => Value::Array(layer.clone()),
        },
        (_, layer) => layer.clone(),
    }
}

/// The members of a mapping with a layer on top.
fn members(mut below: Map<String, Value>, layer: &Map<String, Value>, kind: &Kind) -> Map<String, Value> {
    for (name, value) in layer {
        if value.is_null() {
            below.remove(name);
            continue;
        }
        let kind = match kind {
            Kind::Structure(structure) => shape::field(structure, name).map(|field| &field.kind),
            Kind::Map(value) => Some(&**value),
            Kind::Text
            | Kind::Integer { first: _, last: _ }
            | Kind::Number
            | Kind::Flag
            | Kind::Word(_)
            | Kind::List(_)
            | Kind::Any => None,
        };
        // The place of a member that was there stays.
        let slot = below.entry(name.clone()).or_insert(Value::Null);
        let before = Some(slot.take()).filter(|before| !before.is_null());
        *slot = merged(before, value, kind.unwrap_or(&Kind::Any));
    }
    below
}

/// A list of named things with a layer on top.
fn named(mut below: Vec<Value>, layer: &[Value], identity: &str, kind: &Kind) -> Vec<Value> {
    for item in layer {
        let name = item.get(identity);
        match below.iter_mut().find(|before| name.is_some() && before.get(identity) == name) {
            Some(before) => *before = merged(Some(before.take()), item, kind),
            None => below.push(merged(None, item, kind)),
        }
    }
    below
}

/// By which field the items of a list are told apart, and what they are.
fn identity(kind: &Kind) -> Option<(&'static str, &Kind)> {
    let Kind::List(item) = kind else { return None };
    let Kind::Structure(structure) = &**item else { return None };
    Some((shape::identity(structure)?, item))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(input: Value, layers: &[Value], expected: &Value) {
        let overlay = Overlay(layers.to_vec());
        let applied = overlay.apply(input, Call::RegisterTaskDefinition);
        assert_eq!(applied, *expected);
        assert_eq!(overlay.apply(applied, Call::RegisterTaskDefinition), *expected, "twice is as good as once");
    }

    #[test]
    fn mappings_join_and_a_null_takes_away() {
        check(
            json!({"family": "a", "cpu": "256", "runtimePlatform": {"cpuArchitecture": "ARM64"}}),
            &[json!({"cpu": null, "memory": "512", "runtimePlatform": {"operatingSystemFamily": "LINUX"}})],
            &json!({
                "family": "a",
                "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
                "memory": "512",
            }),
        );
    }

    #[test]
    fn named_things_join_by_their_names_and_other_lists_are_replaced() {
        check(
            json!({"containerDefinitions": [
                {"name": "a", "command": ["x", "y"], "environment": [{"name": "A", "value": "1"}]},
                {"name": "b"},
            ]}),
            &[
                json!({"containerDefinitions": [
                    {"name": "a", "command": ["z"], "environment": [{"name": "B", "value": "2"}, {"name": "A", "value": "3"}]},
                    {"name": "sidecar", "image": "x", "essential": null},
                ]}),
                json!({"containerDefinitions": [{"name": "b", "image": "y"}]}),
            ],
            &json!({"containerDefinitions": [
                {"name": "a", "command": ["z"], "environment": [{"name": "A", "value": "3"}, {"name": "B", "value": "2"}]},
                {"name": "b", "image": "y"},
                {"name": "sidecar", "image": "x"},
            ]}),
        );
    }

    #[test]
    fn fields_of_another_call_are_left_out() {
        check(json!({"family": "a"}), &[json!({"desiredCount": 3})], &json!({"family": "a"}));
    }
}
