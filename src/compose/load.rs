//! Reading a project, in phases; each relies on the ones before, so a phase that finds mistakes is the last.
//!
//! | phase | what it does | for example |
//! |---|---|---|
//! | `discover` | finds files, directory and variables | `compose.yaml` above the current directory; `.env` |
//! | `parse` | reads text into trees, one per document | `"8080:${PORT}"` and its place |
//! | `name` | settles the project's name | `name: Shop` is `shop`; then `${COMPOSE_PROJECT_NAME}` |
//! | `interpolate` | replaces variables in values | `8080:${PORT}` becomes `8080:80` |
//! | `include` | adds other projects | not yet: a mistake at the key |
//! | `extends` | fills services up from others | not yet: a mistake at the key |
//! | `merge` | lets later files change earlier ones | `ports` of two files are one list |
//! | `decode` | gives values their types | `8080:80` is a port and its target |
//! | `select` | leaves inactive services out | `profiles: [debug]` |
//! | `env_file` | adds variables that stand in files | `env_file: web.env` |
//! | `check` | looks every name up | `depends_on: [db]` without a service `db` |
//!
//! Every file is checked as it is merged, as Docker Compose does: a wrong value is a mistake even if a later file
//! replaces it.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};

use super::conceal::{conceal, conceal_text, told_path};
use super::decode::{self, File};
use super::discover::{self, Discovery, Input, reason};
use super::interpolate::{Written, interpolate};
use super::name::ProjectName;
use super::select::{self, Selection};
use super::variables::Variables;
use super::{Places, Project, check, env_file, extends, include, merge};
use crate::diag::{Code, Diagnostics, Reported, Severity};
use crate::options::LoadOptions;
use crate::source::{FileId, Sources, Span, Spanned};
use crate::world::World;
use crate::yaml::keys::wrong_type;
use crate::yaml::parse::{Parsed, parse};
use crate::yaml::resolve::Value;
use crate::yaml::text::decode_text;
use crate::yaml::{Node, locate};

/// That there is nothing to read.
const EMPTY: &str = "the Compose file is empty";

/// What to do about it.
const EMPTY_HINT: &str = "write what runs under `services:`";

/// What came of reading a project.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The files that were read, which the places of all findings are in, also of later stages.
    pub sources: Sources,
    /// The trees of the files, which know the Compose path of every place.
    pub documents: Documents,
    /// The project, and what was found.
    pub reported: Reported<Project>,
}

/// The documents of the files, as they were written.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    roots: BTreeMap<FileId, Vec<Rc<Node>>>,
    /// What was written where the values of variables stand in the project.
    written: Written,
}

impl Documents {
    /// Completes what a stage found: says of every finding with a place which Compose path it is at, and lets it quote
    /// what is written there in place of the values of variables.
    pub fn complete(&self, diags: &mut Diagnostics) {
        let names = LazyCell::new(|| self.names());
        for finding in diags {
            let Some(span) = finding.span else { continue };
            finding.path = self.roots_around(span).find_map(|root| locate::path_at(root, span)).map(told_path);
            if !self.written.is_empty() {
                let value = |span| self.roots_around(span).find_map(|root| locate::value_at(root, span));
                self.written.restore(finding, |span| value(span).map(|node| node.span), &names);
            }
        }
    }

    /// The documents that a place lies in, of which there is one at most.
    fn roots_around(&self, span: Span) -> impl Iterator<Item = &Node> {
        let roots = self.roots.get(&span.file).into_iter().flatten();
        roots.filter(move |root| root.span.contains(span)).map(|root| &**root)
    }

    /// The names of services, networks and all else that files define.
    fn names(&self) -> BTreeSet<&str> {
        let sections = self.roots.values().flatten().flat_map(|root| root.entries());
        sections.flat_map(|section| section.value.entries()).map(|entry| &*entry.key).collect()
    }
}

/// Reads a project. Without `files`, those that Docker Compose would find; `-` is standard input.
#[must_use]
pub fn load(world: &dyn World, files: &[Utf8PathBuf], options: &LoadOptions) -> Loaded {
    let (sources, documents, diags) = Default::default();
    let mut loading = Loading { world, sources, documents, diags };
    let product = loading.project(files, options);
    let Loading { world: _, sources, documents, mut diags } = loading;
    documents.complete(&mut diags);
    diags.sort();
    let product = product.filter(|_| !diags.has_errors());
    Loaded { sources, documents, reported: Reported { diagnostics: diags, product } }
}

/// What grows while the phases run.
struct Loading<'w> {
    world: &'w dyn World,
    sources: Sources,
    documents: Documents,
    diags: Diagnostics,
}

impl Loading<'_> {
    /// The phases, in their order.
    fn project(&mut self, files: &[Utf8PathBuf], options: &LoadOptions) -> Option<Project> {
        let Discovery { inputs, directory, mut variables } =
            discover::discover(self.world, files, options, &mut self.diags)?;
        let trees = self.trees(&inputs)?;
        // A project without a name can still be read, to the end that all mistakes are found.
        let mut in_name = Diagnostics::default();
        let places = &mut self.documents.written;
        let written = trees.iter().rev().find_map(|tree| written_name(tree, &variables, places));
        let name = project_name(given_name(options, &variables), written, &directory, &mut in_name);
        variables.set("COMPOSE_PROJECT_NAME", name.to_string());
        let trees = self.interpolated(&trees, &variables)?;
        for tree in &trees {
            include::check(tree, &mut self.diags);
            extends::check(tree, &mut self.diags);
        }
        self.go_on()?;
        let (root, file) = self.merged(&trees)?;
        self.diags.extend(in_name);
        let File { services, networks, volumes, secrets, configs, models, extension } = file;
        let profiles = select::profiles(options, &variables);
        let Selection { active, inactive } = select::select(services, &profiles, &mut self.diags);
        self.go_on()?;
        let mut project = Project {
            name,
            directory,
            home: variables.of_process("HOME").filter(|home| !home.is_empty()).map(Utf8PathBuf::from),
            services: active,
            networks,
            volumes,
            secrets,
            configs,
            models,
            extension,
            places: Places::new(root),
        };
        env_file::resolve(&mut project, self.world, &variables, &mut self.diags);
        check::check(&project, &inactive, &mut self.diags);
        Some(project)
    }

    /// The end of a phase: nothing when mistakes were found.
    fn go_on(&self) -> Option<()> {
        (!self.diags.has_errors()).then_some(())
    }

    /// The documents of all files, in the order in which they change each other.
    fn trees(&mut self, inputs: &[Input]) -> Option<Vec<Rc<Node>>> {
        let mut trees = Vec::new();
        for input in inputs {
            trees.extend(self.documents_of(input).into_iter().flatten());
        }
        for tree in trees.iter().filter(|tree| tree.as_mapping().is_none()) {
            wrong_type(tree, "a mapping with the keys of a Compose file", &mut self.diags);
        }
        if trees.is_empty() && !self.diags.has_errors() {
            self.diags.push(Severity::Error, Code::MissingKey, None, EMPTY).hint(EMPTY_HINT);
        }
        self.go_on().map(|()| trees)
    }

    /// The documents of one file.
    fn documents_of(&mut self, input: &Input) -> Option<Vec<Rc<Node>>> {
        let (name, bytes) = match input {
            Input::File { path, name } => (name.as_str(), self.world.read(path)),
            Input::Stdin => ("<stdin>", self.world.read_stdin()),
        };
        let text =
            bytes.map_err(|err| reason(&err)).and_then(|bytes| decode_text(bytes).map_err(|err| err.to_string()));
        let text: Rc<str> = match text {
            Ok(text) => text.into(),
            Err(reason) => {
                let message = format!("cannot read `{name}`: {reason}");
                self.diags.push(Severity::Error, Code::Unreadable, None, message);
                return None;
            }
        };
        let file = self.sources.add(name, Rc::clone(&text));
        let Parsed { documents, is_sound } = parse(file, &text, &mut self.diags);
        if is_sound {
            conceal(&documents, &mut self.sources);
        } else {
            // What was reported is not in the documents, but may be a secret, too.
            conceal_text(file, &mut self.sources);
        }
        self.documents.roots.insert(file, documents.clone());
        is_sound.then_some(documents)
    }

    /// The trees with the values of variables.
    fn interpolated(&mut self, trees: &[Rc<Node>], variables: &Variables<'_>) -> Option<Vec<Rc<Node>>> {
        let lookup = |name: &str| variables.get(name);
        let (written, diags) = (&mut self.documents.written, &mut self.diags);
        let trees = trees.iter().map(|tree| interpolate(tree, &lookup, written, diags)).collect();
        self.go_on().map(|()| trees)
    }

    /// What all trees say together, and the same with types.
    fn merged(&mut self, trees: &[Rc<Node>]) -> Option<(Rc<Node>, File)> {
        let (first, others) = trees.split_first()?;
        let mut root = merge::settle(first);
        for other in others {
            self.check_form(&root);
            root = merge::settle(&merge::merge(&root, other, &mut self.diags));
        }
        // The version means nothing, so it is nothing to go by.
        if root.as_mapping().is_some_and(|root| root.entries().iter().all(|entry| &*entry.key == "version")) {
            self.diags.error(Code::MissingKey, root.span, EMPTY).hint(EMPTY_HINT);
        }
        let file = decode::decode(&root, &mut self.diags)?;
        Some((root, file))
    }

    /// Checks a tree that others still change.
    fn check_form(&mut self, root: &Node) {
        let mut found = Diagnostics::default();
        let file = decode::decode(root, &mut found);
        let services = file.into_iter().flat_map(|file| file.services);
        services.for_each(|(_, in_service)| found.extend(in_service));
        self.diags.extend(select::form_errors(found));
    }
}

/// The project's name: from the command line, the environment, the last file that gives one, or the directory.
fn project_name(
    given: Option<String>,
    written: Option<Spanned<String>>,
    directory: &Utf8Path,
    diags: &mut Diagnostics,
) -> ProjectName {
    let name = match (given, written) {
        (Some(given), _) => {
            let invalid = |err| {
                let finding = diags.push(
                    Severity::Error,
                    Code::InvalidValue,
                    None,
                    format!("invalid name of the project: {err}"),
                );
                finding.hint("it is what `-p` or `COMPOSE_PROJECT_NAME` says");
            };
            given.parse().map_err(invalid).ok()
        }
        (None, written) => {
            let span = written.as_ref().map(|written| written.span);
            let name = written.map_or_else(|| directory.file_name().unwrap_or_default().to_owned(), |name| name.value);
            let normal = ProjectName::normalise(&name);
            if normal.is_none() {
                let message = format!("no name for the project can be made of `{name}`");
                let finding = diags.push(Severity::Error, Code::InvalidValue, span, message);
                finding.hint("name it with `name:` or `-p`, in letters, digits, `-` and `_`");
            }
            normal
        }
    };
    name.unwrap_or_else(|| ProjectName::normalise("project").expect("the word is a name"))
}

/// The name that the user gives to the project outside of its files.
fn given_name(options: &LoadOptions, variables: &Variables<'_>) -> Option<String> {
    let not_empty = |name: &String| !name.is_empty();
    let in_environment = || variables.get("COMPOSE_PROJECT_NAME").filter(not_empty);
    options.project_name.clone().filter(not_empty).or_else(in_environment)
}

/// The name that a file gives to the project. What is wrong with its form is found by later phases.
fn written_name(tree: &Node, variables: &Variables<'_>, written: &mut Written) -> Option<Spanned<String>> {
    let node = tree.get("name").filter(|node| node.as_scalar().is_some_and(|scalar| !scalar.text.is_empty()))?;
    let node = interpolate(node, &|name| variables.get(name), written, &mut Diagnostics::default());
    let Value::String(name) = node.value()? else { return None };
    Some(Spanned::new(name.to_owned(), node.span))
}

#[cfg(test)]
mod tests;
