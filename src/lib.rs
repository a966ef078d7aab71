//! Takes a `docker-compose.yml` to Amazon ECS.
//!
//! ```text
//!  files ─▶ yaml::Node ─▶ compose::Project ─▶ ecs::Stack ─▶ task JSON
//!           spans, text    typed, canonical    plain data
//! ```
//!
//! Every arrow is a function without side effects: what it needs of files and variables comes through
//! [`world::World`], and what it finds is returned beside what it makes. [`translate`] runs all but the last, which is
//! [`backend::document`] or, file by file, [`backend::emit`].
//!
//! ```
//! use compose2ecs::options::{LowerOptions, Options};
//! use compose2ecs::world::MemoryWorld;
//! use compose2ecs::{backend, translate};
//!
//! let compose = "services: {web: {image: 'nginx:1', ports: ['80:80'], mem_limit: 64m}}";
//! let world = MemoryWorld {
//!     files: [("/srv/shop/compose.yaml".into(), compose.into())].into(),
//!     current_dir: "/srv/shop".into(),
//!     ..MemoryWorld::default()
//! };
//! let lower = LowerOptions { region: Some("eu-west-1".to_owned()), ..LowerOptions::default() };
//! let translation = translate(&world, &[], &Options { lower, ..Options::default() });
//!
//! let found: Vec<&str> = translation.diagnostics.iter().map(|finding| &*finding.message).collect();
//! assert_eq!(found, [""; 0]);
//! let stack = translation.stack.expect("nothing forbids to go on");
//! let document: serde_json::Value = serde_json::from_str(&backend::document(&stack))?;
//! let web = &document["taskDefinitions"][0]["containerDefinitions"][0];
//! assert_eq!(web["image"], "nginx:1");
//! assert_eq!(web["memory"], 64);
//! assert_eq!(web["portMappings"][0]["hostPort"], 80);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! [`ecs::Stack`] and all its parts implement `serde::Serialize`, as the JSON that `convert` prints. A test of a project
//! of yours can hold them against a snapshot, as `examples/snapshot.rs` does:
//! `insta::assert_json_snapshot!(stack.task_definitions)`. It is the same at every run, and on every machine.

pub mod backend;
pub mod compose;
pub mod config;
#[cfg(feature = "deploy")]
pub mod deploy;
pub mod diag;
mod digest;
pub mod ecs;
pub mod explain;
pub mod graph;
pub mod lower;
pub mod options;
pub mod schema;
pub mod source;
#[cfg(test)]
mod testing;
pub mod world;
mod yaml;

use camino::Utf8PathBuf;

use compose::Project;
use compose::load::{self, Documents, Loaded};
use diag::{Diagnostics, Reported};
use ecs::Stack;
use graph::Graph;
use options::{LowerOptions, Options, Verbosity};
use source::Sources;
use world::World;

/// What became of a project.
#[derive(Debug)]
pub struct Translation {
    /// The files that were read.
    pub sources: Sources,
    /// The trees of the files, as they were written.
    pub documents: Documents,
    /// What was found, in the order of the files, each with its Compose path.
    pub diagnostics: Diagnostics,
    /// The project as Compose means it; there unless an error was found while it was read.
    pub project: Option<Project>,
    /// The project on ECS; there unless an error was found.
    pub stack: Option<Stack>,
}

/// Translates Compose files, or those that Docker Compose would find when none is named.
#[must_use]
pub fn translate(world: &dyn World, files: &[Utf8PathBuf], options: &Options) -> Translation {
    let lower = |project: &Project, options: &LowerOptions| lower::lower(project, options).map(|stack| (stack, ()));
    translate_by(lower, world, files, options).0
}

/// Translates Compose files as [`translate`] does, and draws their order, for [`backend::draw`]; there unless an error
/// was found.
#[must_use]
pub fn draw(world: &dyn World, files: &[Utf8PathBuf], options: &Options) -> (Translation, Option<Graph>) {
    translate_by(lower::lower_and_draw, world, files, options)
}

/// Translates Compose files by a function that makes something beside the stack.
fn translate_by<T>(
    lower: impl FnOnce(&Project, &LowerOptions) -> Reported<(Stack, T)>,
    world: &dyn World,
    files: &[Utf8PathBuf],
    options: &Options,
) -> (Translation, Option<T>) {
    let Options { load, lower: lower_options, policy, verbosity } = options;
    let Loaded { sources, documents, reported } = load::load(world, files, load);
    let Reported { mut diagnostics, product: mut project } = reported;
    if let Some(project) = &mut project {
        let mut found = Diagnostics::default();
        compose::foreign::adopt(project, &mut found);
        compose::foreign::ecs_params::report_unread(world, load, project, &mut found);
        documents.complete(&mut found);
        diagnostics.extend(found);
    }
    let (mut lowered, mut policy) = (None, policy.clone());
    if let Some(project) = &project {
        let Reported { diagnostics: mut found, product } = lower(project, lower_options);
        if *verbosity == Verbosity::Verbose {
            let launch_type = lower::launch_type(project, lower_options);
            lower::fate::verbose::report_irrelevant(documents.roots(), (project, launch_type), &mut found);
        }
        policy = policy.or(&project.extension.findings.levels(&mut found));
        documents.complete(&mut found);
        diagnostics.extend(found);
        lowered = product;
    }
    policy.apply(&mut diagnostics);
    diagnostics.sort();
    let (stack, further) = lowered.filter(|_| !diagnostics.has_errors()).unzip();
    (Translation { sources, documents, diagnostics, project, stack }, further)
}
