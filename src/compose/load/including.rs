//! The phase `include`: projects that a document includes, each read with its own directory and variables.

use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};
use indexmap::IndexMap;

use super::files::Document;
use super::{Loading, Scope};
use crate::compose::discover::{self, Input};
use crate::compose::include::{Inclusion, Resources, inclusions, report_unsupported, with_values};
use crate::compose::paths::{clean, relative};
use crate::compose::rebase::rebase;
use crate::diag::Code;
use crate::options::Interpolation;
use crate::source::{Span, Spanned};
use crate::yaml::Node;

/// How deep projects may include others: each level takes its part of the stack.
const DEPTH: usize = 100;

/// How many projects may be included in all. Where files include others twice each, their number doubles at each level.
const MOST: usize = 1_000;

/// A document that includes a project.
#[derive(Clone)]
pub(super) struct Step {
    /// The file of the document; standard input has no path.
    path: Option<Utf8PathBuf>,
    /// Where it includes it.
    place: Span,
}

impl Loading<'_> {
    /// A document, and what the projects define that it includes.
    pub(super) fn with_inclusions(&mut self, document: &Document, scope: &Scope<'_>) -> Rc<Node> {
        if document.tree.get("include").is_none() {
            return Rc::clone(&document.tree);
        }
        let mut resources = Resources::new();
        for inclusion in inclusions(&document.tree, &mut self.diags) {
            let Some(main) = inclusion.paths.first() else { continue };
            self.inclusions += 1;
            if self.inclusions > MOST {
                // It is said once, although many may be left.
                if self.inclusions == MOST + 1 {
                    let message = format!("more than {MOST} projects are included");
                    self.diags.error(Code::Limit, main.span, message);
                }
                break;
            }
            if let Some(root) = self.included(&inclusion, main, (document, scope)) {
                resources.add(&root, main.span, &mut self.diags);
            }
        }
        resources.put_into(&document.tree, &mut self.diags)
    }

    /// What a project says that a document includes, as that document would write it.
    fn included(
        &mut self,
        inclusion: &Inclusion,
        main: &Spanned<String>,
        (document, scope): (&Document, &Scope<'_>),
    ) -> Option<Rc<Node>> {
        let Inclusion { paths, directory: chosen, env_files } = inclusion;
        let step = Step { path: document.path.clone(), place: main.span };
        let trail = [scope.trail, &[step]].concat();
        let directory = match chosen {
            Some(chosen) => clean(&scope.directory.join(&chosen.value)),
            None => parent(&clean(&scope.directory.join(&main.value))),
        };
        // Read before the files, so that both are named when both are missing.
        let own = self.own_variables(&directory, (env_files, main.span), scope);
        let mut documents = Vec::new();
        for path in paths {
            let absolute = clean(&scope.directory.join(&path.value));
            self.check_trail(&trail, &absolute, path)?;
            let name = self.files.name(&path.value, &absolute);
            let input = Input::File { path: absolute, name };
            documents.extend(self.files.documents(&input, Some(path.span), &mut self.diags)?);
        }
        let own = own?;
        let variables = (!own.is_empty()).then(|| scope.variables.with(own));
        let inner = Scope {
            directory: &directory,
            variables: variables.as_ref().unwrap_or(scope.variables),
            trail: &trail,
            ..*scope
        };
        let mut root = self.model(documents, &inner)?;
        self.check_form(&root, &inner);
        report_unsupported(&root, inner.variables, &mut self.diags);
        if let Some(variables) = variables.as_ref().filter(|_| scope.interpolation == Interpolation::Enabled) {
            root = with_values(&root, variables, &mut self.files.documents.written);
        }
        let is_absolute = chosen.as_ref().is_some_and(|chosen| chosen.value.starts_with('/'));
        // To Compose, a directory that is not there stands for the one that it would be in.
        let base = if is_absolute {
            directory.clone()
        } else if self.files.world.is_dir(&directory) {
            relative(scope.directory, &directory)
        } else {
            relative(scope.directory, &parent(&directory))
        };
        Some(rebase(&root, &base, scope.variables.home().as_deref()))
    }

    /// Reports a file that includes itself, or a project that lies too deep.
    fn check_trail(&mut self, trail: &[Step], path: &Utf8Path, place: &Spanned<String>) -> Option<()> {
        if trail.len() > DEPTH {
            let message = format!("included files are nested deeper than {DEPTH} levels");
            self.diags.error(Code::Limit, place.span, message);
            return None;
        }
        let Some(start) = trail.iter().position(|step| step.path.as_deref() == Some(path)) else { return Some(()) };
        let steps = trail.get(start..).unwrap_or_default();
        let files = steps.iter().filter_map(|step| step.path.as_deref()).chain([path]);
        let names: Vec<String> = files.map(|path| self.files.name(path.as_str(), path)).collect();
        let message = format!("a file cannot include itself: {}", names.join(" -> "));
        let finding = self.diags.error(Code::Cycle, place.span, message);
        let before = steps.split_last().map(|(_, before)| before).unwrap_or_default();
        for (step, name) in before.iter().zip(names.iter().skip(1)) {
            finding.label(step.place, format!("`{name}` is included here"));
        }
        None
    }

    /// The variables that stand in files of an included project: those that are named, or else its `.env`.
    fn own_variables(
        &mut self,
        directory: &Utf8Path,
        (env_files, place): (&[Spanned<String>], Span),
        scope: &Scope<'_>,
    ) -> Option<IndexMap<String, Option<String>>> {
        let default = Spanned::new(directory.join(".env").into_string(), place);
        let is_there = env_files.is_empty() && self.files.world.is_file(default.value.as_str().into());
        let default = Some(default).filter(|_| is_there);
        let mut found = IndexMap::new();
        for file in default.iter().chain(env_files.iter().filter(|file| file.value != "/dev/null")) {
            let path = clean(&scope.directory.join(&file.value));
            let name = self.files.name(&file.value, &path);
            let text = self.files.world.read(&path).and_then(discover::text);
            let unreadable = |err| (Code::Unreadable, discover::reason(&err), discover::hint(&err));
            let read = text.map_err(unreadable).and_then(|text| {
                scope.variables.read_after(&text, &found).map_err(|err| (Code::Syntax, err.to_string(), None))
            });
            match read {
                Ok(read) => found.extend(read),
                Err((code, reason, hint)) => {
                    let message = format!("cannot read `{name}`: {reason}");
                    self.diags.error(code, file.span, message).hints.extend(hint);
                    return None;
                }
            }
        }
        Some(found)
    }
}

/// The directory that a path lies in.
fn parent(path: &Utf8Path) -> Utf8PathBuf {
    path.parent().unwrap_or(path).to_owned()
}
