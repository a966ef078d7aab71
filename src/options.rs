//! Named choices and their defaults.

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

use crate::diag::policy::Policy;

/// What the user says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// About reading.
    pub load: LoadOptions,
    /// About translating.
    pub lower: LowerOptions,
    /// About findings.
    pub policy: Policy,
    /// `--verbose`.
    pub verbosity: Verbosity,
}

/// What the user says about reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadOptions {
    /// `-p`: the project's name.
    pub project_name: Option<String>,
    /// `--project-directory`: what relative paths start from.
    pub project_directory: Option<Utf8PathBuf>,
    /// `--env-file`: files read in place of `.env`.
    pub env_files: Vec<Utf8PathBuf>,
    /// `--ecs-params`: what ecs-cli is told of what Compose cannot say.
    pub ecs_params: Option<Utf8PathBuf>,
    /// `--profile`: profiles that are active.
    pub profiles: Vec<String>,
    /// The services that are read, with those that they need, whatever their profiles are; all if none is named.
    pub services: Vec<String>,
    /// Whether variables are replaced.
    pub interpolation: Interpolation,
    /// Whether names are looked up.
    pub consistency: Consistency,
    /// Whether what the files leave to Compose is there: without it, nobody defines the network `default`.
    pub normalization: Normalization,
    /// What becomes of the files of variables that services name.
    pub service_env_files: ServiceEnvFiles,
}

/// Whether the variables in files are replaced by their values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interpolation {
    /// They are.
    #[default]
    Enabled,
    /// `--no-interpolate`: they stay.
    Disabled,
}

/// Whether the names in a project are looked up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Consistency {
    /// What nothing defines is a mistake.
    #[default]
    Checked,
    /// `--no-consistency`: nobody asks.
    Unchecked,
}

/// Whether what a file leaves to Compose is written out: default networks, names, the Dockerfile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Normalization {
    /// It is.
    #[default]
    Enabled,
    /// `--no-normalize`: it is not.
    Disabled,
}

/// What becomes of the files that `env_file` of a service names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceEnvFiles {
    /// Their variables are those of the service.
    #[default]
    Read,
    /// They are not opened.
    Left,
}

/// What the user says about translating.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LowerOptions {
    /// `--launch-type`; without it the file's, or EC2.
    pub launch_type: Option<LaunchType>,
    /// `--task-per`; without it the file's, or one task per service.
    pub grouping: Option<Grouping>,
    /// `--cluster`.
    pub cluster: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--registry`: where images that are built here are pushed to.
    pub registry: Option<String>,
    /// `--tag`: the tag of images that are built here.
    pub tag: Option<String>,
    /// `--subnets`.
    pub subnets: Vec<String>,
    /// `--security-groups`.
    pub security_groups: Vec<String>,
    /// Whether tasks on Fargate get public addresses.
    pub public_address: AssignPublicIp,
    /// `--execution-role`: with which ECS pulls images and writes logs.
    pub execution_role: Option<String>,
    /// With which the containers' own AWS calls are made.
    pub task_role: Option<String>,
    /// What becomes of commands that wait for others.
    pub waits: WaitPolicy,
}

/// What becomes of commands that wait for others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaitPolicy {
    /// Where order and health checks do the same, they stand in for the wait.
    #[default]
    Replaced,
    /// `--keep-waits`: every command and entry point stays as it is written; waits only order.
    Kept,
}

/// Which services share a task when nothing else says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grouping {
    /// Every service has its own.
    #[default]
    OnePerService,
    /// All services share one.
    SingleTask,
}

/// Whether what has no effect on a deployed service is listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verbosity {
    /// Nobody need know.
    #[default]
    Usual,
    /// It is, key by key.
    Verbose,
}

/// Where tasks run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LaunchType {
    /// On instances that the user looks after.
    #[default]
    Ec2,
    /// On machines that AWS looks after.
    Fargate,
}

/// Whether tasks get public addresses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AssignPublicIp {
    /// They do.
    Enabled,
    /// They do not.
    #[default]
    Disabled,
}
