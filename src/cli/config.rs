//! What a user can type behind `config`.

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};

/// Flags of `config`, with the names that they have in Docker Compose.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct ConfigArguments {
    /// Print these services and what they need, whatever their profiles are [default: all active services]
    #[arg(value_name = "SERVICE")]
    pub(crate) service: Vec<String>,
    /// The language of the output [default: yaml, but a table of variables]
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) format: Option<ConfigFormat>,
    /// Write the model into this file
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<Utf8PathBuf>,
    /// Print no model, only what is wrong with it
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Print the names of the services in place of the model
    #[arg(long, help_heading = "Lists")]
    pub(crate) services: bool,
    /// Print the names of the volumes in place of the model
    #[arg(long, help_heading = "Lists")]
    pub(crate) volumes: bool,
    /// Print the names of the networks in place of the model
    #[arg(long, help_heading = "Lists")]
    pub(crate) networks: bool,
    /// Print the models in place of the model of the project
    #[arg(long, help_heading = "Lists")]
    pub(crate) models: bool,
    /// Print a hash of the configuration of these services; `*` is all
    #[arg(long, value_name = "SERVICES", help_heading = "Lists")]
    pub(crate) hash: Option<String>,
    /// Print the names of the profiles in place of the model
    #[arg(long, help_heading = "Lists")]
    pub(crate) profiles: bool,
    /// Print the images in place of the model
    #[arg(long, help_heading = "Lists")]
    pub(crate) images: bool,
    /// Print the variables that stand in the files, with what they say where one has no value
    #[arg(long, help_heading = "Lists")]
    pub(crate) variables: bool,
    /// Print the variables that the files see, with their values
    #[arg(long, help_heading = "Lists")]
    pub(crate) environment: bool,
    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
}

/// What is left out while the project is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct ReadingArguments {
    /// Leave variables as they are
    #[arg(long)]
    pub(crate) no_interpolate: bool,
    /// Do not look names up; what is printed may not work
    #[arg(long)]
    pub(crate) no_consistency: bool,
    /// Accepted, and without effect, as in Docker Compose
    #[arg(long)]
    pub(crate) no_env_resolution: bool,
    /// Do not write out what the files leave to Compose: default networks, names
    #[arg(long)]
    pub(crate) no_normalize: bool,
    /// Leave paths as they are
    #[arg(long)]
    pub(crate) no_path_resolution: bool,
}

/// `config --format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConfigFormat {
    /// YAML
    Yaml,
    /// JSON
    Json,
}
