//! Keeps values that may be secrets out of what is drawn: those of variables, build arguments, and the content of
//! secrets and configs.
//!
//! Where a file is no YAML, there is no tree to tell values apart; `conceal::text` guesses, and rather too much than too little.

use std::ops::Range;
use std::rc::Rc;

use super::interpolate::names;
use crate::source::{Sources, Span};
use crate::yaml::{Entry, Kind, Mapping, Node};

mod text;

pub(super) use text::conceal_text;

/// Conceals the values that the documents of a file hold, and comments beside them.
pub(super) fn conceal(documents: &[Rc<Node>], sources: &mut Sources) {
    let Some(span) = documents.first().map(|document| document.span) else { return };
    let text = Rc::clone(sources.get(span.file).text());
    let mut concealment = Concealment { text: &text, sources };
    for document in documents {
        concealment.document(document);
    }
}

/// The start of a variable's name, as far as it may be told: `PASSWORD:secret` is a name in which a space is missing.
#[must_use]
pub(crate) fn told_name(name: &str) -> &str {
    name.split([':', '=', ' ']).next().unwrap_or_default()
}

/// A Compose path, as far as it may be told: an odd name of a variable may hold its value.
pub(super) fn told_path(mut path: String) -> String {
    let odd = ["environment.\"", "args.\""].iter().filter_map(|key| Some(path.find(key)? + key.len() - 2)).min();
    path.truncate(odd.unwrap_or(path.len()));
    path
}

/// What stays the same while documents are walked.
struct Concealment<'c> {
    text: &'c str,
    sources: &'c mut Sources,
}

impl Concealment<'_> {
    /// Conceals what stands in a document.
    fn document(&mut self, root: &Node) {
        for section in root.entries() {
            match &*section.key {
                "secrets" | "configs" => {
                    for resource in section.value.entries() {
                        self.content(&resource.value);
                    }
                }
                // These are often written once, to be named under `environment`.
                key if key.starts_with("x-") && key.contains("env") => self.values(section),
                "services" | "networks" | "volumes" | "models" => {
                    self.absent(section);
                    for named in section.value.entries() {
                        self.absent(named);
                        self.node(&named.value);
                    }
                }
                // It may be a service, or a key of one, that is not indented.
                _ => self.entry(section),
            }
        }
    }

    /// What a secret or config holds.
    fn content(&mut self, resource: &Node) {
        for entry in resource.entries().iter().filter(|entry| &*entry.key == "content") {
            self.comments(entry.key_span);
            self.value_of(entry);
        }
    }

    /// Looks for values below a node.
    fn node(&mut self, node: &Node) {
        match &node.kind {
            Kind::Scalar(_) => {}
            Kind::Sequence(items) => items.iter().for_each(|item| self.node(item)),
            Kind::Mapping(mapping) => {
                mapping.entries().iter().for_each(|entry| self.entry(entry));
            }
        }
    }

    /// Looks for values under a key.
    fn entry(&mut self, entry: &Entry) {
        self.absent(entry);
        let secret = is_secret(&entry.key) && entry.value.as_scalar().is_some();
        if secret || holds_values(&entry.key) { self.values(entry) } else { self.node(&entry.value) }
    }

    /// Conceals what is a comment where a value should be, as it may be that value.
    fn absent(&mut self, entry: &Entry) {
        if !is_written(entry) {
            self.comments(entry.key_span);
        }
    }

    /// Conceals what stands under a key: pairs of names and values, or one value.
    fn values(&mut self, entry: &Entry) {
        self.comments(entry.key_span);
        match &entry.value.kind {
            Kind::Scalar(_) => self.value_of(entry),
            Kind::Mapping(mapping) => self.pairs(mapping),
            Kind::Sequence(items) => {
                for item in items {
                    match &item.kind {
                        Kind::Scalar(scalar) => self.pair(item.span, &scalar.text),
                        Kind::Mapping(mapping) => self.pairs(mapping),
                        Kind::Sequence(_) => self.value(item),
                    }
                }
            }
        }
    }

    /// Conceals the values of a mapping, and what odd keys may hold of them.
    fn pairs(&mut self, mapping: &Mapping) {
        for entry in mapping.entries() {
            if let Some(sign) = self.written(entry.key_span).find([':', '=']) {
                // In `{A:b}`, all is key.
                self.part(entry.key_span, sign + 1);
            }
            self.comments(entry.key_span);
            self.value_of(entry);
        }
    }

    /// Conceals the value of an entry, if one is written.
    fn value_of(&mut self, entry: &Entry) {
        if is_written(entry) {
            self.value(&entry.value);
        }
    }

    /// Conceals a value, whatever it is made of.
    fn value(&mut self, node: &Node) {
        match &node.kind {
            Kind::Scalar(_) => self.part(node.span, 0),
            Kind::Mapping(mapping) => self.pairs(mapping),
            Kind::Sequence(items) => items.iter().for_each(|item| self.value(item)),
        }
        self.comments(node.span);
    }

    /// Conceals the value in `NAME=VALUE`.
    fn pair(&mut self, span: Span, text: &str) {
        let written = self.written(span);
        let value = written.find(['=', ':', ' ']).map(|sign| {
            let behind = written.get(sign..).unwrap_or_default().trim_start_matches(' ');
            written.len() - behind.strip_prefix(['=', ':']).unwrap_or(behind).len()
        });
        if value.is_some() || text.contains(['=', ':', ' ']) {
            self.part(span, value.unwrap_or_default());
        }
        self.comments(span);
    }

    /// Conceals a value from an offset on, but for the names of variables that stand in its place.
    fn part(&mut self, span: Span, from: usize) {
        let written = self.written(span).get(from..).unwrap_or_default();
        // Where escapes stand, a `$` may be another than it seems.
        let names = if written.contains('\\') { Vec::new() } else { names(written) };
        let (start, mut position) = (span.range().start + from, 0);
        let end = written.len();
        for name in names.into_iter().chain(std::iter::once(end..end)) {
            self.conceal(span, start + position..start + name.start);
            position = name.end;
        }
    }

    /// Conceals comments behind a place, which may hold values of old: on its line, and on lines of their own below.
    fn comments(&mut self, span: Span) {
        let behind = self.text.get(span.range().end..).unwrap_or_default();
        let mut rest = behind.trim_start_matches([':', ',', ' ', '\t']);
        while rest.starts_with(['#', '\n', '\r']) {
            let length = if rest.starts_with('#') { rest.find(['\n', '\r']).unwrap_or(rest.len()) } else { 0 };
            let start = self.text.len() - rest.len();
            self.conceal(span, start..start + length);
            rest = rest.get(length..).unwrap_or_default().trim_start();
        }
    }

    /// The text of a place.
    fn written(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Conceals a range of the file in which a place is.
    fn conceal(&mut self, span: Span, range: Range<usize>) {
        let offset = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        self.sources.conceal(Span { file: span.file, start: offset(range.start), end: offset(range.end) });
    }
}

/// Whether anything is written as the value of a key; where nothing is, its place is that of the key.
fn is_written(entry: &Entry) -> bool {
    entry.value.span != entry.key_span
}

/// Whether what stands under a key of a service are values: also where the key is misspelt.
fn holds_values(key: &str) -> bool {
    key == "args" || key.starts_with("env") && !key.contains("file")
}

/// Whether a key says that its value is a secret, such as `splunk-token` of a logging driver.
fn is_secret(key: &str) -> bool {
    ["password", "passwd", "token", "secret"].iter().any(|word| key.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostics;
    use crate::yaml::parse::parse;

    /// What is shown of a file.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut sources = Sources::default();
        let file = sources.add("compose.yml", text);
        conceal(&parse(file, text, &mut Diagnostics::default()).sound().expect("the text is YAML"), &mut sources);
        assert_eq!(sources.get(file).shown(0..text.len()), expected);
    }

    /// What is shown of a service's own keys.
    #[track_caller]
    fn check_service(text: &str, expected: &str) {
        let service = |keys: &str| format!("services:\n  web:\n{keys}");
        check(&service(text), &service(expected));
    }

    #[test]
    fn variables_keep_their_names() {
        check_service("    environment:\n      A: b\n      C: 5\n", "    environment:\n      A: *\n      C: *\n");
        check_service("    environment:\n    - A=b=c\n    - 'D=e'\n", "    environment:\n    - A=***\n    - 'D=**\n");
        check_service("    environment: {A: b, C: , \"D\": 'e'}\n", "    environment: {A: *, C: , \"D\": ***}\n");
        check_service("    environment: [A=b, C]\n", "    environment: [A=*, C]\n");
        check_service("    environment: a b\n", "    environment: ***\n");
        check_service("    environment:\n      A:\n      B: ~\n", "    environment:\n      A:\n      B: *\n");
    }

    #[test]
    fn values_may_have_several_lines() {
        check_service(
            "    environment:\n      A: |\n        b\n\n        c d\n      E: f\n        g\n    image: x\n",
            "    environment:\n      A: |\n        *\n\n        ***\n      E: *\n        *\n    image: x\n",
        );
        check_service("    environment:\n    - \"A=b\n      c\"\n", "    environment:\n    - \"A=*\n      **\n");
    }

    #[test]
    fn what_names_a_variable_is_shown() {
        check_service("    environment: {A: 'a${B}$C'}\n", "    environment: {A: **${B}***}\n");
        check_service("    environment: [\"A=${B:-c}\"]\n", "    environment: [\"A=${B:-***]\n");
        check_service("    environment: ['A=$${B}', \"A=\\\\${B}\"]\n", "    environment: ['A=******, \"A=*******]\n");
    }

    #[test]
    fn mistakes_hide_nothing() {
        check_service("    enviroment: {A: b}\n", "    enviroment: {A: *}\n");
        check_service("    environment: {A:b}\n", "    environment: {A:*}\n");
        check_service("    environment: [A:b, A =b, A b]\n", "    environment: [A:*, A =*, A *]\n");
        check_service("    environment:\n    - A: b\n    - [c]\n", "    environment:\n    - A: *\n    - [*]\n");
        check_service("    environment: [\"A\\x3Db\"]\n", "    environment: [********]\n");
    }

    #[test]
    fn what_is_not_indented_may_hold_values() {
        check("services:\nweb: {environment: {A: b}}\n", "services:\nweb: {environment: {A: *}}\n");
        check("environment: [A=b]\nimage: c\n", "environment: [A=*]\nimage: c\n");
    }

    #[test]
    fn a_comment_in_place_of_a_value_may_hold_it() {
        check("services:\n  web: # {environment: {A: b}}\n", "services:\n  web: ***********************\n");
        check("services: # a\n", "services: ***\n");
        check_service("    environment: # b\n", "    environment: ***\n");
        check_service("    image: # a\n", "    image: ***\n");
        check_service("    image: a # b\n", "    image: a # b\n");
    }

    #[test]
    fn comments_beside_values_may_hold_values() {
        check_service(
            "    environment: # a\n      # A=b\n      A: b # c\n\n      # B: c\n    image: x # y\n",
            "    environment: ***\n      *****\n      A: * ***\n\n      ******\n    image: x # y\n",
        );
    }

    #[test]
    fn values_stand_in_many_places() {
        check(
            "secrets: {a: {content: b}, c: {environment: D}}\nconfigs: {a: {content: b}}\n",
            "secrets: {a: {content: *}, c: {environment: D}}\nconfigs: {a: {content: *}}\n",
        );
        check_service("    build: {context: ., args: {A: b}}\n", "    build: {context: ., args: {A: *}}\n");
        check_service("    pre_stop: [{environment: [A=b]}]\n", "    pre_stop: [{environment: [A=*]}]\n");
        check_service("    x-ecs: {a: {environment: [A=b]}}\n", "    x-ecs: {a: {environment: [A=*]}}\n");
        check_service("    logging: {options: {splunk-token: b}}\n", "    logging: {options: {splunk-token: *}}\n");
        check("x-env: &e {A: b}\nservices: {}\n", "x-env: &e {A: *}\nservices: {}\n");
        check("x-base: {environment: {A: b}}\n", "x-base: {environment: {A: *}}\n");
        check(
            "x-a: &a {A: b}\nservices: {web: {environment: {<<: *a, C: *a}}}\n",
            "x-a: &a {A: *}\nservices: {web: {environment: {<<: *a, C: *a}}}\n",
        );
    }

    #[test]
    fn names_and_other_values_are_shown() {
        let text = "services:\n  args:\n    image: x\n    labels: {a: b}\n    env_file: c\n    command: [d]\n";
        check(text, text);
    }
}
