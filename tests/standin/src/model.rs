//! Which members, types and limits each call has, and whether an input keeps to them.

mod check;
mod parse;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

pub(crate) use check::Misfit;

/// The tables of the services, by the prefix of their targets.
static MODELS: LazyLock<[(&str, Model); 3]> = LazyLock::new(|| {
    [
        ("AmazonEC2ContainerServiceV20141113", parse::model(include_str!("../model/ecs.txt"))),
        ("AmazonEC2ContainerRegistry_V20150921", parse::model(include_str!("../model/ecr.txt"))),
        ("Logs_20140328", parse::model(include_str!("../model/logs.txt"))),
    ]
});

/// A service's calls.
#[derive(Debug)]
pub(crate) struct Model {
    calls: BTreeMap<&'static str, Call>,
    structures: Vec<Structure>,
}

/// The structures of a call, as places in `Model::structures`.
#[derive(Debug)]
struct Call {
    input: Option<usize>,
    output: Option<usize>,
}

#[derive(Debug)]
struct Structure {
    members: BTreeMap<&'static str, Member>,
}

#[derive(Debug)]
struct Member {
    required: bool,
    shape: Shape,
}

#[derive(Debug)]
enum Shape {
    Text { choices: Vec<&'static str>, limits: Limits },
    Whole(Limits),
    Number,
    Flag,
    Time,
    List(Box<Shape>, Limits),
    Map(Box<Shape>, Limits),
    Structure(usize),
}

/// The least and the most, of a length or of a value.
#[derive(Debug, Clone, Copy, Default)]
struct Limits {
    least: Option<i64>,
    most: Option<i64>,
}

/// The table for a target's prefix.
pub(crate) fn service(prefix: &str) -> Option<&'static Model> {
    MODELS.iter().find(|(name, _)| *name == prefix).map(|(_, model)| model)
}

impl Model {
    pub(crate) fn has(&self, operation: &str) -> bool {
        self.calls.contains_key(operation)
    }

    /// Whether an input keeps to the table.
    pub(crate) fn check_input(&self, operation: &str, input: &Value) -> Result<(), Misfit> {
        self.check(self.calls.get(operation).and_then(|call| call.input), input)
    }

    /// Whether an answer keeps to the table, so that an SDK can read it.
    pub(crate) fn check_output(&self, operation: &str, output: &Value) -> Result<(), Misfit> {
        self.check(self.calls.get(operation).and_then(|call| call.output), output)
    }
}
