//! The files that a project is read from, each read and parsed once.

use std::collections::BTreeMap;
use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};

use super::Documents;
use crate::compose::conceal::{conceal, conceal_text};
use crate::compose::discover::{Input, reason};
use crate::compose::paths::shown;
use crate::diag::{Code, Diagnostics, Severity};
use crate::source::{Sources, Span};
use crate::world::World;
use crate::yaml::Node;
use crate::yaml::keys::wrong_type;
use crate::yaml::parse::{Parsed, parse};
use crate::yaml::text::decode_text;

/// The files that were read.
pub(super) struct Files<'w> {
    pub(super) world: &'w dyn World,
    pub(super) sources: Sources,
    pub(super) documents: Documents,
    /// The documents by the path of their file; nothing where the file is no YAML.
    parsed: BTreeMap<Utf8PathBuf, Option<Rc<[Rc<Node>]>>>,
}

/// A document, and where it was read.
#[derive(Clone)]
pub(super) struct Document {
    /// The file; standard input has no path.
    pub(super) path: Option<Utf8PathBuf>,
    /// What it says.
    pub(super) tree: Rc<Node>,
}

impl<'w> Files<'w> {
    /// No files yet.
    pub(super) fn new(world: &'w dyn World) -> Self {
        let (sources, documents, parsed) = Default::default();
        Self { world, sources, documents, parsed }
    }

    /// What messages call a file that is written as `path`.
    pub(super) fn name(&self, path: &str, absolute: &Utf8Path) -> String {
        if is_remote(path) { path.to_owned() } else { shown(&self.world.current_dir(), absolute) }
    }

    /// The documents of a file that is read as a whole. `place` is where the file is named.
    pub(super) fn documents(
        &mut self,
        input: &Input,
        place: Option<Span>,
        diags: &mut Diagnostics,
    ) -> Option<Vec<Document>> {
        let trees = self.trees(input, place, diags)?;
        for tree in trees.iter().filter(|tree| tree.as_mapping().is_none()) {
            wrong_type(tree, "a mapping with the keys of a Compose file", diags);
        }
        let path = match input {
            Input::File { path, name: _ } => Some(path.clone()),
            Input::Stdin => None,
        };
        Some(trees.iter().map(|tree| Document { path: path.clone(), tree: Rc::clone(tree) }).collect())
    }

    /// What stands in a file. Nothing when the reason was reported.
    pub(super) fn trees(
        &mut self,
        input: &Input,
        place: Option<Span>,
        diags: &mut Diagnostics,
    ) -> Option<Rc<[Rc<Node>]>> {
        let (name, bytes) = match input {
            Input::File { path, name } => {
                if let Some(known) = self.parsed.get(path) {
                    return known.clone();
                }
                if is_remote(name) {
                    report_remote(name, place, diags);
                    return None;
                }
                (name.as_str(), self.world.read(path))
            }
            Input::Stdin => ("<stdin>", self.world.read_stdin()),
        };
        let text = match bytes {
            Ok(bytes) => decode_text(bytes).map_err(|err| (err.to_string(), Some(err.hint()))),
            Err(err) => {
                let is_directory = err.kind() == std::io::ErrorKind::IsADirectory;
                Err((reason(&err), (is_directory && place.is_some()).then_some("name the file in it")))
            }
        };
        let text: Rc<str> = match text {
            Ok(text) => text.into(),
            Err((reason, hint)) => {
                let message = format!("cannot read `{name}`: {reason}");
                let finding = diags.push(Severity::Error, Code::Unreadable, place, message);
                finding.hints.extend(hint.map(str::to_owned));
                return None;
            }
        };
        let trees = self.parse(name, &text, diags);
        if let Input::File { path, name: _ } = input {
            self.parsed.insert(path.clone(), trees.clone());
        }
        trees
    }

    /// Parses a text, and keeps it for messages.
    fn parse(&mut self, name: &str, text: &Rc<str>, diags: &mut Diagnostics) -> Option<Rc<[Rc<Node>]>> {
        let file = self.sources.add(name, Rc::clone(text));
        let Parsed { documents, is_sound } = parse(file, text, diags);
        if is_sound {
            conceal(&documents, &mut self.sources);
        } else {
            // What was reported is not in the documents, but may be a secret, too.
            conceal_text(file, &mut self.sources);
        }
        self.documents.roots.insert(file, documents.clone());
        is_sound.then(|| documents.into())
    }
}

/// Whether a file lies on another machine: in a registry, or in a repository.
fn is_remote(path: &str) -> bool {
    path.contains("://") || path.starts_with("git@") || path.starts_with("github.com/")
}

/// Says of a file on another machine how to get it.
fn report_remote(path: &str, place: Option<Span>, diags: &mut Diagnostics) {
    let message = format!("`{path}` is not on this machine: files are read here only");
    let finding = diags.push(Severity::Error, Code::Unreadable, place, message);
    if path.starts_with("oci://") {
        finding.hint(format!("write it to a file with `docker compose -f {path} config`, and name that"));
    } else {
        finding.hint("fetch it with `git clone`, and name the file in the copy");
    }
}
