//! Paths in a file of another directory, as the file at hand would write them.
//!
//! Compose reads paths from the directory of the file that they stand in when that file is extended or included. Once
//! they are written from the directory of the project, nobody needs to know where they came from.

mod mount;

use std::rc::Rc;

use camino::Utf8Path;

use super::paths::resolve;
use super::service::image::build::is_remote;
use super::service::storage::mount::short;
use crate::source::Span;
use crate::yaml::resolve::Value;
use crate::yaml::{Entry, Form, Kind, Mapping, Node, Scalar};

/// What a string holds of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// It is one.
    Path,
    /// It is one, unless it names something elsewhere.
    Context,
    /// It names something, and its path stands behind `=`.
    Named,
    /// It is the short form of a mount.
    Mount,
}

/// The rule for a place. An item's place in a list is no key.
fn rule(path: &[&str], parents: &[&Node]) -> Option<Rule> {
    match path {
        ["services", _, "build", "additional_contexts" | "ssh", ""] => Some(Rule::Named),
        ["services", _, "build"]
        | ["services", _, "build", "context"]
        | ["services", _, "build", "additional_contexts", _] => Some(Rule::Context),
        ["services", _, "build", "ssh", _]
        | ["services", _, "env_file" | "label_file"]
        | ["services", _, "env_file" | "label_file", ""]
        | ["services", _, "env_file", "", "path"]
        | ["services", _, "extends", "file"]
        | ["services", _, "develop", "watch", "", "path"]
        | ["configs" | "secrets", _, "file"] => Some(Rule::Path),
        ["services", _, "volumes", ""] => Some(Rule::Mount),
        ["services", _, "volumes", "", "source"] if says(parents, 1, "type", "bind") => Some(Rule::Path),
        // A directory that Docker's own driver binds.
        ["volumes", _, "driver_opts", "device"]
            if says(parents, 1, "o", "bind") && says(parents, 2, "driver", "local") =>
        {
            Some(Rule::Path)
        }
        _ => None,
    }
}

/// Whether one of the mappings around a place, the innermost being the first, says `value` under `key`.
fn says(parents: &[&Node], number: usize, key: &str, value: &str) -> bool {
    let node = parents.len().checked_sub(number).and_then(|index| parents.get(index));
    let scalar = node.and_then(|node| node.get(key)).and_then(|node| node.as_scalar());
    scalar.is_some_and(|scalar| &*scalar.text == value)
}

/// A tree with its paths as they are written from another directory, from which `directory` leads to the one that they
/// were written for. What holds no paths is shared with the tree that came in.
///
/// Docker Compose writes the paths anew even if the two are the same: `./x/` becomes `x`, and what starts with `~` lies
/// in `home`.
pub(super) fn rebase(root: &Rc<Node>, directory: &Utf8Path, home: Option<&Utf8Path>) -> Rc<Node> {
    Rebase { directory, home, path: Vec::new(), parents: Vec::new() }.node(root).unwrap_or_else(|| Rc::clone(root))
}

/// What stays the same while a tree is walked, and the way to where the walk is.
struct Rebase<'n> {
    directory: &'n Utf8Path,
    home: Option<&'n Utf8Path>,
    path: Vec<&'n str>,
    parents: Vec<&'n Node>,
}

impl<'n> Rebase<'n> {
    /// What a node becomes, if it does not stay as it is.
    fn node(&mut self, node: &'n Node) -> Option<Rc<Node>> {
        if !self.may_hold_paths() {
            return None;
        }
        let kind = match &node.kind {
            Kind::Scalar(_) => {
                let Value::String(text) = node.value()? else { return None };
                match rule(&self.path, &self.parents)? {
                    Rule::Mount => self.mount(text, node.span)?,
                    rule @ (Rule::Path | Rule::Context | Rule::Named) => string(self.text(rule, text)?),
                }
            }
            Kind::Sequence(items) => {
                let new = self.children(node, items.iter().map(|item| ("", item)))?;
                Kind::Sequence(
                    items.iter().zip(new).map(|(item, new)| new.unwrap_or_else(|| Rc::clone(item))).collect(),
                )
            }
            Kind::Mapping(mapping) => {
                let entries = mapping.entries();
                let new = self.children(node, entries.iter().map(|entry| (&*entry.key, &entry.value)))?;
                let entries = entries.iter().zip(new).map(|(entry, new)| match new {
                    Some(value) => Entry { value, ..entry.clone() },
                    None => entry.clone(),
                });
                Kind::Mapping(Mapping::new(Vec::new(), entries))
            }
        };
        Some(Rc::new(Node { span: node.span, tag: node.tag, kind }))
    }

    /// What the values below a node become, unless all of them stay as they are.
    fn children(
        &mut self,
        node: &'n Node,
        values: impl Iterator<Item = (&'n str, &'n Rc<Node>)>,
    ) -> Option<Vec<Option<Rc<Node>>>> {
        self.parents.push(node);
        let mut child = |(key, value): (&'n str, &'n Rc<Node>)| {
            self.path.push(key);
            let new = self.node(value);
            self.path.pop();
            new
        };
        let new: Vec<_> = values.map(&mut child).collect();
        self.parents.pop();
        new.iter().any(Option::is_some).then_some(new)
    }

    /// Whether there may be a path at or below the place: most of a file is not looked at.
    fn may_hold_paths(&self) -> bool {
        match *self.path {
            [] | ["services"] | ["services", _] | ["configs" | "secrets" | "volumes", ..] => true,
            ["services", _, key, ..] => {
                matches!(key, "build" | "env_file" | "label_file" | "extends" | "develop" | "volumes")
            }
            _ => false,
        }
    }

    /// What a string becomes, if it does not stay as it is.
    fn text(&self, rule: Rule, text: &str) -> Option<String> {
        match rule {
            Rule::Context if is_remote(text) || text.starts_with("service:") => None,
            Rule::Path | Rule::Context | Rule::Mount => self.moved(text),
            Rule::Named => {
                let (name, path) = text.split_once('=')?;
                self.text(Rule::Context, path).map(|path| format!("{name}={path}"))
            }
        }
    }

    /// What the short form of a mount becomes, if it does not stay as it is.
    fn mount(&self, text: &str, span: Span) -> Option<Kind> {
        let source = short::path(text)?;
        let path = self.moved(source)?;
        let rest = text.get(source.len()..)?;
        if path.starts_with(['.', '/']) {
            return Some(string(format!("{path}{rest}")));
        }
        // A short form tells a path from a name by how it starts, a long one does not. Only what holds variables is
        // not read yet.
        let long = Some(text).filter(|text| !text.contains('$')).and_then(|text| mount::long(text, &path, span));
        long.or_else(|| Some(string(format!("./{path}{rest}"))))
    }

    /// The path as it is written from the other directory, unless it is the same from everywhere.
    fn moved(&self, path: &str) -> Option<String> {
        let stays = path.starts_with('/') || path.starts_with('~') && self.home.is_none() || is_of_windows(path);
        let moved = (!stays).then(|| resolve(self.directory, self.home, path).into_string());
        moved.filter(|moved| moved != path)
    }
}

/// A text.
fn string(text: String) -> Kind {
    Kind::Scalar(Scalar { text: text.into(), form: Form::Quoted })
}

/// Whether a path starts with a drive of Windows, or the name of a machine.
fn is_of_windows(path: &str) -> bool {
    let mut letters = path.chars();
    let drive = letters.next().is_some_and(|letter| letter.is_ascii_alphabetic()) && letters.next() == Some(':');
    drive && letters.next().is_some_and(|letter| matches!(letter, '/' | '\\')) || path.starts_with(r"\\")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{flow, node};

    /// Rebases a file of the directory `lib`.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(flow(&rebase(&node(text), "lib".into(), Some("/home/ann".into()))), expected);
    }

    /// Rebases keys of a service.
    #[track_caller]
    fn check_service(text: &str, expected: &str) {
        check(&format!("services: {{web: {{{text}}}}}"), &format!("{{services: {{web: {{{expected}}}}}}}"));
    }

    #[test]
    fn directories_of_builds_move() {
        check_service("build: .", "build: lib");
        check_service("build: {context: ../x, dockerfile: y}", "build: {context: x, dockerfile: y}");
        check_service("build: https://example.com/x.git", "build: https://example.com/x.git");
        check_service(
            "build: {additional_contexts: {a: b, c: 'docker-image://d', e: 'service:f'}}",
            "build: {additional_contexts: {a: lib/b, c: docker-image://d, e: service:f}}",
        );
        check_service(
            "build: {additional_contexts: [a=b], ssh: [default, k=../k]}",
            "build: {additional_contexts: [a=lib/b], ssh: [default, k=k]}",
        );
    }

    #[test]
    fn files_move() {
        check_service("env_file: a, label_file: [./b]", "env_file: lib/a, label_file: [lib/b]");
        check_service("env_file: [a, {path: b, required: false}]", "env_file: [lib/a, {path: lib/b, required: false}]");
        check_service("extends: {file: b, service: c}", "extends: {file: lib/b, service: c}");
        check_service("develop: {watch: [{path: ., target: .}]}", "develop: {watch: [{path: lib, target: .}]}");
        check(
            "{configs: {a: {file: b}}, secrets: {c: {file: ~/d}}}",
            "{configs: {a: {file: lib/b}}, secrets: {c: {file: /home/ann/d}}}",
        );
    }

    #[test]
    fn mounts_move_when_they_are_paths() {
        check_service(
            "volumes: ['../../a:/b', 'a:/b', /a, '~/a:/b:ro', 'C:\\a:/b']",
            "volumes: [../a:/b, a:/b, /a, /home/ann/a:/b:ro, C:\\a:/b]",
        );
        check_service(
            "volumes: [{type: bind, source: a, target: b}, {type: volume, source: a}]",
            "volumes: [{type: bind, source: lib/a, target: b}, {type: volume, source: a}]",
        );
        check(
            "volumes: {a: {driver: local, driver_opts: {o: bind, device: b}}, c: {driver_opts: {o: bind, device: b}}}",
            "{volumes: {a: {driver: local, driver_opts: {o: bind, device: lib/b}}, c: {driver_opts: {o: bind, device: b}}}}",
        );
    }

    #[test]
    fn a_mount_without_a_dot_is_long() {
        check_service(
            "volumes: ['./a:/b:ro,z', '../a:/b']",
            "volumes: [{type: bind, source: lib/a, target: /b, read_only: true, bind: {create_host_path: true, selinux: z}}, \
             {type: bind, source: a, target: /b, bind: {create_host_path: true}}]",
        );
        check_service(
            "volumes: ['./a:/b:nocopy,shared']",
            "volumes: [{type: bind, source: lib/a, target: /b, bind: {propagation: shared, create_host_path: true}, volume: {nocopy: true}}]",
        );
        check_service("volumes: ['./${A:-a}:/b']", "volumes: [./lib/${A:-a}:/b]");
    }

    #[test]
    fn paths_of_the_same_directory_are_cleaned() {
        let rebased = |text: &str| flow(&rebase(&node(text), ".".into(), None));
        assert_eq!(rebased("services: {web: {build: ./x/}}"), "{services: {web: {build: x}}}");
        assert_eq!(rebased("secrets: {a: {file: ~/x}}"), "{secrets: {a: {file: ~/x}}}");
    }

    #[test]
    fn the_rest_is_shared() {
        let tree = node("services: {web: {image: ./x, command: ./y, working_dir: ./z}}");
        assert!(Rc::ptr_eq(&rebase(&tree, "lib".into(), None), &tree));
        let tree = node("services: {web: {build: ., volumes: [a:/b, ..:/c]}}");
        assert!(Rc::ptr_eq(&rebase(&tree, ".".into(), None), &tree));
    }
}
