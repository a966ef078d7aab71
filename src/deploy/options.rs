//! Named choices of a deployment, and their defaults.

use std::time::Duration;

use indexmap::IndexMap;

/// What the user says about a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpOptions {
    /// The units that are deployed, with those that they need; all if none is named.
    pub units: Vec<String>,
    /// Whether those that they need are deployed too.
    pub dependencies: Dependencies,
    /// `--scale`: how many tasks units are to have, whatever the file says.
    pub scale: IndexMap<String, u32>,
    /// Whether the outcome is waited for.
    pub waiting: Waiting,
    /// How long a unit may take; no limit without it.
    pub timeout: Option<Duration>,
    /// Whether services without a change get new tasks too.
    pub recreation: Recreation,
    /// Whether services that nobody tagged are taken over.
    pub adoption: Adoption,
    /// Whether a missing cluster is made.
    pub missing_cluster: MissingCluster,
    /// What becomes of services of the project that the file no longer has.
    pub orphans: Orphans,
    /// Whether waves go on behind one that failed, for units that do not need what failed.
    pub failure: OnFailure,
    /// Whether a deployment that fails is taken back.
    pub rollback: Rollback,
    /// When one-off tasks run.
    pub jobs: Jobs,
    /// How many changes are made at once.
    pub parallel: usize,
    /// How long a unit must stay as it should be before it counts as deployed.
    pub stable_for: Duration,
    /// How long to wait between looks at services; it grows a little with time.
    pub poll: Duration,
}

impl Default for UpOptions {
    fn default() -> Self {
        Self {
            units: Vec::new(),
            dependencies: Dependencies::Included,
            scale: IndexMap::new(),
            waiting: Waiting::Enabled,
            timeout: Some(Duration::from_mins(10)),
            recreation: Recreation::WhenChanged,
            adoption: Adoption::Refused,
            missing_cluster: MissingCluster::Refused,
            orphans: Orphans::Kept,
            failure: OnFailure::Stop,
            rollback: Rollback::Enabled,
            jobs: Jobs::WhenDue,
            parallel: 8,
            stable_for: Duration::ZERO,
            poll: Duration::from_secs(2),
        }
    }
}

/// Declares choices of which the first is the default.
macro_rules! choices {
    ($($(#[$doc:meta])+ $name:ident { $(#[$first_doc:meta])+ $first:ident, $($(#[$other_doc:meta])+ $other:ident,)+ })+) => {
        $(
            $(#[$doc])+
            #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum $name {
                $(#[$first_doc])+
                #[default]
                $first,
                $($(#[$other_doc])+ $other,)+
            }
        )+
    };
}

choices! {
    /// Whether what the named units need is deployed too.
    Dependencies {
        /// It is.
        Included,
        /// `--no-deps`: it is not.
        Excluded,
    }

    /// Whether the outcome is waited for.
    Waiting {
        /// It is.
        Enabled,
        /// `--no-wait`: only what later waves need is.
        Disabled,
    }

    /// Whether services get new tasks.
    Recreation {
        /// When something changed.
        WhenChanged,
        /// `--force-recreate`: always.
        Always,
    }

    /// Whether services that nobody tagged are taken over.
    Adoption {
        /// They are not.
        Refused,
        /// `--adopt`: they are.
        Allowed,
    }

    /// What becomes of a project whose cluster is missing.
    MissingCluster {
        /// Nothing is done.
        Refused,
        /// `--create-cluster`: the cluster is made.
        Created,
    }

    /// What becomes of services of the project that the file no longer has.
    Orphans {
        /// They stay, and are named.
        Kept,
        /// `--remove-orphans`: they are deleted.
        Removed,
    }

    /// What becomes of later waves when a unit fails.
    OnFailure {
        /// They do not start.
        Stop,
        /// `--keep-going`: they start, but for units that need what failed.
        GoOn,
    }

    /// What becomes of a deployment that fails.
    Rollback {
        /// ECS goes back to what ran before.
        Enabled,
        /// `--no-rollback`: it stays as it is.
        Disabled,
    }

    /// Which images are named by their digests.
    Pin {
        /// Those that are built here.
        Auto,
        /// All.
        Always,
        /// None.
        Never,
    }

    /// Which subnets tasks get that need some.
    SubnetChoice {
        /// Those that the user names.
        Named,
        /// `--default-vpc`: where nobody names any, those of the default VPC.
        Default,
    }

    /// When one-off tasks run.
    Jobs {
        /// Once per release.
        WhenDue,
        /// `--skip-jobs`: never.
        Never,
        /// `--rerun-jobs`: every time.
        Always,
    }
}
