//! How the number of tasks follows the load.

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings, whole};
use super::value::{Target, TaskCount};
use crate::compose::duration::Duration;
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

settings! {
    /// How the number of tasks follows the load.
    Scaling {
        /// `scaling`: how the number of tasks follows the load.
        scaling: AutoScaling,
    }
}

settings! {
    /// How the number of tasks follows the load.
    AutoScaling as "`x-ecs.scaling`" {
        /// `min`: how many tasks run at least; 1 where nothing is said.
        min: TaskCount,
        /// `max`: how many tasks run at most.
        max: TaskCount,
        /// `cpu`: the average use of CPU that is aimed at, in percent.
        cpu: Target,
        /// `memory`: the average use of memory that is aimed at, in percent.
        memory: Target,
        /// `scale_in_cooldown`: how long to wait after tasks were stopped.
        scale_in_cooldown: Duration,
        /// `scale_out_cooldown`: how long to wait after tasks were started.
        scale_out_cooldown: Duration,
    }
}
