//! Where tasks with a network interface of their own are in the network.

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings, words};
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::choice::choice;
use crate::yaml::keys::{Decode, Keys};

settings! {
    /// Where tasks with a network interface of their own are in the network.
    Network {
        /// `network_mode`: the network of the task's containers: `bridge`, where nothing is said on instances; `awsvpc`, a network interface of its own, as always on Fargate; `host`, the instance's; or `none`. A service's own `network_mode: host` or `none` goes before.
        network_mode: TaskNetwork,
        /// `subnets`: the subnets of tasks with a network interface of their own, as on Fargate.
        subnets: Vec<String>,
        /// `security_groups`: of tasks with a network interface of their own; without any, the VPC's default one.
        security_groups: Vec<String>,
        /// `assign_public_ip`: whether tasks on Fargate get public addresses.
        assign_public_ip: bool,
    }
}

/// The network of a task's containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskNetwork {
    /// `bridge`: one of the instance's Docker, on which each container has an address of its own.
    Bridge,
    /// `host`: the instance's.
    Host,
    /// `awsvpc`: a network interface of the task's own, which its containers share.
    Awsvpc,
    /// `none`: none.
    None,
}

words!(TaskNetwork: "bridge" => Self::Bridge, "host" => Self::Host, "awsvpc" => Self::Awsvpc, "none" => Self::None);
