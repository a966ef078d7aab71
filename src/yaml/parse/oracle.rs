//! Another reader of YAML sees the same structure and the same text.

use proptest::prelude::*;
use serde_yaml::Value as Other;

use super::*;
use crate::source::Sources;

/// Whether both readers see the same. Where only go-yaml sees a number, the text is compared.
fn equal(node: &Node, other: &Other) -> bool {
    match (&node.kind, other) {
        (Kind::Sequence(items), Other::Sequence(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(item, other)| equal(item, other))
        }
        (Kind::Mapping(mapping), Other::Mapping(others)) => {
            let entries = mapping.entries();
            let same =
                |entry: &super::super::Entry| others.get(&*entry.key).is_some_and(|other| equal(&entry.value, other));
            entries.len() == others.len() && entries.iter().all(same)
        }
        (Kind::Scalar(scalar), other) => match (scalar.value(), other) {
            (Value::Null, Other::Null) => true,
            (Value::Bool(value), Other::Bool(other)) => value == *other,
            (Value::Integer(value), Other::Number(other)) => value.to_string() == other.to_string(),
            (Value::Float(value), Other::Number(other)) => other.as_f64() == Some(value),
            // go-yaml takes more for numbers: `0755`, `1_000`.
            (Value::String(_) | Value::Timestamp(_) | Value::Integer(_) | Value::Float(_), Other::String(other)) => {
                *scalar.text == **other
            }
            _ => false,
        },
        _ => false,
    }
}

#[track_caller]
fn check(text: &str) {
    let file = Sources::default().add("compose.yml", text);
    let documents =
        parse(file, text, &mut Diagnostics::default()).sound().unwrap_or_else(|| panic!("{text:?} is refused"));
    let mut other: Other = serde_yaml::from_str(text).unwrap();
    other.apply_merge().unwrap();
    assert!(equal(&documents[0], &other), "{text}\n{documents:#?}\n{other:#?}");
}

#[test]
fn hand_written_files_are_read_alike() {
    check("a: 1\nb: [x, 'y y', \"z\\tz\"]\nc:\n- d: ~\n  e: true\n-\n  - f\n");
    check("a: |\n  one\n   two\n\n  three\nb: >\n  one\n  two\n\n  three\nc: |-\n  x\nd: |+\n  y\n\ne: 1\n");
    check("a: one\n  two\n\n  three\nb: 'it''s\n  so'\nc: \"a \\\n  b\"\n");
    check("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: {<<: [*a, {z: 1}]}\n");
    check("# c\na: # d\n  b # e\nc: d#e\n'f g': http://h:1/?i=j&k\n? l\n: m\n");
    check("---\na: []\nb: {}\nc: ''\nd: -1.5e3\ne: 9223372036854775807\n...\n");
}

/// A tree of what both readers take alike.
fn tree() -> impl Strategy<Value = Other> {
    let scalar = prop_oneof![
        Just(Other::Null),
        any::<bool>().prop_map(Other::from),
        any::<i64>().prop_map(Other::from),
        any::<u64>().prop_map(Other::from),
        "[ -~éß€\\n]{0,20}".prop_map(Other::from),
        "[a-z][a-z0-9_./:-]{0,12}".prop_map(Other::from),
    ];
    scalar.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Other::from),
            prop::collection::vec(("[a-zA-Z][a-zA-Z_. -]{0,8}[a-z]", inner), 0..6)
                .prop_map(|pairs| Other::Mapping(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_another_writes_is_read(tree in tree()) {
        let text = serde_yaml::to_string(&tree).unwrap();
        let file = Sources::default().add("compose.yml", text.as_str());
        let documents = parse(file, &text, &mut Diagnostics::default()).sound();
        let documents = documents.unwrap_or_else(|| panic!("{text:?} is refused"));
        prop_assert!(equal(&documents[0], &tree), "{}\n{:#?}", text, documents);
    }
}
