//! Values that nobody should read over somebody's shoulder, hidden.

use serde_json::{Map, Value};

use super::compare::Difference;

/// Words in the name of a variable whose value is hidden.
const SECRET: [&str; 7] = ["PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "AUTH", "PRIVATE"];

/// What stands in the place of a hidden value.
const HIDDEN: &str = "***";

/// A difference whose secret values are hidden: those of variables that are called like secrets, and passwords in URLs.
#[must_use]
pub fn masked(difference: &Difference) -> Difference {
    let Difference { path, from, to } = difference;
    let is_secret = variable(path).is_some_and(is_secret);
    let mask = |value: &Option<Value>| value.as_ref().map(|value| if is_secret { hidden() } else { shown(value) });
    Difference { path: path.clone(), from: mask(from), to: mask(to) }
}

/// The variable that a path is about.
fn variable(path: &str) -> Option<&str> {
    let (_, rest) = path.rsplit_once("environment[")?;
    rest.split_once(']').map(|(name, _)| name)
}

/// Whether a variable is called like a secret.
fn is_secret(name: &str) -> bool {
    let name = name.to_uppercase();
    SECRET.iter().any(|word| name.contains(word))
}

fn hidden() -> Value {
    Value::from(HIDDEN)
}

/// A value without its secrets.
fn shown(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(without_passwords(text)),
        Value::Array(items) => items.iter().map(shown).collect(),
        Value::Object(object) => Value::Object(of_object(object)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// An object without its secrets; an object with a name and a value is a variable.
fn of_object(object: &Map<String, Value>) -> Map<String, Value> {
    let is_secret = object.get("name").and_then(Value::as_str).is_some_and(is_secret);
    let masked = object.iter().map(|(key, value)| {
        let value = if is_secret && key == "value" { hidden() } else { shown(value) };
        (key.clone(), value)
    });
    masked.collect()
}

/// A text whose URLs have no passwords: `postgres://app:***@db/app`.
fn without_passwords(text: &str) -> String {
    let mut parts = text.split("://");
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        masked.push_str("://");
        let end = part.find(|letter: char| letter.is_whitespace() || matches!(letter, '/' | '"' | '\'' | '?' | '#'));
        let (authority, rest) = part.split_at(end.unwrap_or(part.len()));
        match authority.rsplit_once('@').map(|(user, host)| (user.split_once(':'), host)) {
            Some((Some((user, _)), host)) => {
                masked.extend([user, ":", HIDDEN, "@", host]);
            }
            Some((None, _)) | None => masked.push_str(authority),
        }
        masked.push_str(rest);
    }
    masked
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(path: &str, value: Value, expected: &Value) {
        let difference = Difference { path: path.to_owned(), from: None, to: Some(value) };
        assert_eq!(masked(&difference).to.as_ref(), Some(expected));
    }

    #[test]
    fn what_is_called_like_a_secret_is_hidden() {
        check("containerDefinitions[web].environment[DB_PASSWORD]", json!("hunter2"), &json!("***"));
        check("containerDefinitions[web].environment[api_key]", json!("hunter2"), &json!("***"));
        check("containerDefinitions[web].environment[LOG_LEVEL]", json!("debug"), &json!("debug"));
        let environment = json!([{"name": "TOKEN", "value": "hunter2"}, {"name": "A", "value": "a"}]);
        let expected = json!([{"environment": [{"name": "TOKEN", "value": "***"}, {"name": "A", "value": "a"}]}]);
        check("containerDefinitions", json!([{ "environment": environment }]), &expected);
        // Where a secret is, is no secret.
        let arn = json!("arn:aws:secretsmanager:eu-west-1:1:secret:db");
        check("containerDefinitions[web].secrets[DB_PASSWORD]", arn.clone(), &arn);
    }

    #[test]
    fn urls_lose_their_passwords() {
        for (text, expected) in [
            ("postgres://app:hunter2@db:5432/app", "postgres://app:***@db:5432/app"),
            ("postgres://app@db/app", "postgres://app@db/app"),
            ("redis://:hunter2@cache", "redis://:***@cache"),
            ("a://u:p@ss@h b://u:p@h/x", "a://u:***@h b://u:***@h/x"),
            ("http://web:80/a@b", "http://web:80/a@b"),
            ("no url", "no url"),
        ] {
            check("containerDefinitions[web].environment[URL]", json!(text), &json!(expected));
        }
    }
}
