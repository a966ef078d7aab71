//! What becomes of a Compose key, in words, and in an example that is translated here and now.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::diag::render::{Color, Renderer};
use crate::diag::{Diagnostic, Severity};
use crate::lower::fate::example::{Example, FILES};
use crate::lower::fate::lookup::{self, Entry};
use crate::lower::fate::{Exception, Fate, Outcome, Row};
use crate::options::{LaunchType, LowerOptions, Options};
use crate::world::MemoryWorld;
use crate::{Translation, backend, translate};

/// Where an example stands.
const DIRECTORY: &str = "/shop";

/// The file of an example.
const FILE: &str = "compose.yaml";

/// What is to be said of `x-ecs`, which is no key of Compose.
const EXTENSION: &str = "\
x-ecs
  what Compose cannot say, at the top of a file and at a service
  `compose2ecs schema` prints the JSON schema of its keys
";

/// The launch types, and their names.
const LAUNCH_TYPES: [(LaunchType, &str); 2] = [(LaunchType::Ec2, "EC2"), (LaunchType::Fargate, "Fargate")];

/// Says what becomes of a key and of all below it, with an example of it; nothing if there is no such key.
#[must_use]
pub fn key(written: &str) -> Option<String> {
    if written.split('.').any(|segment| segment == "x-ecs") {
        return Some(EXTENSION.to_owned());
    }
    let entries = lookup::find(written);
    let mut text = String::new();
    let mut rest = entries.as_slice();
    while let Some(Entry { key: _, row }) = rest.first() {
        let same = rest.iter().take_while(|entry| entry.row == *row).count();
        let (keys, others) = rest.split_at(same);
        for Entry { key, row: _ } in keys {
            let _ = writeln!(text, "{}", key.strip_prefix("services.*.").unwrap_or(key));
        }
        text.push_str(&told(row));
        text.push('\n');
        rest = others;
    }
    let row = entries.first()?.row;
    text.push_str(&shown(row));
    Some(text)
}

/// The key that a user means, it seems.
#[must_use]
pub fn nearest_key(written: &str) -> Option<String> {
    lookup::suggestion(written)
}

/// What a row says, in indented lines.
fn told(row: &Row) -> String {
    let mut lines = Vec::new();
    if row.ec2 == row.fargate {
        lines.push(format!("{} on EC2 and Fargate: {}", row.ec2.fate.as_str(), became(row.ec2)));
    } else {
        for (launch_type, name) in LAUNCH_TYPES {
            let outcome = row.outcome(launch_type);
            lines.push(format!("{} on {name}: {}", outcome.fate.as_str(), became(outcome)));
        }
    }
    lines.extend(Some(row.remark).filter(|remark| !remark.is_empty()).map(str::to_owned));
    lines.extend(row.exceptions.iter().map(Exception::told));
    if !row.hint.is_empty() {
        lines.push(format!("to do: {}", row.hint));
    }
    format!("  {}\n", lines.join("\n  "))
}

/// What became of a key: a field of ECS, or the reason why it did not.
fn became(outcome: Outcome) -> String {
    let Outcome { fate: _, reason, field } = outcome;
    match (reason, field) {
        ("", "") => "what ECS does anyway".to_owned(),
        ("", field) => field.to_owned(),
        (reason, "") => reason.to_owned(),
        (reason, field) => format!("{field}; {reason}"),
    }
}

/// An example of a row, and what becomes of it on each launch type.
fn shown(row: &Row) -> String {
    let Example { with, without } = row.sample.example(row.key);
    let mut text = format!("for example\n\n{}\n", indented(&with));
    let [(_, on_ec2), (_, on_fargate)] = LAUNCH_TYPES.map(|(launch_type, name)| {
        let (with, without) = (translated(&with, launch_type), translated(&without, launch_type));
        (name, outcome_of(&with, &without, row.outcome(launch_type)))
    });
    if on_ec2 == on_fargate {
        let _ = write!(text, "becomes on EC2 and Fargate\n\n{}", indented(&on_ec2));
    } else {
        let _ = write!(text, "becomes on EC2\n\n{}\n", indented(&on_ec2));
        let _ = write!(text, "becomes on Fargate\n\n{}", indented(&on_fargate));
    }
    text
}

/// A text with its lines moved to the right.
fn indented(text: &str) -> String {
    let mut indented = String::new();
    for line in text.trim_matches('\n').lines() {
        let space = if line.is_empty() { "" } else { "    " };
        indented.extend([space, line, "\n"]);
    }
    indented
}

/// Translates an example.
fn translated(text: &str, launch_type: LaunchType) -> Translation {
    let files = FILES.iter().map(|(name, text)| (*name, *text)).chain([(FILE, text)]);
    let world = MemoryWorld {
        files: files.map(|(name, text)| (format!("{DIRECTORY}/{name}").into(), text.into())).collect(),
        current_dir: DIRECTORY.into(),
        ..MemoryWorld::default()
    };
    let subnets = match launch_type {
        LaunchType::Ec2 => Vec::new(),
        LaunchType::Fargate => vec!["subnet-0a1b2c3d".to_owned()],
    };
    let lower = LowerOptions {
        launch_type: Some(launch_type),
        region: Some("eu-west-1".to_owned()),
        subnets,
        execution_role: Some("arn:aws:iam::123456789012:role/ecsTaskExecutionRole".to_owned()),
        ..LowerOptions::default()
    };
    translate(&world, &[], &Options { lower, ..Options::default() })
}

/// What a key makes of a translation: what is said because of it, and the field that it becomes.
fn outcome_of(with: &Translation, without: &Translation, Outcome { fate, reason: _, field }: Outcome) -> String {
    // What is said of the key that holds this one is said of it, too.
    let is_about_it = match fate {
        Fate::Exact | Fate::Irrelevant => false,
        Fate::Approximated | Fate::Lost | Fate::Refused => true,
    };
    let serious = |finding: &&Diagnostic| is_about_it && finding.severity != Severity::Note;
    let renderer = Renderer::new(Color::Never);
    let draw = |finding: &Diagnostic| renderer.render(finding, &with.sources).replace(&format!("{DIRECTORY}/"), "");
    let findings: Vec<String> = with.diagnostics.iter().filter(serious).map(draw).collect();
    let document = |translation: &Translation| {
        let document = translation.stack.as_ref().map(backend::document)?;
        serde_json::from_str::<Value>(&document).ok()
    };
    let (part, part_without) = (
        document(with).and_then(|document| at_field(&document, field)),
        document(without).and_then(|document| at_field(&document, field)),
    );
    let mut text = findings.join("\n");
    match part {
        Some(part) if Some(&part) != part_without.as_ref() => {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&serde_json::to_string_pretty(&part).expect("a value can be written"));
        }
        None if part_without.is_some() => {
            let _ = write!(text, "nothing: `{field}` is there without it");
        }
        _ if text.is_empty() => text.push_str("the same as without it"),
        _ => {}
    }
    text
}

/// The part of a document that holds a field, with the names of what it is part of.
fn at_field(document: &Value, field: &str) -> Option<Value> {
    const ROOTS: [&str; 4] = ["services[]", "tasks[]", "cluster.", "waves"];
    if field.is_empty() {
        return None;
    }
    let is_whole = ROOTS.iter().any(|root| field.starts_with(root));
    let field = if is_whole { field.to_owned() } else { format!("taskDefinitions[].{field}") };
    part(document, &field.split('.').collect::<Vec<_>>())
}

/// The part of a value along a path.
fn part(value: &Value, path: &[&str]) -> Option<Value> {
    const NAMES: [&str; 4] = ["family", "name", "serviceName", "containerName"];
    let Some((segment, path)) = path.split_first() else { return Some(value.clone()) };
    let (name, is_list) = segment.strip_suffix("[]").map_or((*segment, false), |name| (name, true));
    let inner = value.get(name)?;
    let inner = if is_list {
        let items: Vec<Value> = inner.as_array()?.iter().filter_map(|item| part(item, path)).collect();
        (!items.is_empty()).then_some(Value::Array(items))?
    } else {
        part(inner, path)?
    };
    let names = NAMES.into_iter().filter_map(|key| Some((key.to_owned(), value.get(key)?.clone())));
    let mut result: Map<String, Value> = names.collect();
    result.insert(name.to_owned(), inner);
    Some(Value::Object(result))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: &str) {
        assert_eq!(key(written).unwrap(), expected);
    }

    #[test]
    fn a_key_is_shown_with_what_it_becomes() {
        check(
            "services.web.shm_size",
            "\
shm_size
  exact on EC2: containerDefinitions[].linuxParameters.sharedMemorySize
  lost on Fargate: Fargate does not let `/dev/shm` be sized
  in whole MiB, rounded up
  to do: translate for EC2 with `--launch-type ec2` if the service needs it

for example

    services:
      web:
        image: nginx:1
        shm_size: 64m

becomes on EC2

    {
      \"taskDefinitions\": [
        {
          \"family\": \"shop-web\",
          \"containerDefinitions\": [
            {
              \"name\": \"web\",
              \"linuxParameters\": {
                \"sharedMemorySize\": 64
              }
            }
          ]
        }
      ]
    }

becomes on Fargate

    warning[lost]: `shm_size` is left out: Fargate does not let `/dev/shm` be sized
     --> compose.yaml:4:15
      |
    4 |     shm_size: 64m
      |               ^^^
      |
      = note: at services.web.shm_size
      = help: translate for EC2 with `--launch-type ec2` if the service needs it
",
        );
    }

    #[test]
    fn names_of_the_users_own_may_be_left_out() {
        assert_eq!(key("ulimits.soft"), key("services.web.ulimits.nofile.soft"));
        assert_eq!(key("environment.LEVEL"), key("environment"));
        assert_eq!(key("ports[0].target"), key("ports.target"));
    }

    #[test]
    fn an_unknown_key_is_none() {
        assert_eq!(key("deploy.replica"), None);
        assert_eq!(nearest_key("deploy.replica").as_deref(), Some("deploy.replicas"));
        assert_eq!(nearest_key("prots").as_deref(), Some("ports"));
    }
}
