//! What a user can type behind the commands that change what runs.

use std::time::Duration;

use clap::Args;
use compose2ecs::deploy::options::{Rollback, UpOptions, Waiting};

use super::{AwsArguments, scale, time};
use crate::cli::TargetArguments;
use crate::cli::progress::Form;
use crate::cli::push::PinArguments;

/// Flags of `rollback`.
#[derive(Debug, Args)]
pub(crate) struct RollbackArguments {
    /// The services to take back [default: all that ran something else before]
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// The revision to go back to, by its number or in full [default: the last one that was deployed successfully]
    #[arg(long, value_name = "REVISION")]
    pub(crate) to: Option<String>,
    /// Do it without asking
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) watching: WatchingArguments,
    #[command(flatten)]
    pub(crate) aws: AwsArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// How changes of what runs are watched.
#[derive(Debug, Args)]
#[command(next_help_heading = "Deployment")]
pub(crate) struct WatchingArguments {
    /// Do not wait for the outcome of the last wave
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// How long a service may take, such as 90, 10m or 1h30m; 0 is for ever
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = time)]
    pub(crate) timeout: Duration,
    /// How long to wait between looks at services
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = time)]
    pub(crate) poll_interval: Duration,
    /// How progress is shown
    #[arg(long, value_name = "FORM", default_value = "auto", help_heading = "Output")]
    pub(crate) progress: Form,
}

impl WatchingArguments {
    /// The options of a change of what runs, which is not undone when it fails, and how it is shown.
    pub(crate) fn options(self) -> (UpOptions, Form) {
        let Self { no_wait, timeout, poll_interval, progress } = self;
        let options = UpOptions {
            waiting: if no_wait { Waiting::Disabled } else { Waiting::Enabled },
            timeout: Some(timeout).filter(|timeout| !timeout.is_zero()),
            rollback: Rollback::Disabled,
            poll: poll_interval,
            ..UpOptions::default()
        };
        (options, progress)
    }
}

/// Flags of `scale`.
#[derive(Debug, Args)]
pub(crate) struct ScaleArguments {
    /// How many tasks a service is to have
    #[arg(value_name = "SERVICE=N", value_parser = scale, required = true)]
    pub(crate) counts: Vec<(String, u32)>,
    #[command(flatten)]
    pub(crate) watching: WatchingArguments,
    #[command(flatten)]
    pub(crate) aws: AwsArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// Flags of `run`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that a user can type")]
pub(crate) struct RunArguments {
    /// The service whose container is run
    #[arg(value_name = "SERVICE")]
    pub(crate) service: String,
    /// The command, in place of the service's
    #[arg(value_name = "COMMAND", trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) command: Vec<String>,
    /// A variable; without a value, with the one that it has here
    #[arg(short, long, value_name = "NAME=VALUE")]
    pub(crate) env: Vec<String>,
    /// ECS cannot replace an entry point
    #[arg(long, value_name = "COMMAND", hide = true)]
    pub(crate) entrypoint: Option<String>,
    /// Start what the service needs first
    #[arg(long, conflicts_with = "no_deps")]
    pub(crate) deps: bool,
    /// Do not look whether what the service needs is there
    #[arg(long)]
    pub(crate) no_deps: bool,
    /// Remove the container when it ends; ECS does so anyway
    #[arg(long)]
    pub(crate) rm: bool,
    /// Allocate no terminal; ECS never does
    #[arg(short = 'T', long)]
    pub(crate) no_tty: bool,
    /// What the task is called, in its tag `Name`
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// How many CPU units it gets
    #[arg(long, value_name = "UNITS")]
    pub(crate) cpu: Option<u32>,
    /// How many MiB of memory it gets
    #[arg(long, value_name = "MIB")]
    pub(crate) memory: Option<u32>,
    /// How many such tasks run
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10))]
    pub(crate) count: u32,
    #[command(flatten)]
    pub(crate) which: RevisionArguments,
    /// The container whose command is replaced, and whose exit code counts [default: that of the service]
    #[arg(long, value_name = "NAME")]
    pub(crate) container: Option<String>,
    #[command(flatten)]
    pub(crate) waiting: RunWaiting,
    #[command(flatten)]
    pub(crate) pin: PinArguments,
    #[command(flatten)]
    pub(crate) aws: AwsArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// Which revision is run.
#[derive(Debug, Args)]
pub(crate) struct RevisionArguments {
    /// The revision, by its number or in full [default: what the file says, registered if need be]
    #[arg(long, value_name = "REVISION")]
    pub(crate) task_def: Option<String>,
    /// The revision that the service runs now
    #[arg(long, conflicts_with = "task_def")]
    pub(crate) latest: bool,
}

/// How a task that runs once is watched.
#[derive(Debug, Args)]
pub(crate) struct RunWaiting {
    /// Print the task's full name, and do not wait for its end
    #[arg(short, long)]
    pub(crate) detach: bool,
    /// How long it may take, such as 90, 10m or 1h30m; 0 is for ever
    #[arg(long, value_name = "TIME", default_value = "0", value_parser = time)]
    pub(crate) timeout: Duration,
    /// Wait until there is room for it, as long as `--timeout` says
    #[arg(long)]
    pub(crate) wait_capacity: bool,
    /// Do not print what it writes
    #[arg(long)]
    pub(crate) no_logs: bool,
}
