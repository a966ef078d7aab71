//! What a user can type behind the commands that speak to AWS.

mod change;
mod show;

use std::time::Duration;

use clap::Args;
use compose2ecs::compose::duration::{self, DurationError};
use compose2ecs::deploy::options::{
    Adoption, Dependencies, Jobs, MissingCluster, OnFailure, Orphans, Recreation, Rollback, SubnetChoice, UpOptions,
    Waiting,
};
use compose2ecs::deploy::sdk::Connection;

use super::TargetArguments;
use super::finding::PolicyArguments;
use super::progress::Form;
use super::push::{BuilderArguments, PinArguments};

pub(crate) use change::{RevisionArguments, RollbackArguments, RunArguments, RunWaiting, ScaleArguments};
pub(crate) use show::{DiffArguments, DiffFormat, Lines, LogsArguments, Moment, PsArguments, PsFormat, TaskState};

/// Flags about AWS, with the names that they have in the AWS CLI. The region is one of the target's.
#[derive(Debug, Args)]
#[command(next_help_heading = "AWS")]
pub(crate) struct AwsArguments {
    /// The profile of the AWS configuration; `--profile` is Compose's [default: `AWS_PROFILE`]
    #[arg(long, value_name = "NAME")]
    pub(crate) aws_profile: Option<String>,
    /// Where AWS is, if not where the region says
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
}

impl AwsArguments {
    /// How AWS is reached.
    pub(crate) fn connection(self, region: Option<String>) -> Connection {
        let Self { aws_profile, endpoint_url } = self;
        Connection { region, profile: aws_profile, endpoint_url }
    }
}

/// Where subnets come from that nobody names.
#[derive(Debug, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct VpcArguments {
    /// Where no subnets are named, use those of the default VPC, with public addresses
    #[arg(long)]
    pub(crate) default_vpc: bool,
}

impl VpcArguments {
    /// The choice.
    pub(crate) const fn choice(&self) -> SubnetChoice {
        let Self { default_vpc } = self;
        if *default_vpc { SubnetChoice::Default } else { SubnetChoice::Named }
    }
}

/// Flags of `up`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that a user can type")]
pub(crate) struct UpArguments {
    /// The services to deploy, with those that they need [default: all]
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// Build the images of services with `build`, and push them, before anything is deployed
    #[arg(long, visible_alias = "push", help_heading = "Images")]
    pub(crate) build: bool,
    /// Print what would be done, and do nothing
    #[arg(long, help_heading = "Output")]
    pub(crate) dry_run: bool,
    /// Show what containers write beside the progress, and go on with that until interrupted
    #[arg(long, conflicts_with_all = ["detach", "dry_run"], help_heading = "Output")]
    pub(crate) follow: bool,
    /// How progress is shown
    #[arg(long, value_name = "FORM", default_value = "auto", help_heading = "Output")]
    pub(crate) progress: Form,
    /// Delete what `--remove-orphans` deletes without asking; off a terminal, nobody is asked
    #[arg(short, long, help_heading = "Deployment")]
    pub(crate) yes: bool,
    /// Deregister older revisions than this many behind a deployment that succeeded, but for those that are needed
    #[arg(long, value_name = "N", value_parser = kept, conflicts_with_all = ["dry_run", "detach", "follow"], help_heading = "Deployment")]
    pub(crate) keep_revisions: Option<usize>,
    #[command(flatten)]
    pub(crate) how: HowArguments,
    #[command(flatten)]
    pub(crate) builder: BuilderArguments,
    #[command(flatten)]
    pub(crate) pin: PinArguments,
    #[command(flatten)]
    pub(crate) aws: AwsArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    #[command(flatten)]
    pub(crate) policy: PolicyArguments,
}

/// Flags of `down`.
#[derive(Debug, Args)]
pub(crate) struct DownArguments {
    /// The services to delete [default: all of the project, whether the file names them or not]
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// Delete without asking
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Do not wait until everything is gone
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// How long each wave may take to go
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = time, conflicts_with = "no_wait")]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) aws: AwsArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// Flags of `prune-revisions`.
#[derive(Debug, Args)]
pub(crate) struct PruneArguments {
    /// How many revisions of each task definition stay, the newest first; more, where something runs or needs them
    #[arg(long, value_name = "N", value_parser = kept)]
    pub(crate) keep: usize,
    /// Delete them, too, and those that were deregistered before
    #[arg(long)]
    pub(crate) delete: bool,
    /// Print which would go, and leave them
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) aws: AwsArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// Flags of `iam-policy`.
#[derive(Debug, Args)]
pub(crate) struct IamPolicyArguments {
    /// The AWS account, of twelve digits [default: that of the roles or images of the file, or any]
    #[arg(long, value_name = "ID", value_parser = account)]
    pub(crate) account: Option<String>,
    #[command(flatten)]
    pub(crate) vpc: VpcArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// How a deployment goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Deployment")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that a user can type")]
pub(crate) struct HowArguments {
    /// Do not wait for the outcome of the last wave
    #[arg(short, long, visible_alias = "no-wait")]
    pub(crate) detach: bool,
    /// Wait for the outcome; it is what happens anyway
    #[arg(long, conflicts_with = "detach")]
    pub(crate) wait: bool,
    /// How long a service may take, such as 90, 10m or 1h30m; 0 is for ever
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = time)]
    pub(crate) timeout: Duration,
    /// Leave alone what the named services need
    #[arg(long, requires = "services")]
    pub(crate) no_deps: bool,
    /// How many tasks a service is to have, whatever the file says
    #[arg(long, value_name = "SERVICE=N", value_parser = scale)]
    pub(crate) scale: Vec<(String, u32)>,
    /// Start new tasks even where nothing changed
    #[arg(long)]
    pub(crate) force_recreate: bool,
    /// Delete services of the project that the file no longer has
    #[arg(long)]
    pub(crate) remove_orphans: bool,
    /// Take over services of these names that nobody tagged
    #[arg(long)]
    pub(crate) adopt: bool,
    /// Make the cluster if there is none
    #[arg(long)]
    pub(crate) create_cluster: bool,
    /// Go on with later waves when a service fails, but for those that need it
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// Leave a deployment that fails as it is
    #[arg(long)]
    pub(crate) no_rollback: bool,
    /// Run no one-off tasks
    #[arg(long, conflicts_with = "rerun_jobs")]
    pub(crate) skip_jobs: bool,
    /// Run all one-off tasks, whether they are due or not
    #[arg(long)]
    pub(crate) rerun_jobs: bool,
    /// How many changes are made at once
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) parallel: usize,
    /// How long a service must stay as it should be before it counts as deployed
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = time)]
    pub(crate) stable_for: Duration,
    /// How long to wait between looks at services
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = time)]
    pub(crate) poll_interval: Duration,
}

impl HowArguments {
    /// The options of a deployment of some services.
    pub(crate) fn options(self, services: Vec<String>) -> UpOptions {
        let Self {
            detach,
            wait: _,
            timeout,
            no_deps,
            scale,
            force_recreate,
            remove_orphans,
            adopt,
            create_cluster,
            keep_going,
            no_rollback,
            skip_jobs,
            rerun_jobs,
            parallel,
            stable_for,
            poll_interval,
        } = self;
        UpOptions {
            units: services,
            dependencies: if no_deps { Dependencies::Excluded } else { Dependencies::Included },
            scale: scale.into_iter().collect(),
            waiting: if detach { Waiting::Disabled } else { Waiting::Enabled },
            timeout: Some(timeout).filter(|timeout| !timeout.is_zero()),
            recreation: if force_recreate { Recreation::Always } else { Recreation::WhenChanged },
            adoption: if adopt { Adoption::Allowed } else { Adoption::Refused },
            missing_cluster: if create_cluster { MissingCluster::Created } else { MissingCluster::Refused },
            orphans: if remove_orphans { Orphans::Removed } else { Orphans::Kept },
            failure: if keep_going { OnFailure::GoOn } else { OnFailure::Stop },
            rollback: if no_rollback { Rollback::Disabled } else { Rollback::Enabled },
            jobs: match (skip_jobs, rerun_jobs) {
                (true, _) => Jobs::Never,
                (false, true) => Jobs::Always,
                (false, false) => Jobs::WhenDue,
            },
            parallel,
            stable_for,
            poll: poll_interval,
        }
    }
}

/// A time: seconds, or numbers with units as Compose writes them.
fn time(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let time: duration::Duration = text.parse().map_err(|err: DurationError| err.to_string())?;
    let nanos = u64::try_from(time.as_nanos()).map_err(|_| "a time is not negative".to_owned())?;
    Ok(Duration::from_nanos(nanos))
}

/// How many revisions are kept.
fn kept(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number >= 2);
    number.ok_or_else(|| "at least two stay: the one that runs, and the one before it".to_owned())
}

/// The number of an account.
fn account(text: &str) -> Result<String, String> {
    let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_account { Ok(text.to_owned()) } else { Err("an account is a number of twelve digits".to_owned()) }
}

/// `SERVICE=N`.
fn scale(text: &str) -> Result<(String, u32), String> {
    let parsed = text.split_once('=').and_then(|(name, count)| Some((name.to_owned(), count.parse().ok()?)));
    parsed.filter(|(name, _)| !name.is_empty()).ok_or_else(|| "write a service and a number: `web=3`".to_owned())
}
