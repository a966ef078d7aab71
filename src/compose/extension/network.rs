//! Where tasks with a network interface of their own are in the network.

use super::setting::{Disagree, Key, Setting, Settings, before, join, settings};
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::keys::Keys;

settings! {
    /// Where tasks with a network interface of their own are in the network.
    Network {
        /// `subnets`: the subnets of tasks with a network interface of their own, as on Fargate.
        subnets: Vec<String>,
        /// `security_groups`: of tasks with a network interface of their own; without any, the VPC's default one.
        security_groups: Vec<String>,
        /// `assign_public_ip`: whether tasks on Fargate get public addresses.
        assign_public_ip: bool,
    }
}
