//! From Compose to ECS: decides which services share a task, runs one pass per facet, and puts the results together.

pub mod readiness;

mod connect;
mod fate;
mod grouping;
mod ignored;
mod image;
mod kernel;
mod logging;
mod network;
mod ordering;
mod placement;
mod process;
mod resources;
mod secrets;
mod storage;

use crate::compose::Project;
use crate::options::{LaunchType, LowerOptions};

/// What every pass may need to know beyond its facet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// Where tasks run.
    pub(crate) launch_type: LaunchType,
    /// What the user chose.
    pub(crate) options: &'a LowerOptions,
    /// The project.
    pub(crate) project: &'a Project,
}
