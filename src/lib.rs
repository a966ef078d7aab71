//! Takes a `docker-compose.yml` to Amazon ECS.
//!
//! ```text
//!  files ─▶ yaml::Node ─▶ compose::Project ─▶ ecs::Stack ─▶ task JSON
//!           spans, text    typed, canonical    plain data
//! ```
//!
//! Every arrow is a function without side effects: what it needs of files and variables comes through
//! [`world::World`], and what it finds is returned beside what it makes.

pub mod backend;
pub mod compose;
pub mod diag;
pub mod ecs;
pub mod lower;
pub mod options;
pub mod source;
#[cfg(test)]
mod testing;
pub mod world;
pub mod yaml;

use camino::Utf8PathBuf;

use compose::load;
use diag::{Diagnostics, Reported};
use ecs::Stack;
use options::{LoadOptions, LowerOptions};
use source::Sources;
use world::World;

/// What became of a project.
#[derive(Debug)]
pub struct Translation {
    /// The files that were read.
    pub sources: Sources,
    /// What was found, in the order of the files, each with its Compose path.
    pub diagnostics: Diagnostics,
    /// The project on ECS; there unless an error was found.
    pub stack: Option<Stack>,
}

/// Translates Compose files, or those that Docker Compose would find when none is named.
#[must_use]
pub fn translate(
    world: &dyn World,
    files: &[Utf8PathBuf],
    load_options: &LoadOptions,
    lower_options: &LowerOptions,
) -> Translation {
    let loaded = load::load(world, files, load_options);
    let Reported { mut diagnostics, product } = loaded.reported;
    let stack = product.and_then(|project| {
        let Reported { diagnostics: mut found, product } = lower::lower(&project, lower_options);
        loaded.documents.complete(&mut found);
        diagnostics.extend(found);
        product
    });
    diagnostics.sort();
    Translation { sources: loaded.sources, diagnostics, stack }
}
