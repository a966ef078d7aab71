use std::borrow::Cow;

use proptest::prelude::*;

use super::*;
use crate::testing;
use crate::yaml::resolve;
use crate::yaml::{Kind, Node};

/// A tree as a value.
fn value(node: &Node) -> Value<'static> {
    match &node.kind {
        Kind::Scalar(scalar) => match scalar.value() {
            resolve::Value::Null => Value::Null,
            resolve::Value::Bool(flag) => Value::Bool(flag),
            resolve::Value::Integer(number) => Value::Integer(number),
            resolve::Value::Float(number) => Value::Float(number),
            resolve::Value::Timestamp(text) | resolve::Value::String(text) => {
                Value::String(Cow::Owned(text.to_owned()))
            }
        },
        Kind::Sequence(items) => Value::List(items.iter().map(|item| value(item)).collect()),
        Kind::Mapping(mapping) => {
            Value::sorted(mapping.entries().iter().map(|entry| (entry.key.to_string(), value(&entry.value))))
        }
    }
}

/// Checks what Docker Compose printed for strings as the items of a list.
#[track_caller]
fn check(items: &[(&str, &str)]) {
    for (string, printed) in items {
        let list = Value::List(vec![Value::from(*string)]);
        assert_eq!(document(&list), format!("- {printed}\n"), "{string:?}");
    }
}

/// Checks that strings are printed as they are.
#[track_caller]
fn check_plain(strings: &[&str]) {
    let items: Vec<_> = strings.iter().map(|string| (*string, *string)).collect();
    check(&items);
}

/// Checks that strings are printed between quotes, and otherwise as they are.
#[track_caller]
fn check_between(quote: char, strings: &[&str]) {
    for string in strings {
        check(&[(string, &format!("{quote}{string}{quote}"))]);
    }
}

/// Checks a whole document, whose keys are sorted.
#[track_caller]
fn check_document(written: &str, printed: &str) {
    assert_eq!(document(&value(&testing::node(written))), printed);
}

#[test]
fn what_is_a_string_anyway_is_plain() {
    check_plain(&["nULL", "yEs", "1:99", "+1:2_3", "1:60", "--", "-a", "?a", ":a", "a:b", "a :b", "a#b", "it's"]);
    check_plain(&["a[b]", "a,b", "a -", "a?", "a ? b", "a'b\"c\\d", "C:\\x", "<&>", "100%", "1 2", "1,000", "=", "<<"]);
    check_plain(&["é", "日本", "a\u{a0}b", "\u{200b}", "\u{fffd}", "\u{e000}", "a b"]);
}

#[test]
fn what_would_be_something_else_has_double_quotes() {
    let words = ["", "true", "FALSE", "~", "null", "Null", "0755", "0o17", "1_000", "089", "1.5", ".5", "1e3", ".inf"];
    check_between('"', &words);
    check_between('"', &["y", "N", "yes", "No", "ON", "off", "1:30", "-1:30", "190:20:30", "1:5.5", "1:05.", "1_0:59"]);
    check_between('"', &["2001-12-14", "2001-1-1T1:2:3Z", "0x1F", "0b1"]);
}

#[test]
fn indicators_have_single_quotes() {
    check_between('\'', &["-", "---", "---a", "...", "...x", "?", ":", "a:", " ", "  a", "a ", "a: b", "a #b", "#a"]);
    check_between(
        '\'',
        &["\"a\"", "[a]", "{a}", ",a", "]a", "}a", "&a", "*a", "!a", "|a", ">a", "%a", "@a", "`a", "::"],
    );
    check(&[("'a'", "'''a'''"), ("it's: ", "'it''s: '"), ("$a: ", "'$$a: '")]);
    check(&[("a\u{2028}b", "'a\u{2028}  b'"), ("\u{2028}", "'\u{2028}'")]);
}

#[test]
fn what_needs_a_backslash_has_double_quotes() {
    check(&[("a\t", "\"a\\t\""), ("a\tb", "\"a\\tb\""), ("a\r\nb", "\"a\\r\\nb\""), ("a\n ", "\"a\\n \"")]);
    check(&[("a \nb", "\"a \\nb\""), ("a\nb ", "\"a\\nb \""), ("\u{85}", "\"\\N\""), (" \u{2028}a", "\" \\La\"")]);
    check(&[("😀", "\"\\U0001F600\""), ("\u{feff}", "\"\\uFEFF\""), ("\u{1}", "\"\\x01\""), ("\u{7f}", "\"\\x7F\"")]);
    check(&[("\u{1b}[0m", "\"\\e[0m\""), ("\u{7}", "\"\\a\""), ("\"\t\\", "\"\\\"\\t\\\\\"")]);
}

#[test]
fn lines_stand_in_a_block() {
    check(&[
        ("a\nb", "|-\n  a\n  b"),
        ("a\nb\n", "|\n  a\n  b"),
        ("a\nb\n\n", "|+\n  a\n  b\n"),
        ("a\n\n", "|+\n  a\n"),
    ]);
    check(&[("\n", "|2+\n"), ("\n\n", "|2+\n\n"), ("\na", "|2-\n\n  a"), (" a\nb", "|2-\n   a\n  b")]);
    check(&[
        ("a\n\n b", "|-\n  a\n\n   b"),
        ("a\n\tb", "|-\n  a\n  \tb"),
        ("\t\t\n", "|\n  \t\t"),
        ("a\n\t", "|-\n  a\n  \t"),
    ]);
    check(&[("a\u{2028}\nb", "|-\n  a\u{2028}\n  b"), ("# a\nb", "|-\n  # a\n  b"), ("null\n", "|\n  null")]);
}

#[test]
fn lists_and_mappings_stand_one_level_further_in() {
    let written = "{a: {b: [x, [1, [2]], {c: 1, d: [z]}], e: {}, f: []}}";
    let printed = "a:\n  b:\n    - x\n    - - 1\n      - - 2\n    - c: 1\n      d:\n        - z\n  e: {}\n  f: []\n";
    check_document(written, printed);
    check_document("[[], {}, [[]], {a: {b: \"x\\ny\"}}]", "- []\n- {}\n- - []\n- a:\n    b: |-\n      x\n      y\n");
}

#[test]
fn other_scalars_need_no_quotes() {
    check_document("[~, true, false, 18446744073709551615]", "- null\n- true\n- false\n- 18446744073709551615\n");
    check_document("[1.0, 1.50, 1e6, 1e-5, -0.0]", "- 1\n- 1.5\n- 1e+06\n- 1e-05\n- -0\n");
    check_document("[.inf, -.inf, .nan]", "- .inf\n- -.inf\n- .nan\n");
}

#[test]
fn keys_are_written_as_strings() {
    check_document(
        "{\"\": 1, \"y\": 1, \"a: \": 1, \"b\\t\": {c: 1}}",
        "\"\": 1\n'a: ': 1\n\"b\\t\":\n  c: 1\n\"y\": 1\n",
    );
}

#[test]
fn long_keys_and_keys_of_lines_stand_behind_a_question_mark() {
    let (longest, longer) = ("k".repeat(128), "é".repeat(65));
    check_document(&format!("{longest}: [1]"), &format!("{longest}:\n  - 1\n"));
    let written = format!("{{{longer}: {{a: 1, b: [x]}}}}");
    check_document(&written, &format!("? {longer}\n: a: 1\n  b:\n    - x\n"));
    check_document("{? \"a\\nb\" : [1, 2]}", "? |-\n  a\n  b\n: - 1\n  - 2\n");
    check_document("{x: {? \"a\\rb\" : 5}}", "x:\n  ? \"a\\rb\"\n  : 5\n");
}

/// Text that is likely to need care. The separators of Unicode part lines in YAML 1.1 only, for which go-yaml writes.
fn string() -> impl Strategy<Value = String> {
    let any = prop_oneof!["[-+.0-9_:eExobTZ]{0,8}", "[ \t\n#:'\"\\\\|>&*!%@`?,{}\\[\\]a-z$-]{0,12}", "(?s).{0,8}"];
    let any = any.prop_filter("another line break", |string| !string.contains(['\u{2028}', '\u{2029}']));
    // go-yaml writes lines of which the first starts with a tab as a block, and does not read it back.
    any.prop_filter("a tab", |string| !string.trim_start_matches([' ', '\n']).starts_with('\t'))
}

/// Any value.
fn any_value() -> impl Strategy<Value = Value<'static>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        string().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        // go-yaml writes the name `<<` without quotes, and does not read it back.
        let name = string().prop_filter("a name", |name| name != "<<");
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
            prop::collection::btree_map(name, inner, 0..5).prop_map(Value::sorted),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(written in any_value()) {
        let written = Value::sorted([("project", written)]);
        let text = document(&written).replace("$$", "$");
        prop_assert_eq!(value(&testing::node(&text)), written);
    }
}
