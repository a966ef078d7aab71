//! What ECS's calls take: every field, as far as the API's own model says.
//!
//! The table comes from that model by `.ci/ecs_shapes.py`, which also says how it is written.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The table.
const TABLE: &str = include_str!("shape/shapes.txt");

/// The structures, by their names.
static STRUCTURES: LazyLock<BTreeMap<&'static str, Vec<Field>>> = LazyLock::new(|| structures(TABLE));

/// A call whose input may be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// `RegisterTaskDefinition`.
    RegisterTaskDefinition,
    /// `CreateService`.
    CreateService,
    /// `UpdateService`.
    UpdateService,
    /// `RunTask`.
    RunTask,
}

impl Call {
    /// The name of the structure that the call takes.
    #[must_use]
    pub const fn structure(self) -> &'static str {
        match self {
            Self::RegisterTaskDefinition => "RegisterTaskDefinitionRequest",
            Self::CreateService => "CreateServiceRequest",
            Self::UpdateService => "UpdateServiceRequest",
            Self::RunTask => "RunTaskRequest",
        }
    }
}

/// A field of a structure.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it takes.
    pub kind: Kind,
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number in a range.
    Integer {
        /// The smallest.
        first: i64,
        /// The largest.
        last: i64,
    },
    /// A number.
    Number,
    /// `true` or `false`.
    Flag,
    /// One of several words.
    Word(Vec<&'static str>),
    /// A list.
    List(Box<Kind>),
    /// A mapping whose keys the user chooses.
    Map(Box<Kind>),
    /// A structure, by its name.
    Structure(&'static str),
    /// Anything.
    Any,
}

/// The fields of a structure; none if there is no such structure.
#[must_use]
pub fn fields(structure: &str) -> &'static [Field] {
    STRUCTURES.get(structure).map(Vec::as_slice).unwrap_or_default()
}

/// A field of a structure.
#[must_use]
pub fn field(structure: &str, name: &str) -> Option<&'static Field> {
    fields(structure).iter().find(|field| field.name == name)
}

/// The field by which structures of one kind are told apart in a list, so that lists of them join.
#[must_use]
pub fn identity(structure: &str) -> Option<&'static str> {
    match structure {
        "ContainerDefinition" | "Volume" | "KeyValuePair" | "Secret" | "Ulimit" | "ServiceVolumeConfiguration" => {
            Some("name")
        }
        "Tag" => Some("key"),
        "SystemControl" => Some("namespace"),
        "ServiceConnectService" => Some("portName"),
        _ => None,
    }
}

/// Reads the table.
fn structures(table: &'static str) -> BTreeMap<&'static str, Vec<Field>> {
    let mut structures = BTreeMap::new();
    let mut current = "";
    for line in table.lines() {
        match line.strip_prefix("  ") {
            None => {
                current = line;
                structures.insert(line, Vec::new());
            }
            Some(line) => structures.entry(current).or_default().extend(written_field(line)),
        }
    }
    structures
}

/// Reads the line of a field.
fn written_field(line: &'static str) -> Option<Field> {
    let (name, written) = line.split_once(' ')?;
    let required = name.ends_with('!');
    Some(Field { name: name.trim_end_matches('!'), required, kind: kind(written) })
}

/// Reads what a field takes.
fn kind(written: &'static str) -> Kind {
    let inner = |open: char, close: char| written.strip_prefix(open)?.strip_suffix(close);
    if let Some(item) = inner('[', ']') {
        return Kind::List(Box::new(kind(item)));
    }
    if let Some(value) = inner('{', '}') {
        return Kind::Map(Box::new(kind(value)));
    }
    if let Some(bounds) = written.strip_prefix("integer") {
        let (first, last) = bounds.trim().split_once("..").unwrap_or_default();
        let (lowest, highest) = (i64::from(i32::MIN), i64::from(i32::MAX));
        return Kind::Integer { first: first.parse().unwrap_or(lowest), last: last.parse().unwrap_or(highest) };
    }
    match written {
        "string" => Kind::Text,
        "double" => Kind::Number,
        "boolean" => Kind::Flag,
        "any" => Kind::Any,
        // Structures start with a capital letter and go on with small ones, as no word does.
        name if name.starts_with(char::is_uppercase) && TABLE.lines().any(|line| line == name) => Kind::Structure(name),
        words => Kind::Word(words.split('|').collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(structure: &str, name: &str, expected: &Field) {
        assert_eq!(field(structure, name), Some(expected));
    }

    #[test]
    fn fields_are_those_of_the_model() {
        let field = |name, required, kind| Field { name, required, kind };
        check("RegisterTaskDefinitionRequest", "family", &field("family", true, Kind::Text));
        let containers = Kind::List(Box::new(Kind::Structure("ContainerDefinition")));
        check(
            Call::RegisterTaskDefinition.structure(),
            "containerDefinitions",
            &field("containerDefinitions", true, containers),
        );
        check("ContainerDefinition", "dockerLabels", &field("dockerLabels", false, Kind::Map(Box::new(Kind::Text))));
        check("EnvironmentFile", "type", &field("type", true, Kind::Word(vec!["s3"])));
        let weight = Kind::Integer { first: 0, last: 1000 };
        check("CapacityProviderStrategyItem", "weight", &field("weight", false, weight));
        check(
            "Device",
            "permissions",
            &field("permissions", false, Kind::List(Box::new(Kind::Word(vec!["read", "write", "mknod"])))),
        );
        assert_eq!(super::field("ContainerDefinition", "nothing"), None);
    }

    #[test]
    fn every_call_has_fields_and_every_structure_that_is_named_is_there() {
        for call in [Call::RegisterTaskDefinition, Call::CreateService, Call::UpdateService, Call::RunTask] {
            assert!(fields(call.structure()).len() > 15, "{call:?}");
        }
        let named = |kind: &Kind| {
            let kind = if let Kind::List(item) | Kind::Map(item) = kind { item } else { kind };
            if let Kind::Structure(name) = kind { Some(*name) } else { None }
        };
        for field in STRUCTURES.values().flatten() {
            assert!(named(&field.kind).is_none_or(|name| !fields(name).is_empty()), "{field:?}");
        }
    }

    #[test]
    fn what_tells_structures_apart_is_a_field_of_theirs() {
        for (name, _) in STRUCTURES.iter() {
            assert!(identity(name).is_none_or(|identity| field(name, identity).is_some()), "{name}");
        }
    }
}
