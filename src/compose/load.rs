//! The loading phases, in their order.

use std::collections::BTreeMap;
use std::rc::Rc;

use camino::Utf8PathBuf;

use crate::compose::Project;
use crate::diag::{Diagnostics, Reported};
use crate::options::LoadOptions;
use crate::source::{FileId, Sources};
use crate::world::World;
use crate::yaml::Node;

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
}

impl Documents {
    /// Says of every finding with a place which Compose path it is at.
    pub fn name_paths(&self, diags: &mut Diagnostics) {
        let _ = (&self.roots, diags);
    }
}

/// Reads a project. Without `files`, those that Docker Compose would find; `-` is standard input.
#[must_use]
pub fn load(world: &dyn World, files: &[Utf8PathBuf], options: &LoadOptions) -> Loaded {
    let _ = (world, files, options);
    Loaded {
        sources: Sources::default(),
        documents: Documents::default(),
        reported: Reported { diagnostics: Diagnostics::default(), product: None },
    }
}
