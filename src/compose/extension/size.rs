//! How large a task is.

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings, whole};
use super::value::StorageGib;
use crate::compose::nano_cpus::NanoCpus;
use crate::compose::size::ByteSize;
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

settings! {
    /// How large a task is.
    Size {
        /// `task_size`: the CPU and memory of the whole task, in place of what follows from its containers.
        task_size: TaskSize,
        /// `ephemeral_storage`: the GiB of disk that a task on Fargate has; 20 where nothing is said.
        ephemeral_storage: StorageGib,
    }
}

settings! {
    /// The CPU and memory of a whole task.
    TaskSize as "`x-ecs.task_size`" {
        /// `cpu`: the CPUs of the whole task: `0.5`.
        cpu: NanoCpus,
        /// `memory`: the memory of the whole task: `1g`.
        memory: ByteSize,
    }
}

impl Setting for NanoCpus {
    fn takes() -> Takes {
        Takes::Cpus
    }
}
