//! What is read, and what is refused. The expectations are those of Docker Compose.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::source::Sources;

/// Reads a text whose length is known to fit.
fn read(text: &str) -> (Option<Vec<Rc<Node>>>, Diagnostics) {
    let file = Sources::default().add("compose.yml", text);
    let mut diags = Diagnostics::default();
    let documents = parse(file, text, &mut diags).sound();
    (documents, diags)
}

/// A tree in one line: strings in quotes, other scalars as Go prints them.
fn draw(node: &Node, out: &mut String) {
    match node.tag {
        Some(Tag::Reset) => out.push_str("!reset "),
        Some(Tag::Override) => out.push_str("!override "),
        None => {}
    }
    match &node.kind {
        Kind::Scalar(scalar) => match scalar.value() {
            Value::Null => out.push('~'),
            Value::String(text) => write!(out, "{text:?}").unwrap(),
            value @ (Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Timestamp(_)) => {
                out.push_str(&value.to_go_string());
            }
        },
        Kind::Sequence(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                draw(item, out);
            }
            out.push(']');
        }
        Kind::Mapping(mapping) => {
            out.push('{');
            for (index, entry) in mapping.entries().iter().enumerate() {
                write!(out, "{}{}: ", if index == 0 { "" } else { ", " }, entry.key).unwrap();
                draw(&entry.value, out);
            }
            out.push('}');
        }
    }
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let (documents, diags) = read(text);
    assert!(!diags.has_errors(), "{text:?}: {diags:?}");
    let drawn: Vec<String> = documents
        .unwrap()
        .iter()
        .map(|document| {
            let mut out = String::new();
            draw(document, &mut out);
            out
        })
        .collect();
    assert_eq!(drawn, expected, "{text:?}");
}

/// Compares findings: the marked text, and the message.
#[track_caller]
fn check_refused(text: &str, expected: &[(&str, &str)]) {
    let (documents, diags) = read(text);
    assert!(documents.is_none(), "{text:?} was read");
    let found: Vec<(&str, &str)> = diags
        .iter()
        .map(|finding| (text.get(finding.span.unwrap().range()).unwrap(), finding.message.as_str()))
        .collect();
    assert_eq!(found, expected, "{text:?}");
}

/// One line for each number.
fn repeat(numbers: Range<usize>, line: impl Fn(usize) -> String) -> String {
    numbers.map(line).collect::<Vec<_>>().concat()
}

#[test]
fn a_file_holds_any_number_of_documents() {
    check("", &[]);
    check("# only a comment\n\n", &[]);
    check("---\n", &["~"]);
    check("--- # nothing\n", &["~"]);
    check("a: 1\n", &["{a: 1}"]);
    check("a: 1\n---\nb: 2\n", &["{a: 1}", "{b: 2}"]);
    check("a: 1\n---\n", &["{a: 1}", "~"]);
    check("a: 1\n...\n---\nb: 2\n", &["{a: 1}", "{b: 2}"]);
    check("%YAML 1.1\n---\na: 1\n", &["{a: 1}"]);
    check_refused("a: 1\n...\nb: 2\n", &[("b:", "text behind the end of the document")]);
    check_refused("%YAML 1.2\n---\na: 1\n", &[("---", "only `%YAML 1.1` is understood")]);
}

#[test]
fn line_breaks_may_be_of_any_system() {
    check("a: 1\r\nb: |\r\n  c\r\n  d\r\n", &["{a: 1, b: \"c\\nd\\n\"}"]);
    check("a: 1\rb: 2\r", &["{a: 1, b: 2}"]);
}

#[test]
fn what_is_not_written_is_null() {
    check("a:\nb: ~\nc:\n- \n-\n- x\n", &["{a: ~, b: ~, c: [~, ~, \"x\"]}"]);
    check("a: {b, c: }\n", &["{a: {b: ~, c: ~}}"]);
    check("? a\n", &["{a: ~}"]);
    check("a: &x\nb: *x\n", &["{a: ~, b: ~}"]);
}

#[test]
fn a_colon_without_a_space_belongs_to_the_text() {
    check("x: {A:, B: 1}\n", &["{x: {A:: ~, B: 1}}"]);
    check("x: {A:}\n", &["{x: {A:: ~}}"]);
    check("x: [A:, b]\n", &["{x: [\"A:\", \"b\"]}"]);
    check("x: [A: , b]\n", &["{x: [{A: ~}, \"b\"]}"]);
    check("x: {\"A\":, b: 1}\n", &["{x: {A: ~, b: 1}}"]);
    check("\"a:\":\n", &["{a:: ~}"]);
    check("x: [{a:}, \"b:\": ]\n", &["{x: [{a:: ~}, {b:: ~}]}"]);
    check("x: [a:b, http://c:1]\n", &["{x: [\"a:b\", \"http://c:1\"]}"]);
    check("x:\t1\n", &["{x: 1}"]);
}

#[test]
fn aliases_share_their_node() {
    let (documents, _) = read("a: &k {x: 1}\nb: *k\n");
    let documents = documents.unwrap();
    assert!(Rc::ptr_eq(documents[0].get("a").unwrap(), documents[0].get("b").unwrap()));
    check("a: [&k 1, &k 2, *k]\n", &["{a: [1, 2, 2]}"]);
    check("a: &k x\n*k : 1\n", &["{a: \"x\", x: 1}"]);
    check("&k a: *k\n", &["{a: \"a\"}"]);
    check("a: &k 1\n---\nb: *k\n", &["{a: 1}", "{b: 1}"]);
    check_refused("a: *k\nb: &k 1\n", &[("*k", "unknown anchor")]);
}

#[test]
fn what_names_itself_is_refused() {
    let message = "cycle detected: the alias stands within what it names";
    check_refused("a: &k [*k]\n", &[("*k", message)]);
    check_refused("a: &k {b: *k}\n", &[("*k", message)]);
    check_refused("a: &k {<<: *k}\n", &[("*k", message)]);
}

#[test]
fn own_keys_win_over_merged_ones() {
    check("a: &k {x: 1, y: 2}\nb: {<<: *k, y: 3}\n", &["{a: {x: 1, y: 2}, b: {y: 3, x: 1}}"]);
    check("a: &k {x: 1, y: 2}\nb: {y: 3, <<: *k}\n", &["{a: {x: 1, y: 2}, b: {y: 3, x: 1}}"]);
    check("a: {<<: [{x: 1}, {x: 2, y: 3}], z: 4}\n", &["{a: {z: 4, x: 1, y: 3}}"]);
    check("a: {<<: {<<: {x: 1}, y: 2}}\n", &["{a: {y: 2, x: 1}}"]);
    check("a: {<<: []}\n", &["{a: {}}"]);
    check("a: &k [{x: 1}]\nb: {<<: *k}\n", &["{a: [{x: 1}], b: {x: 1}}"]);
    check("a: {! <<: {x: 1}, y: 2}\n", &["{a: {y: 2, x: 1}}"]);
}

#[test]
fn only_a_plain_sign_merges() {
    check("a: {\"<<\": {x: 1}}\n", &["{a: {<<: {x: 1}}}"]);
    check("a: {!foo <<: {x: 1}}\n", &["{a: {<<: {x: 1}}}"]);
    check("a: [<<]\n", &["{a: [\"<<\"]}"]);
}

#[test]
fn only_mappings_are_merged() {
    let message = "`<<` takes a mapping or a list of mappings";
    check_refused("a: {<<: x}\n", &[("<<", message)]);
    check_refused("a:\n  <<:\n", &[("<<", message)]);
    check_refused("a: {<<: [[{b: 1}]]}\n", &[("<<", message)]);
}

#[test]
fn a_key_stands_once() {
    check_refused("a: 1\nb: 2\n\"a\": 3\n", &[("\"a\"", "duplicate key `a`")]);
    check_refused("a: {<<: {b: 1}, <<: {c: 1}}\n", &[("<<", "duplicate key `<<`")]);
    let many = repeat(0..40, |number| format!("k{number}: 1\n"));
    check_refused(&format!("{many}k0: 1\n"), &[("k0", "duplicate key `k0`")]);
    let (_, diags) = read("a: 1\na: 2\n");
    let (label, text) = &diags.iter().next().unwrap().labels[0];
    assert_eq!((label.range(), text.as_str()), (0..1, "first written here"));
}

#[test]
fn a_key_is_a_string() {
    check("yes: 1\nno: 2\non: 3\n\"1\": 4\n!!str 2: 5\n", &["{yes: 1, no: 2, on: 3, 1: 4, 2: 5}"]);
    check_refused(
        "1: a\ntrue: b\n~: c\n1.5: d\n2001-01-01: e\n",
        &[
            ("1", "non-string key `1`"),
            ("true", "non-string key `true`"),
            ("~", "non-string key `~`"),
            ("1.5", "non-string key `1.5`"),
            ("2001-01-01", "non-string key `2001-01-01`"),
        ],
    );
    let message = "non-string key: a list or a mapping cannot be a key";
    check_refused("? [a]\n: b\n{c: d}: e\n", &[("[a]", message), ("{c: d}", message)]);
}

#[test]
fn tags_decide_types() {
    check("a: !!str 12\nb: !!int \"12\"\nc: !foo 12\nd: ! 12\n", &["{a: \"12\", b: 12, c: \"12\", d: 12}"]);
    check("a: !!str\nb: !!null\nc: !foo\n", &["{a: \"\", b: ~, c: \"\"}"]);
    check("a: !!str {b: c}\nd: !foo [1]\n", &["{a: {b: \"c\"}, d: [1]}"]);
    check(
        "a: !reset null\nb: !override\n  c: 1\nd: !reset\n",
        &["{a: !reset \"null\", b: !override {c: 1}, d: !reset \"\"}"],
    );
    check("!override\na: 1\n", &["!override {a: 1}"]);
    check_refused("a: !!bool yes\n", &[("yes", "`!!bool` does not take this value")]);
    check_refused("a: !e!x y\n", &[("!e!x", "a tag whose prefix is not declared")]);
}

#[test]
fn faults_of_syntax_are_named_where_they_are() {
    check_refused("a:\n\tb: 1\n", &[("\t", "a tab where only spaces may indent")]);
    check_refused("a: b: c\n", &[(":", "a `:` that cannot stand here")]);
    check_refused("a:\n   b: 1\n  c: 2\n", &[("c:", "no key where one was expected")]);
    check_refused("a: 'b'c\n", &[("c", "text behind the closing quote")]);
    check_refused("a: @b\n", &[("@b", "`@` cannot start a value")]);
    check_refused("a: `b`\n", &[("`b`", "a backtick cannot start a value")]);
    check_refused("a: \"\\q\"\n", &[("\"\\q\"", "an escape sequence that YAML does not have")]);
    check_refused("a: {b: 1\n", &[("{b:", "a `{` that is never closed")]);
    check_refused("a: [1]]\n", &[("]", "a closing bracket that nothing opens")]);
    check_refused("a: - b\n", &[("-", "a list item where none may stand")]);
    check_refused("a: [b, , c]\n", &[(",", "no value where one was expected")]);
    let (_, diags) = read("a: [1, 2\nb: 3\n");
    let (label, text) = &diags.iter().next().unwrap().labels[0];
    assert_eq!((label.range(), text.as_str()), (3..4, "this bracket is still open"));
}

#[test]
fn what_docker_compose_takes_is_read_although_it_is_no_yaml() {
    check("a: \"it\\'s\"\n", &["{a: \"it's\"}"]);
    check("a: 'b'#c\nd: [e]#f\ng: {h: \"i\"#j\n}\n", &["{a: \"b\", d: [\"e\"], g: {h: \"i\"}}"]);
    check("a: |-#b\n  c #d\ne: [#f\n g]\n", &["{a: \"c #d\", e: [\"g\"]}"]);
    check("a: [-]\nb: {c: -}\nd: [e, -, f]\n", &["{a: [\"-\"], b: {c: \"-\"}, d: [\"e\", \"-\", \"f\"]}"]);
    check("- a: \"b\nc\n\nd\"\n- 'e\n ---'\n", &["[{a: \"b c\\nd\"}, \"e ---\"]"]);
    check("a: [\n\tb,\n\t\t\"c\"\n\t]\nd: {\n\te: f\n}\n", &["{a: [\"b\", \"c\"], d: {e: \"f\"}}"]);
    check("a: \"b\n\tc \\\n\td\"\ne: 'f\n\t\n \tg'\n", &["{a: \"b c d\", e: \"f\\ng\"}"]);
    check("a: \"b\u{85}c\u{85}\u{85}d\"\ne: f # g\u{85}h: i\n", &["{a: \"b c\\nd\", e: \"f\", h: \"i\"}"]);
    // What looks like it, in text of other kinds, stays.
    check(
        "a: [-]\nb: it\\'s\nc: |\n  \"\\'\n  [-]#\nd: x\n  'y\n",
        &["{a: [\"-\"], b: \"it\\\\'s\", c: \"\\\"\\\\'\\n[-]#\\n\", d: \"x 'y\"}"],
    );
    check_refused("a: [-]\nb: \"c\n--- d\"\n", &[("-]", "a lone `-` between brackets")]);
    check_refused("a: [b\n\tc]\n", &[("b", "while scanning a plain scalar, found a tab")]);
}

#[test]
fn places_are_those_of_the_file_even_if_it_was_rewritten() {
    let message = "non-string key `1`";
    check_refused("a: \"it\\'s\"\n1: b\n", &[("1", message)]);
    check_refused("a: [-]\nb: [-]\n1: 'b'#c\n1: d\n", &[("1", message), ("1", message)]);
    check_refused("a: \"b\nc\"\n1: b\n", &[("1", message)]);
    check_refused("# a\u{85}1: b\n", &[("1", message)]);
    check_refused("a: 'b\nc'\nd: *e\n", &[("*e", "unknown anchor")]);
}

#[test]
fn what_docker_compose_refuses_is_refused_although_it_is_yaml() {
    let question = "a `?` without quotes between brackets";
    check_refused("a: [http://b/?c=d, e]\n", &[("http://b/?c=d", question)]);
    check_refused("a: {b: c?, d?: e}\n", &[("c?", question), ("d?", question)]);
    check("a: b?\nc: [\"d?\"]\n", &["{a: \"b?\", c: [\"d?\"]}"]);
    check_refused("a: [:b, ::1]\n", &[(":b", "a `:` that cannot stand here"), ("::1", "a `:` that cannot stand here")]);
    check_refused("a: {b\n c: d}\n", &[("b", "a key that goes on in the next line")]);
    check("a: {? b\n c : d}\n", &["{a: {b c: \"d\"}}"]);
    check_refused("a: \"b\\/c\"\n", &[("\"b\\/c\"", "an escape sequence that YAML 1.1 does not have")]);
    check("a: |\n  \"b\\/c\"\n", &["{a: \"\\\"b\\\\/c\\\"\\n\"}"]);
    let half = "an escape sequence that stands for half a character";
    check_refused("a: \"\\ud83d\\ude00\"\n", &[("\"\\ud83d\\ude00\"", half)]);
    let name = "a name of an anchor with other signs";
    check_refused("a: &b.c d\ne: *b.c\n", &[("&b.c", name)]);
    check_refused("&a: {b: c}\n", &[("&a:", name)]);
    check_refused("%FOO a\n---\nb: c\n", &[("%FOO a", "an unknown directive")]);
    check_refused("a: &é\n", &[("&é", name)]);
    check_refused(": &가", &[("", "non-string key ``"), ("&가", name)]);
}

#[test]
fn a_tab_indents_nothing() {
    let message = "a tab where only spaces may indent";
    for text in [
        "a: 1\n\t\nb: 2\n",
        "a: 1\n\t# c\n",
        "a:\n  - \tb\n",
        "a:\n  -\tb: c\n",
        "a:\n  ?\tb\n",
        "\t\n",
        "a: 'b'\n  \t\nc: d\n",
        "a: [b]\n\t\nc: d\n",
        "a: |\n  b\n\t\n",
        "a: |\n \tb\n c\n",
        "a: b # c\n  \t\n",
        "a: 1\n\t",
    ] {
        check_refused(text, &[("\t", message)]);
    }
    check("a:\tb\t# c\nd\t:\te\t\n", &["{a: \"b\", d: \"e\"}"]);
    check("a: b\n \tc\n \t\nd: e\n", &["{a: \"b c\", d: \"e\"}"]);
    check("a: |\n  b\n  \t\n  \tc\n", &["{a: \"b\\n\\t\\n\\tc\\n\"}"]);
    check("a:\n  ? |-\n    >\n     b\n    \t\n  : c\n", &["{a: {>\n b\n\t: \"c\"}}"]);
    check("a: [\n  \tb,\n  \tc]\n", &["{a: [\"b\", \"c\"]}"]);
    check("a: \"b\n  \tc\"\n# -\td\n", &["{a: \"b c\"}"]);
}

#[test]
fn nesting_has_a_bound() {
    let nested = |depth: usize| format!("a: {}{}\n", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nested(500)).0.is_some());
    let limited = |text: &str| {
        let (documents, diags) = read(text);
        documents.is_none() && diags.iter().last().unwrap().code == Code::Limit
    };
    assert!(limited(&nested(513)));
    assert!(limited(&nested(100_000)));
    assert!(limited(&"- ".repeat(100_000)));
    assert!(limited(&"? ".repeat(100_000)));
    assert!(limited(&"{a: ".repeat(100_000)));
    let chain = repeat(1..2_000, |number| format!("a{number}: &a{number} [*a{}]\n", number - 1));
    assert!(limited(&format!("a0: &a0 [x]\n{chain}")));
}

#[test]
fn aliases_have_a_bound() {
    let bomb = |first: &str, next: &dyn Fn(usize) -> String| {
        let lines = repeat(1..30, next);
        let (documents, diags) = read(&format!("{first}{lines}"));
        documents.is_none() && diags.iter().last().unwrap().code == Code::Limit
    };
    assert!(bomb("a: &a0 [x]\n", &|n| format!("a{n}: &a{n} [{}x]\n", format!("*a{}, ", n - 1).repeat(9))));
    assert!(bomb("a: &a0 {x: 1}\n", &|n| format!("a{n}: &a{n} {{l: *a{0}, r: *a{0}}}\n", n - 1)));
    assert!(bomb("a: &a0 {x: 1}\n", &|n| format!("a{n}: &a{n} {{<<: [*a{0}, *a{0}], k{n}: 1}}\n", n - 1)));
    let many = format!("a: &a {{x: 1, y: [2]}}\nb:\n{}", "- *a\n".repeat(20_000));
    assert!(read(&many).0.is_some());
}

/// Checks that every place in a tree can be shown.
fn assert_places(text: &str, node: &Node) {
    assert!(text.get(node.span.range()).is_some(), "{text:?}: {:?}", node.span);
    match &node.kind {
        Kind::Scalar(_) => {}
        Kind::Sequence(items) => items.iter().for_each(|item| assert_places(text, item)),
        Kind::Mapping(mapping) => {
            assert!(mapping.own().is_sorted_by_key(|entry| entry.key_span.start));
            for entry in mapping.entries() {
                assert!(text.get(entry.key_span.range()).is_some(), "{text:?}: {:?}", entry.key_span);
                assert_places(text, &entry.value);
            }
        }
    }
}

#[track_caller]
fn assert_sound(text: &str) {
    let (documents, diags) = read(text);
    assert_eq!(documents.is_none(), diags.has_errors(), "{text:?}");
    documents.iter().flatten().for_each(|document| assert_places(text, document));
    for finding in &diags {
        let labels = finding.labels.iter().map(|(span, _)| *span);
        for span in finding.span.into_iter().chain(labels) {
            assert!(text.get(span.range()).is_some(), "{text:?}: {span:?}");
        }
    }
}

/// A file with most of what YAML has.
const SAMPLE: &str = "x: &x {a: 1, b: [c, 'd', \"e\\n\"]}\ny: &y\n- *x\n- |\n  text\n- >-\n  é ü\n\nz:\n  <<: [*x, {q: ~}]\n  \
                      ? k\n  : !!int \"12\"\n  t: !override # c\n    u: http://v:1\n";

proptest! {
    #[test]
    fn parsing_never_panics(text: String) {
        assert_sound(&text);
    }

    #[test]
    fn parsing_signs_never_panics(text in "[-\\[\\]{}:,?&*!<>|%@`'\"#~a-c0-1é\\\\ \t\r\n]{0,60}") {
        assert_sound(&text);
    }

    #[test]
    fn parsing_a_damaged_file_never_panics(place in 0..SAMPLE.len(), length in 0..9_usize, patch in "[-\\[\\]{}:,?&*!<>|'\"#a \n]{0,4}") {
        let mut text: Vec<char> = SAMPLE.chars().collect();
        let start = place.min(text.len());
        let end = (start + length).min(text.len());
        text.splice(start..end, patch.chars());
        assert_sound(&text.into_iter().collect::<String>());
    }
}
