//! What a user can type.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) mod committed;
pub(crate) mod completions;
pub(crate) mod config;
#[cfg(feature = "deploy")]
pub(crate) mod deploy;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod finding;
pub(crate) mod graph;
#[cfg(feature = "deploy")]
pub(crate) mod log_lines;
pub(crate) mod output;
#[cfg(feature = "deploy")]
pub(crate) mod progress;
#[cfg(feature = "deploy")]
pub(crate) mod push;
pub(crate) mod run;

/// Takes a docker-compose.yml to Amazon ECS.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: GlobalArguments,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every subcommand takes, with the names that they have in Docker Compose.
#[derive(Debug, Args)]
#[command(next_help_heading = "Project")]
pub(crate) struct GlobalArguments {
    /// Compose files; `-` is standard input
    #[arg(short, long = "file", value_name = "FILE", global = true)]
    pub(crate) file: Vec<Utf8PathBuf>,
    /// The project's name
    #[arg(short, long, value_name = "NAME", global = true)]
    pub(crate) project_name: Option<String>,
    /// Where relative paths start [default: the directory of the first file]
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) project_directory: Option<Utf8PathBuf>,
    /// Files of variables, in place of `.env`
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) env_file: Vec<Utf8PathBuf>,
    /// What ecs-cli is told beside the Compose files, by its ecs-params.yml
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) ecs_params: Option<Utf8PathBuf>,
    /// Compose profiles to activate; `*` is all
    #[arg(long, value_name = "PROFILE", global = true)]
    pub(crate) profile: Vec<String>,
    /// When to use colour
    #[arg(
        long,
        visible_alias = "ansi",
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        help_heading = "Output"
    )]
    pub(crate) color: Color,
    /// In which form findings are written to standard error
    #[arg(long, value_name = "FORMAT", default_value = "text", global = true, help_heading = "Output")]
    pub(crate) diagnostics: finding::DiagnosticsFormat,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the translation: task definitions, services, one-off tasks and deployment waves, as JSON
    Convert(ConvertArguments),
    /// Print the project as it was read: resolved, in canonical form, as `docker compose config` does
    Config(config::ConfigArguments),
    /// Deploy the translation, wave by wave, and wait for the outcome
    #[cfg(feature = "deploy")]
    Up(deploy::UpArguments),
    /// Delete the project's services, the last wave first
    #[cfg(feature = "deploy")]
    Down(deploy::DownArguments),
    /// Have services run again what they ran before
    #[cfg(feature = "deploy")]
    Rollback(deploy::RollbackArguments),
    /// Print what containers wrote, and write
    #[cfg(feature = "deploy")]
    Logs(deploy::LogsArguments),
    /// Change how many tasks services have
    #[cfg(feature = "deploy")]
    Scale(deploy::ScaleArguments),
    /// Print what `up` would change, field by field
    #[cfg(feature = "deploy")]
    Diff(deploy::DiffArguments),
    /// Run a service's container once, with another command, and end with its exit code
    #[cfg(feature = "deploy")]
    Run(deploy::RunArguments),
    /// Show the project's tasks
    #[cfg(feature = "deploy")]
    Ps(deploy::PsArguments),
    /// Build the images of services with `build`, and push them to where ECS pulls them from
    #[cfg(feature = "deploy")]
    Push(push::PushArguments),
    /// Deregister revisions of the project's task definitions that are old, and that nothing runs
    #[cfg(feature = "deploy")]
    PruneRevisions(deploy::PruneArguments),
    /// Print the IAM policy that who deploys the project needs, and no more than that
    #[cfg(feature = "deploy")]
    IamPolicy(deploy::IamPolicyArguments),
    /// Say what the code of a finding means and what to do, or what becomes of a Compose key; without either, list the codes
    Explain(explain::ExplainArguments),
    /// Print services, tasks, waves and what waits for what, each with the line that says so, as a drawing
    Graph(graph::GraphArguments),
    /// Print what a shell needs to complete commands and flags
    Completions(completions::CompletionsArguments),
    /// Print the JSON schema of Compose files with `x-ecs`, for editors
    Schema,
}

/// Flags of `convert`.
#[derive(Debug, Args)]
pub(crate) struct ConvertArguments {
    /// Write one file per ECS call into this directory, each for `aws ecs … --cli-input-json file://…`
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    pub(crate) output: Option<Utf8PathBuf>,
    /// Compare with what is committed, a file (the document) or a directory (a file per ECS call), and print what differs
    #[arg(long, value_name = "PATH", conflicts_with = "output", help_heading = "Output")]
    pub(crate) check: Option<Utf8PathBuf>,
    /// Write what differs
    #[arg(long, requires = "check", conflicts_with = "output", help_heading = "Output")]
    pub(crate) update: bool,
    /// List, too, what has no effect on a deployed service
    #[arg(short, long, help_heading = "Output")]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    #[command(flatten)]
    pub(crate) policy: finding::PolicyArguments,
}

/// What the translation is for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct TargetArguments {
    /// Where tasks run [default: `x-ecs.launch_type` of the file, or ec2]
    #[arg(long, value_name = "TYPE", ignore_case = true)]
    pub(crate) launch_type: Option<LaunchType>,
    /// Which services share a task when nothing else says so [default: `x-ecs.task_per` of the file, or service]
    #[arg(long, value_name = "WHAT")]
    pub(crate) task_per: Option<TaskPer>,
    /// The ECS cluster, by its name or ARN [default: the project's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster: Option<String>,
    /// The AWS region [default: `AWS_REGION` or `AWS_DEFAULT_REGION`]
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// Where images with `build:` are pushed to
    #[arg(long, value_name = "HOST/PATH")]
    pub(crate) registry: Option<String>,
    /// The tag of images with `build:` [default: latest]
    #[arg(long)]
    pub(crate) tag: Option<String>,
    /// Subnets of tasks with a network interface of their own, as on Fargate
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    pub(crate) subnets: Vec<String>,
    /// Security groups of tasks with a network interface of their own, as on Fargate [default: the VPC's]
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    pub(crate) security_groups: Vec<String>,
    /// Leave every command and entry point as it is written: readiness waits only order
    #[arg(long)]
    pub(crate) keep_waits: bool,
    /// The role with which ECS pulls images and writes logs
    #[arg(long, value_name = "ARN")]
    pub(crate) execution_role: Option<String>,
}

/// `--launch-type`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LaunchType {
    /// Instances that you look after
    Ec2,
    /// Machines that AWS looks after
    Fargate,
}

/// `--task-per`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum TaskPer {
    /// Every service has a task of its own
    Service,
    /// All services share one task
    Project,
}

/// `--color`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
