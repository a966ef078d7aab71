//! The phase `extends`: services of the documents of a project, and of the files that they are taken from.

use std::rc::Rc;

use camino::Utf8PathBuf;

use super::files::{Document, Files};
use super::{Loading, Scope};
use crate::compose::discover::Input;
use crate::compose::extends::{self, Libraries, OtherFile, Reader};
use crate::compose::interpolate::interpolate;
use crate::compose::merge;
use crate::compose::paths::{clean, relative};
use crate::compose::rebase::rebase;
use crate::compose::service::check_short_forms;
use crate::diag::Diagnostics;
use crate::options::Interpolation;
use crate::source::Spanned;
use crate::yaml::Node;

impl Loading<'_> {
    /// Fills up the services of documents. A file that several of them extend is read once.
    pub(super) fn extended(&mut self, documents: &mut [Document], scope: &Scope<'_>) {
        let mut libraries = Libraries::default();
        for document in documents {
            let mut reader = ScopeReader { files: &mut self.files, scope };
            document.tree = extends::fill(&document.tree, &mut libraries, &mut reader, &mut self.diags);
        }
    }
}

/// The files that documents of a project extend.
struct ScopeReader<'s, 'w> {
    files: &'s mut Files<'w>,
    scope: &'s Scope<'s>,
}

impl Reader for ScopeReader<'_, '_> {
    fn locate(&self, path: &str) -> Utf8PathBuf {
        clean(&self.scope.directory.join(path))
    }

    fn read(&mut self, path: &Spanned<String>, diags: &mut Diagnostics) -> Option<OtherFile> {
        let absolute = self.locate(&path.value);
        let name = self.files.name(&path.value, &absolute);
        let input = Input::File { path: absolute.clone(), name: name.clone() };
        let documents = self.files.documents(&input, Some(path.span), diags)?;
        let scope = self.scope;
        let lookup = |name: &str| scope.variables.get(name);
        let written = &mut self.files.documents.written;
        let trees = documents.iter().map(|document| match scope.interpolation {
            Interpolation::Enabled => interpolate(&document.tree, &lookup, written, diags),
            Interpolation::Disabled => Rc::clone(&document.tree),
        });
        let trees: Vec<Rc<Node>> = trees.collect();
        let root = trees
            .into_iter()
            .reduce(|root, over| merge::merge(&merge::written_out(&merge::settle(&root)), &over, diags))?;
        if scope.interpolation == Interpolation::Enabled {
            let services = root.get("services").map(|services| services.entries()).unwrap_or_default();
            for entry in services {
                check_short_forms(&entry.value, diags);
            }
        }
        let directory = relative(scope.directory, absolute.parent().unwrap_or(scope.directory));
        let root = merge::written_out(&merge::settle(&root));
        Some(OtherFile { name, root: rebase(&root, &directory, scope.variables.home().as_deref()) })
    }
}
