//! What a user can type about images that are built here.

use clap::{Args, ValueEnum};
use compose2ecs::deploy::options::Pin;
use compose2ecs::deploy::push::engine::Program;

use super::TargetArguments;
use super::deploy::{AwsArguments, VpcArguments};

/// Flags of `push`.
#[derive(Debug, Args)]
pub(crate) struct PushArguments {
    /// The services whose images are built and pushed [default: all with `build`]
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// In which form what was pushed is printed
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: PushFormat,
    #[command(flatten)]
    pub(crate) builder: BuilderArguments,
    #[command(flatten)]
    pub(crate) vpc: VpcArguments,
    #[command(flatten)]
    pub(crate) aws: AwsArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// `--format` of `push`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PushFormat {
    /// A line for each image: service, name and digest
    Text,
    /// A JSON object for each image
    Json,
}

/// With what images are built.
#[derive(Debug, Args)]
#[command(next_help_heading = "Images")]
pub(crate) struct BuilderArguments {
    /// The program that builds and pushes images [default: the first of these that is there]
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) builder: Option<Builder>,
}

/// `--builder`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Builder {
    /// Docker, with buildx where it is there
    Docker,
    /// Podman
    Podman,
    /// Buildah
    Buildah,
}

impl BuilderArguments {
    /// The program that is wanted, if any is.
    pub(crate) fn program(self) -> Option<Program> {
        let Self { builder } = self;
        builder.map(|builder| match builder {
            Builder::Docker => Program::Docker,
            Builder::Podman => Program::Podman,
            Builder::Buildah => Program::Buildah,
        })
    }
}

/// How what is looked up is named in what is deployed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Images")]
pub(crate) struct PinArguments {
    /// Which images are named by their digests
    #[arg(long, value_name = "WHICH", default_value = "auto")]
    pub(crate) pin: PinChoice,
    #[command(flatten)]
    pub(crate) vpc: VpcArguments,
}

/// `--pin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PinChoice {
    /// Those that are built here
    Auto,
    /// All; they must be in ECR
    Always,
    /// None
    Never,
}

impl PinArguments {
    /// The choice.
    pub(crate) const fn choice(&self) -> Pin {
        let Self { pin, vpc: _ } = self;
        match pin {
            PinChoice::Auto => Pin::Auto,
            PinChoice::Always => Pin::Always,
            PinChoice::Never => Pin::Never,
        }
    }
}
