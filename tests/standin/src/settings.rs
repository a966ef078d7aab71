//! What a test chooses about the account and about the speed of things.

use std::time::Duration;

/// The account, and how it behaves when nothing is scripted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The region of every ARN.
    pub region: String,
    /// The account of every ARN.
    pub account: String,
    /// What identifiers are made from; two runs with one seed are equal.
    pub seed: u64,
    /// The time of the server at the start, since 1970: the first of January 2026 unless said otherwise.
    pub epoch: Duration,
    /// How long things take.
    pub timings: Timings,
    /// How long each call takes.
    pub latency: Duration,
    /// How many calls the account takes within a second; more are throttled. None is no limit.
    pub calls_per_second: Option<usize>,
    /// After a service was created, how long `DescribeServices` does not find it.
    pub describe_lag: Duration,
    /// After a service was created or deleted, how long `ListServices` does not know.
    pub list_lag: Duration,
    /// When the roles of tasks can first be assumed; earlier no task starts.
    pub roles_ready_at: Duration,
    /// How many vCPUs Fargate runs at once, in CPU units; none is no limit.
    pub fargate_cpu: Option<u64>,
    /// Whether each list that is paginated begins with an empty page.
    pub empty_pages: EmptyPages,
    /// How long it takes until what a container wrote can be read.
    pub log_lag: Duration,
    /// What becomes of a container whose log group does not exist and is not to be created.
    pub log_groups: LogGroups,
    /// The default subnets of the default VPC; none, if there is no default VPC.
    pub default_subnets: Vec<String>,
    /// The `proxyEndpoint` of `GetAuthorizationToken`, such as the URL of a [`Server`](crate::Server); none is the registry
    /// of the account.
    pub registry: Option<String>,
}

/// Whether each list that is paginated begins with an empty page, as AWS is free to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyPages {
    /// A page has something on it while there is something.
    Absent,
    /// The first page is empty and names a next one.
    First,
}

/// What becomes of a container whose log group does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogGroups {
    /// The task cannot start, as on ECS.
    Needed,
    /// The group is made.
    Made,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            region: "eu-west-1".to_owned(),
            account: "123456789012".to_owned(),
            seed: 1,
            epoch: Duration::from_hours(24 * 20_454),
            timings: Timings::default(),
            latency: Duration::ZERO,
            calls_per_second: None,
            describe_lag: Duration::ZERO,
            list_lag: Duration::ZERO,
            roles_ready_at: Duration::ZERO,
            fargate_cpu: None,
            empty_pages: EmptyPages::Absent,
            log_lag: Duration::from_secs(1),
            log_groups: LogGroups::Needed,
            default_subnets: ["subnet-1a2b3c4d", "subnet-0a1b2c3d"].map(str::to_owned).to_vec(),
            registry: None,
        }
    }
}

/// How long things take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timings {
    /// From a change to the scheduler's act.
    pub schedule: Duration,
    /// PROVISIONING: attaching the network.
    pub provision: Duration,
    /// Pulling an image that nothing is said about.
    pub pull: Duration,
    /// Starting a container.
    pub start: Duration,
    /// ACTIVATING: registering with load balancers and service discovery.
    pub activate: Duration,
    /// From RUNNING to healthy for the target group.
    pub target_healthy: Duration,
    /// After RUNNING, how long the scheduler waits before it counts a task without any health check.
    pub count: Duration,
    /// After RUNNING, how long a task must last to count as one that started.
    pub survive: Duration,
    /// DEACTIVATING: draining connections.
    pub deactivate: Duration,
    /// From the signal to stop to the end of a container that nothing is said about.
    pub stop: Duration,
    /// DEPROVISIONING: detaching the network.
    pub deprovision: Duration,
    /// How long the way back takes at the least, while the deployment that failed is still listed.
    pub roll_back: Duration,
    /// Between the failure of a task and its replacement; at least a second.
    pub replace: Duration,
    /// How long a one-off container runs that nothing is said about.
    pub one_off: Duration,
    /// How long stopped tasks can be described.
    pub remember: Duration,
    /// How long a task may wait for a container that never gets healthy.
    pub give_up: Duration,
}

impl Default for Timings {
    /// What was recorded on AWS, in whole seconds.
    fn default() -> Self {
        Self {
            schedule: Duration::from_secs(1),
            provision: Duration::from_secs(9),
            pull: Duration::from_secs(8),
            start: Duration::from_secs(1),
            activate: Duration::from_secs(2),
            target_healthy: Duration::from_secs(15),
            count: Duration::from_secs(40),
            survive: Duration::from_secs(3),
            deactivate: Duration::from_secs(2),
            stop: Duration::from_secs(1),
            deprovision: Duration::from_secs(10),
            roll_back: Duration::from_secs(30),
            replace: Duration::from_secs(5),
            one_off: Duration::from_secs(5),
            remember: Duration::from_hours(1),
            give_up: Duration::from_hours(3),
        }
    }
}

impl Timings {
    /// Everything at once, but for how long stopped tasks are remembered and how long a task waits in vain.
    #[must_use]
    pub fn immediate() -> Self {
        let Self { remember, give_up, .. } = Self::default();
        Self {
            schedule: Duration::ZERO,
            provision: Duration::ZERO,
            pull: Duration::ZERO,
            start: Duration::ZERO,
            activate: Duration::ZERO,
            target_healthy: Duration::ZERO,
            count: Duration::ZERO,
            survive: Duration::ZERO,
            deactivate: Duration::ZERO,
            stop: Duration::ZERO,
            deprovision: Duration::ZERO,
            roll_back: Duration::ZERO,
            replace: Duration::ZERO,
            one_off: Duration::ZERO,
            remember,
            give_up,
        }
    }
}
