//! `x-ecs`: what Compose cannot say.

use crate::options::LaunchType;
use crate::source::Spanned;

/// `x-ecs` at the top of a file.
#[derive(Debug, Clone, Default)]
pub struct ProjectExtension {
    /// `launch_type`: `ec2` or `fargate`.
    pub launch_type: Option<Spanned<LaunchType>>,
    /// `cluster`: the cluster's name.
    pub cluster: Option<Spanned<String>>,
    /// `registry`: where images that are built here are pushed to.
    pub registry: Option<Spanned<String>>,
    /// `subnets`: of tasks on Fargate.
    pub subnets: Option<Spanned<Vec<String>>>,
    /// `security_groups`: of tasks on Fargate.
    pub security_groups: Option<Spanned<Vec<String>>>,
    /// `execution_role`: with which ECS pulls images and writes logs.
    pub execution_role: Option<Spanned<String>>,
    /// `task_role`: with which the containers' own AWS calls are made.
    pub task_role: Option<Spanned<String>>,
}

/// `x-ecs` of a service.
#[derive(Debug, Clone, Default)]
pub struct ServiceExtension {
    /// `task`: the name of the task that the service shares with others of the same name.
    pub task: Option<Spanned<String>>,
}
