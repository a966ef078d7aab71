//! Reading a project, in phases; each relies on the ones before, so a phase that finds mistakes is the last.
//!
//! | phase | what it does | for example |
//! |---|---|---|
//! | `discover` | finds files, directory and variables | `compose.yaml` above the current directory; `.env` |
//! | `parse` | reads text into trees, one per document | `"8080:${PORT}"` and its place |
//! | `name` | settles the project's name | `name: Shop` is `shop`; then `${COMPOSE_PROJECT_NAME}` |
//! | `interpolate` | replaces variables in values | `8080:${PORT}` becomes `8080:80` |
//! | `extends` | fills services up from others | `extends: base` brings the keys of `base` |
//! | `include` | adds what other projects define | `include: [db/compose.yml]` brings its services |
//! | `merge` | lets later documents change earlier ones | `ports` of two files are one list |
//! | `decode` | gives values their types | `8080:80` is a port and its target |
//! | `select` | leaves inactive services out | `profiles: [debug]` |
//! | `ecs_params` | adds what ecs-cli is told beside the files | `task_role_arn: …` |
//! | `env_file` | adds variables that stand in files | `env_file: web.env` |
//! | `check` | looks every name up | `depends_on: [db]` without a service `db` |
//!
//! `interpolate` to `merge` make one tree of the documents of a project, and an included project goes through them by
//! itself, with its own directory and variables. `extends` and `include` look at one document at a time, so what they
//! bring is there before another document changes it, and an `extends` reaches no service of another document.
//! `!reset` and `!override` of a document take effect on what it extends and on the documents before it.
//!
//! Every document is checked as it is merged, as Docker Compose does: a wrong value is a mistake even if a later one
//! replaces it. Of a file that is extended, the service that is taken is checked, and of the rest what `form` names.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};

use super::conceal::told_path;
use super::decode::{self, File};
use super::discover::{self, Discovery, Input};
use super::interpolate::{Lookup, Written, interpolate};
use super::name::ProjectName;
use super::select::{self, Selection};
use super::tree::Tree;
use super::variables::Variables;
use super::{Places, Project, check, env_file, foreign, merge};
use crate::diag::{Code, Diagnostics, Reported, Severity};
use crate::options::{Consistency, Interpolation, LoadOptions};
use crate::source::{FileId, Sources, Span, Spanned};
use crate::world::World;
use crate::yaml::resolve::Value;
use crate::yaml::{Node, locate};

mod extending;
mod files;
mod including;

use files::{Document, Files};
use including::Step;

/// That there is nothing to read.
const EMPTY: &str = "the Compose file is empty";

/// What to do about it.
const EMPTY_HINT: &str = "write what runs under `services:`";

/// What came of reading a project.
#[derive(Debug, Clone)]
pub struct Loaded<T = Project> {
    /// The files that were read, which the places of all findings are in, also of later stages.
    pub sources: Sources,
    /// The trees of the files, which know the Compose path of every place.
    pub documents: Documents,
    /// The project, and what was found.
    pub reported: Reported<T>,
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

    /// Every document.
    pub(crate) fn roots(&self) -> impl Iterator<Item = &Node> {
        self.roots.values().flatten().map(|root| &**root)
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
    loaded(world, |loading| loading.project(files, options))
}

/// Reads what the files of a project say together, before anything has a type.
#[must_use]
pub fn tree(world: &dyn World, files: &[Utf8PathBuf], options: &LoadOptions) -> Loaded<Tree> {
    loaded(world, |loading| {
        let (tree, _) = loading.tree(files, options)?;
        loading.check_untyped(&tree.root);
        Some(tree)
    })
}

/// What came of reading.
fn loaded<T>(world: &dyn World, read: impl FnOnce(&mut Loading<'_>) -> Option<T>) -> Loaded<T> {
    let mut loading = Loading { files: Files::new(world), diags: Diagnostics::default(), inclusions: 0 };
    let product = read(&mut loading);
    let Loading { files, mut diags, inclusions: _ } = loading;
    let (sources, documents) = (files.sources, files.documents);
    documents.complete(&mut diags);
    diags.sort();
    let product = product.filter(|_| !diags.has_errors());
    Loaded { sources, documents, reported: Reported { diagnostics: diags, product } }
}

/// What grows while the phases run.
struct Loading<'w> {
    files: Files<'w>,
    diags: Diagnostics,
    /// How many projects were included.
    inclusions: usize,
}

/// The surroundings of a project, or of one that it includes.
struct Scope<'s> {
    /// The absolute directory from which its relative paths start.
    directory: &'s Utf8Path,
    /// The variables that its files see.
    variables: &'s Variables<'s>,
    /// The documents that led to it, from the outermost.
    trail: &'s [Step],
    /// Whether variables are replaced.
    interpolation: Interpolation,
}

impl Scope<'_> {
    /// A tree with the values of variables.
    fn interpolated(&self, tree: &Rc<Node>, written: &mut Written, diags: &mut Diagnostics) -> Rc<Node> {
        match self.interpolation {
            Interpolation::Enabled => interpolate(tree, &|name| self.variables.get(name), written, diags),
            Interpolation::Disabled => Rc::clone(tree),
        }
    }
}

impl<'w> Loading<'w> {
    /// The phases that make one tree of the files, in their order, and the variables that they see.
    fn tree(&mut self, files: &[Utf8PathBuf], options: &LoadOptions) -> Option<(Tree, Variables<'w>)> {
        let Discovery { inputs, directory, mut variables } =
            discover::discover(self.files.world, files, options, &mut self.diags)?;
        let documents = self.documents(&inputs)?;
        // A project without a name can still be read, to the end that all mistakes are found.
        let mut in_name = Diagnostics::default();
        let places = &mut self.files.documents.written;
        let values = |name: &str| variables.get(name);
        let lookup: Option<Lookup<'_>> = (options.interpolation == Interpolation::Enabled).then_some(&values);
        let written = documents.iter().rev().find_map(|document| written_name(&document.tree, lookup, places));
        let given = given_name(options, &variables);
        let written_name = written.clone().filter(|_| given.is_none()).map(|name| name.value);
        let name = project_name(given, written, &directory, &mut in_name);
        variables.set("COMPOSE_PROJECT_NAME", name.to_string());
        let interpolation = options.interpolation;
        let scope = Scope { directory: &directory, variables: &variables, trail: &[], interpolation };
        let root = self.model(documents, &scope)?;
        // The version means nothing, so it is nothing to go by.
        if root.as_mapping().is_some_and(|root| root.entries().iter().all(|entry| &*entry.key == "version")) {
            self.diags.error(Code::MissingKey, root.span, EMPTY).hint(EMPTY_HINT);
        }
        self.diags.extend(in_name);
        let home = variables.home();
        Some((Tree { name, written_name, directory, home, root }, variables))
    }

    /// The phases, in their order.
    fn project(&mut self, files: &[Utf8PathBuf], options: &LoadOptions) -> Option<Project> {
        let (Tree { name, written_name, directory, home, root }, variables) = self.tree(files, options)?;
        let ecs_params = options.ecs_params.as_deref().and_then(|path| self.ecs_params(path, &variables));
        let file = decode::decode(&root, &mut self.diags)?;
        let File { services, networks, volumes, secrets, configs, models, extension } = file;
        let profiles = select::profiles(options, &variables);
        let Selection { active, inactive } = select::select(services, &profiles, &options.services, &mut self.diags);
        self.go_on()?;
        let mut project = Project {
            name,
            written_name,
            directory,
            home,
            services: active,
            inactive,
            networks,
            volumes,
            secrets,
            configs,
            models,
            extension,
            places: Places::new(root),
            ecs_params: ecs_params.map(Places::new),
        };
        foreign::ecs_params::adopt(&mut project, &mut self.diags);
        if options.consistency == Consistency::Checked {
            check::check(&project, options.normalization, &mut self.diags);
        }
        let origins =
            env_file::Origins { world: self.files.world, variables: &variables, env_files: options.service_env_files };
        env_file::resolve(&mut project, &origins, &mut self.diags);
        select::narrow(&mut project, &options.services, &mut self.diags);
        Some(project)
    }

    /// What stands in the file that ecs-cli reads beside those of Compose. An empty one says nothing.
    fn ecs_params(&mut self, path: &Utf8Path, variables: &Variables<'_>) -> Option<Rc<Node>> {
        let input = discover::input(&self.files.world.current_dir(), path);
        let documents = self.files.trees(&input, None, &mut self.diags)?;
        let (first, others) = documents.split_first()?;
        if let Some(other) = others.first() {
            let message = "a file for ecs-cli is one document: this is another";
            self.diags.error(Code::InvalidValue, other.span, message);
        }
        let lookup = |name: &str| variables.get(name);
        Some(interpolate(first, &lookup, &mut self.files.documents.written, &mut self.diags))
    }

    /// The end of a phase: nothing when mistakes were found.
    fn go_on(&self) -> Option<()> {
        (!self.diags.has_errors()).then_some(())
    }

    /// The documents of all files, in the order in which they change each other.
    fn documents(&mut self, inputs: &[Input]) -> Option<Vec<Document>> {
        let mut documents = Vec::new();
        for input in inputs {
            documents.extend(self.files.documents(input, None, &mut self.diags).into_iter().flatten());
        }
        if documents.is_empty() && !self.diags.has_errors() {
            self.diags.push(Severity::Error, Code::MissingKey, None, EMPTY).hint(EMPTY_HINT);
        }
        self.go_on().map(|()| documents)
    }

    /// The phases that make one tree of the documents of a project.
    fn model(&mut self, mut documents: Vec<Document>, scope: &Scope<'_>) -> Option<Rc<Node>> {
        for document in &mut documents {
            document.tree = scope.interpolated(&document.tree, &mut self.files.documents.written, &mut self.diags);
        }
        self.go_on()?;
        self.extended(&mut documents, scope);
        self.go_on()?;
        for document in &mut documents {
            document.tree = self.with_inclusions(document, scope);
        }
        self.go_on()?;
        self.merged(&documents, scope)
    }

    /// What all documents say together.
    fn merged(&mut self, documents: &[Document], scope: &Scope<'_>) -> Option<Rc<Node>> {
        let (first, others) = documents.split_first()?;
        let mut joined = merge::Joined::new(&first.tree);
        for other in others {
            let touched = joined.touched_by(&other.tree);
            self.check_form(&touched, scope);
            joined.change(&touched, &other.tree, &mut self.diags);
        }
        Some(joined.into_tree())
    }

    /// Checks a tree that others still change.
    fn check_form(&mut self, root: &Node, scope: &Scope<'_>) {
        // What holds variables has no types yet.
        if scope.interpolation == Interpolation::Disabled {
            return;
        }
        self.diags.extend(select::form_errors(decoding_findings(root)));
    }

    /// Checks a tree that keeps its variables for what is a mistake whatever they hold.
    fn check_untyped(&mut self, root: &Node) {
        let mut found = decoding_findings(root);
        let sources = &self.files.sources;
        let text_at = |span: Span| sources.get(span.file).text().get(span.range()).unwrap_or_default();
        let holds_variable = |span: Span| text_at(span).contains('$');
        found.retain(|finding| finding.severity == Severity::Error && !finding.span.is_some_and(holds_variable));
        self.diags.extend(found);
    }
}

/// What is found when a tree is given its types.
fn decoding_findings(root: &Node) -> Diagnostics {
    let mut found = Diagnostics::default();
    let file = decode::decode(root, &mut found);
    let services = file.into_iter().flat_map(|file| file.services);
    services.for_each(|(_, in_service)| found.extend(in_service));
    found
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
fn written_name(tree: &Node, variables: Option<Lookup<'_>>, written: &mut Written) -> Option<Spanned<String>> {
    let node = tree.get("name").filter(|node| node.as_scalar().is_some_and(|scalar| !scalar.text.is_empty()))?;
    let node = match variables {
        Some(variables) => interpolate(node, variables, written, &mut Diagnostics::default()),
        None => Rc::clone(node),
    };
    let Value::String(name) = node.value()? else { return None };
    Some(Spanned::new(name.to_owned(), node.span))
}

#[cfg(test)]
mod tests;
