//! Compares JSON with a table.

use serde_json::{Map, Value};

use super::{Limits, Model, Shape};
use crate::wire::ApiError;

/// How and where JSON departs from the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// The way to the place, from the innermost step outwards.
    steps: Vec<String>,
    fault: Fault,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Fault {
    Unknown,
    Type { found: &'static str, wanted: &'static str },
    Missing,
    Choice { value: String, choices: Vec<&'static str> },
    Limit { value: String, rule: String },
}

impl Misfit {
    fn new(fault: Fault) -> Self {
        Self { steps: Vec::new(), fault }
    }

    fn below(mut self, step: impl Into<String>) -> Self {
        self.steps.push(step.into());
        self
    }

    fn path(&self) -> String {
        self.steps.iter().rev().map(String::as_str).collect::<Vec<_>>().join(".")
    }

    /// How AWS refuses it: what it cannot read is a `SerializationException`, the rest a matter of its parameters.
    pub(crate) fn error(&self) -> ApiError {
        let path = self.path();
        let constraint = |value: &str, rule: &str| {
            ApiError::invalid(format!(
                "1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: Member must {rule}"
            ))
        };
        match &self.fault {
            Fault::Unknown => ApiError::new("SerializationException", format!("Unknown member '{path}'")),
            Fault::Type { found, wanted } => ApiError::new(
                "SerializationException",
                format!("{found} cannot be converted to {wanted} (at '{path}')"),
            ),
            Fault::Missing => constraint("null", "not be null"),
            Fault::Choice { value, choices } => {
                constraint(&format!("'{value}'"), &format!("satisfy enum value set: [{}]", choices.join(", ")))
            }
            Fault::Limit { value, rule } => constraint(&format!("'{value}'"), rule),
        }
    }
}

impl Model {
    /// Whether JSON fits a structure; no structure means no members.
    pub(super) fn check(&self, structure: Option<usize>, value: &Value) -> Result<(), Misfit> {
        match structure {
            Some(structure) => self.structure(structure, value),
            None if value.as_object().is_some_and(Map::is_empty) => Ok(()),
            None => Err(mistyped(value, "an empty structure")),
        }
    }

    fn structure(&self, structure: usize, value: &Value) -> Result<(), Misfit> {
        let Value::Object(members) = value else { return Err(mistyped(value, "structure")) };
        let structure = self.structures.get(structure).expect("a table names its own structures");
        for (name, value) in members {
            let Some(member) = structure.members.get(name.as_str()) else {
                return Err(Misfit::new(Fault::Unknown).below(name));
            };
            // A member that is null counts as left out.
            if !value.is_null() {
                self.value(&member.shape, value).map_err(|misfit| misfit.below(name))?;
            }
        }
        let given = |name: &str| members.get(name).is_some_and(|value| !value.is_null());
        match structure.members.iter().find(|(name, member)| member.required && !given(name)) {
            Some((name, _)) => Err(Misfit::new(Fault::Missing).below(*name)),
            None => Ok(()),
        }
    }

    fn value(&self, shape: &Shape, value: &Value) -> Result<(), Misfit> {
        match (shape, value) {
            (Shape::Structure(structure), value) => self.structure(*structure, value),
            (Shape::Text { choices, limits }, Value::String(text)) => {
                if !choices.is_empty() && !choices.contains(&text.as_str()) {
                    return Err(Misfit::new(Fault::Choice { value: text.clone(), choices: choices.clone() }));
                }
                limits.check(text.chars().count(), "length", || text.clone())
            }
            (Shape::Whole(limits), Value::Number(number)) => match number.as_i64() {
                Some(number) => limits.check_value(number),
                None => Err(mistyped(value, "integer")),
            },
            (Shape::Number | Shape::Time, Value::Number(_)) | (Shape::Flag, Value::Bool(_)) => Ok(()),
            (Shape::List(item, limits), Value::Array(items)) => {
                for (place, value) in items.iter().enumerate() {
                    self.value(item, value).map_err(|misfit| misfit.below((place + 1).to_string()))?;
                }
                limits.check(items.len(), "length", || format!("{} members", items.len()))
            }
            (Shape::Map(item, limits), Value::Object(members)) => {
                self.values(item, members)?;
                limits.check(members.len(), "length", || format!("{} members", members.len()))
            }
            (Shape::Text { .. }, other) => Err(mistyped(other, "string")),
            (Shape::Whole(_), other) => Err(mistyped(other, "integer")),
            (Shape::Number, other) => Err(mistyped(other, "double")),
            (Shape::Flag, other) => Err(mistyped(other, "boolean")),
            (Shape::Time, other) => Err(mistyped(other, "timestamp")),
            (Shape::List(..), other) => Err(mistyped(other, "list")),
            (Shape::Map(..), other) => Err(mistyped(other, "map")),
        }
    }

    fn values(&self, item: &Shape, members: &Map<String, Value>) -> Result<(), Misfit> {
        for (name, value) in members {
            self.value(item, value).map_err(|misfit| misfit.below(name))?;
        }
        Ok(())
    }
}

impl Limits {
    fn check(self, length: usize, what: &str, value: impl Fn() -> String) -> Result<(), Misfit> {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        self.apply(length)
            .map_err(|bound| Misfit::new(Fault::Limit { value: value(), rule: format!("have {what} {bound}") }))
    }

    fn check_value(self, value: i64) -> Result<(), Misfit> {
        self.apply(value).map_err(|bound| {
            Misfit::new(Fault::Limit { value: value.to_string(), rule: format!("have value {bound}") })
        })
    }

    fn apply(self, value: i64) -> Result<(), String> {
        match (self.least, self.most) {
            (Some(least), _) if value < least => Err(format!("greater than or equal to {least}")),
            (_, Some(most)) if value > most => Err(format!("less than or equal to {most}")),
            _ => Ok(()),
        }
    }
}

fn mistyped(value: &Value, wanted: &'static str) -> Misfit {
    let found = match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    };
    Misfit::new(Fault::Type { found, wanted })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "calls read better without a reference")]
    fn check(operation: &str, input: Value, expected: &str) {
        let model = super::super::service("AmazonEC2ContainerServiceV20141113").unwrap();
        let found = match model.check_input(operation, &input) {
            Ok(()) => "fits".to_owned(),
            Err(misfit) => format!("{}: {}", misfit.error().code, misfit.error().message),
        };
        assert_eq!(found, expected, "{input}");
    }

    #[test]
    fn inputs_are_compared_with_the_table() {
        let constraint = |text: &str| format!("InvalidParameterException: 1 validation error detected: Value {text}");
        check("ListClusters", json!({}), "fits");
        check("ListClusters", json!({"nextToken": null}), "fits");
        check("ListClusters", json!({"page": 1}), "SerializationException: Unknown member 'page'");
        check(
            "CreateService",
            json!({"serviceName": 1}),
            "SerializationException: NUMBER_VALUE cannot be converted to string (at 'serviceName')",
        );
        check(
            "CreateService",
            json!({"taskDefinition": "web"}),
            &constraint("null at 'serviceName' failed to satisfy constraint: Member must not be null"),
        );
        check(
            "CreateService",
            json!({"serviceName": "web", "launchType": "LAMBDA"}),
            &constraint(
                "'LAMBDA' at 'launchType' failed to satisfy constraint: Member must satisfy enum value set: \
                 [EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES]",
            ),
        );
        check(
            "CreateService",
            json!({"serviceName": "web", "tags": [{"key": ""}]}),
            &constraint(
                "'' at 'tags.1.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ),
        );
        check(
            "RegisterTaskDefinition",
            json!({"family": "web", "containerDefinitions": [{"cpu": 1.5}]}),
            "SerializationException: NUMBER_VALUE cannot be converted to integer (at 'containerDefinitions.1.cpu')",
        );
    }
}
