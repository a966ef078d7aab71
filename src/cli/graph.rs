//! What a user can type behind `graph`.

use clap::{Args, ValueEnum};

use super::{TargetArguments, finding};

/// Flags of `graph`.
#[derive(Debug, Args)]
pub(crate) struct GraphArguments {
    /// The language of the drawing
    #[arg(long, value_name = "FORMAT", default_value = "mermaid", help_heading = "Output")]
    pub(crate) format: GraphFormat,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    #[command(flatten)]
    pub(crate) policy: finding::PolicyArguments,
}

/// `graph --format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// A flowchart of Mermaid, as GitHub draws it
    Mermaid,
    /// For Graphviz
    Dot,
}
