//! What a user can type behind the commands that show what runs.

use std::time::{Duration, SystemTime};

use camino::Utf8PathBuf;
use clap::Args;
use compose2ecs::deploy::api::task::Task;
use compose2ecs::deploy::sdk::parse_time;

use super::{AwsArguments, time};
use crate::cli::TargetArguments;
use crate::cli::push::PinArguments;

/// Flags of `logs`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that a user can type")]
pub(crate) struct LogsArguments {
    /// The services or containers whose lines are printed [default: all of the project]
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    // Here, as with Docker Compose, `-f` is `--follow`: so the global flag is written anew, without its letter.
    /// Compose files; `-` is standard input
    #[arg(long = "file", value_name = "FILE", help_heading = "Project")]
    pub(crate) file: Vec<Utf8PathBuf>,
    /// Go on as long as containers write
    #[arg(short, long)]
    pub(crate) follow: bool,
    /// Since when: a time such as 2026-01-02T15:04:05Z, seconds since 1970, or how long ago, such as 42m [default: 1h]
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub(crate) since: Option<Moment>,
    /// Until when, as `--since`
    #[arg(long, value_name = "WHEN", value_parser = moment, conflicts_with = "follow")]
    pub(crate) until: Option<Moment>,
    /// How many lines of each container to print, from the end [default: all]
    #[arg(short = 'n', long, value_name = "N", value_parser = lines)]
    pub(crate) tail: Option<Lines>,
    /// Print when each line was written
    #[arg(short, long)]
    pub(crate) timestamps: bool,
    /// Do not print who wrote a line
    #[arg(long)]
    pub(crate) no_log_prefix: bool,
    /// Print without colour
    #[arg(long)]
    pub(crate) no_color: bool,
    /// The number of the service's task whose lines are printed, counted from 1
    #[arg(long, value_name = "N", requires = "services")]
    pub(crate) index: Option<usize>,
    #[command(flatten)]
    pub(crate) aws: AwsArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// How many lines are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// All.
    All,
    /// So many, from the end.
    Last(usize),
}

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// So long ago.
    Ago(Duration),
    /// A time, in milliseconds since 1970.
    At(i64),
}

impl Moment {
    /// The time, in milliseconds since 1970.
    pub(crate) fn millis(self) -> i64 {
        match self {
            Self::At(millis) => millis,
            Self::Ago(ago) => {
                let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                i64::try_from(now.saturating_sub(ago).as_millis()).unwrap_or(i64::MAX)
            }
        }
    }
}

/// A moment as Docker writes it.
fn moment(text: &str) -> Result<Moment, String> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Ok(Moment::At(seconds.saturating_mul(1000)));
    }
    let wrong = || "a moment is `2026-01-02T15:04:05Z`, seconds since 1970, or how long ago, as `42m`".to_owned();
    time(text).map(Moment::Ago).or_else(|_| parse_time(text).map(Moment::At).ok_or_else(wrong))
}

/// A number of lines, or `all`.
fn lines(text: &str) -> Result<Lines, String> {
    if text == "all" {
        return Ok(Lines::All);
    }
    text.parse().map(Lines::Last).map_err(|_| "write a number of lines, or `all`".to_owned())
}

/// Flags of `diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArguments {
    /// The services to compare, with those that they need [default: all]
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// In which form
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: DiffFormat,
    /// End with 1 if anything differs, and with 2 if that cannot be told
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Show the values of variables that are called like secrets, and passwords in URLs
    #[arg(long)]
    pub(crate) show_values: bool,
    #[command(flatten)]
    pub(crate) pin: PinArguments,
    #[command(flatten)]
    pub(crate) aws: AwsArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// `--format` of `diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DiffFormat {
    /// A line for each field
    Text,
    /// One JSON document
    Json,
}

/// Flags of `ps`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that a user can type")]
pub(crate) struct PsArguments {
    /// The services to show [default: all of the project]
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// Show tasks that ended not long ago, too
    #[arg(short, long)]
    pub(crate) all: bool,
    /// In which form
    #[arg(long, value_name = "FORM", default_value = "table")]
    pub(crate) format: PsFormat,
    /// Show only tasks in this state: `status=running`, `status=pending` or `status=stopped`
    #[arg(long, value_name = "FILTER", value_parser = filter)]
    pub(crate) filter: Vec<TaskState>,
    /// Print only the tasks' names
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Show services that the file no longer has
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_value_t = true, default_missing_value = "true",
        require_equals = true, action = clap::ArgAction::Set)]
    pub(crate) orphans: bool,
    /// End with 3 if a service is not as it should be
    #[arg(long)]
    pub(crate) exit_code: bool,
    #[command(flatten)]
    pub(crate) aws: AwsArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// How far a task is, for `--filter`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskState {
    /// It is about to run.
    Pending,
    /// It runs.
    Running,
    /// It has ended, or is about to.
    Stopped,
}

impl TaskState {
    /// Whether a task is so far.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html>
    pub(crate) fn is(self, task: &Task) -> bool {
        let state = match &*task.last_status {
            "PROVISIONING" | "PENDING" | "ACTIVATING" => Self::Pending,
            "RUNNING" => Self::Running,
            _ => Self::Stopped,
        };
        self == state
    }
}

/// `status=STATE`.
fn filter(text: &str) -> Result<TaskState, String> {
    match text.to_lowercase().strip_prefix("status=") {
        Some("pending") => Ok(TaskState::Pending),
        Some("running") => Ok(TaskState::Running),
        Some("stopped") => Ok(TaskState::Stopped),
        Some(_) | None => Err("write `status=running`, `status=pending` or `status=stopped`".to_owned()),
    }
}

/// `--format` of `ps`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PsFormat {
    /// A line for each task
    Table,
    /// A JSON object for each task
    Json,
}
