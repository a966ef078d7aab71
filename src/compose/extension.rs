//! `x-ecs`: what Compose cannot say.

use crate::options::{Grouping, LaunchType};
use crate::source::Spanned;

/// `x-ecs` at the top of a file.
#[derive(Debug, Clone, Default)]
pub struct ProjectExtension {
    /// `launch_type`: `ec2` or `fargate`.
    pub launch_type: Option<Spanned<LaunchType>>,
    /// `task_per`: `service` or `project`.
    pub task_per: Option<Spanned<Grouping>>,
    /// `cluster`: the cluster's name.
    pub cluster: Option<Spanned<String>>,
    /// `region`: where the cluster is.
    pub region: Option<Spanned<String>>,
    /// `registry`: where images that are built here are pushed to.
    pub registry: Option<Spanned<String>>,
    /// `tag`: the tag of images that are built here.
    pub tag: Option<Spanned<String>>,
    /// `subnets`: of tasks on Fargate.
    pub subnets: Option<Spanned<Vec<String>>>,
    /// `security_groups`: of tasks on Fargate.
    pub security_groups: Option<Spanned<Vec<String>>>,
    /// `assign_public_ip`: whether tasks on Fargate get public addresses.
    pub assign_public_ip: Option<Spanned<bool>>,
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
    /// `execution_role`: with which ECS pulls the task's images and writes its logs.
    pub execution_role: Option<Spanned<String>>,
    /// `task_role`: with which the task's own AWS calls are made.
    pub task_role: Option<Spanned<String>>,
}
