//! Reading a layer: YAML as the JSON that a call takes.

use serde_json::{Map, Value};

use crate::diag::nearest::nearest;
use crate::diag::{Code, Diagnostics};
use crate::ecs::shape::{self, Call, Field, Kind};
use crate::lower::fate::lost_at;
use crate::yaml::choice::choice;
use crate::yaml::keys::{Decode, wrong_type};
use crate::yaml::resolve::Value as Resolved;
use crate::yaml::{Entry, Kind as NodeKind, Node};

/// Reads layers over the input of a call.
pub(super) struct Reader<'r> {
    /// The call.
    pub(super) call: Call,
    /// Fields that are not for a layer to set, and what sets them.
    pub(super) refused: &'static [(&'static str, &'static str)],
    /// What is found.
    pub(super) diags: &'r mut Diagnostics,
}

impl Reader<'_> {
    /// A layer over a structure.
    pub(super) fn layer(&mut self, node: &Node, structure: &'static str) -> Option<Map<String, Value>> {
        let mut layer = Map::new();
        for entry in node.entries() {
            if let Some((field, hint)) = self.refused.iter().find(|(field, _)| *field == &*entry.key) {
                let message = format!("`{field}` is not for a layer to change");
                self.diags.error(Code::Refused, entry.key_span, message).hint(*hint);
                continue;
            }
            layer.extend(self.member(entry, structure));
        }
        Some(layer).filter(|layer| !layer.is_empty())
    }

    /// A member of a structure.
    fn member(&mut self, entry: &Entry, structure: &'static str) -> Option<(String, Value)> {
        let Some(Field { name, required: _, kind }) = shape::field(structure, &entry.key) else {
            self.unknown(entry, structure);
            return None;
        };
        let value = if entry.value.is_null() { Value::Null } else { self.value(&entry.value, kind)? };
        Some(((*name).to_owned(), value))
    }

    /// Reports a field that ECS does not know, or that a one-off task does not have.
    fn unknown(&mut self, entry: &Entry, structure: &str) {
        let of_service = Call::CreateService.structure();
        if self.call == Call::RunTask
            && structure == self.call.structure()
            && shape::field(of_service, &entry.key).is_some()
        {
            lost_at(&entry.key, entry.key_span, "a task that runs once is no service", self.diags);
            return;
        }
        let what = structure.trim_end_matches("Request");
        let message = format!("unknown key `{}`: ECS's `{what}` has no such field", entry.key);
        let finding = self.diags.error(Code::UnknownKey, entry.key_span, message);
        // Compose's way of writing is a likely mistake.
        let letters: String = entry.key.split('_').collect();
        let fields = shape::fields(structure).iter().map(|field| field.name);
        let same = fields.clone().find(|name| name.eq_ignore_ascii_case(&letters));
        if let Some(name) = same.or_else(|| nearest(&entry.key, fields)) {
            finding.hint(format!("did you mean `{name}`?"));
        }
    }

    /// A value.
    fn value(&mut self, node: &Node, kind: &Kind) -> Option<Value> {
        match kind {
            Kind::Text => self.text(node),
            Kind::Integer { first, last } => self.integer(node, *first, *last),
            Kind::Number => f64::decode(node, self.diags).and_then(serde_json::Number::from_f64).map(Value::Number),
            Kind::Flag => bool::decode(node, self.diags).map(Value::Bool),
            Kind::Word(words) => {
                let choices: Vec<(&str, &str)> = words.iter().map(|word| (*word, *word)).collect();
                choice(node, &choices, self.diags).map(|word| Value::String(word.to_owned()))
            }
            Kind::List(item) => {
                let NodeKind::Sequence(items) = &node.kind else {
                    wrong_type(node, "a list", self.diags);
                    return None;
                };
                let values: Vec<Value> = items.iter().filter_map(|node| self.item(node, item)).collect();
                Some(Value::Array(values))
            }
            Kind::Map(value) => {
                let entries = self.mapping(node)?;
                let entry = |entry: &Entry| Some((entry.key.to_string(), self.value(&entry.value, value)?));
                Some(Value::Object(entries.iter().filter_map(entry).collect()))
            }
            Kind::Structure(structure) => {
                let entries = self.mapping(node)?;
                Some(Value::Object(entries.iter().filter_map(|entry| self.member(entry, structure)).collect()))
            }
            Kind::Any => Some(any(node)),
        }
    }

    /// An item of a list. One that is told apart by a name has one.
    fn item(&mut self, node: &Node, kind: &Kind) -> Option<Value> {
        if let Kind::Structure(structure) = kind
            && let Some(identity) = shape::identity(structure)
            && node.as_mapping().is_some_and(|mapping| mapping.get(identity).is_none())
        {
            self.diags.error(Code::MissingKey, node.span, format!("`{identity}` is missing"));
            return None;
        }
        self.value(node, kind)
    }

    /// The entries of a mapping.
    fn mapping<'n>(&mut self, node: &'n Node) -> Option<&'n [Entry]> {
        if node.as_mapping().is_none() {
            wrong_type(node, "a mapping", self.diags);
            return None;
        }
        Some(node.entries())
    }

    /// Text. What is written like a number must be in quotes, as ECS has both.
    fn text(&mut self, node: &Node) -> Option<Value> {
        match node.value() {
            Some(Resolved::String(text)) => Some(Value::String(text.to_owned())),
            Some(Resolved::Integer(_) | Resolved::Float(_) | Resolved::Bool(_)) => {
                wrong_type(node, "a string, which ECS has here: put it in quotes", self.diags);
                None
            }
            Some(Resolved::Null | Resolved::Timestamp(_)) | None => {
                wrong_type(node, "a string", self.diags);
                None
            }
        }
    }

    /// A whole number in a range.
    fn integer(&mut self, node: &Node, first: i64, last: i64) -> Option<Value> {
        let number = i64::decode(node, self.diags)?;
        if !(first..=last).contains(&number) {
            let message = format!("invalid value `{number}`: it must be from {first} to {last}");
            self.diags.error(Code::InvalidValue, node.span, message);
            return None;
        }
        Some(Value::from(number))
    }
}

/// Anything, as JSON.
fn any(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Mapping(mapping) => {
            let entries = mapping.entries().iter();
            Value::Object(entries.map(|entry| (entry.key.to_string(), any(&entry.value))).collect())
        }
        NodeKind::Sequence(items) => Value::Array(items.iter().map(|item| any(item)).collect()),
        NodeKind::Scalar(scalar) => match scalar.value() {
            Resolved::Null => Value::Null,
            Resolved::Bool(flag) => Value::Bool(flag),
            Resolved::Integer(number) => i64::try_from(number).map_or(Value::Null, Value::from),
            Resolved::Float(number) => serde_json::Number::from_f64(number).map_or(Value::Null, Value::Number),
            Resolved::Timestamp(_) | Resolved::String(_) => Value::String(scalar.text.to_string()),
        },
    }
}
