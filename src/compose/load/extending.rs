//! The phase `extends`: services of the documents of a project, and of the files that they are taken from.

use camino::Utf8PathBuf;

use super::files::{Document, Files};
use super::{Loading, Scope};
use crate::compose::discover::Input;
use crate::compose::extends::{self, Libraries, OtherFile, Reader};
use crate::compose::form;
use crate::compose::merge::{Joined, written_out};
use crate::compose::paths::{clean, relative};
use crate::compose::rebase::rebase;
use crate::diag::Diagnostics;
use crate::options::Interpolation;
use crate::source::Spanned;

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
        let written = &mut self.files.documents.written;
        let mut trees = documents.iter().map(|document| scope.interpolated(&document.tree, written, diags));
        let mut joined = Joined::new(&trees.next()?);
        for tree in trees.collect::<Vec<_>>() {
            let touched = joined.touched_by(&tree);
            joined.change(&touched, &tree, diags);
        }
        let root = joined.into_tree();
        if scope.interpolation == Interpolation::Enabled {
            form::check(&root, diags);
        }
        let directory = relative(scope.directory, absolute.parent().unwrap_or(scope.directory));
        Some(OtherFile { name, root: rebase(&written_out(&root), &directory, scope.variables.home().as_deref()) })
    }
}
