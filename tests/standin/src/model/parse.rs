//! Reads a table; its grammar stands in `model/extract.py`.

use std::collections::BTreeMap;

use super::{Call, Limits, Member, Model, Shape, Structure};

/// A table that is part of the crate, so whatever is wrong in it is a mistake here.
pub(super) fn model(table: &'static str) -> Model {
    let (calls, structures): (Vec<_>, Vec<_>) = table.lines().partition(|line| line.starts_with("call "));
    let names = structures.iter().map(|line| line.split(' ').next().expect("a line has a first word"));
    let places: BTreeMap<&str, usize> = names.enumerate().map(|(place, name)| (name, place)).collect();
    Model {
        calls: calls.into_iter().map(|line| call(line, &places)).collect(),
        structures: structures.into_iter().map(|line| structure(line, &places)).collect(),
    }
}

fn call(line: &'static str, places: &BTreeMap<&str, usize>) -> (&'static str, Call) {
    let words: Vec<&str> = line.split(' ').collect();
    let [_, name, input, output] = words.as_slice() else { panic!("no call: {line}") };
    (name, Call { input: places.get(input).copied(), output: places.get(output).copied() })
}

fn structure(line: &'static str, places: &BTreeMap<&str, usize>) -> Structure {
    let member = |word: &'static str| {
        let (name, shape) = word.split_once(':').unwrap_or_else(|| panic!("no member: {word}"));
        let required = name.ends_with('!');
        let (shape, rest) = shape_of(shape, places);
        assert!(rest.is_empty(), "what is `{rest}` in `{word}`?");
        (name.trim_end_matches('!'), Member { required, shape })
    };
    Structure { members: line.split(' ').skip(1).map(member).collect() }
}

/// The type that a text starts with, and what follows it.
fn shape_of(text: &'static str, places: &BTreeMap<&str, usize>) -> (Shape, &'static str) {
    if let Some(inner) = text.strip_prefix('[') {
        let (item, rest) = shape_of(inner, places);
        let (limits, rest) = limits(rest.strip_prefix(']').expect("a list ends"));
        return (Shape::List(Box::new(item), limits), rest);
    }
    if let Some(inner) = text.strip_prefix('{') {
        let (item, rest) = shape_of(inner, places);
        let (limits, rest) = limits(rest.strip_prefix('}').expect("a mapping ends"));
        return (Shape::Map(Box::new(item), limits), rest);
    }
    if let Some(inner) = text.strip_prefix("s<") {
        let (choices, rest) = inner.split_once('>').expect("choices end");
        let shape = Shape::Text { choices: choices.split('|').collect(), limits: Limits::default() };
        return (shape, rest);
    }
    let end = text.find([']', '}']).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    if let Some(place) = places.get(word) {
        return (Shape::Structure(*place), rest);
    }
    let (kind, range) = word.split_at(1);
    let (limits, _) = limits(range);
    let shape = match kind {
        "s" => Shape::Text { choices: Vec::new(), limits },
        "i" => Shape::Whole(limits),
        "f" => Shape::Number,
        "b" => Shape::Flag,
        "t" => Shape::Time,
        other => panic!("no type: {other}"),
    };
    (shape, rest)
}

/// The limits that a text starts with, and what follows them.
fn limits(text: &'static str) -> (Limits, &'static str) {
    let end = text.find([']', '}']).unwrap_or(text.len());
    let (range, rest) = text.split_at(end);
    let Some((least, most)) = range.split_once("..") else { return (Limits::default(), rest) };
    (Limits { least: least.parse().ok(), most: most.parse().ok() }, rest)
}
